//! What the judgement could not finish: kinds without a schema, and files that are templates and no YAML.

use std::collections::{BTreeMap, BTreeSet};

use super::judged::Judged;
use super::repository::Repository;
use crate::config::{Config, KindPattern, literal_folder, literal_glob};
use crate::model::{CheckFailure, FailureKind, RepoPath};

/// Largest file that is looked at for the marks of a template, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Folders that hold templates of something else than Helm.
const FOLDERS: [&str; 5] = ["templates", "template", "skeleton", "skeletons", "scaffold"];
const MARKS: [&[u8]; 3] = [b"{{", b"{%", b"<%"];

/// Kinds without a schema that may lack one, as patterns, with how many objects and patches of each.
pub(super) fn unknown(judged: &Judged) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for failure in judged.failures().filter(|failure| failure.kind == FailureKind::NoSchema) {
        let Some(pattern) = pattern_of(failure) else { continue };
        if KindPattern::read(pattern).is_ok() {
            *found.entry(pattern.to_owned()).or_default() += 1;
        }
    }
    found
}

/// True for a failure that [`unknown`] takes care of.
pub(super) fn is_about(kinds: &BTreeMap<String, u64>, failure: &CheckFailure) -> bool {
    pattern_of(failure).is_some_and(|pattern| kinds.contains_key(pattern))
}

/// What would allow the kind that a failure is about to lack a schema, as its hint says: `group/version/Kind`. A kind that is
/// misspelt stays a failure, whatever is allowed, and has no such hint.
fn pattern_of(failure: &CheckFailure) -> Option<&str> {
    let (_, pattern) = failure.hint.as_ref()?.split_once("`allow-missing-schemas: [\"")?;
    Some(pattern.split_once('"')?.0)
}

/// Globs of files that cannot be read as YAML and bear the marks of a template, with how many there are: a folder of
/// templates as a whole, if it is in no environment.
pub(super) fn templates(
    judged: &Judged,
    repository: &Repository,
    config: &Config,
) -> BTreeMap<String, usize> {
    let broken = judged.failures().filter(|failure| failure.kind == FailureKind::Syntax);
    let broken: BTreeSet<&RepoPath> =
        broken.filter_map(|failure| Some(&failure.location.as_ref()?.path)).collect();
    let mut found = BTreeMap::new();
    for path in broken.into_iter().filter(|path| is_template(repository, path)) {
        // Names of environments below it are those of what the templates make.
        let is_deployed = |folder: &str| {
            config.environment_of(&RepoPath::from(format!("{folder}/any.yaml").as_str())).is_some()
        };
        let glob = match folder_of(path).filter(|folder| !is_deployed(folder)) {
            Some(folder) => literal_folder(folder),
            None => literal_glob(path),
        };
        *found.entry(glob).or_default() += 1;
    }
    found
}

fn is_template(repository: &Repository, path: &RepoPath) -> bool {
    let head = &repository.change.head;
    let bytes =
        head.entry(path.as_bytes()).ok().flatten().and_then(|entry| head.bytes(&entry, MAX_BYTES).ok()?);
    bytes.is_some_and(|bytes| MARKS.iter().any(|mark| memchr::memmem::find(&bytes, mark).is_some()))
}

/// The folder of templates that the file is in.
fn folder_of(path: &RepoPath) -> Option<&str> {
    let folders = std::str::from_utf8(path.directory()).ok()?;
    let mut at = 0;
    for name in folders.split('/') {
        at += name.len() + 1;
        if FOLDERS.contains(&name) {
            return folders.get(..at - 1);
        }
    }
    None
}
