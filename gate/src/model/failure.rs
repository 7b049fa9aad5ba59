//! A check that could not finish. Never a finding, never a pass: it makes the verdict `incomplete`.

use serde::{Deserialize, Serialize};

use super::{Location, ObjectId};

/// Why a check could not finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// A manifest could not be parsed, or the change leaves a `gate.yaml` with mistakes.
    Syntax,
    /// A file or Git object could not be read (missing, too large, an unfetched LFS pointer).
    Unreadable,
    /// No schema is known for a kind.
    NoSchema,
    /// A rule of a CustomResourceDefinition could not be evaluated: it cannot be read, or takes too many steps.
    SchemaRule,
    /// A policy could not be loaded, or its settings are refused.
    PolicyLoad,
    /// A policy trapped, panicked or returned an error.
    PolicyError,
    /// A policy ran into one of its limits (fuel, time, memory, stack, output).
    PolicyLimit,
    /// A policy returned something that breaks the contract.
    PolicyContract,
    /// The gate itself failed (a caught panic).
    Internal,
}

/// One check that could not finish, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckFailure {
    /// Which check: `manifest`, `schema`, `policy image-tags`.
    pub check: String,
    /// Why.
    pub kind: FailureKind,
    /// What happened.
    pub message: String,
    /// Whose fault it is and what to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where, if a place is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The object that was being judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
}
