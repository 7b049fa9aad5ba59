//! Why a tree, a file or a revision could not be read, whose fault that is and what to do next.

use std::path::PathBuf;

use crate::model::RepoPath;

/// How much of a repository a clone holds; decides what to advise when an object is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloneKind {
    /// Everything should be there.
    Full,
    /// History is cut (`fetch-depth`, `--depth`).
    Shallow,
    /// Objects are left out until they are needed (`--filter`).
    Partial,
}

/// Everything that can go wrong below this layer. The message says what happened, [`GitError::hint`] what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what its fields are")]
pub enum GitError {
    #[error("no Git repository in {} or above it", dir.display())]
    NotARepository { dir: PathBuf },
    #[error("the Git repository at {} cannot be opened: {reason}", dir.display())]
    Unopenable { dir: PathBuf, reason: String },
    #[error("branch {branch} has no commit yet")]
    UnbornHead { branch: String },
    #[error("`{revision}` names no commit of this repository")]
    UnknownRevision { revision: String, clone: CloneKind },
    #[error("`{revision}` is ambiguous: it could be {}", candidates.join(", "))]
    AmbiguousRevision { revision: String, candidates: Vec<String> },
    #[error("`{revision}` is a {kind}, not a commit")]
    NotACommit { revision: String, kind: String },
    #[error("commit {id} ({role}) is not in this clone")]
    MissingCommit { id: String, role: String, clone: CloneKind },
    #[error("object {id} is not in this repository")]
    MissingObject { id: String, clone: CloneKind },
    #[error("object {id} cannot be read: {reason}")]
    CorruptObject { id: String, reason: String },
    #[error("the history of this shallow clone is cut before {base} and {head} meet")]
    CutHistory { base: String, head: String, commits: [String; 2] },
    #[error("{missing}; {attempt}: {reason}")]
    NotFetched { missing: Box<GitError>, attempt: String, reason: String },
    #[error("there is no remote `{remote}` in this clone")]
    NoRemote { remote: String },
    #[error("a line of the push cannot be read: {reason}")]
    BadUpdate { reason: String },
    #[error("{base} and {head} have no commit in common")]
    UnrelatedHistories { base: String, head: String },
    #[error(
        "nothing to compare {head} with: it has no upstream, and there is no main or master branch beside it"
    )]
    NoBase { head: String },
    #[error("nothing to judge: {base} already contains {head}")]
    NothingToCompare { base: String, head: String },
    #[error("HEAD is detached at a merge commit, and nothing says which branch it was merged into")]
    UnclearMerge { first_parent: String },
    #[error("{wanted} needs a work tree, and this repository is bare")]
    NoWorkTree { wanted: &'static str },
    #[error("{path} is in the middle of a merge: the index holds several versions of it")]
    Unmerged { path: RepoPath },
    #[error("the index {} cannot be read: {reason}", path.display())]
    BadIndex { path: PathBuf, reason: String },
    #[error("tree {id} is not read: {limit}")]
    ExcessiveTree { id: String, limit: String },
    #[error("no such file or directory: {}", path.display())]
    PathNotFound { path: PathBuf },
    #[error("{} cannot be read: {reason}", path.display())]
    PathUnreadable { path: PathBuf, reason: String },
    #[error("there is no {path} in this state of the tree")]
    NoSuchEntry { path: RepoPath },
}

const CHECKOUT_ALL: &str = "fetch the history: `fetch-depth: 0` in actions/checkout, `GIT_DEPTH: 0` in GitLab CI, or `git fetch --unshallow`";

