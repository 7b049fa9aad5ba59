//! A schema as a tree of fields, for readers.

use super::format::Format;
use super::forms;
use super::lookup::SchemaRef;
use super::node::{Node, NodeKind, Property, flag};
use super::set::SchemaSet;
use super::standalone::MARK;
use super::table::View;
use crate::text::{clean_line, shorten};

/// Fields of one tree.
const MOST_FIELDS: usize = 20_000;
/// References that lead to references.
const MOST_STEPS: usize = 50;
/// Values of an enumeration that are shown.
const SHOWN: usize = 12;

/// A field and what is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name; `*` for the values of all other keys, empty for the object itself.
    pub name: String,
    /// `string`, `list of objects`, and so on.
    pub kind: String,
    /// It has to be there.
    pub required: bool,
    /// What else holds of its value.
    pub notes: Vec<String>,
    /// The rules in CEL of the value and of the items of a list, in the words of whoever wrote them.
    pub rules: Vec<String>,
    /// Fields inside, in order of name.
    pub fields: Vec<Field>,
    /// There are fields inside that were left out.
    pub cut: bool,
}

/// A node in its table.
#[derive(Clone, Copy)]
struct At<'a> {
    view: View<'a>,
    node: u32,
    version: u32,
}

impl SchemaSet {
    /// The fields of `schema` below `path`, `depth` levels of them; the first part of `path` that is no field is the
    /// error.
    ///
    /// # Errors
    /// The name that is no field.
    pub fn describe(&self, schema: SchemaRef, path: &[&str], depth: usize) -> Result<Field, String> {
        let bit = match self.bit(schema.version) & self.pack.view().version_mask() {
            0 => self.bit(self.newest()),
            bit => bit,
        };
        let mut at = At { view: self.view(schema.table), node: schema.node, version: bit };
        let mut required = false;
        for &name in path {
            let (found, is_required) = self.step(at, name).ok_or_else(|| name.to_owned())?;
            (at, required) = (found, is_required);
        }
        let mut left = MOST_FIELDS;
        let name = path.last().copied().unwrap_or_default();
        Ok(self.field(name, at, required, depth, &mut left))
    }

    fn step<'a>(&'a self, at: At<'a>, name: &str) -> Option<(At<'a>, bool)> {
        let at = self.inside(at);
        let node = Node::read(&at.view, at.node);
        if node.kind != NodeKind::Object {
            return None;
        }
        match node.property(&at.view, name.as_bytes()) {
            Some(property) => Some((At { node: property.node, ..at }, property.required)),
            None => node.part(&at.view, flag::CHILD).map(|node| (At { node, ..at }, false)),
        }
    }

    /// What a reference refers to.
    fn resolved<'a>(&'a self, mut at: At<'a>) -> At<'a> {
        for _ in 0..MOST_STEPS {
            let node = Node::read(&at.view, at.node);
            let index = match node.kind {
                NodeKind::Reference => node.target(&at.view),
                NodeKind::Metadata => {
                    at.view = self.view(0);
                    at.view.object_meta()
                }
                _ => break,
            };
            let Some(next) = at.view.definition(index, at.version) else { break };
            at.node = next;
        }
        at
    }

    /// The item of lists of lists.
    fn inside<'a>(&'a self, at: At<'a>) -> At<'a> {
        let mut at = self.resolved(at);
        for _ in 0..MOST_STEPS {
            let node = Node::read(&at.view, at.node);
            match node.part(&at.view, flag::CHILD).filter(|_| node.kind == NodeKind::Array) {
                Some(child) => at = self.resolved(At { node: child, ..at }),
                None => break,
            }
        }
        at
    }

    fn field(&self, name: &str, at: At<'_>, required: bool, depth: usize, left: &mut usize) -> Field {
        let outer = self.resolved(at);
        let inner = self.inside(outer);
        let node = Node::read(&inner.view, inner.node);
        let mut field = Field {
            name: clean_line(name).into_owned(),
            kind: self.kind_word(outer),
            required,
            notes: notes(outer),
            rules: rules(outer),
            fields: Vec::new(),
            cut: false,
        };
        if inner.node != outer.node {
            field.notes.extend(notes(inner).into_iter().map(|note| format!("each {note}")));
            field.rules.extend(rules(inner));
        }
        if node.kind != NodeKind::Object {
            return field;
        }
        let mut properties: Vec<(&str, Property)> =
            node.properties_of(inner.view).map(|(id, property)| (inner.view.str(id), property)).collect();
        properties.sort_by_key(|(name, _)| *name);
        let values = node.part(&inner.view, flag::CHILD);
        if depth == 0 || *left == 0 {
            field.cut = !properties.is_empty() || values.is_some();
            return field;
        }
        for (name, property) in properties {
            *left = left.saturating_sub(1);
            let at = At { node: property.node, ..inner };
            field.fields.push(self.field(name, at, property.required, depth - 1, left));
        }
        if let Some(node) = values {
            field.fields.push(self.field("*", At { node, ..inner }, false, depth - 1, left));
        }
        field
    }

    fn kind_word(&self, at: At<'_>) -> String {
        let (mut lists, mut at) = (0, at);
        loop {
            let node = Node::read(&at.view, at.node);
            if node.kind != NodeKind::Array || lists > 5 {
                return format!("{}{}", "list of ".repeat(lists), word(&node, &at.view));
            }
            lists += 1;
            match node.part(&at.view, flag::CHILD) {
                Some(child) => at = self.resolved(At { node: child, ..at }),
                None => return format!("{}anything", "list of ".repeat(lists)),
            }
        }
    }
}

