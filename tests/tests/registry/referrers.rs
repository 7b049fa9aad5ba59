//! Bundles beside a policy, in registries that list them and in those that cannot. The real registry of the other tests
//! cannot; one that can is played here.

use std::collections::BTreeMap;
use std::sync::Arc;

use gate::registry::{RegistryErrorKind as Kind, sha256};
use serde_json::{Value, json};

use crate::hostile::{Hostile, answer, registry};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SUBJECT: &[u8] = b"the manifest of a policy";

/// An artifact with one layer that refers to `subject`.
fn artifact(subject: &[u8], layer: &str, content: &[u8]) -> Vec<u8> {
    let of = |kind: &str, bytes: &[u8]| json!({ "mediaType": kind, "digest": format!("sha256:{}", sha256(bytes)), "size": bytes.len() });
    json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": layer, "config": of("application/vnd.oci.empty.v1+json", b"{}"),
        "layers": [of(layer, content)], "subject": of(MANIFEST, subject),
    })
    .to_string()
    .into_bytes()
}

fn entry(artifact: &[u8], kind: &str) -> Value {
    json!({ "mediaType": MANIFEST, "digest": format!("sha256:{}", sha256(artifact)), "size": artifact.len(), "artifactType": kind })
}

/// Answers by the path below the repository, else 404.
fn serving(contents: BTreeMap<String, Vec<u8>>) -> Hostile {
    let contents = Arc::new(contents);
    Hostile::new(move |path, stream| {
        let path = path.trim_start_matches("GET /v2/team/x/");
        match contents.get(path) {
            Some(bytes) => answer(stream, "200 OK", "", bytes),
            None => answer(stream, "404 Not Found", "", b""),
        }
    })
}

fn index(entries: &[Value]) -> Vec<u8> {
    let kind = "application/vnd.oci.image.index.v1+json";
    json!({ "schemaVersion": 2, "mediaType": kind, "manifests": entries }).to_string().into_bytes()
}

#[test]
fn bundles_are_found_in_the_list_or_under_the_tag() {
    let good = artifact(SUBJECT, BUNDLE, b"bundle");
    let stolen = artifact(b"another manifest", BUNDLE, b"stolen");
    let scan = artifact(SUBJECT, "application/spdx+json", b"scan");
    let gone = artifact(SUBJECT, BUNDLE, b"gone");
    let list = index(&[
        entry(&scan, "application/spdx+json"),
        entry(&stolen, BUNDLE),
        entry(&gone, BUNDLE),
        entry(&good, BUNDLE),
    ]);
    let subject = sha256(SUBJECT);
    for place in [format!("referrers/sha256:{subject}"), format!("manifests/sha256-{subject}")] {
        let server = serving(BTreeMap::from([
            (place, list.clone()),
            (format!("manifests/sha256:{}", sha256(&good)), good.clone()),
            (format!("manifests/sha256:{}", sha256(&stolen)), stolen.clone()),
            (format!("blobs/sha256:{}", sha256(b"bundle")), b"bundle".to_vec()),
            (format!("blobs/sha256:{}", sha256(b"stolen")), b"stolen".to_vec()),
        ]));
        assert_eq!(registry(&server.host, ":1").bundles(&subject), Ok(vec![b"bundle".to_vec()]));
        let asked = server.asked().join(" ");
        assert!(!asked.contains(&sha256(&scan)) && !asked.contains(&sha256(b"stolen")), "{asked}");
    }
    let nothing = serving(BTreeMap::new());
    assert_eq!(registry(&nothing.host, ":1").bundles(&subject), Ok(Vec::new()));
}

#[test]
fn a_list_that_lies_is_no_list() {
    let (good, subject) = (artifact(SUBJECT, BUNDLE, b"bundle"), sha256(SUBJECT));
    let place = format!("referrers/sha256:{subject}");
    let changed = String::from_utf8(good.clone()).unwrap().replace("bundle.v0.3", "bundle.v0.4").into_bytes();
    for contents in [
        vec![(place.clone(), b"<html>".to_vec())],
        vec![(place.clone(), vec![b' '; (1 << 20) + 1])],
        vec![
            (place.clone(), index(&[entry(&good, BUNDLE)])),
            (format!("manifests/sha256:{}", sha256(&good)), changed),
        ],
        vec![
            (place.clone(), index(&[entry(&good, BUNDLE)])),
            (format!("manifests/sha256:{}", sha256(&good)), good.clone()),
            (format!("blobs/sha256:{}", sha256(b"bundle")), b"Bundle".to_vec()),
        ],
    ] {
        let server = serving(contents.into_iter().collect());
        let error = registry(&server.host, ":1").bundles(&subject).unwrap_err();
        assert_eq!(error.kind, Kind::Strange, "{error}");
    }
}

/// A registry that takes everything: with a list of its own it says so, and no tag is made for it.
#[test]
fn a_registry_that_lists_referrers_needs_no_tag() {
    for (header, lists, tagged) in
        [("OCI-Subject: x\r\n", false, false), ("", true, false), ("", false, true)]
    {
        let server = Hostile::new(move |path, stream| match path.split_once(' ') {
            Some(("POST", _)) => {
                answer(stream, "202 Accepted", "Location: /v2/team/x/blobs/uploads/1\r\n", b"")
            }
            Some(("PUT", path)) if path.contains("/manifests/") => answer(stream, "201 Created", header, b""),
            Some(("PUT", _)) => answer(stream, "201 Created", "", b""),
            Some((_, path)) if lists && path.contains("/referrers/") => {
                answer(stream, "200 OK", "", &index(&[]))
            }
            _ => answer(stream, "404 Not Found", "", b""),
        });
        assert_eq!(registry(&server.host, ":1").attach(SUBJECT, b"{}"), Ok(()));
        let tag = format!("PUT /v2/team/x/manifests/sha256-{}", sha256(SUBJECT));
        assert_eq!(server.asked().contains(&tag), tagged, "{:?}", server.asked());
    }
    let refusing = Hostile::new(|path, stream| match path.starts_with("POST") {
        true => answer(stream, "202 Accepted", "Location: http://example.com/upload\r\n", b""),
        false => answer(stream, "404 Not Found", "", b""),
    });
    let error = registry(&refusing.host, ":1").attach(SUBJECT, b"{}").unwrap_err();
    assert!(error.message.contains("to go to another server"), "{error}");
}
