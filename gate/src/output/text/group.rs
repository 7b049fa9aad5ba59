//! The findings that count, by what brought them and then by file, each file under its path.

use super::super::sums;
use super::finding;
use super::page::{Page, paint};
use super::shown::{self, Group};
use super::told::Told;
use crate::model::{Report, Severity, Status};

/// All of them, what is left out of them, and where to read more.
pub(super) fn all(page: &mut Page, report: &Report, verbose: bool) {
    if some(page, report, Severity::Info, verbose) {
        page.blank();
        let text = "What a rule is for, and what else mends it: gate explain RULE";
        page.paragraph("", 0, text, 2, page.palette.quiet);
    }
}

/// Only those that block, for `--quiet`.
pub(super) fn blocking(page: &mut Page, report: &Report) {
    some(page, report, report.block_on, false);
}

/// False if there are none.
fn some(page: &mut Page, report: &Report, least: Severity, verbose: bool) -> bool {
    let (groups, more) = shown::counting(report, least, verbose);
    let mut told = Told::new(report);
    for of_status in groups.chunk_by(|a, b| a.status == b.status) {
        if let Some(first) = of_status.first() {
            title(page, report, first.status, least);
        }
        of_status.iter().for_each(|group| file(page, group, &mut told));
    }
    more.tell(page);
    !groups.is_empty()
}

/// `Introduced by this change: 3 errors, 1 warning in 2 files`.
fn title(page: &mut Page, report: &Report, status: Status, least: Severity) {
    let words = match status {
        Status::Introduced => "Introduced by this change",
        Status::Present | Status::Existing | Status::Fixed => "Present (there is no base to compare with)",
    };
    let mut findings = sums::counting(report);
    findings.retain(|finding| finding.status == status && finding.severity >= least);
    let style = findings.first().map_or(page.palette.strong, |worst| page.palette.severity(worst.severity));
    page.title(style, &format!("{words}: {}", sums::in_files(&findings)));
}

fn file(page: &mut Page, group: &Group<'_>, told: &mut Told<'_>) {
    let path = paint(page.palette.strong, &group.path.to_string());
    let path = page.link_to_file(group.path, &path);
    let hidden = match group.hidden {
        0 => String::new(),
        number => format!(" ({number} not shown)"),
    };
    let numbers = paint(page.palette.quiet, &format!("{}{hidden}", group.numbers));
    page.blank();
    page.raw(&format!("{path}  {numbers}"));
    for finding in &group.findings {
        finding::full(page, finding, told);
    }
}
