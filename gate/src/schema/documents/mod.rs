//! Documents that are no objects and have a schema all the same: what kustomize and Helm are told to do. Their schemas
//! are data (`gate/schemas/*.json`), compiled when the first such document is met; what a schema cannot say stands in a
//! file for each tool.

mod chart;
mod kustomization;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use serde_json::Value;

use super::compile::{Compiler, Dialect};
use super::explain::quote;
use super::lookup::{NameRule, SchemaRef, Scope};
use super::reader::Reader;
use super::set::SchemaSet;
use super::table::Table;
use super::walk::Walk;
use super::writer::TableWriter;
use super::{Issue, SchemaError, SchemaRule};
use crate::yaml::{Kind, NodeId, Tape};

const SOURCES: [&str; 2] =
    [include_str!("../../../schemas/kustomization.json"), include_str!("../../../schemas/chart.json")];

/// The number of the table with these schemas.
pub(super) const TABLE: u32 = u32::MAX;

/// What a document is that is no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentSchema {
    /// What `kustomize build` reads: a `Kustomization` or a `Component`.
    Kustomization,
    /// The `Chart.yaml` of a Helm chart.
    Chart,
    /// The `requirements.yaml` beside it.
    Requirements,
}

impl DocumentSchema {
    fn name(self) -> &'static str {
        match self {
            Self::Kustomization => "Kustomization",
            Self::Chart => "Chart",
            Self::Requirements => "Requirements",
        }
    }

    fn reader(self) -> Reader {
        match self {
            Self::Kustomization => Reader::Kustomize,
            Self::Chart | Self::Requirements => Reader::Helm,
        }
    }
}

impl SchemaSet {
    /// Judges a document that is no object and appends what is wrong to `issues`. What the tool that reads it refuses is
    /// an error; what it takes and drops, or will refuse one day, is a warning.
    ///
    /// # Errors
    /// If the schemas of the program are damaged.
    pub fn check_document(
        &self,
        what: DocumentSchema,
        tape: &Tape,
        root: NodeId,
        issues: &mut Vec<Issue>,
    ) -> Result<(), SchemaError> {
        let damaged = SchemaError::Pack { what: "the schemas of kustomizations and charts" };
        let view = table().as_ref().ok_or_else(|| damaged.clone())?.view();
        let kind = view.find_kind("", what.name()).ok_or_else(|| damaged.clone())?;
        let node = view.variant(kind.first_variant, kind.variants, u32::MAX).ok_or(damaged)?;
        let schema = SchemaRef {
            table: TABLE,
            node,
            version: self.newest(),
            custom: false,
            scope: Scope::Unknown,
            names: NameRule::None,
            deprecated: None,
        };
        let mut walk = Walk::new(self, schema, tape, issues);
        walk.reader = what.reader();
        walk.value(node, root, 0);
        if tape.kind(root) == Kind::Map {
            match what {
                DocumentSchema::Kustomization => kustomization::check(&mut walk, root),
                DocumentSchema::Chart => chart::check(&mut walk, root),
                DocumentSchema::Requirements => chart::check_requirements(&mut walk, root),
            }
        }
        Ok(())
    }
}

/// The table of all these schemas; none if one of them cannot be compiled, which a test rules out.
pub(super) fn table() -> &'static Option<Table> {
    static MADE: OnceLock<Option<Table>> = OnceLock::new();
    MADE.get_or_init(|| compile().ok())
}

fn compile() -> Result<Table, SchemaError> {
    let mut writer = TableWriter::new();
    for source in SOURCES {
        let damaged = SchemaError::Pack { what: "a schema of documents" };
        let all: Value = serde_json::from_str(source).map_err(|_| damaged)?;
        let part = |name: &str| all.get(name).and_then(Value::as_object).into_iter().flatten();
        for (name, schema) in part("definitions") {
            let node = Compiler::new(&mut writer, Dialect::BuiltIn).compile(schema)?;
            let index = writer.definition(name)?;
            writer.define(index, u32::MAX, node);
        }
        for (name, schema) in part("documents") {
            let node = Compiler::new(&mut writer, Dialect::BuiltIn).compile(schema)?;
            writer.kind(("", name), 0, u32::MAX, node)?;
        }
    }
    writer.finish_table()
}

/// The value of the field `name` of `map`, unless it is null.
fn field(walk: &Walk<'_>, map: NodeId, name: &str) -> Option<NodeId> {
    let mut entries = walk.tape.entries(map);
    let (_, value) = entries.find(|(key, _)| walk.tape.text(*key).eq_ignore_ascii_case(name))?;
    (walk.tape.kind(value) != Kind::Null).then_some(value)
}

/// The items of the list in field `name` of `map`.
fn items<'t>(walk: &Walk<'t>, map: NodeId, name: &str) -> Vec<NodeId> {
    field(walk, map, name).into_iter().flat_map(|list| walk.tape.items(list)).collect()
}

/// The value of a field and its text, unless it is null, empty, a mapping or a list.
fn word<'t>(walk: &Walk<'t>, map: NodeId, name: &str) -> Option<(NodeId, &'t str)> {
    let tape = walk.tape;
    field(walk, map, name).map(|n| (n, tape.text(n))).filter(|(_, text)| !text.is_empty())
}

/// Tells of each field of `map` that another one replaces.
fn deprecated(walk: &mut Walk<'_>, map: NodeId, rows: &[(&str, &str)]) {
    for (name, instead) in rows {
        let Some(value) = field(walk, map, name) else { continue };
        let place = walk.tape.key_of(value).unwrap_or(value);
        let message = format!("{} is deprecated", quote(name));
        walk.push(SchemaRule::DeprecatedField, place, message, Some(format!("use {instead}")));
    }
}
