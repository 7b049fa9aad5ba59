//! Custom resources of all sources: the first source that has a kind wins.

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

    /// Takes the kinds that no earlier source had.
    pub(crate) fn add(&mut self, kinds: &[CustomKind]) {
        for found in kinds {
            if !self.built_in.contains(&(group(&found.api_version).to_owned(), found.kind.clone())) {
                let key = (found.api_version.clone(), found.kind.clone());
                self.kinds.entry(key).or_insert_with(|| found.clone());
            }
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
            builder.custom((&found.api_version, &found.kind), &schema, found.scope)?;
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

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
