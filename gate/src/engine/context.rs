//! What policies are told of the run. Only what is the same for the same two commits and configuration.

use super::Input;
use crate::config::KubernetesVersion;
use crate::policy::{Context, Environment};

/// The one context of a run.
pub(super) fn policy_context(input: &Input<'_>) -> Context {
    let environments = input.config.environments.iter().map(|environment| Environment {
        name: environment.name.clone(),
        order: environment.order,
        promotes_from: environment.promotes_from.clone(),
        branches: environment.branches.clone(),
        cluster_versions: versions(&environment.kubernetes),
        declared: environment.declared,
    });
    Context {
        repository: input.facts.repository.clone(),
        base_commit: input.change.base_commit.clone().unwrap_or_default(),
        head_commit: input.change.head_commit.clone().unwrap_or_default(),
        source_branch: input.facts.source_branch.clone(),
        target_branch: input.facts.target_branch.clone(),
        environments: environments.collect(),
        pull_request: input.facts.pull_request.clone(),
        now: input.now.clone(),
        extensions: "{}".to_owned(),
    }
}

/// Versions of clusters as policies get them.
pub(super) fn versions(versions: &[KubernetesVersion]) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}
