//! The report for people: findings by file with their source, checks that could not finish, what was and was not looked
//! at, and the verdict as the last line.

mod coverage;
mod excerpt;
mod failure;
mod finding;
mod fit;
mod page;
mod verdict;

use self::page::Page;
use super::RenderOptions;
use crate::model::{Finding, Report};

/// The whole report.
pub(super) fn render(report: &Report, options: &RenderOptions) -> String {
    let mut page = Page::new(options);
    head(&mut page, report);
    introduced(&mut page, report);
    finding::waived(&mut page, report);
    finding::existing(&mut page, report, options.verbose);
    finding::fixed(&mut page, report, options.verbose);
    failure::all(&mut page, report);
    coverage::all(&mut page, report, options.verbose);
    verdict::last(&mut page, report);
    page.finish()
}

fn head(page: &mut Page, report: &Report) {
    let title = format!("{} {}", report.tool.name, report.tool.version);
    page.styled(page.palette.strong, &title);
    page.row("change", &report.change.description);
    if let Some(commits) = commits(report) {
        page.row("commits", &commits);
    }
    page.row("config", &report.change.config);
}

fn commits(report: &Report) -> Option<String> {
    let short = |id: &Option<String>| id.as_deref().map(|id| id.chars().take(12).collect::<String>());
    match (short(&report.change.base_commit), short(&report.change.head_commit)) {
        (Some(base), Some(head)) => Some(format!("{base} to {head}")),
        (None, Some(head)) => Some(head),
        (Some(base), None) => Some(format!("{base} to what is not committed")),
        (None, None) => None,
    }
}

/// Findings that count, in full, under the file that they are in.
fn introduced(page: &mut Page, report: &Report) {
    let counting: Vec<&Finding> = report.findings.iter().filter(|finding| finding.counts()).collect();
    for of_file in counting.chunk_by(|a, b| a.location.path == b.location.path) {
        finding::file(page, of_file);
    }
}
