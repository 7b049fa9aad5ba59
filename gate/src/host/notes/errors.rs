//! What `git` says when it cannot push, as an error of a host.

use super::super::{HostError, HostErrorKind};
use crate::git::{CommandError, GitError, ProgramError};

/// Parts of messages of `git` and of servers, and what they mean.
const KNOWN: [(&str, HostErrorKind); 16] = [
    ("could not read Username", HostErrorKind::Unauthorized),
    ("Authentication failed", HostErrorKind::Unauthorized),
    ("publickey", HostErrorKind::Unauthorized),
    ("Host key verification failed", HostErrorKind::Setup),
    ("dubious ownership", HostErrorKind::Setup),
    ("error: 403", HostErrorKind::Forbidden),
    ("ermission to", HostErrorKind::Forbidden),
    ("hook declined", HostErrorKind::Forbidden),
    ("prohibited", HostErrorKind::Forbidden),
    ("not allowed to push", HostErrorKind::Forbidden),
    ("not found", HostErrorKind::NotFound),
    ("does not appear to be a git repository", HostErrorKind::NotFound),
    ("Could not resolve host", HostErrorKind::Unavailable),
    ("Connection", HostErrorKind::Unavailable),
    ("timed out", HostErrorKind::Unavailable),
    ("[rejected]", HostErrorKind::Conflict),
];
/// What a push that came second is told, here or by the server.
const RACES: [&str; 7] = [
    "fetch first",
    "non-fast-forward",
    "cannot lock ref",
    "failed to update ref",
    "failed to lock",
    "reference already exists",
    "incorrect old value",
];

/// True if somebody else has pushed in between.
pub(super) fn is_race(said: &str) -> bool {
    RACES.iter().any(|race| said.contains(race))
}

pub(super) fn of_command(error: &CommandError) -> HostError {
    let kind = match error {
        CommandError::Program(ProgramError::TimedOut { .. }) => HostErrorKind::Unavailable,
        CommandError::Program(_) | CommandError::Unsafe { .. } => HostErrorKind::Setup,
        CommandError::Refused { said } => {
            let known = KNOWN.iter().find(|(part, _)| said.contains(part));
            known.map_or(HostErrorKind::Refused, |(_, kind)| *kind)
        }
    };
    let error = HostError::new(kind, format!("git: {error}"));
    match kind {
        HostErrorKind::Unauthorized => error.hint("the checkout left no credentials that may push"),
        HostErrorKind::Forbidden => error.hint("let whoever runs the gate push to refs/notes/gitops-gate*"),
        _ => error,
    }
}

pub(super) fn of_git(error: GitError) -> HostError {
    let hint = error.hint();
    let error = HostError::new(HostErrorKind::Setup, error.to_string());
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
