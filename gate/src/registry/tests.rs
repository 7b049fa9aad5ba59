//! Signatures that the real tools made: `tests/data/sigstore` says which. None of these tests needs a network.

use super::{Trust, Trustee, artifact, plain_signature, sha256, signed_by};
use crate::config::Identity;

macro_rules! data {
    ($path:literal) => {
        include_bytes!(concat!("../../../tests/data/sigstore/", $path)).as_slice()
    };
}

const KEYLESS: &[u8] = data!("keyless/artifact.txt");
const KEYLESS_BUNDLE: &[u8] = data!("keyless/bundle.sigstore.json");
const KEYLESS_ISSUER: &str = "https://github.com/login/oauth";
const STATEMENT: &[u8] = data!("statement/artifact.conda");
const STATEMENT_BUNDLE: &[u8] = data!("statement/bundle.sigstore.json");
const STATEMENT_ISSUER: &str = "https://token.actions.githubusercontent.com";
const WORKFLOW: &str =
    "https://github.com/prefix-dev/sigstore-example/.github/workflows/action.yaml@refs/heads/main";
const LOGGED: &[u8] = data!("key-logged/artifact.txt");
const LOGGED_BUNDLE: &[u8] = data!("key-logged/bundle.sigstore.json");
const COSIGN: &[u8] = data!("cosign/artifact.txt");
const COSIGN_BUNDLE: &[u8] = data!("cosign/bundle.sigstore.json");
const COSIGN_KEY: &[u8] = data!("cosign/cosign.pub");
const OTHER_KEY: &[u8] = data!("cosign/other.pub");

fn by_key(pem: &[u8]) -> Trust {
    Trust { trustee: Trustee::Key(pem.to_vec()), root: None }
}

fn by(issuer: &str, identity: &str) -> Trust {
    let identity = match identity.contains('*') {
        true => Identity::Pattern(identity.to_owned()),
        false => Identity::Exact(identity.to_owned()),
    };
    Trust { trustee: Trustee::Keyless { issuer: issuer.to_owned(), identity }, root: None }
}

/// Why it was refused.
fn why(trust: &Trust, bundle: &[u8], module: &[u8]) -> String {
    trust.verify(bundle, module, None).map(|signed| signed.by).unwrap_err().why
}

#[test]
fn a_key_without_a_log_as_cosign_writes_it() {
    let signed = by_key(COSIGN_KEY).verify(COSIGN_BUNDLE, COSIGN, None).unwrap();
    assert!(signed.by.starts_with("the key with the SHA-256 digest ") && signed.time.is_none());
    assert!(!signed.over_manifest);
    assert!(why(&by_key(OTHER_KEY), COSIGN_BUNDLE, COSIGN).contains("signature is not valid"));
    assert!(why(&by_key(COSIGN_KEY), COSIGN_BUNDLE, b"another module").contains("that of other content"));
    let text = std::str::from_utf8(COSIGN_BUNDLE).unwrap();
    let digest = "u7WtbeOxtK7PvCBHWMourpWF/mlzGwaTcEydAKj2cFs=";
    assert!(text.contains(digest));
    // SHA-256 of "another module": the digest fits, and the signature does not.
    let forged = text.replace(digest, &base64(&sha256(b"another module")));
    assert!(
        why(&by_key(COSIGN_KEY), forged.as_bytes(), b"another module").contains("signature is not valid")
    );
}

/// Hexadecimal digits as base64 of the bytes.
fn base64(hex: &str) -> String {
    use base64::Engine as _;
    let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    base64::prelude::BASE64_STANDARD.encode(bytes.collect::<Vec<_>>())
}

#[test]
fn a_signature_alone() {
    let signature = data!("cosign/artifact.sig");
    assert!(plain_signature(&by_key(COSIGN_KEY), signature, COSIGN).is_ok());
    for (trust, signature, module, expected) in [
        (by_key(OTHER_KEY), signature, COSIGN, "signature is not valid"),
        (by_key(COSIGN_KEY), signature, b"another".as_slice(), "signature is not valid"),
        (by_key(COSIGN_KEY), b"!", COSIGN, "the signature is not base64"),
        (by_key(COSIGN_KEY), b"", COSIGN, "signature is not valid"),
        (by_key(b"no key"), signature, COSIGN, "the key is no public key in PEM"),
        (by("i", "a"), signature, COSIGN, "it can be verified with a key only"),
    ] {
        let found = plain_signature(&trust, signature, module).unwrap_err().why;
        assert!(found.contains(expected), "{expected}: {found}");
    }
}

