//! What a change of a CustomResourceDefinition does to resources that nobody has touched: every object of its kind in
//! the tree is judged by the old and by the new definition.

use rustc_hash::{FxHashMap, FxHashSet};

use super::parallel;
use super::raw::{Place, RawFinding, Side};
use super::side::SideFile;
use super::unit::{FilePair, Run};
use crate::git::Entry;
use crate::manifest::is_manifest_path;
use crate::model::{RepoPath, Role};
use crate::schema::{KubeVersion, Lookup, SchemaRule, SchemaSet};
use crate::text::shorten;
use crate::yaml::{NodeId, Tape};

/// Resources that a message names.
const NAMED: usize = 3;

/// Definitions by path and name, with what is wrong with their change.
pub(super) type CrdChanges = FxHashMap<(RepoPath, String), Vec<String>>;

/// A definition on both sides of a changed file.
struct Changed {
    key: (RepoPath, String),
    group: String,
    kind: String,
    /// Served versions at head.
    served: Vec<String>,
    /// Versions that were served at base.
    was_served: Vec<String>,
    /// The version that was stored at base, if head does not have it any more.
    lost: Option<String>,
}

/// A resource and what becomes of it.
struct Verdict {
    definition: usize,
    path: RepoPath,
    /// The version that is not served any more, or what is newly wrong.
    dropped: Option<String>,
    broken: Option<String>,
}

/// Looks for the definitions that the change touches, and for their resources in the tree of head.
pub(super) fn find(run: &Run<'_>) -> CrdChanges {
    let mut found = CrdChanges::default();
    if !run.input.checks.schemas || run.input.change.base.is_none() {
        return found;
    }
    let definitions = changed(run);
    if definitions.is_empty() {
        return found;
    }
    let verdicts = resources(run, &definitions);
    for (number, definition) in definitions.iter().enumerate() {
        let mine: Vec<&Verdict> = verdicts.iter().filter(|verdict| verdict.definition == number).collect();
        let messages = messages(definition, &mine);
        if !messages.is_empty() {
            found.insert(definition.key.clone(), messages);
        }
    }
    found
}

/// The findings of one file.
pub(super) fn findings(run: &Run<'_>, file: &FilePair, findings: &mut Vec<RawFinding>) {
    let Some(head) = file.head.as_ref().filter(|_| !run.crd_changes.is_empty()) else { return };
    let Some(tape) = head.tape() else { return };
    for (document, doc) in head.docs.iter().enumerate() {
        let (Some(id), Some(root)) = (&doc.id, doc.root) else { continue };
        let key = (head.path.clone(), id.name.clone());
        let place = tape.pointer(root, "/spec/versions").unwrap_or(root);
        let messages = run.crd_changes.get(&key).filter(|_| id.kind == "CustomResourceDefinition");
        findings.extend(messages.into_iter().flatten().map(|message| raw(document, place, message)));
    }
}

fn raw(document: usize, place: NodeId, message: &str) -> RawFinding {
    let rule = SchemaRule::BreakingCrdChange;
    RawFinding {
        rule: rule.id().to_owned(),
        severity: rule.severity(),
        message: message.to_owned(),
        hint: Some(
            "change the resources along with the definition, or add a version beside the old one".to_owned(),
        ),
        side: Side::Head,
        owner: Side::Head,
        document: Some(document),
        place: Place::Node(place),
        sensitive: false,
        fix: None,
        related: Vec::new(),
    }
}

fn messages(definition: &Changed, verdicts: &[&Verdict]) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(lost) = &definition.lost {
        all.push(format!(
            "version `{lost}` was the stored one and is gone: objects that were stored in it cannot be read any more, \
             and the server refuses the change"
        ));
    }
    let mut dropped: Vec<(&String, &RepoPath)> =
        verdicts.iter().filter_map(|verdict| Some((verdict.dropped.as_ref()?, &verdict.path))).collect();
    dropped.sort();
    for users in dropped.chunk_by(|a, b| a.0 == b.0) {
        let paths: Vec<&RepoPath> = users.iter().map(|(_, path)| *path).collect();
        let version = users.first().map_or("", |(version, _)| version.as_str());
        all.push(format!("version `{version}` is not served any more, but is used by {}", listed(&paths)));
    }
    let broken: Vec<(&RepoPath, &String)> =
        verdicts.iter().filter_map(|verdict| Some((&verdict.path, verdict.broken.as_ref()?))).collect();
    if let Some((_, message)) = broken.first() {
        let paths: Vec<&RepoPath> = broken.iter().map(|(path, _)| *path).collect();
        all.push(format!("resources that were in order are refused now ({message}): {}", listed(&paths)));
    }
    all
}

