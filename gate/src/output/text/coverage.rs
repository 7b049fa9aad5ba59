//! What was looked at and what was not: without it, a pass means nothing.

use std::collections::BTreeMap;

use anstyle::Style;

use super::super::words::{self, count};
use super::page::{COUNTED, Page, paint};
use crate::model::{Coverage, PolicyCoverage, RepoPath, Report, Role, SkipReason, Skipped};
use crate::text::clean_line;

/// What was checked, what was not and why, unknown kinds, notices.
pub(super) fn all(page: &mut Page, report: &Report, verbose: bool) {
    let coverage = &report.coverage;
    checked(page, coverage);
    not_checked(page, coverage, verbose);
    unknown_kinds(page, coverage);
    notices(page, coverage);
    nothing(page, report);
}

fn checked(page: &mut Page, coverage: &Coverage) {
    page.title(page.palette.strong, "Checked");
    page.row("documents", &documents(coverage));
    let objects = format!(
        "{} at head, {} at base; {} of head against a schema",
        coverage.objects, coverage.base_objects, coverage.schema_checked
    );
    page.row("objects", &objects);
    if !coverage.environments.is_empty() {
        page.row("environments", &environments(coverage));
    }
    for (at, (id, policy)) in coverage.policies.iter().enumerate() {
        page.row(if at == 0 { "policies" } else { "" }, &policy_line(id, policy));
    }
}

/// `9 in 14 files: 5 objects, 1 kustomization`.
fn documents(coverage: &Coverage) -> String {
    let total: u64 = coverage.documents.values().sum();
    let roles = Role::ALL.into_iter().filter_map(|role| match coverage.documents.get(&role) {
        None | Some(0) => None,
        Some(number) => Some(words::role(role, *number)),
    });
    let roles = roles.collect::<Vec<_>>().join(", ");
    let files = count(coverage.files, "file", "files");
    if roles.is_empty() { format!("{total} in {files}") } else { format!("{total} in {files}: {roles}") }
}

fn environments(coverage: &Coverage) -> String {
    let named = coverage.environments.iter().map(|(name, number)| match name.as_str() {
        "" => format!("{number} in none"),
        name => format!("{number} in {}", clean_line(name)),
    });
    let words: Vec<_> = named.collect();
    words.join(", ")
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

fn not_checked(page: &mut Page, coverage: &Coverage, verbose: bool) {
    let mut reasons: BTreeMap<SkipReason, Vec<&Skipped>> = BTreeMap::new();
    for skipped in &coverage.skipped {
        reasons.entry(skipped.reason).or_default().push(skipped);
    }
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

fn unknown_kinds(page: &mut Page, coverage: &Coverage) {
    if coverage.unknown_kinds.is_empty() {
        return;
    }
    page.title(page.palette.warning, "Kinds without a schema");
    for (kind, number) in &coverage.unknown_kinds {
        page.counted(*number, &clean_line(kind));
    }
}

fn notices(page: &mut Page, coverage: &Coverage) {
    if coverage.notices.is_empty() {
        return;
    }
    page.title(page.palette.warning, "Notices");
    for notice in &coverage.notices {
        let head = paint(page.palette.warning, "  ! ");
        page.paragraph(&head, 4, notice, 4, Style::new());
    }
}

fn nothing(page: &mut Page, report: &Report) {
    if !words::nothing_was_checked(report) {
        return;
    }
    let why = match report.coverage.files {
        0 => "there was no file to look at".to_owned(),
        files => format!("{} looked at, no Kubernetes object in any", count(files, "file", "files")),
    };
    page.blank();
    let text = format!("NOTHING WAS CHECKED: {why}.");
    page.paragraph("", 0, &text, 2, page.palette.warning);
}
