//! What is judged: two states of a tree and what differs between them.

use std::collections::BTreeMap;

use gix::ObjectId;

use super::base::Base;
use super::compare::{self, Pair};
use super::entry::Entry;
use super::error::GitError;
use super::repo::Repo;
use super::revision::Commit;
use super::snapshot::Snapshot;
use super::{index, renames, tree, worktree};
use crate::model::RepoPath;

/// Which two states of the tree are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// HEAD and what it is based on. In this order:
    ///
    /// 1. HEAD is detached at a merge commit of two parents that the host made for a pull request: its first
    ///    parent, tree against tree, without history. It counts as the host's if a reference of the host names it
    ///    (`refs/pull/N/merge` and its like), or if the first parent belongs to the upstream's history.
    ///    (A branch that merged its target is not: its first parent is the branch's own past.)
    /// 2. Else the merge base of HEAD and the first of: the branch's upstream (unless that is only the branch's
    ///    own copy at the remote), origin/HEAD, origin/main, origin/master, main, master, the branch's own copy.
    Auto,
    /// The merge base of two revisions against the second.
    Revisions {
        /// Any revision; none: as in [`Selection::Auto`].
        base: Option<String>,
        /// Any revision; none: HEAD.
        head: Option<String>,
    },
    /// The index against HEAD; against nothing where there is no commit yet.
    Staged,
    /// The work tree, with untracked files that are not ignored, against HEAD.
    WorkTree,
    /// The whole tree of one revision, with no base.
    All {
        /// Any revision; none: HEAD.
        revision: Option<String>,
    },
}

/// What a change does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Only head has it.
    Added,
    /// Other content, perhaps another mode too.
    Modified,
    /// Only base has it.
    Deleted,
    /// Another path, perhaps with other content or mode too.
    Renamed,
    /// The same content, with or without the executable bit.
    ModeChanged,
    /// A file became a link or a submodule, or the reverse.
    TypeChanged,
    /// Nothing to compare with: every file of a run without a base.
    Unchanged,
}

/// One file that differs; base or head is there, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// What happened to it.
    pub kind: ChangeKind,
    /// At head; at base if it was deleted.
    pub path: RepoPath,
    /// As it was.
    pub base: Option<Entry>,
    /// As it is.
    pub head: Option<Entry>,
}

/// Two states of a tree, what differs and where they come from.
#[derive(Debug)]
pub struct Change {
    /// None in a run without a base. (A repository without a commit has a base: the empty tree.)
    pub base: Option<Snapshot>,
    /// What is judged.
    pub head: Snapshot,
    /// What differs, or every file where there is no base; sorted by path.
    pub files: Vec<ChangedFile>,
    /// Files that somebody named one by one, sorted: they may be manifests whatever their names are.
    pub named: Vec<RepoPath>,
    /// Files that are to be read and that a partial clone has left out, sorted; of equal ones only the first.
    pub left_out: Vec<RepoPath>,
    /// One phrase: "the merge base of origin/main and HEAD, against HEAD".
    pub description: String,
    /// Full hexadecimal id; none where the side is no commit.
    pub base_commit: Option<String>,
    /// Full hexadecimal id; none where the side is no commit.
    pub head_commit: Option<String>,
    /// The pull request's own last commit, where `head_commit` is the host's merge of it into the target.
    pub merged_commit: Option<String>,
    /// When the head commit was made, or the base commit if it says to be later: whoever writes a commit chooses its time, and the
    /// base is not the change's to write. In RFC 3339 and UTC; none where the side is no commit.
    pub head_time: Option<String>,
    /// The branch that the change goes into, without its remote, if it is known here.
    pub base_branch: Option<String>,
    /// The branch that the change comes from, without its remote, if it is known here.
    pub head_branch: Option<String>,
}

impl Change {
    pub(super) fn new(
        base: Option<Snapshot>,
        head: Snapshot,
        files: Vec<ChangedFile>,
        description: String,
    ) -> Self {
        Self {
            base,
            head,
            files,
            named: Vec::new(),
            left_out: Vec::new(),
            description,
            base_commit: None,
            head_commit: None,
            merged_commit: None,
            head_time: None,
            base_branch: None,
            head_branch: None,
        }
    }

    /// True if somebody named this very file.
    pub fn is_named(&self, path: &RepoPath) -> bool {
        self.named.binary_search(path).is_ok()
    }

    /// Judges head as if the files at these paths held these bytes: what an edit would make of them.
    pub fn suppose(&mut self, instead: BTreeMap<RepoPath, Vec<u8>>) {
        for file in &mut self.files {
            if let Some(entry) = file.head.as_mut().filter(|entry| instead.contains_key(&entry.path)) {
                entry.id = None;
            }
        }
        self.head.replace(instead);
    }

    pub(super) fn with_head(mut self, commit: &Commit) -> Self {
        self.head_commit = Some(commit.id.to_string());
        self.head_time = commit.time.clone();
        self
    }
}

