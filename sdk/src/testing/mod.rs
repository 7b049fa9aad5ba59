//! Runs a policy natively over data-driven cases, so that `cargo test` needs no WebAssembly. `gate policy test` runs the same
//! cases against the component: what judges is a [`Subject`], the rest is the same code.
//!
//! A case file is YAML; `---` separates cases:
//!
//! ```yaml
//! name: production wants a version
//! settings: { prod: { require: semver } }
//! context:
//!   environments: [{ name: prod, order: 0, declared: true }]
//! documents:
//!   - environment: prod
//!     path: apps/prod/web.yaml
//!     object: { apiVersion: v1, kind: Pod, spec: { containers: [{ name: web, image: web:main }] } }
//! expect:
//!   - non-semver-image-tag@/spec/containers/0/image
//! ```
//!
//! An expectation is `rule@pointer` (no `@`: the document as a whole), or a map with `finding`, and, as far as
//! they matter, `document`, `message` (a part of it), `severity` and `sensitive`. All findings must be expected.
//! `refused` instead of `expect` lists pointers of settings that must not be accepted. Roles, operations and
//! environments are set on the documents; the operation follows from `object` and `old-object` if it is not set.
//!
//! ```no_run
//! # use gate_sdk::{Policy, NoSettings, Metadata, SettingsIssue};
//! # struct MyPolicy;
//! # impl Policy for MyPolicy {
//! #     type Settings = NoSettings;
//! #     const METADATA: Metadata = Metadata::new("my", "0.1.0", "Mine");
//! #     fn new(_: NoSettings) -> Result<Self, Vec<SettingsIssue>> { Ok(Self) }
//! # }
//! use gate_sdk::testing::{Report, run_cases};
//!
//! #[test]
//! fn cases() -> Result<(), Report> {
//!     run_cases::<MyPolicy>("cases")?.require_every_rule::<MyPolicy>()
//! }
//! ```

mod case;
mod coverage;
mod difference;
mod expect;
mod input;
mod metadata;
mod read;
mod run;
mod subject;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

pub use case::Case;
pub use coverage::Coverage;
pub use difference::Difference;
pub use expect::Expectation;
pub use input::Input;
pub use read::CaseFile;
pub use run::{CaseResult, Ran, run_case, run_files};
pub use subject::{Answer, Found, Native, Subject};

use crate::Policy;

/// What went wrong, one line for each difference. Its `Debug` form is the text itself, so that a test may
/// return it.
#[derive(Clone, PartialEq, Eq)]
pub struct Report(String);

impl Report {
    fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Report {}

/// What ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many cases.
    pub cases: usize,
    /// In how many cases each rule was found.
    pub hits: BTreeMap<String, usize>,
}

impl Summary {
    /// Every declared rule must be found by some case and not found by another, and the metadata must be whole.
    ///
    /// # Errors
    /// What is missing.
    pub fn require_every_rule<P: Policy>(&self) -> Result<(), Report> {
        let mut problems = metadata::metadata_problems::<P>();
        for rule in P::METADATA.rules {
            match self.hits.get(rule.id).copied().unwrap_or(0) {
                0 => problems.push(format!("no case finds {}", rule.id)),
                hits if hits == self.cases => problems.push(format!("every case finds {}", rule.id)),
                _ => {}
            }
        }
        report(&problems)
    }
}

/// Runs every case file (`*.yaml`) of a folder, relative to the crate under test.
///
/// # Errors
/// Differences, unreadable cases, files without a case, cases that reach no document, a folder without files.
pub fn run_cases<P: Policy>(folder: impl AsRef<Path>) -> Result<Summary, Report> {
    let files = CaseFile::read_all(folder.as_ref())?;
    let subject = Native::<P>::new();
    let ran = run_files(&subject, &files);
    let unreadable = |file: &CaseFile| {
        let error = file.cases.as_ref().err()?;
        Some(format!("{}: {error}", file.path.display()))
    };
    let mut problems: Vec<String> = files.iter().filter_map(unreadable).collect();
    problems.extend(ran.iter().filter(|ran| !ran.result.differences.is_empty()).map(told));
    let Coverage { cases, hits, .. } = Coverage::of(&subject, &ran);
    report(&problems).map(|()| Summary { cases, hits })
}

/// A case that did not go as it says: its place, and below it what differs.
fn told(ran: &Ran) -> String {
    let Ran { path, number, case, result } = ran;
    let mut text = format!("{}:{}, case {number} ({}):", path.display(), case.line, case.name);
    for line in result.differences.iter().flat_map(|difference| lines(&difference.to_string())) {
        text.push_str("\n    ");
        text.push_str(&line);
    }
    text
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn report(problems: &[String]) -> Result<(), Report> {
    if problems.is_empty() { Ok(()) } else { Err(Report(problems.join("\n"))) }
}
