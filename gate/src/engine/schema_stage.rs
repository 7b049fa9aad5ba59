//! One object against the schemas of its clusters' versions.

use super::completion;
use super::raw::{Place, RawFailure, RawFinding, Side};
use super::schemas::Schemas;
use super::tally::Tally;
use super::unit::Run;
use crate::config::Environment;
use crate::model::{FailureKind, ObjectId, RepoPath, Severity, SkipReason, Skipped};
use crate::schema::{Issue, KubeVersion, Lookup, SchemaSet};
use crate::yaml::{NodeId, Tape};

/// An object and where it is.
pub(super) struct Subject<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) tape: &'a Tape,
    pub(super) root: NodeId,
    pub(super) id: &'a ObjectId,
    /// Index into the side's documents.
    pub(super) document: usize,
    pub(super) side: Side,
    pub(super) environment: Option<&'a Environment>,
    /// The file is part of a test: tools read it that know more than the schemas (placeholders, own kinds).
    pub(super) fixture: bool,
}

/// What became of the schema check of one object.
pub(super) enum Checked {
    /// It was made.
    Yes,
    /// The kind is unknown, and the configuration allows that.
    NotRequired,
    /// The kind is unknown.
    Failed(RawFailure),
}

/// Checks `subject` against every version of its environment; a version that says the same adds nothing.
pub(super) fn check(run: &Run<'_>, subject: &Subject<'_>, findings: &mut Vec<RawFinding>) -> Checked {
    let set = run.schemas.of(subject.side);
    let mut issues: Vec<Issue> = Vec::new();
    for version in run.schemas.versions(run.input.config, subject.environment) {
        if !check_version(set, version, subject, &mut issues) {
            return unknown(run, subject);
        }
    }
    if subject.fixture {
        issues.iter_mut().for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
    } else {
        completion::soften(run, subject, &mut issues);
    }
    findings.extend(issues.into_iter().map(|issue| raw(subject, issue)));
    Checked::Yes
}

/// False if nothing is known of the kind.
fn check_version(
    set: &SchemaSet,
    version: KubeVersion,
    subject: &Subject<'_>,
    issues: &mut Vec<Issue>,
) -> bool {
    let (api_version, kind) = (subject.id.api_version.as_str(), subject.id.kind.as_str());
    let mut found = Vec::new();
    match set.lookup(version, api_version, kind) {
        Lookup::Found(schema) => set.check(schema, subject.tape, subject.root, &mut found),
        Lookup::Unknown => return false,
        other => {
            let field = if matches!(other, Lookup::WrongCase { .. }) { "kind" } else { "apiVersion" };
            let place = subject.tape.get(subject.root, field).unwrap_or(subject.root);
            found.extend(other.issue(version, api_version, kind, place));
        }
    }
    for issue in found {
        let known = |other: &Issue| {
            (other.rule, other.node, &other.message) == (issue.rule, issue.node, &issue.message)
        };
        if !issues.iter().any(known) {
            issues.push(issue);
        }
    }
    true
}

fn unknown(run: &Run<'_>, subject: &Subject<'_>) -> Checked {
    let (api_version, kind) = (&subject.id.api_version, &subject.id.kind);
    if subject.fixture || run.input.config.may_lack_schema(api_version, kind) {
        return Checked::NotRequired;
    }
    let place = subject.tape.get(subject.root, "kind").unwrap_or(subject.root);
    Checked::Failed(RawFailure {
        check: "schema".into(),
        kind: FailureKind::NoSchema,
        message: format!("no schema is known for {api_version} {kind}"),
        hint: Some(no_schema_hint(run, subject)),
        document: Some(subject.document),
        place: Place::Node(place),
    })
}

fn no_schema_hint(run: &Run<'_>, subject: &Subject<'_>) -> String {
    let (api_version, kind) = (&subject.id.api_version, &subject.id.kind);
    let known = match run.schemas.of(subject.side).api_versions(api_version, kind) {
        versions if versions.is_empty() => String::new(),
        versions => format!("known is {kind} in {}; ", versions.join(", ")),
    };
    format!(
        "{known}put its CustomResourceDefinition into the repository, name it under `schemas:` in gate.yaml, or \
         allow it with `allow-missing-schemas: [\"{api_version}/{kind}\"]`"
    )
}

fn raw(subject: &Subject<'_>, issue: Issue) -> RawFinding {
    RawFinding {
        rule: issue.rule.id().to_owned(),
        severity: issue.severity,
        message: issue.message,
        hint: issue.hint,
        side: subject.side,
        owner: subject.side,
        document: Some(subject.document),
        place: Place::Node(issue.node),
        sensitive: false,
        fix: None,
        related: Vec::new(),
    }
}

/// Counts the outcome of one object of the head side.
pub(super) fn count(tally: &mut Tally, checked: &Checked, subject: &Subject<'_>, skipped: Skipped) {
    match checked {
        Checked::Yes => tally.schema_checked += 1,
        Checked::NotRequired => {
            let reason =
                if subject.fixture { SkipReason::TestFixture } else { SkipReason::SchemaNotRequired };
            tally.skipped.push(Skipped { reason, ..skipped });
        }
        Checked::Failed(_) => {
            let kind = format!("{}/{}", subject.id.api_version, subject.id.kind);
            *tally.unknown_kinds.entry(kind).or_default() += 1;
        }
    }
}

impl Schemas {
    /// The versions to judge by: the environment's, else the repository's, else the newest known.
    fn versions(
        &self,
        config: &crate::config::Config,
        environment: Option<&Environment>,
    ) -> Vec<KubeVersion> {
        let wanted = config.kubernetes_of(environment);
        if wanted.is_empty() {
            return vec![self.newest()];
        }
        wanted
            .iter()
            .map(|version| KubeVersion::new(u8::try_from(version.minor).unwrap_or(u8::MAX)))
            .collect()
    }
}
