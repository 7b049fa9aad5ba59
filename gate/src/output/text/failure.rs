//! Checks that could not finish: never quiet, each with what to do.

use std::collections::{BTreeMap, HashSet};

use super::super::words;
use super::page::Page;
use super::shown::{self, first};
use super::{excerpt, finding};
use crate::model::{CheckFailure, FailureKind, Report};

/// All failures, under a loud title; of one kind no more than a reader can take in.
pub(super) fn all(page: &mut Page, report: &Report, verbose: bool) {
    let number = report.failures.len() as u64;
    if number == 0 {
        return;
    }
    let title = format!("{} could not finish: not a pass", words::count(number, "check", "checks"));
    page.title(page.palette.error, &title);
    let mut kinds: BTreeMap<FailureKind, Vec<&CheckFailure>> = BTreeMap::new();
    for failure in &report.failures {
        kinds.entry(failure.kind).or_default().push(failure);
    }
    let mut advice = HashSet::new();
    for (kind, failures) in kinds {
        let kind = words::failure_kind(kind);
        let (shown, rest) = first(&failures, verbose);
        shown.iter().for_each(|failure| one(page, failure, kind, &mut advice));
        if rest > 0 {
            page.blank();
        }
        shown::left_out(page, rest, &format!("of {kind}"));
    }
}

/// What to do is said once where it is the same.
fn one<'a>(page: &mut Page, failure: &'a CheckFailure, kind: &str, told: &mut HashSet<(String, &'a str)>) {
    let style = page.palette.error;
    let gutter = failure.location.as_ref().map_or(1, excerpt::gutter);
    let message = format!("{}: {}", failure.check, failure.message);
    page.blank();
    finding::headline(page, "incomplete", kind, kind.len(), &message, style);
    if let Some(location) = &failure.location {
        excerpt::place(page, location, style, gutter);
        finding::bar(page, gutter);
    }
    finding::subject(page, gutter, failure.object.as_ref(), None);
    let advice = words::advice(failure);
    if told.insert((kind.to_owned(), advice)) {
        finding::note(page, gutter, "to do", advice);
    }
}
