//! Markdown for a comment on a pull request or the summary of a job: the verdict first, then what could not be checked, the
//! findings that count in a table, their details folded, the rest summed up. It is written within a budget of bytes: what
//! does not fit is left out whole, worst kept longest, and the last lines say what is missing and where it is.

pub(super) mod blocks;
mod inline;
mod sheet;
#[cfg(test)]
pub(super) mod tests;

use self::inline::{Spot, code, inline};
use self::sheet::{LeftOut, section};
use super::sums;
use crate::model::{Finding, Report, Status, Verdict};

/// Bytes of `--format markdown`: a comment on GitHub has 65,536 characters; the rest is for a marker.
const COMMENT: usize = 64_000;
/// Bytes that the sentence about what was left out may take.
const LEFT_OUT: usize = 300;
/// Findings in the one-line summary.
const WORST: usize = 3;

/// How a Markdown report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkdownOptions<'a> {
    /// Bytes of UTF-8 at most; no text has more characters than bytes.
    pub budget: usize,
    /// False where the host shows no HTML: details stand under headings then.
    pub folds: bool,
    /// Where the whole report is, in words or as an address.
    pub whole_report: Option<&'a str>,
    /// The report was read from a file: who made it is only what it says itself.
    pub saved: bool,
}

impl Default for MarkdownOptions<'_> {
    fn default() -> Self {
        Self { budget: COMMENT, folds: true, whole_report: None, saved: false }
    }
}

/// The report as Markdown of at most `options.budget` bytes; below some hundred bytes, as [`summary`] has it.
pub fn markdown(report: &Report, options: &MarkdownOptions<'_>) -> String {
    let page = page(report, options);
    if page.len() <= options.budget { page } else { line(report, options.budget) }
}

/// The verdict in one line of plain text, of at most `budget` bytes: numbers first, then the worst findings.
pub fn summary(report: &Report, budget: usize) -> String {
    let mut out = line(report, budget);
    for (at, finding) in sums::counting(report).into_iter().take(WORST).enumerate() {
        let place = &finding.location;
        let more = format!(
            "{}{} {} at {}:{}",
            if at == 0 { ". Worst: " } else { "; " },
            finding.severity.as_str(),
            super::issues::tame(&finding.rule),
            super::issues::tame(&place.path.to_string()),
            place.start.line
        );
        if out.len() + more.len() > budget {
            break;
        }
        out.push_str(&more);
    }
    out
}

/// The verdict and its numbers, or the verdict, or nothing: the longest that fits.
fn line(report: &Report, budget: usize) -> String {
    let word = sums::verdict(report.verdict);
    let whole = format!("{word}: {}", sums::numbers(report));
    [whole, word.to_owned()].into_iter().find(|line| line.len() <= budget).unwrap_or_default()
}

fn page(report: &Report, options: &MarkdownOptions<'_>) -> String {
    let head = head(report);
    let mut left_out = LeftOut::default();
    let fixed = head.len() + foot(report, options, &left_out).len() + whole_report(options).len() + LEFT_OUT;
    let rest = options.budget.saturating_sub(fixed);
    let mut body = Body { report, options, rest, left_out: &mut left_out };
    // The order of spending is not that of reading: first what is short and loud.
    let effects = body.effects();
    let failures = body.failures();
    let notices = body.notices();
    let others = body.others();
    let coverage = body.coverage();
    let table = body.table();
    let details = body.details();
    let foot = foot(report, options, &left_out);
    [head, effects, failures, table, details, others, notices, coverage, foot].concat().trim_end().to_owned()
        + "\n"
}

/// The verdict as a heading, its numbers, and loudly if nothing was checked.
fn head(report: &Report) -> String {
    let mark = match report.verdict {
        Verdict::Pass => "✅",
        Verdict::Fail | Verdict::Incomplete => "❌",
    };
    let mut head = format!("## {mark} {}\n\n{}\n\n", sums::verdict(report.verdict), sums::numbers(report));
    if let Some(nothing) = sums::nothing(report) {
        head.push_str(&format!("**{nothing}**\n\n"));
    }
    head
}

/// What was compared, by whom, and what is missing.
fn foot(report: &Report, options: &MarkdownOptions<'_>, left_out: &LeftOut) -> String {
    const MAX: usize = 160;
    let change = &report.change;
    let commits = sums::commits(report).map(|commits| format!(" ({})", inline(&commits, MAX, Spot::Line)));
    let mut foot = format!(
        "---\n\nChange: {}{}. Configuration: {}. {} by {} {}.\n",
        inline(&change.description, MAX, Spot::Line),
        commits.unwrap_or_default(),
        inline(&change.config, MAX, Spot::Line),
        if options.saved { "Taken from a saved report, by its own account made" } else { "Made" },
        inline(&report.tool.name, MAX, Spot::Line),
        code(&report.tool.version, MAX, Spot::Line)
    );
    if let Some(words) = left_out.words() {
        foot.push_str(&format!("\n**Left out for its length:** {words}. {}\n", whole_report(options)));
    }
    foot
}

