//! Whether a default of a CustomResourceDefinition fits the schema that it stands in.

use super::compile::{Compiler, Dialect};
use super::lookup::{NameRule, SchemaRef, Scope};
use super::set::SchemaSet;
use super::walk::Walk;
use super::writer::TableWriter;
use crate::yaml::{NodeId, Tape};

/// Places and messages of what does not fit; nothing for a schema that cannot be compiled, which is told elsewhere.
pub(super) fn misfits(tape: &Tape, schema: NodeId, default: NodeId) -> Vec<(NodeId, String)> {
    judged(tape, schema, default).unwrap_or_default()
}

fn judged(tape: &Tape, schema: NodeId, default: NodeId) -> Option<Vec<(NodeId, String)>> {
    let mut json = String::new();
    tape.write_json(schema, &mut json);
    let schema: serde_json::Value = serde_json::from_str(&json).ok()?;
    let mut writer = TableWriter::new();
    let node = Compiler::new(&mut writer, Dialect::Custom).compile(&schema).ok()?;
    let set = SchemaSet::of_table(writer.finish_table().ok()?).ok()?;
    let (table, version) = (1, set.newest());
    let schema = SchemaRef {
        table,
        node,
        version,
        custom: true,
        scope: Scope::Unknown,
        names: NameRule::None,
        deprecated: None,
    };
    let mut issues = Vec::new();
    Walk::new(&set, schema, tape, &mut issues).value(node, default, 0);
    Some(issues.into_iter().map(|issue| (issue.node, issue.message)).collect())
}
