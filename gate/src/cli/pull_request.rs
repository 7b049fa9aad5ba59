//! What the policies are told of the pull request.

use crate::git::Change;
use crate::host::{Context, Fact};
use crate::policy::PullRequest;

/// What the CI says of it; where it says nothing, the two branches that Git itself knows.
pub(super) fn facts(context: &Context, change: &Change) -> Option<PullRequest> {
    if !context.is_pull_request() {
        return of_git(change);
    }
    Some(PullRequest {
        number: context.number.as_ref().map(|number| number.value),
        title: value(&context.title),
        author: value(&context.author),
        labels: value(&context.labels),
        approvers: value(&context.approvers),
        source_branch: branch(&context.head_branch, &change.head_branch),
        target_branch: branch(&context.base_branch, &change.base_branch),
        // A policy may trust a branch by its name, and a fork's branch can have any name.
        from_fork: context.fork.as_ref().is_none_or(|fork| fork.value),
    })
}

fn of_git(change: &Change) -> Option<PullRequest> {
    let (target, source) = (change.base_branch.clone()?, change.head_branch.clone()?);
    Some(PullRequest { source_branch: source, target_branch: target, ..PullRequest::default() })
}

fn value<T: Clone + Default>(fact: &Option<Fact<T>>) -> T {
    fact.as_ref().map(|fact| fact.value.clone()).unwrap_or_default()
}

fn branch(fact: &Option<Fact<String>>, of_git: &Option<String>) -> String {
    fact.as_ref().map(|fact| fact.value.clone()).or_else(|| of_git.clone()).unwrap_or_default()
}
