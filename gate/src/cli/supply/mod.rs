//! Where policies come from that are not in the repository, and whether policies are signed as the configuration asks: from
//! the registry or from what was kept of it, held against pins and keys every time.

#[cfg(feature = "oci")]
mod access;
#[cfg(feature = "oci")]
mod artifact;
#[cfg(feature = "oci")]
mod signatures;
#[cfg(feature = "oci")]
mod source;
#[cfg(feature = "oci")]
mod store;
#[cfg(not(feature = "oci"))]
mod without;

#[cfg(feature = "oci")]
pub(super) use access::access;
#[cfg(feature = "oci")]
pub(super) use artifact::Artifact;
#[cfg(feature = "oci")]
pub(super) use source::{Source, Supply};
#[cfg(feature = "oci")]
pub(super) use store::Store;
#[cfg(not(feature = "oci"))]
pub(super) use without::{Source, Supply};

use crate::model::RepoPath;

/// Files beside a module: a bundle, a signature alone, the manifest that a bundle may be about.
pub(super) const BESIDE: [&str; 3] = [".sigstore.json", ".sig", ".manifest.json"];

/// `policies/x.wasm.sigstore.json`, and so on.
pub(super) fn beside(module: &RepoPath, ending: &str) -> RepoPath {
    RepoPath::new([module.as_bytes(), ending.as_bytes()].concat())
}
