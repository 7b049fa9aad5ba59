//! Whether a schema of a CustomResourceDefinition is structural, and its rules can be compiled.

use super::Issue;
use super::crd_value;
use crate::cel::{CompileError, Program};
use crate::text::{clean_line, shorten};
use crate::yaml::{Kind, NodeId, Tape};

/// Deepest nesting of a schema that is looked at; deeper ones are refused when they are compiled.
const MAX_DEPTH: u32 = 200;
/// Keywords of JSON Schema that structural schemas may not have.
const FORBIDDEN: [&str; 7] =
    ["$ref", "$schema", "id", "definitions", "dependencies", "patternProperties", "additionalItems"];
/// Keywords that are about what a value is; within `allOf`, `anyOf`, `oneOf` and `not` they may not be.
const STRUCTURAL: [&str; 12] = [
    "type",
    "description",
    "title",
    "default",
    "nullable",
    "additionalProperties",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    "x-kubernetes-int-or-string",
];
const JUNCTORS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];

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
        self.node(schema, Spot { depth: 0, correlated: true });
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

    fn children(&self, n: NodeId) -> Vec<(NodeId, NodeId)> {
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
        self.default(schema);
        for junctor in JUNCTORS {
            let items = self.tape.get(schema, junctor).map(|list| self.tape.items(list).collect::<Vec<_>>());
            for item in items.unwrap_or_default() {
                self.value_rule(schema, item, junctor, spot.depth);
            }
        }
        if let Some(not) = self.map(schema, "not") {
            self.value_rule(schema, not, "not", spot.depth);
        }
        self.below(schema, spot);
    }

    fn below(&mut self, schema: NodeId, spot: Spot) {
        let atomic = self.text(schema, "x-kubernetes-map-type").is_some_and(|(_, text)| text == "atomic");
        let keyed = self.text(schema, "x-kubernetes-list-type").is_some_and(|(_, text)| text == "map");
        let inside = Spot { depth: spot.depth + 1, correlated: spot.correlated && !atomic };
        let properties = self.map(schema, "properties").map(|map| self.children(map)).unwrap_or_default();
        for (_, property) in properties {
            self.node(property, inside);
        }
        if let Some(values) = self.map(schema, "additionalProperties") {
            self.node(values, inside);
        }
        if let Some(items) = self.map(schema, "items") {
            self.node(items, Spot { correlated: spot.correlated && keyed, ..inside });
        }
    }

    fn keywords(&mut self, schema: NodeId) {
        for keyword in FORBIDDEN {
            if let Some(found) = self.tape.get(schema, keyword).filter(|&n| self.tape.kind(n) != Kind::Null) {
                let place = self.tape.key_of(found).unwrap_or(found);
                self.report(place, &format!("`{keyword}` may not be used in a structural schema"));
            }
        }
        if self.is_true(schema, "uniqueItems") {
            self.report(schema, "`uniqueItems` cannot be true: use `x-kubernetes-list-type: set`");
        }
        let other = self.tape.get(schema, "additionalProperties");
        if let Some(other) =
            other.filter(|&n| self.tape.kind(n) == Kind::Bool && self.tape.text(n) == "false")
        {
            self.report(other, "`additionalProperties` cannot be false; unknown fields are dropped anyway");
        } else if let (Some(other), Some(_)) = (other, self.map(schema, "properties")) {
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
        match self.text(schema, "type") {
            None if !keeps && !either => self.report(schema, "the schema has no `type`"),
            None => {}
            Some((place, _)) if either => {
                self.report(place, "`type` and `x-kubernetes-int-or-string` exclude each other");
            }
            Some((place, text)) if !TYPES.contains(&text.as_str()) => {
                self.report(place, &format!("`type` has to be one of {}", TYPES.join(", ")));
            }
            Some((place, text)) => {
                if text == "array" && self.map(schema, "items").is_none() {
                    self.report(schema, "a list needs a schema for its `items`");
                }
                if text != "object" && (keeps || embedded) {
                    self.report(place, "only an object can keep unknown fields or be an embedded resource");
                }
            }
        }
        if embedded && !keeps && self.map(schema, "properties").is_none() {
            self.report(schema, "an embedded resource needs `properties` or has to keep unknown fields");
        }
    }

    /// A schema within `allOf` and its like: it restricts values and says nothing of what they are.
    fn value_rule(&mut self, outer: NodeId, schema: NodeId, junctor: &str, depth: u32) {
        if self.tape.kind(schema) != Kind::Map || depth > MAX_DEPTH {
            return;
        }
        let either = self.is_true(outer, "x-kubernetes-int-or-string");
        for keyword in STRUCTURAL {
            let allowed = either && keyword == "type" && matches!(junctor, "anyOf" | "allOf");
            let Some(found) = self.tape.get(schema, keyword).filter(|_| !allowed) else { continue };
            let place = self.tape.key_of(found).unwrap_or(found);
            self.report(place, &format!("`{keyword}` may not be used within `{junctor}`"));
        }
        let known = self.map(outer, "properties");
        let inner = self.map(schema, "properties").map(|map| self.children(map)).unwrap_or_default();
        for (key, property) in inner {
            let name = self.tape.text(key);
            let outside = known
                .and_then(|known| self.map(known, name))
                .or_else(|| self.map(outer, "additionalProperties"));
            match outside {
                Some(outside) => self.value_rule(outside, property, junctor, depth + 1),
                None => {
                    let name = shorten(&clean_line(name), 60).into_owned();
                    self.report(key, &format!("`{name}` is not described outside of `{junctor}`"));
                }
            }
        }
        for junctor in JUNCTORS {
            let items = self.tape.get(schema, junctor).map(|list| self.tape.items(list).collect::<Vec<_>>());
            for item in items.unwrap_or_default() {
                self.value_rule(outer, item, junctor, depth + 1);
            }
        }
    }

    fn rules(&mut self, schema: NodeId, spot: Spot) {
        let Some(list) = self.tape.get(schema, "x-kubernetes-validations") else { return };
        let rules: Vec<NodeId> = self.tape.items(list).collect();
        for rule in rules {
            self.rules += 1;
            let Some((place, source)) = self.text(rule, "rule") else { continue };
            match Program::compile(&source) {
                Err(error) => self.unreadable(place, &error),
                Ok(program) if program.uses_old() && !spot.correlated => {
                    let what = "`oldSelf` cannot be used here: in lists that are no list maps and in atomic maps \
                                nobody can tell what a value was before";
                    self.report(place, what);
                }
                Ok(_) => {}
            }
            if let Some((place, source)) = self.text(rule, "messageExpression")
                && let Err(error) = Program::compile(&source)
            {
                self.unreadable(place, &error);
            }
            let has_message = self.text(rule, "message").is_some_and(|(_, text)| !text.trim().is_empty());
            if source.trim().contains('\n') && !has_message {
                self.report(place, "a rule of several lines needs a `message`");
            }
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
