//! Whether a schema of a CustomResourceDefinition is structural, and its rules can be compiled.

use super::Issue;
use super::crd_value;
use crate::cel::{CompileError, Program};
use crate::yaml::{Kind, NodeId, Tape};

/// Deepest nesting of a schema that is looked at; deeper ones are refused when they are compiled.
pub(super) const MAX_DEPTH: u32 = 200;
/// Keywords of JSON Schema that structural schemas may not have.
const FORBIDDEN: [&str; 7] =
    ["$ref", "$schema", "id", "definitions", "dependencies", "patternProperties", "additionalItems"];
pub(super) const JUNCTORS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
pub(super) const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];

/// What a rule may give as the reason of its findings.
const REASONS: [&str; 4] =
    ["FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate"];

/// A look at one definition.
pub(super) struct Lint<'a> {
    pub(super) tape: &'a Tape,
    pub(super) issues: &'a mut Vec<Issue>,
    /// Rules that were compiled.
    pub(super) rules: usize,
}

/// Where in a schema a node is.
#[derive(Clone, Copy)]
struct Spot {
    depth: u32,
    /// What a value was before a change can be told.
    correlated: bool,
    /// Below the values of a map, where the server looks at no default.
    in_map: bool,
}

impl Lint<'_> {
    /// Judges the schema of a version.
    pub(super) fn root(&mut self, schema: NodeId) {
        if self.tape.kind(schema) != Kind::Map {
            return;
        }
        if self.text(schema, "type").is_some_and(|(_, text)| text != "object") {
            self.report(schema, "the schema's topmost type has to be `object`");
        }
        if self.is_true(schema, "nullable") {
            self.report(schema, "the topmost value cannot be `nullable`");
        }
        if let Some(other) = self.tape.get(schema, "additionalProperties") {
            self.report(other, "the topmost value cannot have `additionalProperties`");
        }
        self.own_fields(schema, true);
        self.complete(schema);
        self.node(schema, Spot { depth: 0, correlated: true, in_map: false });
    }

    pub(super) fn text(&self, schema: NodeId, key: &str) -> Option<(NodeId, String)> {
        let found = self.tape.get(schema, key).filter(|&n| self.tape.kind(n) == Kind::Str)?;
        Some((found, self.tape.text(found).to_owned()))
    }

    pub(super) fn is_true(&self, schema: NodeId, key: &str) -> bool {
        self.tape
            .get(schema, key)
            .is_some_and(|n| self.tape.kind(n) == Kind::Bool && self.tape.text(n) == "true")
    }

    pub(super) fn map(&self, schema: NodeId, key: &str) -> Option<NodeId> {
        self.tape.get(schema, key).filter(|&n| self.tape.kind(n) == Kind::Map)
    }

    pub(super) fn children(&self, n: NodeId) -> Vec<(NodeId, NodeId)> {
        self.tape.entries(n).filter(|&(_, value)| self.tape.kind(value) == Kind::Map).collect()
    }

    fn node(&mut self, schema: NodeId, spot: Spot) {
        if spot.depth > MAX_DEPTH {
            return;
        }
        self.keywords(schema);
        self.type_of(schema);
        self.lists(schema);
        self.rules(schema, spot);
        if !spot.in_map {
            self.default(schema);
        }
        self.junctors(schema, spot.depth);
        self.below(schema, spot);
    }

    fn below(&mut self, schema: NodeId, spot: Spot) {
        let atomic = self.text(schema, "x-kubernetes-map-type").is_some_and(|(_, text)| text == "atomic");
        let keyed = self.text(schema, "x-kubernetes-list-type").is_some_and(|(_, text)| text == "map");
        let inside = Spot { depth: spot.depth + 1, correlated: spot.correlated && !atomic, ..spot };
        let properties = self.map(schema, "properties").map(|map| self.children(map)).unwrap_or_default();
        for (_, property) in properties {
            self.node(property, inside);
        }
        if let Some(values) = self.map(schema, "additionalProperties") {
            self.node(values, Spot { in_map: true, ..inside });
        }
        if let Some(items) = self.map(schema, "items") {
            self.node(items, Spot { correlated: spot.correlated && keyed, ..inside });
        }
    }

    pub(super) fn keywords(&mut self, schema: NodeId) {
        for keyword in FORBIDDEN {
            if let Some(found) = self.tape.get(schema, keyword).filter(|&n| self.tape.kind(n) != Kind::Null) {
                let place = self.tape.key_of(found).unwrap_or(found);
                self.report(place, &format!("`{keyword}` may not be used in a structural schema"));
            }
        }
        if let Some(items) = self.tape.get(schema, "items").filter(|&n| self.tape.kind(n) == Kind::Seq) {
            self.report(items, "`items` has to be one schema, not a list of them");
        }
        if let Some(keeps) = self.tape.get(schema, "x-kubernetes-preserve-unknown-fields")
            && self.tape.text(keeps) == "false"
        {
            self.report(keeps, "`x-kubernetes-preserve-unknown-fields` has to be true, or not be there");
        }
        if self.is_true(schema, "uniqueItems") {
            self.report(schema, "`uniqueItems` cannot be true: use `x-kubernetes-list-type: set`");
        }
        let other = self.tape.get(schema, "additionalProperties");
        let has_fields = self.map(schema, "properties").is_some_and(|map| !self.children(map).is_empty());
        let is_true = |n: NodeId| self.tape.kind(n) == Kind::Bool && self.tape.text(n) == "true";
        if let Some(other) = other.filter(|&n| has_fields && !is_true(n) && self.tape.kind(n) != Kind::Null) {
            self.report(other, "`additionalProperties` and `properties` exclude each other");
        }
        if let Some((place, pattern)) = self.text(schema, "pattern")
            && let Err(error) = crate::cel::pattern(&pattern)
        {
            self.report(place, &error);
        }
    }

    fn type_of(&mut self, schema: NodeId) {
        let keeps = self.is_true(schema, "x-kubernetes-preserve-unknown-fields");
        let either = self.is_true(schema, "x-kubernetes-int-or-string");
        let embedded = self.is_true(schema, "x-kubernetes-embedded-resource");
        match self.text(schema, "type").filter(|(_, text)| !text.is_empty()) {
            None if embedded => self.report(schema, "an embedded resource needs `type: object`"),
            None if !keeps && !either => self.report(schema, "the schema has no `type`"),
            None => {}
            Some((place, text)) if !TYPES.contains(&text.as_str()) => self.unknown_type(place),
            Some((_, text)) if text == "array" && self.map(schema, "items").is_none() => {
                self.report(schema, "a list needs a schema for its `items`");
            }
            Some((place, text)) if text != "object" && embedded => {
                self.report(place, "only an object can be an embedded resource");
            }
            Some(_) => {}
        }
        if either && (keeps || embedded) {
            let what = "`x-kubernetes-int-or-string` excludes unknown fields and embedded resources";
            self.report(schema, what);
        }
        let fields = self.map(schema, "properties").is_some_and(|map| !self.children(map).is_empty());
        if embedded && !keeps && !fields {
            self.report(schema, "an embedded resource needs `properties` or has to keep unknown fields");
        }
        if embedded {
            if let Some(other) = self.tape.get(schema, "additionalProperties") {
                self.report(other, "an embedded resource cannot have `additionalProperties`");
            }
            self.own_fields(schema, false);
        }
    }

    pub(super) fn unknown_type(&mut self, place: NodeId) {
        self.report(place, &format!("`type` has to be one of {}", TYPES.join(", ")));
    }

    fn rules(&mut self, schema: NodeId, spot: Spot) {
        let Some(list) = self.tape.get(schema, "x-kubernetes-validations") else { return };
        let rules: Vec<NodeId> = self.tape.items(list).collect();
        for rule in rules {
            self.rules += 1;
            let Some((place, source)) = self.text(rule, "rule") else { continue };
            if source.trim().is_empty() {
                self.report(place, "the rule is empty");
                continue;
            }
            match Program::compile(&source) {
                Err(error) => self.unreadable(place, &error),
                Ok(program) if program.uses_old() && !spot.correlated => {
                    let what = "`oldSelf` cannot be used here: in lists that are no list maps and in atomic maps \
                                nobody can tell what a value was before";
                    self.report(place, what);
                }
                Ok(program) if !program.uses_old() && self.is_true(rule, "optionalOldSelf") => {
                    self.report(place, "`optionalOldSelf` is for rules that use `oldSelf`");
                }
                Ok(_) => {}
            }
            if let Some((place, source)) = self.text(rule, "messageExpression")
                && let Err(error) = Program::compile(&source)
            {
                self.unreadable(place, &error);
            }
            self.rule_fields(rule, &source);
        }
    }

    fn rule_fields(&mut self, rule: NodeId, source: &str) {
        let message = self.text(rule, "message");
        let has_message = message.as_ref().is_some_and(|(_, text)| !text.trim().is_empty());
        match &message {
            Some((place, text)) if has_message && text.trim().contains(['\n', '\r']) => {
                self.report(*place, "a message has to be one line");
            }
            Some((place, text)) if !has_message && !text.is_empty() => {
                self.report(*place, "a message has to say something, or not be there");
            }
            None | Some(_) if source.trim().contains('\n') && !has_message => {
                self.report(
                    self.tape.get(rule, "rule").unwrap_or(rule),
                    "a rule of several lines needs a `message`",
                );
            }
            _ => {}
        }
        if let Some((place, reason)) = self.text(rule, "reason")
            && !REASONS.contains(&reason.as_str())
        {
            self.report(place, &format!("`reason` has to be one of {}", REASONS.join(", ")));
        }
    }

    fn unreadable(&mut self, place: NodeId, error: &CompileError) {
        self.report(place, &format!("this is no expression: {error}"));
    }

    fn default(&mut self, schema: NodeId) {
        let Some(default) = self.tape.get(schema, "default").filter(|&n| self.tape.kind(n) != Kind::Null)
        else {
            return;
        };
        for (place, message) in crd_value::misfits(self.tape, schema, default) {
            self.report(place, &format!("the default does not fit: {message}"));
        }
    }
}
