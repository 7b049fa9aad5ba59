//! What can go wrong with a policy: it cannot be loaded, or a call of it did not end well.

use crate::model::FailureKind;

/// A policy that cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
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
    pub(super) hint: Option<&'static str>,
    /// Whether a smaller batch could do better.
    pub(super) can_split: bool,
}

impl Stop {
    pub(super) fn new(kind: FailureKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hint: None, can_split: true }
    }

    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// A problem that does not depend on the documents.
    pub(super) fn whole(self) -> Self {
        Self { can_split: false, ..self }
    }
}

impl LoadError {
    /// An error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// A call that ended early while a policy was loaded.
impl From<Stop> for LoadError {
    fn from(stop: Stop) -> Self {
        Self { message: format!("the policy {}", stop.what), hint: stop.hint.map(str::to_owned) }
    }
}
