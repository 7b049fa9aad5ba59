//! One object against the schemas of its clusters' versions.

use super::completion;
use super::definitions::Definition;
use super::options::KindName;
use super::raw::{Place, RawFailure, RawFinding, Side};
use super::schemas::Schemas;
use super::side::SideFile;
use super::tally::Tally;
use super::unit::Run;
use super::versions::{Fleet, NoSchema, check_version, no_schema, no_schema_hint, of_some};
use crate::config::Environment;
use crate::model::{FailureKind, ObjectId, RepoPath, Role, Severity, SkipReason, Skipped};
use crate::schema::{Issue, KubeVersion, Near, RuleFailure, SchemaRule, immutable};
use crate::yaml::{NodeId, Tape};

/// An object and where it is.
pub(super) struct Subject<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) tape: &'a Tape,
    pub(super) root: NodeId,
    /// The same object at base, where this side is head.
    pub(super) old: Option<(&'a Tape, NodeId)>,
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
    /// The command line leaves the kind out.
    Skipped,
    /// The command line refuses the kind; nothing else was asked.
    Rejected,
}

/// Checks `subject` against every version of its environment; a version that says the same adds nothing. Rules that
/// could not be judged are added to `failures`.
pub(super) fn check(
    run: &Run<'_>,
    subject: &Subject<'_>,
    findings: &mut Vec<RawFinding>,
    failures: &mut Vec<RawFailure>,
) -> Checked {
    let (options, id) = (&run.input.options, subject.id);
    if options.skips(&id.api_version, &id.kind) {
        return Checked::Skipped;
    }
    if let Some(name) = options.rejected_by(&id.api_version, &id.kind) {
        findings.push(raw(subject.side, subject.document, rejected(subject, name)));
        return Checked::Rejected;
    }
    let kind = (id.group(), id.kind.as_str());
    let definitions = run.schemas.judged_by(subject.side, run.input.config, subject.path, kind);
    let mut unjudged: Vec<RuleFailure> = Vec::new();
    let mut issues: Vec<Issue> = Vec::new();
    let choices: Vec<Option<&Definition>> =
        if definitions.is_empty() { vec![None] } else { definitions.into_iter().map(Some).collect() };
    for definition in &choices {
        let (mut found, failures) = match by_definition(run, subject, *definition) {
            Err((version, why)) => return unjudgeable(run, subject, version, why),
            Ok(found) => found,
        };
        if let Some(definition) = definition.filter(|_| choices.len() > 1) {
            let of = |issue: &mut Issue| {
                issue.message = format!("{} (by the definition in {})", issue.message, definition.path);
            };
            found.iter_mut().for_each(of);
        }
        issues.append(&mut found);
        unjudged.extend(failures);
    }
    unjudged.dedup();
    failures.extend(unjudged.into_iter().map(|failure| unjudged_rule(subject, failure)));
    if subject.fixture || choices.len() > 1 {
        issues.iter_mut().for_each(|issue| issue.mend = None);
    }
    if subject.fixture {
        issues.iter_mut().for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
    } else {
        completion::soften(run, subject, &mut issues);
    }
    findings.extend(issues.into_iter().map(|issue| raw(subject.side, subject.document, issue)));
    Checked::Yes
}

/// What whoever started the run refuses.
fn rejected(subject: &Subject<'_>, name: &KindName) -> Issue {
    let rule = SchemaRule::RejectedKind;
    Issue {
        rule,
        severity: rule.severity(),
        node: subject.tape.get(subject.root, "kind").unwrap_or(subject.root),
        missing: None,
        message: format!("{} {} is not allowed here", subject.id.api_version, subject.id.kind),
        hint: Some(format!("this run refuses it: `--reject {}`", name.as_str())),
        mend: None,
    }
}

/// What every version of the environment finds by one definition of the kind, and the rules that could not be judged.
///
/// # Errors
/// A version has no schema of the kind.
fn by_definition(
    run: &Run<'_>,
    subject: &Subject<'_>,
    definition: Option<&Definition>,
) -> Result<(Vec<Issue>, Vec<RuleFailure>), (KubeVersion, NoSchema)> {
    let versions = run.schemas.versions(run.input.config, subject.environment);
    let mut found: Vec<(Issue, Vec<KubeVersion>)> = Vec::new();
    let mut unjudged: Vec<RuleFailure> = Vec::new();
    let number = definition.map(|definition| definition.number);
    let mut fleet = Fleet::new(run, &versions, number);
    for &version in &versions {
        let more = check_version(&mut fleet, version, subject, &mut found);
        unjudged.extend(more.map_err(|why| (version, why))?);
    }
    let serving = fleet.serving;
    let issues = found.into_iter().map(|found| of_some(found, &versions, &serving)).collect();
    Ok((issues, unjudged))
}

