//! What the gate really tells a policy of version 1.0, and what becomes of its whole answer: the policy of
//! `tests/data/contract` says back all that it is told.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fs;
use std::path::Path;

use crate::foreign_policy::{CHECK, with_policy};
use crate::{DEPLOYMENT, gate, guest};

fn echo() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/contract/1.0.0");
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    guest::encode(&read("echo.wat"), &read("policy.wit"))
}

const CONFIG: &str = "\
kubernetes: '1.31'
environments:
  stage: { paths: [stage/**] }
  prod: { paths: [apps/**], branches: [main], kubernetes: ['1.32', '1.33'], promotes-from: stage }
policies:
  - use: ./policies/own.wasm
    secrets: clear
";

#[test]
fn a_policy_is_told_of_branches_environments_and_moved_files() {
    let repo = with_policy(&echo(), CONFIG);
    fs::remove_file(repo.path().join("apps/web.yaml")).unwrap();
    repo.write("apps/moved.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("move");
    let run = gate().run(repo.path(), &CHECK);
    let report = run.json();
    assert_eq!(report["failures"], serde_json::json!([]), "{run:?}");
    let finding = &report["findings"][0];
    let message = finding["message"].as_str().unwrap();
    let start = "{}||";
    assert!(message.starts_with(start), "no repository without a host: {message}");
    for part in [
        "|+pr|+main|stage|+0|-|;;1|prod|+1|+stage|main|;1.32|1.33|;1|-|2026-01-02T03:04:05Z|{}|",
        "|1|0|apps/moved.yaml|+apps/web.yaml|+prod|prod|;1.32|1.33|;apps/v1|Deployment|+shop|web|+{",
        "web:1.2.4\"}]}}}}|+{",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert!(message.ends_with("|-|-|"), "no environment before has it, no extensions: {message}");
    let place = &finding["location"];
    assert_eq!((&place["path"], &place["pointer"]), (&"apps/moved.yaml".into(), &"/metadata/name".into()));
    assert_eq!((&place["start"]["line"], &place["start"]["column"]), (&4.into(), &9.into()));
    let related = &finding["related"][0];
    assert_eq!(related["message"], "the other");
    let start = &related["location"]["start"];
    assert_eq!((&related["location"]["path"], &start["line"]), (&"apps/moved.yaml".into(), &4.into()));
    assert!(
        related["location"].get("excerpt").is_none() || related["location"]["excerpt"].is_null(),
        "{run:?}"
    );
    assert!(finding.get("fix").is_none(), "the value is marked as a secret: {run:?}");
}
