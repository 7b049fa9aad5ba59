//! The last lines: the answer, its numbers, and what the exit code means.

use anstyle::Style;

use super::super::{sums, words};
use super::page::{Page, paint};
use crate::model::{Report, Verdict};

/// With `summary`, how many resources are valid; then `FAIL  2 blocking of 2 errors, 1 warning; …` and `exit code 1: …`.
pub(super) fn last(page: &mut Page, report: &Report, summary: bool) {
    if let Some(line) = sums::resources(report).filter(|_| summary) {
        page.blank();
        page.styled(Style::new(), &line);
    }
    let word = sums::verdict(report.verdict);
    let style = match report.verdict {
        Verdict::Pass => page.palette.good,
        Verdict::Fail | Verdict::Incomplete => page.palette.error,
    };
    let width = word.len() + 2;
    let head = format!("{}  ", paint(style, word));
    page.blank();
    page.paragraph(&head, width, &sums::numbers(report), width, page.palette.strong);
    let code = format!("exit code {}: {}", report.exit_code, words::exit_code(report));
    page.paragraph("", 0, &code, 2, page.palette.quiet);
}