fn whole_report(options: &MarkdownOptions<'_>) -> String {
    match options.whole_report {
        None => "The whole report is in the log of the run, and in its JSON form.".to_owned(),
        Some(place) => format!("The whole report: {}", inline(place, 400, Spot::Line)),
    }
}

/// The sections between head and foot, and the bytes that are left for them.
struct Body<'a, 'b> {
    report: &'a Report,
    options: &'a MarkdownOptions<'a>,
    rest: usize,
    left_out: &'b mut LeftOut,
}

impl<'a> Body<'a, '_> {
    /// A section of at most `percent` of what is left, paid for.
    fn spend(
        &mut self,
        percent: usize,
        (open, close): (&str, &str),
        blocks: impl Iterator<Item = String>,
    ) -> (String, usize) {
        let (text, taken) = section(open, blocks, close, self.rest / 100 * percent);
        self.rest -= text.len();
        (text, taken)
    }

    fn effects(&mut self) -> String {
        let Some(changes) = &self.report.configuration_changes else { return String::new() };
        let mark = if changes.weakening > 0 { "⚠️ " } else { "" };
        let title = format!("### {mark}{}\n\n", sums::effects(changes));
        if changes.effects.is_empty() {
            self.rest = self.rest.saturating_sub(title.len());
            return title;
        }
        let (text, taken) = self.spend(20, (&title, "\n"), changes.effects.iter().map(blocks::effect));
        let left_out = changes.total.saturating_sub(taken as u64);
        let left_out = usize::try_from(left_out).unwrap_or(usize::MAX);
        self.left_out.add(left_out, "effect on the gate", "effects on the gate");
        text
    }

    fn failures(&mut self) -> String {
        let failures = &self.report.failures;
        let number = super::words::count(failures.len() as u64, "check", "checks");
        let title = format!("### {number} could not finish: not a pass\n\n");
        let (text, taken) = self.spend(30, (&title, "\n"), failures.iter().map(blocks::failure));
        self.left_out.add(failures.len() - taken, "unfinished check", "unfinished checks");
        text
    }

    fn notices(&mut self) -> String {
        let notices = &self.report.coverage.notices;
        let items = notices.iter().map(|notice| blocks::notice(notice));
        let (text, taken) = self.spend(15, ("### Notices\n\n", "\n"), items);
        self.left_out.add(notices.len() - taken, "notice", "notices");
        text
    }

    /// Waived one by one; existing and fixed ones summed up.
    fn others(&mut self) -> String {
        let of = |status| sums::of_status(self.report, status);
        let existing = blocks::summed(&of(Status::Existing), "in the base already, never blocking");
        let fixed = blocks::summed(&of(Status::Fixed), "fixed by this change, thank you");
        let waived = sums::waived(self.report);
        let items: Vec<_> = fixed.into_iter().chain(existing).collect();
        let number = items.len() + waived.len();
        let items = items.into_iter().chain(waived.into_iter().map(blocks::waived));
        let (text, taken) = self.spend(20, ("### Not counted\n\n", "\n"), items);
        self.left_out.add(
            number - taken,
            "line about what does not count",
            "lines about what does not count",
        );
        text
    }

    fn coverage(&mut self) -> String {
        let items = blocks::coverage(&self.report.coverage);
        let number = items.len();
        let folded = ("<details><summary>What was checked</summary>\n\n", "\n</details>\n\n");
        let around = if self.options.folds { folded } else { ("### What was checked\n\n", "\n") };
        let (text, taken) = self.spend(20, around, items.into_iter());
        self.left_out.add(number - taken, "line about coverage", "lines about coverage");
        text
    }

    /// All rows if they fit into two thirds of what is left; details fill the rest.
    fn table(&mut self) -> String {
        let findings = self.counting();
        let open = format!("### Findings\n\n{}", blocks::TABLE);
        let rows = findings.iter().map(|finding| blocks::row(finding));
        let (text, taken) = self.spend(66, (&open, "\n"), rows);
        self.left_out.add(findings.len() - taken, "finding", "findings");
        text
    }

    fn details(&mut self) -> String {
        let findings = self.counting();
        let folds = self.options.folds;
        // Where a saved report leads to is its author's choice.
        let linked = (!self.options.saved).then_some(self.report);
        let items = findings.iter().map(|finding| blocks::details(finding, folds, linked));
        let (text, taken) = self.spend(100, ("", ""), items);
        self.left_out.add(findings.len() - taken, "detailed finding", "detailed findings");
        text
    }

    fn counting(&self) -> Vec<&'a Finding> {
        sums::counting(self.report)
    }
}
