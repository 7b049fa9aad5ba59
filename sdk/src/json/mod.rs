//! A small JSON reader for policies. It reads what is asked for and steps over the rest.
//!
//! A [`Value`] is a place in the text: two words, cheap to copy, and it can say its own JSON pointer, so a policy
//! never types one. Nothing is built or copied in advance; `find("/spec/replicas")` looks at the keys on the way
//! and skips what stands between them, 64 bytes at a time. Only strings with an escape are ever copied.
//!
//! A [`Json`] of [`Json::parse`] is checked as a whole. The texts of a document, which the gate has written itself,
//! are checked as far as they are read: whatever turns out to be malformed on the way ends the call as a failure
//! ([`evaluate`](crate::evaluate)), so it is never a pass, whatever the policy made of it.

pub(crate) mod block;
mod check;
mod decode;
mod iter;
pub(crate) mod pointer;
mod same;
mod scan;
mod value;
mod walk;
mod write;

use std::cell::{Cell, OnceCell};

pub use iter::{Entries, Items};
pub use scan::{Error, MAX_DEPTH};
pub use value::Value;
pub use walk::{Visit, Walk};
pub use write::ToJson;
pub(crate) use write::string as write_string;

use decode::Decoded;
use scan::Span;

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

/// Where a JSON text comes from: decides what findings on its values point to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It is the judged object of a document: pointers are exact.
    Object { document: u32 },
    /// It belongs to a document, but pointers into it do not resolve in the judged object: findings go to `place`.
    Inside { document: u32, place: Option<String> },
}

/// A JSON text.
#[derive(Debug)]
pub struct Json {
    text: String,
    decoded: OnceCell<Decoded>,
    /// The first thing that was malformed where the text was read.
    error: Cell<Option<Error>>,
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
        check::check(&text)?;
        Ok(Self::unchecked(text, origin))
    }

    /// A text that is checked where it is read.
    pub(crate) fn unchecked(text: String, origin: Origin) -> Self {
        Self { text, decoded: OnceCell::new(), error: Cell::new(None), origin }
    }

    /// The whole value.
    pub fn root(&self) -> Value<'_> {
        Value::new(self, self.start())
    }

    /// The whole value of a text that was not checked; none if it is no JSON by its first and last byte.
    pub(crate) fn read(&self) -> Option<Value<'_>> {
        let bytes = self.bytes();
        let last = self.text.trim_ascii_end().bytes().next_back();
        let start = self.keep(scan::value_start(bytes, 0))?;
        let ends = match bytes.get(start) {
            _ if u32::try_from(bytes.len()).is_err() => false,
            Some(b'{') => last == Some(b'}'),
            Some(b'[') => last == Some(b']'),
            // A scalar is read as a whole, here and now.
            _ => self.ends_behind(self.keep(scan::scalar(bytes, start))?),
        };
        if ends {
            Some(Value::new(self, start))
        } else {
            self.keep(scan::fail(bytes.len(), "the value does not end here"))
        }
    }

    /// What was malformed so far.
    pub(crate) fn error(&self) -> Option<Error> {
        self.error.get()
    }

    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The first byte of the whole value.
    fn start(&self) -> usize {
        scan::space(self.bytes(), 0)
    }

    fn ends_behind(&self, at: usize) -> bool {
        scan::space(self.bytes(), at) >= self.text.len()
    }

    /// The whole value ends here, and so must the text.
    fn check_end(&self, at: usize) {
        if !self.ends_behind(at) {
            self.keep::<()>(scan::fail(scan::space(self.bytes(), at), "text after the value"));
        }
    }

    /// Takes an error out of the way and remembers the first one.
    #[inline(always)]
    fn keep<T>(&self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.note(error)).ok()
    }

    #[cold]
    #[inline(never)]
    fn note(&self, error: Error) {
        self.error.set(Some(self.error.get().unwrap_or(error)));
    }

    /// The content of a string.
    #[inline(always)]
    fn content(&self, span: Span) -> &str {
        let content =
            if span.escaped { self.decoded(span.start) } else { self.text.get(span.start..span.end) };
        content.unwrap_or("")
    }

    #[inline(never)]
    fn decoded(&self, start: usize) -> Option<&str> {
        self.decoded.get_or_init(|| Decoded::new(&self.text)).get(start)
    }
}
