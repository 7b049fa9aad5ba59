//! What is introduced, existing and fixed; places; verdicts.

use crate::{DEPLOYMENT, gate, shop};

const CHECK: [&str; 6] = ["check", "--base", "main", "--head", "HEAD", "--format=json"];

#[test]
fn a_clean_change_passes() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 3")).commit("more");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
    let report = run.json();
    assert_eq!(report["verdict"], "pass");
    assert_eq!(report["coverage"]["objects"], 1);
    assert_eq!(report["coverage"]["schema_checked"], 1);
    assert_eq!(report["coverage"]["base_objects"], 1);
}

#[test]
fn introduced_findings_fail_and_stand_at_the_exact_node() {
    let repo = shop();
    let broken = DEPLOYMENT
        .replace("  replicas: 2", "  replica: 2")
        .replace("shop/web:1.2.3", "shop/web:latest")
        .replace("  namespace: shop", "  namespace: shop\n  labels: { tier: 3 }");
    repo.branch("pr").write("apps/web.yaml", broken).commit("break");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(
        run.findings(),
        [
            "schema/wrong-type@apps/web.yaml:6:19 introduced",
            "schema/unknown-field@apps/web.yaml:8:3 introduced",
            "image-tags/mutable-image-tag@apps/web.yaml:17:18 introduced",
        ],
        "{run:?}"
    );
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["counts"]["blocking"], 3);
}

#[test]
fn what_was_there_before_is_existing_and_what_is_gone_is_fixed() {
    let repo = shop();
    let both = DEPLOYMENT.replace("  replicas: 2", "  replica: 2").replace("web:1.2.3", "web:latest");
    repo.write("apps/web.yaml", &both).commit("a bad start");
    let half = format!("# moved down\n{}", both.replace("web:latest", "web:1.2.4"));
    repo.branch("pr").write("apps/web.yaml", half).commit("half mended");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(
        run.findings(),
        [
            "schema/unknown-field@apps/web.yaml:8:3 existing",
            "image-tags/mutable-image-tag@apps/web.yaml:16:18 fixed",
        ],
        "{run:?}"
    );
    assert_eq!((run.code, &run.json()["verdict"]), (0, &serde_json::json!("pass")));
}

#[test]
fn a_renamed_file_keeps_its_findings() {
    let repo = shop();
    repo.write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", "web:latest")).commit("bad start");
    repo.branch("pr").git(&["mv", "apps/web.yaml", "apps/shop-web.yaml"]);
    repo.commit("rename");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["image-tags/mutable-image-tag@apps/shop-web.yaml:16:18 existing"]);
    assert_eq!(run.code, 0);
}

#[test]
fn a_deleted_file_fixes_its_findings() {
    let repo = shop();
    repo.write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", "web:latest")).commit("bad start");
    repo.branch("pr").remove("apps/web.yaml").commit("gone");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["image-tags/mutable-image-tag@apps/web.yaml:16:18 fixed"]);
    assert_eq!(run.code, 0);
}

#[test]
fn the_items_of_a_list_are_objects() {
    let repo = shop();
    let list = "\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: one }
    data: { port: 8080 }
  - apiVersion: v1
    kind: List
    items:
      - apiVersion: v1
        kind: Service
        metadata: { name: two }
        sepc: {}
";
    repo.branch("pr").write("list.yaml", list).commit("a list");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(
        run.findings(),
        [
            "schema/wrong-type@list.yaml:7:19 introduced",
            "schema/missing-field@list.yaml:11:9 introduced",
            "schema/unknown-field@list.yaml:14:9 introduced",
        ],
        "a Service without `spec` is refused too"
    );
    assert_eq!(run.json()["coverage"]["objects"], 2);
}

