//! The one error of this crate: what happened, and what to do next.

use std::fmt;
use std::path::Path;

/// Why a policy could not be built, with a hint for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    /// What happened; may have several lines (a compiler's messages).
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl BuildError {
    /// An error that needs no further advice.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// What went wrong with a file or folder.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |error| Self::new(format!("{}: {error}", path.display()))
    }

    /// The same error with advice.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The message, and the hint on a line of its own.
impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for BuildError {}
