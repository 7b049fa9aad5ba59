//! Entries of mappings and items of lists that stand in lines of their own.

use serde_json::Value;

use super::splice::{Child, Splice};
use super::{At, lines, model, write};
use crate::yaml::{Kind, NodeId};

impl At<'_> {
    /// Takes `node` out of `parent`, with the comment behind it in its line.
    pub(super) fn remove_block(&self, parent: NodeId, node: NodeId) -> Option<Vec<Splice>> {
        let children = self.all_children(parent)?;
        let at = children.iter().position(|child| child.node == node)?;
        let (child, source) = (children.get(at)?, self.tape.source());
        if children.len() == 1 {
            return Some(self.emptied(parent));
        }
        let start = self.head(parent, child)?;
        let line = lines::start(source, start);
        if lines::is_blank(source, line, start) {
            let end = lines::end(source, child.end)?;
            let next = lines::next(source, end);
            // The last line of a file that ends without a line break takes the one before it with it.
            let before = if next == end { self.break_before(line) } else { line };
            return Some(vec![Splice::at(before, next, "")]);
        }
        let next = self.head(parent, children.get(at + 1)?)?;
        let gap = source.get(child.end..next)?;
        (at == 0 && !gap.contains(&b'#')).then(|| vec![Splice::at(start, next, "")])
    }

    /// Nothing in the place of all that `parent` holds.
    fn emptied(&self, parent: NodeId) -> Vec<Splice> {
        let (span, source) = (self.tape.span(parent), self.tape.source());
        let (start, end) = (span.start as usize, span.end as usize);
        let empty = if self.tape.kind(parent) == Kind::Map { "{}" } else { "[]" };
        let mut ways = Vec::new();
        if let Some(key) = self.tape.key_span(parent) {
            let gap = source.get(key.end as usize..start).unwrap_or_default();
            if gap.trim_ascii() == b":" {
                let colon = memchr::memchr(b':', gap).unwrap_or_default();
                ways.push(Splice::at(key.end as usize + colon + 1, end, format!(" {empty}")));
            }
        }
        ways.push(Splice::at(start, end, empty));
        ways
    }

    /// Puts `value` under `token` into `parent`.
    pub(super) fn insert_block(&self, parent: NodeId, token: &str, value: &Value) -> Option<Vec<Splice>> {
        let children = self.all_children(parent)?;
        let (first, last) = (children.first()?, children.last()?);
        let source = self.tape.source();
        let line_break = lines::line_break(source);
        let indent = self.indent_of(self.head(parent, first)?)?;
        if self.tape.kind(parent) == Kind::Map {
            let entry = format!("{}:{}", write::key(token), write::after_key(value, &indent, line_break));
            let end = lines::end(source, last.end)?;
            return Some(vec![Splice::at(end, end, format!("{line_break}{indent}{entry}"))]);
        }
        let item = format!("{indent}- {}", write::flow_or_plain(value));
        let at = if token == "-" { children.len() } else { model::position(token)? };
        let Some(before) = children.get(at) else {
            let end = lines::end(source, last.end)?;
            return Some(vec![Splice::at(end, end, format!("{line_break}{item}"))]);
        };
        let head = self.head(parent, before)?;
        let line = lines::start(source, head);
        lines::is_blank(source, line, head)
            .then(|| vec![Splice::at(line, line, format!("{item}{line_break}"))])
    }

    /// Where a child begins: at its key, or at its dash.
    fn head(&self, parent: NodeId, child: &Child) -> Option<usize> {
        if self.tape.kind(parent) == Kind::Map {
            return Some(child.start);
        }
        let before = self.tape.source().get(lines::start(self.tape.source(), child.start)..child.start)?;
        let blank = before.iter().rev().take_while(|&&b| b == b' ').count();
        let dash = before.len().checked_sub(blank + 1)?;
        (before.get(dash) == Some(&b'-')).then_some(child.start - blank - 1)
    }

    /// The spaces that stand for the column of `at`.
    fn indent_of(&self, at: usize) -> Option<String> {
        let source = self.tape.source();
        let before = source.get(lines::start(source, at)..at)?;
        before.iter().all(|b| matches!(b, b' ' | b'-')).then(|| " ".repeat(before.len()))
    }

    /// Where the line break before the line that starts at `line` starts.
    fn break_before(&self, line: usize) -> usize {
        match self.tape.source().get(..line).unwrap_or_default() {
            [.., b'\r', b'\n'] => line - 2,
            [.., b'\n'] => line - 1,
            _ => line,
        }
    }
}
