//! What a schema of a CustomResourceDefinition may say within `allOf`, `anyOf`, `oneOf` and `not`, and of the fields
//! that every object has.

use super::crd_schema::{JUNCTORS, Lint, MAX_DEPTH, TYPES};
use crate::text::{clean_line, shorten};
use crate::yaml::{Kind, NodeId};

/// Keywords that are about what a value is; within `allOf`, `anyOf`, `oneOf` and `not` they may not be.
const STRUCTURAL: [&str; 13] = [
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
    "x-kubernetes-validations",
];

impl Lint<'_> {
    /// Judges what the junctors of `schema` hold.
    pub(super) fn junctors(&mut self, schema: NodeId, depth: u32) {
        let either = self.is_true(schema, "x-kubernetes-int-or-string");
        for junctor in JUNCTORS {
            let all = self.listed(schema, junctor);
            if either && junctor == "anyOf" && self.is_int_or_string(&all) {
                continue;
            }
            for (number, item) in all.into_iter().enumerate() {
                let first = either && junctor == "allOf" && number == 0;
                self.value_rule(item, junctor, first, depth);
            }
        }
        if let Some(not) = self.map(schema, "not") {
            self.value_rule(not, "not", false, depth);
        }
    }

    fn listed(&self, schema: NodeId, junctor: &str) -> Vec<NodeId> {
        let list = self.tape.get(schema, junctor).filter(|&n| self.tape.kind(n) == Kind::Seq);
        list.map(|list| self.tape.items(list).collect()).unwrap_or_default()
    }

    /// True for the alternatives "a whole number" and "a string", in this order and with nothing else.
    fn is_int_or_string(&self, all: &[NodeId]) -> bool {
        let is = |&n: &NodeId, wanted: &str| {
            self.tape.entries(n).count() == 1 && self.text(n, "type").is_some_and(|(_, text)| text == wanted)
        };
        matches!(all, [a, b] if is(a, "integer") && is(b, "string"))
    }

    /// A schema within `allOf` and its like: it restricts values and says nothing of what they are. The first of an
    /// `allOf` may hold the alternatives of a value that is a whole number or a string.
    fn value_rule(&mut self, schema: NodeId, junctor: &str, either: bool, depth: u32) {
        if self.tape.kind(schema) != Kind::Map || depth > MAX_DEPTH {
            return;
        }
        for keyword in STRUCTURAL {
            let Some(found) = self.tape.get(schema, keyword).filter(|&found| self.says_something(found))
            else {
                continue;
            };
            let place = self.tape.key_of(found).unwrap_or(found);
            self.report(place, &format!("`{keyword}` may not be used within `{junctor}`"));
        }
        if let Some((place, text)) = self.text(schema, "type")
            && !TYPES.contains(&text.as_str())
        {
            self.unknown_type(place);
        }
        self.keywords(schema);
        let inner = self.map(schema, "properties").map(|map| self.children(map)).unwrap_or_default();
        for (key, property) in inner {
            if self.tape.text(key) == "metadata" {
                self.report(key, &format!("nothing may be said of `metadata` within `{junctor}`"));
            }
            self.value_rule(property, junctor, false, depth + 1);
        }
        if let Some(items) = self.map(schema, "items") {
            self.value_rule(items, junctor, false, depth + 1);
        }
        for inner in JUNCTORS {
            let all = self.listed(schema, inner);
            if !(either && inner == "anyOf" && self.is_int_or_string(&all)) {
                all.into_iter().for_each(|item| self.value_rule(item, inner, false, depth + 1));
            }
        }
        if let Some(not) = self.map(schema, "not") {
            self.value_rule(not, "not", false, depth + 1);
        }
    }

    /// False for what is as good as absent: null, false, and texts and lists without anything in them.
    fn says_something(&self, n: NodeId) -> bool {
        match self.tape.kind(n) {
            Kind::Null => false,
            Kind::Bool => {
                self.tape.text(n) == "true"
                    || self.tape.key_of(n).is_some_and(|key| self.tape.text(key) == "default")
            }
            Kind::Str => !self.tape.text(n).is_empty(),
            Kind::Seq => self.tape.items(n).next().is_some(),
            _ => true,
        }
    }

    /// What the junctors of the topmost schema name has to be described outside of them.
    pub(super) fn complete(&mut self, schema: NodeId) {
        for junctor in JUNCTORS {
            for item in self.listed(schema, junctor) {
                self.described(schema, item, junctor, 0);
            }
        }
        if let Some(not) = self.map(schema, "not") {
            self.described(schema, not, "not", 0);
        }
    }

    fn described(&mut self, outer: NodeId, schema: NodeId, junctor: &str, depth: u32) {
        if self.tape.kind(schema) != Kind::Map || depth > MAX_DEPTH {
            return;
        }
        let known = self.map(outer, "properties");
        let inner = self.map(schema, "properties").map(|map| self.children(map)).unwrap_or_default();
        for (key, property) in inner {
            let name = self.tape.text(key);
            match known.and_then(|known| self.map(known, name)) {
                Some(outside) => self.described(outside, property, junctor, depth + 1),
                None => {
                    let name = shorten(&clean_line(name), 60).into_owned();
                    self.report(key, &format!("`{name}` is not described outside of `{junctor}`"));
                }
            }
        }
        if let Some(items) = self.map(schema, "items") {
            match self.map(outer, "items") {
                Some(outside) => self.described(outside, items, junctor, depth + 1),
                None => self.report(items, &format!("the items are not described outside of `{junctor}`")),
            }
        }
        for inner in JUNCTORS {
            for item in self.listed(schema, inner) {
                self.described(outer, item, inner, depth + 1);
            }
        }
        if let Some(not) = self.map(schema, "not") {
            self.described(outer, not, "not", depth + 1);
        }
    }

    /// The fields of an object that the server itself describes.
    pub(super) fn own_fields(&mut self, schema: NodeId, topmost: bool) {
        let Some(properties) = self.map(schema, "properties") else { return };
        for name in ["apiVersion", "kind"] {
            let Some(own) = self.map(properties, name) else { continue };
            if self.text(own, "type").is_none_or(|(_, text)| text != "string") {
                self.report(own, &format!("`{name}` has to be a string"));
            }
        }
        let Some(metadata) = self.map(properties, "metadata") else { return };
        if self.text(metadata, "type").is_none_or(|(_, text)| text != "object") {
            self.report(metadata, "`metadata` has to be an object");
        }
        let fields = self.map(metadata, "properties").map(|map| self.children(map)).unwrap_or_default();
        for (key, _) in fields {
            if topmost && !matches!(self.tape.text(key), "name" | "generateName") {
                self.report(key, "of `metadata`, only `name` and `generateName` can be restricted");
            }
        }
    }
}
