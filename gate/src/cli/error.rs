//! Errors of the command line: what happened and what to do next, one or many at once.

use std::io::{self, Write};

use crate::config::ConfigProblem;
use crate::engine::EngineError;
use crate::git::GitError;
use crate::text::clean_line;

/// Why nothing was judged.
#[derive(Debug, Default)]
pub(super) struct CliError {
    entries: Vec<(String, Option<String>)>,
}

impl CliError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { entries: vec![(message.into(), None)] }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.1 = Some(hint.into());
        }
        self
    }

    /// One line for each error, and one for each hint.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (message, hint) in &self.entries {
            writeln!(out, "error: {}", clean_line(message))?;
            if let Some(hint) = hint {
                writeln!(out, "  hint: {}", clean_line(hint))?;
            }
        }
        Ok(())
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> Self {
        Self { entries: vec![(error.to_string(), error.hint())] }
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Git(error) => error.into(),
            EngineError::Schema(error) => {
                Self::new(error.to_string()).hint("this is a fault of the gate: report it")
            }
        }
    }
}

impl From<Vec<ConfigProblem>> for CliError {
    fn from(problems: Vec<ConfigProblem>) -> Self {
        Self { entries: problems.into_iter().map(|problem| (problem.to_string(), problem.hint)).collect() }
    }
}
