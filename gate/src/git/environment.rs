//! The environment variables of Git that the gate honours, read once and passed on as a value.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the surroundings say about which repository and which index to use. Git sets the first three for its
/// hooks, so that a hook sees the index that is about to be committed. Relative paths count from the directory
/// in which the gate was asked to work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `GIT_DIR`: the repository; no search is made.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the work tree of the repository.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: the index.
    pub index_file: Option<PathBuf>,
    /// `GIT_CEILING_DIRECTORIES`: the search for a repository does not go above these.
    pub ceilings: Vec<PathBuf>,
}

impl Environment {
    /// Reads the variables of this process; an empty one counts as unset.
    pub fn of_process() -> Self {
        Self {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            index_file: path("GIT_INDEX_FILE"),
            ceilings: variable("GIT_CEILING_DIRECTORIES")
                .map(|list| std::env::split_paths(&list).filter(|dir| dir.is_absolute()).collect())
                .unwrap_or_default(),
        }
    }

    /// The same with every relative path taken from `dir`.
    pub(super) fn absolute(&self, dir: &Path) -> Self {
        let join = |path: &PathBuf| dir.join(path);
        Self {
            git_dir: self.git_dir.as_ref().map(join),
            work_tree: self.work_tree.as_ref().map(join),
            index_file: self.index_file.as_ref().map(join),
            ceilings: self.ceilings.clone(),
        }
    }
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn path(name: &str) -> Option<PathBuf> {
    variable(name).map(PathBuf::from)
}
