//! Signatures alone, as `cosign sign-blob --output-signature` writes them, and many signatures of which one is enough.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sigstore_verify::crypto::{KeyAlgorithm, verify_signature};
use sigstore_verify::types::SignatureBytes;

use super::provider::verifying;
use super::sha256;
use super::verify::{Refused, Signed, Trust, Trustee, key, text};

/// Bundles whose reasons are told.
const TOLD: usize = 3;

/// Verifies the signature (in base64) of a key over `module`.
///
/// # Errors
/// Why it proves nothing.
pub fn plain_signature(trust: &Trust, signature: &[u8], module: &[u8]) -> Result<Signed, Refused> {
    let Trustee::Key(pem) = &trust.trustee else {
        return Err(Refused::new("a signature alone has no certificate: it can be verified with a key only"));
    };
    let key = key(pem)?;
    let signature = BASE64_STANDARD
        .decode(text(signature, "the signature")?.trim())
        .map_err(|_| Refused::new("the signature is not base64"))?;
    verifying(module, || {
        let algorithm = KeyAlgorithm::from_spki(&key)?;
        verify_signature(&key, module, &SignatureBytes::new(signature), algorithm.default_signing_scheme())
    })
    .map_err(|error: sigstore_verify::crypto::Error| Refused::new(error.to_string()))?;
    let by = format!("the key with the SHA-256 digest {}", sha256(key.as_bytes()));
    Ok(Signed { by, over_manifest: false, time: None })
}

/// The first of `bundles` that proves it, with its position.
///
/// # Errors
/// Why none of them does.
pub fn signed_by(
    trust: &Trust,
    bundles: &[Vec<u8>],
    module: &[u8],
    manifest: Option<&[u8]>,
) -> Result<(usize, Signed), Refused> {
    let mut reasons = Vec::new();
    for (position, bundle) in bundles.iter().enumerate() {
        match trust.verify(bundle, module, manifest) {
            Ok(signed) => return Ok((position, signed)),
            Err(refused) => reasons.push(refused.why),
        }
    }
    match reasons.len() {
        0 => Err(Refused::new("there is no signature")),
        1 => Err(Refused::new(reasons.remove(0))),
        number => {
            reasons.truncate(TOLD);
            Err(Refused::new(format!("none of {number} signatures counts: {}", reasons.join("; "))))
        }
    }
}
