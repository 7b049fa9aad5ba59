//! Which findings the page shows in full: errors before warnings, files sorted, and of each rule no more than a reader can
//! take in. What is not shown is counted; the other formats have all of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;

use super::super::words::{self, count};
use super::page::Page;
use crate::model::{Finding, RepoPath, Report, Severity, Status};
use crate::text::clean_line;

/// Findings of one rule, failures of one kind and lines of one list that are shown without `--verbose`.
pub(super) const MOST: usize = 10;
/// Where the rest is.
const ALL: &str = "all: gate check --format json, or -v";

/// Findings of one file, those that are shown and how many there are.
pub(super) struct Group<'a> {
    pub(super) status: Status,
    pub(super) path: &'a RepoPath,
    /// Worst first, then by place.
    pub(super) findings: Vec<&'a Finding>,
    /// `3 errors, 1 warning`, with those that are not shown.
    pub(super) numbers: String,
    /// Findings of the file that are not shown.
    pub(super) hidden: usize,
}

/// What is left out of one rule.
#[derive(Default)]
struct Rest<'a> {
    findings: usize,
    files: BTreeSet<&'a RepoPath>,
}

/// What is left out of each rule.
#[derive(Default)]
pub(super) struct More<'a>(BTreeMap<&'a str, Rest<'a>>);

/// The findings that count, of `least` severity and above: the files with the worst first, else by path; and what is left
/// out of them.
pub(super) fn counting(report: &Report, least: Severity, verbose: bool) -> (Vec<Group<'_>>, More<'_>) {
    let mut files: BTreeMap<(Status, &RepoPath), Vec<&Finding>> = BTreeMap::new();
    let counts = |finding: &&Finding| finding.counts() && finding.severity >= least;
    for finding in report.findings.iter().filter(counts) {
        files.entry((finding.status, &finding.location.path)).or_default().push(finding);
    }
    let mut files: Vec<_> = files.into_iter().collect();
    for (_, findings) in &mut files {
        // Stable: of one severity they stay in the order of the report.
        findings.sort_by_key(|finding| Reverse(finding.severity));
    }
    let worst = |findings: &[&Finding]| findings.first().map(|finding| Reverse(finding.severity));
    files.sort_by_key(|((status, path), findings)| (*status, worst(findings), *path));
    let (mut seen, mut more) = (BTreeMap::new(), More::default());
    let groups = files.into_iter().map(|((status, path), all)| {
        let numbers = words::by_severity(|severity| of_severity(&all, severity));
        let total = all.len();
        let findings: Vec<_> =
            all.into_iter().filter(|finding| verbose || more.takes(finding, &mut seen)).collect();
        Group { status, path, hidden: total - findings.len(), findings, numbers }
    });
    (groups.filter(|group| !group.findings.is_empty()).collect(), more)
}

fn of_severity(findings: &[&Finding], severity: Severity) -> u64 {
    findings.iter().filter(|finding| finding.severity == severity).count() as u64
}

impl<'a> More<'a> {
    /// True for the first findings of a rule; the others are counted.
    fn takes(&mut self, finding: &'a Finding, seen: &mut BTreeMap<&'a str, usize>) -> bool {
        let number = seen.entry(finding.rule.as_str()).or_default();
        *number += 1;
        if *number <= MOST {
            return true;
        }
        let rest = self.0.entry(finding.rule.as_str()).or_default();
        rest.findings += 1;
        rest.files.insert(&finding.location.path);
        false
    }

    /// `… and 134 more of schema/unknown-field in 12 files`, a line for each rule.
    pub(super) fn tell(&self, page: &mut Page) {
        if !self.0.is_empty() {
            page.blank();
        }
        for (rule, rest) in &self.0 {
            let files = count(rest.files.len() as u64, "file", "files");
            left_out(page, rest.findings, &format!("of {} in {files}", clean_line(rule)));
        }
    }
}

/// Those of `items` that are shown; what is left out is told by [`left_out`].
pub(super) fn first<T>(items: &[T], verbose: bool) -> (&[T], usize) {
    let most = if verbose { items.len() } else { MOST };
    let (shown, rest) = items.split_at(most.min(items.len()));
    (shown, rest.len())
}

/// `… and 12 more WHAT (all: …)`; nothing for none.
pub(super) fn left_out(page: &mut Page, number: usize, what: &str) {
    if number > 0 {
        let gap = if what.is_empty() { "" } else { " " };
        let text = format!("… and {number} more{gap}{what} ({ALL})");
        page.paragraph("  ", 2, &text, 4, Style::new());
    }
}
