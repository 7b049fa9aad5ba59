//! Everything that reads trees, files and revisions. Objects are read where they are: nothing is checked out,
//! no process is started, no hook, filter or monitor that a repository configures is ever run.
//!
//! [`Repo::change`] chooses two states of a tree ([`Snapshot`]) and lists what differs ([`ChangedFile`]);
//! [`from_paths`] and [`from_stdin`] make the same shape of files that belong to no commit.

mod base;
mod change;
mod compare;
mod content;
mod disk;
mod entry;
mod environment;
mod error;
mod index;
mod objects;
mod renames;
mod repo;
mod revision;
mod similarity;
mod snapshot;
mod tree;
mod worktree;

#[cfg(test)]
mod tests;

pub use change::{Change, ChangeKind, ChangedFile, Selection};
pub use content::Content;
pub use disk::{from_paths, from_stdin};
pub use entry::{ContentId, Entry, FileMode};
pub use environment::Environment;
pub use error::{CloneKind, GitError};
pub use repo::Repo;
pub use snapshot::Snapshot;
