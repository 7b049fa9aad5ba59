//! The blocks of a Markdown report: rows, list items, folded details. Each is whole in itself and of bounded size.

use super::super::{reference, sums, text, words};
use super::inline::{Spot, code, fence, html_code, inline};
use crate::model::{CheckFailure, Coverage, Effect, Finding, Location, ObjectId, Report};
use crate::text::percent_encoded;

/// Code points of a rule, a path, an object, an environment.
const MAX_NAME: usize = 120;
/// Code points of a message in a table or a list.
const MAX_SHORT: usize = 200;
/// Code points of a message in the details.
const MAX_LONG: usize = 1_500;
/// Code points of a message in a comment at a line.
const MAX_REMARK: usize = 1_200;
/// Bytes of an address that is linked.
const MAX_ADDRESS: usize = 400;
/// What stands in a linked address as it is, besides letters and digits.
const OF_ADDRESSES: &[u8] = b"-._~/:?#=&+,%";
/// Related places in the details of one finding.
const MAX_RELATED: usize = 3;

/// Head of the table of findings.
pub(super) const TABLE: &str = "| | Rule | Place | Object | Finding |\n|---|---|---|---|---|\n";

/// One row of the table.
pub(super) fn row(finding: &Finding) -> String {
    let object = finding.object.as_ref().map(|object| code(&object.to_string(), MAX_NAME, Spot::Cell));
    format!(
        "| {} | {} | {} | {} | {} |\n",
        finding.severity.as_str(),
        code(&finding.rule, MAX_NAME, Spot::Cell),
        code(&place(&finding.location), MAX_NAME, Spot::Cell),
        object.unwrap_or_default(),
        inline(&finding.message, MAX_SHORT, Spot::Cell)
    )
}

/// `…/web.yaml:19`: the end of a path says more than its beginning.
fn place(location: &Location) -> String {
    let path = location.path.to_string();
    let number = path.chars().count();
    let line = location.start.line;
    if number <= MAX_NAME - 12 {
        return format!("{path}:{line}");
    }
    let end: String = path.chars().skip(number - (MAX_NAME - 13)).collect();
    format!("…{end}:{line}")
}

/// Everything about a finding, folded where the host can fold. With the report that it is of, links to the documentation.
pub(super) fn details(finding: &Finding, folds: bool, linked: Option<&Report>) -> String {
    let severity = finding.severity.as_str();
    let head = if folds {
        let (rule, place) =
            (html_code(&finding.rule, MAX_NAME), html_code(&place(&finding.location), MAX_NAME));
        format!("{severity} {rule} at {place}")
    } else {
        let rule = code(&finding.rule, MAX_NAME, Spot::Line);
        format!("{severity} {rule} at {}", code(&place(&finding.location), MAX_NAME, Spot::Line))
    };
    let mut body = format!("**What:** {}\n\n", inline(&finding.message, MAX_LONG, Spot::Line));
    excerpt(&mut body, &finding.location);
    for related in finding.related.iter().take(MAX_RELATED) {
        let at = code(&place(&related.location), MAX_NAME, Spot::Line);
        item(&mut body, "note", &format!("{} ({at})", inline(&related.message, MAX_SHORT, Spot::Line)));
    }
    subject(&mut body, finding.object.as_ref(), finding.environment.as_deref());
    if let Some(hint) = &finding.hint {
        item(&mut body, "hint", &inline(hint, MAX_LONG, Spot::Line));
    }
    if let Some(fix) = &finding.fix {
        item(&mut body, "fix", &inline(&fix.description, MAX_LONG, Spot::Line));
    }
    if let Some(unwaived) = &finding.unwaived {
        item(&mut body, "waiver", &inline(&unwaived.message, MAX_LONG, Spot::Line));
    }
    if let Some(report) = linked {
        let rule = reference::of_rule(report, &finding.rule);
        link(&mut body, "rule", "what it is for", rule.as_deref());
        link(&mut body, "docs", "reference of the kind", finding.docs.as_deref());
    }
    fold(&head, &body, folds)
}

/// A link whose text is ours, to a plain web address of which nothing can end the link or be a mark of its own.
fn link(out: &mut String, label: &str, text: &str, address: Option<&str>) {
    let address = address.filter(|address| address.len() <= MAX_ADDRESS && reference::is_web(address));
    if let Some(address) = address {
        item(out, label, &format!("[{text}]({})", percent_encoded(address, OF_ADDRESSES)));
    }
}

fn excerpt(out: &mut String, location: &Location) {
    let lines = text::excerpt(location);
    if !lines.is_empty() {
        out.push_str(&fence(&lines));
        out.push('\n');
    }
}

fn subject(out: &mut String, object: Option<&ObjectId>, environment: Option<&str>) {
    if let Some(object) = object {
        let (name, version) = (object.to_string(), object.api_version.as_str());
        let name = code(&name, MAX_NAME, Spot::Line);
        item(out, "object", &format!("{name} in {}", code(version, MAX_NAME, Spot::Line)));
    }
    if let Some(environment) = environment {
        item(out, "environment", &code(environment, MAX_NAME, Spot::Line));
    }
}

fn item(out: &mut String, label: &str, text: &str) {
    out.push_str(&format!("- {label}: {text}\n"));
}

/// `head` that opens `body`; a heading where the host shows no HTML. `head` and `body` are Markdown, but with `folds` the
/// head is HTML.
fn fold(head: &str, body: &str, folds: bool) -> String {
    let body = body.trim_end();
    if folds {
        format!("<details><summary>{head}</summary>\n\n{body}\n\n</details>\n\n")
    } else {
        format!("#### {head}\n\n{body}\n\n")
    }
}

