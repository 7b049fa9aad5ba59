//! Case files: which there are, and where each case starts.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Case, Report};

/// A case file that could be opened, or why its content is no use.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// As the folder was written, with the file's name behind it.
    pub path: PathBuf,
    /// Its cases, at least one; or what is wrong with the file.
    pub cases: Result<Vec<Case>, String>,
}

impl CaseFile {
    /// Reads every case file (`*.yaml`) of a folder, in order of name.
    ///
    /// # Errors
    /// There is no such folder, or no case file in it.
    pub fn read_all(folder: &Path) -> Result<Vec<Self>, Report> {
        let unreadable = |error: std::io::Error| Report::new(format!("{}: {error}", folder.display()));
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                paths.push(path);
            }
        }
        paths.sort();
        match paths.is_empty() {
            true => Err(Report::new(format!("{}: no case file", folder.display()))),
            false => Ok(paths.into_iter().map(Self::read).collect()),
        }
    }

    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        let cases = match text.and_then(|text| Case::read(&text)) {
            Ok(cases) if cases.is_empty() => Err("no case in this file".to_owned()),
            other => other,
        };
        Self { path, cases }
    }
}

impl Case {
    /// Reads the cases of a file.
    ///
    /// # Errors
    /// The text is no YAML, or a case has unknown or missing keys.
    pub fn read(text: &str) -> Result<Vec<Self>, String> {
        let mut cases = Vec::new();
        for part in parts(text) {
            // Empty lines in place of what stands before: errors then name the line of the file.
            let padded = "\n".repeat(part.before) + part.text;
            for document in serde_yaml::Deserializer::from_str(&padded) {
                let case = Option::<Self>::deserialize(document).map_err(|error| error.to_string())?;
                cases.extend(case.map(|mut case| {
                    case.line = part.line;
                    case
                }));
            }
        }
        for case in &cases {
            case.check()?;
        }
        Ok(cases)
    }
}

/// A file from one separator to the next.
struct Part<'t> {
    text: &'t str,
    /// Lines before it.
    before: usize,
    /// Line of its first content, 1-based.
    line: usize,
}

/// `---` at the start of a line separates documents wherever it stands, inside a block of text too.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut starts = vec![(0, 0)];
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if at > 0 && is_separator(line) {
            starts.push((at, number));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let parts = starts.iter().zip(ends).filter_map(|(&(start, before), end)| {
        let text = text.get(start..end)?;
        let first = text.lines().position(has_content).unwrap_or(0);
        Some(Part { text, before, line: before + first + 1 })
    });
    parts.collect()
}

fn is_separator(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// False for empty lines, comments, directives and bare separators.
fn has_content(line: &str) -> bool {
    let rest = if is_separator(line) { line.get(3..).unwrap_or_default() } else { line };
    let rest = rest.trim();
    !rest.is_empty() && !rest.starts_with(['#', '%'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String)> {
        Case::read(text).unwrap_or_default().into_iter().map(|case| (case.line, case.name)).collect()
    }

    #[test]
    fn every_case_knows_its_line() {
        let text = "# why\n\nname: a\n---\n# b\nname: b\ndocuments: []\n---\n---\n--- {name: c}\n";
        assert_eq!(lines(text), [(3, "a".to_owned()), (6, "b".to_owned()), (10, "c".to_owned())]);
        assert_eq!(lines("---\nname: a\n...\n---\nname: b\n"), [(2, "a".to_owned()), (5, "b".to_owned())]);
    }

    #[test]
    fn dashes_inside_a_text_separate_nothing() {
        let text =
            "name: a\ndocuments:\n  - role: file\n    object: |\n      x\n      ---\n      y\n---\nname: b\n";
        assert_eq!(lines(text), [(1, "a".to_owned()), (9, "b".to_owned())]);
    }

    #[test]
    fn mistakes_are_named_with_the_line_of_the_file() {
        let error = Case::read("name: a\n---\nname: b\nexpects: []\n").err().unwrap_or_default();
        assert!(error.contains("expects") && error.contains("line 4"), "{error}");
    }
}
