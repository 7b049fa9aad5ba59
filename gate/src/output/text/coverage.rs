//! What was looked at and what was not: without it, a pass means nothing.

use anstyle::Style;

use super::super::sums;
use super::super::words::{self, count};
use super::page::{COUNTED, Page, paint};
use super::shown::{self, first};
use crate::model::{Coverage, Outcome, PolicyCoverage, RepoPath, Report};
use crate::text::clean_line;

/// What was checked, what was not and why, unknown kinds, notices.
pub(super) fn all(page: &mut Page, report: &Report, verbose: bool) {
    let coverage = &report.coverage;
    checked(page, coverage);
    if verbose {
        resources(page, coverage);
    }
    not_checked(page, coverage, verbose);
    unknown_kinds(page, coverage, verbose);
    notices(page, coverage, verbose);
    nothing(page, report);
}

fn checked(page: &mut Page, coverage: &Coverage) {
    page.title(page.palette.strong, "Checked");
    page.row("documents", &sums::documents(coverage));
    page.row("objects", &sums::objects(coverage));
    if !coverage.environments.is_empty() {
        page.row("environments", &sums::environments(coverage));
    }
    for (at, (id, policy)) in coverage.policies.iter().enumerate() {
        page.row(if at == 0 { "policies" } else { "" }, &policy_line(id, policy));
    }
}

fn policy_line(id: &str, policy: &PolicyCoverage) -> String {
    let (documents, findings) =
        (count(policy.documents, "document", "documents"), count(policy.findings, "finding", "findings"));
    format!(
        "{} {} ({}): {documents}, {findings}",
        clean_line(id),
        clean_line(&policy.version),
        clean_line(&policy.source)
    )
}

/// Every object with what its schema check gave, where the report lists them.
fn resources(page: &mut Page, coverage: &Coverage) {
    let list = coverage.resources.iter().flat_map(|resources| &resources.list);
    for (at, resource) in list.enumerate() {
        if at == 0 {
            page.title(page.palette.strong, "Resources");
        }
        let style = match resource.outcome {
            Outcome::Valid => page.palette.good,
            Outcome::Skipped => page.palette.quiet,
            Outcome::Invalid | Outcome::Error => page.palette.error,
        };
        let head = format!("  {}", paint(style, &format!("{:<9}", resource.outcome.as_str())));
        let object = &resource.object;
        let text =
            format!("{}:{} {object} ({})", resource.path, resource.line, clean_line(&object.api_version));
        page.paragraph(&head, 11, &text, 11, Style::new());
    }
}

fn not_checked(page: &mut Page, coverage: &Coverage, verbose: bool) {
    let reasons = sums::skipped(coverage);
    if reasons.is_empty() {
        return;
    }
    page.title(page.palette.strong, "Not checked");
    for (reason, skipped) in reasons {
        page.counted(skipped.len() as u64, words::skip_reason(reason));
        if verbose {
            skipped.iter().for_each(|skipped| skipped_line(page, &skipped.path, skipped.document));
        }
    }
}

fn skipped_line(page: &mut Page, path: &RepoPath, document: Option<u32>) {
    let text = match document {
        None => path.to_string(),
        Some(document) => format!("{path}, document {}", u64::from(document) + 1),
    };
    let indent = COUNTED + 2;
    page.paragraph(&format!("{:indent$}", ""), indent, &text, indent, page.palette.quiet);
}

fn unknown_kinds(page: &mut Page, coverage: &Coverage, verbose: bool) {
    if coverage.unknown_kinds.is_empty() {
        return;
    }
    page.title(page.palette.warning, "Kinds without a schema");
    let kinds: Vec<_> = coverage.unknown_kinds.iter().collect();
    let (shown, rest) = first(&kinds, verbose);
    for (kind, number) in shown {
        page.counted(**number, &clean_line(kind));
    }
    shown::left_out(page, rest, "");
}

fn notices(page: &mut Page, coverage: &Coverage, verbose: bool) {
    if coverage.notices.is_empty() {
        return;
    }
    page.title(page.palette.warning, "Notices");
    let (shown, rest) = first(&coverage.notices, verbose);
    for notice in shown {
        let head = paint(page.palette.warning, "  ! ");
        page.paragraph(&head, 4, notice, 4, Style::new());
    }
    shown::left_out(page, rest, "");
}

fn nothing(page: &mut Page, report: &Report) {
    if let Some(text) = sums::nothing(report) {
        page.blank();
        page.paragraph("", 0, &text, 2, page.palette.warning);
    }
}
