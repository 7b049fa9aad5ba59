//! The form of JSON patch operations (RFC 6902), as far as it can be told without knowing what they are applied to.

use super::explain::{is_placeholder, quote};
use super::{Issue, SchemaRule};
use crate::model::Severity;
use crate::text::closest;
use crate::yaml::{Kind, NodeId, Tape};

const NAMES: [&str; 6] = ["add", "copy", "move", "remove", "replace", "test"];

/// Judges the operations in `list` by themselves.
pub fn check_forms(tape: &Tape, list: NodeId, issues: &mut Vec<Issue>) {
    let mut form = Form { tape, issues };
    for operation in tape.items(list) {
        match tape.kind(operation) {
            Kind::Map => form.operation(operation),
            _ => form.refuse(
                SchemaRule::WrongType,
                operation,
                "an operation must be a mapping".to_owned(),
                None,
            ),
        }
    }
}

struct Form<'a> {
    tape: &'a Tape,
    issues: &'a mut Vec<Issue>,
}

impl<'a> Form<'a> {
    fn operation(&mut self, operation: NodeId) {
        let name = self.text(operation, "op").unwrap_or_default();
        if !name.is_empty() && !NAMES.contains(&name) {
            let hint = closest(&name.to_ascii_lowercase(), NAMES.into_iter())
                .map(|near| format!("did you mean `{near}`?"));
            let place = self.tape.get(operation, "op").unwrap_or(operation);
            let message = format!("`op` must be one of `{}`, but is {}", NAMES.join("`, `"), quote(name));
            self.refuse(SchemaRule::InvalidValue, place, message, hint);
        }
        self.path(operation, "path", name);
        if matches!(name, "move" | "copy") {
            self.path(operation, "from", name);
        }
        if matches!(name, "add" | "replace" | "test") && self.tape.get(operation, "value").is_none() {
            let written = self.tape.entries(operation).map(|(key, _)| self.tape.text(key));
            let near = closest("value", written).map(|near| format!("is {} meant to be it?", quote(near)));
            let message = format!("the operation `{name}` has no `value`, and means null");
            self.push(SchemaRule::MissingField, Severity::Warning, operation, message, near);
        }
    }

    /// The text of a field that has to be one.
    fn text(&mut self, operation: NodeId, field: &str) -> Option<&'a str> {
        let tape = self.tape;
        match tape.get(operation, field) {
            Some(n) if tape.kind(n) == Kind::Str => return Some(tape.text(n)),
            Some(n) => self.refuse(SchemaRule::WrongType, n, format!("`{field}` must be a string"), None),
            None => {
                let message = format!("the operation has no `{field}`, which is required");
                self.refuse(SchemaRule::MissingField, operation, message, None);
            }
        }
        None
    }

    fn path(&mut self, operation: NodeId, field: &str, op: &str) {
        let place = self.tape.get(operation, field).unwrap_or(operation);
        match self.text(operation, field) {
            Some("") if op != "test" => {
                let message = format!("`{field}` must not be empty");
                self.refuse(SchemaRule::InvalidValue, place, message, None);
            }
            Some(path) if !path.is_empty() && !path.starts_with('/') && !is_placeholder(self.tape, place) => {
                let message = format!("{} must begin with `/`", quote(path));
                let hint = "what stands before the first `/` is ignored, so that the path leads elsewhere";
                let (rule, hint) = (SchemaRule::InvalidValue, Some(hint.to_owned()));
                self.push(rule, Severity::Warning, place, message, hint);
            }
            _ => {}
        }
    }

    fn refuse(&mut self, rule: SchemaRule, node: NodeId, message: String, hint: Option<String>) {
        self.push(rule, Severity::Error, node, message, hint);
    }

    fn push(
        &mut self,
        rule: SchemaRule,
        severity: Severity,
        node: NodeId,
        message: String,
        hint: Option<String>,
    ) {
        self.issues.push(Issue { rule, severity, node, missing: None, message, hint, mend: None });
    }
}
