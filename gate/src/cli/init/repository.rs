//! The repository as its user sees it: the files of the work tree that are not ignored, committed or not.

use std::path::{Path, PathBuf};

use crate::cli::error::CliError;
use crate::config::FILE_NAME;
use crate::git::{Change, ChangeKind, ChangedFile, FileMode, GitError, Repo, Selection};
use crate::host::{self, HostKind};
use crate::manifest::is_manifest_path;
use crate::model::RepoPath;

/// What is known of it before anything is judged.
pub(super) struct Repository {
    /// The top of the work tree.
    pub(super) root: PathBuf,
    /// From where it was called to the root: `../..`; none at the root.
    pub(super) way_up: Option<String>,
    /// All files, as a tree without a base.
    pub(super) change: Change,
    /// YAML and JSON, sorted.
    pub(super) manifests: Vec<RepoPath>,
    /// The default branch, and who says so.
    pub(super) branch: Option<(String, &'static str)>,
    /// The Git host, by the address of the remote.
    pub(super) host: Option<HostKind>,
    /// True once there is a commit.
    pub(super) has_commit: bool,
}

impl Repository {
    pub(super) fn open(directory: Option<&Path>) -> Result<Self, CliError> {
        let directory = directory.unwrap_or(Path::new("."));
        let repo = Repo::discover(directory).map_err(|error| no_repository(error, directory))?;
        let Some(root) = repo.work_dir().map(Path::to_owned) else {
            return Err(CliError::new(format!(
                "the repository has no work tree to write {FILE_NAME} to: it is bare"
            ))
            .hint("run `gate init` in a clone of it"));
        };
        let depth = repo.prefix().map(|prefix| prefix.as_bytes()).filter(|prefix| !prefix.is_empty());
        let way_up = depth.map(|prefix| {
            let folders = prefix.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).count();
            vec![".."; folders].join("/")
        });
        let branch = branch(&repo);
        let host = repo.remote_url().and_then(|url| host::host_of(&url));
        let has_commit = repo.head_commit().is_some();
        let change = whole(repo.obtain(&Selection::WorkTree, None, &|_| false)?.change)?;
        let is_manifest = |file: &&ChangedFile| {
            is_manifest_path(&file.path) && file.head.as_ref().is_some_and(|entry| entry.mode.is_file())
        };
        let manifests = change.files.iter().filter(is_manifest).map(|file| file.path.clone()).collect();
        Ok(Self { root, way_up, change, manifests, branch, host, has_commit })
    }

    /// True if a file of the tree has exactly this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.change.files.binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes())).is_ok()
    }

    /// How many files are below the folder, which ends in a slash.
    pub(super) fn below(&self, folder: &str) -> usize {
        let start = self.change.files.partition_point(|file| file.path.as_bytes() < folder.as_bytes());
        let below = self.change.files.iter().skip(start);
        below.take_while(|file| file.path.as_bytes().starts_with(folder.as_bytes())).count()
    }
}

fn no_repository(error: GitError, directory: &Path) -> CliError {
    match error {
        GitError::NotARepository { .. } => {
            let hint = "`git init` makes one; `gate check PATH` judges files without a repository";
            CliError::new(format!("{} is in no Git repository", directory.display())).hint(hint)
        }
        other => other.into(),
    }
}

/// The default branch of the remote, else the main branch here, else what is checked out.
fn branch(repo: &Repo) -> Option<(String, &'static str)> {
    if let Some(name) = repo.default_branch() {
        return Some((name, "the default branch of origin"));
    }
    let has = |name: &str| repo.reference_commit(&format!("refs/heads/{name}")).is_some();
    let usual = ["main", "master"].into_iter().find(|name| has(name));
    let usual = usual.map(|name| (name.to_owned(), "the branch of this name"));
    usual.or_else(|| Some((repo.branch()?.to_owned(), "the branch that is checked out")))
}

/// The work tree as a whole, whatever HEAD has of it. What the gate itself is about to write is not there yet.
fn whole(change: Change) -> Result<Change, CliError> {
    let entries = change.head.entries()?.iter().filter(|entry| entry.mode != FileMode::Submodule);
    let files = entries.map(|entry| ChangedFile {
        kind: ChangeKind::Unchanged,
        path: entry.path.clone(),
        base: None,
        head: Some(entry.clone()),
    });
    let files = files.collect();
    Ok(Change {
        base: None,
        base_commit: None,
        files,
        description: "the whole work tree".to_owned(),
        ..change
    })
}
