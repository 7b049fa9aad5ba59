//! The CI file that runs the gate: a notice only. On most hosts, the pull request's own version of it is what runs, and no
//! program that it starts can prevent that.

use crate::cli::error::CliError;
use crate::git::{Change, Entry, Snapshot};
use crate::model::RepoPath;

/// Largest CI file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Files that are told.
const TOLD: usize = 10;

const FOLDERS: [&[u8]; 4] =
    [b".github/workflows/", b".gitea/workflows/", b".forgejo/workflows/", b".tekton/"];
const FILES: [&[u8]; 6] = [
    b".gitlab-ci.yml",
    b"azure-pipelines.yml",
    b"azure-pipelines.yaml",
    b"bitbucket-pipelines.yml",
    b"buildspec.yml",
    b"Jenkinsfile",
];
/// What such a file says if it runs the gate.
const NAMES: [&[u8]; 2] = [b"gitops-gate", b"gate check"];

/// A sentence for each CI file in the change that runs the gate, or ran it.
pub(super) fn notices(base: &Snapshot, change: &Change) -> Result<Vec<String>, CliError> {
    let mut notices = Vec::new();
    for file in &change.files {
        let before = runs_the_gate(base, file.base.as_ref())?;
        let after = runs_the_gate(&change.head, file.head.as_ref())?;
        let what = match (before, after) {
            (false, false) => continue,
            (false, true) => "runs the gate and is new",
            (true, true) => "runs the gate and is changed",
            (true, false) => "runs the gate and does so no more",
        };
        let path =
            if before { file.base.as_ref().map_or(&file.path, |entry| &entry.path) } else { &file.path };
        notices.push(format!(
            "{path} {what} in this change: make sure that the gate's answer is still required"
        ));
        if notices.len() == TOLD {
            break;
        }
    }
    Ok(notices)
}

/// The CI files of a tree that run the gate.
///
/// # Errors
/// The tree cannot be listed.
pub(in crate::cli) fn that_run_the_gate(tree: &Snapshot) -> Result<Vec<RepoPath>, CliError> {
    let runs = |entry: &&Entry| runs_the_gate(tree, Some(entry)).unwrap_or(false);
    Ok(tree.entries()?.iter().filter(runs).map(|entry| entry.path.clone()).take(TOLD).collect())
}

fn runs_the_gate(snapshot: &Snapshot, entry: Option<&Entry>) -> Result<bool, CliError> {
    let Some(entry) = entry.filter(|entry| is_ci_file(&entry.path)) else { return Ok(false) };
    let bytes = snapshot.bytes(entry, MAX_BYTES)?.unwrap_or_default();
    Ok(NAMES.iter().any(|name| memchr::memmem::find(&bytes, name).is_some()))
}

fn is_ci_file(path: &RepoPath) -> bool {
    let bytes = path.as_bytes();
    FILES.contains(&bytes)
        || FOLDERS.iter().any(|folder| bytes.starts_with(folder))
            && matches!(&*path.extension(), "yml" | "yaml")
}