/// The first few paths, and how many more there are.
fn listed(paths: &[&RepoPath]) -> String {
    let mut names: Vec<String> = paths.iter().map(ToString::to_string).collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// The definitions that differ between base and head of the same file.
fn changed(run: &Run<'_>) -> Vec<Changed> {
    let files: Vec<_> = run.input.change.files.iter().enumerate().collect();
    let files: Vec<_> =
        files.into_iter().filter(|(_, file)| super::schemas::defines(run.input.change, file)).collect();
    let all = parallel::map(&files, |&(number, file)| {
        let pair = FilePair::load(run, number, file);
        let mut all = Vec::new();
        let (Some(base), Some(head)) = (&pair.base, &pair.head) else { return all };
        let (Some(old_tape), Some(tape)) = (base.tape(), head.tape()) else { return all };
        for document in &pair.pairs {
            let (Some(old), Some(new)) = (document.base, document.head) else { continue };
            let (Some(old), Some(new)) = (base.docs.get(old), head.docs.get(new)) else { continue };
            let (Some(id), Some(old), Some(root)) = (&new.id, old.root, new.root) else { continue };
            if id.kind == "CustomResourceDefinition" {
                all.extend(definition((head.path.clone(), id.name.clone()), (old_tape, old), (tape, root)));
            }
        }
        all
    });
    all.into_iter().flatten().collect()
}

fn definition(key: (RepoPath, String), old: (&Tape, NodeId), new: (&Tape, NodeId)) -> Option<Changed> {
    let spec = |(tape, root): (&Tape, NodeId)| {
        let mut json = String::new();
        tape.write_json(tape.get(root, "spec")?, &mut json);
        Some(json)
    };
    if spec(old)? == spec(new)? {
        return None;
    }
    let text = |pointer: &str| new.0.pointer(new.1, pointer).map(|n| new.0.text(n).to_owned());
    let names = |(tape, root): (&Tape, NodeId), key: &str| -> Vec<String> {
        let list = tape.pointer(root, "/spec/versions");
        let versions = list.into_iter().flat_map(|list| tape.items(list));
        let wanted =
            versions.filter(|&n| key.is_empty() || tape.get(n, key).is_some_and(|n| tape.text(n) == "true"));
        wanted.filter_map(|n| tape.str_at(n, "name").map(str::to_owned)).collect()
    };
    let there = names(new, "");
    let lost = names(old, "storage").into_iter().find(|name| !there.contains(name));
    let (served, was_served) = (names(new, "served"), names(old, "served"));
    Some(Changed {
        key,
        group: text("/spec/group")?,
        kind: text("/spec/names/kind")?,
        served,
        was_served,
        lost,
    })
}

/// What becomes of every resource of the definitions that the change does not touch itself.
fn resources(run: &Run<'_>, definitions: &[Changed]) -> Vec<Verdict> {
    let change = run.input.change;
    let touched: FxHashSet<&RepoPath> = change.files.iter().map(|file| &file.path).collect();
    let Ok(entries) = change.head.entries() else { return Vec::new() };
    let is_wanted = |entry: &&Entry| {
        is_manifest_path(&entry.path) && entry.mode.is_file() && !touched.contains(&entry.path)
    };
    let entries: Vec<&Entry> = entries.iter().filter(is_wanted).collect();
    let all = parallel::map(&entries, |entry| {
        let Ok(Some(bytes)) = change.head.bytes(entry, super::MAX_FILE_BYTES) else { return Vec::new() };
        let is_in =
            |definition: &Changed| memchr::memmem::find(&bytes, definition.group.as_bytes()).is_some();
        if !definitions.iter().any(is_in) {
            return Vec::new();
        }
        of_file(run, definitions, &SideFile::load(run, &change.head, entry, Side::Head))
    });
    all.into_iter().flatten().collect()
}

fn of_file(run: &Run<'_>, definitions: &[Changed], file: &SideFile) -> Vec<Verdict> {
    let Some(tape) = file.tape().filter(|_| !file.fixture) else { return Vec::new() };
    let mut all = Vec::new();
    for doc in file.docs.iter().filter(|doc| doc.role == Role::Object) {
        let (Some(id), Some(root)) = (&doc.id, doc.root) else { continue };
        let is_its = |definition: &Changed| definition.group == id.group() && definition.kind == id.kind;
        let Some(number) = definitions.iter().position(is_its) else { continue };
        let version = id.api_version.rsplit('/').next().unwrap_or_default().to_owned();
        let has = |versions: &[String]| versions.contains(&version);
        let dropped = has(&definitions[number].was_served) && !has(&definitions[number].served);
        let wrong = |side| {
            wrong(run.schemas.of(side), run.schemas.newest(), (&id.api_version, &id.kind), (tape, root))
        };
        let broken = if dropped { None } else { first_new(&wrong(Side::Base), wrong(Side::Head)) };
        let dropped = dropped.then_some(version);
        all.push(Verdict { definition: number, path: file.path.clone(), dropped, broken });
    }
    all
}

fn first_new(before: &[String], after: Vec<String>) -> Option<String> {
    let new = after.into_iter().find(|message| !before.contains(message))?;
    Some(shorten(&new, 200).into_owned())
}

/// Messages of what the server refuses.
fn wrong(
    set: &SchemaSet,
    version: KubeVersion,
    kind: (&str, &str),
    (tape, root): (&Tape, NodeId),
) -> Vec<String> {
    let mut issues = Vec::new();
    if let Lookup::Found(schema) = set.lookup(version, kind.0, kind.1) {
        set.check(schema, tape, root, &mut issues);
    }
    issues.retain(|issue| issue.severity == SchemaRule::WrongType.severity());
    issues.into_iter().map(|issue| issue.message).collect()
}
