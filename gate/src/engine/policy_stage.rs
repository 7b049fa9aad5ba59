//! Documents to policies in batches, findings and failures back to the documents.

use super::documents::Asked;
use super::locate;
use super::parallel;
use super::policies::ConfiguredPolicy;
use super::raw::{Place, RawFailure, RawFinding, Side};
use super::unit::{FilePair, Run, UnitResult};
use crate::config::Level;
use crate::model::{FailureKind, Related};
use crate::policy::{Document, Outcome, RawRelated, Scope};

/// True if a policy with scope `change-set` wants the document.
pub(super) fn wanted_whole(run: &Run<'_>, asked: &Asked) -> bool {
    of_scope(run, Scope::ChangeSet).any(|(_, policy)| wants(policy, asked))
}

fn of_scope<'a>(run: &Run<'a>, scope: Scope) -> impl Iterator<Item = (usize, &'a ConfiguredPolicy)> {
    run.input.policies.iter().enumerate().filter(move |(_, policy)| policy.metadata().scope == scope)
}

pub(super) fn wants(policy: &ConfiguredPolicy, asked: &Asked) -> bool {
    let document = &asked.document;
    let (group, kind) = (document.id.group(), document.id.kind.as_str());
    policy.metadata().matches(document.role, group, kind, document.operation)
        && policy.config.applies_to(&asked.path, document.reaches.iter().map(String::as_str))
}

/// One call: a policy and some documents of one side.
struct Call<'a> {
    number: usize,
    policy: &'a ConfiguredPolicy,
    documents: Vec<&'a Asked>,
    pass: Side,
}

/// Runs every policy of `scope` over `asked`, which refers to `files` by position.
pub(super) fn judge(
    run: &Run<'_>,
    scope: Scope,
    files: &[FilePair],
    asked: &[Asked],
    result: &mut UnitResult,
) -> Vec<(usize, RawFinding)> {
    let mut calls = Vec::new();
    for (number, policy) in of_scope(run, scope) {
        plan(number, policy, asked, &mut calls);
    }
    let outcomes = parallel::map(&calls, |call: &Call<'_>| {
        let secrets = call.policy.sees_secret_values();
        let documents: Vec<&Document> = call.documents.iter().map(|asked| asked.shown(secrets)).collect();
        call.policy.policy.run(&call.policy.config.settings, run.context, &documents)
    });
    let mut findings = Vec::new();
    for (call, outcome) in calls.iter().zip(outcomes) {
        if call.pass == Side::Head {
            let seen = result.tally.policies.entry(call.number).or_default();
            seen.0 += call.documents.len() as u64;
            seen.1 += outcome.findings.len() as u64;
        }
        settle(call, outcome, files, &mut findings, result);
    }
    findings
}

fn plan<'a>(number: usize, policy: &'a ConfiguredPolicy, asked: &'a [Asked], calls: &mut Vec<Call<'a>>) {
    for pass in [Side::Base, Side::Head] {
        let mine: Vec<&Asked> =
            asked.iter().filter(|asked| asked.pass == pass && wants(policy, asked)).collect();
        let secrets = policy.sees_secret_values();
        let documents: Vec<&Document> = mine.iter().map(|asked| asked.shown(secrets)).collect();
        let batches = policy.policy.batches(&documents);
        let call =
            |range: std::ops::Range<usize>| Call { number, policy, documents: mine[range].to_vec(), pass };
        calls.extend(batches.into_iter().map(call));
    }
}

