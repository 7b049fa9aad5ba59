//! Findings as the checks give them, before they have a line, a status and a fingerprint.

use crate::model::{FailureKind, Fix, Related, Severity};
use crate::schema::Mend;
use crate::text::ByteSpan;
use crate::yaml::NodeId;

/// A side of the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Side {
    Base,
    Head,
}

/// The place of a raw finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A node of the document's tape.
    Node(NodeId),
    /// Bytes of the file, where there is no node (a syntax error).
    Span(ByteSpan),
    /// Bytes inside a text of the document that is a document itself; the number tells places in it apart.
    Inside(NodeId, ByteSpan, u64),
    /// The file or document as a whole.
    Whole,
}

/// A rule broken by one document of one side of one file.
#[derive(Debug, Clone)]
pub(super) struct RawFinding {
    pub(super) rule: String,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// The side that is judged.
    pub(super) side: Side,
    /// The side that `document` and `place` are of: base for what head deletes, else the same.
    pub(super) owner: Side,
    /// Index into the owner's documents; none for the file as a whole.
    pub(super) document: Option<usize>,
    pub(super) place: Place,
    /// The value at `place` is a secret.
    pub(super) sensitive: bool,
    pub(super) fix: Option<Fix>,
    /// The fix of a schema rule, on nodes; it becomes one with pointers.
    pub(super) mend: Option<Mend>,
    /// Located already: they may be in other files.
    pub(super) related: Vec<Related>,
}

/// A check of one document that could not finish.
#[derive(Debug, Clone)]
pub(super) struct RawFailure {
    pub(super) check: String,
    pub(super) kind: FailureKind,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// Index into the side's documents; none for the file as a whole.
    pub(super) document: Option<usize>,
    pub(super) place: Place,
}
