//! The same document in the environment before this one: what a promotion would have brought.

use std::sync::Arc;

use super::raw::Side;
use super::side::{Doc, SideFile};
use super::unit::Run;
use crate::model::{RepoPath, Role};

/// The file that stands for `path` in the environment before, as head has it; none if there is no such environment
/// or file.
pub(super) fn counterpart(run: &Run<'_>, path: &RepoPath) -> Option<SideFile> {
    let environments = &run.input.config.environments;
    let here = environments.of_path(path)?;
    let before = environments.get(here.promotes_from.as_deref()?)?;
    let head = &run.input.change.head;
    let paths = environments.counterpart_paths(path, here, before);
    let entry = paths.iter().find_map(|path| head.entry(path.as_bytes()).ok().flatten())?;
    Some(SideFile::load(run, head, &entry, Side::Head))
}

/// The JSON of the document of `other` that stands for `doc`.
pub(super) fn same_document(other: &SideFile, doc: &Doc) -> Option<Arc<str>> {
    if doc.root.is_none() {
        return other.digest.clone();
    }
    let same = |candidate: &&Doc| match (&candidate.id, &doc.id) {
        (Some(theirs), Some(ours)) => {
            (theirs.group(), &theirs.kind, &theirs.name) == (ours.group(), &ours.kind, &ours.name)
        }
        (None, None) => doc.role != Role::Object && candidate.number == doc.number,
        _ => false,
    };
    let found = other.docs.iter().find(same)?;
    let mut json = String::new();
    other.tape()?.write_json(found.root?, &mut json);
    Some(json.into())
}
