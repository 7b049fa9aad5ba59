//! What the policies are told of the run.

use crate::engine::RunFacts;
use crate::git::Change;
use crate::host::{Context, Fact};
use crate::policy::PullRequest;

/// What the CI says; of the branches, what Git itself knows where the CI says nothing.
pub(super) fn of_run(context: &Context, change: &Change) -> RunFacts {
    RunFacts {
        repository: value(&context.repository),
        source_branch: branch(&context.head_branch, &change.head_branch),
        target_branch: branch(&context.base_branch, &change.base_branch),
        pull_request: context.is_pull_request().then(|| pull_request(context)),
    }
}

fn pull_request(context: &Context) -> PullRequest {
    PullRequest {
        number: context.number.as_ref().map(|number| number.value),
        title: value(&context.title),
        author: value(&context.author),
        labels: value(&context.labels),
        approvers: value(&context.approvers),
        // A policy may trust a branch by its name, and a fork's branch can have any name.
        from_fork: context.fork.as_ref().is_none_or(|fork| fork.value),
    }
}

fn value<T: Clone + Default>(fact: &Option<Fact<T>>) -> T {
    fact.as_ref().map(|fact| fact.value.clone()).unwrap_or_default()
}

fn branch(fact: &Option<Fact<String>>, of_git: &Option<String>) -> Option<String> {
    fact.as_ref().map(|fact| fact.value.clone()).or_else(|| of_git.clone()).filter(|name| !name.is_empty())
}
