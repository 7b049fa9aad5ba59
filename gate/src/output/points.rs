//! A report point by point, for formats that give each resource its line: resources, then what belongs to none of them.

use std::collections::HashMap;

use super::{sums, words};
use crate::model::{CheckFailure, Finding, ObjectId, Outcome, RepoPath, Report, Resource, Verdict};

/// How a point ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing of it blocks.
    Good,
    /// A finding of it blocks, or a check could not finish.
    Bad,
    /// No schema was asked.
    Skipped,
}

/// One line of such a format.
#[derive(Debug)]
pub(super) struct Point<'a> {
    pub(super) end: End,
    /// None for a failure of the run as a whole.
    pub(super) path: Option<&'a RepoPath>,
    pub(super) object: Option<&'a ObjectId>,
    /// Findings that block.
    pub(super) findings: Vec<&'a Finding>,
    pub(super) failures: Vec<&'a CheckFailure>,
}

impl Point<'_> {
    /// What is wrong, in one line; empty where nothing is.
    pub(super) fn message(&self) -> String {
        let failures = self.failures.iter().map(|failure| failure.message.clone());
        let findings = self.findings.iter().map(|finding| {
            let start = finding.location.start;
            match &finding.hint {
                Some(hint) => format!("{} (line {}; {hint})", finding.message, start.line),
                None => format!("{} (line {})", finding.message, start.line),
            }
        });
        failures.chain(findings).collect::<Vec<_>>().join("; ")
    }
}

/// All points of a report, in the order of its resources.
pub(super) fn of(report: &Report) -> Vec<Point<'_>> {
    let blocks = |finding: &&Finding| finding.counts() && finding.severity >= report.block_on;
    let mut rest =
        Rest::new(report.findings.iter().filter(blocks).collect(), report.failures.iter().collect());
    let list = report.coverage.resources.iter().flat_map(|resources| &resources.list);
    let mut points: Vec<Point<'_>> = list.map(|resource| rest.take(resource)).collect();
    points.extend(rest.points());
    points
}

/// The verdict with its numbers, and how a test named after it ends.
pub(super) fn verdict(report: &Report) -> (End, String) {
    let text = format!("{}: {}", sums::verdict(report.verdict), sums::numbers(report));
    match (report.verdict, words::nothing_was_checked(report)) {
        (Verdict::Pass, true) => (End::Skipped, text),
        (Verdict::Pass, false) => (End::Good, text),
        _ => (End::Bad, text),
    }
}

/// Findings and failures that no point has taken yet.
struct Rest<'a> {
    findings: Vec<Option<&'a Finding>>,
    failures: Vec<Option<&'a CheckFailure>>,
    findings_of: HashMap<&'a RepoPath, Vec<usize>>,
    failures_of: HashMap<&'a RepoPath, Vec<usize>>,
}

impl<'a> Rest<'a> {
    fn new(findings: Vec<&'a Finding>, failures: Vec<&'a CheckFailure>) -> Self {
        let (mut findings_of, mut failures_of) = (HashMap::new(), HashMap::new());
        for (at, finding) in findings.iter().enumerate() {
            findings_of.entry(&finding.location.path).or_insert_with(Vec::new).push(at);
        }
        for (at, failure) in failures.iter().enumerate() {
            if let Some(place) = &failure.location {
                failures_of.entry(&place.path).or_insert_with(Vec::new).push(at);
            }
        }
        let findings = findings.into_iter().map(Some).collect();
        Self { findings, failures: failures.into_iter().map(Some).collect(), findings_of, failures_of }
    }

    fn take(&mut self, resource: &'a Resource) -> Point<'a> {
        let (span, object) = (resource.span, Some(&resource.object));
        let mut point =
            Point { end: End::Good, path: Some(&resource.path), object, findings: vec![], failures: vec![] };
        for &at in self.findings_of.get(&resource.path).into_iter().flatten() {
            let is_its = |finding: &mut &Finding| {
                finding.object.as_ref() == object && span.contains(finding.location.span.start)
            };
            point.findings.extend(self.findings.get_mut(at).and_then(|finding| finding.take_if(is_its)));
        }
        for &at in self.failures_of.get(&resource.path).into_iter().flatten() {
            let is_its = |failure: &mut &CheckFailure| {
                let place = failure.location.as_ref();
                failure.object.as_ref() == object
                    && place.is_some_and(|place| span.contains(place.span.start))
            };
            point.failures.extend(self.failures.get_mut(at).and_then(|failure| failure.take_if(is_its)));
        }
        point.end = match resource.outcome {
            _ if !point.findings.is_empty() || !point.failures.is_empty() => End::Bad,
            Outcome::Skipped => End::Skipped,
            _ => End::Good,
        };
        point
    }

    /// One point for each finding and failure that is left; those of one place stay together.
    fn points(self) -> Vec<Point<'a>> {
        let failures = self.failures.into_iter().flatten().map(|failure| {
            let path = failure.location.as_ref().map(|place| &place.path);
            let (object, failures) = (failure.object.as_ref(), vec![failure]);
            Point { end: End::Bad, path, object, findings: vec![], failures }
        });
        let findings = self.findings.into_iter().flatten().map(|finding| {
            let (path, object) = (Some(&finding.location.path), finding.object.as_ref());
            Point { end: End::Bad, path, object, findings: vec![finding], failures: vec![] }
        });
        failures.chain(findings).collect()
    }
}
