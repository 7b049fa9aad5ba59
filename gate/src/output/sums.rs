//! Sentences that sum a report up: the verdict's numbers, what was looked at, findings by rule. Formats for people share
//! them, so that they say the same.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{self, count};
use crate::model::{
    ConfigurationChanges, Coverage, Finding, Report, Resources, Role, SkipReason, Skipped, Status, Verdict,
};
use crate::text::clean_line;

/// The verdict as a word for people.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
        Verdict::Incomplete => "INCOMPLETE",
    }
}

/// `3 errors, 1 warning, 3 blocking; 1 waived; …; 6 objects judged`: words of ours and numbers, nothing else.
pub(super) fn numbers(report: &Report) -> String {
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
    let weakening = report.configuration_changes.as_ref().map_or(0, |changes| changes.weakening);
    if weakening > 0 {
        parts.push(format!("{} the gate", count(weakening, "effect weakens", "effects weaken")));
    }
    if words::nothing_was_checked(report) {
        parts.push("nothing was checked".to_owned());
    } else {
        parts.push(format!("{} judged", count(report.coverage.objects, "object", "objects")));
    }
    parts.join("; ")
}

/// The two commits of a change, in 12 digits each; none where no side is a commit.
pub(super) fn commits(report: &Report) -> Option<String> {
    let short = |id: &Option<String>| id.as_deref().map(|id| id.chars().take(12).collect::<String>());
    match (short(&report.change.base_commit), short(&report.change.head_commit)) {
        (Some(base), Some(head)) => Some(format!("{base} to {head}")),
        (None, Some(head)) => Some(head),
        (Some(base), None) => Some(format!("{base} to what is not committed")),
        (None, None) => None,
    }
}

/// `9 in 14 files: 5 objects, 1 kustomization`.
pub(super) fn documents(coverage: &Coverage) -> String {
    let total: u64 = coverage.documents.values().sum();
    let roles = Role::ALL.into_iter().filter_map(|role| match coverage.documents.get(&role) {
        None | Some(0) => None,
        Some(number) => Some(words::role(role, *number)),
    });
    let roles = roles.collect::<Vec<_>>().join(", ");
    let files = count(coverage.files, "file", "files");
    if roles.is_empty() { format!("{total} in {files}") } else { format!("{total} in {files}: {roles}") }
}

/// `6 at head, 4 at base; 4 of head against a schema`.
pub(super) fn objects(coverage: &Coverage) -> String {
    format!(
        "{} at head, {} at base; {} of head against a schema",
        coverage.objects, coverage.base_objects, coverage.schema_checked
    )
}

/// `Summary: 4 resources found in 2 files - Valid: 3, Invalid: 1, Errors: 0, Skipped: 0`, the line that kubeconform ends with;
/// none if no schema was asked.
pub(super) fn resources(report: &Report) -> Option<String> {
    let resources = report.coverage.resources.as_ref()?;
    let Resources { files, valid, invalid, errors, skipped, .. } = resources;
    let (found, files) = (count(resources.total(), "resource", "resources"), count(*files, "file", "files"));
    Some(format!(
        "Summary: {found} found in {files} - Valid: {valid}, Invalid: {invalid}, Errors: {errors}, Skipped: {skipped}"
    ))
}

/// `1 in none, 5 in prod`.
pub(super) fn environments(coverage: &Coverage) -> String {
    let named = coverage.environments.iter().map(|(name, number)| match name.as_str() {
        "" => format!("{number} in none"),
        name => format!("{number} in {}", clean_line(name)),
    });
    let words: Vec<_> = named.collect();
    words.join(", ")
}

/// What was not checked, by reason.
pub(super) fn skipped(coverage: &Coverage) -> BTreeMap<SkipReason, Vec<&Skipped>> {
    let mut reasons: BTreeMap<SkipReason, Vec<&Skipped>> = BTreeMap::new();
    for skipped in &coverage.skipped {
        reasons.entry(skipped.reason).or_default().push(skipped);
    }
    reasons
}

/// Why nothing was checked, as a loud sentence; none where something was.
pub(super) fn nothing(report: &Report) -> Option<String> {
    words::nothing_was_checked(report).then(|| match report.coverage.files {
        0 => "NOTHING WAS CHECKED: there was no file to look at.".to_owned(),
        files => {
            let files = count(files, "file", "files");
            format!("NOTHING WAS CHECKED: {files} looked at, no Kubernetes object in any.")
        }
    })
}

/// What merging the change does to the gate, as a title for the effects.
pub(super) fn effects(changes: &ConfigurationChanges) -> String {
    match (changes.total, changes.weakening) {
        (0, _) => "The gate's own files change, with no effect on it".to_owned(),
        (total, weakening) => {
            let total = count(total, "effect", "effects");
            let weakening = match weakening {
                0 => "none of them weakens it".to_owned(),
                number => format!("{number} of them {} it", if number == 1 { "weakens" } else { "weaken" }),
            };
            format!("Once merged, this change alters the gate itself: {total}, {weakening}")
        }
    }
}

/// Findings of one status.
pub(super) fn of_status(report: &Report, status: Status) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.status == status).collect()
}

/// Findings that would count, had no waiver let them pass.
pub(super) fn waived(report: &Report) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.status.counts() && !finding.counts()).collect()
}

/// Findings that count, worst first, else in the order of the report.
pub(super) fn counting(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<_> = report.findings.iter().filter(|finding| finding.counts()).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// `3 errors, 1 warning in 2 files`.
pub(super) fn in_files(findings: &[&Finding]) -> String {
    let numbers = words::by_severity(|severity| {
        findings.iter().filter(|finding| finding.severity == severity).count() as u64
    });
    let files: BTreeSet<_> = findings.iter().map(|finding| &finding.location.path).collect();
    format!("{numbers} in {}", count(files.len() as u64, "file", "files"))
}

/// `2 image-tags/mutable-image-tag, 1 schema/unknown-field`.
pub(super) fn by_rule(findings: &[&Finding]) -> String {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *rules.entry(&finding.rule).or_default() += 1;
    }
    let words = rules.into_iter().map(|(rule, number)| format!("{number} {}", clean_line(rule)));
    words.collect::<Vec<_>>().join(", ")
}
