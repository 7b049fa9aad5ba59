//! `gate check` with policies of a registry.

use std::net::TcpListener;

use gate::registry::sha256;

use crate::hostile::{Hostile, answer};
use crate::server::{PASSWORD, USER, closed, open};
use crate::{FOUND, change, digest, failures, honest, judge, other, policy, pushed};

/// `gate.yaml` with one policy.
fn config(reference: &str, more: &str) -> String {
    format!("policies:\n  - use: {reference}\n{more}")
}

fn pinned(module: &[u8]) -> String {
    format!("    sha256: {}\n", sha256(module))
}

#[test]
fn a_change_is_judged_by_a_policy_of_a_registry() {
    let Some(server) = open() else { return };
    let (_folder, run) = pushed(honest(), &server.at("judge", ":1"));
    let by_digest = server.at("judge", &format!("@sha256:{}", digest(&run, "manifest")));
    for text in [
        config(&server.at("judge", ":1"), &pinned(honest())),
        config(&by_digest, ""),
        config(&by_digest, &pinned(honest())),
    ] {
        let run = judge(&change(&text, &[]), &[], &[]);
        assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    }
    let run = judge(&change(&config(&server.at("judge", ":1"), ""), &[]), &[], &[]);
    assert!(
        run.code == 2 && run.stderr.contains("gate.yaml:2:10: ") && run.stderr.contains("is not pinned"),
        "{run:?}"
    );
}

#[test]
fn a_moved_tag_never_brings_other_content() {
    let Some(server) = open() else { return };
    let tag = server.at("judge-moved", ":1");
    let (folder, run) = pushed(honest(), &tag);
    let by_digest = format!("{tag}@sha256:{}", digest(&run, "manifest"));
    std::fs::write(folder.path().join("x.wasm"), other()).unwrap();
    assert_eq!(policy(folder.path(), &["push", "x.wasm", &tag, "--force"]).code, 0);
    let run = judge(&change(&config(&tag, &pinned(honest())), &[]), &[], &[]);
    let words = format!("its module has the SHA-256 digest {}, not {}", sha256(&other()), sha256(honest()));
    assert!(
        run.code == 2 && run.stderr.contains("gate.yaml:2:10: ") && run.stderr.contains(&words),
        "{run:?}"
    );
    let run = judge(&change(&config(&by_digest, &pinned(honest())), &[]), &[], &[]);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    let run = judge(&change(&config(&by_digest, &pinned(&other())), &[]), &[], &[]);
    assert_eq!(run.code, 2, "the pins contradict each other: {run:?}");
}

#[test]
fn the_second_run_needs_no_network() {
    let Some(server) = open() else { return };
    let tag = server.at("judge-cached", ":1");
    assert_eq!(pushed(honest(), &tag).1.code, 0);
    let repo = change(&config(&tag, &pinned(honest())), &[]);
    let cache = tempfile::tempdir().unwrap();
    let folder = cache.path().join("gate");
    let variables = [("GATE_CACHE_DIR", folder.to_str().unwrap())];
    let run = judge(&repo, &["--no-fetch"], &variables);
    assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
    let told = failures(&run);
    assert!(told[0].starts_with(&format!("policy {tag}: {tag} is not in the cache")), "{told:?}");
    assert!(run.stdout.contains(&format!("`gate policy pull {tag}` puts it there")), "{run:?}");
    assert_eq!(judge(&repo, &[], &variables).code, 1);
    let run = judge(&repo, &["--no-fetch"], &variables);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    // What is in the cache is held against the pin each time.
    let kept = folder.join(sha256(honest())).with_extension("content");
    std::fs::write(&kept, other()).unwrap();
    assert_eq!(judge(&repo, &["--no-fetch"], &variables).code, 3);
    assert_eq!(judge(&repo, &[], &variables).code, 1, "fetched again");
    assert_eq!(std::fs::read(&kept).unwrap(), honest());
}

#[test]
fn a_registry_that_is_down_makes_the_run_incomplete() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let reference = format!("oci://127.0.0.1:{port}/team/x:1");
    let text = config(&reference, &pinned(honest())) + "  - use: builtin:image-tags\n";
    let run = judge(&change(&text, &[]), &[], &[]);
    assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
    let told = failures(&run);
    assert!(told.len() == 1 && told[0].starts_with(&format!("policy {reference}: ")), "{told:?}");
    assert!(told[0].contains("no connection"), "{told:?}");
    let missing = Hostile::new(|_, stream| answer(stream, "404 Not Found", "", b""));
    let text = config(&format!("oci://{}/team/x:1", missing.host), &pinned(honest()));
    let run = judge(&change(&text, &[]), &[], &[]);
    assert!(run.code == 2 && run.stderr.contains("gate.yaml:2:10: "), "like a missing file: {run:?}");
}

#[test]
fn credentials_that_name_no_registry_are_for_the_only_one() {
    let (Some(server), Some(open)) = (closed(), open()) else { return };
    let login = [("GATE_REGISTRY_USERNAME", USER), ("GATE_REGISTRY_PASSWORD", PASSWORD)];
    let (secret, public) = (server.at("judge", ":1"), open.at("judge-public", ":1"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.wasm"), honest()).unwrap();
    let push = ["policy", "push", "x.wasm", &secret];
    assert_eq!(crate::gate().run_with(folder.path(), &push, &login, None).code, 0);
    assert_eq!(pushed(&other(), &public).1.code, 0);
    let one = change(&config(&secret, &pinned(honest())), &[]);
    assert_eq!(judge(&one, &[], &login).code, 1);
    let run = judge(&one, &[], &[]);
    assert!(run.code == 3 && failures(&run)[0].contains("401 Unauthorized"), "{run:?}");
    let places = "environments: { a: { paths: [a/**] } }\n";
    let second = format!("  - use: {public}\n{}    environments: [a]\n", pinned(&other()));
    let both = change(&(places.to_owned() + &config(&secret, &pinned(honest())) + &second), &[]);
    let run = judge(&both, &[], &login);
    assert!(run.code == 3 && failures(&run)[0].contains("GATE_REGISTRY_HOST"), "{run:?}");
    let named = [login[0], login[1], ("GATE_REGISTRY_HOST", server.host.as_str())];
    let run = judge(&both, &[], &named);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    assert!(!format!("{run:?}").contains(PASSWORD));
}

/// A pull request cannot send the gate to a registry of its own choice, nor have a module run that nobody has reviewed.
#[test]
fn a_change_of_the_configuration_asks_no_registry() {
    let evil = Hostile::new(|_, stream| answer(stream, "404 Not Found", "", b""));
    let repo = change("policies:\n  - use: builtin:image-tags\n", &[]);
    let reference = format!("oci://{}/team/x:1", evil.host);
    repo.write("gate.yaml", config(&reference, &pinned(honest()))).commit("another judge");
    let run = judge(&repo, &[], &[]);
    assert_eq!((run.code, evil.asked()), (0, Vec::<String>::new()), "{run:?}");
    let changes = run.json()["configuration_changes"].to_string();
    assert!(changes.contains(&format!("oci://{}/team/x", evil.host)), "{run:?}");
}