impl GitError {
    /// Whose fault it is and what to do next; none where the message has said all.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotARepository { .. } => {
                "run it inside a repository, or name files and directories, or `-` for standard input: `gate check PATHS…`"
                    .into()
            }
            Self::Unopenable { .. } => "check that it is a complete repository: `git status`".into(),
            Self::UnbornHead { .. } => "commit something, or judge what is staged: `--staged`".into(),
            Self::UnknownRevision { clone, .. } => unknown_revision(*clone),
            Self::AmbiguousRevision { .. } => "write more of it, or its full name (refs/heads/…)".into(),
            Self::NotACommit { .. } => "name a branch, a tag of a commit, or a commit".into(),
            Self::MissingCommit { id, clone, .. } => missing_commit(id, *clone),
            Self::MissingObject { clone, .. } => missing_object(*clone).into(),
            Self::CorruptObject { .. } => "the repository is damaged: `git fsck`, then clone it again".into(),
            Self::CutHistory { .. } => CHECKOUT_ALL.into(),
            Self::NotFetched { missing, reason, .. } => not_fetched(missing, reason)?,
            Self::NoRemote { .. } => "`git remote` lists those that there are".into(),
            Self::BadUpdate { .. } => {
                "Git calls the hook with `<old> <new> <ref>` lines on standard input (pre-receive) or with \
                 `<ref> <old> <new>` as arguments (update)"
                    .into()
            }
            Self::UnrelatedHistories { .. } => "check that both belong to the same project".into(),
            Self::NoBase { .. } => {
                "say what to compare with: `--base REV`; or judge the whole tree: `--all`".into()
            }
            Self::NothingToCompare { .. } => {
                "say what to compare with: `--base REV` (the commit before: `--base HEAD~1`); \
                 `--staged` and `--work-tree` judge what is not committed, `--all` the whole tree"
                    .into()
            }
            Self::UnclearMerge { first_parent } => format!(
                "name the target branch: `--base REV`; if HEAD merges the pull request into it, that is `--base {first_parent}`"
            ),
            Self::NoWorkTree { .. } => "name two commits: `--base REV --head REV`".into(),
            Self::Unmerged { .. } => "resolve the conflict and `git add` the result".into(),
            Self::BadIndex { .. } => "rebuild it: `git reset`".into(),
            Self::ExcessiveTree { .. } => {
                "no repository of manifests is like that: look at who made the commit".into()
            }
            Self::PathNotFound { .. } => "check the spelling and the directory it counts from".into(),
            Self::PathUnreadable { reason, .. } if reason.contains("ermission denied") => {
                "let whoever runs the gate read it, or name other paths".into()
            }
            Self::PathUnreadable { .. } | Self::NoSuchEntry { .. } => return None,
        };
        Some(hint)
    }
}

/// What is in the way of fetching, where it is known; else what would make fetching unnecessary.
fn not_fetched(missing: &GitError, reason: &str) -> Option<String> {
    let known = [
        ("dubious ownership", "git trusts it after `git config --global --add safe.directory DIR`"),
        ("cannot use bare repository", "name the bare repository with `GIT_DIR`, or fetch it beforehand"),
        ("unknown option", "fetching needs git 2.29 or newer; or fetch it beforehand"),
        ("no program `git`", "install git, or fetch it beforehand"),
        (
            "unadvertised object",
            "the remote gives no commits by their ids: `fetch-depth: 0` (`GIT_DEPTH: 0`) instead",
        ),
        (
            "not our ref",
            "the remote has no such commit (any more), or gives none by their ids: `fetch-depth: 0` (`GIT_DEPTH: 0`) \
             instead",
        ),
        (
            "could not read Username",
            "the checkout left no credentials: `persist-credentials` in actions/checkout",
        ),
    ];
    let hint = known.iter().find(|(part, _)| reason.contains(part)).map(|(_, hint)| (*hint).to_owned());
    hint.or_else(|| missing.hint())
}

fn unknown_revision(clone: CloneKind) -> String {
    match clone {
        CloneKind::Shallow => format!("check the spelling; this is a shallow clone, so {CHECKOUT_ALL}"),
        _ => {
            "check the spelling; a branch of the remote is `origin/NAME`, and has to be fetched first".into()
        }
    }
}

fn missing_commit(id: &str, clone: CloneKind) -> String {
    match clone {
        CloneKind::Shallow => format!(
            "this clone is shallow: `fetch-depth: 2` in actions/checkout for a pull request's merge commit, \
             `fetch-depth: 0` otherwise (`GIT_DEPTH: 0` in GitLab CI), or `git fetch --depth=1 origin {id}`"
        ),
        _ => format!("fetch it: `git fetch origin {id}`"),
    }
}

fn missing_object(clone: CloneKind) -> &'static str {
    match clone {
        CloneKind::Partial => {
            "this clone leaves objects out: clone without `--filter` (no `filter:` in actions/checkout)"
        }
        CloneKind::Shallow => CHECKOUT_ALL,
        CloneKind::Full => "the repository is damaged: `git fsck`, then clone it again",
    }
}
