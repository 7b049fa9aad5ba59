//! Whether a Sigstore bundle proves that a policy was signed by the right one: offline, against the bytes that will run.

use sigstore_verify::crypto::{KeyAlgorithm, verify_signature};
use sigstore_verify::trust_root::{SIGSTORE_PRODUCTION_TRUSTED_ROOT, TrustedRoot};
use sigstore_verify::types::bundle::VerificationMaterialContent;
use sigstore_verify::types::{Bundle, DerPublicKey, HashAlgorithm, Sha256Hash, SignatureContent, Statement};
use sigstore_verify::{Error, PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult, Verifier};

use super::artifact::Manifest;
use super::provider::verifying;
use super::sha256;
use crate::config::Identity;
use crate::text::{clean_line, hexadecimal, shorten};

/// Bytes of a bundle, a key or a trusted root.
const MOST_BYTES: usize = 4 << 20;
/// Code points of a reason.
const LONGEST: usize = 400;
const IN_TOTO: &str = "application/vnd.in-toto+json";
/// Statements that say where something is from. Another one (of a scan, of tests) may well say that it is bad.
const ORIGINS: [&str; 4] = [
    "https://sigstore.dev/cosign/sign/v1",
    "https://slsa.dev/provenance/v1",
    "https://slsa.dev/provenance/v0.2",
    "https://in-toto.io/attestation/release/v0.1",
];

/// Who is trusted to sign, and what makes certificates trustworthy.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Who.
    pub trustee: Trustee,
    /// The trusted root in JSON; the public Sigstore's where there is none.
    pub root: Option<Vec<u8>>,
}

/// Who is trusted.
#[derive(Debug, Clone)]
pub enum Trustee {
    /// Whoever has the private half of this key, in PEM.
    Key(Vec<u8>),
    /// An identity, as this issuer knows it.
    Keyless {
        /// Address of the identity provider.
        issuer: String,
        /// Who.
        identity: Identity,
    },
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// By whom: an identity and its issuer, or the key.
    pub by: String,
    /// What was signed: the module, or its manifest in a registry.
    pub over_manifest: bool,
    /// When, as far as anybody vouches for it.
    pub time: Option<String>,
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// It may be a good signature of something else.
    pub is_of_other_content: bool,
    /// Why, one line, cleaned.
    pub why: String,
}

