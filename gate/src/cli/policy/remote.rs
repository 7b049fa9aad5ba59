//! What `push` and `pull` have in common: references, access, and the lines for `gate.yaml`.

use crate::cli::error::CliError;
use crate::cli::supply;
use crate::cli::surroundings::variable;
use crate::config::Reference;
use crate::registry::{Access, RegistryError};

/// The reference that an argument gives.
pub(super) fn reference(text: &str) -> Result<Reference, CliError> {
    Reference::parse(text).map_err(CliError::new)
}

/// How to get at the only registry of this run.
pub(super) fn access(reference: &Reference, plain_http: bool) -> Result<Access, CliError> {
    supply::access(reference, plain_http, true, &variable).map_err(CliError::new)
}

/// The entry of `gate.yaml`: pinned twice, by the manifest, so that it is found although the tag moves, and by the module.
pub(super) fn snippet(reference: &Reference, manifest: &str, module: &str) -> String {
    let pinned = Reference { digest: Some(manifest.to_owned()), ..reference.clone() };
    format!("\nin gate.yaml:\n\npolicies:\n  - use: {pinned}\n    sha256: {module}\n")
}

/// `1 bundle`, `2 bundles`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

impl From<RegistryError> for CliError {
    fn from(error: RegistryError) -> Self {
        Self::of(vec![(error.message, error.hint)])
    }
}