/// A rule of the kind's CustomResourceDefinition that could not be evaluated to its end.
fn unjudged_rule(subject: &Subject<'_>, failure: RuleFailure) -> RawFailure {
    let id = subject.id;
    RawFailure {
        check: "schema".into(),
        kind: FailureKind::SchemaRule,
        message: format!("{} {}: {}", id.api_version, id.kind, failure.message),
        hint: Some(failure.hint),
        document: Some(subject.document),
        place: Place::Node(failure.node),
    }
}

/// Adds what differs between an object and its former self and cannot be changed.
pub(super) fn compare(
    base: &SideFile,
    before: usize,
    head: &SideFile,
    after: usize,
    findings: &mut Vec<RawFinding>,
) {
    let (Some(old), Some(new)) = (version(base, before), version(head, after)) else { return };
    if head.fixture || old.0 != new.0 || new.0.name.ends_with('*') {
        return;
    }
    let mut issues = Vec::new();
    immutable::compare(new.0.group(), &new.0.kind, old.1, new.1, &mut issues);
    findings.extend(issues.into_iter().map(|issue| raw(Side::Head, after, issue)));
}

/// The object of a document, and its nodes.
fn version(file: &SideFile, number: usize) -> Option<(&ObjectId, immutable::Version<'_>)> {
    let doc = file.docs.get(number).filter(|doc| doc.role == Role::Object)?;
    Some((doc.id.as_ref()?, immutable::Version { tape: file.tape()?, root: doc.root? }))
}

/// A kind that is nearly one of Kubernetes itself is a mistake, whatever may lack a schema.
fn unjudgeable(run: &Run<'_>, subject: &Subject<'_>, version: KubeVersion, why: NoSchema) -> Checked {
    let (api_version, kind) = (&subject.id.api_version, &subject.id.kind);
    let near = run.schemas.of(subject.side).near(version, api_version, kind);
    let may_lack = subject.fixture
        || !matches!(near, Near::Meant(_)) && run.input.config.may_lack_schema(api_version, kind);
    let (message, hint) = match why {
        NoSchema::Missing(..) if may_lack => return Checked::NotRequired,
        NoSchema::Missing(looked, hint) => {
            let set = run.schemas.of(subject.side);
            (no_schema(api_version, kind, &looked), no_schema_hint(set, (api_version, kind), &near, hint))
        }
        NoSchema::Broken(message, hint) => {
            (format!("the schema of {api_version} {kind} cannot be had: {message}"), hint)
        }
    };
    Checked::Failed(RawFailure {
        check: "schema".into(),
        kind: FailureKind::NoSchema,
        message,
        hint: Some(hint),
        document: Some(subject.document),
        place: Place::Node(subject.tape.get(subject.root, "kind").unwrap_or(subject.root)),
    })
}

fn raw(side: Side, document: usize, issue: Issue) -> RawFinding {
    let place = Place::Node(issue.node);
    raw_at(side, document, issue, place)
}

/// An issue as a finding at `place`.
pub(super) fn raw_at(side: Side, document: usize, issue: Issue, place: Place) -> RawFinding {
    RawFinding {
        rule: issue.rule.id().to_owned(),
        severity: issue.severity,
        message: issue.message,
        hint: issue.hint,
        side,
        owner: side,
        document: Some(document),
        place,
        sensitive: false,
        fix: None,
        mend: issue.mend,
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
        Checked::Skipped => {
            tally.skipped.push(Skipped { reason: SkipReason::KindSkipped, ..skipped });
        }
        Checked::Rejected => {}
        Checked::Failed(_) => {
            let kind = format!("{}/{}", subject.id.api_version, subject.id.kind);
            *tally.unknown_kinds.entry(kind).or_default() += 1;
        }
    }
}

impl Schemas {
    /// Where to read about what `rule` says of an object of `file`.
    pub(super) fn docs(
        &self,
        config: &crate::config::Config,
        file: &SideFile,
        rule: &str,
        id: &ObjectId,
    ) -> Option<String> {
        let versions = self.versions(config, config.environment_of(&file.path));
        self.of(file.side).docs(&versions, rule, &id.api_version, &id.kind)
    }

    /// The versions to judge by: the environment's, else the repository's, else the newest known.
    pub(super) fn versions(
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
