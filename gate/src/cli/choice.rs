//! Which two commits are compared in a CI where nobody says: the host's own merge where it is checked out, else the
//! base and the head that the CI names.

use crate::git::{Repo, Selection};
use crate::host::{Context, Fact, Merge};

/// What to compare, and why.
pub(super) struct Choice {
    pub(super) selection: Selection,
    /// A phrase that says what it is and who says so; none where the CI has no say and Git finds the change itself.
    pub(super) reason: Option<String>,
}

/// Chooses for what `context` knows. Only commits and full names of references are handed to Git: a branch of a
/// hostile name cannot be anything else.
pub(super) fn choose(context: &Context, repo: &Repo) -> Choice {
    let checked_out = repo.head_commit();
    let is_head = |commit: &str| checked_out.as_deref() == Some(commit);
    if let Some(Fact { value: Merge { commit, base }, source }) = &context.merge
        && is_head(commit)
    {
        let selection = match base {
            Some(base) => Selection::Revisions { base: Some(base.clone()), head: None },
            None => Selection::Auto,
        };
        let reason = format!(
            "HEAD, the merge that the host made of the pull request ({source}), with what it was made on"
        );
        return Choice { selection, reason: Some(reason) };
    }
    let Some((base, from)) = base(context, repo) else {
        return Choice { selection: Selection::Auto, reason: None };
    };
    let head = context.head.as_ref().filter(|head| !is_head(&head.value));
    let said = match (head, &context.head) {
        (Some(Fact { value, source }), _) => format!("{value} ({source})"),
        (None, Some(head)) => format!("HEAD ({})", head.source),
        (None, None) => "HEAD".to_owned(),
    };
    let reason = format!("{said} with where it left {base} ({from})");
    let head = head.map(|head| head.value.clone());
    Choice { selection: Selection::Revisions { base: Some(base), head }, reason: Some(reason) }
}

/// A revision for the base, and who says so.
fn base(context: &Context, repo: &Repo) -> Option<(String, String)> {
    if let Some(Fact { value, source }) = &context.base {
        return Some((value.clone(), source.to_string()));
    }
    let Fact { value, source } = context.base_branch.as_ref()?;
    let at_remote = format!("refs/remotes/origin/{value}");
    let here = format!("refs/heads/{value}");
    let only_here = repo.reference_commit(&at_remote).is_none() && repo.reference_commit(&here).is_some();
    Some((if only_here { here } else { at_remote }, source.to_string()))
}
