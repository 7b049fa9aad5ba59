//! The same document in the environment before this one: what a promotion would have brought.

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

/// The document of `other` that stands for `doc`; none if it has no such document, or is no file like that of `doc`.
pub(super) fn same_document<'o>(other: &'o SideFile, doc: &Doc) -> Option<&'o Doc> {
    if doc.root.is_none() {
        return other.docs.first().filter(|found| found.root.is_none());
    }
    let same = |candidate: &&Doc| match (&candidate.id, &doc.id) {
        (Some(theirs), Some(ours)) => {
            (theirs.group(), &theirs.kind, &theirs.name) == (ours.group(), &ours.kind, &ours.name)
        }
        (None, None) => doc.role != Role::Object && candidate.number == doc.number,
        _ => false,
    };
    other.docs.iter().find(same).filter(|found| found.root.is_some())
}
