//! Signatures of policies, in a registry and beside files, by keys that these tests make.

use std::fs;
use std::path::Path;

use gate_tests::Run;

use crate::server::open;
use crate::signer::{COSIGN, Signer};
use crate::{FOUND, change, digest, honest, judge, other, policy, pushed};

/// `x.wasm` with `bundle` pushed to `reference`; what was said.
fn pushed_with(folder: &Path, module: &[u8], bundle: &str, reference: &str) -> Run {
    fs::write(folder.join("x.wasm"), module).unwrap();
    fs::write(folder.join("b.json"), bundle).unwrap();
    policy(folder, &["push", "x.wasm", reference, "--bundle", "b.json"])
}

fn config(reference: &str) -> String {
    format!("policies:\n  - use: {reference}\n    signature: {{ key: ./keys/cosign.pub }}\n")
}

#[test]
fn a_signed_policy_of_a_registry_needs_no_pin() {
    let Some(server) = open() else { return };
    let (signer, folder, tag) = (Signer::new(), tempfile::tempdir().unwrap(), server.at("signed", ":1"));
    let run = pushed_with(folder.path(), honest(), &signer.bundle(honest()), &tag);
    assert!(run.code == 0 && run.stdout.contains("1 bundle attached"), "{run:?}");
    let key = signer.pem();
    let files: [(&str, &[u8]); 1] = [("keys/cosign.pub", key.as_bytes())];
    let run = judge(&change(&config(&tag), &files), &[], &[]);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    // The tag is moved to content that somebody else has signed.
    let other_bundle = Signer::new().bundle(&other());
    fs::write(folder.path().join("b.json"), other_bundle).unwrap();
    fs::write(folder.path().join("x.wasm"), other()).unwrap();
    let moved = policy(folder.path(), &["push", "x.wasm", &tag, "--bundle", "b.json", "--force"]);
    assert_eq!(moved.code, 0, "{moved:?}");
    let run = judge(&change(&config(&tag), &files), &[], &[]);
    assert!(
        run.code == 2 && run.stderr.contains("must have been signed by key ./keys/cosign.pub"),
        "{run:?}"
    );
    assert!(
        run.stderr.contains("gate.yaml:2:10: ") && run.stderr.contains("signature is not valid"),
        "{run:?}"
    );
}

#[test]
fn what_the_configuration_asks_for_is_missing() {
    let Some(server) = open() else { return };
    let tag = server.at("unsigned", ":1");
    assert_eq!(pushed(honest(), &tag).1.code, 0);
    let key = Signer::new().pem();
    let run = judge(&change(&config(&tag), &[("keys/cosign.pub", key.as_bytes())]), &[], &[]);
    assert!(run.code == 2 && run.stderr.contains("there is no signature"), "{run:?}");
    let run = judge(&change(&config(&tag), &[]), &[], &[]);
    assert!(run.code == 2 && run.stderr.contains("there is no file ./keys/cosign.pub"), "{run:?}");
    let run = judge(&change(&config(&tag), &[("keys/cosign.pub", b"nonsense")]), &[], &[]);
    assert_eq!(run.code, 2, "{run:?}");
}

/// One rule for the whole file, and no policy without one.
#[test]
fn signatures_that_are_required_of_all() {
    let signer = Signer::new();
    let (key, bundle) = (signer.pem(), signer.bundle(honest()));
    let policies = "policies: [{ use: ./x.wasm }, { use: builtin:image-tags }]\nrequire-signatures: true\n";
    let files: [(&str, &[u8]); 3] =
        [("x.wasm", honest()), ("x.wasm.sigstore.json", bundle.as_bytes()), ("cosign.pub", key.as_bytes())];
    let run = judge(&change(policies, &files), &[], &[]);
    assert!(run.code == 2 && run.stderr.contains("nothing says who must have signed `./x.wasm`"), "{run:?}");
    let config = format!("{policies}signature: {{ key: ./cosign.pub }}\n");
    let run = judge(&change(&config, &files), &[], &[]);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    let run = judge(&change(&config, &[files[0], files[2]]), &[], &[]);
    assert!(run.code == 2 && run.stderr.contains("./x.wasm has no signature"), "{run:?}");
}

