//! The entry of gate.yaml: added where it is missing, and only if the file then says what it said before and the entry.

use std::path::Path;

use crate::cli::configuration::parse_config;
use crate::cli::error::CliError;
use crate::config::{Config, FILE_NAME};
use crate::yaml::{self, Kind, Tape};

/// The text that gate.yaml has to get, if it lacks the entry.
pub(super) struct Edit {
    text: Option<String>,
    line: String,
}

impl Edit {
    /// What to do so that gate.yaml has `entry`; `has` says whether a configuration has it.
    ///
    /// # Errors
    /// The file cannot be read, or not be edited without a doubt.
    pub(super) fn plan(root: &Path, entry: &str, has: impl Fn(&Config) -> bool) -> Result<Self, CliError> {
        let path = root.join(FILE_NAME);
        let old = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(CliError::new(format!("{FILE_NAME} cannot be read: {error}"))),
        };
        let before = parse_config(&FILE_NAME.into(), old.as_bytes())??;
        if has(&before) {
            return Ok(Self { text: None, line: format!("{FILE_NAME}: `schemas` has it already") });
        }
        let quoted = format!("\"{entry}\"");
        let new = with_entry(&old, &quoted);
        let is_right = |after: &Config| {
            let others = |config: &Config| config.schemas.iter().count() + config.schema_locations.len();
            has(after) && others(after) == others(&before) + 1
        };
        match parse_config(&FILE_NAME.into(), new.as_bytes())? {
            Ok(after) if is_right(&after) => {
                Ok(Self { text: Some(new), line: format!("{FILE_NAME}: added {quoted} to `schemas`") })
            }
            _ => Err(CliError::new(format!("{FILE_NAME} cannot be edited without a doubt"))
                .hint(format!("add {quoted} to the list `schemas` yourself, and run this again"))),
        }
    }

    /// Writes it; the line says what was done.
    pub(super) fn apply(self, root: &Path) -> Result<String, CliError> {
        if let Some(text) = self.text {
            std::fs::write(root.join(FILE_NAME), text)
                .map_err(|error| CliError::new(format!("{FILE_NAME} cannot be written: {error}")))?;
        }
        Ok(self.line)
    }
}

/// The file with one more item in `schemas`, wherever that list stands.
fn with_entry(old: &str, item: &str) -> String {
    let parsed = yaml::parse(old.as_bytes().to_vec(), &yaml::Limits::default());
    let list = parsed.documents.first().and_then(|document| parsed.tape.get(document.root, "schemas"));
    let list = list.filter(|&list| parsed.tape.kind(list) == Kind::Seq);
    let Some(list) = list else {
        let feed = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
        return format!("{old}{feed}schemas:\n  - {item}\n");
    };
    let last = parsed.tape.items(list).last();
    match last {
        Some(last) if !is_flow(&parsed.tape, old, list) => {
            let end = parsed.tape.span(last).end as usize;
            let start = old.get(..parsed.tape.span(last).start as usize).unwrap_or_default();
            let indent: String =
                start.rsplit('\n').next().unwrap_or_default().chars().take_while(|c| *c == ' ').collect();
            let (before, after) = old.split_at_checked(line_end(old, end)).unwrap_or((old, ""));
            let feed = if before.ends_with('\n') { "" } else { "\n" };
            format!("{before}{feed}{indent}- {item}\n{after}")
        }
        Some(last) => insert(old, parsed.tape.span(last).end as usize, &format!(", {item}")),
        None => insert(old, parsed.tape.span(list).start as usize + 1, item),
    }
}

fn is_flow(tape: &Tape, text: &str, list: crate::yaml::NodeId) -> bool {
    text.as_bytes().get(tape.span(list).start as usize) == Some(&b'[')
}

/// Behind the line that has the byte `at`.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |feed| at + feed + 1)
}

fn insert(text: &str, at: usize, what: &str) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    format!("{before}{what}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_added_to_whatever_list_there_is() {
        for (old, new) in [
            ("", "schemas:\n  - \"x\"\n"),
            ("block-on: error", "block-on: error\nschemas:\n  - \"x\"\n"),
            ("schemas: [a, 'b'] # c\n", "schemas: [a, 'b', \"x\"] # c\n"),
            ("schemas: []\n", "schemas: [\"x\"]\n"),
            ("schemas:\n- a # one\nblock-on: error\n", "schemas:\n- a # one\n- \"x\"\nblock-on: error\n"),
            ("schemas:\n    - a\n    - b", "schemas:\n    - a\n    - b\n    - \"x\"\n"),
        ] {
            assert_eq!(with_entry(old, "\"x\""), new, "{old}");
        }
    }
}
