//! Handles to the values of a text: what they are, and what they hold.

use super::{Entries, Error, Items, Json, Kind, Origin, Walk, scan};

/// One value of a document. Cheap to copy; knows its own place.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    pub(super) json: &'d Json,
    /// Offset of the value's first byte.
    at: u32,
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(")?;
        f.write_str(&self.pointer())?;
        f.write_str(")")
    }
}

impl<'d> Value<'d> {
    /// `at` is a place that `scan::value_start` has found.
    pub(super) fn new(json: &'d Json, at: usize) -> Self {
        Self { json, at: at as u32 }
    }

    pub(super) fn at(self) -> usize {
        self.at as usize
    }

    fn first(self) -> u8 {
        self.json.bytes().get(self.at()).copied().unwrap_or_default()
    }

    /// The offset behind the value.
    pub(super) fn end(self) -> Option<usize> {
        self.json.keep(scan::skip(self.json.bytes(), self.at()))
    }

    /// The value as it is written.
    pub(super) fn raw(self) -> &'d str {
        self.end().and_then(|end| self.json.text.get(self.at()..end)).unwrap_or("")
    }

    /// What the value is.
    pub fn kind(self) -> Kind {
        match self.first() {
            b'{' => Kind::Map,
            b'[' => Kind::Seq,
            b'"' => Kind::Str,
            b't' | b'f' => Kind::Bool,
            b'-' | b'0'..=b'9' => Kind::Number,
            _ => Kind::Null,
        }
    }

    /// True for `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// True for an object.
    pub fn is_map(self) -> bool {
        self.first() == b'{'
    }

    /// True for an array.
    pub fn is_seq(self) -> bool {
        self.first() == b'['
    }

    /// The string, decoded; none for every other kind.
    pub fn as_str(self) -> Option<&'d str> {
        if self.first() != b'"' {
            return None;
        }
        let span = self.json.keep(scan::string(self.json.bytes(), self.at()))?;
        Some(self.json.content(span))
    }

    /// The string, or a number or boolean as it is written; none for `null`, maps and lists.
    pub fn as_text(self) -> Option<&'d str> {
        match self.kind() {
            Kind::Str => self.as_str(),
            Kind::Number | Kind::Bool => Some(self.raw()),
            Kind::Null | Kind::Map | Kind::Seq => None,
        }
    }

    /// The boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.first() {
            b't' => Some(true),
            b'f' => Some(false),
            _ => None,
        }
    }

    /// The number, if it is an integer that fits.
    pub fn as_i64(self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }

    /// The number as it is written: `1`, `1.5`, `1e3`.
    pub fn as_number(self) -> Option<&'d str> {
        (self.kind() == Kind::Number).then(|| self.raw())
    }

    /// The member of a map; none if this is no map or has no such key.
    pub fn get(self, key: &str) -> Option<Self> {
        let mut entries = self.entries();
        loop {
            let (name, value) = entries.next_span()?;
            // Most keys differ in length already; one with an escape has to be decoded first.
            if (name.escaped || name.end - name.start == key.len()) && self.json.content(name) == key {
                return Some(value);
            }
        }
    }

    /// The item of a list, 0-based.
    pub fn item(self, index: usize) -> Option<Self> {
        self.items().nth(index)
    }

    /// Short for `get(key)` and [`Value::as_str`].
    pub fn str_at(self, key: &str) -> Option<&'d str> {
        self.get(key)?.as_str()
    }

    /// Keys and values of a map, in the order as written; nothing for other kinds.
    pub fn entries(self) -> Entries<'d> {
        Entries::new(self)
    }

    /// Items of a list; nothing for other kinds.
    pub fn items(self) -> Items<'d> {
        Items::new(self)
    }

    /// This value and everything below it, parents first, without recursion.
    pub fn walk(self) -> Walk<'d> {
        Walk::new(self)
    }

    /// True if both are one and the same place of the same text.
    pub fn is(self, other: Value<'_>) -> bool {
        std::ptr::eq(self.json, other.json) && self.at == other.at
    }

    /// True if this begins earlier in their common text.
    pub(crate) fn is_before(self, other: Value<'_>) -> bool {
        self.at < other.at
    }

    /// What a finding on this value names: the document's number and the pointer, if one resolves there.
    pub(crate) fn place(self) -> (u32, Option<String>) {
        match &self.json.origin {
            Origin::Object { document } => (*document, Some(self.pointer())),
            Origin::Inside { document, place } => (*document, place.clone()),
        }
    }

    /// The pointer into the judged object of this document, if the value stands there.
    pub(crate) fn exact_pointer(self, of: u32) -> Option<String> {
        match &self.json.origin {
            Origin::Object { document } if *document == of => Some(self.pointer()),
            _ => None,
        }
    }

    /// Reads a string that holds JSON itself (`last-applied-configuration`). Findings on what is inside are
    /// reported at this value.
    ///
    /// # Errors
    /// This is no string, or the string is no JSON.
    pub fn embedded(self) -> Result<Json, Error> {
        let text = self.as_str().ok_or(Error { offset: 0, message: "not a string" })?;
        let (document, place) = self.place();
        Json::with_origin(text.to_owned(), Origin::Inside { document, place })
    }
}
