//! What policies are told of the run. Only what is the same for the same two commits and configuration.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Input;
use super::documents::Asked;
use super::raw::Side;
use super::unit::Run;
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

/// The context of a call with these documents: that of the run, and in `extensions.kustomize-images` the images of
/// their files whose tag or digest comes from kustomizations.
pub(super) fn call_context<'r>(run: &Run<'r>, side: Side, documents: &[&Asked]) -> Cow<'r, Context> {
    let kustomize = run.surroundings.of(side).kustomize();
    let mut images: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for asked in documents {
        let path = asked.document.path.as_str();
        if !images.contains_key(path) {
            images.insert(path, kustomize.pinned_images(&asked.path));
        }
    }
    images.retain(|_, names| !names.is_empty());
    if images.is_empty() {
        return Cow::Borrowed(run.context);
    }
    let extensions = serde_json::json!({ "kustomize-images": images }).to_string();
    Cow::Owned(Context { extensions, ..run.context.clone() })
}
