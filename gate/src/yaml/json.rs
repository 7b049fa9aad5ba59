//! A node as compact JSON.

use super::{Kind, NodeId, Tape};

/// What is left out of a text: the scalars below these nodes, in place of which another text stands.
struct Hidden<'a> {
    nodes: &'a [NodeId],
    replacement: &'a str,
}

/// A mapping or sequence that is being written: where it ends, and which it is.
struct Open {
    end: NodeId,
    map: bool,
    /// Nothing of it is written yet.
    first: bool,
}

impl Tape {
    /// Appends `n` to `out` as compact JSON, keys in the order of [`Tape::entries`].
    pub fn write_json(&self, n: NodeId, out: &mut String) {
        self.write_json_without(n, &[], "", out);
    }

    /// [`Tape::write_json`] with the string `replacement` in place of every scalar that is one of `hidden` or stands
    /// below one; keys stay.
    pub fn write_json_without(&self, n: NodeId, hidden: &[NodeId], replacement: &str, out: &mut String) {
        let hidden = Hidden { nodes: hidden, replacement };
        let end = self.next(n);
        let mut open: Vec<Open> = Vec::new();
        let mut at = n;
        while at < end || !open.is_empty() {
            at = match open.last_mut() {
                Some(top) if at >= top.end => {
                    out.push(if top.map { '}' } else { ']' });
                    open.pop();
                    continue;
                }
                Some(top) if top.map => match self.write_key(at, top, out) {
                    Some(value) => value,
                    None => {
                        at = self.next(NodeId(at.0 + 1));
                        continue;
                    }
                },
                Some(top) => {
                    comma(top, out);
                    at
                }
                None => at,
            };
            at = self.write_node(at, &hidden, &mut open, out);
        }
    }

    /// Writes the key at `at`; returns its value, or `None` if the entry does not count.
    fn write_key(&self, at: NodeId, top: &mut Open, out: &mut String) -> Option<NodeId> {
        if self.event(at).dead {
            return None;
        }
        comma(top, out);
        write_string(self.text(at), out);
        out.push(':');
        Some(NodeId(at.0 + 1))
    }

    /// Writes a scalar, or opens a mapping or sequence; returns where to go on.
    fn write_node(&self, at: NodeId, hidden: &Hidden<'_>, open: &mut Vec<Open>, out: &mut String) -> NodeId {
        let is_hidden = || hidden.nodes.iter().any(|&node| (node..self.next(node)).contains(&at));
        match self.kind(at) {
            Kind::Null | Kind::Bool | Kind::Int | Kind::Float | Kind::Str if is_hidden() => {
                write_string(hidden.replacement, out);
            }
            Kind::Null => out.push_str("null"),
            Kind::Bool | Kind::Int | Kind::Float => out.push_str(self.text(at)),
            Kind::Str => write_string(self.text(at), out),
            kind @ (Kind::Map | Kind::Seq) => {
                let map = kind == Kind::Map;
                out.push(if map { '{' } else { '[' });
                open.push(Open { end: self.next(at), map, first: true });
            }
        }
        NodeId(at.0 + 1)
    }
}

fn comma(top: &mut Open, out: &mut String) {
    if !std::mem::replace(&mut top.first, false) {
        out.push(',');
    }
}

/// Appends `text` as a JSON string.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        out.push_str(&rest[..at]);
        write_escape(rest.as_bytes()[at], out);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

fn write_escape(byte: u8, out: &mut String) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        other => {
            out.push_str("\\u00");
            out.extend([other >> 4, other & 15].map(|d| char::from_digit(u32::from(d), 16).unwrap_or('0')));
        }
    }
}
