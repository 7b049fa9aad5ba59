//! What can go wrong between the gate and a host, in words that say whose fault it is.

use std::fmt;

/// Why a call failed; decides what is tried next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HostErrorKind {
    /// 401, a sign-in page, or no token at all: the token is missing, wrong or expired.
    Unauthorized,
    /// 403 (or a 404 to a write): the token may not do this. On pull requests from forks this is normal.
    Forbidden,
    /// 404: no such repository, pull request or commit, or not for this token.
    NotFound,
    /// 409: somebody else changed it at the same time, or the state does not allow it.
    Conflict,
    /// Another 4xx: the request itself is refused.
    Refused,
    /// Rate limited for longer than the time budget.
    RateLimited,
    /// No connection, a time-out, a dropped connection or 5xx, after all attempts.
    Unavailable,
    /// An answer that is not what the host's API says: HTML, another type, too large, a link to another host.
    Strange,
    /// Wrong or missing arguments: nothing was sent.
    Setup,
}

/// A call that failed. Its text holds no token and no unescaped text of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostError {
    /// Why.
    pub kind: HostErrorKind,
    /// What was tried and what happened: `POST https://host/path: 403 Forbidden: message`. One line, cleaned.
    pub message: String,
    /// What to do next, one line.
    pub hint: Option<String>,
    /// It is not known whether the host carried the request out: the answer was lost.
    pub ambiguous: bool,
}

impl HostError {
    /// An error of `kind`; `message` is cleaned to one line of at most 500 code points.
    pub fn new(kind: HostErrorKind, message: impl AsRef<str>) -> Self {
        let cleaned = crate::text::clean_line(message.as_ref());
        let message = crate::text::shorten(&cleaned, 500).into_owned();
        Self { kind, message, hint: None, ambiguous: false }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `result`, but that something is gone already is no error.
    pub(super) fn unless_gone<T>(result: Result<T, Self>) -> Result<(), Self> {
        match result {
            Err(error) if error.kind != HostErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The token may not do this: what a pull request from a fork meets.
    pub fn is_denied(&self) -> bool {
        matches!(self.kind, HostErrorKind::Unauthorized | HostErrorKind::Forbidden)
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for HostError {}
