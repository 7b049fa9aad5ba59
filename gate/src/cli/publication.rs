//! A report as what is put on a pull request: pages, and annotations at lines.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::host::{Annotation, Markup, Pages, Publication};
use crate::model::{CheckFailure, Finding, Location, Report, Severity};
use crate::output::{
    Annotated, MarkdownOptions, annotation_of_failure, annotation_of_finding, markdown, summary,
};
use crate::text::{clean_line, hexadecimal};

/// Checks that could not finish that come before findings; the others come behind those that are errors.
const FAILURES_FIRST: usize = 3;

/// A report that can be written in the size and the markup that a host wants.
pub(super) struct ReportPages<'a> {
    pub(super) report: &'a Report,
    /// Where the whole report is.
    pub(super) whole_report: Option<&'a str>,
    /// The report was read from a file.
    pub(super) saved: bool,
}

impl Pages for ReportPages<'_> {
    fn comment(&self, limit: usize, markup: Markup) -> String {
        let folds = markup == Markup::Html;
        let (whole_report, saved) = (self.whole_report, self.saved);
        markdown(self.report, &MarkdownOptions { budget: limit, folds, whole_report, saved })
    }

    fn summary(&self, limit: usize) -> String {
        summary(self.report, limit)
    }
}

/// The report of `pages` for a pull request.
pub(super) fn publication<'a>(pages: &'a ReportPages<'_>, key: &str) -> Publication<'a> {
    Publication {
        key: key.to_owned(),
        verdict: pages.report.verdict,
        annotations: annotations(pages.report),
        pages,
    }
}

/// Findings that count and checks that could not finish, each at its place, worst first.
fn annotations(report: &Report) -> Vec<Annotation> {
    let mut prints = Prints::default();
    let mut failures: Vec<Annotation> =
        report.failures.iter().filter_map(|failure| of_failure(failure, &mut prints)).collect();
    let later = failures.split_off(failures.len().min(FAILURES_FIRST));
    let findings = |severity: Severity| {
        let of =
            report.findings.iter().filter(move |finding| finding.counts() && finding.severity == severity);
        of.filter_map(of_finding)
    };
    let errors = failures.into_iter().chain(findings(Severity::Error)).chain(later);
    errors.chain(findings(Severity::Warning)).chain(findings(Severity::Info)).collect()
}

fn of_finding(finding: &Finding) -> Option<Annotation> {
    let texts = annotation_of_finding(finding);
    annotation(finding.fingerprint.clone(), finding.severity, &finding.location, texts)
}

fn of_failure(failure: &CheckFailure, prints: &mut Prints) -> Option<Annotation> {
    let location = failure.location.as_ref()?;
    let texts = annotation_of_failure(failure);
    annotation(prints.make(failure, location), Severity::Error, location, texts)
}

/// None where the path cannot be said to a host: it is no text, or has characters that nobody would see.
fn annotation(
    fingerprint: String,
    severity: Severity,
    location: &Location,
    texts: Annotated,
) -> Option<Annotation> {
    let path =
        location.path.as_str().filter(|path| !path.contains('\u{fffd}') && clean_line(path) == **path)?;
    let Annotated { rule, title, text, markdown } = texts;
    let (start, end) = (location.start, location.end);
    Some(Annotation { fingerprint, rule, severity, path: path.to_owned(), start, end, title, text, markdown })
}

/// Fingerprints of failures, which have none of their own: no line goes into them, and equal ones are told apart.
#[derive(Default)]
struct Prints(HashMap<Vec<u8>, u64>);