/// Turns the answer of one call into raw findings and failures.
fn settle(
    call: &Call<'_>,
    outcome: Outcome,
    files: &[FilePair],
    findings: &mut Vec<(usize, RawFinding)>,
    result: &mut UnitResult,
) {
    for found in outcome.findings {
        let Some(asked) = call.by_index(found.document) else { continue };
        let (place, dangling) = place(files, asked, found.pointer.as_deref());
        if dangling && call.pass == Side::Head {
            let pointer = found.pointer.as_deref().unwrap_or_default();
            push_failure(files, asked, dangling_pointer(call.policy, asked, pointer), result);
        }
        let mut related = Vec::with_capacity(found.related.len());
        for other in &found.related {
            related.extend(call.related(files, other, result));
        }
        let raw = call.finding(asked, found, place);
        findings.extend(raw.map(|raw| (asked.file, RawFinding { related, ..raw })));
    }
    // A failure on the base side loses nothing: findings of head then count as introduced.
    for failure in outcome.failures.into_iter().filter(|_| call.pass == Side::Head) {
        let guilty = failure.document.and_then(|index| call.by_index(index));
        let raw = RawFailure {
            check: format!("policy {}", call.policy.metadata().id),
            kind: failure.kind,
            message: failure.message,
            hint: failure.hint,
            document: guilty.map(|asked| asked.owner.1),
            place: Place::Whole,
        };
        match guilty {
            Some(asked) => push_failure(files, asked, raw, result),
            None => result.failures.push(locate::placeless(raw)),
        }
    }
}

impl<'a> Call<'a> {
    fn by_index(&self, index: u32) -> Option<&'a Asked> {
        // Documents are numbered in the order in which they were collected.
        let at = self.documents.binary_search_by_key(&index, |asked| asked.document.index).ok()?;
        self.documents.get(at).copied()
    }

    /// None if the configuration switches the rule off.
    fn finding(&self, asked: &Asked, found: crate::policy::RawFinding, place: Place) -> Option<RawFinding> {
        let rule = self.policy.metadata().rule(&found.rule)?;
        let severity = match self.policy.config.level_of(&found.rule) {
            Some(Level::Off) => return None,
            Some(Level::Severity(severity)) => severity,
            None => found.severity.unwrap_or(rule.severity),
        };
        Some(RawFinding {
            rule: format!("{}/{}", self.policy.metadata().id, found.rule),
            severity,
            message: found.message,
            hint: None,
            side: self.pass,
            owner: asked.owner.0,
            document: Some(asked.owner.1),
            place,
            sensitive: found.sensitive,
            fix: found.fix,
            mend: None,
            related: Vec::new(),
        })
    }

    /// A further place of a finding; a pointer that leads nowhere is told, and the place is the document's then.
    fn related(&self, files: &[FilePair], found: &RawRelated, result: &mut UnitResult) -> Option<Related> {
        let asked = self.by_index(found.document)?;
        let (place, dangling) = place(files, asked, found.pointer.as_deref());
        if dangling && self.pass == Side::Head {
            let pointer = found.pointer.as_deref().unwrap_or_default();
            push_failure(files, asked, dangling_pointer(self.policy, asked, pointer), result);
        }
        let side = files.get(asked.file).and_then(|file| file.side(asked.owner.0))?;
        let location = locate::location(side, asked.owner.1, place);
        Some(Related { message: found.message.clone(), location })
    }
}

/// The node that `pointer` leads to; true if it leads nowhere, and the place is the document's then.
fn place(files: &[FilePair], asked: &Asked, pointer: Option<&str>) -> (Place, bool) {
    let side = files.get(asked.file).and_then(|file| file.side(asked.owner.0));
    let root = side.and_then(|side| side.docs.get(asked.owner.1)).and_then(|doc| doc.root);
    let pointer = pointer.unwrap_or_default();
    let (Some(tape), Some(root)) = (side.and_then(|side| side.tape()), root) else {
        return (Place::Whole, !pointer.is_empty());
    };
    match tape.pointer(root, pointer) {
        Some(node) => (Place::Node(node), false),
        None => (Place::Node(root), true),
    }
}

fn push_failure(files: &[FilePair], asked: &Asked, failure: RawFailure, result: &mut UnitResult) {
    let file = files.get(asked.file).and_then(|file| file.side(asked.owner.0));
    result.failures.push(match file {
        Some(file) => locate::failure(file, failure),
        None => locate::placeless(failure),
    });
}

fn dangling_pointer(policy: &ConfiguredPolicy, asked: &Asked, pointer: &str) -> RawFailure {
    let id = &policy.metadata().id;
    RawFailure {
        check: format!("policy {id}"),
        kind: FailureKind::PolicyContract,
        message: format!("policy {id} points at `{pointer}`, which is not in the document"),
        hint: Some(
            "the finding is reported at the document; the policy's author has to mend the pointer".into(),
        ),
        document: Some(asked.owner.1),
        place: Place::Whole,
    }
}
