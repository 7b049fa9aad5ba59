//! `gate policy list`: what would run here.

use sha2::{Digest, Sha256};

use crate::foreign_policy::example;
use crate::{gate, guest, shop};

fn sha256(module: &[u8]) -> String {
    Sha256::digest(module).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn config(digest: &str) -> String {
    format!(
        "\
environments:
  stage: {{ paths: ['stage/**'] }}
  prod: {{ paths: ['prod/**'] }}
limits: {{ memory: 64MiB }}
policies:
  - use: ./policies/own.wasm
    sha256: {digest}
    settings: {{ owners: [team-*] }}
    severity: warning
    rules: {{ missing-owner: error, unknown-owner: off }}
    environments: [stage, prod]
    exclude: ['**/tests/**', vendor/**]
    limits: {{ fuel: 500M, time: 10s }}
  - use: builtin:no-direct-prod
  - use: builtin:image-tags
    severity: off
"
    )
}

#[test]
fn every_entry_is_shown_as_it_would_run() {
    let repo = shop();
    let digest = sha256(example());
    repo.write("policies/own.wasm", example()).write("gate.yaml", config(&digest));
    let run = gate().run(repo.path(), &["policy", "list"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let builtin = gate::policy::Builtin::find("no-direct-prod").unwrap().sha256;
    let (first, rest) = run.stdout.split_once('\n').unwrap();
    assert!(
        first.starts_with("configuration: ") && first.ends_with("gate.yaml, as it is on disk"),
        "{first}"
    );
    let expected = format!(
        "
require-owner 0.1.0  ./policies/own.wasm
  where     stage, prod; not in **/tests/**, vendor/**
  settings  {{\"owners\":[\"team-*\"]}}
  severity  all rules: warning, missing-owner: error, unknown-owner: off
  limit     fuel 500M (usually 200M)
  limit     memory 64MiB (usually 128MiB)
  digest    {digest} (pinned)
  rules
    require-owner/missing-owner  error
    require-owner/unknown-owner  off

no-direct-prod 0.1.0  builtin:no-direct-prod
  where     everywhere
  settings  {{}}
  limit     memory 64MiB (usually 128MiB)
  digest    {builtin} (part of this program)
  rules
    no-direct-prod/direct-production-change  error
    no-direct-prod/shared-base-change        warning

builtin:image-tags  off: it is not loaded
  where     everywhere
  settings  {{}}
  severity  all rules: off
  limit     memory 64MiB (usually 128MiB)
  digest    not pinned
"
    );
    assert_eq!(rest, expected);

    let run = gate().run(repo.path(), &["policy", "list", "--format=json"]);
    let json = run.json();
    let own = &json["policies"][0];
    assert_eq!((&own["state"], &own["pinned"]), (&"loaded".into(), &digest.into()));
    assert_eq!(own["settings"], serde_json::json!({ "owners": ["team-*"] }));
    assert_eq!(
        own["policy"]["rules"][1],
        serde_json::json!({ "id": "require-owner/unknown-owner", "severity": "off" })
    );
    assert_eq!(own["limits"], serde_json::json!({ "fuel": "500M", "memory": "64MiB", "time": "10s" }));
    assert_eq!(json["policies"][2]["state"], "off");
}

#[test]
fn without_a_configuration_the_defaults_run() {
    let repo = shop();
    let run = gate().run(repo.path(), &["policy", "list"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.starts_with("configuration: built-in defaults\n\nimage-tags "), "{run:?}");
    let headings = run.stdout.lines().filter(|line| line.contains("  builtin:")).count();
    assert_eq!(headings, 3, "{run:?}");
}

#[test]
fn a_revision_has_its_own_policies() {
    let repo = shop();
    repo.write("policies/own.wasm", example());
    repo.write("gate.yaml", "policies:\n  - use: ./policies/own.wasm\n").commit("own");
    repo.remove("policies/own.wasm").write("gate.yaml", "policies: []\n");
    let here = gate().run(repo.path(), &["policy", "list"]);
    assert_eq!(here.code, 0, "{here:?}");
    assert!(here.stdout.ends_with("gate.yaml, as it is on disk\nno policy would run\n"), "{here:?}");
    let elsewhere = tempfile::tempdir().unwrap();
    let path = repo.path().to_str().unwrap();
    let then = gate().run(elsewhere.path(), &["policy", "list", "-C", path, "--revision", "main"]);
    assert_eq!(then.code, 0, "{then:?}");
    assert!(then.stdout.contains("\nrequire-owner 0.1.0  ./policies/own.wasm\n"), "{then:?}");
    assert!(then.stdout.contains(&format!("  digest    {} (not pinned)\n", sha256(example()))), "{then:?}");
}

#[test]
fn what_cannot_be_loaded_is_told_as_a_check_would() {
    let repo = shop();
    repo.write("policies/bad.wasm", "not wasm")
        .write("policies/start.wasm", guest::component("endless-start"));
    let config = "policies:\n  - use: ./policies/bad.wasm\n  - use: builtin:image-tags\n  - use: ./policies/start.wasm\n";
    repo.write("gate.yaml", config);
    let run = gate().run(repo.path(), &["policy", "list"]);
    assert_eq!(run.code, 3, "{run:?}");
    let bad = "./policies/bad.wasm  cannot be loaded\n  failure   the file is not WebAssembly\n  hint      ";
    assert!(run.stdout.contains(bad), "{run:?}");
    let start = "./policies/start.wasm  cannot be loaded\n  failure   the policy used up its fuel of 200,000,000 units\n";
    assert!(run.stdout.contains(start), "{run:?}");
    assert!(run.stdout.contains("\nimage-tags 0.1.0  builtin:image-tags\n"), "{run:?}");
    let json = gate().run(repo.path(), &["policy", "list", "--format=json"]).json();
    assert_eq!(
        (&json["policies"][0]["state"], &json["policies"][1]["state"]),
        (&"failed".into(), &"loaded".into())
    );

    repo.write("gate.yaml", "policies:\n  - use: ./policies/none.wasm\n");
    let run = gate().run(repo.path(), &["policy", "list"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("gate.yaml:2:10: there is no file ./policies/none.wasm"), "{run:?}");
}
