//! Cryptography for Sigstore's crates, by ring, which encrypts the gate's connections too. It verifies and hashes; it makes
//! no keys and no signatures.

use std::cell::RefCell;
use std::sync::Once;

use ring::digest;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use sigstore_crypto::{CryptoProvider, Error, HashContext, Result, SigningScheme};
use sigstore_verify::types::HashAlgorithm;

static RING: Ring = Ring;

#[derive(Debug)]
struct Ring;

struct Context(digest::Context);

thread_local! {
    /// What is being verified: ring takes no digests, so whoever has one must say of what.
    static CONTENT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Runs `verify`, in which a digest of `content` can stand for it.
pub(super) fn verifying<T>(content: &[u8], verify: impl FnOnce() -> T) -> T {
    static INSTALLED: Once = Once::new();
    // The error says that there is one already: nobody else installs another.
    INSTALLED.call_once(|| {
        let _ = sigstore_crypto::install_default_provider(&RING);
    });
    CONTENT.with_borrow_mut(|known| content.clone_into(known));
    let verified = verify();
    CONTENT.with_borrow_mut(Vec::clear);
    verified
}

impl HashContext for Context {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self: Box<Self>) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

impl CryptoProvider for Ring {
    fn hash(&self, algorithm: HashAlgorithm) -> Result<Box<dyn HashContext>> {
        Ok(Box::new(Context(digest::Context::new(hash(algorithm)?))))
    }

    fn verify_raw(&self, scheme: SigningScheme, key: &[u8], data: &[u8], signature: &[u8]) -> Result<()> {
        let key = UnparsedPublicKey::new(algorithm(scheme)?, key);
        key.verify(data, signature).map_err(|_| invalid(scheme))
    }

    fn verify_prehashed(
        &self,
        scheme: SigningScheme,
        key: &[u8],
        digest: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let algorithm = scheme.hash_algorithm().ok_or_else(|| unsupported(scheme))?;
        let hash = hash(algorithm)?;
        CONTENT.with_borrow(|content| match digest::digest(hash, content).as_ref() == digest {
            true => self.verify_raw(scheme, key, content, signature),
            false => Err(Error::Verification("the digest is not that of the content".to_owned())),
        })
    }
}

fn hash(algorithm: HashAlgorithm) -> Result<&'static digest::Algorithm> {
    match algorithm {
        HashAlgorithm::Sha2256 => Ok(&digest::SHA256),
        HashAlgorithm::Sha2384 => Ok(&digest::SHA384),
        HashAlgorithm::Sha2512 => Ok(&digest::SHA512),
        other => Err(Error::UnsupportedAlgorithm(format!("digests by {other}"))),
    }
}

fn algorithm(scheme: SigningScheme) -> Result<&'static dyn VerificationAlgorithm> {
    use SigningScheme as Scheme;
    Ok(match scheme {
        Scheme::EcdsaP256Sha256 => &signature::ECDSA_P256_SHA256_ASN1,
        Scheme::EcdsaP256Sha384 => &signature::ECDSA_P256_SHA384_ASN1,
        Scheme::EcdsaP384Sha256 => &signature::ECDSA_P384_SHA256_ASN1,
        Scheme::EcdsaP384Sha384 => &signature::ECDSA_P384_SHA384_ASN1,
        Scheme::Ed25519 => &signature::ED25519,
        Scheme::RsaPssSha256 => &signature::RSA_PSS_2048_8192_SHA256,
        Scheme::RsaPssSha384 => &signature::RSA_PSS_2048_8192_SHA384,
        Scheme::RsaPssSha512 => &signature::RSA_PSS_2048_8192_SHA512,
        Scheme::RsaPkcs1Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Scheme::RsaPkcs1Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Scheme::RsaPkcs1Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        other => return Err(unsupported(other)),
    })
}

fn invalid(scheme: SigningScheme) -> Error {
    Error::Verification(format!("the {} signature is not valid", scheme.name()))
}

fn unsupported(scheme: SigningScheme) -> Error {
    Error::UnsupportedAlgorithm(format!("signatures by {}", scheme.name()))
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair, KeyPair as _,
    };

    use super::*;

    fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, data: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap();
        (key.public_key().as_ref().to_vec(), key.sign(&random, data).unwrap().as_ref().to_vec())
    }

    #[test]
    fn signatures_over_content_and_over_its_digest() {
        let (p256, by_p256) = ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING, b"content");
        let (p384, by_p384) = ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING, b"content");
        for (scheme, key, sig) in
            [(SigningScheme::EcdsaP256Sha256, p256, by_p256), (SigningScheme::EcdsaP384Sha384, p384, by_p384)]
        {
            assert!(RING.verify_raw(scheme, &key, b"content", &sig).is_ok());
            assert!(RING.verify_raw(scheme, &key, b"Content", &sig).is_err());
            let hash = hash(scheme.hash_algorithm().unwrap()).unwrap();
            let digest = digest::digest(hash, b"content");
            let prehashed = || RING.verify_prehashed(scheme, &key, digest.as_ref(), &sig);
            assert!(prehashed().is_err(), "nobody has said of what");
            assert!(verifying(b"content", prehashed).is_ok());
            assert!(verifying(b"Content", prehashed).is_err());
            assert!(prehashed().is_err(), "it is forgotten again");
        }
    }

    #[test]
    fn ed25519_takes_content_only() {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap();
        let (public, sig) = (key.public_key().as_ref(), key.sign(b"content"));
        assert!(RING.verify_raw(SigningScheme::Ed25519, public, b"content", sig.as_ref()).is_ok());
        assert!(RING.verify_raw(SigningScheme::Ed25519, public, b"other", sig.as_ref()).is_err());
        let prehashed = || RING.verify_prehashed(SigningScheme::Ed25519, public, &[0; 32], sig.as_ref());
        assert!(verifying(b"content", prehashed).is_err());
        assert!(RING.verify_raw(SigningScheme::MlDsa44, public, b"content", sig.as_ref()).is_err());
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        // SHA-256, SHA-384 and SHA-512 of "abc", FIPS 180-4.
        for (algorithm, start) in [
            (HashAlgorithm::Sha2256, [0xba, 0x78, 0x16, 0xbf]),
            (HashAlgorithm::Sha2384, [0xcb, 0x00, 0x75, 0x3f]),
            (HashAlgorithm::Sha2512, [0xdd, 0xaf, 0x35, 0xa1]),
        ] {
            let mut context = RING.hash(algorithm).unwrap();
            context.update(b"a");
            context.update(b"bc");
            assert_eq!(context.finalize()[..4], start);
        }
    }
}