#[test]
fn a_statement_about_the_manifest_counts_if_it_is_about_its_origin() {
    let Some(server) = open() else { return };
    let (signer, folder) = (Signer::new(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("cosign.pub"), signer.pem()).unwrap();
    for (name, kind, code) in [
        ("stated", COSIGN, 0),
        ("built", "https://slsa.dev/provenance/v1", 0),
        ("scanned", "https://cosign.sigstore.dev/attestation/vuln/v1", 2),
    ] {
        let tag = server.at(name, ":1");
        let manifest = digest(&pushed(honest(), &tag).1, "manifest");
        let run = pushed_with(folder.path(), honest(), &signer.statement(&manifest, kind), &tag);
        assert_eq!(run.code, 0, "{run:?}");
        let output = format!("{name}.wasm");
        let pulled = policy(folder.path(), &["pull", &tag, "--key", "cosign.pub", "-o", &output]);
        assert_eq!(pulled.code, code, "{pulled:?}");
        assert_eq!(folder.path().join(&output).exists(), code == 0);
        if code == 0 {
            let verified = policy(folder.path(), &["verify", &output, "--key", "cosign.pub"]);
            assert!(
                verified.code == 0 && verified.stdout.contains("its manifest is signed by"),
                "{verified:?}"
            );
        } else {
            assert!(pulled.stderr.contains("says nothing of the origin"), "{pulled:?}");
        }
    }
}

/// The bundles of a policy are kept with it, so that a signed policy is judged by without a network, too.
#[test]
fn signatures_are_kept_with_the_policy() {
    let Some(server) = open() else { return };
    let (signer, folder, tag) = (Signer::new(), tempfile::tempdir().unwrap(), server.at("kept", ":1"));
    let run = pushed_with(folder.path(), honest(), &signer.bundle(honest()), &tag);
    let pinned = format!("{tag}@sha256:{}", digest(&run, "manifest"));
    let cache = folder.path().join("cache");
    let variables = [("GATE_CACHE_DIR", cache.to_str().unwrap())];
    let pull = ["policy", "pull", &pinned];
    assert_eq!(crate::gate().run_with(folder.path(), &pull, &variables, None).code, 0);
    for (key, code) in [(signer.pem(), 1), (Signer::new().pem(), 2)] {
        let repo = change(&config(&pinned), &[("keys/cosign.pub", key.as_bytes())]);
        let run = judge(&repo, &["--no-fetch"], &variables);
        assert_eq!(run.code, code, "{run:?}");
    }
}

#[test]
fn a_file_of_the_repository_with_its_signature_beside_it() {
    let (signer, config) = (Signer::new(), config("./policies/x.wasm"));
    let (key, bundle, signature) = (signer.pem(), signer.bundle(honest()), signer.signature(honest()));
    let of_other = signer.bundle(&other());
    for (ending, content, module, expected) in [
        (".sigstore.json", &bundle, honest(), None),
        (".sig", &signature, honest(), None),
        (".sigstore.json", &of_other, honest(), Some("its digest is that of other content")),
        (".sigstore.json", &bundle, other().as_slice(), Some("its digest is that of other content")),
        (".sig", &signature, other().as_slice(), Some("signature is not valid")),
        (".none", &bundle, honest(), Some("has no signature, and must have been signed by key")),
    ] {
        let beside = format!("policies/x.wasm{ending}");
        let files: [(&str, &[u8]); 3] =
            [("policies/x.wasm", module), (&beside, content.as_bytes()), ("keys/cosign.pub", key.as_bytes())];
        let repo = change(&config, &files);
        let run = judge(&repo, &[], &[]);
        match expected {
            None => {
                assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
                let from_disk = judge(&repo, &["--config", "gate.yaml"], &[]);
                assert_eq!(from_disk.findings(), [FOUND], "{from_disk:?}");
            }
            Some(words) => assert!(run.code == 2 && run.stderr.contains(words), "{words}: {run:?}"),
        }
    }
}

/// Key and signature are the base's own: a pull request that brings others is judged by the old ones, and says so.
#[test]
fn a_change_cannot_bring_its_own_key() {
    let (signer, thief) = (Signer::new(), Signer::new());
    let (key, bundle) = (signer.pem(), signer.bundle(honest()));
    let files: [(&str, &[u8]); 3] = [
        ("policies/x.wasm", honest()),
        ("policies/x.wasm.sigstore.json", bundle.as_bytes()),
        ("keys/cosign.pub", key.as_bytes()),
    ];
    let repo = change(&config("./policies/x.wasm"), &files);
    repo.write("keys/cosign.pub", thief.pem()).write("policies/x.wasm", other());
    repo.write("policies/x.wasm.sigstore.json", thief.bundle(&other())).commit("another judge");
    let run = judge(&repo, &[], &[]);
    assert!(run.findings().contains(&FOUND.to_owned()), "{run:?}");
    let changes = run.json()["configuration_changes"].to_string();
    for subject in
        ["what signatures are held against: ./keys/cosign.pub", "content of policy ./policies/x.wasm"]
    {
        assert!(changes.contains(subject), "{subject}: {changes}");
    }
}

#[test]
fn verify_says_yes_or_why_not() {
    let (signer, folder) = (Signer::new(), tempfile::tempdir().unwrap());
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    write("x.wasm", honest());
    write("x.wasm.sigstore.json", signer.bundle(honest()).as_bytes());
    write("x.sig", signer.signature(honest()).as_bytes());
    write("own.pub", signer.pem().as_bytes());
    write("other.pub", Signer::new().pem().as_bytes());
    let issuer = ["--issuer", "https://issuer.example.com", "--identity", "joe@example.com"];
    for (arguments, code, expected) in [
        (vec!["x.wasm", "--key", "own.pub"], 0, "x.wasm: signed by the key with the SHA-256 digest "),
        (vec!["x.wasm", "--key", "own.pub", "--signature", "x.sig"], 0, "x.wasm: signed by the key"),
        (vec!["x.wasm", "--key", "other.pub"], 1, "signature is not valid"),
        (vec!["x.wasm", "--key", "other.pub", "--signature", "x.sig"], 1, "signature is not valid"),
        (
            [&["x.wasm"], issuer.as_slice()].concat(),
            1,
            "it was signed with a key, and an identity is asked for",
        ),
        (vec!["x.wasm", "--key", "own.pub", "--bundle", "own.pub"], 1, "the bundle cannot be read"),
        (vec!["x.wasm", "--key", "none.pub"], 2, "none.pub cannot be read"),
        (vec!["x.wasm"], 2, "nothing says who must have signed it"),
        (vec!["x.wasm", "--issuer", "https://issuer.example.com"], 2, "an issuer without an identity"),
        (vec!["own.pub", "--key", "own.pub"], 2, "there is no bundle own.pub.sigstore.json"),
    ] {
        let run = policy(folder.path(), &[&["verify"], arguments.as_slice()].concat());
        assert!(
            run.code == code && format!("{}{}", run.stdout, run.stderr).contains(expected),
            "{expected}: {run:?}"
        );
    }
}
