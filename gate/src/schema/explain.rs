//! Findings in words. Nothing here runs for an object that is in order, so it may allocate and search.

use std::borrow::Cow;

use super::format::Format;
use super::forms;
use super::lookup::{Deprecation, SchemaRef};
use super::node::{Node, NodeKind, flag};
use super::walk::Walk;
use super::{Issue, SchemaRule};
use crate::model::Severity;
use crate::text::closest;
use crate::text::{clean_line, shorten};
use crate::yaml::{Kind, NodeId, Tape};

/// Characters of a value that a message shows.
const SHOWN: usize = 60;
/// Names that a hint lists at most.
const LISTED: usize = 12;

impl Walk<'_> {
    #[cold]
    pub(super) fn unknown_field(&mut self, node: Node, key: NodeId) {
        let written = self.tape.text(key);
        let before = self.issues.len();
        self.unknown_name(node, key, written);
        let mend = self.meant_field(node, written);
        self.mend(before, mend);
    }

    /// As [`Self::unknown_field`], for a name that is not a key of its own.
    #[cold]
    pub(super) fn unknown_name(&mut self, node: Node, place: NodeId, written: &str) {
        let known = || node.properties_of(self.view).map(|(name, _)| self.view.str(name));
        let hint = match closest(written, known()) {
            Some(name) => Some(format!("did you mean `{name}`?")),
            None => one_of("the fields here are", &mut known().collect::<Vec<_>>()),
        };
        let message = format!("unknown field {}", quote(written));
        self.push_unknown(SchemaRule::UnknownField, place, message, hint);
    }

    #[cold]
    pub(super) fn wrong_type(&mut self, node: Node, n: NodeId) {
        if node.has(flag::LOOSE) || self.is_placeholder(n) || self.is_directive_item(n) {
            return;
        }
        let (wanted, found) = (wanted(node.kind), found(self.tape.kind(n)));
        let needs_quotes = node.kind == NodeKind::String
            && matches!(self.tape.kind(n), Kind::Bool | Kind::Int | Kind::Float);
        let hint = match needs_quotes {
            true => Some(self.quotes_hint(n)),
            false => self.plain_hint(node, n),
        };
        let message = format!("{} must be {wanted}, but is {found}", self.subject(n));
        let before = self.issues.len();
        match self.reader.converts(node.kind, self.tape.kind(n)) {
            None => self.push(SchemaRule::WrongType, n, message, hint),
            Some(how) => self.warn(SchemaRule::WrongType, n, message, Some(hint_and(hint, how))),
        }
        let mend = self.meant_type(node, n);
        self.mend(before, mend);
    }

    #[cold]
    pub(super) fn missing_field(&mut self, n: NodeId, name: &str) {
        let written = self.tape.entries(n).map(|(key, _)| self.tape.text(key));
        let hint = closest(name, written).map(|near| format!("is {} meant to be it?", quote(near)));
        let message = match self.tape.key_of(n) {
            Some(key) => format!("{} has no {}, which is required", quote(self.tape.text(key)), quote(name)),
            None => format!("the required field {} is missing", quote(name)),
        };
        let (rule, missing) = (SchemaRule::MissingField, Some(name.to_owned()));
        self.issues.push(Issue {
            rule,
            severity: rule.severity(),
            node: n,
            missing,
            message,
            hint,
            mend: None,
        });
    }

    #[cold]
    pub(super) fn required_null(&mut self, key: NodeId) {
        let message = format!("{} is required, but has no value", quote(self.tape.text(key)));
        self.push(SchemaRule::MissingField, key, message, None);
    }

    #[cold]
    pub(super) fn null_value(&mut self, n: NodeId) {
        let message = "this item has no value (null)".to_owned();
        self.push(SchemaRule::NullValue, n, message, Some("remove it or give it a value".to_owned()));
    }

    #[cold]
    pub(super) fn deprecated(&mut self, schema: SchemaRef, root: NodeId) {
        let (Some(deprecation), Some(place)) = (schema.deprecated, self.tape.get(root, "apiVersion")) else {
            return;
        };
        let kind = self.tape.str_at(root, "kind").unwrap_or_default();
        let what = format!("{kind} in {}", clean_line(self.tape.text(place)));
        let mut mend = None;
        let (message, hint) = match deprecation {
            Deprecation::BuiltIn(since, removed) => {
                let end = if removed == 0 { String::new() } else { format!("; 1.{removed} removes it") };
                let new = self.set.replacement(self.tape.text(place), kind, schema.version);
                mend =
                    new.as_deref().and_then(|new| super::mend::of_version(self.tape.text(place), kind, new));
                (
                    format!("{what} is deprecated since Kubernetes 1.{since}{end}"),
                    new.map(|new| format!("use {new}")),
                )
            }
            Deprecation::Definition => (
                format!("{what} is deprecated by its CustomResourceDefinition"),
                Some("use a newer version".to_owned()),
            ),
            Deprecation::Project(row) => {
                let end = if row.removed.is_empty() {
                    String::new()
                } else {
                    format!("; {} removes it", row.removed)
                };
                let message = format!("{what} is deprecated since {} {}{end}", row.project, row.since);
                (message, Some(format!("use {}", row.instead)))
            }
        };
        let before = self.issues.len();
        self.push(SchemaRule::DeprecatedApi, place, message, hint);
        self.mend(before, mend);
    }

    /// A value that breaks `demand` ("must be …").
    #[cold]
    pub(super) fn invalid(&mut self, n: NodeId, demand: &str, hint: Option<String>) {
        if self.is_placeholder(n) {
            return;
        }
        let message = format!("{} {demand}, but is {}", self.subject(n), self.quoted(self.tape.text(n)));
        self.push(SchemaRule::InvalidValue, n, message, hint);
    }

    #[cold]
    pub(super) fn wrong_count(&mut self, n: NodeId, demand: &str) {
        if self.is_placeholder(n) {
            return;
        }
        let message = format!("{} {demand}", self.subject(n));
        self.push(SchemaRule::InvalidValue, n, message, None);
    }

    #[cold]
    pub(super) fn not_listed(&mut self, list: u32, n: NodeId) {
        let allowed: Vec<&str> = self.view.list(list).map(|value| self.view.str(value)).collect();
        let hint = closest(self.tape.text(n), allowed.iter().copied()).filter(|_| !self.secret);
        let hint = hint.map(|near| format!("did you mean `{near}`?"));
        let mut shown: Vec<String> = allowed.iter().take(LISTED).map(|value| quote(value)).collect();
        if allowed.len() > LISTED {
            shown.push("…".to_owned());
        }
        if self.is_placeholder(n) {
            return;
        }
        let (subject, found) = (self.subject(n), self.quoted(self.tape.text(n)));
        let message = format!("{subject} must be one of {}, but is {found}", shown.join(", "));
        let before = self.issues.len();
        self.push_unknown(SchemaRule::InvalidValue, n, message, hint);
        let mend = self.meant_value(list, n);
        self.mend(before, mend);
    }

    #[cold]
    pub(super) fn pattern_broken(&mut self, n: NodeId, pattern: u32) {
        let pattern = clean_line(self.view.str(pattern)).into_owned();
        self.invalid(n, &format!("must match the pattern {}", quote(&shorten(&pattern, 200))), None);
    }

    #[cold]
    pub(super) fn invalid_name(&mut self, n: NodeId, what: &str, form: &str) {
        if self.is_placeholder(n) {
            return;
        }
        let message = format!("{what} must {form}, but is {}", quote(self.tape.text(n)));
        self.push(SchemaRule::InvalidName, n, message, None);
    }

    /// `text` in backticks, cleaned and shortened; hidden in a Secret.
    pub(super) fn quoted(&self, text: &str) -> String {
        if self.secret { "a value that is not shown".to_owned() } else { quote(text) }
    }

    /// Appends a finding of the rule's own severity.
    pub(super) fn push(&mut self, rule: SchemaRule, node: NodeId, message: String, hint: Option<String>) {
        self.issues.push(Issue {
            rule,
            severity: rule.severity(),
            node,
            missing: None,
            message,
            hint,
            mend: None,
        });
    }

    /// Appends a finding about a field that the mapping at `node` lacks.
    pub(super) fn push_missing(
        &mut self,
        rule: SchemaRule,
        node: NodeId,
        missing: Option<String>,
        message: String,
    ) {
        self.issues.push(Issue {
            rule,
            severity: rule.severity(),
            node,
            missing,
            message,
            hint: None,
            mend: None,
        });
    }

    /// As [`Self::push`], for what a newer version of the schema may allow.
    pub(super) fn push_unknown(
        &mut self,
        rule: SchemaRule,
        node: NodeId,
        message: String,
        hint: Option<String>,
    ) {
        if let Some(reason) = self.reader.drops_unknown().filter(|_| rule == SchemaRule::UnknownField) {
            return self.warn(rule, node, message, Some(hint_and(hint, reason)));
        }
        if !self.dated {
            return self.push(rule, node, message, hint);
        }
        let caution = "the schema that gate carries may be older than the cluster's; keep the CustomResourceDefinition \
                       in the repository to be sure";
        self.warn(rule, node, message, Some(hint_and(hint, caution)));
    }

    /// Appends a finding that is a warning whatever the rule's severity.
    pub(super) fn warn(&mut self, rule: SchemaRule, node: NodeId, message: String, hint: Option<String>) {
        self.issues.push(Issue {
            rule,
            severity: Severity::Warning,
            node,
            missing: None,
            message,
            hint,
            mend: None,
        });
    }

    /// What a sentence about `n` begins with.
    pub(super) fn subject(&self, n: NodeId) -> Cow<'static, str> {
        match self.tape.key_of(n) {
            Some(key) => Cow::Owned(quote(self.tape.text(key))),
            None => Cow::Borrowed("this item"),
        }
    }

    fn quotes_hint(&self, n: NodeId) -> String {
        let span = self.tape.span(n);
        let written = self.tape.source().get(span.start as usize..span.end as usize).unwrap_or_default();
        match std::str::from_utf8(written) {
            Ok(written) if !self.secret && !written.is_empty() => {
                format!("write it in quotes: \"{}\"", shorten(&clean_line(written), SHOWN))
            }
            _ => "write it in quotes".to_owned(),
        }
    }

    /// For a number, or a boolean, that stands in quotes.
    fn plain_hint(&self, node: Node, n: NodeId) -> Option<String> {
        let text = self.tape.text(n);
        let fits = match node.kind {
            NodeKind::Integer => text.parse::<i64>().is_ok(),
            NodeKind::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
            NodeKind::Boolean => matches!(text, "true" | "false"),
            _ => false,
        };
        (fits && !self.secret && self.tape.kind(n) == Kind::Str)
            .then(|| format!("write it without quotes: {}", clean_line(text)))
    }

    /// For an amount with the unit of bytes behind it, which quantities do without.
    pub(super) fn quantity_hint(&self, format: Format, text: &str) -> Option<String> {
        let is_quantity = matches!(format, Format::Quantity | Format::PositiveQuantity);
        let plain = text.strip_suffix(['B', 'b']).filter(|_| is_quantity && !self.secret)?;
        forms::is_form(format, plain).then(|| format!("did you mean `{plain}`?"))
    }

    /// See [`is_placeholder`].
    pub(super) fn is_placeholder(&mut self, n: NodeId) -> bool {
        let is_placeholder = is_placeholder(self.tape, n);
        self.trial.doubt |= is_placeholder;
        is_placeholder
    }
}

