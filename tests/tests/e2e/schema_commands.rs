//! `gate schema list`, `show` and `add`.

use std::fs;

use gate_tests::TestRepo;
use serde_json::json;

use crate::gate;
use crate::schema_server::SchemaServer;

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com # the plural
spec:
  group: example.com
  scope: Cluster
  names: { plural: widgets, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: { type: string, enum: [big, small] }
                parts:
                  type: array
                  maxItems: 3
                  items:
                    type: object
                    properties: { count: { type: integer, format: int32, minimum: 1 } }
";
const WIDGET: &str =
    "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: one }\nspec: { size: big }\n";

#[test]
fn lists_kinds_with_their_sources() {
    let repo = TestRepo::new();
    repo.write("crds/widget.yaml", DEFINITION).write("widget.yaml", WIDGET).commit("base");
    let run = gate().run(repo.path(), &["schema", "list", "Widget"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.starts_with("Widget  example.com/v1  repository  cluster\n1 kind, Kubernetes 1."),
        "{run:?}"
    );
    let run = gate().run(repo.path(), &["schema", "list", "apps/*", "--kubernetes", "1.33"]);
    let kinds: Vec<&str> = run.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(
        kinds,
        ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "5"],
        "{run:?}"
    );
    let run = gate().run(repo.path(), &["schema", "list", "PodSecurityPolicy", "--kubernetes", "1.33"]);
    assert_eq!(run.stdout, "0 kinds, Kubernetes 1.33\n");
    let run = gate().run(
        repo.path(),
        &["schema", "list", "cert-manager.io/v1/Certificate", "--format=json", "--kubernetes", "1.33"],
    );
    assert_eq!(
        run.json(),
        json!({ "kubernetes": "1.33", "kinds": [{
            "apiVersion": "cert-manager.io/v1", "kind": "Certificate", "namespaced": true, "source": "embedded", "versions": null,
        }] })
    );
    let run = gate().run(repo.path(), &["schema", "list", "--used"]);
    let names: Vec<&str> = run.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["CustomResourceDefinition", "Widget", "2"], "{run:?}");
    assert_eq!(gate().run(repo.path(), &["schema", "list", "a/b/c/d"]).code, 2);
}

#[test]
fn shows_the_fields_of_a_kind() {
    let repo = TestRepo::new();
    repo.write("crds/widget.yaml", DEFINITION).commit("base");
    let run = gate().run(repo.path(), &["schema", "show", "Widget.spec", "--kubernetes", "1.33"]);
    assert_eq!(
        run.stdout,
        "Widget example.com/v1, spec\n\
         schema: repository, scope: cluster, Kubernetes 1.33\n\
         spec: object, required\n\
         \u{20} parts: list of object, length 0 to 3\n\
         \u{20}   count: integer, 32 bits, at least 1\n\
         \u{20} size: string, required, one of big, small\n",
        "{run:?}"
    );
    let run =
        gate().run(repo.path(), &["schema", "show", "Deployment", "--depth", "2", "--kubernetes", "1.33"]);
    for line in [
        "Deployment apps/v1",
        "schema: kubernetes, scope: namespaced, Kubernetes 1.33",
        "metadata: object",
        "  replicas: integer",
        "  selector: object, required",
    ] {
        assert!(run.stdout.lines().any(|found| found.starts_with(line)), "{line}: {run:?}");
    }
    assert!(
        run.stdout.lines().any(|line| line.starts_with("  template: object") && line.ends_with('…')),
        "{run:?}"
    );
    let run = gate().run(repo.path(), &["schema", "show", "HTTPRoute.spec.rules", "--depth", "1"]);
    assert!(run.stdout.contains("\n  rule: Rule name must be unique within the route\n"), "{run:?}");
    assert!(!run.stdout.contains("exists_one"), "of fields inside, only how many rules they have: {run:?}");
    let run = gate().run(repo.path(), &["schema", "show", "Deploymnet"]);
    assert!(run.code == 2 && run.stderr.contains("did you mean `Deployment`?"), "{run:?}");
    let run = gate().run(repo.path(), &["schema", "show", "Deployment.sepc"]);
    assert!(run.code == 2 && run.stderr.contains("has no field `sepc`"), "{run:?}");
    let run = gate()
        .run(repo.path(), &["schema", "show", "policy/v1beta1/PodDisruptionBudget", "--kubernetes", "1.33"]);
    assert!(run.code == 2 && run.stderr.contains("was removed in Kubernetes 1.25"), "{run:?}");
    let run = gate().run(
        repo.path(),
        &["schema", "show", "HorizontalPodAutoscaler", "--version", "v1", "--kubernetes", "1.33"],
    );
    assert!(run.stdout.starts_with("HorizontalPodAutoscaler autoscaling/v1\n"), "{run:?}");
}

