//! Signatures beside a policy in its registry: Sigstore bundles as artifacts that refer to its manifest, listed by the
//! registry or, where it cannot, by an index under a tag made of the digest.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::artifact::{ACCEPT, Descriptor, INDEX, Image, MANIFEST, MOST_MANIFEST, bytes_of};
use super::body::Body;
use super::call::Call;
use super::error::{RegistryError, RegistryErrorKind as Kind};
use super::sha256;
use super::transport::Registry;

/// The type of artifacts that hold a bundle; older versions differ behind the last dot.
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const ANY_BUNDLE: &str = "application/vnd.dev.sigstore.bundle";
const EMPTY_TYPE: &str = "application/vnd.oci.empty.v1+json";
const EMPTY: &[u8] = b"{}";
/// Bytes of a bundle.
const MOST_BUNDLE: u64 = 4 << 20;
/// Bundles of one policy that are fetched.
const MOST_BUNDLES: usize = 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: u32,
    media_type: String,
    manifests: Vec<Descriptor>,
}

impl Registry {
    /// The bundles that refer to the manifest with this digest, as they are: nothing in them has been verified.
    ///
    /// # Errors
    /// The registry cannot be asked, or its answer is none.
    pub fn bundles(&self, manifest: &str) -> Result<Vec<Vec<u8>>, RegistryError> {
        let listed = match self.listed(manifest)? {
            Some(index) => index,
            None => self.tagged_index(manifest)?,
        };
        let is_bundle = |entry: &&Descriptor| {
            entry.artifact_type.as_ref().is_none_or(|kind| kind.starts_with(ANY_BUNDLE))
                && entry.media_type == MANIFEST
        };
        let entries = listed.manifests.iter().filter(is_bundle).take(MOST_BUNDLES);
        let mut bundles = Vec::new();
        for entry in entries {
            bundles.extend(self.bundle(entry, manifest)?);
        }
        Ok(bundles)
    }

    /// Attaches a bundle to the manifest of these bytes.
    ///
    /// # Errors
    /// The registry cannot be asked or refuses.
    pub fn attach(&self, manifest: &[u8], bundle: &[u8]) -> Result<(), RegistryError> {
        let image = Image {
            schema_version: 2,
            media_type: MANIFEST.to_owned(),
            artifact_type: Some(BUNDLE.to_owned()),
            config: Descriptor::of(EMPTY_TYPE, EMPTY),
            layers: vec![Descriptor::of(BUNDLE, bundle)],
            subject: Some(Descriptor::of(MANIFEST, manifest)),
            annotations: annotations(bundle),
        };
        let bytes = bytes_of(&image);
        self.push_blob(bundle)?;
        self.push_blob(EMPTY)?;
        let is_listed = self.push_manifest(&format!("sha256:{}", sha256(&bytes)), MANIFEST, &bytes)?;
        let subject = sha256(manifest);
        if is_listed || self.listed(&subject)?.is_some() {
            return Ok(());
        }
        let entry = Descriptor {
            artifact_type: image.artifact_type,
            annotations: image.annotations,
            ..Descriptor::of(MANIFEST, &bytes)
        };
        let mut index = self.tagged_index(&subject)?;
        if index.manifests.iter().any(|known| known.digest == entry.digest) {
            return Ok(());
        }
        index.manifests.push(entry);
        self.push_manifest(&format!("sha256-{subject}"), INDEX, &bytes_of(&index)).map(drop)
    }

    /// What the registry lists; none if it lists nothing for anybody.
    fn listed(&self, manifest: &str) -> Result<Option<Index>, RegistryError> {
        let call = Call::get(format!("referrers/sha256:{manifest}"), INDEX, MOST_MANIFEST);
        let answer = self.send(&call)?;
        match (answer.status, answer.body) {
            // The specification has 404; older registries know no such address at all.
            (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST, _) => Ok(None),
            (StatusCode::OK, Body::Whole(bytes)) => self.index(&bytes).map(Some),
            (StatusCode::OK, Body::TooLarge(_)) => {
                Err(self.strange("the registry's list of referrers is too large"))
            }
            (status, body) => {
                Err(self.unexpected(&call, super::call::Answer { status, headers: answer.headers, body }))
            }
        }
    }

    /// The index under the tag that stands for the digest; an empty one if there is none.
    fn tagged_index(&self, manifest: &str) -> Result<Index, RegistryError> {
        match self.manifest_bytes(&format!("sha256-{manifest}")) {
            Ok(bytes) => self.index(&bytes),
            Err(error) if error.kind == Kind::NotFound => {
                Ok(Index { schema_version: 2, media_type: INDEX.to_owned(), manifests: Vec::new() })
            }
            Err(error) => Err(error),
        }
    }

    fn index(&self, bytes: &[u8]) -> Result<Index, RegistryError> {
        serde_json::from_slice(bytes)
            .map_err(|_| self.strange("the registry's list of referrers cannot be read"))
    }

    /// The bundle of an artifact that refers to the manifest; none if it is another kind of artifact after all.
    fn bundle(&self, entry: &Descriptor, manifest: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        let Some(digest) = entry.hex() else { return Ok(None) };
        let call = Call::get(format!("manifests/sha256:{digest}"), ACCEPT, MOST_MANIFEST);
        let answer = self.send(&call)?;
        let bytes = match (answer.status, answer.body) {
            (StatusCode::OK, Body::Whole(bytes)) if sha256(&bytes) == digest => bytes,
            (StatusCode::OK, _) => return Err(self.strange("a referrer is not what its digest says")),
            // Deleted, and still listed.
            (StatusCode::NOT_FOUND, _) => return Ok(None),
            (status, body) => {
                let answer = super::call::Answer { status, headers: answer.headers, body };
                return Err(self.unexpected(&call, answer));
            }
        };
        let Ok(image) = serde_json::from_slice::<Image>(&bytes) else { return Ok(None) };
        let refers = image.subject.as_ref().and_then(Descriptor::hex) == Some(manifest);
        let [layer] = image.layers.as_slice() else { return Ok(None) };
        let fits = layer.media_type.starts_with(ANY_BUNDLE) && layer.size <= MOST_BUNDLE;
        match layer.hex().filter(|_| refers && fits) {
            Some(hex) => self.blob(hex, layer.size).map(Some),
            None => Ok(None),
        }
    }

    fn strange(&self, what: &str) -> RegistryError {
        RegistryError::new(Kind::Strange, &self.reference, what)
    }
}

/// What other tools want to know of a bundle before they fetch it.
fn annotations(bundle: &[u8]) -> BTreeMap<String, String> {
    let value: Value = serde_json::from_slice(bundle).unwrap_or_default();
    let payload = value.pointer("/dsseEnvelope/payload").and_then(Value::as_str);
    let content = if payload.is_some() { "dsse-envelope" } else { "message-signature" };
    let statement = payload.and_then(|payload| BASE64_STANDARD.decode(payload).ok());
    let statement =
        statement.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()).unwrap_or_default();
    let kind = statement.get("predicateType").and_then(Value::as_str);
    let annotations = [("content", Some(content)), ("predicateType", kind)];
    let entries = annotations.into_iter().filter_map(|(name, text)| Some((name, text?)));
    entries.map(|(name, text)| (format!("dev.sigstore.bundle.{name}"), text.to_owned())).collect()
}
