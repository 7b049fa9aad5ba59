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
use crate::schema::{Lookup, SchemaRule};
use crate::text::shorten;
use crate::yaml::{NodeId, Tape};

/// Resources that a message names.
const NAMED: usize = 3;

/// Where a finding about a definition is: the side whose document is pointed at, its file and the definition's name.
type Key = (Side, RepoPath, String);

/// Definitions, with what is wrong with their change.
pub(super) type CrdChanges = FxHashMap<Key, Vec<String>>;

/// A definition of one side of a changed file.
struct Def {
    path: RepoPath,
    name: String,
    /// JSON of what it says.
    spec: String,
    group: String,
    kind: String,
    /// All versions, those that are served, and those that are stored.
    versions: [Vec<String>; 3],
}

/// A definition that the change touches.
struct Changed {
    key: Key,
    /// It is deleted, and there is no other one of its name.
    gone: bool,
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
    if run.crd_changes.is_empty() {
        return;
    }
    for side in file.sides() {
        let Some(tape) = side.tape() else { continue };
        for (document, doc) in side.docs.iter().enumerate() {
            let (Some(id), Some(root)) = (&doc.id, doc.root) else { continue };
            let key = (side.side, side.path.clone(), id.name.clone());
            let place = tape.pointer(root, "/spec/versions").unwrap_or(root);
            let messages = run.crd_changes.get(&key).filter(|_| id.kind == "CustomResourceDefinition");
            let all = messages.into_iter().flatten();
            findings.extend(all.map(|message| raw(side.side, document, place, message)));
        }
    }
}

fn raw(owner: Side, document: usize, place: NodeId, message: &str) -> RawFinding {
    let rule = SchemaRule::BreakingCrdChange;
    RawFinding {
        rule: rule.id().to_owned(),
        severity: rule.severity(),
        message: message.to_owned(),
        hint: Some(
            "change the resources along with the definition, or add a version beside the old one".to_owned(),
        ),
        side: Side::Head,
        owner,
        document: Some(document),
        place: Place::Node(place),
        sensitive: false,
        fix: None,
        mend: None,
        related: Vec::new(),
    }
}

