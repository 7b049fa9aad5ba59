//! A few facts of a clone that help to find out what a run is about: where it came from, what is checked out.

use gix::bstr::ByteSlice;

use super::repo::Repo;

impl Repo {
    /// The URL of the remote `origin` as it is configured, credentials included.
    pub fn remote_url(&self) -> Option<String> {
        let repo = self.gix.to_thread_local();
        let url = repo.config_snapshot().string("remote.origin.url")?;
        url.to_str().ok().map(str::to_owned)
    }

    /// The branch that `refs/remotes/origin/HEAD` names: the remote's default branch, as of the clone.
    pub fn default_branch(&self) -> Option<String> {
        let repo = self.gix.to_thread_local();
        let reference = repo.try_find_reference("refs/remotes/origin/HEAD").ok()??;
        let target = reference.target().try_name()?.as_bstr().to_owned();
        let branch = target.strip_prefix(b"refs/remotes/origin/")?;
        branch.to_str().ok().map(str::to_owned)
    }

    /// Full id of the commit that is checked out.
    pub fn head_commit(&self) -> Option<String> {
        Some(self.gix.to_thread_local().head_id().ok()?.to_string())
    }

    /// Full id of what the reference with this full name (`refs/remotes/origin/main`) points to.
    pub fn reference_commit(&self, name: &str) -> Option<String> {
        let repo = self.gix.to_thread_local();
        let mut reference = repo.try_find_reference(name).ok()??;
        // Names that are not full are searched for in several places, and another one may answer.
        let full = reference.name().as_bstr() == name.as_bytes().as_bstr();
        full.then(|| reference.peel_to_id().ok())?.map(|id| id.to_string())
    }
}
