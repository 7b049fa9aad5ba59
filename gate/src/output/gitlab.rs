//! GitLab's Code Quality report: an array of issues that the merge request's widget compares with those of the target branch.
//! It has what is wrong at head (also what is wrong at the base, or the widget would call it fixed) and what could not be
//! checked; what a waiver lets pass is left out.

use std::collections::HashSet;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::words;
use crate::model::{CheckFailure, Finding, Report, Severity, Status};
use crate::text::{clean_line, hexadecimal, shorten};

/// Code points of a description.
const MAX_DESCRIPTION: usize = 1_000;
/// Where a failure is shown that has no place: the file that says what is checked.
const NO_PLACE: &str = "gate.yaml";

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The whole array.
pub(super) fn render(report: &Report) -> String {
    let mut seen = Fingerprints::default();
    let failures = report.failures.iter().map(|failure| of_failure(failure, &mut seen));
    let mut issues: Vec<Issue> = failures.collect();
    let at_head = report.findings.iter().filter(|finding| is_wrong_at_head(finding));
    issues.extend(at_head.map(|finding| of_finding(finding, &mut seen)));
    super::encode::pretty(&issues)
}

fn is_wrong_at_head(finding: &Finding) -> bool {
    finding.status != Status::Fixed && finding.waived.is_none()
}

fn of_finding(finding: &Finding, seen: &mut Fingerprints) -> Issue {
    let place = &finding.location;
    Issue {
        description: describe(&finding.message),
        check_name: clean_line(&finding.rule).into_owned(),
        fingerprint: seen.unique(&[finding.fingerprint.as_bytes(), place.path.as_bytes()]),
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Place { path: place.path.to_string(), lines: Lines { begin: place.start.line.max(1) } },
    }
}

fn of_failure(failure: &CheckFailure, seen: &mut Fingerprints) -> Issue {
    let kind = words::failure_kind(failure.kind);
    let path = failure.location.as_ref().map_or_else(|| NO_PLACE.to_owned(), |place| place.path.to_string());
    let object = failure.object.as_ref().map(ToString::to_string).unwrap_or_default();
    let parts = [kind, &failure.check, &path, &object, &failure.message].map(str::as_bytes);
    let line = failure.location.as_ref().map_or(1, |place| place.start.line.max(1));
    Issue {
        description: describe(&format!(
            "check could not finish: {}: {}; {}",
            failure.check,
            failure.message,
            words::advice(failure)
        )),
        check_name: format!("incomplete/{kind}"),
        fingerprint: seen.unique(&parts),
        severity: "blocker",
        location: Place { path, lines: Lines { begin: line } },
    }
}

fn describe(text: &str) -> String {
    shorten(&clean_line(text), MAX_DESCRIPTION).into_owned()
}

/// Fingerprints that were given out: GitLab shows one issue of those that share a fingerprint.
#[derive(Default)]
struct Fingerprints(HashSet<String>);

impl Fingerprints {
    /// 32 hexadecimal digits of `parts`, with no line number in them; of equal ones, the second gets another.
    fn unique(&mut self, parts: &[&[u8]]) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        loop {
            let digest = hash.clone().finalize();
            let word = hexadecimal(&digest[..16]);
            if self.0.insert(word.clone()) {
                return word;
            }
            hash.update(b"again");
        }
    }
}
