//! The Git repository that changes and whole trees are measured on: a real one where a corpus is at hand, else
//! one made from generated manifests.

use std::path::{Path, PathBuf};

use super::corpus;
use crate::error::{Error, Result};
use crate::options::Options;
use crate::{git, workspace};

/// Where the real repository is looked for when `--corpus` does not name one: beside the checkout.
const BESIDE: &str = "../shared/corpora/infra-deployments.bundle";

/// Files that the measured change should touch.
const CHANGED_FILES: usize = 10;

/// A repository to measure on.
pub(super) struct Repository {
    /// Its work tree.
    pub(super) folder: PathBuf,
    /// What it is, for the reader of the numbers.
    pub(super) description: String,
    /// Files in the tree of HEAD.
    pub(super) files: usize,
    /// The measured change.
    pub(super) change: Change,
}

/// A commit against its first parent.
pub(super) struct Change {
    /// Full id of the parent.
    pub(super) base: String,
    /// Full id of the commit.
    pub(super) head: String,
    /// Files that differ.
    pub(super) files: usize,
}

/// Clones the corpus into `folder`, or makes a repository there and says so loudly.
pub(super) fn prepare(options: &Options, folder: &Path) -> Result<Repository> {
    let beside = workspace::root().join(BESIDE);
    let description = match options.value("corpus") {
        Some(given) => clone(Path::new(given), folder)?,
        None if beside.exists() => clone(&beside, folder)?,
        None => generate(folder)?,
    };
    let files = git::git(folder, &["ls-files"])?.lines().count();
    Ok(Repository { change: ten_files(folder)?, folder: folder.to_owned(), description, files })
}

fn clone(from: &Path, to: &Path) -> Result<String> {
    if !from.exists() {
        return Err(Error::new(format!("--corpus: {} does not exist", from.display()))
            .hint("name a Git repository or a bundle made by `git bundle`"));
    }
    workspace::fresh_folder(to)?;
    let from = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
    let words = ["clone", "--quiet", &from.to_string_lossy(), "."].map(str::to_owned);
    git::git(to, &words)?;
    let name = from.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(format!("the real repository {name}"))
}

fn generate(folder: &Path) -> Result<String> {
    println!("\n!! NO REAL REPOSITORY: {BESIDE} is absent and --corpus was not given.");
    println!("!! The numbers of changes and whole trees below are of generated manifests.\n");
    workspace::fresh_folder(folder)?;
    git::init(folder)?;
    corpus::write_files(folder, 4_000, 1)?;
    git::commit_all(folder, "Generated", "2026-01-05T09:00:00Z")?;
    corpus::write_files(folder, CHANGED_FILES, 2)?;
    git::commit_all(folder, "Ten files change", "2026-01-06T09:00:00Z")?;
    Ok("a GENERATED repository".to_owned())
}

/// The newest first-parent change whose number of files is nearest to [`CHANGED_FILES`].
fn ten_files(folder: &Path) -> Result<Change> {
    let log = ["log", "--first-parent", "-m", "--no-renames", "--name-only", "--format=commit %H %P"];
    let log = git::git(folder, &log)?;
    nearest(&log, CHANGED_FILES)
        .ok_or_else(|| Error::new("the corpus has no commit with a parent").hint("is the clone shallow?"))
}

/// Reads lines `commit ID PARENT…`, each followed by the names of the files that changed.
fn nearest(log: &str, wanted: usize) -> Option<Change> {
    let mut changes: Vec<Option<Change>> = Vec::new();
    for line in log.lines().filter(|line| !line.is_empty()) {
        if let Some(ids) = line.strip_prefix("commit ") {
            let mut ids = ids.split(' ').map(str::to_owned);
            let head = ids.next().unwrap_or_default();
            let base = ids.next().filter(|id| !id.is_empty());
            changes.push(base.map(|base| Change { base, head, files: 0 }));
        } else if let Some(Some(change)) = changes.last_mut() {
            change.files += 1;
        }
    }
    changes.into_iter().flatten().min_by_key(|change| change.files.abs_diff(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_newest_change_of_the_right_size() {
        let log =
            "commit d c\n\na\nb\nc\n\ncommit c b x\n\na\nb\n\ncommit b a\n\na\nb\n\ncommit a \n\na\nb\n";
        let change = nearest(log, 2).map(|change| (change.base, change.head, change.files));
        assert_eq!(change, Some(("b".to_owned(), "c".to_owned(), 2)));
        assert!(nearest("commit a \n\nx\n", 1).is_none());
    }
}
