//! What an expression has to know of the schema of the values that it looks at.

use crate::yaml::{NodeId, Tape};

/// The schema of a value: a number that only the [`Types`] that gave it understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape(pub u32);

/// "No schema": values are what they are in the document.
pub const DYNAMIC: Shape = Shape(u32::MAX);

/// How a value of a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As it is in the document.
    Dynamic,
    /// A mapping with known fields.
    Object,
    /// A mapping of any keys to values of one schema.
    Map,
    /// A list.
    List,
    /// A number, also where it is written without a fraction.
    Double,
    /// A whole number, also where it is written as `3.0`.
    Int,
    /// Base64, decoded.
    Bytes,
    /// A date and time, or a date.
    Timestamp,
    /// A span of time such as `1h30m`.
    Duration,
}

/// What makes two lists equal, and what `+` does with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListType<'a> {
    /// The same items in the same order.
    Atomic,
    /// The same items in any order.
    Set,
    /// The same items in any order, told apart by these fields.
    Map(Vec<&'a str>),
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Property<'a> {
    /// Its schema.
    pub shape: Shape,
    /// `null` is a value of it; else null is as good as absent.
    pub nullable: bool,
    /// What stands for it where it is absent.
    pub default: Option<(&'a Tape, NodeId)>,
}

/// The schemas behind [`Shape`]s.
pub trait Types {
    /// How values of `shape` are read.
    fn reading(&self, shape: Shape) -> Reading;
    /// The field `name` of an object.
    fn property(&self, shape: Shape, name: &str) -> Option<Property<'_>>;
    /// The fields of an object that have a default.
    fn defaulted(&self, shape: Shape) -> Vec<(&str, Property<'_>)>;
    /// The schema of a list's items or a map's values.
    fn values(&self, shape: Shape) -> Shape;
    /// What kind of list a list is.
    fn list_type(&self, shape: Shape) -> ListType<'_>;
}

/// No schema at all.
#[derive(Debug, Clone, Copy)]
pub struct Untyped;

impl Types for Untyped {
    fn reading(&self, _: Shape) -> Reading {
        Reading::Dynamic
    }

    fn property(&self, _: Shape, _: &str) -> Option<Property<'_>> {
        None
    }

    fn defaulted(&self, _: Shape) -> Vec<(&str, Property<'_>)> {
        Vec::new()
    }

    fn values(&self, _: Shape) -> Shape {
        DYNAMIC
    }

    fn list_type(&self, _: Shape) -> ListType<'_> {
        ListType::Atomic
    }
}
