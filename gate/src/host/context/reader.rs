//! Reads variables and the event file for one CI: each value is checked as it is read, and one that is wrong is left
//! out and told, with who set it.

use std::cell::{Cell, RefCell};

use serde_json::Value;

use super::fact::{Fact, Source};
use super::values::{self, Parse};
use super::{Ci, Surroundings};
use crate::host::HostKind;

/// Bytes of a variable; a longer one is no fact of a pull request.
const MAX_VARIABLE: usize = 1 << 18;
/// Labels and approvers of an event that are kept.
const MAX_ITEMS: usize = 200;
/// Problems that are told; the rest would be more of the same.
const MAX_PROBLEMS: usize = 50;

/// What a CI's rules read from.
pub(super) struct Reader<'a> {
    surroundings: &'a Surroundings<'a>,
    event: Value,
    /// Who is named when a value is wrong.
    ci: Cell<Option<Ci>>,
    /// The host as people give it: what a URL is read as, where it does not say itself.
    pub(super) host: Option<HostKind>,
    problems: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(surroundings: &'a Surroundings<'a>) -> Self {
        let problems = RefCell::new(Vec::new());
        Self { surroundings, event: Value::Null, ci: Cell::new(None), host: None, problems }
    }

    pub(super) fn surroundings(&self) -> &'a Surroundings<'a> {
        self.surroundings
    }

    /// Blames `ci` from now on.
    pub(super) fn blame(&self, ci: Ci) {
        self.ci.set(Some(ci));
    }

    pub(super) fn problem(&self, text: impl Into<String>) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MAX_PROBLEMS {
            problems.push(text.into());
        }
    }

    pub(super) fn into_problems(self) -> Vec<String> {
        self.problems.into_inner()
    }

    /// The trimmed text of a variable. Unset, empty and never filled in are the same.
    pub(super) fn raw(&self, name: &str) -> Option<String> {
        let text = (self.surroundings.variable)(name)?;
        let trimmed = text.trim();
        let unfilled = if name.starts_with("GATE_") {
            Ci::ALL.into_iter().any(|ci| ci.is_placeholder(trimmed))
        } else {
            self.ci.get().is_some_and(|ci| ci.is_placeholder(trimmed))
        };
        if trimmed.len() > MAX_VARIABLE {
            self.wrong(&Source::Variable(name.to_owned().into()), "", "it is too long");
            return None;
        }
        (!trimmed.is_empty() && !unfilled).then(|| trimmed.to_owned())
    }

    /// The fact in a variable.
    pub(super) fn variable<T>(&self, name: &'static str, parse: Parse<T>) -> Option<Fact<T>> {
        let text = self.raw(name)?;
        self.checked(&text, Source::Variable(name.into()), parse)
    }

    /// True if the variable is there with this text, in any case.
    pub(super) fn is(&self, name: &str, text: &str) -> bool {
        self.raw(name).is_some_and(|value| value.eq_ignore_ascii_case(text))
    }

    /// `text` as a fact, or a problem.
    pub(super) fn checked<T>(&self, text: &str, source: Source, parse: Parse<T>) -> Option<Fact<T>> {
        match parse(text) {
            Ok(value) => Some(Fact { value: value?, source }),
            Err(reason) => {
                self.wrong(&source, text, reason);
                None
            }
        }
    }

    fn wrong(&self, source: &Source, text: &str, reason: &str) {
        let who = self.ci.get().map_or("", Ci::title);
        let by = if who.is_empty() { String::new() } else { format!(" (set by {who})") };
        let shown = if text.is_empty() { String::new() } else { format!(": `{}`", values::shown(text)) };
        self.problem(format!("{source} is left out: {reason}{shown}{by}"));
    }

    /// Opens the event file whose path is in the variable `name`. One that cannot be read is a problem, and the
    /// variables have to do.
    pub(super) fn open_event(&mut self, name: &'static str) {
        let Some(path) = self.raw(name) else { return };
        let who = self.ci.get().map_or("the CI", Ci::title);
        let bytes = match (self.surroundings.event)(&path) {
            Ok(bytes) => bytes,
            Err(reason) => {
                return self
                    .problem(format!("the event file ({name}, set by {who}) {reason}; going on without it"));
            }
        };
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(event @ Value::Object(_)) => self.event = event,
            Ok(_) => self.problem(format!(
                "the event file ({name}, written by {who}) holds no JSON object; going on without it"
            )),
            Err(error) => self.problem(format!(
                "the event file ({name}, written by {who}) is no JSON ({error}); going on without it"
            )),
        }
    }

    /// The value at `path` (names between dots) of the event; null is nothing.
    pub(super) fn at(&self, path: &str) -> Option<&Value> {
        let value = path.split('.').try_fold(&self.event, |value, name| value.get(name))?;
        (!value.is_null()).then_some(value)
    }

    /// True if the event has an object at `path`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.at(path).is_some_and(Value::is_object)
    }

    /// The fact at `path` of the event.
    pub(super) fn field<T>(&self, path: &'static str, parse: Parse<T>) -> Option<Fact<T>> {
        self.value(self.at(path)?, path, parse)
    }

    /// The fact in a value that belongs to `path`.
    pub(super) fn value<T>(&self, value: &Value, path: &'static str, parse: Parse<T>) -> Option<Fact<T>> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null => return None,
            Value::Array(_) | Value::Object(_) => {
                self.wrong(&Source::Event(path), "", "it is a list or an object");
                return None;
            }
        };
        if text.is_empty() { None } else { self.checked(&text, Source::Event(path), parse) }
    }

    /// The texts named `name` of the objects in the list at `path`.
    pub(super) fn names(&self, path: &'static str, name: &str) -> Option<Fact<Vec<String>>> {
        let Value::Array(items) = self.at(path)? else {
            self.wrong(&Source::Event(path), "", "it is no list");
            return None;
        };
        let texts = items.iter().take(MAX_ITEMS).filter_map(|item| item.get(name)?.as_str());
        let value = texts.filter_map(|text| values::line(text).ok().flatten()).collect();
        Some(Fact { value, source: Source::Event(path) })
    }
}
