//! What a head is compared with: the other parent of a host's merge commit, or a merge base.

use gix::ObjectId;
use gix::refs::FullName;
use gix::remote::Direction;

use super::error::GitError;
use super::repo::Repo;
use super::revision::{Commit, Resolved, branch_name, followed};

/// Where hosts keep the commit that merges a pull request into its target, also as a remote's references.
const HOST_MERGES: [&str; 6] = [
    "refs/pull/",
    "refs/remotes/pull/",
    "refs/pull-requests/",
    "refs/remotes/pull-requests/",
    "refs/merge-requests/",
    "refs/remotes/merge-requests/",
];
const DEFAULT_BRANCHES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// The base of a change.
pub(super) struct Base {
    pub(super) commit: Commit,
    /// Short name of the target branch, without its remote.
    pub(super) branch: Option<String>,
    /// Of the change as a whole.
    pub(super) description: String,
    /// The other parent, where the head is a host's merge of it into the target.
    pub(super) merged: Option<ObjectId>,
}

/// A branch that a change may go into.
struct Target {
    name: FullName,
    id: ObjectId,
}

impl Target {
    fn short(&self) -> String {
        self.name.shorten().to_string()
    }
}

impl Repo {
    /// The base that `revision` names for `head`, or the one that can be found without a name.
    pub(super) fn base_of(&self, revision: Option<&str>, head: &Resolved) -> Result<Base, GitError> {
        match revision {
            Some(revision) => self.named_base(revision, head),
            None => self.found_base(head),
        }
    }

    fn named_base(&self, revision: &str, head: &Resolved) -> Result<Base, GitError> {
        let base = self.resolve(revision, "the base of the change")?;
        let names = (base.name.as_str(), head.name.as_str());
        let commit = self.merge_base(&base.commit, &head.commit, names)?;
        Ok(Base { commit, branch: base.branch(), description: against(names), merged: None })
    }

    fn found_base(&self, head: &Resolved) -> Result<Base, GitError> {
        let targets = self.targets(head.reference.as_ref());
        if let Some(base) = self.host_merge(head, &targets)? {
            return Ok(base);
        }
        let Some(target) = targets.first() else {
            return Err(GitError::NoBase { head: head.name.clone() });
        };
        let short = target.short();
        let names = (short.as_str(), head.name.as_str());
        let tip = self.commit(target.id, &short)?;
        let commit = self.merge_base(&tip, &head.commit, names)?;
        if commit.id == head.commit.id {
            return Err(GitError::NothingToCompare { base: short, head: head.name.clone() });
        }
        Ok(Base { commit, branch: branch_name(&target.name), description: against(names), merged: None })
    }

    /// The first parent, if HEAD is the merge commit that a host made for a pull request.
    ///
    /// A branch that merged its target looks the same and must not be mistaken for it: against its first parent,
    /// everything that the branch did before would be hidden. So either the host's own reference names the commit,
    /// or the first parent has to be in the history of a target.
    fn host_merge(&self, head: &Resolved, targets: &[Target]) -> Result<Option<Base>, GitError> {
        let &[first, second] = head.commit.parents.as_slice() else { return Ok(None) };
        if head.name != "HEAD" || head.reference.is_some() {
            return Ok(None);
        }
        let target = targets.iter().find(|target| self.is_in_history(first, target.id));
        if target.is_none() && !self.has_host_reference(head.commit.id)? {
            if targets.is_empty() {
                return Err(GitError::UnclearMerge { first_parent: "HEAD^1".into() });
            }
            return Ok(None);
        }
        let commit = self.commit(first, "the first parent of the merge commit HEAD")?;
        let branch = target.and_then(|target| branch_name(&target.name));
        let description = "HEAD^1 against HEAD, the merge commit of the pull request".into();
        Ok(Some(Base { commit, branch, description, merged: Some(second) }))
    }

