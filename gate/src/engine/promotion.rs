//! The same document in the environment before this one: what a promotion would have brought.

use std::sync::Arc;

use super::raw::Side;
use super::side::{Doc, SideFile};
use super::unit::Run;
use crate::model::{RepoPath, Role};

/// The JSON of the document that stands for `doc` of `file` in the environment before, as head has it; none if
/// there is no such environment, file or document.
pub(super) fn counterpart(run: &Run<'_>, file: &SideFile, doc: &Doc) -> Option<Arc<str>> {
    let environments = &run.input.config.environments;
    let here = environments.of_path(&file.path)?;
    let before = environments.get(here.promotes_from.as_deref()?)?;
    let paths = environments.counterpart_paths(&file.path, here, before);
    paths.iter().find_map(|path| same_document(run, path, doc))
}

fn same_document(run: &Run<'_>, path: &RepoPath, doc: &Doc) -> Option<Arc<str>> {
    let head = &run.input.change.head;
    let entry = head.entry(path.as_bytes()).ok()??;
    let other = SideFile::load(run, head, &entry, Side::Head);
    if doc.root.is_none() {
        return other.digest;
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
