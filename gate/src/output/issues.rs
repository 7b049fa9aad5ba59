//! What CI runners show beside the lines of a change when a log tells them to. They take few of a kind from a step and drop
//! the rest without a word, so that the choice is made here: worst first, room for checks that could not finish, the rest
//! counted.

use super::words::{self, count};
use super::{defuse, sums};
use crate::model::{CheckFailure, Effect, Finding, Location, Report, Severity};
use crate::text::{clean_line, shorten};

/// Errors, warnings and notices that GitHub and Azure show of one step, each.
pub(super) const PER_LEVEL: usize = 10;
/// Places among the errors that checks that could not finish have, however many findings there are.
const FOR_FAILURES: usize = 3;
/// Code points of one line of an issue.
const MAX_LINE: usize = 1_000;
/// Code points of a path or a rule.
const MAX_WORD: usize = 400;

/// One issue of the log.
pub(super) struct Issue<'a> {
    pub(super) severity: Severity,
    /// The rule, or the kind of failure.
    pub(super) code: String,
    pub(super) place: Option<&'a Location>,
    /// What is wrong, in which object, what to do: single lines, cleaned and with no command in them.
    pub(super) lines: Vec<String>,
}

/// The issues that fit, errors first.
pub(super) struct Selection<'a> {
    pub(super) issues: Vec<Issue<'a>>,
    /// Findings that count and failures that are not among them.
    pub(super) left_out: usize,
}

impl Issue<'_> {
    /// The path as text.
    pub(super) fn path(&self) -> Option<String> {
        self.place.map(|place| shorten(&tame(&place.path.to_string()), MAX_WORD).into_owned())
    }
}

/// Chooses issues; `room` says how many of a severity are shown.
pub(super) fn select(report: &Report, room: impl Fn(Severity) -> usize) -> Selection<'_> {
    let findings = sums::counting(report);
    let of = |severity| findings.iter().copied().filter(move |finding| finding.severity == severity);
    let errors = room(Severity::Error);
    let spare = errors.saturating_sub(of(Severity::Error).count()).max(FOR_FAILURES.min(errors));
    let failures = report.failures.len().min(spare);
    let mut issues: Vec<Issue<'_>> = report.failures.iter().take(failures).map(of_failure).collect();
    for severity in Severity::ALL.into_iter().rev() {
        let taken = if severity == Severity::Error { failures } else { 0 };
        issues.extend(of(severity).take(room(severity) - taken).map(of_finding));
    }
    let left_out = findings.len() + report.failures.len() - issues.len();
    Selection { issues, left_out }
}

/// The verdict, its numbers and what the issues do not show, for the end of the log.
pub(super) fn closing(report: &Report, left_out: usize) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", sums::verdict(report.verdict), sums::numbers(report))];
    lines.extend(sums::nothing(report));
    lines.extend(effects(report));
    lines.extend(report.coverage.notices.iter().map(|notice| line(notice)));
    if left_out > 0 {
        lines.push(format!(
            "{} not shown here: see the text or JSON report",
            count(left_out as u64, "more issue is", "more issues are")
        ));
    }
    lines
}

/// The first effects on the gate, which are those that weaken it, under their title.
fn effects(report: &Report) -> Vec<String> {
    let Some(changes) = &report.configuration_changes else { return Vec::new() };
    let mut lines = vec![sums::effects(changes)];
    let mark = |effect: &Effect| if effect.weakens { "weakens: " } else { "" };
    let shown = changes.effects.iter().take(PER_LEVEL);
    lines.extend(shown.map(|effect| line(&format!("{}{}", mark(effect), words::effect(effect)))));
    lines
}

/// `text` on one line, without commands to runners.
pub(super) fn tame(text: &str) -> String {
    defuse::log_lines(&clean_line(text)).into_owned()
}

fn line(text: &str) -> String {
    tame(&shorten(text, MAX_LINE))
}

pub(super) fn of_finding(finding: &Finding) -> Issue<'_> {
    let object = finding.object.as_ref().map(|object| format!("object: {object}"));
    let hint = finding.hint.as_ref().map(|hint| format!("hint: {hint}"));
    let lines = [Some(finding.message.clone()), object, hint];
    Issue {
        severity: finding.severity,
        code: tame(&shorten(&finding.rule, MAX_WORD)),
        place: Some(&finding.location),
        lines: lines.into_iter().flatten().map(|text| line(&text)).collect(),
    }
}

pub(super) fn of_failure(failure: &CheckFailure) -> Issue<'_> {
    let object = failure.object.as_ref().map(|object| format!("object: {object}"));
    let what = format!("check could not finish: {}: {}", failure.check, failure.message);
    let lines = [Some(what), object, Some(format!("to do: {}", words::advice(failure)))];
    Issue {
        severity: Severity::Error,
        code: words::failure_kind(failure.kind).to_owned(),
        place: failure.location.as_ref(),
        lines: lines.into_iter().flatten().map(|text| line(&text)).collect(),
    }
}
