//! Objects that are not yet what the server gets: a patch of a kustomization or of Flux may complete them, and
//! kustomize reads some values otherwise than the server. What is wrong with the text alone is then a warning; what
//! comes out is not known before it is rendered, so that no finding is dropped.

use super::raw::Side;
use super::schema_stage::Subject;
use super::surroundings::Surroundings;
use super::unit::Run;
use crate::git::Snapshot;
use crate::manifest::{FluxKustomization, Kustomization, Patch, PatchText, Spot};
use crate::model::{RepoPath, Severity};
use crate::schema::{Issue, SchemaRule};
use crate::yaml::{Kind, NodeId, Tape};

/// Largest patch that is read, in bytes.
const MAX_PATCH: u64 = 4 << 20;

/// Makes warnings of the issues that do not reach the server on any way that is known.
pub(super) fn soften(run: &Run<'_>, subject: &Subject<'_>, issues: &mut [Issue]) {
    for issue in issues.iter_mut().filter(|issue| issue.severity == Severity::Error) {
        let Some(reason) = read_as_text(run, subject, issue)
            .or_else(|| named_by_kustomize(run, subject, issue))
            .or_else(|| completed(run, subject, issue))
        else {
            explain(run, subject, issue);
            continue;
        };
        issue.severity = Severity::Warning;
        issue.hint = Some(match issue.hint.take() {
            Some(hint) => format!("{hint} ({reason})"),
            None => reason,
        });
    }
}

/// Says so where a kustomization nearby could complete the object, and does not know of it.
fn explain(run: &Run<'_>, subject: &Subject<'_>, issue: &mut Issue) {
    let kustomize = run.surroundings.of(subject.side).kustomize();
    let is_left_out = || {
        kustomize.uses(subject.path).next().is_none()
            && above(subject.path).any(|directory| kustomize.is_kustomized(directory))
    };
    if issue.rule == SchemaRule::MissingField && issue.hint.is_none() && is_left_out() {
        let hint =
            "no kustomization uses this file: if it is a patch, or is completed by one, it has to be listed";
        issue.hint = Some(hint.to_owned());
    }
}

/// Kustomize makes texts of all annotations, and of the words that are true or false in YAML 1.1 only.
fn read_as_text(run: &Run<'_>, subject: &Subject<'_>, issue: &Issue) -> Option<String> {
    let is_listed = || run.surroundings.of(subject.side).surroundings(subject.path).resource;
    if issue.rule != SchemaRule::WrongType || !is_listed() {
        return None;
    }
    is_text_to_kustomize(subject.tape, subject.root, issue.node)
        .then(|| "kustomize reads it as a string, everything else does not".to_owned())
}

/// True for a value in the object (or patch) at `root` that kustomize takes for a text.
pub(super) fn is_text_to_kustomize(tape: &Tape, root: NodeId, node: NodeId) -> bool {
    match tape.kind(node) {
        Kind::Bool => is_annotation(tape, root, node) || is_old_word(tape, node),
        Kind::Int | Kind::Float => is_annotation(tape, root, node),
        _ => false,
    }
}

/// Kustomize gives a service account among the subjects of a binding the namespace of the object of that name.
fn named_by_kustomize(run: &Run<'_>, subject: &Subject<'_>, issue: &Issue) -> Option<String> {
    let is_subject = issue.missing.as_deref() == Some("namespace") && subject.id.kind == "ClusterRoleBinding";
    let is_listed = || run.surroundings.of(subject.side).surroundings(subject.path).resource;
    let reason = "kustomize fills it in if the service account is part of the same build";
    (is_subject && is_listed()).then(|| reason.to_owned())
}

fn is_annotation(tape: &Tape, root: NodeId, node: NodeId) -> bool {
    let annotations = tape.pointer(root, "/metadata/annotations");
    annotations.is_some_and(|map| tape.entries(map).any(|(_, value)| value == node))
}

/// `yes`, `no`, `on`, `off`, `y`, `n`.
fn is_old_word(tape: &Tape, node: NodeId) -> bool {
    let span = tape.span(node);
    let written = tape.source().get(span.start as usize..span.end as usize).unwrap_or_default();
    ["yes", "no", "on", "off", "y", "n"].iter().any(|word| written.eq_ignore_ascii_case(word.as_bytes()))
}