impl Prints {
    fn make(&mut self, failure: &CheckFailure, location: &Location) -> String {
        let object = failure.object.as_ref().map(ToString::to_string).unwrap_or_default();
        let kind = format!("{:?}", failure.kind);
        let mut hash = Sha256::new();
        for part in [
            failure.check.as_bytes(),
            kind.as_bytes(),
            location.path.as_bytes(),
            object.as_bytes(),
            location.pointer.as_bytes(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let number = self.0.entry(hash.clone().finalize().to_vec()).or_default();
        hash.update(number.to_be_bytes());
        *number += 1;
        hexadecimal(&hash.finalize()[..16])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn place(path: &str, line: u32) -> Value {
        json!({ "path": path, "start": { "line": line, "column": 2 }, "end": { "line": line, "column": 9 }, "pointer": "/x" })
    }

    fn finding(severity: &str, status: &str, path: &str) -> Value {
        json!({ "rule": format!("check/{severity}"), "severity": severity, "status": status, "message": "m @everyone",
                "location": place(path, 4), "fingerprint": "ab".repeat(16) })
    }

    fn failure(path: Option<&str>, line: u32) -> Value {
        let mut failure = json!({ "check": "schema", "kind": "no-schema", "message": "m" });
        if let Some(path) = path {
            failure["location"] = place(path, line);
        }
        failure
    }

    /// A report with these findings and failures.
    fn report(findings: Vec<Value>, failures: Vec<Value>) -> Report {
        let count = |severity: &str| {
            let counts = |one: &&Value| one["severity"] == severity && one["status"] == "introduced";
            findings.iter().filter(counts).count()
        };
        let introduced: serde_json::Map<String, Value> = ["error", "warning", "info"]
            .into_iter()
            .filter(|severity| count(severity) > 0)
            .map(|severity| (severity.to_owned(), json!(count(severity))))
            .collect();
        let fixed = findings.iter().filter(|one| one["status"] == "fixed").count();
        let (verdict, code) = match (count("error"), failures.len()) {
            (0, 0) => ("pass", 0),
            (0, _) => ("incomplete", 3),
            _ => ("fail", 1),
        };
        let report = json!({
            "version": "1.1", "tool": { "name": "gitops-gate", "version": "0.1.0" }, "verdict": verdict, "exit_code": code,
            "block_on": "error", "change": { "description": "d", "config": "c" },
            "counts": { "introduced": introduced, "existing": 0, "fixed": fixed, "waived": 0, "blocking": count("error") },
            "findings": findings, "failures": failures, "rules": [],
            "coverage": { "files": 0, "documents": {}, "objects": 1, "base_objects": 0, "schema_checked": 0,
                          "unknown_kinds": {}, "environments": {}, "policies": {}, "skipped": [], "notices": [] }
        });
        Report::from_json(report.to_string().as_bytes()).unwrap()
    }

    fn pages(report: &Report) -> ReportPages<'_> {
        ReportPages { report, whole_report: None, saved: true }
    }

    #[test]
    fn the_worst_come_first_and_only_what_counts() {
        let findings = vec![
            finding("info", "introduced", "a"),
            finding("error", "introduced", "b"),
            finding("warning", "introduced", "c"),
            finding("error", "fixed", "d"),
            finding("error", "introduced", "e"),
        ];
        let failures =
            [Some("f1"), None, Some("f2"), Some("f3"), Some("f4")].map(|path| failure(path, 1)).to_vec();
        let report = report(findings, failures);
        let pages = pages(&report);
        let publication = publication(&pages, "default");
        let paths: Vec<&str> = publication.annotations.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["f1", "f2", "f3", "b", "e", "f4", "c", "a"]);
        assert_eq!(publication.verdict, crate::model::Verdict::Fail);
        assert_eq!((publication.annotations[3].start.line, publication.annotations[3].end.column), (4, 9));
        assert_eq!(publication.annotations[3].markdown, "**error** `check/error`: m `@everyone`");
    }

    #[test]
    fn fingerprints_of_failures_know_no_line_and_are_unique() {
        let prints = |failures: Vec<Value>| -> Vec<String> {
            let report = report(Vec::new(), failures);
            annotations(&report).into_iter().map(|one| one.fingerprint).collect()
        };
        let twice = prints(vec![failure(Some("a"), 1), failure(Some("a"), 7), failure(Some("b"), 1)]);
        assert_eq!(
            twice,
            prints(vec![failure(Some("a"), 50), failure(Some("a"), 60), failure(Some("b"), 70)])
        );
        let unique: std::collections::BTreeSet<&String> = twice.iter().collect();
        assert_eq!(unique.len(), 3);
        assert!(twice.iter().all(|print| print.len() == 32 && print.bytes().all(|b| b.is_ascii_hexdigit())));
    }

    #[test]
    fn a_path_that_a_host_would_not_know_has_no_annotation() {
        let report = report(
            vec![finding("error", "introduced", "a\u{1b}b"), finding("error", "introduced", "ok")],
            Vec::new(),
        );
        let paths: Vec<String> = annotations(&report).into_iter().map(|one| one.path).collect();
        assert_eq!(paths, ["ok"]);
    }

    #[test]
    fn pages_keep_the_limit_and_tell_where_the_report_is_from() {
        let report = report(vec![finding("error", "introduced", "a")], Vec::new());
        let pages = pages(&report);
        for limit in [50, 500, 10_000] {
            assert!(pages.comment(limit, Markup::Html).len() <= limit && pages.summary(limit).len() <= limit);
        }
        let (html, plain) = (pages.comment(10_000, Markup::Html), pages.comment(10_000, Markup::Plain));
        assert!(html.contains("<details>") && !plain.contains('<'), "{plain}");
        assert!(
            html.contains("Taken from a saved report, by its own account made by `gitops-gate 0.1.0`")
                || html.contains("by its own account made by gitops-gate `0.1.0`"),
            "{html}"
        );
    }
}
