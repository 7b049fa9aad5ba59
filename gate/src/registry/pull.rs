//! Pulling a policy: the manifest, then its one layer, each held against the digest that it must have.

use reqwest::StatusCode;

use super::artifact::{ACCEPT, MOST_MANIFEST, Manifest};
use super::body::Body;
use super::call::Call;
use super::error::{RegistryError, RegistryErrorKind as Kind};
use super::sha256;
use super::transport::Registry;

/// Which content is accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pin {
    /// SHA-256 of the module.
    pub module: Option<String>,
    /// Largest module, in bytes.
    pub most: usize,
}

/// A policy as it was pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What the registry says of it.
    pub manifest: Manifest,
    /// The module, whose digest is the one of the manifest.
    pub module: Vec<u8>,
}

impl Registry {
    /// Pulls the policy that the reference names, by digest if it has one.
    ///
    /// # Errors
    /// The registry cannot be asked, it has no such policy, or what it has is not what `pin` accepts.
    pub fn pull(&self, pin: &Pin) -> Result<Pulled, RegistryError> {
        let manifest = self.manifest(pin)?;
        let module = self.blob(&manifest.module, manifest.size)?;
        Ok(Pulled { manifest, module })
    }

    /// The manifest alone.
    ///
    /// # Errors
    /// As [`Registry::pull`].
    pub fn manifest(&self, pin: &Pin) -> Result<Manifest, RegistryError> {
        let reference = &self.reference;
        let wanted = match (&reference.digest, &reference.tag) {
            (Some(digest), _) => format!("sha256:{digest}"),
            (None, Some(tag)) => tag.clone(),
            (None, None) => {
                return Err(RegistryError::new(Kind::Setup, reference, "neither a tag nor a digest"));
            }
        };
        let bytes = self.manifest_bytes(&wanted)?;
        let error = |kind, what: &str| RegistryError::new(kind, reference, what);
        let found = sha256(&bytes);
        if reference.digest.as_ref().is_some_and(|digest| *digest != found) {
            return Err(error(
                Kind::Strange,
                &format!("the registry answers with a manifest of the digest {found}"),
            )
            .hint("the registry is broken, or somebody stands between it and the gate: do not trust it"));
        }
        let manifest = Manifest::read(&bytes, pin.most).map_err(|why| {
            error(Kind::NoPolicy, &format!("there is an artifact, but no policy: {why}"))
                .hint("`gate policy push` makes artifacts of policies")
        })?;
        match &pin.module {
            Some(module) if *module != manifest.module => Err(error(
                Kind::Mismatch,
                &format!("its module has the SHA-256 digest {}, not {module}", manifest.module),
            )
            .hint("if the policy was changed on purpose, review it and change `sha256`; else somebody moved the tag")),
            _ => Ok(manifest),
        }
    }

    /// The bytes of a manifest or an index, by tag or digest.
    pub(super) fn manifest_bytes(&self, wanted: &str) -> Result<Vec<u8>, RegistryError> {
        let call = Call::get(format!("manifests/{wanted}"), ACCEPT, MOST_MANIFEST);
        let answer = self.send(&call)?;
        if answer.status != StatusCode::OK {
            return Err(self.unexpected(&call, answer));
        }
        match answer.body {
            Body::Whole(bytes) => Ok(bytes),
            Body::TooLarge(_) => {
                let what = format!("the registry answers with a manifest of more than {MOST_MANIFEST} bytes");
                Err(RegistryError::new(Kind::Strange, &self.reference, what))
            }
        }
    }

    /// Content of exactly `size` bytes with this digest.
    pub(super) fn blob(&self, digest: &str, size: u64) -> Result<Vec<u8>, RegistryError> {
        let strange = |what: String| {
            RegistryError::new(Kind::Strange, &self.reference, what).hint(
                "the registry is broken, or somebody stands between it and the gate: nothing of it was used",
            )
        };
        let most =
            usize::try_from(size).map_err(|_| strange("content too large for this machine".to_owned()))?;
        let call = Call::get(format!("blobs/sha256:{digest}"), "*/*", most);
        let answer = self.send(&call)?;
        if answer.status != StatusCode::OK {
            return Err(self.unexpected(&call, answer));
        }
        let bytes = match answer.body {
            Body::Whole(bytes) => bytes,
            Body::TooLarge(_) => {
                return Err(strange(format!(
                    "the content with the digest {digest} has more than its {size} bytes"
                )));
            }
        };
        let found = sha256(&bytes);
        if found != digest || bytes.len() != most {
            let length = bytes.len();
            return Err(strange(format!(
                "what the registry has as {digest} ({size} bytes) has the digest {found} ({length} bytes)"
            )));
        }
        Ok(bytes)
    }
}
