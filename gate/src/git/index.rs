//! The index: what is staged, and what Git knows of the files in the work tree.

use gix::ObjectId;
use gix::index::entry::{Flags, Mode, Stage, Stat};

use super::entry::{Entry, FileMode};
use super::error::GitError;
use super::objects::Objects;
use super::repo::Repo;
use super::tree;
use crate::model::RepoPath;

/// The index as read from disk; empty if there is none yet.
pub(super) struct Index {
    pub(super) file: gix::index::File,
    /// There is no file, which is no index that Git has written: it writes one without entries, too.
    pub(super) is_absent: bool,
}

/// One file that the index knows.
pub(super) struct Tracked {
    pub(super) path: RepoPath,
    pub(super) mode: FileMode,
    pub(super) id: ObjectId,
    pub(super) stat: Stat,
    /// Left out of the work tree by a sparse checkout.
    pub(super) is_left_out: bool,
}

pub(super) fn load(repo: &Repo) -> Result<Index, GitError> {
    let path = repo.index_file.clone();
    let is_absent = std::fs::symlink_metadata(&path).is_err();
    // Its checksum is compared as Git does: a damaged index must not pass for a small one.
    let file = gix::index::File::at_or_default(&path, repo.objects.hash_kind(), false, Default::default());
    let file =
        file.map_err(|error| GitError::BadIndex { path, reason: error.probable_cause().to_string() })?;
    Ok(Index { file, is_absent })
}

impl Index {
    /// What would be committed, sorted by path.
    pub(super) fn staged(&self, objects: &Objects) -> Result<Vec<Entry>, GitError> {
        let mut entries = Vec::with_capacity(self.file.entries().len());
        for entry in self.file.entries() {
            let path = entry.path(&self.file);
            if entry.stage() != Stage::Unconflicted {
                return Err(GitError::Unmerged { path: RepoPath::new(path.to_vec()) });
            }
            if entry.flags.contains(Flags::INTENT_TO_ADD) {
                continue;
            }
            match mode(entry.mode) {
                Some(mode) => entries.push(Entry::new(path, mode, Some(entry.id))),
                None => entries.extend(left_out_directory(objects, path, entry.id)?),
            }
        }
        Ok(sorted(entries, |entry| &entry.path))
    }

    /// What Git has an eye on, sorted by path; of a file in conflict, our version.
    pub(super) fn tracked(&self, objects: &Objects) -> Result<Vec<Tracked>, GitError> {
        let mut tracked = Vec::with_capacity(self.file.entries().len());
        for entry in self.file.entries() {
            if !matches!(entry.stage(), Stage::Unconflicted | Stage::Ours) {
                continue;
            }
            let path = entry.path(&self.file);
            match mode(entry.mode) {
                Some(mode) => tracked.push(Tracked {
                    path: RepoPath::new(path.to_vec()),
                    mode,
                    id: entry.id,
                    stat: entry.stat,
                    is_left_out: entry.flags.contains(Flags::SKIP_WORKTREE),
                }),
                None => tracked.extend(left_out_directory(objects, path, entry.id)?.into_iter().filter_map(
                    |Entry { path, mode, id }| {
                        Some(Tracked { path, mode, id: id?.0, stat: Stat::default(), is_left_out: true })
                    },
                )),
            }
        }
        Ok(sorted(tracked, |one| &one.path))
    }
}

/// The files of a directory that a sparse index keeps as one entry.
fn left_out_directory(objects: &Objects, path: &[u8], tree: ObjectId) -> Result<Vec<Entry>, GitError> {
    let directory = path.strip_suffix(b"/").unwrap_or(path);
    let below = |entry: Entry| Entry {
        path: RepoPath::new([directory, b"/", entry.path.as_bytes()].concat()),
        ..entry
    };
    Ok(tree::list(objects, Some(tree))?.into_iter().map(below).collect())
}

fn sorted<T>(mut all: Vec<T>, path: impl Fn(&T) -> &RepoPath) -> Vec<T> {
    all.sort_by(|a, b| path(a).cmp(path(b)));
    all.dedup_by(|b, a| path(a) == path(b));
    all
}

/// `None` for a directory.
fn mode(mode: Mode) -> Option<FileMode> {
    FileMode::from_kind(mode.to_tree_entry_mode()?.kind())
}