fn word(node: &Node, view: &View<'_>) -> &'static str {
    match node.kind {
        NodeKind::Any | NodeKind::Reference => "anything",
        NodeKind::Object if node.property_count(view) == 0 && node.part(view, flag::CHILD).is_some() => "map",
        NodeKind::Object if node.property_count(view) == 0 && node.has(flag::OPEN) => "any object",
        NodeKind::Object | NodeKind::Metadata => "object",
        NodeKind::Array => "list",
        NodeKind::String => "string",
        NodeKind::Integer => "integer",
        NodeKind::Number => "number",
        NodeKind::Boolean => "boolean",
        NodeKind::IntOrString => "integer or string",
        NodeKind::Quantity => "quantity",
    }
}

fn notes(At { view, node, .. }: At<'_>) -> Vec<String> {
    let node = Node::read(&view, node);
    let is_scalar = !matches!(node.kind, NodeKind::Object | NodeKind::Array);
    let mut notes = Vec::new();
    if let Some(list) = node.part(&view, flag::ENUM) {
        let all: Vec<&str> = view.list(list).map(|id| view.str(id)).collect();
        let more = if all.len() > SHOWN { ", …" } else { "" };
        let shown: Vec<String> = all.iter().take(SHOWN).map(|value| text(value)).collect();
        notes.push(format!("one of {}{more}", shown.join(", ")));
    }
    match node.format() {
        Format::None => {}
        Format::Int32 if is_scalar => notes.push("32 bits".to_owned()),
        Format::Int64 if is_scalar => notes.push("64 bits".to_owned()),
        format if is_scalar => notes.push(forms::name(format).to_owned()),
        _ => {}
    }
    let bound = |bit: u32, exclusive: u32, words: [&str; 2]| {
        let bound = node.bound(&view, bit)?;
        Some(format!("{} {bound}", if is_scalar && node.has(exclusive) { words[1] } else { words[0] }))
    };
    notes.extend(bound(flag::MINIMUM, flag::ABOVE_MINIMUM, ["at least", "more than"]));
    notes.extend(bound(flag::MAXIMUM, flag::BELOW_MAXIMUM, ["at most", "less than"]));
    if let Some((least, most)) = node.lengths(&view) {
        let most = if most == u32::MAX { String::new() } else { format!(" to {most}") };
        notes.push(format!("length {least}{most}{}", if most.is_empty() { " or more" } else { "" }));
    }
    if let Some(id) = node.part(&view, flag::PATTERN) {
        notes.push(format!("pattern {}", text(view.str(id))));
    }
    if let Some(id) = node.part(&view, flag::DEFAULT) {
        notes.push(format!("default {}", text(view.str(id))));
    }
    if let Some(list) = node.part(&view, flag::LIST_KEYS) {
        let keys: Vec<String> = view.list(list).step_by(2).map(|id| text(view.str(id))).collect();
        notes.push(format!("one item for each {}", keys.join(" and ")));
    }
    let marked = |list: u32| view.list(list).step_by(4).any(|id| view.str(id).starts_with(MARK));
    if node.part(&view, flag::RULES).is_some_and(marked) {
        notes.push("further rules of its JSON Schema".to_owned());
    }
    if node.has(flag::NULLABLE) {
        notes.push("or null".to_owned());
    }
    notes
}

/// What each rule of a node says when it is broken, or the rule itself.
fn rules(At { view, node, .. }: At<'_>) -> Vec<String> {
    let Some(list) = Node::read(&view, node).part(&view, flag::RULES) else { return Vec::new() };
    let ids: Vec<u32> = view.list(list).collect();
    let written = ids.chunks_exact(4).filter_map(|all| match all {
        [rule, message, ..] => Some((view.str(*rule), view.str(*message))),
        _ => None,
    });
    let own = written.filter(|(rule, _)| !rule.starts_with(MARK));
    own.map(|(rule, message)| clean_line(if message.is_empty() { rule } else { message }).into_owned())
        .collect()
}

fn text(value: &str) -> String {
    shorten(&clean_line(value), 80).into_owned()
}
