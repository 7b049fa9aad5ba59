//! The kinds of Kubernetes itself: per minor version, the definitions that a stored kind reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use gate::schema::{KubeVersion, PackBuilder, Scope};
use serde_json::{Map, Value};

use crate::Result;
use crate::amend::Rules;
use crate::download::{Packages, files};
use crate::sources::KUBERNETES;
use crate::types::Library;

/// Scopes by group and kind.
pub(crate) type Scopes = BTreeMap<(String, String), Scope>;

/// One minor version.
#[derive(Debug)]
pub(crate) struct Version {
    pub version: KubeVersion,
    /// By name; those that no kind reaches are gone.
    pub definitions: BTreeMap<String, Value>,
    /// `apiVersion` and kind, and the definition.
    pub kinds: BTreeMap<(String, String), String>,
}

/// Reads all versions, oldest first.
pub(crate) fn read(packages: &Packages, types: &Library) -> Result<Vec<Version>> {
    let rules = Rules::read()?;
    let mut versions = Vec::new();
    for (source, oldest, newest) in &KUBERNETES {
        let all = files(packages.folder(source)?, &|name| name == "_definitions.json")?;
        for minor in *oldest..=*newest {
            let folder = format!("v1.{minor}.0-local");
            let is_it =
                |path: &&std::path::PathBuf| path.parent().is_some_and(|parent| parent.ends_with(&folder));
            let path = all.iter().find(is_it).ok_or_else(|| format!("there is no {folder}"))?;
            let file = serde_json::from_slice(&fs::read(path)?)?;
            versions.push(version(KubeVersion::new(minor), file, &rules, types)?);
        }
    }
    Ok(versions)
}

/// Writes one version.
pub(crate) fn add(
    builder: &mut PackBuilder,
    version: &Version,
    scopes: &Scopes,
    types: &Library,
) -> Result<()> {
    for (name, schema) in &version.definitions {
        builder.definition(version.version, name, schema)?;
    }
    for ((api_version, kind), name) in &version.kinds {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let scope = scopes.get(&(group.to_owned(), kind.clone())).copied().unwrap_or(Scope::Unknown);
        builder.built_in(version.version, (api_version, kind), name, scope)?;
        if let Some((deprecated, removed)) = types.lifecycle(&(api_version.clone(), kind.clone())) {
            builder.lifecycle((api_version, kind), deprecated, removed)?;
        }
    }
    Ok(())
}

fn version(version: KubeVersion, mut file: Value, rules: &Rules, types: &Library) -> Result<Version> {
    let key = if file.get("$defs").is_some() { "$defs" } else { "definitions" };
    let definitions = file.get_mut(key).and_then(Value::as_object_mut).ok_or("a file without definitions")?;
    let mut kinds = BTreeMap::new();
    for (name, schema) in definitions.iter() {
        for kind in group_version_kinds(schema) {
            kinds.insert(kind, name.clone());
        }
    }
    let mut reached = BTreeSet::new();
    for name in kinds.values() {
        reach(name, definitions, &mut reached);
    }
    let mut kept = BTreeMap::new();
    for name in reached {
        if let Some(mut schema) = definitions.remove(&name) {
            types.amend(version.minor, &name, &mut schema);
            rules.amend(&name, &mut schema)?;
            kept.insert(name, schema);
        }
    }
    Ok(Version { version, definitions: kept, kinds })
}

/// The kinds that a definition is, if objects of it have metadata of their own.
fn group_version_kinds(schema: &Value) -> Vec<(String, String)> {
    let metadata = schema.pointer("/properties/metadata/$ref").and_then(Value::as_str).unwrap_or_default();
    let listed = schema.get("x-kubernetes-group-version-kind").and_then(Value::as_array);
    if !metadata.ends_with(".ObjectMeta") {
        return Vec::new();
    }
    listed.into_iter().flatten().filter_map(api_version_and_kind).collect()
}

/// `apiVersion` and kind of a `x-kubernetes-group-version-kind`.
pub(crate) fn api_version_and_kind(gvk: &Value) -> Option<(String, String)> {
    let part = |key: &str| gvk.get(key).and_then(Value::as_str);
    let (group, version, kind) = (part("group").unwrap_or_default(), part("version")?, part("kind")?);
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    Some((api_version, kind.to_owned()))
}

fn reach(name: &str, definitions: &Map<String, Value>, reached: &mut BTreeSet<String>) {
    if !reached.insert(name.to_owned()) {
        return;
    }
    if let Some(schema) = definitions.get(name) {
        let mut targets = Vec::new();
        references(schema, &mut targets);
        for target in targets {
            reach(&target, definitions, reached);
        }
    }
}

/// The last parts of all `$ref`s in `schema`.
pub(crate) fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                found.extend(target.rsplit('/').next().map(str::to_owned));
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
