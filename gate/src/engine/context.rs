//! What policies are told of the run. Only what is the same for the same two commits and configuration.

use super::Input;
use crate::policy::{Context, Environment};

/// The one context of a run.
pub(super) fn policy_context(input: &Input<'_>) -> Context {
    let environments = input.config.environments.iter().map(|environment| Environment {
        name: environment.name.clone(),
        order: environment.order,
        branches: environment.branches.clone(),
        declared: environment.declared,
    });
    Context {
        repository: String::new(),
        base_commit: input.change.base_commit.clone().unwrap_or_default(),
        head_commit: input.change.head_commit.clone().unwrap_or_default(),
        environments: environments.collect(),
        pull_request: input.pull_request.clone(),
        now: input.now.clone(),
        extensions: "{}".to_owned(),
    }
}