#[test]
fn a_key_with_a_log() {
    let trust = by_key(data!("key-logged/key.pub"));
    let signed = trust.verify(LOGGED_BUNDLE, LOGGED, None).unwrap();
    assert!(signed.time.is_some_and(|time| time.starts_with("2025-12-18T")));
    assert!(why(&trust, LOGGED_BUNDLE, b"another").contains("does not match"));
    assert!(trust.verify(LOGGED_BUNDLE, b"another", None).unwrap_err().is_of_other_content);
    assert!(why(&by_key(COSIGN_KEY), LOGGED_BUNDLE, LOGGED).contains("signature"));
    // A log entry that was tampered with is no reason to fall back to the key alone.
    let text = std::str::from_utf8(LOGGED_BUNDLE).unwrap();
    let forged = text.replace("\"integratedTime\":\"1766077479\"", "\"integratedTime\":\"1766077478\"");
    assert_ne!(forged, text);
    assert!(why(&trust, forged.as_bytes(), LOGGED).contains("inclusion promise"));
}

#[test]
fn an_identity_with_certificate_and_log() {
    let identity = "w.vollprecht@gmail.com";
    let signed = by(KEYLESS_ISSUER, identity).verify(KEYLESS_BUNDLE, KEYLESS, None).unwrap();
    assert_eq!(signed.by, format!("{identity} ({KEYLESS_ISSUER})"));
    assert!(signed.time.is_some());
    assert!(by(KEYLESS_ISSUER, "*@gmail.com").verify(KEYLESS_BUNDLE, KEYLESS, None).is_ok());
    for (trust, module, expected) in [
        (by(KEYLESS_ISSUER, "somebody@example.com"), KEYLESS, "identity mismatch"),
        (by(KEYLESS_ISSUER, "*@example.com"), KEYLESS, "whom the pattern does not match"),
        (by(KEYLESS_ISSUER, "*"), KEYLESS, "whom the pattern does not match"),
        (by("https://accounts.example.com", identity), KEYLESS, "issuer mismatch"),
        (by(KEYLESS_ISSUER, identity), b"another".as_slice(), "does not match"),
        (by_key(COSIGN_KEY), KEYLESS, "signed with a certificate, and a key is asked for"),
    ] {
        let found = why(&trust, KEYLESS_BUNDLE, module);
        assert!(found.contains(expected), "{expected}: {found}");
    }
    assert!(why(&by(KEYLESS_ISSUER, identity), COSIGN_BUNDLE, COSIGN).contains("signed with a key"));
    let other_root = Trust { root: Some(b"{}".to_vec()), ..by(KEYLESS_ISSUER, identity) };
    assert!(!why(&other_root, KEYLESS_BUNDLE, KEYLESS).is_empty());
}

/// A statement of the kind that another community has for its packages: all of its proofs hold, and it is no statement on
/// the origin of a policy.
#[test]
fn a_statement_with_certificate_and_log() {
    let (verified, workflow) =
        ("its statement is of the kind", "https://github.com/prefix-dev/sigstore-example/*@*");
    let inner = "https://github.com/prefix-dev/sigstore-example/.github/workflows/*@refs/heads/main";
    for (trust, module, expected) in [
        (by(STATEMENT_ISSUER, WORKFLOW), STATEMENT, verified),
        (by(STATEMENT_ISSUER, inner), STATEMENT, verified),
        (by(STATEMENT_ISSUER, workflow), STATEMENT, "whom the pattern does not match"),
        (by(STATEMENT_ISSUER, &WORKFLOW.replace("main", "dev")), STATEMENT, "identity mismatch"),
        (by(KEYLESS_ISSUER, WORKFLOW), STATEMENT, "issuer mismatch"),
        (by(STATEMENT_ISSUER, WORKFLOW), b"another".as_slice(), "does not match any subject"),
    ] {
        let found = why(&trust, STATEMENT_BUNDLE, module);
        assert!(found.contains(expected), "{expected}: {found}");
    }
    assert!(
        by(STATEMENT_ISSUER, WORKFLOW)
            .verify(STATEMENT_BUNDLE, b"another", None)
            .unwrap_err()
            .is_of_other_content
    );
}

