//! Files that are not yet what a cluster gets: completed by patches, with images set elsewhere, made for tests.

use crate::{DEPLOYMENT, gate};
use gate_tests::{Run, TestRepo};

/// `severity rule@path:line` of every finding of the whole tree.
fn found(repo: &TestRepo) -> Vec<String> {
    repo.commit("all");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    assert_ne!(run.code, 2, "{run:?}");
    severities(&run)
}

fn severities(run: &Run) -> Vec<String> {
    let report = run.json();
    let findings = report["findings"].as_array().into_iter().flatten();
    let line = |finding: &serde_json::Value| {
        let word = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
        let (place, rule) = (&finding["location"], word(&finding["rule"]));
        format!("{} {rule}@{}:{}", word(&finding["severity"]), word(&place["path"]), place["start"]["line"])
    };
    findings.map(line).collect()
}

const SECRET_REFERENCE: &str = "\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: db
spec:
  secretStoreRef: { kind: ClusterSecretStore, name: vault }
  target: { name: db }
  dataFrom:
    - extract:
        key:
";
const OVERLAY: &str = "\
resources: [../base]
patches:
  - path: key.yaml
    target: { kind: ExternalSecret, name: db }
";
const KEY: &str = "- { op: replace, path: /spec/dataFrom/0/extract/key, value: prod/db }\n";

#[test]
fn what_a_patch_completes_on_every_way_is_a_warning() {
    let repo = TestRepo::new();
    repo.write("base/kustomization.yaml", "resources: [db.yaml]\n").write("base/db.yaml", SECRET_REFERENCE);
    assert_eq!(found(&repo), ["error schema/missing-field@base/db.yaml:10"]);
    repo.write("prod/kustomization.yaml", OVERLAY).write("prod/key.yaml", KEY);
    assert_eq!(found(&repo), ["warning schema/missing-field@base/db.yaml:10"]);
    repo.write("dev/kustomization.yaml", "resources: [../base]\n");
    assert_eq!(found(&repo), ["error schema/missing-field@base/db.yaml:10"]);
    repo.write("dev/kustomization.yaml", OVERLAY)
        .write("dev/key.yaml", "- { op: add, path: /spec/x, value: 1 }\n");
    let both = ["error schema/missing-field@base/db.yaml:10", "warning schema/unknown-field@dev/key.yaml:1"];
    assert_eq!(found(&repo), both, "another place is patched");
}

#[test]
fn the_hint_names_the_patch() {
    let repo = TestRepo::new();
    repo.write("base/kustomization.yaml", "resources: [db.yaml]\n").write("base/db.yaml", SECRET_REFERENCE);
    repo.write("prod/kustomization.yaml", OVERLAY).write("prod/key.yaml", KEY).commit("all");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let hint = run.json()["findings"][0]["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("a patch of prod/kustomization.yaml"), "{hint}");
    assert_eq!(run.code, 0, "{run:?}");
}

const FLUX: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: NAME, namespace: flux-system }
spec:
  path: PATH
  sourceRef: { kind: GitRepository, name: flux-system }
";
const PARENT: &str = "  interval: 10m
  prune: true
  patches:
    - patch: |
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: { name: _ }
        spec: { interval: 30m, prune: true }
      target: { kind: Kustomization, labelSelector: defaults!=disabled }
";

#[test]
fn flux_completes_what_it_builds() {
    let repo = TestRepo::new();
    let parent = FLUX.replace("NAME", "apps").replace("PATH", "./apps/prod") + PARENT;
    let child = FLUX.replace("NAME", "web").replace("PATH", "./apps/web");
    repo.write("clusters/prod/flux.yaml", parent)
        .write("apps/prod/kustomization.yaml", "resources: [../web/ks.yaml]\n")
        .write("apps/web/ks.yaml", &child)
        .write("apps/other/ks.yaml", &child);
    assert_eq!(
        found(&repo),
        [
            "error schema/missing-field@apps/other/ks.yaml:5",
            "error schema/missing-field@apps/other/ks.yaml:5",
            "warning schema/missing-field@apps/web/ks.yaml:5",
            "warning schema/missing-field@apps/web/ks.yaml:5",
        ]
    );
    let unmarked = child.replace("{ name: web", "{ labels: { defaults: disabled }, name: web");
    repo.write("apps/web/ks.yaml", unmarked).remove("apps/other/ks.yaml");
    assert_eq!(found(&repo), ["error schema/missing-field@apps/web/ks.yaml:5"; 2]);
}

