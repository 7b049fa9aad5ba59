//! Entries and items between brackets, JSON included.

use serde_json::Value;

use super::splice::Splice;
use super::{At, lines, model, write};
use crate::yaml::{Kind, NodeId};

impl At<'_> {
    /// Takes `node` out of `parent`.
    pub(super) fn remove_flow(&self, parent: NodeId, node: NodeId) -> Option<Vec<Splice>> {
        let children = self.all_children(parent)?;
        let at = children.iter().position(|child| child.node == node)?;
        let child = children.get(at)?;
        let before = at.checked_sub(1).and_then(|at| children.get(at));
        let (start, end) = match (children.get(at + 1), before) {
            (Some(next), _) => (child.start, next.start),
            (None, Some(before)) => (before.end, child.end),
            (None, None) => (child.start, child.end),
        };
        // A comment in between would go with it.
        let around = self.tape.source().get(start..end)?;
        let own = self.tape.source().get(child.start..child.end)?;
        (around.contains(&b'#') == own.contains(&b'#')).then(|| vec![Splice::at(start, end, "")])
    }

    /// Puts `value` under `token` into `parent`.
    pub(super) fn insert_flow(&self, parent: NodeId, token: &str, value: &Value) -> Option<Vec<Splice>> {
        let (children, source) = (self.all_children(parent)?, self.tape.source());
        let inside = self.tape.span(parent).start as usize + 1;
        let is_map = self.tape.kind(parent) == Kind::Map;
        let in_quotes = children.first().is_none_or(|child| source.get(child.start) == Some(&b'"'));
        let name = if in_quotes { write::quoted(token) } else { write::key(token) };
        let text = if in_quotes { write::flow(value) } else { write::flow_or_plain(value) };
        let entry = if is_map { format!("{name}: {text}") } else { text };
        let Some((first, last)) = children.first().zip(children.last()) else {
            return Some(vec![Splice::at(inside, inside, entry)]);
        };
        let gap = source.get(inside..first.start)?;
        let between = match gap.contains(&b'\n') {
            true => format!("{}{}", lines::line_break(source), lines::indent(source, first.start)),
            false => " ".to_owned(),
        };
        let at = if is_map || token == "-" { children.len() } else { model::position(token)? };
        Some(vec![match children.get(at) {
            None => Splice::at(last.end, last.end, format!(",{between}{entry}")),
            Some(next) => Splice::at(next.start, next.start, format!("{entry},{between}")),
        }])
    }
}
