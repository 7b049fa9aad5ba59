//! A state of a whole tree, wherever it is: a commit, the index, the work tree, files on disk, standard input.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use gix::ObjectId;

use super::content::Content;
use super::entry::{Entry, FileMode};
use super::error::GitError;
use super::objects::Objects;
use super::{disk, file, tree};
use crate::model::RepoPath;

/// Longest target of a link that is read, in bytes.
const MAX_LINK: u64 = 64 * 1024;

/// One state of a tree. May be read from any number of threads at once.
pub struct Snapshot {
    source: Source,
    listing: OnceLock<Vec<Entry>>,
    /// What files are taken to hold, instead of what they do.
    instead: BTreeMap<RepoPath, Vec<u8>>,
}

/// Where contents come from.
enum Source {
    /// The tree of a commit; `None` is the empty tree.
    Tree { objects: Arc<Objects>, id: Option<ObjectId> },
    /// The index: listed, contents are objects.
    Index { objects: Arc<Objects> },
    /// The work tree: listed, contents are on disk below `root`, or objects where a sparse checkout left them out.
    WorkTree { objects: Arc<Objects>, root: PathBuf },
    /// Files on disk: listed, `places` in the same order.
    Disk { places: Vec<PathBuf> },
    /// One file in memory.
    Memory { bytes: Vec<u8> },
}

impl Snapshot {
    pub(super) fn tree(objects: Arc<Objects>, id: Option<ObjectId>) -> Self {
        Self { source: Source::Tree { objects, id }, listing: OnceLock::new(), instead: BTreeMap::new() }
    }

    pub(super) fn index(objects: Arc<Objects>, entries: Vec<Entry>) -> Self {
        Self { source: Source::Index { objects }, listing: entries.into(), instead: BTreeMap::new() }
    }

    pub(super) fn work_tree(objects: Arc<Objects>, root: PathBuf, entries: Vec<Entry>) -> Self {
        Self { source: Source::WorkTree { objects, root }, listing: entries.into(), instead: BTreeMap::new() }
    }

    /// `entries` is sorted; `places` has the place of each.
    pub(super) fn disk(entries: Vec<Entry>, places: Vec<PathBuf>) -> Self {
        Self { source: Source::Disk { places }, listing: entries.into(), instead: BTreeMap::new() }
    }

    pub(super) fn memory(entry: Entry, bytes: Vec<u8>) -> Self {
        Self { source: Source::Memory { bytes }, listing: vec![entry].into(), instead: BTreeMap::new() }
    }

    /// From now on the files at these paths are taken to hold these bytes; those of an earlier call are not.
    pub(super) fn replace(&mut self, instead: BTreeMap<RepoPath, Vec<u8>>) {
        self.instead = instead;
    }

    /// Every file, sorted by path; listed on the first call.
    ///
    /// # Errors
    /// A tree that is missing, damaged or too large to be real.
    pub fn entries(&self) -> Result<&[Entry], GitError> {
        if let Some(listed) = self.listing.get() {
            return Ok(listed);
        }
        let listed = match &self.source {
            Source::Tree { objects, id } => tree::list(objects, *id)?,
            _ => Vec::new(),
        };
        Ok(self.listing.get_or_init(|| listed))
    }

    /// The file at exactly `path`; in the tree of a commit only the directories on the way are read.
    ///
    /// # Errors
    /// A tree on the way that is missing or damaged.
    pub fn entry(&self, path: &[u8]) -> Result<Option<Entry>, GitError> {
        match (&self.source, self.listing.get()) {
            (Source::Tree { objects, id }, None) => tree::find(objects, *id, path),
            (_, listed) => Ok(listed.and_then(|listed| position(listed, path).map(|at| listed[at].clone()))),
        }
    }

    /// The content of `entry`, which must be of this snapshot; content of more than `max_bytes` is not read.
    ///
    /// # Errors
    /// An object that is missing or damaged, a file that is gone or not readable.
    pub fn read(&self, entry: &Entry, max_bytes: u64) -> Result<Content, GitError> {
        match entry.mode {
            FileMode::Submodule => Ok(Content::Submodule { commit: entry.id.map(|id| id.to_string()) }),
            FileMode::Symlink => Ok(match self.raw(entry, MAX_LINK)? {
                Ok(target) => Content::Symlink { target },
                Err(size) => Content::TooLarge { size },
            }),
            FileMode::Regular | FileMode::Executable => Ok(match self.raw(entry, max_bytes)? {
                Ok(bytes) => Content::of_file(bytes),
                Err(size) => Content::TooLarge { size },
            }),
        }
    }

    /// The bytes of a file, text or not; none if it is no file or has more than `max_bytes`.
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn bytes(&self, entry: &Entry, max_bytes: u64) -> Result<Option<Vec<u8>>, GitError> {
        if !entry.mode.is_file() {
            return Ok(None);
        }
        Ok(self.raw(entry, max_bytes)?.ok())
    }

    /// The bytes of a file or the target of a link; the size if it has more than `max` bytes.
    pub(super) fn raw(&self, entry: &Entry, max: u64) -> Result<Result<Vec<u8>, u64>, GitError> {
        if let Some(bytes) = self.instead.get(&entry.path).filter(|_| entry.mode.is_file()) {
            let size = bytes.len() as u64;
            return Ok(if size > max { Err(size) } else { Ok(bytes.clone()) });
        }
        let object = |objects: &Objects| match entry.id {
            Some(id) => objects.blob(id.0, max),
            None => Err(GitError::NoSuchEntry { path: entry.path.clone() }),
        };
        match &self.source {
            Source::Tree { objects, .. } | Source::Index { objects } => object(objects),
            Source::WorkTree { objects, root } => {
                match file::read(&disk::place(root, &entry.path), entry.mode, max) {
                    Err(GitError::PathNotFound { .. }) if entry.id.is_some() => object(objects),
                    read => read,
                }
            }
            Source::Disk { places } => {
                let place = self.listing.get().and_then(|listed| position(listed, entry.path.as_bytes()));
                let place = place.and_then(|at| places.get(at));
                let place = place.ok_or_else(|| GitError::NoSuchEntry { path: entry.path.clone() })?;
                file::read(place, entry.mode, max)
            }
            Source::Memory { bytes } => {
                Ok(if bytes.len() as u64 > max { Err(bytes.len() as u64) } else { Ok(bytes.clone()) })
            }
        }
    }
}

fn position(listed: &[Entry], path: &[u8]) -> Option<usize> {
    listed.binary_search_by(|entry| entry.path.as_bytes().cmp(path)).ok()
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.source {
            Source::Tree { .. } => "Snapshot(tree)",
            Source::Index { .. } => "Snapshot(index)",
            Source::WorkTree { .. } => "Snapshot(work tree)",
            Source::Disk { .. } => "Snapshot(disk)",
            Source::Memory { .. } => "Snapshot(memory)",
        })
    }
}
