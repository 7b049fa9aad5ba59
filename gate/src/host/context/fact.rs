//! A fact and where it came from: what `gate context` shows, and what an error about it can name.

use std::borrow::Cow;
use std::fmt;

/// Something that is known of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<T> {
    /// What is known, checked and clean.
    pub value: T,
    /// Who says so.
    pub source: Source,
}

/// Who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command line, with its hyphens.
    Flag(&'static str),
    /// An environment variable, or several (`A and B`).
    Variable(Cow<'static, str>),
    /// A field of the event file, from its root: `pull_request.head.sha`.
    Event(&'static str),
    /// The URL of the repository's remote.
    Remote,
    /// A reference of the clone.
    Reference(String),
}

impl<T> Fact<T> {
    /// A fact from an environment variable.
    pub(super) fn variable(value: T, name: &'static str) -> Self {
        Self { value, source: Source::Variable(Cow::Borrowed(name)) }
    }

    /// Another value from the same source.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        Fact { value: change(self.value), source: self.source }
    }

    /// Another value from the same source, or none.
    pub(super) fn and_then<U>(self, change: impl FnOnce(T) -> Option<U>) -> Option<Fact<U>> {
        Some(Fact { value: change(self.value)?, source: self.source })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => formatter.write_str(name),
            Self::Variable(name) => formatter.write_str(name),
            Self::Event(field) => write!(formatter, "{field} of the event file"),
            Self::Remote => formatter.write_str("the URL of the remote"),
            Self::Reference(name) => formatter.write_str(name),
        }
    }
}
