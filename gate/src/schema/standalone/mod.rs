//! Schemas that stand alone, as kubeconform and its catalogs have them: one JSON Schema for one kind. What Kubernetes'
//! own schemas could say becomes a table, with the messages and places of the embedded ones; every other keyword is
//! judged by `jsonschema`. A schema that cannot be judged as a whole is refused: nothing of it is ignored.

mod keywords;
mod lower;
#[cfg(test)]
mod property;
mod refs;
mod rest;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

pub(super) use rest::{MARK, Rest, judge};

use super::SchemaError;
use super::compile::{Compiler, Dialect};
use super::set::SchemaSet;
use super::table::KIND_CUSTOM;
use super::writer::TableWriter;
use crate::text::{clean_line, shorten};

/// Largest schema, in bytes.
pub const MAX_SCHEMA_BYTES: usize = 8 << 20;

impl SchemaSet {
    /// The embedded schemas and above them the JSON Schema in `bytes` for one kind.
    ///
    /// # Errors
    /// It is no JSON Schema, one of another kind, too large, or says what nobody can judge; the text says what.
    pub fn from_json_schema(bytes: &[u8], api_version: &str, kind: &str) -> Result<Self, SchemaError> {
        if bytes.len() > MAX_SCHEMA_BYTES {
            return Err(bad(format!("it has {} bytes, the limit is {MAX_SCHEMA_BYTES}", bytes.len())));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let root: Value =
            serde_json::from_slice(text).map_err(|error| bad(format!("it is no JSON: {error}")))?;
        is_schema_of(&root, api_version, kind)?;
        let deepest = refs::check(&root)?;
        let lowered = lower::lower(&root)?;
        let validators =
            lowered.rest.iter().map(|part| rest::compile(part, &root)).collect::<Result<_, _>>()?;
        let mut writer = TableWriter::new();
        let node = Compiler::new(&mut writer, Dialect::Custom).compile_root(&lowered.schema)?;
        writer.kind((api_version, kind), KIND_CUSTOM, u32::MAX, node)?;
        let mut set = Self::embedded()?;
        set.overlays.push(writer.finish_table()?);
        set.rest = rest::Rest { validators, deepest };
        Ok(set)
    }
}

/// A JSON document that describes nothing would accept everything: an error page, a CustomResourceDefinition.
fn is_schema_of(root: &Value, api_version: &str, kind: &str) -> Result<(), SchemaError> {
    let Some(map) = root.as_object() else { return Err(bad("it is no JSON Schema of an object")) };
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    if text("kind") == Some("CustomResourceDefinition") {
        return Err(bad("it is a CustomResourceDefinition and no JSON Schema"));
    }
    let says = |key: &str| map.contains_key(key);
    let describes = ["properties", "$ref", "allOf", "anyOf", "oneOf", "x-kubernetes-preserve-unknown-fields"];
    if !describes.into_iter().any(says) {
        return Err(bad("it has no `properties`: it would accept everything"));
    }
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let kinds = map.get("x-kubernetes-group-version-kind").and_then(Value::as_array);
    let is_it = |value: &Value| {
        part(value, "group").unwrap_or_default() == group
            && part(value, "version") == Some(version)
            && part(value, "kind") == Some(kind)
    };
    if kinds.is_some_and(|kinds| !kinds.iter().any(is_it)) {
        return Err(bad("it is the schema of another kind (x-kubernetes-group-version-kind)"));
    }
    for (field, own) in [("apiVersion", api_version), ("kind", kind)] {
        let only = root.pointer(&format!("/properties/{field}/enum")).and_then(Value::as_array);
        if only.is_some_and(|only| !only.iter().any(|value| value.as_str() == Some(own))) {
            return Err(bad(format!("it is the schema of another kind (`{field}` cannot be {own})")));
        }
    }
    Ok(())
}

fn part<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

/// A schema that cannot be used; what is wrong with it is cleaned, for it may quote the schema.
fn bad(what: impl AsRef<str>) -> SchemaError {
    let what: Cow<'_, str> = clean_line(what.as_ref());
    SchemaError::JsonSchema { what: shorten(&what, 400).into_owned() }
}
