//! What the server's own validation refuses: changes to what cannot be changed, several Kubernetes versions in one
//! run, and ways past a checker that lead nowhere here.

use crate::{DEPLOYMENT, gate, shop};
use gate_tests::TestRepo;

const CHECK: [&str; 6] = ["check", "--base", "main", "--head", "HEAD", "--format=json"];

#[test]
fn a_change_of_what_cannot_be_changed_is_found_in_the_change_only() {
    let repo = shop();
    repo.branch("pr")
        .write("apps/web.yaml", DEPLOYMENT.replace("app: web }", "app: shop }"))
        .commit("renamed");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["schema/immutable-field@apps/web.yaml:9:25 introduced"], "{run:?}");
    assert_eq!(run.code, 1);
    let whole = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    assert_eq!((whole.code, whole.findings()), (0, vec![]), "{whole:?}");
}

#[test]
fn an_object_of_another_name_is_another_object() {
    let repo = shop();
    let other = DEPLOYMENT
        .replace("app: web }", "app: shop }")
        .replace("name: web\n  namespace", "name: shop\n  namespace");
    repo.branch("pr").write("apps/web.yaml", other).commit("another one");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
}

#[test]
fn each_version_of_a_fleet_has_its_say() {
    let repo = TestRepo::new();
    let budget = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: 1st}\nspec: {ports: [{port: 80}]}\n";
    repo.write("gate.yaml", "kubernetes: [\"1.24\", \"1.34\"]\n").write("budget.yaml", budget);
    repo.write("service.yaml", service).commit("all");
    let run = gate().run(repo.path(), &["check", "--all", "--schemas-only", "--format=json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    let messages: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["message"].as_str().unwrap()).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(
        messages.iter().any(|text| text.contains("is deprecated since Kubernetes 1.21; 1.25 removes it"))
    );
    assert!(messages.iter().any(|text| text.contains("was removed in Kubernetes 1.25")));
    assert!(
        messages
            .iter()
            .any(|text| text.contains("(DNS-1035 label)")
                && text.ends_with("(on Kubernetes 1.24, not on 1.34)"))
    );
}

/// A ConfigMap with an unknown field, written in a way that a checker may overlook.
fn evasions() -> Vec<(&'static str, String)> {
    let bad = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nsepc: 1\n";
    let flow = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, sepc: 1}";
    let good = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
    let aliases = |at: u8| {
        let (this, last) = (char::from(b'b' + at), char::from(b'a' + at));
        format!("{this}: &{this} [{}]\n", vec![format!("*{last}"); 9].join(", "))
    };
    let bomb: String = (0..9).map(aliases).collect();
    vec![
        ("on the separator's line", format!("--- {flow}\n")),
        ("behind four dashes", format!("{good}---- x\n{bad}")),
        ("behind a directive", format!("%YAML 1.1\n---\n{bad}")),
        ("behind a BOM", format!("\u{feff}{bad}")),
        ("with CRLF", bad.replace('\n', "\r\n")),
        ("behind an end of document", format!("{good}...\n---\n{bad}")),
        ("behind a comment on the separator", format!("{good}--- # x\n{bad}")),
        ("in a typed list", "apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}, spec: {containers: [{name: a, image: b, foo: 1}]}}]\n".to_owned()),
        ("in a list in a list", format!("apiVersion: v1\nkind: List\nitems: [{{apiVersion: v1, kind: List, items: [{flow}]}}]\n")),
        ("in a list at the root", format!("[{flow}]\n")),
        ("with another case", bad.replace("ConfigMap", "configmap")),
        ("in an alias bomb", format!("a: &a [x, x, x, x, x, x, x, x, x]\n{bomb}{bad}")),
        ("under ten thousand lists", format!("{bad}data: {}{}\n", "[".repeat(10_001), "]".repeat(10_001))),
    ]
}

#[test]
fn no_way_past_the_checker_works() {
    for (name, text) in evasions() {
        let repo = TestRepo::new();
        repo.write("empty.yaml", "").write("object.yaml", text).commit("all");
        let run = gate().run(repo.path(), &["check", "--all", "--schemas-only", "--format=json"]);
        assert!(matches!(run.code, 1 | 3), "{name}: {run:?}");
        assert!(run.findings().iter().any(|found| found.contains("object.yaml")), "{name}: {run:?}");
    }
}