/// What `cosign sign` puts beside an artifact in a registry: a statement about the manifest.
#[test]
fn a_statement_about_the_manifest() {
    let (manifest, bundle) = (data!("cosign/manifest.json"), data!("cosign/manifest.sigstore.json"));
    let signed = by_key(COSIGN_KEY).verify(bundle, COSIGN, Some(manifest)).unwrap();
    assert!(signed.over_manifest);
    assert!(by_key(COSIGN_KEY).verify(bundle, COSIGN, None).unwrap_err().is_of_other_content);
    let refused = by_key(COSIGN_KEY).verify(bundle, b"another", Some(manifest)).unwrap_err();
    assert!(
        refused.why.contains("its module has") || refused.why.contains("about another module"),
        "{refused}"
    );
    let refused = by_key(OTHER_KEY).verify(bundle, COSIGN, Some(manifest)).unwrap_err();
    assert!(refused.why.contains("signature is not valid"), "{refused}");
    // The manifest of the same module, with one more word in it.
    let changed = String::from_utf8(manifest.to_vec()).unwrap().replace("Owners", "Owner");
    let refused = by_key(COSIGN_KEY).verify(bundle, COSIGN, Some(changed.as_bytes())).unwrap_err();
    assert!(refused.is_of_other_content, "{refused}");
}

#[test]
fn what_a_bundle_can_lack_or_lie_about_is_refused() {
    let trust = by(KEYLESS_ISSUER, "w.vollprecht@gmail.com");
    let text = std::str::from_utf8(KEYLESS_BUNDLE).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    for path in [
        "/verificationMaterial/tlogEntries",
        "/verificationMaterial/certificate",
        "/messageSignature/signature",
        "/messageSignature",
        "/mediaType",
    ] {
        let kept = std::mem::take(value.pointer_mut(path).unwrap());
        let without = value.to_string();
        assert!(trust.verify(without.as_bytes(), KEYLESS, None).is_err(), "{path}");
        *value.pointer_mut(path).unwrap() = kept;
    }
    assert!(trust.verify(value.to_string().as_bytes(), KEYLESS, None).is_ok(), "all is back");
    for garbage in [&b""[..], b"{}", b"[]", b"\xff", b"null", &b"[".repeat(100_000)] {
        assert!(why(&trust, garbage, KEYLESS).contains("the bundle"), "{garbage:?}");
    }
    let older = why(&by_key(COSIGN_KEY), data!("cosign/older.bundle"), COSIGN);
    assert!(older.contains("--new-bundle-format"), "{older}");
}

#[test]
fn one_good_signature_of_many_is_enough_and_none_is_not() {
    let trust = by_key(COSIGN_KEY);
    let bundles = [b"{}".to_vec(), KEYLESS_BUNDLE.to_vec(), COSIGN_BUNDLE.to_vec()];
    assert_eq!(signed_by(&trust, &bundles, COSIGN, None).unwrap().0, 2);
    let refused = signed_by(&trust, &bundles[..2], COSIGN, None).unwrap_err().why;
    assert!(refused.starts_with("none of 2 signatures counts: "), "{refused}");
    assert_eq!(signed_by(&trust, &[], COSIGN, None).unwrap_err().why, "there is no signature");
}

#[test]
fn a_signature_of_a_manifest_counts_for_its_own_module_only() {
    let (_, manifest) = artifact::written(b"module", &super::Description::default());
    // The bundle is about other content: neither module nor manifest is what was signed.
    let refused = by_key(COSIGN_KEY).verify(COSIGN_BUNDLE, b"module", Some(&manifest)).unwrap_err();
    assert!(refused.is_of_other_content);
    let refused = by_key(COSIGN_KEY).verify(COSIGN_BUNDLE, b"Module", Some(&manifest)).unwrap_err();
    assert!(refused.why.contains("about another module"), "{refused}");
    let refused = by_key(COSIGN_KEY).verify(COSIGN_BUNDLE, b"module", Some(b"no manifest")).unwrap_err();
    assert!(refused.why.contains("manifest cannot be read"), "{refused}");
}
