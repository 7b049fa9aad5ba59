//! What every format says in the same words: the meaning of the exit code, why something was not checked, and what to do
//! about a check that could not finish.

use crate::model::{
    CheckFailure, Effect, FailureKind, Fix, Report, Role, Severity, SkipReason, Waived, WaiverOrigin,
};

/// True if nothing was judged at head or at base: then a pass says nothing.
pub(super) fn nothing_was_checked(report: &Report) -> bool {
    report.coverage.is_of_nothing()
}

/// `1 finding`, `2 findings`.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `2 errors, 1 warning, 1 info`, worst first; empty where nothing counts.
pub(super) fn by_severity(number_of: impl Fn(Severity) -> u64) -> String {
    let words =
        Severity::ALL.into_iter().rev().filter_map(|severity| match (severity, number_of(severity)) {
            (_, 0) => None,
            (Severity::Error, n) => Some(count(n, "error", "errors")),
            (Severity::Warning, n) => Some(count(n, "warning", "warnings")),
            (Severity::Info, n) => Some(count(n, "info", "infos")),
        });
    words.collect::<Vec<_>>().join(", ")
}

/// What the exit code of the report means.
pub(super) fn exit_code(report: &Report) -> String {
    match report.exit_code {
        0 => format!("nothing that counts is at or above `{}`", report.block_on.as_str()),
        1 => format!("at least one finding that counts is at or above `{}`", report.block_on.as_str()),
        3 => "a check could not finish, so nobody knows whether the change is good".to_owned(),
        other => format!("see the documentation of exit code {other}"),
    }
}

/// Documents of a role: `5 objects`, `1 patch`.
pub(super) fn role(role: Role, number: u64) -> String {
    match role {
        Role::Object => count(number, "object", "objects"),
        Role::Kustomization => count(number, "kustomization", "kustomizations"),
        Role::Patch => count(number, "patch", "patches"),
        Role::Values => format!("{number} Helm values"),
        Role::Template => count(number, "Helm template", "Helm templates"),
        Role::Other => format!("{number} other YAML or JSON"),
        Role::File => count(number, "other file", "other files"),
    }
}

/// Why something was not checked, as the end of "… was not checked:".
pub(super) fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::NotAManifest => "neither YAML nor JSON",
        SkipReason::Kustomization => "what a kustomization builds (it is not rendered)",
        SkipReason::Patch => "what comes of a patch (it is not applied)",
        SkipReason::HelmValues => "Helm values (judged once the chart is rendered)",
        SkipReason::HelmTemplate => "Helm template (judged once it is rendered)",
        SkipReason::NotAnObject => "YAML without `apiVersion` and `kind`",
        SkipReason::TestFixture => "test fixture of a kind without a schema",
        SkipReason::Empty => "empty document",
        SkipReason::SchemaNotRequired => {
            "no schema for its kind (allowed by the configuration or the command line)"
        }
        SkipReason::KindSkipped => "kind left out of the schema check (--skip)",
        SkipReason::Binary => "binary content",
        SkipReason::Symlink => "symbolic link (not followed)",
        SkipReason::Submodule => "submodule (not entered)",
        SkipReason::LfsPointer => "Git LFS pointer (the content is not in the repository)",
        SkipReason::Excluded => "excluded by the configuration or the command line",
    }
}

/// Who lets a finding pass, until when, why and where that is said: `until 2027-01-31 by team-legacy: … (gate.yaml:12:5)`.
pub(super) fn waived(waived: &Waived) -> String {
    let owner = waived.owner.as_deref().map(|owner| format!(" by {owner}")).unwrap_or_default();
    let origin = match waived.origin {
        WaiverOrigin::Configuration => "",
        WaiverOrigin::Annotation => "annotation at ",
        WaiverOrigin::Change => "of this change, ",
    };
    let at = waived.at.as_deref().map(|at| format!(" ({origin}{at})")).unwrap_or_default();
    format!("until {}{owner}: {}{at}", waived.expires, waived.reason)
}

/// An effect on the gate: `block-on: warning → error`, `exclude: added vendor/**`.
pub(super) fn effect(effect: &Effect) -> String {
    let subject = &effect.subject;
    match (&effect.before, &effect.after) {
        (Some(before), Some(after)) => format!("{subject}: {before} → {after}"),
        (None, Some(after)) => format!("{subject}: added {after}"),
        (Some(before), None) => format!("{subject}: removed {before}"),
        (None, None) => format!("{subject}: changed"),
    }
}

/// The word for a kind of failure, as in the JSON report.
pub(super) fn failure_kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Syntax => "syntax",
        FailureKind::Unreadable => "unreadable",
        FailureKind::NoSchema => "no-schema",
        FailureKind::SchemaRule => "schema-rule",
        FailureKind::PolicyLoad => "policy-load",
        FailureKind::PolicyError => "policy-error",
        FailureKind::PolicyLimit => "policy-limit",
        FailureKind::PolicyContract => "policy-contract",
        FailureKind::Internal => "internal",
    }
}

/// What to do about a failure: its own hint, else the usual advice for its kind.
pub(super) fn advice(failure: &CheckFailure) -> &str {
    if let Some(hint) = failure.hint.as_deref().filter(|hint| !hint.is_empty()) {
        return hint;
    }
    match failure.kind {
        FailureKind::Syntax => "mend the manifest: what could not be parsed was not judged",
        FailureKind::Unreadable => "make the file readable where the gate runs, or exclude it in gate.yaml",
        FailureKind::NoSchema => "add a schema for this kind in gate.yaml, or allow kinds without one",
        FailureKind::SchemaRule => {
            "a fault of the CustomResourceDefinition, or an object too large for its rule: mend the rule"
        }
        FailureKind::PolicyLoad => "look at the policy's source, digest and settings in gate.yaml",
        FailureKind::PolicyError | FailureKind::PolicyContract => {
            "a fault of the policy: tell its author, or take the policy out of gate.yaml"
        }
        FailureKind::PolicyLimit => {
            "a fault of the policy, or an object too large for it: tell the policy's author"
        }
        FailureKind::Internal => "a fault of the gate: please report it, with the file that caused it",
    }
}

/// What mends a finding, and who can do it.
pub(super) fn fix(fix: &Fix) -> String {
    match fix.json_patch.as_str() {
        "[]" => fix.description.clone(),
        _ => format!("{} (`gate fix` can do it)", fix.description),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "file", "files"), "1 file");
        assert_eq!(count(0, "file", "files"), "0 files");
        assert_eq!(
            by_severity(|severity| if severity == Severity::Info { 2 } else { 1 }),
            "1 error, 1 warning, 2 infos"
        );
        assert_eq!(by_severity(|_| 0), "");
    }
}
