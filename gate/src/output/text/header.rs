//! The first lines: who judged what.

use super::super::sums;
use super::page::Page;
use crate::model::Report;

/// Tool, change, commits, configuration.
pub(super) fn all(page: &mut Page, report: &Report) {
    let title = format!("{} {}", report.tool.name, report.tool.version);
    page.styled(page.palette.strong, &title);
    page.row("change", &report.change.description);
    if let Some(commits) = sums::commits(report) {
        page.row("commits", &commits);
    }
    page.row("config", &report.change.config);
}
