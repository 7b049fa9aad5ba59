//! Errors of the command line: what happened and what to do next, one or many at once.

use std::io::{self, Write};

use super::surroundings::defused;
use crate::config::ConfigProblem;
use crate::engine::EngineError;
use crate::git::GitError;
use crate::host::HostError;

/// Why nothing was judged.
#[derive(Debug, Default)]
pub(super) struct CliError {
    entries: Vec<(String, Option<String>)>,
}

impl CliError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { entries: vec![(message.into(), None)] }
    }

    /// Errors, each with what to do about it.
    pub(super) fn of(entries: Vec<(String, Option<String>)>) -> Self {
        Self { entries }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.1 = Some(hint.into());
        }
        self
    }

    /// The same with a further hint at the last error.
    pub(super) fn also(mut self, hint: &str) -> Self {
        if let Some((_, last)) = self.entries.last_mut() {
            *last = Some(last.take().map_or_else(|| hint.to_owned(), |known| format!("{known}; {hint}")));
        }
        self
    }

    /// What happened, without what to do about it.
    pub(super) fn messages(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(message, _)| message.as_str())
    }

    /// One line for each error, and one for each hint.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (message, hint) in &self.entries {
            writeln!(out, "error: {}", defused(message))?;
            if let Some(hint) = hint {
                writeln!(out, "  hint: {}", defused(hint))?;
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

impl From<HostError> for CliError {
    fn from(error: HostError) -> Self {
        Self { entries: vec![(error.message, error.hint)] }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_to_a_ci() {
        let error =
            CliError::new("gate.yaml: `##vso[task.complete result=Succeeded;]`").hint("a\n##[error]b");
        let mut out = Vec::new();
        error.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("##") && text.lines().count() == 2, "{text}");
    }
}
