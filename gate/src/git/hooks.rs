//! Where Git looks for the hooks of a repository. They are never run here.

use std::path::{Path, PathBuf};

use super::error::GitError;
use super::repo::Repo;

/// The folder of the hooks, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    /// The folder; it may not be there yet.
    pub folder: PathBuf,
    /// `core.hooksPath` names it.
    pub is_configured: bool,
    /// It is inside the work tree: its files can be committed.
    pub is_in_work_tree: bool,
    /// It is in neither the repository nor its work tree: other repositories may use it, too.
    pub is_shared: bool,
}

impl Repo {
    /// The folder of the hooks of this work tree.
    ///
    /// # Errors
    /// A repository without a work tree, where nobody commits; a `core.hooksPath` that cannot be read.
    pub fn hooks(&self) -> Result<Hooks, GitError> {
        let wanted = "a hook for commits";
        let top = self.work_dir().ok_or(GitError::NoWorkTree { wanted })?;
        let local = self.gix.to_thread_local();
        let common = absolute(local.common_dir());
        let config = local.config_snapshot();
        let configured = config.trusted_path("core.hooksPath").map_err(|error| {
            let reason = format!("core.hooksPath cannot be read: {}", error.probable_cause());
            GitError::Unopenable { dir: common.clone(), reason }
        })?;
        let is_configured = configured.is_some();
        // Git runs these hooks at the top of the work tree.
        let folder = configured.map_or_else(|| common.join("hooks"), |path| absolute(&top.join(path)));
        let within = |place: &Path| real(&folder).starts_with(real(place));
        let in_repository = within(&common) || within(local.git_dir());
        Ok(Hooks {
            is_configured,
            is_in_work_tree: !in_repository && within(top),
            is_shared: !in_repository && !within(top),
            folder,
        })
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// `path` without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    path.ancestors()
        .find_map(|above| Some(above.canonicalize().ok()?.join(path.strip_prefix(above).ok()?)))
        .unwrap_or_else(|| path.to_owned())
}