fn messages(definition: &Changed, verdicts: &[&Verdict]) -> Vec<String> {
    let mut all = Vec::new();
    if definition.gone {
        let mut paths: Vec<&RepoPath> = verdicts.iter().map(|verdict| &verdict.path).collect();
        paths.sort();
        if !paths.is_empty() {
            all.push(format!(
                "the definition is deleted, but resources of it are still in the repository: {}; the server deletes \
                 them with it and refuses new ones",
                listed(&paths)
            ));
        }
        return all;
    }
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

/// The definitions that the change alters, moves or deletes.
fn changed(run: &Run<'_>) -> Vec<Changed> {
    let files: Vec<_> = run.input.change.files.iter().enumerate().collect();
    let files: Vec<_> =
        files.into_iter().filter(|(_, file)| super::schemas::defines(run.input.change, file)).collect();
    let all = parallel::map(&files, |&(number, file)| {
        let pair = FilePair::load(run, number, file);
        (pair.base.as_ref().map(defs).unwrap_or_default(), pair.head.as_ref().map(defs).unwrap_or_default())
    });
    let heads: Vec<&Def> = all.iter().flat_map(|(_, head)| head).collect();
    let mut changed = Vec::new();
    for (base, head) in &all {
        for old in base {
            let same = head.iter().find(|new| new.name == old.name);
            let moved = || heads.iter().copied().find(|new| new.name == old.name);
            match same.or_else(moved) {
                Some(new) => {
                    changed.extend(between(old, new, (Side::Head, new.path.clone(), new.name.clone())))
                }
                None => changed.extend(left(run, old)),
            }
        }
    }
    changed
}

/// A definition that no changed file has any more: another file of the tree may have it.
fn left(run: &Run<'_>, old: &Def) -> Option<Changed> {
    let key = (Side::Base, old.path.clone(), old.name.clone());
    let entries = run.input.change.head.entries().ok()?;
    let entries: Vec<&Entry> =
        entries.iter().filter(|entry| is_manifest_path(&entry.path) && entry.mode.is_file()).collect();
    let others = parallel::map(&entries, |entry| {
        let bytes = run.input.change.head.bytes(entry, super::MAX_FILE_BYTES).ok().flatten()?;
        let has = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        if !has("CustomResourceDefinition") || !has(&old.group) || !has(&old.kind) {
            return None;
        }
        let file = SideFile::load(run, &run.input.change.head, entry, Side::Head);
        defs(&file).into_iter().find(|new| new.name == old.name)
    });
    match others.iter().flatten().next() {
        Some(new) => between(old, new, key),
        None => {
            let (group, kind) = (old.group.clone(), old.kind.clone());
            Some(Changed {
                key,
                gone: true,
                group,
                kind,
                served: Vec::new(),
                was_served: Vec::new(),
                lost: None,
            })
        }
    }
}

/// The definitions of one side of a file; of those in a list, nothing is said.
fn defs(file: &SideFile) -> Vec<Def> {
    let Some(tape) = file.tape().filter(|_| !file.fixture) else { return Vec::new() };
    let all = file.docs.iter().filter_map(|doc| {
        let (id, root) = (doc.id.as_ref()?, doc.root?);
        let mut spec = String::new();
        tape.write_json(tape.get(root, "spec")?, &mut spec);
        let text = |pointer: &str| tape.pointer(root, pointer).map(|n| tape.text(n).to_owned());
        let names = |key: &str| -> Vec<String> {
            let list = tape.pointer(root, "/spec/versions");
            let versions = list.into_iter().flat_map(|list| tape.items(list));
            let is_wanted =
                |n: &NodeId| key.is_empty() || tape.get(*n, key).is_some_and(|n| tape.text(n) == "true");
            versions.filter(is_wanted).filter_map(|n| tape.str_at(n, "name").map(str::to_owned)).collect()
        };
        (id.kind == "CustomResourceDefinition").then_some(())?;
        let (group, kind) = (text("/spec/group")?, text("/spec/names/kind")?);
        let versions = [names(""), names("served"), names("storage")];
        Some(Def { path: file.path.clone(), name: id.name.clone(), spec, group, kind, versions })
    });
    all.collect()
}

fn between(old: &Def, new: &Def, key: Key) -> Option<Changed> {
    if old.spec == new.spec {
        return None;
    }
    let ([_, was_served, stored], [there, served, _]) = (&old.versions, &new.versions);
    Some(Changed {
        key,
        gone: false,
        group: new.group.clone(),
        kind: new.kind.clone(),
        served: served.clone(),
        was_served: was_served.clone(),
        lost: stored.iter().find(|name| !there.contains(name)).cloned(),
    })
}

/// What becomes of every resource of the definitions that the change does not touch itself.
fn resources(run: &Run<'_>, definitions: &[Changed]) -> Vec<Verdict> {
    let change = run.input.change;
    let touched: FxHashSet<&RepoPath> = change.files.iter().map(|file| &file.path).collect();
    let Ok(entries) = change.head.entries() else { return Vec::new() };
    let any_gone = definitions.iter().any(|definition| definition.gone);
    let is_wanted = |entry: &&Entry| {
        is_manifest_path(&entry.path) && entry.mode.is_file() && (any_gone || !touched.contains(&entry.path))
    };
    let entries: Vec<&Entry> = entries.iter().filter(is_wanted).collect();
    let all = parallel::map(&entries, |entry| {
        let Ok(Some(bytes)) = change.head.bytes(entry, super::MAX_FILE_BYTES) else { return Vec::new() };
        let is_in =
            |definition: &Changed| memchr::memmem::find(&bytes, definition.group.as_bytes()).is_some();
        if !definitions.iter().any(is_in) {
            return Vec::new();
        }
        let file = SideFile::load(run, &change.head, entry, Side::Head);
        of_file(run, definitions, &file, touched.contains(&entry.path))
    });
    all.into_iter().flatten().collect()
}

/// A file that the change touches is judged itself; it only counts where its definition is gone.
fn of_file(run: &Run<'_>, definitions: &[Changed], file: &SideFile, touched: bool) -> Vec<Verdict> {
    let Some(tape) = file.tape().filter(|_| !file.fixture) else { return Vec::new() };
    let mut all = Vec::new();
    for doc in file.docs.iter().filter(|doc| doc.role == Role::Object) {
        let (Some(id), Some(root)) = (&doc.id, doc.root) else { continue };
        let kind = (id.group(), id.kind.as_str());
        let judges = run.schemas.judged_by(Side::Head, run.input.config, &file.path, kind);
        let is_its = |definition: &Changed| {
            let governs = judges.is_empty() || judges.iter().any(|judge| judge.path == definition.key.1);
            definition.group == kind.0
                && definition.kind == kind.1
                && (definition.gone || !touched && (governs || definition.key.0 == Side::Base))
        };
        let config = run.input.config;
        let of = |path: &RepoPath| config.environment_of(path).map(|found| found.name.clone());
        let near =
            |path: &RepoPath| (of(path) == of(&file.path), super::definitions::shared(path, &file.path));
        // Several that say the same: the change of the one that is meant for this file.
        let its = (0..definitions.len()).rev().filter(|&number| is_its(&definitions[number]));
        let Some(number) = its.max_by_key(|&number| near(&definitions[number].key.1)) else { continue };
        let definition = &definitions[number];
        let version = id.api_version.rsplit('/').next().unwrap_or_default().to_owned();
        let has = |versions: &[String]| versions.contains(&version);
        let dropped = has(&definition.was_served) && !has(&definition.served);
        let wrong = |side| wrong(run, side, &file.path, (&id.api_version, &id.kind), (tape, root));
        let broken =
            if dropped || definition.gone { None } else { first_new(&wrong(Side::Base), wrong(Side::Head)) };
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
    run: &Run<'_>,
    side: Side,
    path: &RepoPath,
    (api_version, kind): (&str, &str),
    (tape, root): (&Tape, NodeId),
) -> Vec<String> {
    let (set, version) = (run.schemas.of(side), run.schemas.newest());
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let judges = run.schemas.judged_by(side, run.input.config, path, (group, kind));
    let mut numbers: Vec<Option<u32>> = judges.iter().map(|judge| Some(judge.number)).collect();
    if numbers.is_empty() {
        numbers.push(None);
    }
    let mut issues = Vec::new();
    for number in numbers {
        if let Lookup::Found(schema) = set.lookup_by(number, version, api_version, kind) {
            set.check(schema, tape, root, &mut issues);
        }
    }
    issues.retain(|issue| issue.severity == SchemaRule::WrongType.severity());
    issues.into_iter().map(|issue| issue.message).collect()
}
