//! The last lines: the answer, its numbers, and what the exit code means.

use super::super::words::{self, count};
use super::page::{Page, paint};
use crate::model::{Report, Verdict};

/// `FAIL  2 blocking of 2 errors, 1 warning; …` and `exit code 1: …`.
pub(super) fn last(page: &mut Page, report: &Report) {
    let (word, style) = match report.verdict {
        Verdict::Pass => ("PASS", page.palette.good),
        Verdict::Fail => ("FAIL", page.palette.error),
        Verdict::Incomplete => ("INCOMPLETE", page.palette.error),
    };
    let width = word.len() + 2;
    let head = format!("{}  ", paint(style, word));
    page.blank();
    page.paragraph(&head, width, &numbers(report), width, page.palette.strong);
    let code = format!("exit code {}: {}", report.exit_code, words::exit_code(report));
    page.paragraph("", 0, &code, 2, page.palette.quiet);
}

fn numbers(report: &Report) -> String {
    let counts = &report.counts;
    let introduced = words::by_severity(|severity| counts.introduced.get(&severity).copied().unwrap_or(0));
    let mut parts = vec![match introduced.as_str() {
        "" => "nothing introduced".to_owned(),
        introduced => format!("{introduced}, {} blocking", counts.blocking),
    }];
    for (number, word) in [(counts.waived, "waived"), (counts.existing, "existing"), (counts.fixed, "fixed")]
    {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let failures = report.failures.len() as u64;
    if failures > 0 {
        parts.push(format!("{} unfinished", count(failures, "check", "checks")));
    }
    if words::nothing_was_checked(report) {
        parts.push("nothing was checked".to_owned());
    } else {
        parts.push(format!("{} judged", count(report.coverage.objects, "object", "objects")));
    }
    parts.join("; ")
}
