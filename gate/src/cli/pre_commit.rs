//! What the framework pre-commit wants judged: it says so in the environment of its hooks, and hands over names of files
//! otherwise, which say nothing of what is staged.

use crate::git::{GitError, Repo, Selection};

/// Looks a variable of the environment up.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What to judge, and, where nobody could guess it, a line that says so: the commits of a push or of
/// `--from-ref … --to-ref …`, else what is staged. Where nothing is, and no commit is under way
/// (`pre-commit run --all-files` in a CI), the whole tree: an empty change would be a pass of nothing.
pub(super) fn selection(
    repo: &Repo,
    variable: Variable<'_>,
) -> Result<(Selection, Option<&'static str>), GitError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let (Some(base), Some(head)) = (set("PRE_COMMIT_FROM_REF"), set("PRE_COMMIT_TO_REF")) {
        return Ok((Selection::Revisions { base: Some(base), head: Some(head) }, None));
    }
    // A push to a remote that has nothing in common with the branch: all of it is new.
    if let Some(branch) = set("PRE_COMMIT_LOCAL_BRANCH") {
        let line = "all commits of the push are new: its whole tree is judged";
        return Ok((Selection::All { revision: Some(branch) }, Some(line)));
    }
    // Git names the index in the hooks of a commit. Such a commit may well be empty, or amend a message.
    let is_commit = set("GIT_INDEX_FILE").is_some();
    if is_commit || !repo.change(&Selection::Staged)?.files.is_empty() {
        return Ok((Selection::Staged, None));
    }
    Ok((Selection::All { revision: None }, Some("nothing is staged: the whole tree of HEAD is judged")))
}
