//! The values of Secrets reach no policy from outside the gate, unless it asks and the operator agrees. The policy here
//! says back all that it is handed. (The gate masks the values once more in its report: a message with a value that the
//! policy did see has other marks in it.)
#![expect(clippy::panic, reason = "a test that cannot prepare its input must stop at once")]

use gate_tests::{Run, TestRepo};

use crate::foreign_policy::CHECK;
use crate::{gate, guest};

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"a\":\"Zmlyc3QtdmFsdWU=\"}}'
data: { a: Zmlyc3QtdmFsdWU= }
stringData: { b: second-value, c: null }
type: Opaque
";

const KUSTOMIZATION: &str = "resources: [deployment.yaml]\npatches: [{ path: patch.yaml }, { path: ops.yaml, target: { kind: Secret } }]\n";
const PATCH: &str = "apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { b: third-value }\n";
const OPS: &str = "- { op: replace, path: /data/a, value: Zm91cnRoLXZhbHVl }\n- { op: add, path: /metadata/labels, value: { l: shown } }\n";

/// A change of everything that holds a secret, judged by the echo with this configuration of it.
fn run(module: &[u8], entry: &str) -> Run {
    let repo = TestRepo::new();
    let config = format!("policies:\n  - use: ./policies/own.wasm\n{entry}");
    let stage = SECRET.replace("second", "staged");
    repo.write("policies/own.wasm", module).write("gate.yaml", config);
    repo.write("stage/secret.yaml", stage).write("prod/secret.yaml", SECRET);
    repo.write("app/kustomization.yaml", KUSTOMIZATION).commit("base");
    repo.branch("pr");
    repo.write("prod/secret.yaml", SECRET.replace("second", "newest"));
    repo.write("app/patch.yaml", PATCH).write("app/ops.yaml", OPS).commit("change");
    gate().run(repo.path(), &CHECK)
}

/// What the policy said of a file of the change.
fn said(run: &Run, path: &str) -> String {
    let report = run.json();
    let all = report["findings"].as_array().cloned().unwrap_or_default();
    let here = |finding: &&serde_json::Value| finding["location"]["path"] == path;
    let found: Vec<_> = all.iter().filter(here).collect();
    let [finding] = found.as_slice() else { panic!("{path}: {run:?}") };
    finding["message"].as_str().unwrap_or_default().to_owned()
}

const VALUES: [&str; 6] =
    ["Zmlyc3Q", "second-value", "newest-value", "staged-value", "third-value", "Zm91cnRo"];

#[test]
fn a_policy_from_outside_gets_no_value_of_a_secret() {
    let run = run(&guest::component("echo"), "");
    assert_eq!(run.code, 1, "{run:?}");
    let masked = r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"<redacted>"}},"data":{"a":"<redacted>"},"stringData":{"b":"<redacted>","c":"<redacted>"},"type":"Opaque"}"#;
    assert_eq!(said(&run, "prod/secret.yaml"), format!("{masked}|{masked}|{masked}|"));
    let patch =
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"b":"<redacted>"}}|||"#;
    assert_eq!(said(&run, "app/patch.yaml"), patch);
    let operations = r#"[{"op":"replace","path":"/data/a","value":"<redacted>"},{"op":"add","path":"/metadata/labels","value":{"l":"shown"}}]|||"#;
    assert_eq!(said(&run, "app/ops.yaml"), operations);
    assert!(VALUES.iter().all(|value| !run.stdout.contains(value)), "{run:?}");
}

#[test]
fn a_policy_that_asks_gets_them_only_if_the_operator_agrees() {
    let module = guest::component_that_reads_secrets("echo");
    let agreed = run(&module, "    secrets: clear\n");
    assert_eq!(agreed.code, 1, "{agreed:?}");
    for path in ["prod/secret.yaml", "app/patch.yaml", "app/ops.yaml"] {
        assert!(!said(&agreed, path).contains("<redacted>"), "{agreed:?}");
    }
    assert!(said(&agreed, "prod/secret.yaml").contains("\"c\":null"), "{agreed:?}");
    // What only a third file holds is known to nobody but the policy.
    let own = VALUES.iter().filter(|value| **value != "staged-value");
    let told: Vec<_> = own.filter(|value| agreed.stdout.contains(**value)).collect();
    assert!(told.is_empty(), "the report masks them: {told:?}");

    for (module, entry, message, hint) in [
        (&module, "", "policy hostile has to see the values of Secrets", "add `secrets: clear`"),
        (&module, "    secrets: masked\n", "policy hostile has to see the values", "add `secrets: clear`"),
        (
            &guest::component("echo"),
            "    secrets: clear\n",
            "policy hostile does not ask for the values of Secrets",
            "remove `secrets: clear`",
        ),
    ] {
        let refused = run(module, entry);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused:?}");
        assert!(refused.stderr.contains(&format!("gate.yaml:2:10: {message}")), "{refused:?}");
        assert!(refused.stderr.contains(hint), "{refused:?}");
    }
}

#[test]
fn a_built_in_policy_needs_no_permission() {
    let repo = TestRepo::new();
    repo.write("gate.yaml", "policies:\n  - use: builtin:plaintext-secrets\n").commit("base");
    repo.branch("pr");
    repo.write("prod/secret.yaml", SECRET).commit("change");
    let run = gate().run(repo.path(), &CHECK);
    let places: Vec<String> = run.findings();
    assert!(places.iter().any(|place| place.contains("@prod/secret.yaml:7:")), "data: {places:?}");
    assert!(places.iter().any(|place| place.contains("@prod/secret.yaml:8:")), "stringData: {places:?}");

    let asking = "policies:\n  - use: builtin:plaintext-secrets\n    secrets: clear\n";
    repo.branch("other");
    repo.write("gate.yaml", asking).commit("asking");
    let run = gate().run(repo.path(), &["check", "--base", "other", "--config-from", "head"]);
    assert!(run.stderr.contains("gate.yaml:3:14: a built-in policy needs no permission"), "{run:?}");
}
