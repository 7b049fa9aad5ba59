//! What a tree of files holds, for the commands that look at a repository as a whole: the kinds of its objects and the
//! definitions in it.

use std::collections::BTreeSet;

use super::schemas::with_definitions;
use super::{EngineError, parallel};
use crate::config::Config;
use crate::git::{Content, Entry, Snapshot};
use crate::manifest::is_manifest_path;
use crate::schema::SchemaSet;
use crate::yaml::{self, Kind, NodeId, Tape};

/// Largest file that is looked at, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// The embedded schemas, those of `definitions` and above them those of all CustomResourceDefinitions in the tree.
///
/// # Errors
/// The tree cannot be listed, or the embedded schemas are damaged.
pub fn schemas_of(snapshot: &Snapshot, definitions: &[Vec<u8>]) -> Result<SchemaSet, EngineError> {
    Ok(with_definitions(&Config::default(), definitions, snapshot, &manifests(snapshot)?)?.set)
}

/// `apiVersion` and `kind` of every object in the tree.
///
/// # Errors
/// The tree cannot be listed.
pub fn kinds_of(snapshot: &Snapshot) -> Result<BTreeSet<(String, String)>, EngineError> {
    let entries = manifests(snapshot)?;
    let kinds = parallel::map(&entries, |entry| match snapshot.read(entry, MAX_BYTES) {
        Ok(Content::Bytes(bytes)) => kinds_in(bytes),
        _ => Vec::new(),
    });
    Ok(kinds.into_iter().flatten().collect())
}

fn manifests(snapshot: &Snapshot) -> Result<Vec<&Entry>, EngineError> {
    let is_candidate = |entry: &&Entry| is_manifest_path(&entry.path) && entry.mode.is_file();
    let mut entries: Vec<&Entry> = snapshot.entries()?.iter().filter(is_candidate).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn kinds_in(bytes: Vec<u8>) -> Vec<(String, String)> {
    let parsed = yaml::parse(bytes, &yaml::Limits::default());
    let mut found = Vec::new();
    for document in &parsed.documents {
        let items = parsed.tape.get(document.root, "items").filter(|&n| parsed.tape.kind(n) == Kind::Seq);
        found.extend(kind_of(&parsed.tape, document.root));
        let items = items.into_iter().flat_map(|items| parsed.tape.items(items));
        found.extend(items.filter_map(|item| kind_of(&parsed.tape, item)));
    }
    found
}

fn kind_of(tape: &Tape, root: NodeId) -> Option<(String, String)> {
    Some((tape.str_at(root, "apiVersion")?.to_owned(), tape.str_at(root, "kind")?.to_owned()))
}
