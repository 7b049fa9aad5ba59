//! CustomResourceDefinitions in the folders of Go modules.

use std::fs;
use std::path::Path;

use gate::schema::Scope;
use gate::yaml::{Limits, NodeId, Tape, parse};
use serde_json::Value;

use crate::Result;
use crate::custom::CustomKind;
use crate::download::{Packages, files};
use crate::modules::{DEFINITIONS, DefinitionSource};

/// The served kinds of all modules, in the modules' order.
pub(crate) fn read(packages: &Packages) -> Result<Vec<CustomKind>> {
    let mut kinds = Vec::new();
    for definitions in DEFINITIONS {
        let before = kinds.len();
        read_module(packages.folder(&definitions.source)?, definitions, &mut kinds)?;
        if kinds.len() == before {
            return Err(format!("{} has no definitions", definitions.source.package).into());
        }
    }
    Ok(kinds)
}

fn read_module(unpacked: &Path, definitions: &DefinitionSource, kinds: &mut Vec<CustomKind>) -> Result<()> {
    let source = definitions.source;
    let root = unpacked.join(format!("{}@{}", source.package, source.version));
    for folder in definitions.folders {
        for path in files(&root.join(folder), &|name| name.ends_with(".yaml") || name.ends_with(".yml"))? {
            let parsed = parse(fs::read(&path)?, &Limits::default());
            for document in
                parsed.documents.iter().filter(|document| is_definition(&parsed.tape, document.root))
            {
                take(&json(&parsed.tape, document.root)?, kinds)
                    .ok_or_else(|| format!("{} is no definition", path.display()))?;
            }
        }
    }
    Ok(())
}

fn is_definition(tape: &Tape, root: NodeId) -> bool {
    let is_whole = tape.pointer(root, "/spec/versions").is_some();
    is_whole && tape.str_at(root, "kind") == Some("CustomResourceDefinition")
}

fn json(tape: &Tape, root: NodeId) -> Result<Value> {
    let mut text = String::new();
    tape.write_json(root, &mut text);
    Ok(serde_json::from_str(&text)?)
}

/// The served versions of one definition; `None` if it is not one.
fn take(definition: &Value, kinds: &mut Vec<CustomKind>) -> Option<()> {
    let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str);
    let (group, kind) = (text("/spec/group")?, text("/spec/names/kind")?);
    let scope = if text("/spec/scope")? == "Cluster" { Scope::Cluster } else { Scope::Namespaced };
    for version in definition.pointer("/spec/versions")?.as_array()? {
        let is = |key: &str| version.get(key) == Some(&Value::Bool(true));
        let schema = version.pointer("/schema/openAPIV3Schema").filter(|_| is("served"));
        if let Some(schema) = schema {
            kinds.push(CustomKind {
                api_version: format!("{group}/{}", version.get("name")?.as_str()?),
                kind: kind.to_owned(),
                scope,
                schema: schema.clone(),
                deprecated: is("deprecated"),
            });
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn takes_the_served_versions_with_their_marks() {
        let schema = json!({"openAPIV3Schema": {"type": "object"}});
        let definition = json!({"spec": {
        "group": "example.com", "scope": "Cluster", "names": {"kind": "Widget"},
        "versions": [
            {"name": "v1", "served": true, "schema": schema},
            {"name": "v1beta1", "served": true, "deprecated": true, "schema": schema},
            {"name": "v1alpha1", "served": false, "deprecated": true, "schema": schema},
        ]}});
        let mut kinds = Vec::new();
        assert_eq!(take(&definition, &mut kinds), Some(()));
        let found: Vec<_> = kinds.iter().map(|kind| (kind.api_version.as_str(), kind.deprecated)).collect();
        assert_eq!(found, [("example.com/v1", false), ("example.com/v1beta1", true)]);
        assert!(kinds.iter().all(|kind| kind.scope == Scope::Cluster && kind.kind == "Widget"));
        assert_eq!(take(&json!({"spec": {}}), &mut kinds), None);
    }
}
