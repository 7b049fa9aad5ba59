//! A gate that knows no registries and no signatures: a policy that needs them is a mistake, and never runs unchecked.

use crate::config::{Config, PolicyConfig};
use crate::engine::{ModuleError, Modules};
use crate::git::Snapshot;

const HINT: &str = "use a gate that was built with the feature `oci`, as released ones are";

/// Nothing.
pub(in crate::cli) struct Source;

/// Nothing, for a configuration.
pub(in crate::cli) struct Supply;

impl Source {
    pub(in crate::cli) fn new(_: &Config, _: bool) -> Self {
        Self
    }
}

impl Supply {
    pub(in crate::cli) fn new(_: &Source, _: Option<&Snapshot>) -> Self {
        Self
    }
}

impl Modules for Supply {
    fn fetched(&self, policy: &PolicyConfig, _: usize) -> Result<Vec<u8>, ModuleError> {
        Err(refused(format!("{}: this gate was built without registries", policy.source)))
    }

    fn signed(&self, policy: &PolicyConfig, _: &[u8]) -> Result<(), ModuleError> {
        Err(refused(format!("{}: this gate was built without signatures", policy.source)))
    }
}

fn refused(message: String) -> ModuleError {
    ModuleError { is_mistake: true, message, hint: Some(HINT.to_owned()) }
}
