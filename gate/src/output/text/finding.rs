//! Findings in the text report: those that count in full, the others counted or listed in a line each.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::super::{sums, words};
use super::page::{Page, paint};
use super::shown::{self, first};
use super::told::Told;
use super::{excerpt, links};
use crate::model::{Finding, ObjectId, Report, Status};
use crate::text::{clean_line, shorten};

/// Code points of an object's whole name or an environment; a name that Kubernetes allows fits in.
const MAX_NAME: usize = 600;

/// One finding: what, where, why, and how to mend it.
pub(super) fn full(page: &mut Page, finding: &Finding, told: &mut Told<'_>) {
    let style = page.palette.severity(finding.severity);
    let places = std::iter::once(&finding.location).chain(finding.related.iter().map(|r| &r.location));
    let gutter = places.map(excerpt::gutter).max().unwrap_or(1);
    let rule = clean_line(&finding.rule);
    let width = rule.width();
    page.blank();
    let shown = match told.page_of_rule(finding).filter(|_| page.links) {
        Some(address) => links::link(&links::web(&address), &rule),
        None => rule.into_owned(),
    };
    headline(page, finding.severity.as_str(), &shown, width, &finding.message, style);
    excerpt::place(page, &finding.location, style, gutter);
    bar(page, gutter);
    for related in &finding.related {
        note(page, gutter, "note", &related.message);
        excerpt::place(page, &related.location, page.palette.info, gutter);
        bar(page, gutter);
    }
    subject(page, gutter, finding.object.as_ref(), finding.environment.as_deref());
    if let Some(why) = told.why(finding) {
        note(page, gutter, "why", &why);
    }
    if let Some(hint) = told.once(finding, "hint", finding.hint.as_deref()) {
        note(page, gutter, "hint", &clean_line(hint));
    }
    if let Some(fix) = &finding.fix {
        note(page, gutter, "fix", &words::fix(fix));
    }
    if let Some(docs) = told.once(finding, "docs", finding.docs.as_deref()) {
        note(page, gutter, "docs", &clean_line(docs));
    }
    if let Some(unwaived) = &finding.unwaived {
        note(page, gutter, "waiver", &clean_line(&unwaived.message));
    }
}

/// `word[name]: message`, the message in bold and wrapped. `name` may be a link and is `width` columns wide.
pub(super) fn headline(page: &mut Page, word: &str, name: &str, width: usize, message: &str, style: Style) {
    let width = word.width() + width + 4;
    let head = format!("{}{} ", paint(style, &format!("{word}[{name}]")), paint(page.palette.strong, ":"));
    page.paragraph(&head, width, message, 2, page.palette.strong);
}

/// ` = label: text` under the gutter.
pub(super) fn note(page: &mut Page, gutter: usize, label: &str, text: &str) {
    let sign = paint(page.palette.gutter, "=");
    let label_width = label.len() + 1;
    let head = format!("{:gutter$} {sign} {}{} ", "", paint(page.palette.strong, label), ":");
    let width = gutter + 4 + label_width;
    page.paragraph(&head, width, text, gutter + 5, Style::new());
}

pub(super) fn bar(page: &mut Page, gutter: usize) {
    let bar = paint(page.palette.gutter, &format!("{:gutter$} |", ""));
    page.raw(&bar);
}

/// The object and its environment, in one note: `Deployment/shop/web (apps/v1), environment prod`.
pub(super) fn subject(page: &mut Page, gutter: usize, object: Option<&ObjectId>, environment: Option<&str>) {
    let environment = environment.map(|name| shorten(&clean_line(name), MAX_NAME).into_owned());
    let object = object.map(|object| format!("{object} ({})", clean_line(&object.api_version)));
    let object = object.map(|object| shorten(&object, MAX_NAME).into_owned());
    match (object, environment) {
        (Some(object), Some(environment)) => {
            note(page, gutter, "object", &format!("{object}, environment {environment}"));
        }
        (Some(object), None) => note(page, gutter, "object", &object),
        (None, Some(environment)) => note(page, gutter, "environment", &environment),
        (None, None) => {}
    }
}

/// Findings that a waiver lets pass: each in a line, with who answers for it.
pub(super) fn waived(page: &mut Page, report: &Report, verbose: bool) {
    let findings = sums::waived(report);
    let Some(number) = number(&findings) else { return };
    page.title(page.palette.warning, &format!("{number} let pass by a waiver"));
    let (shown, rest) = first(&findings, verbose);
    for finding in shown {
        short(page, finding);
        if let Some(waived) = &finding.waived {
            page.paragraph("      waived ", 13, &clean_line(&words::waived(waived)), 6, page.palette.quiet);
        }
    }
    shown::left_out(page, rest, "");
}

/// Findings that the base has too: counted, and with `verbose` a line for each.
pub(super) fn existing(page: &mut Page, report: &Report, verbose: bool) {
    let findings = sums::of_status(report, Status::Existing);
    let Some(number) = number(&findings) else { return };
    let tail = if verbose { "" } else { " (-v lists them)" };
    let text = format!("{number} in the base already, never blocking{tail}: {}", sums::by_rule(&findings));
    page.blank();
    page.paragraph("", 0, &text, 2, page.palette.quiet);
    if verbose {
        findings.iter().for_each(|finding| short(page, finding));
    }
}

/// Findings that only the base has: a line of praise, and with `verbose` a line for each.
pub(super) fn fixed(page: &mut Page, report: &Report, verbose: bool) {
    let findings = sums::of_status(report, Status::Fixed);
    let Some(number) = number(&findings) else { return };
    let text = format!("This change fixes {number}, thank you: {}", sums::by_rule(&findings));
    page.blank();
    page.paragraph("", 0, &text, 2, page.palette.good);
    if verbose {
        findings.iter().for_each(|finding| short(page, finding));
    }
}

/// `2 findings`; none for none.
fn number(findings: &[&Finding]) -> Option<String> {
    (!findings.is_empty()).then(|| words::count(findings.len() as u64, "finding", "findings"))
}

/// One line: severity, rule, place, the beginning of the message.
fn short(page: &mut Page, finding: &Finding) {
    let style = page.palette.severity(finding.severity);
    let rule = clean_line(&finding.rule);
    let head = format!("  {}[{rule}] ", paint(style, finding.severity.as_str()));
    let place = &finding.location;
    let message = clean_line(&finding.message);
    let text =
        format!("{}:{}:{}: {}", place.path, place.start.line, place.start.column, shorten(&message, 120));
    let width = 5 + finding.severity.as_str().len() + rule.width();
    page.paragraph(&head, width, &text, 6, Style::new());
}
