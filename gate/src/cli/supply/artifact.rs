//! A policy with what was found beside it, and whether it is the one that was asked for.

use crate::config::{PolicyConfig, PolicySource};
use crate::registry::{Manifest, sha256};

/// A policy from a registry. Nothing of it has been verified but what [`Artifact::check`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Artifact {
    pub(in crate::cli) module: Vec<u8>,
    /// None where only the module was kept.
    pub(in crate::cli) manifest: Option<Vec<u8>>,
    pub(in crate::cli) bundles: Vec<Vec<u8>>,
}

impl Artifact {
    /// Holds it against the pins of `policy`.
    ///
    /// # Errors
    /// What differs.
    pub(super) fn check(&self, policy: &PolicyConfig) -> Result<(), String> {
        let module = sha256(&self.module);
        if let Some(wanted) = policy.sha256.as_ref().filter(|wanted| **wanted != module) {
            return Err(format!("its module has the SHA-256 digest {module}, not {wanted}"));
        }
        if let Some(bytes) = &self.manifest {
            let manifest = Manifest::read(bytes, self.module.len())?;
            if manifest.module != module {
                return Err("its manifest is about another module".to_owned());
            }
        }
        let PolicySource::Oci(reference) = &policy.source else { return Ok(()) };
        match (&reference.digest, &self.manifest) {
            (Some(wanted), Some(bytes)) if *wanted == sha256(bytes) => Ok(()),
            (Some(wanted), _) => Err(format!("its manifest does not have the digest {wanted}")),
            (None, _) => Ok(()),
        }
    }
}