#[test]
fn kustomize_makes_strings_that_kubectl_does_not() {
    let text = DEPLOYMENT
        .replace("  namespace: shop", "  annotations: { keep: 1440, on: yes }\n  labels: { tier: 3 }")
        .replace(
            "        - name: web\n",
            "        - name: web\n          env: [{ name: A, value: yes }, { name: B, value: true }]\n",
        );
    let repo = TestRepo::new();
    repo.write("a/web.yaml", &text);
    let rule = |severity: &str, line: u32| format!("{severity} schema/wrong-type@a/web.yaml:{line}");
    assert_eq!(found(&repo), [5, 5, 6, 17, 17].map(|line| rule("error", line)));
    repo.write("a/kustomization.yaml", "resources: [web.yaml]\n");
    let expected = [("warning", 5), ("warning", 5), ("error", 6), ("warning", 17), ("error", 17)];
    assert_eq!(found(&repo), expected.map(|(severity, line)| rule(severity, line)));
}

#[test]
fn the_tag_that_a_kustomization_sets_counts() {
    let repo = TestRepo::new();
    repo.write(
        "production/base/web.yaml",
        DEPLOYMENT.replace("registry.example.com:5000/shop/web:1.2.3", "web:foo"),
    );
    repo.write("production/base/kustomization.yaml", "resources: [web.yaml]\n");
    assert_eq!(found(&repo), ["error image-tags/non-semver-image-tag@production/base/web.yaml:16"]);
    let images = "resources: [../base]\nimages:\n  - { name: web, newName: shop/web, newTag: NEW }\n";
    repo.write("production/eu/kustomization.yaml", images.replace("NEW", "1.2.3"));
    assert_eq!(found(&repo), Vec::<String>::new());
    repo.write("production/us/kustomization.yaml", images.replace("NEW", "main"));
    assert_eq!(found(&repo), ["error image-tags/non-semver-image-tag@production/us/kustomization.yaml:3"]);
    repo.write("production/us/kustomization.yaml", "resources: [../base]\n");
    assert_eq!(found(&repo), ["error image-tags/non-semver-image-tag@production/base/web.yaml:16"]);
}

#[test]
fn what_is_wrong_with_fixtures_of_tests_is_a_warning() {
    let test =
        "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: { name: t }\nspec: { steps: [] }\n";
    let expected =
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: (join('-', [$a]))\nspec: { containers: [{}] }\n";
    let repo = TestRepo::new();
    repo.write("policies/a/.chainsaw-test/chainsaw-test.yaml", test)
        .write("policies/a/.chainsaw-test/resources/expected.yaml", expected)
        .write("clusters/prod/chainsaw-test.yaml", test)
        .write("clusters/prod/pod.yaml", expected)
        .commit("all");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let findings = severities(&run);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.starts_with("error ")).collect();
    assert!(errors.iter().all(|finding| finding.contains("@clusters/prod/pod.yaml:")), "{findings:?}");
    assert!(errors.len() >= 2 && findings.len() == 2 * errors.len(), "{findings:?}");
    let report = run.json();
    assert_eq!(
        report["coverage"]["unknown_kinds"],
        serde_json::json!({ "chainsaw.kyverno.io/v1alpha1/Test": 1 })
    );
    let skipped: Vec<&str> = report["coverage"]["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["reason"].as_str().unwrap())
        .collect();
    assert_eq!(skipped, ["test-fixture"], "the kind that is the tool's own has no schema");
}

#[test]
fn a_version_that_is_newer_than_the_schemas_is_told_with_those_that_are_known() {
    let repo = TestRepo::new();
    let queue = "apiVersion: kueue.x-k8s.io/v9\nkind: ClusterQueue\nmetadata: { name: a }\nspec: {}\n";
    repo.write("queue.yaml", queue).commit("all");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let failure = &run.json()["failures"][0];
    assert_eq!((run.code, &failure["kind"]), (3, &serde_json::json!("no-schema")));
    let hint = failure["hint"].as_str().unwrap();
    assert!(hint.starts_with("known is ClusterQueue in kueue.x-k8s.io/v1beta1"), "{hint}");
}

#[test]
fn an_operator_that_may_be_newer_is_a_warning_until_its_definition_is_here() {
    let repo = TestRepo::new();
    let text = format!("{SECRET_REFERENCE}  brandNew: 1\n").replace("key:\n", "key: x\n");
    repo.write("db.yaml", text);
    assert_eq!(found(&repo), ["warning schema/unknown-field@db.yaml:11"]);
}
