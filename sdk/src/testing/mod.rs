//! Runs a policy natively over data-driven cases, so that `cargo test` needs no WebAssembly.
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
mod expect;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

pub use case::{Case, DocumentCase};
pub use expect::Expectation;

use crate::{Failure, Finding, Json, Policy};

/// What went wrong, one line for each difference. Its `Debug` form is the text itself, so that a test may
/// return it.
#[derive(Clone, PartialEq, Eq)]
pub struct Report(String);

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
    pub hits: BTreeMap<&'static str, usize>,
}

impl Summary {
    /// Every declared rule must be found by some case and not found by another, and the metadata must be whole.
    ///
    /// # Errors
    /// What is missing.
    pub fn require_every_rule<P: Policy>(&self) -> Result<(), Report> {
        let mut problems = metadata_problems::<P>();
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
    let mut summary = Summary::default();
    let mut problems = Vec::new();
    for path in case_files(folder.as_ref())? {
        run_file::<P>(&path, &mut summary, &mut problems);
    }
    report(&problems).map(|()| summary)
}

/// Runs one case; answers the differences as lines, and the rules that were found.
pub fn run_case<P: Policy>(case: &Case) -> (Vec<String>, Vec<Finding>) {
    let settings = case.settings_json();
    if !case.refused.is_empty() {
        return (expect::refusals(&case.refused, &crate::check_settings::<P>(&settings)), Vec::new());
    }
    let context = case.context();
    let documents: Vec<_> = case.documents(&context).into_iter().filter(|d| P::METADATA.wants(d)).collect();
    if documents.is_empty() {
        return (vec!["nothing ran: the policy asks for none of these documents".to_owned()], Vec::new());
    }
    match crate::evaluate::<P>(&settings, &documents) {
        Ok(findings) => {
            let mut lines = expect::differences(&case.expect, &findings);
            lines.extend(findings.iter().flat_map(|finding| contract_problems::<P>(finding, &documents)));
            (lines, findings)
        }
        Err(Failure::Other(message)) => (vec![format!("the policy failed: {message}")], Vec::new()),
        Err(Failure::Settings(issues)) => {
            let line =
                |issue: &crate::SettingsIssue| format!("settings {}: {}", issue.pointer, issue.message);
            (issues.iter().map(line).collect(), Vec::new())
        }
    }
}

fn case_files(folder: &Path) -> Result<Vec<PathBuf>, Report> {
    let unreadable = |error: std::io::Error| Report(format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() { Err(Report(format!("{}: no case file", folder.display()))) } else { Ok(files) }
}

fn run_file<P: Policy>(path: &Path, summary: &mut Summary, problems: &mut Vec<String>) {
    let cases = std::fs::read_to_string(path).map_err(|error| error.to_string()).and_then(|t| Case::read(&t));
    let cases = match cases {
        Ok(cases) if cases.is_empty() => Err("no case in this file".to_owned()),
        other => other,
    };
    let cases = match cases {
        Ok(cases) => cases,
        Err(error) => return problems.push(format!("{}: {error}", path.display())),
    };
    for (number, case) in cases.iter().enumerate() {
        let (lines, findings) = run_case::<P>(case);
        summary.cases += 1;
        let found: std::collections::BTreeSet<_> = findings.iter().map(|finding| finding.rule).collect();
        for rule in found {
            *summary.hits.entry(rule).or_default() += 1;
        }
        if !lines.is_empty() {
            problems.push(format!("{}, case {} ({}):", path.display(), number + 1, case.name));
            problems.extend(lines.into_iter().map(|line| format!("    {line}")));
        }
    }
}

/// What the gate would refuse in an answer: undeclared rules, pointers that lead nowhere.
fn contract_problems<P: Policy>(finding: &Finding, documents: &[crate::Document<'_>]) -> Option<String> {
    if !P::METADATA.rules.iter().any(|rule| rule.id == finding.rule) {
        return Some(format!("{} is not declared in the metadata", finding.rule));
    }
    let document = documents.iter().find(|document| document.index == finding.document);
    let Some(document) = document else { return Some(format!("there is no document {}", finding.document)) };
    let pointer = finding.pointer.as_deref()?;
    let root = document.object().or_else(|| document.old_object())?;
    root.find(pointer).is_none().then(|| format!("pointer {pointer} leads nowhere"))
}

fn metadata_problems<P: Policy>() -> Vec<String> {
    let metadata = P::METADATA;
    let kebab = |id: &str| {
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let mut problems = Vec::new();
    if !kebab(metadata.id) || metadata.title.is_empty() || metadata.description.is_empty() {
        problems.push("the policy needs a kebab-case id, a title and a description".to_owned());
    }
    if let Err(error) = Json::parse(metadata.settings_schema) {
        problems.push(format!("settings schema: {error}"));
    }
    for (at, rule) in metadata.rules.iter().enumerate() {
        if !kebab(rule.id) || metadata.rules.iter().take(at).any(|other| other.id == rule.id) {
            problems.push(format!("rule id `{}` is not kebab-case or not unique", rule.id));
        }
        for section in ["What it does", "Why is this bad", "Example", "Use instead"] {
            if !rule.help.contains(section) {
                problems.push(format!("the help of {} has no section `{section}`", rule.id));
            }
        }
    }
    problems
}

fn report(problems: &[String]) -> Result<(), Report> {
    if problems.is_empty() { Ok(()) } else { Err(Report(problems.join("\n"))) }
}
