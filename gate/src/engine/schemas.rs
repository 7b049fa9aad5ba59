//! The schemas of a run: the embedded ones, and above them the CustomResourceDefinitions of the repository.
//!
//! Definitions are looked for in the changed files, in files whose path says so and in those that the
//! configuration names. Which of several definitions of a kind counts is decided in `definitions.rs`. Only when a changed object is of a kind that is still unknown is the whole tree searched.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::definitions::{Definition, Several};
use super::raw::Side;
use super::sources::{Resolved, Sourced};
use super::unit::UnitResult;
use super::{EngineError, Input, parallel};
use crate::config::Config;
use crate::git::{Content, Entry, Snapshot};
use crate::manifest::is_manifest_path;
use crate::model::RepoPath;
use crate::schema::{KubeVersion, Lookup, SchemaSet};
use crate::yaml;

/// Largest file that is searched for definitions, in bytes.
const MAX_DEFINITIONS: u64 = 16 << 20;
const DEFINITION: &[u8] = b"CustomResourceDefinition";

/// The schemas of both sides.
#[derive(Clone)]
pub(super) struct Schemas {
    head: Arc<Defined>,
    base: Arc<Defined>,
    sourced: Sourced,
}

/// The schemas of one side, and the kinds that it defines more than once.
pub(super) struct Defined {
    pub(super) set: SchemaSet,
    several: Several,
}

impl Schemas {
    /// The embedded schemas, and the definitions that can be found without reading the whole tree.
    pub(super) fn new(input: &Input<'_>) -> Result<Self, EngineError> {
        if !input.checks.schemas || !input.change.files.iter().any(|file| is_manifest_path(&file.path)) {
            let empty = Arc::new(Defined { set: SchemaSet::embedded()?, several: Several::default() });
            return Ok(Self { head: empty.clone(), base: empty, sourced: Sourced::default() });
        }
        Self::with(input, |entry| likely(input.config, entry))
    }

    /// If kinds are unknown so far and a definition anywhere in the tree makes one known: the schemas with every
    /// definition of the tree.
    pub(super) fn find_unknown(
        &self,
        input: &Input<'_>,
        results: &[UnitResult],
    ) -> Result<Option<Self>, EngineError> {
        if !input.checks.schemas || !results.iter().any(|result| result.knows_better(|_| true)) {
            return Ok(None);
        }
        let all = Self { sourced: self.sourced.clone(), ..Self::with(input, |_| true)? };
        let helps = results.iter().any(|result| result.knows_better(|kind| all.has(kind)));
        Ok(helps.then_some(all))
    }

    /// True if there is a schema of `kind` (`group/version/Kind`) at head.
    pub(super) fn has(&self, kind: &str) -> bool {
        let Some((api_version, kind)) = kind.rsplit_once('/') else { return false };
        !matches!(self.head.set.lookup(self.newest(), api_version, kind), Lookup::Unknown)
    }

    pub(super) fn of(&self, side: Side) -> &SchemaSet {
        match side {
            Side::Base => &self.base.set,
            Side::Head => &self.head.set,
        }
    }

    /// What judges a kind of one side.
    pub(super) fn resolve(
        &self,
        input: &Input<'_>,
        side: Side,
        version: KubeVersion,
        kind: (&str, &str),
    ) -> Resolved {
        self.sourced.resolve(input, self.of(side), version, kind)
    }

    /// The definitions that the objects of a kind in the file `path` are judged by, where the side has several of the
    /// kind that differ; nothing where there is no choice.
    pub(super) fn judged_by(
        &self,
        side: Side,
        config: &Config,
        path: &RepoPath,
        kind: (&str, &str),
    ) -> Vec<&Definition> {
        let defined = match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        };
        defined.several.of(config, path, kind)
    }

    pub(super) fn newest(&self) -> KubeVersion {
        self.head.set.newest()
    }

    fn with(input: &Input<'_>, wanted: impl Fn(&Entry) -> bool) -> Result<Self, EngineError> {
        let change = input.change;
        let is_candidate = |entry: &&Entry| is_manifest_path(&entry.path) && entry.mode.is_file();
        let listed = change.head.entries()?.iter().filter(is_candidate).filter(|entry| wanted(entry));
        let changed = change.files.iter().filter_map(|file| file.head.as_ref()).filter(is_candidate);
        let head_entries = in_order(listed.chain(changed));
        let (sourced, more) = (Sourced::default(), input.sources.definitions());
        let head = Arc::new(with_definitions(input.config, more, &change.head, &head_entries)?);
        let Some(base) = &change.base else { return Ok(Self { base: head.clone(), head, sourced }) };
        let replaced: FxHashSet<&RepoPath> =
            change.files.iter().filter_map(|file| file.head.as_ref()).map(|entry| &entry.path).collect();
        let old = change.files.iter().filter_map(|file| file.base.as_ref()).filter(is_candidate);
        let base_set = if change.files.iter().any(|file| defines(change, file)) {
            // As for the kustomizations: what did not change may be read from either side.
            let kept = head_entries.iter().copied().filter(|entry| !replaced.contains(&entry.path));
            Arc::new(with_definitions(input.config, more, base, &in_order(kept.chain(old)))?)
        } else {
            head.clone()
        };
        Ok(Self { head, base: base_set, sourced })
    }
}