impl Selection {
    /// True if it is about commits only, which another clone can have.
    pub(super) fn is_of_commits(&self) -> bool {
        matches!(self, Self::Auto | Self::Revisions { .. } | Self::All { .. })
    }
}

impl Repo {
    /// The change that `selection` names.
    ///
    /// # Errors
    /// A revision that is unknown, ambiguous or missing from the clone; history that is cut; nothing to compare
    /// with; damaged objects. Never an empty change instead.
    pub fn change(&self, selection: &Selection) -> Result<Change, GitError> {
        match selection {
            Selection::Auto => self.revisions(None, None),
            Selection::Revisions { base, head } => self.revisions(base.as_deref(), head.as_deref()),
            Selection::Staged => self.staged(),
            Selection::WorkTree => self.work_tree_change(),
            Selection::All { revision } => self.all(revision.as_deref()),
        }
    }

    /// The whole tree of a revision.
    ///
    /// # Errors
    /// A revision that is unknown, ambiguous or missing from the clone.
    pub fn snapshot(&self, revision: &str) -> Result<Snapshot, GitError> {
        Ok(self.tree_snapshot(Some(self.resolve(revision, "the revision")?.commit.tree)))
    }

    fn revisions(&self, base: Option<&str>, head: Option<&str>) -> Result<Change, GitError> {
        let head = self.resolve_head(head)?;
        let Base { commit, branch, description, merged } = self.base_of(base, &head)?;
        let pairs = tree::diff(&self.objects, Some(commit.tree), Some(head.commit.tree))?;
        let base = self.tree_snapshot(Some(commit.tree));
        let head_tree = self.tree_snapshot(Some(head.commit.tree));
        let mut change = compared(base, head_tree, pairs, description).with_head(&head.commit);
        // Texts of one form: the later is the greater.
        change.head_time = change.head_time.max(commit.time.clone());
        change.base_commit = Some(commit.id.to_string());
        change.merged_commit = merged.map(|commit| commit.to_string());
        change.base_branch = branch;
        change.head_branch = head.branch();
        Ok(change)
    }

    fn staged(&self) -> Result<Change, GitError> {
        let wanted = "comparing the index";
        self.work_dir().ok_or(GitError::NoWorkTree { wanted })?;
        let index = index::load(self)?;
        let head = Snapshot::index(self.objects.clone(), index.staged(&self.objects)?);
        let change = self.against_head(head, "the index against HEAD")?;
        // It would be a commit that deletes everything; more likely is that the index was lost, or another was meant.
        if index.is_absent && change.base_commit.is_some() {
            let named = self.environment.index_file.as_ref().map_or("", |_| " (GIT_INDEX_FILE names it)");
            let reason = format!("it is not there{named}");
            return Err(GitError::BadIndex { path: self.index_file.clone(), reason });
        }
        Ok(change)
    }

    fn work_tree_change(&self) -> Result<Change, GitError> {
        let wanted = "reading the work tree";
        let root = self.work_dir().ok_or(GitError::NoWorkTree { wanted })?.to_owned();
        let entries = worktree::list(self, &root)?;
        let head = Snapshot::work_tree(self.objects.clone(), root, entries);
        self.against_head(head, "the work tree against HEAD")
    }

    /// `head` against the tree of HEAD; against the empty tree before the first commit.
    fn against_head(&self, head: Snapshot, description: &str) -> Result<Change, GitError> {
        let commit = match self.resolve_head(None) {
            Ok(head) => Some(head.commit),
            Err(GitError::UnbornHead { .. }) => None,
            Err(error) => return Err(error),
        };
        let base = self.tree_snapshot(commit.as_ref().map(|commit| commit.tree));
        let pairs = compare::lists(base.entries()?, head.entries()?);
        let mut change = compared(base, head, pairs, description.into());
        change.base_commit = commit.map(|commit| commit.id.to_string());
        change.base_branch = self.branch().map(str::to_owned);
        change.head_branch = self.branch().map(str::to_owned);
        Ok(change)
    }

    fn all(&self, revision: Option<&str>) -> Result<Change, GitError> {
        let head = self.resolve_head(revision)?;
        let snapshot = self.tree_snapshot(Some(head.commit.tree));
        let file = |entry: &Entry| ChangedFile {
            kind: ChangeKind::Unchanged,
            path: entry.path.clone(),
            base: None,
            head: Some(entry.clone()),
        };
        let files = snapshot.entries()?.iter().map(file).collect();
        let description = format!("the whole tree of {}", head.name);
        let mut change = Change::new(None, snapshot, files, description).with_head(&head.commit);
        change.head_branch = head.branch();
        Ok(change)
    }

    pub(super) fn tree_snapshot(&self, id: Option<ObjectId>) -> Snapshot {
        Snapshot::tree(self.objects.clone(), id)
    }
}

pub(super) fn compared(base: Snapshot, head: Snapshot, pairs: Vec<Pair>, description: String) -> Change {
    let files = compare::changed_files(renames::detect(pairs, &base, &head));
    Change::new(Some(base), head, files, description)
}
