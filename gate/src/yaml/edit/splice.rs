//! A text in the place of some bytes, and the children of a mapping or list as bytes.

use super::At;
use crate::yaml::{Kind, NodeId};

/// `text` in the place of the bytes `start..end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    start: usize,
    end: usize,
    text: String,
}

/// An entry or an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Child {
    /// The value.
    pub(super) node: NodeId,
    /// Where its key starts, or the item itself.
    pub(super) start: usize,
    /// Where its value ends.
    pub(super) end: usize,
}

impl Splice {
    pub(super) fn new(start: u32, end: u32, text: String) -> Self {
        Self { start: start as usize, end: end as usize, text }
    }

    pub(super) fn at(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { start, end, text: text.into() }
    }

    /// The bytes of `source` with it; none if it does not fit.
    pub(super) fn into_text(self, source: &[u8]) -> Option<Vec<u8>> {
        let (before, after) = (source.get(..self.start)?, source.get(self.end..)?);
        (self.start <= self.end).then(|| [before, self.text.as_bytes(), after].concat())
    }
}

impl At<'_> {
    /// Everything that stands in `parent`, in the order of the source; none if something in it is hidden by a later
    /// key, or is not where it seems to be.
    pub(super) fn all_children(&self, parent: NodeId) -> Option<Vec<Child>> {
        let tape = self.tape;
        let span = |node: NodeId| (tape.span(node).start as usize, tape.span(node).end as usize);
        let (mut at, end) = (NodeId(parent.0 + 1), tape.next(parent));
        let is_map = tape.kind(parent) == Kind::Map;
        let mut children: Vec<Child> = Vec::new();
        while at < end {
            let node = if is_map { NodeId(at.0 + 1) } else { at };
            if tape.event(at).dead {
                return None;
            }
            let child = Child { node, start: span(at).0, end: span(node).1 };
            let after = children.last().map_or(span(parent).0, |last| last.end);
            if child.start < after || child.end < child.start {
                return None;
            }
            children.push(child);
            at = tape.next(node);
        }
        Some(children)
    }
}
