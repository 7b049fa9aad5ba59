//! An expression as a flat list of nodes that name each other by number: nothing to follow, nothing to drop in depth.

use std::sync::OnceLock;

use regex::Regex;

use super::function::Function;

/// A node's number.
pub(super) type Id = u32;

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Str(String),
    Bytes(Vec<u8>),
}

/// What is looked at besides local variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// The value that the rule belongs to.
    This,
    /// The same value before the change.
    Old,
}

/// Operators of two values that are always both evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
}

/// What a macro makes of the elements of a list or map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    All,
    Exists,
    ExistsOne,
    /// A list of the elements that fit.
    Filter,
    /// A list of new values.
    List,
    /// A map with the same keys and new values.
    Map,
    /// A map made of small maps.
    MapEntry,
    /// The elements in the order of their keys.
    SortBy,
}

/// A name of a field: as written, and as the field is called in a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub written: String,
    pub unescaped: String,
}

/// Elements in `Ast::children`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub start: u32,
    pub len: u32,
}

/// A node.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Literal(Literal),
    Root(Root),
    /// A local variable, by its position on the stack.
    Local(u32),
    /// The name of a type.
    Type(&'static str),
    Select {
        operand: Id,
        field: Field,
        optional: bool,
    },
    Has {
        operand: Id,
        field: Field,
    },
    Index {
        operand: Id,
        index: Id,
        optional: bool,
    },
    Not(Id),
    Negate(Id),
    /// Both of many, in any order that gives a value.
    And(Range),
    Or(Range),
    Binary(Operator, Id, Id),
    Choose {
        test: Id,
        then: Id,
        other: Id,
    },
    /// The bits of `optional` say which elements are optional; only the first 64 can be.
    List {
        items: Range,
        optional: u64,
    },
    /// Keys and values in turn.
    Map {
        entries: Range,
        optional: u64,
    },
    /// A receiver comes first.
    Call {
        function: Function,
        args: Range,
        regex: Option<Box<Pattern>>,
    },
    Fold {
        fold: Fold,
        over: Id,
        two: bool,
        test: Option<Id>,
        value: Option<Id>,
    },
    Bind {
        value: Id,
        body: Id,
    },
    /// `optMap` (wraps what comes out) and `optFlatMap`.
    OptMap {
        over: Id,
        body: Id,
        flat: bool,
    },
}

/// A constant regular expression, compiled on first use.
#[derive(Debug, Default)]
pub(super) struct Pattern(pub OnceLock<Result<Regex, String>>);

impl Clone for Pattern {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The whole expression.
#[derive(Debug, Clone, Default)]
pub(super) struct Ast {
    pub nodes: Vec<Node>,
    /// Where each node was written, in bytes.
    pub places: Vec<u32>,
    /// Nesting below each node.
    pub depths: Vec<u16>,
    pub children: Vec<Id>,
    pub top: Id,
}
