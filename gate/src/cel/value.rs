//! The values of expressions. Texts, lists and maps of a document are views of it and are never copied.

use std::net::IpAddr;
use std::ops::Deref;
use std::rc::Rc;

use super::data::Place;
use super::names::NameFormat;
use super::net::{Cidr, Url};
use super::quantity::Quantity;
use super::semver::Semver;
use super::time::{Duration, Timestamp};

/// A value.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number without sign.
    Uint(u64),
    /// A floating-point number.
    Double(f64),
    /// A text.
    Str(Text<'a>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// A list.
    List(List<'a>),
    /// A map or an object.
    Map(Map<'a>),
    /// A type.
    Type(&'static str),
    /// A moment.
    Timestamp(Timestamp),
    /// A span of time.
    Duration(Duration),
    /// A value that may be absent.
    Optional(Option<Rc<Value<'a>>>),
    /// A value of one of Kubernetes' libraries.
    Opaque(Rc<Opaque>),
}

/// A text of a document or expression, or a new one.
#[derive(Debug, Clone)]
pub enum Text<'a> {
    /// As it is written.
    Borrowed(&'a str),
    /// Made by an expression.
    Owned(Rc<str>),
}

/// A list.
#[derive(Debug, Clone)]
pub enum List<'a> {
    /// A list of a document.
    Place(Place<'a>),
    /// A list made by an expression.
    Made(Rc<Vec<Value<'a>>>),
}

/// A map.
#[derive(Debug, Clone)]
pub enum Map<'a> {
    /// A mapping of a document.
    Place(Place<'a>),
    /// A map made by an expression.
    Made(Rc<Vec<(Value<'a>, Value<'a>)>>),
}

/// A value of one of Kubernetes' libraries.
#[derive(Debug, Clone, PartialEq)]
pub enum Opaque {
    /// An absolute URL or path.
    Url(Url),
    /// An address.
    Ip(IpAddr),
    /// An address range.
    Cidr(Cidr),
    /// A resource quantity.
    Quantity(Quantity),
    /// A semantic version.
    Semver(Semver),
    /// A form that names can have.
    Format(NameFormat),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

impl<'a> Value<'a> {
    /// A new text.
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Str(Text::Owned(text.into()))
    }

    /// A new list.
    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(List::Made(Rc::new(items)))
    }

    /// A new map.
    pub(super) fn map(entries: Vec<(Self, Self)>) -> Self {
        Self::Map(Map::Made(Rc::new(entries)))
    }

    pub(super) fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    pub(super) fn opaque(value: Opaque) -> Self {
        Self::Opaque(Rc::new(value))
    }

    /// What `type(…)` says, and what messages call it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Str(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Type(_) => "type",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Optional(_) => "optional_type",
            Self::Opaque(opaque) => match **opaque {
                Opaque::Url(_) => "kubernetes.URL",
                Opaque::Ip(_) => "net.IP",
                Opaque::Cidr(_) => "net.CIDR",
                Opaque::Quantity(_) => "kubernetes.Quantity",
                Opaque::Semver(_) => "kubernetes.Semver",
                Opaque::Format(_) => "kubernetes.NamedFormat",
            },
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}