#[test]
fn adds_definitions_and_overwrites_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("install.yaml");
    fs::write(
        &file,
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{ name: x }}\n---\n# a comment\n{DEFINITION}---\n"
        ),
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let repo = TestRepo::new();
    repo.write("widget.yaml", WIDGET).write("gate.yaml", "block-on: error\n").commit("base");
    let run = gate().run(repo.path(), &["schema", "add", file]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (
            0,
            "wrote schemas/widgets.example.com.yaml (example.com/v1/Widget)\ngate.yaml: added \"schemas/**\" to `schemas`\n"
        ),
        "{run:?}"
    );
    assert_eq!(fs::read_to_string(repo.path().join("schemas/widgets.example.com.yaml")).unwrap(), DEFINITION);
    assert_eq!(
        fs::read_to_string(repo.path().join("gate.yaml")).unwrap(),
        "block-on: error\nschemas:\n  - \"schemas/**\"\n"
    );
    let run = gate().run(repo.path(), &["schema", "add", home.path().to_str().unwrap()]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (
            0,
            "already there: schemas/widgets.example.com.yaml (example.com/v1/Widget)\ngate.yaml: `schemas` has it already\n"
        ),
        "{run:?}"
    );
    assert_eq!(gate().run(repo.path(), &["check", "widget.yaml"]).code, 0);
    repo.write("schemas/widgets.example.com.yaml", "mine\n");
    let run = gate().run(repo.path(), &["schema", "add", file]);
    assert!(run.code == 2 && run.stderr.contains("is there and is something else"), "{run:?}");
    assert_eq!(fs::read_to_string(repo.path().join("schemas/widgets.example.com.yaml")).unwrap(), "mine\n");
    for (what, expected) in [
        ("nowhere.yaml", "cannot be read"),
        ("gate.yaml", "has no CustomResourceDefinition"),
        ("s/{{.ResourceKind}}.json", "is a template of paths"),
    ] {
        let run = gate().run(repo.path(), &["schema", "add", what]);
        assert!(run.code == 2 && run.stderr.contains(expected), "{what}: {run:?}");
    }
    let run = gate().run(repo.path(), &["schema", "add", file, "--into", "../out"]);
    assert!(run.code == 2 && run.stderr.contains("--into is no folder of the repository"), "{run:?}");
}

#[test]
fn adds_a_template_and_locks_what_the_repository_needs() {
    let schema = json!({ "properties": { "spec": { "type": "object", "properties": { "size": { "type": "string" } }, "additionalProperties": false } } }).to_string();
    let server = SchemaServer::with("/example.com/widget_v1.json", &schema);
    let repo = TestRepo::new();
    let gadget = "apiVersion: example.org/v2\nkind: Gadget\nmetadata: { name: x }\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\n";
    repo.write("widget.yaml", WIDGET)
        .write("gadget.yaml", gadget)
        .write("web.yaml", deployment)
        .commit("base");
    let add = ["schema", "add", &server.template()];
    let run = gate().run(repo.path(), &add);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.ends_with("gate.lock: 1 schema, 1 kind absent at the server\n"), "{run:?}");
    assert_eq!(server.asked(), ["/example.com/widget_v1.json", "/example.org/gadget_v2.json"]);
    let lock = fs::read_to_string(repo.path().join("gate.lock")).unwrap();
    let lines: Vec<&str> = lock.lines().collect();
    assert_eq!(lines.len(), 3, "{lock}");
    assert!(lines[1].starts_with(&format!("{}/example.com/widget_v1.json sha256:", server.root)), "{lock}");
    assert_eq!(lines[2], format!("{}/example.org/gadget_v2.json absent", server.root));
    assert!(fs::read_to_string(repo.path().join("gate.yaml")).unwrap().contains(&server.template()));
    assert_eq!(gate().run(repo.path(), &["check", "widget.yaml"]).code, 0);
    let shown = gate().run(repo.path(), &["schema", "show", "Widget"]);
    assert!(
        shown.stdout.contains(&format!("schema: {}/example.com/widget_v1.json", server.root)),
        "{shown:?}"
    );
    assert_eq!(gate().run(repo.path(), &add).code, 0);
    assert_eq!(fs::read_to_string(repo.path().join("gate.lock")).unwrap(), lock, "the same again");
    let run = gate().run(repo.path(), &["schema", "add", &server.template(), "--no-fetch"]);
    assert!(run.code == 2 && run.stderr.contains("--no-fetch"), "{run:?}");
    let bad = SchemaServer::with("/example.com/widget_v1.json", "{}");
    let run = gate().run(repo.path(), &["schema", "add", &bad.template()]);
    assert!(run.code == 2 && run.stderr.contains("nothing was written"), "{run:?}");
    assert_eq!(fs::read_to_string(repo.path().join("gate.lock")).unwrap(), lock);
}

#[test]
fn adds_the_definitions_behind_a_url() {
    let server = SchemaServer::with("/install.yaml", DEFINITION);
    let repo = TestRepo::new();
    repo.write("widget.yaml", WIDGET).commit("base");
    let run = gate().run(repo.path(), &["schema", "add", &format!("{}/install.yaml", server.root)]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(fs::read_to_string(repo.path().join("schemas/widgets.example.com.yaml")).unwrap(), DEFINITION);
    let run = gate().run(repo.path(), &["schema", "add", &format!("{}/none.yaml", server.root)]);
    assert!(run.code == 2 && run.stderr.contains("404"), "{run:?}");
    let run = gate().run(repo.path(), &["schema", "add", "http://schemas.example.com/install.yaml"]);
    assert!(run.code == 2 && run.stderr.contains("https only"), "{run:?}");
}
