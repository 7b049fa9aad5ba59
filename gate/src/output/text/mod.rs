//! The report for people: findings by file with their source, checks that could not finish, what was and was not looked
//! at, and the verdict as the last line.

mod coverage;
mod effects;
mod excerpt;
mod failure;
mod finding;
mod fit;
mod page;
mod verdict;

use self::page::Page;
pub(super) use self::page::paint;
use super::{RenderOptions, sums};
use crate::model::{Finding, Location, Report};

/// Columns of an excerpt outside of the text report.
const EXCERPT_WIDTH: usize = 120;

/// The whole report.
pub(super) fn render(report: &Report, options: &RenderOptions) -> String {
    let mut page = Page::new(options);
    head(&mut page, report);
    effects::all(&mut page, report);
    introduced(&mut page, report);
    finding::waived(&mut page, report);
    finding::existing(&mut page, report, options.verbose);
    finding::fixed(&mut page, report, options.verbose);
    failure::all(&mut page, report);
    coverage::all(&mut page, report, options.verbose);
    verdict::last(&mut page, report, options.summary);
    page.finish()
}

/// The source lines of `location` with its span underlined, plain; empty where there are none.
pub(super) fn excerpt(location: &Location) -> Vec<String> {
    let mut page = Page::new(&RenderOptions { width: EXCERPT_WIDTH, ..RenderOptions::default() });
    let style = page.palette.quiet;
    excerpt::place(&mut page, location, style, excerpt::gutter(location));
    // The first line is the place, the second the empty bar under it.
    page.finish().lines().skip(2).map(str::to_owned).collect()
}

fn head(page: &mut Page, report: &Report) {
    let title = format!("{} {}", report.tool.name, report.tool.version);
    page.styled(page.palette.strong, &title);
    page.row("change", &report.change.description);
    if let Some(commits) = sums::commits(report) {
        page.row("commits", &commits);
    }
    page.row("config", &report.change.config);
}

/// Findings that count, in full, under the file that they are in.
fn introduced(page: &mut Page, report: &Report) {
    let counting: Vec<&Finding> = report.findings.iter().filter(|finding| finding.counts()).collect();
    for of_file in counting.chunk_by(|a, b| a.location.path == b.location.path) {
        finding::file(page, of_file);
    }
}