/// What completes the place of `issue` on every way to a cluster that the repository shows.
fn completed(run: &Run<'_>, subject: &Subject<'_>, issue: &Issue) -> Option<String> {
    use SchemaRule::{BrokenRule, InvalidValue, MissingField, NullValue, WrongType};
    if !matches!(issue.rule, MissingField | NullValue | WrongType | InvalidValue | BrokenRule) {
        return None;
    }
    let mut pointer = subject.tape.path_to(subject.root, issue.node)?;
    if let Some(name) = &issue.missing {
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    }
    let absent = matches!(issue.rule, MissingField | NullValue);
    let spot = Spot { tape: subject.tape, root: subject.root, id: subject.id, pointer: &pointer, absent };
    let settles = Settles { snapshot: snapshot(run, subject.side)?, spot };
    let by = settles.on_every_way(run, subject)?;
    Some(format!("a patch of {by} changes this place; what comes out is known once it is rendered"))
}

fn snapshot<'a>(run: &Run<'a>, side: Side) -> Option<&'a Snapshot> {
    match side {
        Side::Base => run.input.change.base.as_ref(),
        Side::Head => Some(&run.input.change.head),
    }
}

/// Whether patches settle one spot.
struct Settles<'a> {
    snapshot: &'a Snapshot,
    spot: Spot<'a>,
}

impl Settles<'_> {
    /// Who settles the spot, if somebody does on every way.
    fn on_every_way(&self, run: &Run<'_>, subject: &Subject<'_>) -> Option<String> {
        let mut by: Option<RepoPath> = None;
        let mut holds = |kustomization: &Kustomization| {
            let holds = self.any(&kustomization.patches);
            if holds && by.as_ref().is_none_or(|by| kustomization.path < *by) {
                by = Some(kustomization.path.clone());
            }
            holds
        };
        let index = run.surroundings.of(subject.side).kustomize();
        let ways = index.ways_around(subject.path, &mut holds);
        let is_plain = |directory: &&[u8]| !index.is_kustomized(directory);
        let directories: Vec<&[u8]> = match &ways {
            Some(ways) => ways.iter().map(|path| path.directory()).collect(),
            None => above(subject.path).take_while(is_plain).collect(),
        };
        let by_flux = match &ways {
            Some(_) => directories.iter().all(|directory| self.by_flux(run.surroundings, run, &[directory])),
            None => self.by_flux(run.surroundings, run, &directories),
        };
        by_flux.then(|| by.map_or_else(|| "a Flux Kustomization".to_owned(), |path| path.to_string()))
    }

    /// True if Flux builds one of `directories`, and each of its Kustomizations that do settles the spot.
    fn by_flux(&self, surroundings: &Surroundings, run: &Run<'_>, directories: &[&[u8]]) -> bool {
        let builds =
            |flux: &&FluxKustomization| directories.iter().any(|directory| flux.may_build(directory));
        let mut builders = surroundings.flux(run.input).iter().filter(builds).peekable();
        builders.peek().is_some() && builders.all(|flux| self.any(&flux.patches))
    }

    fn any(&self, patches: &[Patch]) -> bool {
        patches.iter().any(|patch| {
            let text = || match &patch.text {
                PatchText::Inline(text) => Some(text.clone().into_bytes()),
                PatchText::File(path) => self.read(path),
            };
            patch.may_change(&self.spot) && text().is_some_and(|text| patch.settles(text, &self.spot))
        })
    }

    fn read(&self, path: &RepoPath) -> Option<Vec<u8>> {
        let entry = self.snapshot.entry(path.as_bytes()).ok()??;
        self.snapshot.bytes(&entry, MAX_PATCH).ok()?
    }
}

/// The directories above a file, the nearest first.
fn above(path: &RepoPath) -> impl Iterator<Item = &[u8]> {
    let bytes = path.as_bytes();
    memchr::memrchr_iter(b'/', bytes).filter_map(move |slash| bytes.get(..slash)).chain([&[][..]])
}
