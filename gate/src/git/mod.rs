//! Everything that reads trees, files and revisions. Objects are read where they are: nothing is checked out, and no
//! hook, filter or monitor that a repository configures is ever run. Only what a clone lacks is fetched with `git`.
//!
//! [`Repo::obtain`] chooses two states of a tree ([`Snapshot`]) and lists what differs ([`ChangedFile`]);
//! [`Repo::update`] does so for a push, [`from_paths`] and [`from_stdin`] for files that belong to no commit.

mod base;
mod change;
mod command;
mod compare;
mod content;
mod disk;
mod entry;
mod environment;
mod error;
mod facts;
mod fetch;
mod file;
mod handles;
mod hooks;
mod index;
mod mask;
mod objects;
mod process;
mod promised;
mod renames;
mod repo;
mod revision;
mod shallow;
mod similarity;
mod snapshot;
mod tree;
mod update;
mod worktree;

#[cfg(test)]
mod tests;

pub use change::{Change, ChangeKind, ChangedFile, Selection};
pub use command::{CommandError, GitCommand};
pub use content::Content;
pub use disk::{from_paths, from_stdin};
pub use entry::{ContentId, Entry, FileMode};
pub use environment::Environment;
pub use error::{CloneKind, GitError};
pub use fetch::{Fetching, Obtained};
pub use hooks::Hooks;
pub use process::{Finished, Program, ProgramError};
pub use repo::Repo;
pub use snapshot::Snapshot;
pub use update::{PushedChange, RefUpdate};
