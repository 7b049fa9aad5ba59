//! What is wrong with a file as YAML, and how much of a file is read at all.

use crate::text::ByteSpan;

/// How much of one file is read. Whatever is beyond a limit is a fatal [`Problem`], never cut off in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Mappings and sequences inside each other; go-yaml's own limit is 10,000.
    pub max_depth: usize,
    /// Nodes of one file, those that aliases repeat included. A node takes 16 bytes.
    pub max_nodes: usize,
    /// Documents of one file.
    pub max_documents: usize,
    /// Bytes of one file; spans are 32 bits wide, so never more than 1 GiB.
    pub max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 10_000, max_nodes: 20_000_000, max_documents: 1_000_000, max_bytes: 512 << 20 }
    }
}

/// One thing wrong with one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is; says whether the document could be read.
    pub kind: ProblemKind,
    /// One sentence without a full stop and without a place. It may quote the source: clean it before printing.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: ByteSpan,
    /// The document it is in, 0-based in the file; counts like [`super::Document::index`].
    pub document: u32,
}

impl Problem {
    /// True if the document is not among [`super::Parsed::documents`] because of this problem.
    pub fn is_fatal(&self) -> bool {
        self.kind.is_fatal()
    }
}

/// The kinds of [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Not YAML, or a directive that go-yaml refuses.
    Syntax,
    /// A key that the same mapping has already. The document is kept, the last value wins.
    DuplicateKey,
    /// A key that a `<<` further down the same mapping brings again. The document is kept and the key that is
    /// written out wins, but Kubernetes' reader takes the merged one and its strict reading refuses both.
    MergeConflict,
    /// A key that is null, a mapping, a sequence, or a number that Kubernetes cannot make a key of.
    InvalidKey,
    /// A value that JSON cannot hold (`.inf`, `.nan`) or that contradicts its tag (`!!int x`).
    InvalidValue,
    /// A `<<` whose value is neither a mapping nor a sequence of mappings.
    InvalidMerge,
    /// An alias to an anchor that does not exist or that the alias is itself part of.
    InvalidAlias,
    /// More comes out of aliases than go-yaml allows.
    TooManyAliases,
    /// Deeper than [`Limits::max_depth`].
    TooDeep,
    /// More bytes, nodes or documents than [`Limits`] allow.
    TooLarge,
    /// Bytes that are no UTF-8, UTF-16 included.
    NotUtf8,
}

impl ProblemKind {
    /// True if a document with such a problem cannot be read.
    pub fn is_fatal(self) -> bool {
        !matches!(self, Self::DuplicateKey | Self::MergeConflict)
    }
}
