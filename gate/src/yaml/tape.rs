//! The tape: the nodes of one file in the order of the source, flat, 16 bytes each. A mapping or a sequence is
//! followed by its children and knows how many nodes they are, so that the node after it is one addition away.
//! The layout is private to this folder; everyone else uses the accessors.

use super::Problem;
use super::texts::{Decoded, Source};
use crate::text::ByteSpan;

/// What a node is after Kubernetes' resolution of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing written, `~` or `null`.
    Null,
    /// `true`, `yes`, `off` and their like.
    Bool,
    /// A whole number that fits 64 bits, signed or unsigned.
    Int,
    /// Any other number.
    Float,
    /// Text; every key is one.
    Str,
    /// A mapping.
    Map,
    /// A sequence.
    Seq,
}

/// A node of one tape: an index, meaningless to any other tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// One document that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// 0-based in the file; empty documents are not counted, unreadable ones are.
    pub index: u32,
    /// Its topmost node.
    pub root: NodeId,
    /// Its part of the file, comments around it included: up to where the next document begins.
    pub span: ByteSpan,
}

/// All that one file holds.
#[derive(Debug)]
pub struct Parsed {
    /// The nodes of all documents.
    pub tape: Tape,
    /// The documents that could be read, in the order of the file; none for a file without content.
    pub documents: Vec<Document>,
    /// What is wrong, in the order of documents.
    pub problems: Vec<Problem>,
}

/// Where the text of a scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Text {
    /// The span itself; also the value of nodes that have no text.
    Span,
    /// The span without its first and last byte, the quotes.
    Inner,
    /// `Event::payload` is an index into the decoded texts.
    Decoded,
}

/// One node. `payload` is the number of nodes below a mapping or sequence, 1 or 0 for a boolean, and as
/// [`Text`] says for other scalars.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) kind: Kind,
    pub(super) text: Text,
    /// A key of a mapping; its value is the next event.
    pub(super) key: bool,
    /// On a key: a later equal key or the mapping's merge has taken the place of this entry.
    pub(super) dead: bool,
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) payload: u32,
}

const _: () = assert!(size_of::<Event>() == 16);

/// The source bytes and all nodes of one file.
#[derive(Debug)]
pub struct Tape {
    pub(super) source: Source,
    pub(super) events: Vec<Event>,
    pub(super) decoded: Decoded,
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Tape>();
};

impl Tape {
    /// The file as it was handed in.
    pub fn source(&self) -> &[u8] {
        self.source.bytes()
    }

    /// What the node is.
    #[inline]
    pub fn kind(&self, n: NodeId) -> Kind {
        self.event(n).kind
    }

    /// The value of a string; the canonical JSON text of a number, as `sigs.k8s.io/yaml` prints it; `true` or
    /// `false`; empty for null, mappings and sequences.
    #[inline]
    pub fn text(&self, n: NodeId) -> &str {
        let event = self.event(n);
        match event.kind {
            Kind::Null | Kind::Map | Kind::Seq => "",
            Kind::Bool if event.payload == 1 => "true",
            Kind::Bool => "false",
            Kind::Int | Kind::Float | Kind::Str => self.scalar(event),
        }
    }

    #[inline]
    fn scalar(&self, event: &Event) -> &str {
        let (start, end) = (event.start as usize, event.start as usize + event.len as usize);
        match event.text {
            Text::Span => self.source.text(start, end),
            Text::Inner => self.source.text(start + 1, end.saturating_sub(1)),
            Text::Decoded => self.decoded.get(event.payload),
        }
    }

    /// The node as written, in bytes of the file: a scalar with its quotes or its block header, but without anchor
    /// and tag; a mapping or sequence from the first to the last byte of its content, comments and blank lines
    /// after it left out; empty, right after the `:` or `-`, where no value is written. A node that came through
    /// an alias or a merge has the place of the original.
    pub fn span(&self, n: NodeId) -> ByteSpan {
        let event = self.event(n);
        ByteSpan::new(event.start, event.start + event.len)
    }

    /// The node after `n` and all that is below it. After the last node of a document this is the root of the
    /// next one, or no node at all: use it only within bounds that are known.
    #[inline]
    pub fn next(&self, n: NodeId) -> NodeId {
        NodeId(n.0 + self.size(n))
    }

    /// The key and value nodes of a mapping in the order of the source, merged ones last; empty for anything else.
    /// Keys are strings, merges are applied, of duplicate keys only the last is there.
    #[inline]
    pub fn entries(&self, map: NodeId) -> Entries<'_> {
        let (at, end) = self.children(map, Kind::Map);
        Entries { tape: self, at, end }
    }

    /// The items of a sequence; empty for anything else.
    #[inline]
    pub fn items(&self, seq: NodeId) -> Items<'_> {
        let (at, end) = self.children(seq, Kind::Seq);
        Items { tape: self, at, end }
    }

    /// The value of `key` in a mapping.
    pub fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        let found = self.entries(map).find(|&(name, _)| self.may_be(name, key) && self.text(name) == key);
        found.map(|(_, value)| value)
    }

    /// False if the text of a key cannot be `text`, by its length alone.
    #[inline]
    fn may_be(&self, key: NodeId, text: &str) -> bool {
        let event = self.event(key);
        match event.text {
            Text::Span => event.len as usize == text.len(),
            Text::Inner => event.len as usize == text.len() + 2,
            Text::Decoded => true,
        }
    }

    /// The value of `key` in a mapping if it is a string.
    pub fn str_at(&self, map: NodeId, key: &str) -> Option<&str> {
        self.get(map, key).filter(|&n| self.kind(n) == Kind::Str).map(|n| self.text(n))
    }

    /// The key of a mapping's value; `None` for items, keys and roots.
    pub fn key_of(&self, value: NodeId) -> Option<NodeId> {
        let before = NodeId(value.0.checked_sub(1)?);
        (self.event(before).key && !self.event(value).key).then_some(before)
    }

    /// The place of the key of a mapping's value; `None` for items, keys and roots.
    pub fn key_span(&self, value: NodeId) -> Option<ByteSpan> {
        self.key_of(value).map(|key| self.span(key))
    }

    /// Number of nodes of all documents.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// True if the file has no node.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Number of nodes of `n` and all that is below it.
    #[inline]
    pub(super) fn size(&self, n: NodeId) -> u32 {
        let event = self.event(n);
        match event.kind {
            Kind::Map | Kind::Seq => event.payload + 1,
            _ => 1,
        }
    }

    #[inline]
    pub(super) fn event(&self, n: NodeId) -> &Event {
        &self.events[n.0 as usize]
    }

    #[inline]
    fn children(&self, n: NodeId, kind: Kind) -> (NodeId, NodeId) {
        let first = NodeId(n.0 + 1);
        if self.kind(n) == kind { (first, self.next(n)) } else { (first, first) }
    }
}

/// See [`Tape::entries`].
#[derive(Debug, Clone)]
pub struct Entries<'t> {
    tape: &'t Tape,
    at: NodeId,
    end: NodeId,
}

impl Iterator for Entries<'_> {
    type Item = (NodeId, NodeId);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.end {
            let (key, value) = (self.at, NodeId(self.at.0 + 1));
            self.at = self.tape.next(value);
            if !self.tape.event(key).dead {
                return Some((key, value));
            }
        }
        None
    }
}

/// See [`Tape::items`].
#[derive(Debug, Clone)]
pub struct Items<'t> {
    tape: &'t Tape,
    at: NodeId,
    end: NodeId,
}

impl Iterator for Items<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        let item = self.at;
        (item < self.end).then(|| {
            self.at = self.tape.next(item);
            item
        })
    }
}
