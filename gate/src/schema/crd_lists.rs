//! The list and map types that a schema of a CustomResourceDefinition declares.

use super::crd_schema::Lint;
use crate::text::{clean_line, shorten};
use crate::yaml::NodeId;

const SCALARS: [&str; 4] = ["string", "integer", "number", "boolean"];

impl Lint<'_> {
    pub(super) fn lists(&mut self, schema: NodeId) {
        let is = |wanted: &str| self.text(schema, "type").is_some_and(|(_, text)| text == wanted);
        let (array, object) = (is("array"), is("object"));
        if let Some((place, text)) = self.text(schema, "x-kubernetes-map-type") {
            if !object {
                self.report(place, "`x-kubernetes-map-type` belongs to an object");
            } else if !matches!(text.as_str(), "atomic" | "granular") {
                self.report(place, "`x-kubernetes-map-type` has to be atomic or granular");
            }
        }
        let keys = self.tape.get(schema, "x-kubernetes-list-map-keys");
        let Some((place, text)) = self.text(schema, "x-kubernetes-list-type") else {
            if let Some(keys) = keys.filter(|&keys| self.tape.items(keys).next().is_some()) {
                self.report(keys, "`x-kubernetes-list-map-keys` needs `x-kubernetes-list-type: map`");
            }
            return;
        };
        if !array {
            return self.report(place, "`x-kubernetes-list-type` belongs to a list");
        }
        match text.as_str() {
            "atomic" => {}
            "set" => self.set_items(schema),
            "map" => self.list_map(schema, place, keys),
            _ => self.report(place, "`x-kubernetes-list-type` has to be atomic, set or map"),
        }
    }

    fn set_items(&mut self, schema: NodeId) {
        let Some(items) = self.map(schema, "items") else { return };
        let atomic = |key: &str| self.text(items, key).is_some_and(|(_, text)| text == "atomic");
        let is_fit = match self.text(items, "type").map(|(_, text)| text).as_deref() {
            Some("object") => atomic("x-kubernetes-map-type"),
            Some("array") => {
                atomic("x-kubernetes-list-type") || self.tape.get(items, "x-kubernetes-list-type").is_none()
            }
            _ => true,
        };
        if !is_fit || self.is_true(items, "nullable") {
            self.report(items, "the items of a set have to be scalars or atomic, and not nullable");
        }
    }

    fn list_map(&mut self, schema: NodeId, place: NodeId, keys: Option<NodeId>) {
        let names: Vec<NodeId> = keys.map(|keys| self.tape.items(keys).collect()).unwrap_or_default();
        if names.is_empty() {
            return self.report(place, "a list map needs `x-kubernetes-list-map-keys`");
        }
        let Some(items) = self.map(schema, "items") else { return };
        let required: Vec<&str> = self
            .tape
            .get(items, "required")
            .map(|list| self.tape.items(list).map(|n| self.tape.text(n)).collect())
            .unwrap_or_default();
        let mut wrong = Vec::new();
        for name in names {
            let text = self.tape.text(name);
            let shown = shorten(&clean_line(text), 60).into_owned();
            let Some(property) = self.map(items, "properties").and_then(|map| self.map(map, text)) else {
                wrong.push((name, format!("the items have no field `{shown}`")));
                continue;
            };
            let scalar = self.text(property, "type").is_none_or(|(_, text)| SCALARS.contains(&text.as_str()));
            if !scalar || self.is_true(property, "nullable") {
                wrong
                    .push((name, format!("`{shown}` is no key: it has to be a scalar that is not nullable")));
            } else if !required.contains(&text) && self.tape.get(property, "default").is_none() {
                wrong.push((name, format!("the key `{shown}` has to be required, or to have a default")));
            }
        }
        wrong.iter().for_each(|(place, message)| self.report(*place, message));
    }
}