/// A finding for a comment at its line, which needs no place and no excerpt. Without HTML, and below 10,240 bytes.
pub(in crate::output) fn comment(finding: &Finding) -> String {
    let head = (finding.severity.as_str(), finding.rule.as_str());
    let mut body = remark(head, &finding.message);
    subject(&mut body, finding.object.as_ref(), finding.environment.as_deref());
    let fix = finding.fix.as_ref().map(|fix| fix.description.as_str());
    let waiver = finding.unwaived.as_ref().map(|unwaived| unwaived.message.as_str());
    for (label, text) in [("hint", finding.hint.as_deref()), ("fix", fix), ("waiver", waiver)] {
        if let Some(text) = text {
            item(&mut body, label, &inline(text, 2 * MAX_SHORT, Spot::Line));
        }
    }
    body.trim_end().to_owned()
}

/// A check that could not finish for a comment at its line, as [`comment`].
pub(in crate::output) fn failure_comment(failure: &CheckFailure) -> String {
    let mut body = remark(("incomplete", &failure.check), &failure.message);
    subject(&mut body, failure.object.as_ref(), None);
    item(&mut body, "to do", &inline(words::advice(failure), 2 * MAX_SHORT, Spot::Line));
    body.trim_end().to_owned()
}

fn remark((word, name): (&str, &str), message: &str) -> String {
    let message = inline(message, MAX_REMARK, Spot::Line);
    format!("**{word}** {}: {message}\n\n", code(name, MAX_NAME, Spot::Line))
}

/// A check that could not finish, as an item of a list.
pub(super) fn failure(failure: &CheckFailure) -> String {
    let at = failure.location.as_ref().map(|location| {
        let place = format!("{}:{}", place(location), location.start.column);
        format!(" at {}", code(&place, MAX_NAME, Spot::Line))
    });
    let object = failure
        .object
        .as_ref()
        .map(|object| format!(" in {}", code(&object.to_string(), MAX_NAME, Spot::Line)));
    format!(
        "- **{}**: {}{}{}: {} (to do: {})\n",
        words::failure_kind(failure.kind),
        inline(&failure.check, MAX_NAME, Spot::Line),
        at.unwrap_or_default(),
        object.unwrap_or_default(),
        inline(&failure.message, MAX_SHORT, Spot::Line),
        inline(words::advice(failure), MAX_SHORT, Spot::Line)
    )
}

/// A finding that a waiver lets pass, as an item of a list.
pub(super) fn waived(finding: &Finding) -> String {
    let waived = finding.waived.as_ref().map(words::waived).unwrap_or_default();
    format!(
        "- waived {} at {}, {}\n",
        code(&finding.rule, MAX_NAME, Spot::Line),
        code(&place(&finding.location), MAX_NAME, Spot::Line),
        inline(&waived, MAX_SHORT, Spot::Line)
    )
}

/// An effect on the gate, as an item of a list.
pub(super) fn effect(effect: &Effect) -> String {
    let value = |value: &String| code(value, MAX_LONG, Spot::Line);
    let (before, after) = (effect.before.as_ref().map(value), effect.after.as_ref().map(value));
    let what = match (before, after) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (None, Some(after)) => format!("added {after}"),
        (Some(before), None) => format!("removed {before}"),
        (None, None) => "changed".to_owned(),
    };
    let mark = if effect.weakens { "⚠️ " } else { "" };
    format!("- {mark}{}: {what}\n", inline(&effect.subject, MAX_LONG, Spot::Line))
}

/// A sentence of the gate about the run, as an item of a list.
pub(super) fn notice(text: &str) -> String {
    format!("- ⚠️ {}\n", inline(text, 2 * MAX_SHORT, Spot::Line))
}

/// `2 existing findings`, by rule, as an item of a list; none for none.
pub(super) fn summed(findings: &[&Finding], label: &str) -> Option<String> {
    let number = words::count(findings.len() as u64, "finding", "findings");
    let rules = inline(&sums::by_rule(findings), 2 * MAX_SHORT, Spot::Line);
    (!findings.is_empty()).then(|| format!("- {number} {label}: {rules}\n"))
}

/// What was checked and what was not, as items of a list.
pub(super) fn coverage(coverage: &Coverage) -> Vec<String> {
    let mut items = vec![
        format!("- documents: {}\n", sums::documents(coverage)),
        format!("- objects: {}\n", sums::objects(coverage)),
    ];
    if !coverage.environments.is_empty() {
        let environments = inline(&sums::environments(coverage), 2 * MAX_SHORT, Spot::Line);
        items.push(format!("- environments: {environments}\n"));
    }
    for (id, policy) in &coverage.policies {
        items.push(format!(
            "- policy {} {}: {}, {}\n",
            code(id, MAX_NAME, Spot::Line),
            code(&policy.version, MAX_NAME, Spot::Line),
            words::count(policy.documents, "document", "documents"),
            words::count(policy.findings, "finding", "findings")
        ));
    }
    for (reason, skipped) in sums::skipped(coverage) {
        let reason = inline(words::skip_reason(reason), MAX_SHORT, Spot::Line);
        items.push(format!("- not checked: {}, {reason}\n", skipped.len()));
    }
    for (kind, number) in &coverage.unknown_kinds {
        items.push(format!("- no schema: {number}, {}\n", code(kind, MAX_NAME, Spot::Line)));
    }
    items
}
