//! Policies that whoever runs the engine has loaded by itself, and what is known of those that were loaded for it.

use super::context::policy_context;
use super::crd_changes::CrdChanges;
use super::documents::collect;
use super::policies::ConfiguredPolicy;
use super::policy_stage::wants;
use super::schemas::Schemas;
use super::surroundings::Surroundings;
use super::unit::{FilePair, Run};
use super::{EngineError, Input};
use crate::config::PolicyConfig;
use crate::policy::{Context, Document, Policy};

impl ConfiguredPolicy {
    /// A policy with the entry that it runs by; its settings are taken as they are.
    pub fn new(policy: Policy, config: PolicyConfig) -> Self {
        Self { policy, config }
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Its entry in the configuration.
    pub fn config(&self) -> &PolicyConfig {
        &self.config
    }
}

/// The documents of a run that at least one of its policies wants, as they are handed to it, numbered from 0; and what
/// policies are told of the run.
///
/// # Errors
/// The repository cannot be listed, or the embedded schemas are damaged.
pub fn documents(input: &Input<'_>) -> Result<(Context, Vec<Document>), EngineError> {
    let surroundings = Surroundings::read(input)?;
    let schemas = Schemas::new(input)?;
    let context = policy_context(input);
    let crd_changes = CrdChanges::default();
    let run = Run {
        input,
        surroundings: &surroundings,
        schemas: &schemas,
        context: &context,
        crd_changes: &crd_changes,
    };
    let mut asked = Vec::new();
    for (number, file) in input.change.files.iter().enumerate() {
        collect(&run, number, &FilePair::load(&run, number, file), &mut asked);
    }
    asked.retain(|asked| input.policies.iter().any(|policy| wants(policy, asked)));
    let numbered = (0..).zip(asked).map(|(index, asked)| Document { index, ..asked.document });
    let documents = numbered.collect();
    Ok((context, documents))
}
