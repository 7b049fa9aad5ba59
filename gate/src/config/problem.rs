//! What is wrong with a configuration file, each with its place, and the guess at what was meant.

use std::fmt;

use crate::model::RepoPath;
use crate::text::{ByteSpan, LineCol, clean_line, closest};

/// A place in the configuration file; kept by the values that other layers may have to complain about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Bytes, 0-based and half-open.
    pub span: ByteSpan,
    /// First character, 1-based.
    pub start: LineCol,
}

impl Place {
    /// Stands for values that no file has, as those of [`super::Config::default`].
    pub const NONE: Self = Self { span: ByteSpan { start: 0, end: 0 }, start: LineCol::START };
}

/// One thing that is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The configuration file.
    pub path: RepoPath,
    /// Where in it.
    pub place: Place,
    /// What is wrong, one line.
    pub message: String,
    /// What to do about it, one line.
    pub hint: Option<String>,
}

/// `path:line:col: message`; the hint is not part of it.
impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LineCol { line, column } = self.place.start;
        write!(f, "{}:{line}:{column}: {}", self.path, clean_line(&self.message))
    }
}

impl std::error::Error for ConfigProblem {}

/// A complaint that does not know its place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean", or the list of what is allowed where nothing is near.
    pub(super) fn suggest<'a>(self, word: &str, allowed: impl Iterator<Item = &'a str> + Clone) -> Self {
        match closest(word, allowed.clone()) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => {
                let all: Vec<String> = allowed.map(|word| format!("`{word}`")).collect();
                if all.is_empty() { self } else { self.hint(format!("allowed: {}", all.join(", "))) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_is_allowed_when_nothing_is_near() {
        let complaint = Complaint::new("unknown").suggest("zzz", ["error", "off"].into_iter());
        assert_eq!(complaint.hint.as_deref(), Some("allowed: `error`, `off`"));
    }
}
