//! The two position types. `LineIndex` is the only place that converts one into the other.

use serde::Serialize;

/// Bytes `start..end` of a file: 0-based, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSpan {
    /// First byte, 0-based.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl ByteSpan {
    /// The span `start..end`; an `end` before `start` gives an empty span at `start`.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Number of bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// True if the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// True if byte `at` is in the span; the first byte is in an empty one, too.
    pub fn contains(self, at: u32) -> bool {
        at == self.start || (self.start..self.end).contains(&at)
    }

    /// True if the two spans share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A place as people and editors count it: 1-based line, 1-based column in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LineCol {
    /// 1-based.
    pub line: u32,
    /// 1-based, in Unicode code points (a byte that is no UTF-8 counts as one).
    pub column: u32,
}

impl LineCol {
    /// The first character of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}
