//! What can go wrong with a policy: it cannot be loaded, or a call of it did not end well.

use super::Limits;
use super::limits::{bytes, raise};
use crate::model::FailureKind;

/// A policy that cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
    /// Why: `policy-load`, unless a limit was hit or a call of the policy did not end well.
    pub kind: FailureKind,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// A check by a policy that did not finish, or an answer that breaks the contract. Never a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFailure {
    /// Why.
    pub kind: FailureKind,
    /// `Document::index`; none where no single document is to blame.
    pub document: Option<u32>,
    /// Names the policy, the document and the limit; cleaned.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// Why a call ended early, before it is known on which document. `what` goes on after "policy x …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) kind: FailureKind,
    pub(super) what: String,
    pub(super) hint: Option<String>,
    /// Whether a smaller batch could do better.
    pub(super) can_split: bool,
}

impl Stop {
    pub(super) fn new(kind: FailureKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hint: None, can_split: true }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// A problem that does not depend on the documents.
    pub(super) fn whole(self) -> Self {
        Self { can_split: false, ..self }
    }
}

impl LoadError {
    /// An error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::PolicyLoad, message: message.into(), hint: None }
    }

    /// A limit that was hit.
    pub fn limit(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::PolicyLimit, ..Self::new(message) }
    }

    /// A module that has more bytes than these limits let it have.
    pub fn module_too_large(limits: &Limits) -> Self {
        Self::limit(format!("the module has more than {}", bytes(limits.module_bytes))).hint(raise("module"))
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// A call without documents that ended early.
impl From<PolicyFailure> for LoadError {
    fn from(failure: PolicyFailure) -> Self {
        Self { kind: failure.kind, message: failure.message, hint: failure.hint }
    }
}

/// A call that ended early while a policy was loaded.
impl From<Stop> for LoadError {
    fn from(stop: Stop) -> Self {
        Self { kind: stop.kind, message: format!("the policy {}", stop.what), hint: stop.hint }
    }
}