/// True if the path says that definitions are inside, or the configuration does.
fn likely(config: &Config, entry: &Entry) -> bool {
    let path = entry.path.as_bytes().to_ascii_lowercase();
    memchr::memmem::find(&path, b"crd").is_some()
        || memchr::memmem::find(&path, b"customresourcedefinition").is_some()
        || config.schemas.matches(&entry.path)
}

/// True if a changed file holds definitions on either side.
pub(super) fn defines(change: &crate::git::Change, file: &crate::git::ChangedFile) -> bool {
    let holds = |snapshot: Option<&Snapshot>, entry: &Option<Entry>| match (snapshot, entry) {
        (Some(snapshot), Some(entry)) if is_manifest_path(&entry.path) => {
            definitions(snapshot, entry).is_some()
        }
        _ => false,
    };
    holds(Some(&change.head), &file.head) || holds(change.base.as_ref(), &file.base)
}

fn in_order<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let mut entries: Vec<&Entry> = entries.collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.dedup_by(|a, b| a.path == b.path);
    entries
}

/// The content of a file that mentions definitions.
fn definitions(snapshot: &Snapshot, entry: &Entry) -> Option<Vec<u8>> {
    match snapshot.read(entry, MAX_DEFINITIONS) {
        Ok(Content::Bytes(bytes)) if memchr::memmem::find(&bytes, DEFINITION).is_some() => Some(bytes),
        _ => None,
    }
}

/// The embedded schemas, the definitions from elsewhere and above them those in `entries`. A definition that cannot be
/// used adds nothing: its kinds stay unknown, and that is reported for each object of them.
pub(super) fn with_definitions(
    config: &Config,
    more: &[Vec<u8>],
    snapshot: &Snapshot,
    entries: &[&Entry],
) -> Result<Defined, EngineError> {
    let mut defined = Defined { set: SchemaSet::embedded()?, several: Several::default() };
    for bytes in more {
        let parsed = yaml::parse(bytes.clone(), &yaml::Limits::default());
        for root in parsed.documents.iter().flat_map(|document| definitions_of(&parsed.tape, document.root)) {
            // One that cannot be used is told where its objects are.
            _ = defined.set.add_crd(&parsed.tape, root);
        }
    }
    let files = parallel::map(entries, |entry| {
        definitions(snapshot, entry).map(|bytes| yaml::parse(bytes, &yaml::Limits::default()))
    });
    for (entry, parsed) in entries.iter().zip(files) {
        for document in parsed.iter().flat_map(|parsed| &parsed.documents) {
            let Some(tape) = parsed.as_ref().map(|parsed| &parsed.tape) else { continue };
            for root in definitions_of(tape, document.root) {
                if defined.set.add_crd(tape, root).is_ok() {
                    let number = defined.set.definitions();
                    defined.several.add(Definition::read(config, &entry.path, number, tape, root));
                }
            }
        }
    }
    defined.several.keep_what_differs();
    Ok(defined)
}

/// The definitions that a document is or lists.
pub(super) fn definitions_of(tape: &yaml::Tape, root: yaml::NodeId) -> Vec<yaml::NodeId> {
    match tape.str_at(root, "kind") {
        Some("CustomResourceDefinition") => vec![root],
        Some("List" | "CustomResourceDefinitionList") => {
            tape.get(root, "items").into_iter().flat_map(|items| tape.items(items)).collect()
        }
        _ => Vec::new(),
    }
}
