//! The last lines: what the exit code means, and the verdict with its numbers in one line.

use std::time::Duration;

use anstyle::Style;

use super::super::words::{self, count};
use super::super::{RenderOptions, sums};
use super::page::{Page, paint};
use crate::model::{Report, Verdict};

/// With `summary`, how many resources are valid; then `exit code 1: …` and the verdict.
pub(super) fn all(page: &mut Page, report: &Report, options: &RenderOptions<'_>) {
    if let Some(line) = sums::resources(report).filter(|_| options.summary) {
        page.blank();
        page.styled(Style::new(), &line);
    }
    let code = format!("exit code {}: {}", report.exit_code, words::exit_code(report));
    page.blank();
    page.paragraph("", 0, &code, 2, page.palette.quiet);
    verdict(page, report, options.elapsed);
}

/// `fail: 3 errors and 1 warning introduced, 2 existing, 1 fixed in 14 objects of 9 files, 0.06 s`.
pub(super) fn verdict(page: &mut Page, report: &Report, elapsed: Option<Duration>) {
    let word = report.verdict.as_str();
    let style = match report.verdict {
        Verdict::Pass => page.palette.good,
        Verdict::Fail | Verdict::Incomplete => page.palette.error,
    };
    let head = format!("{} ", paint(style, &format!("{word}:")));
    let time = elapsed.map(|elapsed| format!(", {}", seconds(elapsed))).unwrap_or_default();
    let text = format!("{}{time}", sentence(report));
    page.paragraph(&head, word.len() + 2, &text, word.len() + 2, page.palette.strong);
}

/// Words of ours and numbers, nothing else.
fn sentence(report: &Report) -> String {
    let counts = &report.counts;
    let mut parts = vec![counting(report)];
    for (number, word) in [(counts.existing, "existing"), (counts.fixed, "fixed"), (counts.waived, "waived")]
    {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let failures = report.failures.len() as u64;
    if failures > 0 {
        parts.push(format!("{} could not finish", count(failures, "check", "checks")));
    }
    let weakening = report.configuration_changes.as_ref().map_or(0, |changes| changes.weakening);
    if weakening > 0 {
        parts.push(format!("{} the gate", count(weakening, "effect weakens", "effects weaken")));
    }
    let files = count(report.coverage.files, "file", "files");
    let place = match words::nothing_was_checked(report) {
        true => format!(": nothing was checked in {files}"),
        false => format!(" in {} of {files}", count(report.coverage.objects, "object", "objects")),
    };
    format!("{}{place}", parts.join(", "))
}

/// `3 errors and 1 warning introduced`; without a base, nothing is introduced but found.
fn counting(report: &Report) -> String {
    let number = |severity| report.counts.introduced.get(&severity).copied().unwrap_or(0);
    let word = if report.change.base_commit.is_some() { "introduced" } else { "found" };
    let text = words::by_severity(number);
    let text = match text.rsplit_once(", ") {
        Some((first, last)) => format!("{first} and {last}"),
        None if text.is_empty() => "nothing".to_owned(),
        None => text,
    };
    format!("{text} {word}")
}

/// `0.06 s`, `12.3 s`, `2 min 5 s`.
fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match time.as_secs() {
        0..10 => format!("{seconds:.2} s"),
        10..60 => format!("{seconds:.1} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;
    use crate::model::Severity;

    #[test]
    fn times_read_well() {
        let of = |millis| seconds(Duration::from_millis(millis));
        assert_eq!(of(3), "0.00 s");
        assert_eq!((of(58), of(9_994), of(12_340)), ("0.06 s".into(), "9.99 s".into(), "12.3 s".into()));
        assert_eq!((of(60_000), of(125_900)), ("1 min 0 s".into(), "2 min 5 s".into()));
    }

    #[test]
    fn the_sentence_has_every_number() {
        assert_eq!(
            sentence(&sample::report()),
            "3 errors, 1 warning and 1 info introduced, 1 existing, 1 fixed, 1 waived, 9 checks could not finish, \
             2 effects weaken the gate in 6 objects of 20 files"
        );
        let mut report = sample::empty();
        assert_eq!(sentence(&report), "nothing introduced: nothing was checked in 0 files");
        (report.coverage.objects, report.coverage.files) = (1, 1);
        report.counts.introduced.insert(Severity::Error, 3);
        report.counts.introduced.insert(Severity::Warning, 1);
        (report.counts.existing, report.counts.fixed) = (2, 1);
        assert_eq!(
            sentence(&report),
            "3 errors and 1 warning introduced, 2 existing, 1 fixed in 1 object of 1 file"
        );
        report.change.base_commit = None;
        report.counts = Default::default();
        assert_eq!(sentence(&report), "nothing found in 1 object of 1 file");
    }
}
