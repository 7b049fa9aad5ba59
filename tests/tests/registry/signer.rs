//! Signs as cosign does with a key of its own: bundles in the form of version 0.3, and signatures alone.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What stands before the point in the DER form of a P-256 key.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
pub(crate) const COSIGN: &str = "https://sigstore.dev/cosign/sign/v1";

/// A key pair.
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap())
    }

    /// The public key, as in `cosign.pub`.
    pub(crate) fn pem(&self) -> String {
        let der = [&SPKI, self.0.public_key().as_ref()].concat();
        let text = BASE64_STANDARD.encode(der);
        let (first, second) = text.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
    }

    /// A signature alone, in base64.
    pub(crate) fn signature(&self, content: &[u8]) -> String {
        BASE64_STANDARD.encode(self.0.sign(&SystemRandom::new(), content).unwrap())
    }

    /// What `cosign sign-blob --bundle` writes.
    pub(crate) fn bundle(&self, content: &[u8]) -> String {
        let digest =
            json!({ "algorithm": "SHA2_256", "digest": BASE64_STANDARD.encode(Sha256::digest(content)) });
        self.wrapped(
            "messageSignature",
            json!({ "messageDigest": digest, "signature": self.signature(content) }),
        )
    }

    /// What `cosign sign` attaches: a statement of this kind about content with this digest.
    pub(crate) fn statement(&self, digest: &str, kind: &str) -> String {
        let statement = json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "digest": { "sha256": digest }, "annotations": {} }],
            "predicateType": kind,
            "predicate": {},
        });
        let (payload, media_type) = (statement.to_string(), "application/vnd.in-toto+json");
        // DSSE's pre-authentication encoding.
        let signed = format!("DSSEv1 {} {media_type} {} {payload}", media_type.len(), payload.len());
        let signature = self.signature(signed.as_bytes());
        let envelope = json!({
            "payload": BASE64_STANDARD.encode(&payload),
            "payloadType": media_type,
            "signatures": [{ "sig": signature }],
        });
        self.wrapped("dsseEnvelope", envelope)
    }

    fn wrapped(&self, name: &str, content: Value) -> String {
        let hint = BASE64_STANDARD.encode(Sha256::digest([&SPKI, self.0.public_key().as_ref()].concat()));
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": { "publicKey": { "hint": hint } },
            name: content,
        })
        .to_string()
    }
}