/// A text that something fills in before the object reaches the server: a variable of Flux's substitution, or
/// a value that SOPS has encrypted. What will be there cannot be judged.
pub(super) fn is_placeholder(tape: &Tape, n: NodeId) -> bool {
    if tape.kind(n) != Kind::Str {
        return false;
    }
    let text = tape.text(n);
    // Asked of most values: searching for two characters takes longer to prepare than most of them take to search.
    let may_be = memchr::memchr(b'$', text.as_bytes()).is_some();
    let variable = may_be && text.split_once("${").is_some_and(|(_, rest)| rest.contains('}'));
    variable || text.starts_with("ENC[") && text.ends_with(']')
}

fn wanted(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Object | NodeKind::Metadata => "a mapping",
        NodeKind::Array => "a list",
        NodeKind::String => "a string",
        NodeKind::Integer => "a whole number",
        NodeKind::Number => "a number",
        NodeKind::Boolean => "true or false",
        NodeKind::IntOrString => "a whole number or a string",
        NodeKind::Quantity => "a quantity (a string or a number)",
        NodeKind::Any | NodeKind::Reference => "something else",
    }
}

fn found(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Int => "a whole number",
        Kind::Float => "a number with a fraction",
        Kind::Str => "a string",
        Kind::Map => "a mapping",
        Kind::Seq => "a list",
    }
}

/// A hint and, in brackets, why it is no more than that.
fn hint_and(hint: Option<String>, reason: &str) -> String {
    hint.map_or_else(|| reason.to_owned(), |hint| format!("{hint} ({reason})"))
}

/// `text` in backticks, cleaned and shortened.
pub(super) fn quote(text: &str) -> String {
    format!("`{}`", shorten(&clean_line(text), SHOWN))
}

fn one_of(begin: &str, names: &mut Vec<&str>) -> Option<String> {
    if names.is_empty() || names.len() > LISTED {
        return None;
    }
    names.sort_unstable();
    Some(format!("{begin} {}", names.join(", ")))
}
