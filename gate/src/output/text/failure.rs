//! Checks that could not finish: never quiet, each with what to do.

use super::super::words;
use super::page::Page;
use super::{excerpt, finding};
use crate::model::{CheckFailure, Report};

/// All failures, under a loud title.
pub(super) fn all(page: &mut Page, report: &Report) {
    let number = report.failures.len() as u64;
    if number == 0 {
        return;
    }
    let title = format!("{} could not finish: not a pass", words::count(number, "check", "checks"));
    page.title(page.palette.error, &title);
    report.failures.iter().for_each(|failure| one(page, failure));
}

fn one(page: &mut Page, failure: &CheckFailure) {
    let style = page.palette.error;
    let gutter = failure.location.as_ref().map_or(1, excerpt::gutter);
    let message = format!("{}: {}", failure.check, failure.message);
    page.blank();
    finding::headline(page, "incomplete", words::failure_kind(failure.kind), &message, style);
    if let Some(location) = &failure.location {
        excerpt::place(page, location, style, gutter);
        finding::bar(page, gutter);
    }
    finding::subject(page, gutter, failure.object.as_ref(), None);
    finding::note(page, gutter, "to do", words::advice(failure));
}