#[test]
fn an_unknown_kind_is_incomplete_and_a_crd_in_the_repository_makes_it_known() {
    let repo = shop();
    let widget =
        "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: w }\nspec: { size: 3, colour: red }\n";
    repo.branch("pr").write("widget.yaml", widget).commit("a widget");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.json()["verdict"].as_str()), (3, Some("incomplete")), "{run:?}");
    assert_eq!(run.json()["failures"][0]["kind"], "no-schema");
    assert_eq!(run.json()["coverage"]["unknown_kinds"]["example.com/v1/Widget"], 1);

    let crd = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets, singular: widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: { type: integer }
";
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("definitions/widget.yaml", crd).commit("the definition");
    repo.git(&["checkout", "--quiet", "pr"]);
    repo.git(&["rebase", "--quiet", "main"]);
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["schema/unknown-field@widget.yaml:4:18 introduced"], "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn documents_that_are_no_objects_are_counted_and_named() {
    let repo = shop();
    repo.branch("pr")
        .write("k/kustomization.yaml", "resources: [web.yaml]\npatches:\n  - path: patch.yaml\n")
        .write("k/web.yaml", DEPLOYMENT)
        .write(
            "k/patch.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 5 }\n",
        )
        .write("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n")
        .write("chart/values.yaml", "image: web\n")
        .write("chart/templates/web.yaml", "{{- if .Values.on }}\nkind: {{ .Values.kind }}\n{{- end }}\n")
        .write("notes.yaml", "just: notes\n")
        .write("README.md", "# Read me\n")
        .commit("many kinds of documents");
    let run = gate().run(repo.path(), &CHECK);
    let report = run.json();
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
    let documents = &report["coverage"]["documents"];
    assert_eq!(documents["object"], 1);
    assert_eq!(documents["kustomization"], 1);
    assert_eq!(documents["patch"], 1);
    assert_eq!(documents["values"], 1);
    assert_eq!(documents["template"], 1);
    assert_eq!(documents["other"], 2);
    assert_eq!(documents["file"], 1);
    let reasons: Vec<_> = report["coverage"]["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skip| (skip["path"].as_str().unwrap(), skip["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        reasons,
        [
            ("README.md", "not-a-manifest"),
            ("chart/Chart.yaml", "not-an-object"),
            ("chart/templates/web.yaml", "helm-template"),
            ("chart/values.yaml", "helm-values"),
            ("k/kustomization.yaml", "kustomization"),
            ("k/patch.yaml", "patch"),
            ("notes.yaml", "not-an-object"),
        ]
    );
}

#[test]
fn the_same_commits_give_the_same_bytes() {
    let repo = shop();
    for number in 0..60 {
        let text = DEPLOYMENT.replace("name: web", &format!("name: web{number}")).replace("1.2.3", "latest");
        repo.write(&format!("apps/{number}.yaml"), text);
    }
    repo.branch("pr").commit("many");
    let first = gate().run(repo.path(), &CHECK);
    for threads in ["1", "2", "7"] {
        let again = gate().run_with(repo.path(), &CHECK, &[("RAYON_NUM_THREADS", threads)], None);
        assert_eq!(first.stdout, again.stdout);
    }
    assert_eq!(first.code, 1);
}

#[test]
fn a_secret_never_shows_in_any_output() {
    let repo = shop();
    let secret = "\
apiVersion: v1
kind: Secret
metadata: { name: db, labels: { tier: 3 } }
stringData:
  password: Zx9-quantum-4471-lemur
data:
  token: WngnLXF1YW50dW0tNDQ3MS1sZW11cg==
";
    repo.branch("pr").write("secret.yaml", secret).commit("a secret");
    for format in ["text", "json", "sarif"] {
        let run =
            gate().run(repo.path(), &["check", "--base=main", "--color=always", "-v", "--format", format]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.contains("plaintext-secret"), "{run:?}");
        for hidden in ["Zx9-quantum", "WngnLXF1", "quantum-4471"] {
            assert!(!run.stdout.contains(hidden) && !run.stderr.contains(hidden), "{format}: {run:?}");
        }
    }
}
