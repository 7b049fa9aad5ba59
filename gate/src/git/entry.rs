//! One file of a tree: path, mode, identity of its content.

use std::fmt;

use gix::ObjectId;
use gix::objs::tree::EntryKind;

use crate::model::RepoPath;

/// What Git knows of a file's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileMode {
    /// A file.
    Regular,
    /// A file with the executable bit.
    Executable,
    /// A symbolic link: its content is a path, never followed.
    Symlink,
    /// A commit of another repository: named, never entered.
    Submodule,
}

impl FileMode {
    /// True for the two modes whose content can be a manifest.
    pub fn is_file(self) -> bool {
        matches!(self, Self::Regular | Self::Executable)
    }

    /// True if both are files, both links or both submodules.
    pub(super) fn same_type(self, other: Self) -> bool {
        self == other || self.is_file() && other.is_file()
    }

    /// `None` for a tree.
    pub(super) fn from_kind(kind: EntryKind) -> Option<Self> {
        match kind {
            EntryKind::Tree => None,
            EntryKind::Blob => Some(Self::Regular),
            EntryKind::BlobExecutable => Some(Self::Executable),
            EntryKind::Link => Some(Self::Symlink),
            EntryKind::Commit => Some(Self::Submodule),
        }
    }
}

/// Identity of a content: equal ids mean equal bytes. Shown as Git shows it, in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(pub(super) ObjectId);

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the root of the snapshot.
    pub path: RepoPath,
    /// What it is.
    pub mode: FileMode,
    /// Identity of the content, or of the commit of a submodule. None for files that no repository holds and
    /// for those too large to be worth hashing: their content counts as unlike any other.
    pub id: Option<ContentId>,
}

impl Entry {
    pub(super) fn new(path: &[u8], mode: FileMode, id: Option<ObjectId>) -> Self {
        Self { path: RepoPath::new(path), mode, id: id.map(ContentId) }
    }

    /// True if both are known to have the same content; says nothing of path and mode.
    pub fn same_content(&self, other: &Self) -> bool {
        self.id.is_some() && self.id == other.id && self.mode.same_type(other.mode)
    }
}
