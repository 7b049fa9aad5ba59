//! A policy over a folder of manifests: the engine's own judgement, of this one policy and without a change.

use std::path::Path;

use super::expectations::{self, Entry};
use crate::cli::error::CliError;
use crate::cli::policy::{run_alone, settings};
use crate::model::{CheckFailure, Finding, Report, Severity};
use crate::policy::Policy;

/// What was found, and what was expected.
pub(super) struct Manifests {
    pub(super) folder: String,
    documents: u64,
    found: Vec<Entry>,
    differences: Vec<String>,
    failures: Vec<String>,
    /// The file that was written.
    written: Option<String>,
}

/// Runs `policy` over `folder` and compares with the file `expect`, or writes it.
pub(super) fn run(
    policy: Policy,
    folder: &Path,
    expect: &Path,
    settings_file: Option<&Path>,
    update: bool,
) -> Result<Manifests, CliError> {
    let settings = settings::checked(settings_file, &policy)?;
    let id = policy.metadata().id.clone();
    let rules = policy.metadata().rules.iter();
    let severities: Vec<(String, Severity)> = rules.map(|rule| (rule.id.clone(), rule.severity)).collect();
    let expected = if update { Vec::new() } else { read(expect)? };
    let report = run_alone::judge(policy, &settings, folder)?;
    let found: Vec<Entry> =
        report.findings.iter().filter_map(|finding| entry(finding, &id, &severities)).collect();
    let documents = report.coverage.policies.get(&id).map_or(0, |policy| policy.documents);
    let mut failures: Vec<String> = report.failures.iter().map(failure).collect();
    if documents == 0 {
        failures.push(nothing(&report));
    }
    let mut written = None;
    if update && failures.is_empty() {
        let text = expectations::write(&id, &found);
        std::fs::write(expect, text)
            .map_err(|error| CliError::new(format!("{} cannot be written: {error}", expect.display())))?;
        written = Some(expect.display().to_string());
    }
    let differences = if update { Vec::new() } else { expectations::differences(&expected, &found) };
    Ok(Manifests { folder: folder.display().to_string(), documents, found, differences, failures, written })
}

impl Manifests {
    /// Lines for all that is not as it should be.
    pub(super) fn problems(&self) -> Vec<String> {
        [self.failures.clone(), self.differences.clone()].concat()
    }

    pub(super) fn is_good(&self) -> bool {
        self.failures.is_empty() && self.differences.is_empty()
    }

    /// One line.
    pub(super) fn summary(&self) -> String {
        let Self { folder, documents, found, .. } = self;
        let told = match (&self.written, self.is_good()) {
            (Some(file), _) => format!("written to {file}"),
            (None, true) => "as expected".to_owned(),
            (None, false) => "not as expected".to_owned(),
        };
        let (many, findings) =
            (if *documents == 1 { "" } else { "s" }, if found.len() == 1 { "" } else { "s" });
        format!("{folder}: {documents} document{many}, {} finding{findings}, {told}", found.len())
    }
}

fn read(file: &Path) -> Result<Vec<Entry>, CliError> {
    if !file.exists() {
        return Err(CliError::new(format!("there is no file {}", file.display()))
            .hint("`--update` writes it from what is found now: read it before you keep it"));
    }
    expectations::read(&settings::json_of(file)?)
        .map_err(|error| CliError::new(format!("{}: {error}", file.display())))
}

/// A finding of the policy; none for those of the gate itself.
fn entry(finding: &Finding, id: &str, severities: &[(String, Severity)]) -> Option<Entry> {
    let rule = finding.rule.strip_prefix(id)?.strip_prefix('/')?;
    let usual = severities.iter().find(|(known, _)| known == rule).map(|(_, severity)| *severity);
    let pointer = &finding.location.pointer;
    Some(Entry {
        path: finding.location.path.to_string(),
        object: finding.object.as_ref().map(ToString::to_string),
        finding: if pointer.is_empty() { rule.to_owned() } else { format!("{rule}@{pointer}") },
        severity: (usual != Some(finding.severity)).then(|| finding.severity.as_str().to_owned()),
        message: Some(finding.message.clone()),
    })
}

fn failure(failure: &CheckFailure) -> String {
    let place = failure.location.as_ref().map(|place| format!("{}:{}: ", place.path, place.start.line));
    format!("{}{}", place.unwrap_or_default(), failure.message)
}

fn nothing(report: &Report) -> String {
    let objects = report.coverage.objects;
    format!("nothing ran: the policy asks for none of these documents ({objects} objects among them)")
}
