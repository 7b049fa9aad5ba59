//! What an App proves itself with: a JSON Web Token signed with its private key (RS256), good for some minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;

use crate::host::{HostError, HostErrorKind, Secret};

/// Seconds back: the clock of the runner may be ahead of GitHub's.
const BEFORE: u64 = 60;
/// Seconds ahead; GitHub allows ten minutes.
const AFTER: u64 = 540;

/// The token of the App `app` (its id or client id) at `now`, in seconds since 1970.
pub(super) fn sign(app: &str, key: &Secret, now: u64) -> Result<Secret, HostError> {
    let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = encode(json!({"alg": "RS256", "typ": "JWT"}));
    let claims = encode(json!({"iat": now.saturating_sub(BEFORE), "exp": now + AFTER, "iss": app}));
    let message = format!("{header}.{claims}");
    let signature = signature(key, message.as_bytes()).ok_or_else(unusable)?;
    Ok(Secret::new(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
}

fn signature(key: &Secret, message: &[u8]) -> Option<Vec<u8>> {
    // Variables of CI systems often hold the line breaks as `\n`.
    let pem = key.expose().replace("\\n", "\n");
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
    let key = rustls::crypto::ring::sign::any_supported_type(&der).ok()?;
    key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])?.sign(message).ok()
}

fn unusable() -> HostError {
    HostError::new(HostErrorKind::Setup, "the private key of the App cannot be used").hint(
        "give the RSA key that GitHub made for the App, as it is in its .pem file, line breaks included",
    )
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::alg_id;
    use serde_json::Value;

    use super::*;

    /// Made for this test, known to no host.
    const KEY: &str = include_str!("../../../../tests/data/rsa-key.pem");

    /// The key of an SPKI structure for RSA: what follows the algorithm, as BIT STRING without unused bits.
    fn public_key(spki: &[u8]) -> &[u8] {
        let at = spki
            .windows(alg_id::RSA_ENCRYPTION.len())
            .position(|part| part == &*alg_id::RSA_ENCRYPTION)
            .unwrap();
        // Tag, three bytes of length and the count of unused bits.
        &spki[at + alg_id::RSA_ENCRYPTION.len() + 5..]
    }

    fn verify(token: &str) -> Result<(), rustls::pki_types::InvalidSignature> {
        let (message, signature) = token.rsplit_once('.').unwrap();
        let der = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        let key = rustls::crypto::ring::sign::any_supported_type(&der).unwrap();
        let spki = key.public_key().unwrap();
        let provider = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        let (_, algorithms) =
            provider.mapping.iter().find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        algorithms[0].verify_signature(public_key(&spki), message.as_bytes(), &signature)
    }

    fn part(token: &str, index: usize) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap())
            .unwrap()
    }

    #[test]
    fn tokens_are_signed_with_the_key() {
        let token = sign("123456", &Secret::new(KEY), 1_795_183_200).unwrap();
        let token = token.expose();
        assert!(verify(token).is_ok());
        assert_eq!(part(token, 0), json!({"alg": "RS256", "typ": "JWT"}));
        assert_eq!(
            part(token, 1),
            json!({"iat": 1_795_183_140_u64, "exp": 1_795_183_740_u64, "iss": "123456"})
        );
        let forged = token.replacen('.', ".e", 1);
        assert!(verify(&forged).is_err());
    }

    #[test]
    fn a_key_on_one_line_is_one_too() {
        let one_line = Secret::new(KEY.trim().replace('\n', "\\n"));
        assert!(verify(sign("1", &one_line, 0).unwrap().expose()).is_ok());
    }

    #[test]
    fn other_keys_are_refused_without_being_shown() {
        for key in [
            "",
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            let error = sign("1", &Secret::new(key), 0).unwrap_err();
            assert_eq!(error.kind, HostErrorKind::Setup);
            assert!(!format!("{error:?}").contains("AAAA"));
        }
    }
}
