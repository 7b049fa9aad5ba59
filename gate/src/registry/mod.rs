//! Policies in OCI registries, and their signatures. Pulls by digest and checks every digest, pushes the artifact that the
//! tools of the Wasm community expect, and verifies Sigstore bundles offline.
//!
//! Whatever a registry answers is hostile: sizes are bounded, redirects carry no credentials to another host, and nothing is
//! handed on that does not have the digest it was asked for by. Files and environment are for `cli`: this layer is handed
//! bytes, credentials and references.

mod artifact;
mod auth;
mod body;
mod call;
mod client;
mod credentials;
mod error;
mod provider;
mod pull;
mod push;
mod referrers;
mod signature;
mod transport;
mod verify;

#[cfg(test)]
mod tests;

pub use artifact::{Description, Manifest, MediaType, WASM_LAYER};
pub use credentials::{Credentials, DockerConfig};
pub use error::{RegistryError, RegistryErrorKind};
pub use pull::{Pin, Pulled};
pub use push::Pushed;
pub use signature::{plain_signature, signed_by};
pub use transport::{Access, Registry};
pub use verify::{Refused, Signed, Trust, Trustee};

/// SHA-256 as 64 lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    crate::text::hexadecimal(&sha2::Sha256::digest(bytes))
}
