//! A CustomResourceDefinition on a tape to a table of its own.

use serde_json::Value;

use super::SchemaError;
use super::compile::{Compiler, Dialect};
use super::table::{DEPRECATED_SHIFT, KIND_CLUSTER, KIND_CUSTOM, KIND_NAMESPACED, Table};
use super::writer::TableWriter;
use crate::yaml::{NodeId, Tape};

/// The table of the served versions of the definition at `root`, and the kinds in it as `group/version/Kind`.
pub(super) fn compile(tape: &Tape, root: NodeId) -> Result<(Table, Vec<String>), SchemaError> {
    let group = text_at(tape, root, "/spec/group")?;
    let kind = text_at(tape, root, "/spec/names/kind")?;
    let scope = if tape.pointer(root, "/spec/scope").is_some_and(|n| tape.text(n) == "Cluster") {
        KIND_CLUSTER
    } else {
        KIND_NAMESPACED
    };
    let old = tape.str_at(root, "apiVersion") == Some("apiextensions.k8s.io/v1beta1");
    let keeps = tape.pointer(root, "/spec/preserveUnknownFields").map(|n| tape.text(n) == "true");
    let mut writer = TableWriter::new();
    let mut kinds = Vec::new();
    for (version, schema, deprecated) in versions(tape, root)? {
        let keep_unknown = keeps.unwrap_or(old);
        let mut compiler = Compiler { keep_unknown, ..Compiler::new(&mut writer, Dialect::Custom) };
        let node = compiler.compile_root(&schema)?;
        let api_version = format!("{group}/{version}");
        writer.kind((&api_version, kind), KIND_CUSTOM | scope | deprecated, u32::MAX, node)?;
        kinds.push(format!("{api_version}/{kind}"));
    }
    if kinds.is_empty() {
        return Err(SchemaError::Crd { what: "it serves no version".to_owned() });
    }
    Ok((writer.finish_table()?, kinds))
}

/// Names, schemas and flags of the served versions; a version without a schema of its own has the common one, or one
/// that allows everything.
fn versions(tape: &Tape, root: NodeId) -> Result<Vec<(String, Value, u32)>, SchemaError> {
    let common = tape.pointer(root, "/spec/validation/openAPIV3Schema");
    let schema = |own: Option<NodeId>| match own.or(common) {
        Some(n) => value(tape, n),
        None => Ok(serde_json::json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})),
    };
    let Some(list) = tape.pointer(root, "/spec/versions") else {
        let name = text_at(tape, root, "/spec/version")?;
        return Ok(vec![(name.to_owned(), schema(None)?, 0)]);
    };
    let is_served = |&n: &NodeId| tape.get(n, "served").is_none_or(|served| tape.text(served) != "false");
    let mut all = Vec::new();
    for version in tape.items(list).filter(is_served) {
        if let Some(name) = tape.str_at(version, "name") {
            let is_deprecated = tape.get(version, "deprecated").is_some_and(|n| tape.text(n) == "true");
            let flag = u32::from(is_deprecated) << DEPRECATED_SHIFT;
            all.push((name.to_owned(), schema(tape.pointer(version, "/schema/openAPIV3Schema"))?, flag));
        }
    }
    Ok(all)
}

fn text_at<'t>(tape: &'t Tape, root: NodeId, pointer: &str) -> Result<&'t str, SchemaError> {
    let found = tape.pointer(root, pointer).map(|n| tape.text(n)).filter(|text| !text.is_empty());
    let path = || pointer.replace('/', ".").trim_start_matches('.').to_owned();
    found.ok_or_else(|| SchemaError::Crd { what: format!("it has no {}", path()) })
}

fn value(tape: &Tape, n: NodeId) -> Result<Value, SchemaError> {
    let mut json = String::new();
    tape.write_json(n, &mut json);
    serde_json::from_str(&json).map_err(|error| SchemaError::Crd { what: error.to_string() })
}
