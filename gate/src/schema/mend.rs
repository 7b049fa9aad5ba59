//! What a finding's one right answer is, where it has one. Nothing is guessed: a name that is near exactly one field, a value
//! whose text stays what it is, a version that differs from its successor in nothing but its name.

use serde_json::Value;

use super::Lookup;
use super::node::{Node, NodeKind, flag};
use super::tables::successors;
use super::walk::Walk;
use crate::text::meant;
use crate::yaml::{Kind, NodeId, Tape};

/// Items of a list that are compared with each other, and bytes of one of them.
const MOST_ITEMS: usize = 24;
const MOST_BYTES: u32 = 4096;

/// The one change that mends an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// The key at the issue's node has this name.
    Rename(String),
    /// The value at the issue's node is this one.
    Replace(Value),
    /// The item goes: an earlier one is the same.
    Remove(NodeId),
    /// Fields of the object itself have these values.
    Top(Vec<(&'static str, String)>),
}

impl Walk<'_> {
    /// Gives the mend to the issue that is number `at`, if there is one and it is sure.
    #[cold]
    pub(super) fn mend(&mut self, at: usize, mend: Option<Mend>) {
        let is_sure = !self.dated && self.trial.depth == 0;
        if let Some(issue) = self.issues.get_mut(at).filter(|_| is_sure) {
            issue.mend = mend;
        }
    }

    /// The only field that `written` can be.
    pub(super) fn meant_field(&self, node: Node, written: &str) -> Option<Mend> {
        let known = node.properties_of(self.view).map(|(name, _)| self.view.str(name));
        meant(written, known).map(|name| Mend::Rename(name.to_owned()))
    }

    /// The only allowed value that differs from the written one in upper and lower case alone.
    pub(super) fn meant_value(&self, list: u32, n: NodeId) -> Option<Mend> {
        if self.secret || self.tape.kind(n) != Kind::Str {
            return None;
        }
        let text = self.tape.text(n);
        let allowed = self.view.list(list).map(|value| self.view.str(value));
        let mut same = allowed.filter(|value| value.eq_ignore_ascii_case(text));
        let only = same.next().filter(|_| same.next().is_none())?;
        Some(Mend::Replace(Value::String(only.to_owned())))
    }

    /// The same text as the type that is wanted.
    pub(super) fn meant_type(&self, node: Node, n: NodeId) -> Option<Mend> {
        if self.secret || node.has(flag::LOOSE) {
            return None;
        }
        let text = self.tape.text(n);
        let value = match (node.kind, self.tape.kind(n)) {
            (NodeKind::String, Kind::Bool | Kind::Int | Kind::Float) => Value::String(plain(self.tape, n)?),
            (NodeKind::Boolean, Kind::Str) => Value::Bool(text.parse().ok()?),
            (NodeKind::Integer | NodeKind::Number, Kind::Str) => {
                let number: i64 = text.parse().ok()?;
                Value::from(number)
            }
            _ => return None,
        };
        let is_same = match &value {
            Value::Number(number) => number.to_string() == text,
            _ => true,
        };
        is_same.then_some(Mend::Replace(value))
    }

    /// Takes out `item` if an earlier item of the list is the same to the last field.
    pub(super) fn meant_once(&self, list: NodeId, item: NodeId) -> Option<Mend> {
        // Each is compared with all before it, which nobody may make long.
        let is_short = |n: NodeId| self.tape.span(n).len() <= MOST_BYTES;
        if !is_short(item) || self.tape.items(list).nth(MOST_ITEMS).is_some() {
            return None;
        }
        let json = |n: NodeId| {
            let mut out = String::new();
            self.tape.write_json(n, &mut out);
            out
        };
        let wanted = json(item);
        let mut earlier = self.tape.items(list).take_while(|&other| other != item);
        earlier.any(|other| is_short(other) && json(other) == wanted).then_some(Mend::Remove(item))
    }
}

/// What is written without quotes, as written.
fn plain(tape: &Tape, n: NodeId) -> Option<String> {
    let span = tape.span(n);
    let written = std::str::from_utf8(tape.source().get(span.start as usize..span.end as usize)?).ok()?;
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '*' | '&' | '!');
    (!written.is_empty() && written.chars().all(is_plain)).then(|| written.to_owned())
}

/// What an object of `api_version` and `kind` should be, by what `lookup` says of it.
pub(super) fn of_lookup(lookup: &Lookup, api_version: &str, kind: &str) -> Option<Mend> {
    match lookup {
        Lookup::Removed { replacement: Some(new), .. } => of_version(api_version, kind, new),
        Lookup::WrongCase { did_you_mean } => {
            let (version, name) = did_you_mean.split_once(' ')?;
            let fields = [("apiVersion", api_version, version), ("kind", kind, name)];
            let fields = fields.into_iter().filter(|(_, written, meant)| written != meant);
            Some(Mend::Top(fields.map(|(field, _, meant)| (field, meant.to_owned())).collect()))
        }
        _ => None,
    }
}

/// The new name of an API version that is known to be nothing but a new name.
pub(super) fn of_version(api_version: &str, kind: &str, new: &str) -> Option<Mend> {
    successors::is_same(api_version, kind, new).then(|| Mend::Replace(Value::String(new.to_owned())))
}
