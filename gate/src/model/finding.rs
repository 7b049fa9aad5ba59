//! A finding: a rule that a document breaks, at a place.

use serde::Serialize;

use super::{ObjectId, RepoPath, Severity};
use crate::text::{ByteSpan, LineCol};

/// Whether the change brought a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Head has it, base has not: it counts for the verdict.
    Introduced,
    /// Found where there is no base to compare with (`--all`, paths, stdin): it counts for the verdict.
    Present,
    /// Base and head have it: counted, never blocking.
    Existing,
    /// Base has it, head has not; its location is in the base revision.
    Fixed,
}

impl Status {
    /// True for the findings that can fail a run.
    pub fn counts(self) -> bool {
        matches!(self, Self::Introduced | Self::Present)
    }

    /// The word used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Present => "present",
            Self::Existing => "existing",
            Self::Fixed => "fixed",
        }
    }
}

/// Lines of source around a location, already cleaned and with secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// 1-based number of the first line of `lines`.
    pub first_line: u32,
    /// The lines, without their breaks.
    pub lines: Vec<String>,
}

/// A place in a file of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The file.
    pub path: RepoPath,
    /// Bytes, 0-based and half-open; not part of the report.
    #[serde(skip)]
    pub span: ByteSpan,
    /// First character.
    pub start: LineCol,
    /// One past the last character.
    pub end: LineCol,
    /// RFC 6901 pointer into the object (or the document, if it is no object); empty for it as a whole.
    pub pointer: String,
    /// The source, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
}

/// A second place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where.
    pub location: Location,
}

/// A change that would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What the change does, in words.
    pub description: String,
    /// RFC 6902 patch against the object.
    pub json_patch: String,
    /// Where the object is in its file; not part of the report.
    #[serde(skip)]
    pub place: FixPlace,
}

/// What the pointers of a fix begin at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixPlace {
    /// 0-based number of the document in the file.
    pub document: u32,
    /// RFC 6901 pointer from the document's topmost node to the object; empty but for items of lists.
    pub root: String,
}

/// Where a waiver stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WaiverOrigin {
    /// In the configuration that the run obeys.
    #[default]
    Configuration,
    /// In an annotation of the object.
    Annotation,
    /// In what the change itself brings, be it the configuration or an annotation.
    Change,
}

impl WaiverOrigin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Configuration, Self::Annotation, Self::Change];

    /// The word used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Annotation => "annotation",
            Self::Change => "change",
        }
    }
}

/// The permission that lets a finding pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waived {
    /// Why, as the waiver says.
    pub reason: String,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub expires: String,
    /// Where the waiver stands.
    pub origin: WaiverOrigin,
    /// Its place: `gate.yaml:12:5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Why a waiver that is for a finding does not let it pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnwaivedReason {
    /// Its last day is over.
    Expired,
    /// The change itself brings it.
    FromChange,
    /// No waiver is for the rule.
    NotWaivable,
    /// The configuration takes no waivers from annotations.
    AnnotationsOff,
}

impl UnwaivedReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Expired, Self::FromChange, Self::NotWaivable, Self::AnnotationsOff];

    /// The word used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::FromChange => "from-change",
            Self::NotWaivable => "not-waivable",
            Self::AnnotationsOff => "annotations-off",
        }
    }
}

/// A waiver that is for a finding and does not let it pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unwaived {
    /// Why not.
    pub why: UnwaivedReason,
    /// The same in a sentence for people, with the waiver's place; one line.
    pub message: String,
}

/// What a finding is of, as waivers ask for it; not part of the report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// The name of the container that the place lies in, as it is written.
    pub container: Option<String>,
    /// The number of the document among those of its file, and whether it is of the base side.
    pub document: Option<(usize, bool)>,
}

/// One rule broken at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `<check>/<rule>`.
    pub rule: String,
    /// After the configuration has been applied.
    pub severity: Severity,
    /// Introduced, present, existing or fixed.
    pub status: Status,
    /// One or more lines, cleaned, with no secret in them.
    pub message: String,
    /// The primary place: the exact node.
    pub location: Location,
    /// Further places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// What to do next, one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where to read about the kind of the object: an address that begins with `https://`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The object that breaks the rule; none for a document that is no object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// The environment of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Stable over commits: rule, object identity and pointer with list positions replaced by list-map keys.
    /// 32 lower-case hexadecimal digits; no line number goes into it.
    pub fingerprint: String,
    /// A machine-applicable fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The waiver that lets it pass: it is shown, and does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
    /// A waiver that is for it and does not hold: the finding counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwaived: Option<Unwaived>,
    /// For waivers.
    #[serde(skip)]
    pub scope: Scope,
}

impl Finding {
    /// True if it can fail the run: the change brought it, and no waiver lets it pass.
    pub fn counts(&self) -> bool {
        self.status.counts() && self.waived.is_none()
    }

    /// The one total order of findings: path, span, severity (worst first), rule, message, fingerprint.
    pub fn sort_key(&self) -> impl Ord + '_ {
        (
            &self.location.path,
            self.location.span,
            std::cmp::Reverse(self.severity),
            &self.rule,
            &self.message,
            &self.fingerprint,
            self.status,
        )
    }
}
