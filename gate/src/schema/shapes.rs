//! The nodes of a table as the types of values in rules.

use super::node::{Format, Node, NodeKind, flag};
use super::table::{Table, View};
use crate::cel::{DYNAMIC, ListType, Property, Reading, Shape, Types};
use crate::yaml::{NodeId, Tape};

/// References within references that are followed.
const MAX_REFERENCES: u32 = 16;

/// The types of one table in one Kubernetes version.
pub(super) struct Shapes<'s> {
    pub(super) view: View<'s>,
    pub(super) table: &'s Table,
    /// The version's bit in masks.
    pub(super) version: u32,
}

impl Shapes<'_> {
    fn node(&self, shape: Shape) -> Option<Node> {
        let mut at = shape.0;
        for _ in 0..MAX_REFERENCES {
            if Shape(at) == DYNAMIC {
                return None;
            }
            let node = Node::read(&self.view, at);
            if node.kind != NodeKind::Reference {
                return Some(node);
            }
            at = self.view.definition(node.target(&self.view), self.version)?;
        }
        None
    }

    fn described(&self, at: u32) -> Property<'_> {
        let node = self.node(Shape(at));
        let id = node.and_then(|node| node.part(&self.view, flag::DEFAULT));
        let default = id.and_then(|id| self.table.default(id));
        Property {
            shape: Shape(at),
            nullable: node.is_some_and(|node| node.has(flag::NULLABLE) || node.kind == NodeKind::Any),
            default: default.and_then(|parsed| Some((&parsed.tape, parsed.documents.first()?.root))),
        }
    }
}

impl Types for Shapes<'_> {
    fn reading(&self, shape: Shape) -> Reading {
        let Some(node) = self.node(shape) else { return Reading::Dynamic };
        match node.kind {
            NodeKind::Object if node.property_count(&self.view) > 0 => Reading::Object,
            NodeKind::Object if node.has(flag::CHILD) => Reading::Map,
            NodeKind::Array => Reading::List,
            NodeKind::Number => Reading::Double,
            NodeKind::Integer => Reading::Int,
            NodeKind::String => match node.format() {
                Format::Byte => Reading::Bytes,
                Format::DateTime | Format::LooseDateTime | Format::Date => Reading::Timestamp,
                Format::Duration => Reading::Duration,
                _ => Reading::Dynamic,
            },
            _ => Reading::Dynamic,
        }
    }

    fn property(&self, shape: Shape, name: &str) -> Option<Property<'_>> {
        let node = self.node(shape)?;
        let found = node.property(&self.view, name.as_bytes())?;
        Some(self.described(found.node))
    }

    fn defaulted(&self, shape: Shape) -> Vec<(&str, Property<'_>)> {
        let Some(node) = self.node(shape).filter(|node| node.kind == NodeKind::Object) else {
            return Vec::new();
        };
        let all = node.properties_of(self.view).map(|(name, property)| (name, self.described(property.node)));
        all.filter(|(_, property)| property.default.is_some())
            .map(|(name, property)| (self.view.str(name), property))
            .collect()
    }

    fn values(&self, shape: Shape) -> Shape {
        let child = self.node(shape).and_then(|node| node.part(&self.view, flag::CHILD));
        child.map_or(DYNAMIC, Shape)
    }

    fn list_type(&self, shape: Shape) -> ListType<'_> {
        let Some(node) = self.node(shape) else { return ListType::Atomic };
        match node.part(&self.view, flag::LIST_KEYS) {
            Some(list) => {
                ListType::Map(self.view.list(list).step_by(2).map(|name| self.view.str(name)).collect())
            }
            None if node.has(flag::SET) => ListType::Set,
            None => ListType::Atomic,
        }
    }
}

/// The value of the old object that is the value `target` of the new one, as the server correlates them: by keys in
/// maps and list maps; in other lists and in atomic maps nothing is known of what a value was before.
pub(super) fn correlate(
    shapes: &Shapes<'_>,
    top: u32,
    (tape, root): (&Tape, NodeId),
    target: NodeId,
    (old_tape, old_root): (&Tape, NodeId),
) -> Option<NodeId> {
    let (mut at, mut new, mut old) = (Shape(top), root, old_root);
    while new != target {
        let node = shapes.node(at)?;
        let is_above = |child: &NodeId| *child <= target && target < tape.next(*child);
        match node.kind {
            NodeKind::Object if !node.has(flag::ATOMIC) => {
                let (key, value) = tape.entries(new).find(|(_, value)| is_above(value))?;
                let name = tape.text(key);
                let property = node.property(&shapes.view, name.as_bytes()).map(|property| property.node);
                at = Shape(property.or_else(|| node.part(&shapes.view, flag::CHILD))?);
                (new, old) = (value, old_tape.get(old, name)?);
            }
            NodeKind::Array => {
                let item = tape.items(new).find(is_above)?;
                let keys = node.part(&shapes.view, flag::LIST_KEYS)?;
                let key = list_key(shapes, keys, tape, item);
                at = Shape(node.part(&shapes.view, flag::CHILD)?);
                old = old_tape.items(old).find(|&old| list_key(shapes, keys, old_tape, old) == key)?;
                new = item;
            }
            _ => return None,
        }
    }
    (old_tape.kind(old) != crate::yaml::Kind::Null).then_some(old)
}

fn list_key<'t>(shapes: &Shapes<'t>, keys: u32, tape: &'t Tape, item: NodeId) -> Vec<&'t str> {
    let words: Vec<u32> = shapes.view.list(keys).collect();
    let part = |pair: &[u32]| {
        let (name, default) = (shapes.view.str(pair[0]), shapes.view.str(pair[1]));
        tape.get(item, name).map_or(default, |value| tape.text(value))
    };
    words.chunks_exact(2).map(part).collect()
}
