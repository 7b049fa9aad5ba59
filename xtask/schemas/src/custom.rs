//! Custom resources of all sources: the first source that has a kind wins.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use gate::schema::{PackBuilder, Scope};
use serde_json::Value;

use crate::Result;
use crate::kubernetes::{Version, references};

/// A kind of one source.
#[derive(Debug, Clone)]
pub(crate) struct CustomKind {
    pub api_version: String,
    pub kind: String,
    pub scope: Scope,
    pub schema: Value,
    /// Its definition says that the version is deprecated.
    pub deprecated: bool,
}

/// The kinds taken so far.
#[derive(Debug)]
pub(crate) struct CustomKinds {
    kinds: BTreeMap<(String, String), CustomKind>,
    /// Groups and kinds of Kubernetes itself, which are not custom resources in any of their versions.
    built_in: BTreeSet<(String, String)>,
    definitions: BTreeSet<String>,
}

impl CustomKinds {
    /// None yet.
    pub(crate) fn new(versions: &[Version]) -> Self {
        let kinds = versions.iter().flat_map(|version| version.kinds.keys());
        let built_in =
            kinds.map(|(api_version, kind)| (group(api_version).to_owned(), kind.clone())).collect();
        let definitions = versions.last().into_iter().flat_map(|version| version.definitions.keys().cloned());
        Self { kinds: BTreeMap::new(), built_in, definitions: definitions.collect() }
    }

    /// Takes the kinds that no earlier source had, and of the others the fields that the earlier source lacks: one of the
    /// two is older, and a cluster may have either.
    pub(crate) fn add(&mut self, kinds: &[CustomKind]) {
        for found in kinds {
            if !self.built_in.contains(&(group(&found.api_version).to_owned(), found.kind.clone())) {
                let key = (found.api_version.clone(), found.kind.clone());
                match self.kinds.entry(key) {
                    Entry::Vacant(vacant) => _ = vacant.insert(found.clone()),
                    Entry::Occupied(known) => absorb(&mut known.into_mut().schema, &found.schema, 0),
                }
            }
        }
    }

    /// Takes the kinds of each group that has a twin for that twin, where no source has them.
    pub(crate) fn add_twins(&mut self, twins: &[(&str, &str)]) {
        for (group, twin) in twins {
            let named = |found: &CustomKind| {
                let version = found.api_version.strip_prefix(group)?.strip_prefix('/')?;
                Some(CustomKind { api_version: format!("{twin}/{version}"), ..found.clone() })
            };
            let found: Vec<CustomKind> = self.kinds.values().filter_map(named).collect();
            let is_new = |found: &&CustomKind| {
                !self.kinds.contains_key(&(found.api_version.clone(), found.kind.clone()))
            };
            let found: Vec<CustomKind> = found.iter().filter(is_new).cloned().collect();
            self.add(&found);
        }
    }

    /// The number of kinds.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The number of groups.
    pub(crate) fn groups(&self) -> usize {
        self.kinds.keys().map(|(api_version, _)| group(api_version)).collect::<BTreeSet<_>>().len()
    }

    /// Writes all of them. What refers to a definition that the pack does not have allows everything there.
    pub(crate) fn write(&self, builder: &mut PackBuilder) -> Result<()> {
        for found in self.kinds.values() {
            let mut schema = found.schema.clone();
            let mut targets = Vec::new();
            references(&schema, &mut targets);
            if targets.iter().any(|target| !self.definitions.contains(target)) {
                self.cut(&mut schema);
            }
            let kind = (found.api_version.as_str(), found.kind.as_str());
            builder.custom(kind, &schema, found.scope)?;
            if found.deprecated {
                builder.deprecated(kind)?;
            }
        }
        Ok(())
    }

    fn cut(&self, schema: &mut Value) {
        match schema {
            Value::Object(map) => {
                let target =
                    map.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
                if target.is_some_and(|target| !self.definitions.contains(target)) {
                    map.clear();
                }
                map.values_mut().for_each(|value| self.cut(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.cut(item)),
            _ => {}
        }
    }
}

/// Adds to `known` the fields that only `other` has.
fn absorb(known: &mut Value, other: &Value, depth: u32) {
    for key in ["items", "additionalProperties"] {
        if let (Some(known), Some(other)) = (known.get_mut(key), other.get(key)) {
            absorb(known, other, depth + 1);
        }
    }
    let fields = other.get("properties").and_then(Value::as_object);
    let Some(known) = known.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, field) in fields.into_iter().flatten() {
        if depth == 0 && matches!(name.as_str(), "apiVersion" | "kind" | "metadata" | "status") {
            continue;
        }
        match known.get_mut(name) {
            Some(known) => absorb(known, field, depth + 1),
            None => _ = known.insert(name.clone(), field.clone()),
        }
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kind(api_version: &str, schema: Value) -> CustomKind {
        CustomKind {
            api_version: api_version.into(),
            kind: "Widget".into(),
            scope: Scope::Unknown,
            schema,
            deprecated: false,
        }
    }

    #[test]
    fn the_first_source_wins_and_gets_the_fields_it_lacks() {
        let mut kinds = CustomKinds::new(&[]);
        let spec = |fields: Value| json!({"properties": {"spec": {"properties": fields}}});
        kinds.add(&[kind("a.example/v1", spec(json!({"size": {"type": "integer", "minimum": 1}})))]);
        let newer = json!({"size": {"type": "integer"}, "colour": {"type": "string"}});
        kinds.add(&[kind("a.example/v1", spec(newer))]);
        kinds.add_twins(&[("a.example", "b.example")]);
        let wanted = spec(json!({"size": {"type": "integer", "minimum": 1}, "colour": {"type": "string"}}));
        let found: Vec<_> =
            kinds.kinds.values().map(|kind| (kind.api_version.as_str(), &kind.schema)).collect();
        assert_eq!(found, [("a.example/v1", &wanted), ("b.example/v1", &wanted)]);
    }
}