    fn has_host_reference(&self, commit: ObjectId) -> Result<bool, GitError> {
        let repo = self.gix.to_thread_local();
        let references = repo.references().map_err(|error| self.damaged(&error))?;
        for prefix in HOST_MERGES {
            let found = references.prefixed(prefix).map_err(|error| self.damaged(&error))?;
            for reference in found.flatten() {
                let is_merge = reference.name().as_bstr().ends_with(b"/merge");
                if is_merge && reference.try_id().is_some_and(|id| id == commit) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// True if `commit` is `tip` or before it; false also where history is cut between them.
    fn is_in_history(&self, commit: ObjectId, tip: ObjectId) -> bool {
        commit == tip || self.best_common(commit, tip).ok().flatten() == Some(commit)
    }

    /// Branches that a change on `branch` may go into, the likeliest first.
    fn targets(&self, branch: Option<&FullName>) -> Vec<Target> {
        let (upstream, own_copy) =
            match branch.and_then(|branch| self.upstream(branch).map(|up| (branch, up))) {
                Some((branch, up)) if branch_name(&up) == branch_name(branch) => (None, Some(up)),
                Some((_, up)) => (Some(up), None),
                None => (None, None),
            };
        let defaults = DEFAULT_BRANCHES.iter().filter_map(|name| FullName::try_from(*name).ok());
        let all = upstream.into_iter().chain(defaults).chain(own_copy);
        all.filter(|name| Some(name) != branch).filter_map(|name| self.target(&name)).collect()
    }

    /// `None` if there is no such branch.
    fn target(&self, name: &FullName) -> Option<Target> {
        let repo = self.gix.to_thread_local();
        let reference = followed(repo.try_find_reference(name.as_ref()).ok()??);
        Some(Target { name: reference.name().to_owned(), id: reference.try_id()?.detach() })
    }

    fn upstream(&self, branch: &FullName) -> Option<FullName> {
        let repo = self.gix.to_thread_local();
        repo.branch_remote_tracking_ref_name(branch.as_ref(), Direction::Fetch)?.ok()
    }

    /// The commit from which `head` left `base`.
    fn merge_base(&self, base: &Commit, head: &Commit, names: (&str, &str)) -> Result<Commit, GitError> {
        // Needs no history, so that it works in a clone of two commits.
        if base.id == head.id || head.parents.contains(&base.id) {
            return Ok(base.clone());
        }
        let found = self.best_common(base.id, head.id)?;
        let cut = || GitError::CutHistory {
            base: names.0.to_owned(),
            head: names.1.to_owned(),
            commits: [base.id.to_string(), head.id.to_string()],
        };
        match found {
            Some(id) if self.is_thorough && !self.is_nearest(id, [base.id, head.id])? => Err(cut()),
            Some(id) => self.commit(id, "the merge base"),
            None if self.is_cut() => Err(cut()),
            None => {
                let (base, head) = (names.0.to_owned(), names.1.to_owned());
                Err(GitError::UnrelatedHistories { base, head })
            }
        }
    }

    pub(super) fn best_common(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, GitError> {
        let repo = self.gix.to_thread_local();
        // The cache of the commit graph knows nothing of a shallow clone's cut.
        let cache = if self.is_cut() { None } else { repo.commit_graph_if_enabled().ok().flatten() };
        let mut graph = gix::revwalk::Graph::new(self.objects.view(), cache.as_ref());
        let found = gix::revision::plumbing::merge_base(one, &[other], &mut graph);
        found.map(|ids| ids.map(|ids| *ids.first())).map_err(|error| self.damaged(&error))
    }

    /// Short name of the current branch's upstream (`origin/main`), whether it has been fetched or not.
    pub fn upstream_name(&self) -> Option<String> {
        let branch = self.gix.to_thread_local().head_name().ok()??;
        self.upstream(&branch).map(|name| name.shorten().to_string())
    }
}

fn against((base, head): (&str, &str)) -> String {
    format!("the merge base of {base} and {head}, against {head}")
}