impl Refused {
    pub(super) fn new(why: impl AsRef<str>) -> Self {
        let cleaned = clean_line(why.as_ref());
        Self { is_of_other_content: false, why: shorten(&cleaned, LONGEST).into_owned() }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let is_of_other_content = matches!(error, Error::ArtifactMismatch(_));
        Self { is_of_other_content, ..Self::new(error.to_string()) }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

impl Trust {
    /// Verifies `bundle` over `module`, or over the manifest of `module` in a registry.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(&self, bundle: &[u8], module: &[u8], manifest: Option<&[u8]>) -> Result<Signed, Refused> {
        let bundle = read(bundle)?;
        let refused = match self.verify_over(&bundle, module, false) {
            Err(refused) if refused.is_of_other_content => refused,
            done => return done,
        };
        let Some(manifest) = manifest else { return Err(refused) };
        // The file must be what the manifest is about, or a signature of the manifest says nothing of the file.
        let about = Manifest::read(manifest, module.len()).map_err(Refused::new)?;
        if about.module != sha256(module) {
            return Err(Refused {
                is_of_other_content: true,
                ..Refused::new("the manifest is about another module")
            });
        }
        self.verify_over(&bundle, manifest, true)
    }

    fn verify_over(&self, bundle: &Bundle, content: &[u8], over_manifest: bool) -> Result<Signed, Refused> {
        verifying(content, || match &self.trustee {
            Trustee::Key(pem) => self.by_key(bundle, content, pem),
            Trustee::Keyless { issuer, identity } => self.keyless(bundle, content, issuer, identity),
        })
        .and_then(|signed| {
            check_statement(bundle)?;
            Ok(Signed { over_manifest, ..signed })
        })
    }

    fn keyless(
        &self,
        bundle: &Bundle,
        content: &[u8],
        issuer: &str,
        identity: &Identity,
    ) -> Result<Signed, Refused> {
        if matches!(bundle.verification_material.content, VerificationMaterialContent::PublicKey(_)) {
            return Err(Refused::new("it was signed with a key, and an identity is asked for"));
        }
        let policy = VerificationPolicy::any_identity().require_issuer(issuer);
        let policy = match identity {
            Identity::Exact(exact) => policy.require_identity(exact.as_str()),
            Identity::Pattern(_) => policy,
        };
        let result = self.verifier()?.verify(content, bundle, &policy)?;
        if !(result.certificate_verified() && result.sct_verified() && result.tlog_verified()) {
            return Err(Refused::new("not all of its proofs were there to be verified"));
        }
        let found = result.identity().map(ToString::to_string).unwrap_or_default();
        if !identity.matches(&found) {
            return Err(Refused::new(format!("it was signed by {found}, whom the pattern does not match")));
        }
        let by = clean_line(&format!("{found} ({issuer})")).into_owned();
        Ok(Signed { by, over_manifest: false, time: time(&result) })
    }

    fn by_key(&self, bundle: &Bundle, content: &[u8], pem: &[u8]) -> Result<Signed, Refused> {
        if !matches!(bundle.verification_material.content, VerificationMaterialContent::PublicKey(_)) {
            return Err(Refused::new("it was signed with a certificate, and a key is asked for"));
        }
        let key = key(pem)?;
        let by = format!("the key with the SHA-256 digest {}", sha256(key.as_bytes()));
        let material = &bundle.verification_material;
        if material.tlog_entries.is_empty()
            && material.timestamp_verification_data.rfc3161_timestamps.is_empty()
        {
            // No log and no timestamp: the key alone says it, as `cosign` has it without a transparency log.
            alone(bundle, content, &key)?;
            return Ok(Signed { by, over_manifest: false, time: None });
        }
        let policy = PublicKeyVerificationPolicy::new(key);
        let policy = if material.tlog_entries.is_empty() { policy.skip_tlog_unsafe() } else { policy };
        let result = self.verifier()?.verify(content, bundle, &policy)?;
        Ok(Signed { by, over_manifest: false, time: time(&result) })
    }

    fn verifier(&self) -> Result<Verifier, Refused> {
        let json = match &self.root {
            None => SIGSTORE_PRODUCTION_TRUSTED_ROOT,
            Some(bytes) => text(bytes, "the trusted root")?,
        };
        let root = TrustedRoot::from_json(json)
            .map_err(|e| Refused::new(format!("the trusted root is none: {e}")))?;
        Ok(Verifier::new(&root)?)
    }
}

/// Verifies a signature that nothing but a key vouches for.
fn alone(bundle: &Bundle, content: &[u8], key: &DerPublicKey) -> Result<(), Refused> {
    let other = |why: &str| Refused { is_of_other_content: true, ..Refused::new(why) };
    let algorithm = KeyAlgorithm::from_spki(key).map_err(Error::from)?;
    let invalid = |error: sigstore_verify::crypto::Error| Refused::new(error.to_string());
    match &bundle.content {
        SignatureContent::MessageSignature(message) => {
            let mut scheme = algorithm.default_signing_scheme();
            if let Some(digest) = &message.message_digest {
                // A longer digest is for the signature alone to judge.
                let is_sha256 = digest.algorithm == HashAlgorithm::Sha2256;
                if is_sha256 && hexadecimal(digest.digest.as_bytes()) != sha256(content) {
                    return Err(other("its digest is that of other content"));
                }
                scheme = algorithm.resolve_signing_scheme(digest.algorithm).map_err(Error::from)?;
            }
            verify_signature(key, content, &message.signature, scheme).map_err(invalid)
        }
        SignatureContent::DsseEnvelope(envelope) => {
            let scheme = algorithm.default_signing_scheme();
            verify_signature(key, &envelope.pae(), &envelope.signature.sig, scheme).map_err(invalid)?;
            if envelope.payload_type != IN_TOTO {
                return Err(Refused::new(format!(
                    "its statement is `{}`, not in-toto",
                    envelope.payload_type
                )));
            }
            let statement = statement(envelope.payload.as_bytes())?;
            let digest = Sha256Hash::from_hex(&sha256(content)).map_err(Error::from)?;
            match statement.matches_sha256(&digest) {
                true => Ok(()),
                false => Err(other("its statement is about other content")),
            }
        }
        _ => Err(Refused::new("it holds a kind of signature that is not known")),
    }
}

/// A signed statement must be one about the origin of what it is about.
fn check_statement(bundle: &Bundle) -> Result<(), Refused> {
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else { return Ok(()) };
    let kind = statement(envelope.payload.as_bytes())?.predicate_type;
    match ORIGINS.contains(&kind.as_str()) {
        true => Ok(()),
        false => Err(Refused::new(format!(
            "its statement is of the kind `{kind}`, which says nothing of the origin"
        ))),
    }
}

fn statement(payload: &[u8]) -> Result<Statement, Refused> {
    serde_json::from_slice(payload)
        .map_err(|error| Refused::new(format!("its statement cannot be read: {error}")))
}

/// A bundle, or what it is instead.
fn read(bytes: &[u8]) -> Result<Bundle, Refused> {
    let text = text(bytes, "the bundle")?;
    Bundle::from_json(text).map_err(|error| {
        let older = text.contains("\"base64Signature\"");
        match older {
            true => Refused::new(
                "the bundle has the format that cosign used before Sigstore's: sign with `cosign sign-blob \
                 --new-bundle-format --bundle FILE` (cosign 2.4 and later), or give the signature alone",
            ),
            false => Refused::new(format!("the bundle cannot be read: {error}")),
        }
    })
}

/// A public key in PEM.
pub(super) fn key(pem: &[u8]) -> Result<DerPublicKey, Refused> {
    let text = text(pem, "the key")?;
    let wrong = |why: &str| Refused::new(format!("the key is no public key in PEM: {why}"));
    if text.contains("PRIVATE KEY") {
        return Err(wrong("it is a private one, which belongs to nobody but the signer"));
    }
    DerPublicKey::from_pem(text).map_err(|error| wrong(&error.to_string()))
}

pub(super) fn text<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, Refused> {
    if bytes.len() > MOST_BYTES {
        return Err(Refused::new(format!("{what} has more than {MOST_BYTES} bytes")));
    }
    std::str::from_utf8(bytes).map_err(|_| Refused::new(format!("{what} is no text")))
}

fn time(result: &VerificationResult) -> Option<String> {
    result.verified_timestamps().iter().min().map(ToString::to_string)
}
