//! A small JSON reader for policies: one pass to a flat tape of nodes, then handles that know where they stand.
//!
//! Nothing is copied but strings that contain an escape. Handles ([`Value`]) are two words, and each can say its
//! own JSON pointer, so a policy never types one.

mod parse;
mod value;

use std::cell::{OnceCell, RefCell};

pub use parse::{Error, MAX_DEPTH};
pub use value::{Entries, Items, Value, Visit, Walk};

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// Any number.
    Number,
    /// A string.
    Str,
    /// An object.
    Map,
    /// An array.
    Seq,
}

/// One node of the tape. A map's children alternate key and value; keys are nodes of kind [`Kind::Str`].
#[derive(Debug, Clone, Copy)]
struct Node {
    /// First byte of the content: in `Json::decoded` if `decoded`, else in `Json::text`. Without the quotes.
    start: u32,
    /// One past the last byte.
    end: u32,
    /// Index of the node that follows this node's subtree.
    next: u32,
    kind: Kind,
    decoded: bool,
}

/// Where a JSON text comes from: decides what findings on its values point to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It is the judged object of a document: pointers are exact.
    Object { document: u32 },
    /// It belongs to a document, but pointers into it do not resolve in the judged object: findings go to `place`.
    Inside { document: u32, place: Option<String> },
}

/// A parsed JSON text.
#[derive(Debug)]
pub struct Json {
    text: String,
    decoded: String,
    nodes: Vec<Node>,
    origin: Origin,
}

impl Json {
    /// Reads a JSON text that belongs to no document, such as the settings.
    ///
    /// # Errors
    /// The text is not one JSON value, or is nested deeper than [`MAX_DEPTH`].
    pub fn parse(text: impl Into<String>) -> Result<Self, Error> {
        Self::with_origin(text.into(), Origin::Object { document: 0 })
    }

    pub(crate) fn with_origin(text: String, origin: Origin) -> Result<Self, Error> {
        let (nodes, decoded) = parse::parse(&text)?;
        Ok(Self { text, decoded, nodes, origin })
    }

    /// The whole value.
    pub fn root(&self) -> Value<'_> {
        Value::new(self, 0)
    }

    fn node(&self, index: u32) -> Node {
        const MISSING: Node = Node { start: 0, end: 0, next: 0, kind: Kind::Null, decoded: false };
        self.nodes.get(index as usize).copied().unwrap_or(MISSING)
    }

    fn content(&self, node: Node) -> &str {
        let source = if node.decoded { &self.decoded } else { &self.text };
        source.get(node.start as usize..node.end as usize).unwrap_or("")
    }
}

/// A JSON text that is parsed when it is first read, and never if nobody reads it.
#[derive(Debug)]
pub(crate) struct Lazy {
    text: RefCell<Option<String>>,
    origin: Origin,
    json: OnceCell<Result<Json, Error>>,
}

impl Lazy {
    pub(crate) fn new(text: Option<String>, origin: Origin) -> Self {
        Self { text: RefCell::new(text), origin, json: OnceCell::new() }
    }

    /// The root; none where there is no text or it is no JSON (see [`Lazy::error`]).
    pub(crate) fn root(&self) -> Option<Value<'_>> {
        if self.json.get().is_none() {
            let text = self.text.take()?;
            let _ = self.json.set(Json::with_origin(text, self.origin.clone()));
        }
        self.json.get()?.as_ref().ok().map(Json::root)
    }

    pub(crate) fn error(&self) -> Option<&Error> {
        self.json.get()?.as_ref().err()
    }
}
