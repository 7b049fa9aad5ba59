//! The environment variables of Git that the gate honours, read once and passed on as a value.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice;

/// What the surroundings say about which repository and which index to use. Git sets the first three for its
/// hooks, so that a hook sees the index that is about to be committed. Relative paths count from the directory
/// in which the gate was asked to work, but for that of the index: like Git, from the top of the work tree.
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
    /// `GIT_OBJECT_DIRECTORY`, then `GIT_ALTERNATE_OBJECT_DIRECTORIES`: where the objects of a push are while a hook
    /// of the server judges it (Git's quarantine). Only such a hook has reason to believe these variables.
    pub objects: Vec<PathBuf>,
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
            objects: Vec::new(),
        }
    }

    /// As [`Environment::of_process`], with the objects of a push that is being received.
    pub fn of_hook() -> Self {
        let own = path("GIT_OBJECT_DIRECTORY");
        let others = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES").map(|list| alternates(&list));
        let objects = own.into_iter().chain(others.unwrap_or_default()).collect();
        Self { objects, ..Self::of_process() }
    }

    /// The same with every relative path taken from `dir`, but for that of the index.
    pub(super) fn absolute(&self, dir: &Path) -> Self {
        let join = |path: &PathBuf| dir.join(path);
        Self {
            git_dir: self.git_dir.as_ref().map(join),
            work_tree: self.work_tree.as_ref().map(join),
            index_file: self.index_file.clone(),
            ceilings: self.ceilings.clone(),
            objects: self.objects.iter().map(join).collect(),
        }
    }
}

/// A list of directories; one that begins with a quotation mark is quoted as in C, because it has a separator in it.
fn alternates(list: &OsStr) -> Vec<PathBuf> {
    let bytes = list.as_encoded_bytes();
    let separator = if cfg!(windows) { b';' } else { b':' };
    let (mut paths, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let quoted = rest.starts_with(b"\"").then(|| gix::quote::ansi_c::undo(rest.as_bstr()).ok()).flatten();
        let (path, taken) = match quoted {
            Some((path, taken)) => (path.to_vec(), taken),
            None => {
                let end = memchr::memchr(separator, rest).unwrap_or(rest.len());
                (rest[..end].to_vec(), end)
            }
        };
        rest = rest.get(taken + 1..).unwrap_or_default();
        if !path.is_empty() {
            paths.push(super::disk::os_path(&path));
        }
    }
    paths
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn path(name: &str) -> Option<PathBuf> {
    variable(name).map(PathBuf::from)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn lists_of_directories_are_taken_apart() {
        for (list, expected) in [
            ("", vec![]),
            ("/a/objects", vec!["/a/objects"]),
            ("/a:/b::/c", vec!["/a", "/b", "/c"]),
            ("\"/with:colon\":/b", vec!["/with:colon", "/b"]),
            ("\"/tab\\there\"", vec!["/tab\there"]),
            ("\"unclosed", vec!["\"unclosed"]),
        ] {
            let expected: Vec<PathBuf> = expected.into_iter().map(PathBuf::from).collect();
            assert_eq!(alternates(OsStr::new(list)), expected, "{list}");
        }
    }
}
