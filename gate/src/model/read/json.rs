//! JSON as a tree, read strictly and within bounds: no key twice in an object, no deep nesting, no more values than a report
//! can have. Numbers are whole and not negative, as all of a report's are.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::ReportError;
use crate::text::{clean_line, shorten};

/// Deepest nesting; a report has 9 levels.
const MAX_DEPTH: usize = 12;
/// Values in all: one takes as little as two bytes in the file, and some dozens here.
const MAX_VALUES: usize = 4_000_000;

/// A value. Text is a part of the source, unless it was escaped.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    /// A whole number that is not negative.
    Number(u64),
    /// Any other number.
    OddNumber,
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl Node<'_> {
    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::OddNumber => "a number that is no count",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }
}

/// Reads all of `bytes` as one value.
pub(super) fn parse(bytes: &[u8]) -> Result<Node<'_>, ReportError> {
    let left = Cell::new(MAX_VALUES);
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let node = Seed { depth: MAX_DEPTH, left: &left }.deserialize(&mut source);
    let node = node.and_then(|node| source.end().map(|()| node));
    node.map_err(|error| {
        ReportError::new("", format!("it is no usable JSON: {}", clean_line(&error.to_string())))
    })
}

/// Reads one value at a depth.
#[derive(Clone, Copy)]
struct Seed<'c> {
    /// Levels that may still be opened.
    depth: usize,
    /// Values that may still come.
    left: &'c Cell<usize>,
}

impl Seed<'_> {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("it is nested too deeply"))?;
        Ok(Self { depth, ..self })
    }
}

impl<'a> DeserializeSeed<'a> for Seed<'_> {
    type Value = Node<'a>;

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<Node<'a>, D::Error> {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.ok_or_else(|| D::Error::custom("it has too many values"))?);
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Seed<'_> {
    type Value = Node<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'a>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node<'a>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node<'a>, E> {
        Ok(Node::Number(value))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Node<'a>, E> {
        Ok(Node::OddNumber)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node<'a>, E> {
        Ok(Node::OddNumber)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Node<'a>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node<'a>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<Node<'a>, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        list.shrink_to_fit();
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut entries: A) -> Result<Node<'a>, A::Error> {
        let inner = self.inner()?;
        let mut map: Vec<(Cow<'a, str>, Node<'a>)> = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            map.push((key, entries.next_value_seed(inner)?));
        }
        // Room for four is made for one: too much where there are millions of small objects.
        map.shrink_to_fit();
        let mut keys: Vec<&str> = map.iter().map(|(key, _)| &**key).collect();
        keys.sort_unstable();
        match keys.windows(2).find(|pair| matches!(pair, [a, b] if a == b)).and_then(|pair| pair.first()) {
            None => Ok(Node::Map(map)),
            Some(key) => {
                let key = clean_line(&shorten(key, 80)).into_owned();
                Err(A::Error::custom(format!("the key `{key}` comes twice in one object")))
            }
        }
    }
}

/// Reads a key without copying it where it is written plainly.
struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<Cow<'a, str>, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
