//! Objects by what their schema check gave: the numbers that a summary shows, and the list behind them.

use serde::{Deserialize, Serialize};

use super::{ObjectId, RepoPath};
use crate::text::ByteSpan;

/// What the schema check gave for one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing at or above the blocking severity.
    Valid,
    /// At least one such finding, of the schema or of the manifest itself.
    Invalid,
    /// The check could not finish: no schema is known, or a rule of it could not be judged.
    Error,
    /// No schema was asked.
    Skipped,
}

impl Outcome {
    /// The word used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// One object of the head side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// The file.
    pub path: RepoPath,
    /// 1-based line on which it begins.
    pub line: u32,
    /// Its bytes, 0-based and half-open; not part of the report.
    #[serde(skip)]
    pub span: ByteSpan,
    /// Who it is.
    pub object: ObjectId,
    /// What became of it.
    pub outcome: Outcome,
}

/// Objects of the head side by outcome, before waivers and before the base is taken into account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Resources {
    /// Files that hold any of them.
    pub files: u64,
    /// Objects without a finding that blocks.
    pub valid: u64,
    /// Objects with one.
    pub invalid: u64,
    /// Objects whose check could not finish, and files or documents that could not be read.
    pub errors: u64,
    /// Objects that no schema was asked of.
    pub skipped: u64,
    /// Every object, in order of path and place; only if it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<Resource>,
}

impl Resources {
    /// Counts one object.
    pub fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Valid => &mut self.valid,
            Outcome::Invalid => &mut self.invalid,
            Outcome::Error => &mut self.errors,
            Outcome::Skipped => &mut self.skipped,
        } += 1;
    }

    /// Adds the numbers and the list of `other`.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.valid += other.valid;
        self.invalid += other.invalid;
        self.errors += other.errors;
        self.skipped += other.skipped;
        self.list.extend(other.list);
    }

    /// All that were counted.
    pub fn total(&self) -> u64 {
        self.valid + self.invalid + self.errors + self.skipped
    }
}
