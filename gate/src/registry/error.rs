//! What can go wrong between the gate and a registry, in words that say whose fault it is.

use std::fmt;

use crate::config::Reference;
use crate::text::{clean_line, shorten};

/// Code points of a message.
const LONGEST: usize = 600;

/// Why it failed; decides whether the configuration is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistryErrorKind {
    /// 401: no credentials, or wrong ones.
    Unauthorized,
    /// 403: these credentials may not do this.
    Forbidden,
    /// 404: no such repository, tag or digest, or not for these credentials.
    NotFound,
    /// No connection, a time-out, a broken answer, 429 or 5xx.
    Unavailable,
    /// An answer that is not what the specification says, or that has another digest than it must have.
    Strange,
    /// The artifact is there and is no policy.
    NoPolicy,
    /// The artifact is a policy and not the one that was asked for.
    Mismatch,
    /// The tag belongs to other content.
    Taken,
    /// Nothing was sent: arguments or this machine are at fault.
    Setup,
}

/// A call that failed. Its text holds no credentials and no unescaped text of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryError {
    /// Why.
    pub kind: RegistryErrorKind,
    /// What was tried and what happened, one line, cleaned.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl RegistryError {
    /// An error about `reference`; `what` is cleaned.
    pub fn new(kind: RegistryErrorKind, reference: &Reference, what: impl AsRef<str>) -> Self {
        let whole = format!("{reference}: {}", what.as_ref());
        let message = shorten(&clean_line(&whole), LONGEST).into_owned();
        Self { kind, message, hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// True if the configuration (or the argument) must be changed; false if what the run depends on is at fault.
    pub fn is_mistake(&self) -> bool {
        use RegistryErrorKind as Kind;
        matches!(self.kind, Kind::NotFound | Kind::NoPolicy | Kind::Mismatch | Kind::Taken | Kind::Setup)
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RegistryError {}
