//! Pushing a policy: its layer, its configuration, its manifest under a tag.

use reqwest::header::LOCATION;
use reqwest::{Method, StatusCode};

use super::artifact::{Description, MANIFEST, written};
use super::call::Call;
use super::error::{RegistryError, RegistryErrorKind as Kind};
use super::sha256;
use super::transport::Registry;

/// Longest upload address, in bytes.
const LONGEST_LOCATION: usize = 8 << 10;

/// What was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// SHA-256 of the manifest.
    pub manifest: String,
    /// Its bytes.
    pub manifest_bytes: Vec<u8>,
    /// SHA-256 of the module.
    pub module: String,
    /// The tag had this content already.
    pub was_there: bool,
}

impl Registry {
    /// Pushes `module` under the reference's tag. A tag that belongs to other content is left alone, unless `force`.
    ///
    /// # Errors
    /// The registry cannot be asked or refuses, or the tag is taken.
    pub fn push(&self, module: &[u8], about: &Description, force: bool) -> Result<Pushed, RegistryError> {
        let Some(tag) = &self.reference.tag else {
            return Err(RegistryError::new(Kind::Setup, &self.reference, "a tag is needed to push to"));
        };
        let (config, manifest) = written(module, about);
        let digest = sha256(&manifest);
        if self.reference.digest.as_ref().is_some_and(|wanted| *wanted != digest) {
            let what = format!("the artifact of this file has the digest {digest}");
            return Err(RegistryError::new(Kind::Mismatch, &self.reference, what));
        }
        let before = self.tagged(tag)?;
        let was_there = before.as_deref() == Some(digest.as_str());
        if let (Some(other), false, false) = (&before, was_there, force) {
            let what = format!("the tag belongs to other content, with the digest {other}");
            return Err(RegistryError::new(Kind::Taken, &self.reference, what)
                .hint("push another version under another tag; `--force` moves the tag"));
        }
        let pushed = Pushed { manifest: digest, module: sha256(module), was_there, manifest_bytes: manifest };
        if !was_there {
            self.push_blob(module)?;
            self.push_blob(&config)?;
            self.push_manifest(tag, MANIFEST, &pushed.manifest_bytes)?;
        }
        Ok(pushed)
    }

    /// Digest of what the tag belongs to.
    fn tagged(&self, tag: &str) -> Result<Option<String>, RegistryError> {
        match self.manifest_bytes(tag) {
            Ok(bytes) => Ok(Some(sha256(&bytes))),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Pushes content, unless it is there.
    pub(super) fn push_blob(&self, bytes: &[u8]) -> Result<(), RegistryError> {
        let digest = sha256(bytes);
        let head = self.send(&Call::new(Method::HEAD, format!("blobs/sha256:{digest}")))?;
        if head.status == StatusCode::OK {
            return Ok(());
        }
        let begin = Call::new(Method::POST, "blobs/uploads/").body("application/octet-stream", b"");
        let answer = self.send(&begin)?;
        if answer.status != StatusCode::ACCEPTED {
            return Err(self.unexpected(&begin, answer));
        }
        let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.filter(|location| location.len() <= LONGEST_LOCATION).ok_or_else(|| {
            RegistryError::new(Kind::Strange, &self.reference, "the registry gives no address for the upload")
        })?;
        let put = Call::new(Method::PUT, "blobs/uploads/").body("application/octet-stream", bytes);
        let answer = self.send_to(&put, location, &format!("digest=sha256%3A{digest}"))?;
        match answer.status {
            StatusCode::CREATED => Ok(()),
            _ => Err(self.unexpected(&put, answer)),
        }
    }

    /// Pushes a manifest or an index under a tag or its digest. True if the registry knows that it refers to another one.
    pub(super) fn push_manifest(
        &self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<bool, RegistryError> {
        let put = Call::new(Method::PUT, format!("manifests/{name}")).body(media_type, bytes);
        let answer = self.send(&put)?;
        match answer.status {
            StatusCode::CREATED => Ok(answer.headers.contains_key("oci-subject")),
            _ => Err(self.unexpected(&put, answer)),
        }
    }
}
