//! Expected against reported findings.

use serde::Deserialize;

use crate::{Finding, SettingsIssue};

/// What a finding must look like.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(from = "Form")]
pub struct Expectation {
    /// `rule@pointer`, or `rule` for the document as a whole.
    pub finding: String,
    /// 0-based number of the document in the case.
    pub document: u32,
    /// Part of the message.
    pub message: Option<String>,
    /// `info`, `warning`, `error`, if it is not the rule's own.
    pub severity: Option<String>,
    /// Whether the value is to be masked.
    pub sensitive: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Short(String),
    Long(Long),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    finding: String,
    #[serde(default)]
    document: u32,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    sensitive: Option<bool>,
}

impl From<Form> for Expectation {
    fn from(form: Form) -> Self {
        match form {
            Form::Short(finding) => {
                Self { finding, document: 0, message: None, severity: None, sensitive: None }
            }
            Form::Long(long) => Self {
                finding: long.finding,
                document: long.document,
                message: long.message,
                severity: long.severity,
                sensitive: long.sensitive,
            },
        }
    }
}

impl Expectation {
    fn is_met_by(&self, finding: &Finding) -> bool {
        self.document == finding.document
            && self.finding == place(finding)
            && self.message.as_ref().is_none_or(|part| finding.message.contains(part.as_str()))
            && self.severity.as_deref() == finding.severity.map(crate::Severity::as_str)
            && self.sensitive.is_none_or(|sensitive| sensitive == finding.sensitive)
    }
}

fn place(finding: &Finding) -> String {
    match &finding.pointer {
        Some(pointer) => format!("{}@{pointer}", finding.rule),
        None => finding.rule.to_owned(),
    }
}

/// One line for each expectation that is not met and for each finding that nobody expects.
pub(super) fn differences(expected: &[Expectation], found: &[Finding]) -> Vec<String> {
    let mut open: Vec<_> = found.iter().collect();
    let mut lines = Vec::new();
    for expectation in expected {
        match open.iter().position(|finding| expectation.is_met_by(finding)) {
            Some(at) => drop(open.remove(at)),
            None => lines.push(expected_line(expectation)),
        }
    }
    lines.extend(open.into_iter().map(reported_line));
    lines
}

/// One line for each pointer that the settings check does not name, and for each other that it names.
pub(super) fn refusals(expected: &[String], issues: &[SettingsIssue]) -> Vec<String> {
    let missing = expected.iter().filter(|pointer| !issues.iter().any(|issue| issue.pointer == **pointer));
    let extra = issues.iter().filter(|issue| !expected.contains(&issue.pointer));
    let missing = missing.map(|pointer| format!("- refused   settings {pointer}"));
    missing
        .chain(extra.map(|issue| format!("+ refused   settings {}: {}", issue.pointer, issue.message)))
        .collect()
}

fn expected_line(expectation: &Expectation) -> String {
    let mut line = format!("- expected  document {}: {}", expectation.document, expectation.finding);
    for (name, value) in [("message", &expectation.message), ("severity", &expectation.severity)] {
        if let Some(value) = value {
            line.push_str(&format!(", {name} `{value}`"));
        }
    }
    line
}

fn reported_line(finding: &Finding) -> String {
    let severity = finding.severity.map_or("", crate::Severity::as_str);
    let mask = if finding.sensitive { " sensitive" } else { "" };
    format!(
        "+ reported  document {}: {} {severity}{mask}: {}",
        finding.document,
        place(finding),
        finding.message
    )
}
