//! Schemas from elsewhere: directories as kubeconform has them, templates of paths and URLs, the lock file.

use std::fs;
use std::path::Path;

use gate_tests::{Run, TestRepo};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::gate;
use crate::schema_server::{SchemaServer, answer};

pub(crate) const CHECK: [&str; 4] = ["check", "--all", "--schemas-only", "--format=json"];
pub(crate) const PATH: &str = "/example.com/widget_v1.json";
/// Breaks the schema at 5:9 (a string is wanted) and 6:3 (unknown).
pub(crate) const WIDGET: &str = "\
apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
spec:
  size: 1
  sise: big
";
pub(crate) const FOUND: [&str; 2] =
    ["schema/wrong-type@widget.yaml:5:9 present", "schema/unknown-field@widget.yaml:6:3 present"];

/// As the catalogs of kubeconform have it.
pub(crate) fn schema() -> String {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "A widget.",
        "type": "object",
        "properties": {
            "apiVersion": { "type": "string" },
            "kind": { "type": "string" },
            "metadata": { "type": "object" },
            "spec": {
                "type": "object",
                "properties": { "size": { "type": ["string", "null"] } },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    })
    .to_string()
}

pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A repository with a widget and these further files.
pub(crate) fn repo(files: &[(&str, &str)]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("widget.yaml", WIDGET);
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit("base");
    repo
}

pub(crate) fn failures(run: &Run) -> Vec<(String, String)> {
    let report = run.json();
    let failures = report["failures"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    failures.map(|failure| (text(&failure["message"]), text(&failure["hint"]))).collect()
}

/// The one failure of a run that is incomplete and says nothing else.
pub(crate) fn failure(run: &Run) -> (String, String) {
    assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
    let failures = failures(run);
    assert_eq!(failures.len(), 1, "{failures:?}");
    failures[0].clone()
}

pub(crate) fn check(repo: &TestRepo, more: &[&str]) -> Run {
    gate().run(repo.path(), &[&CHECK, more].concat())
}

pub(crate) fn locked(server: &SchemaServer, digest: &str) -> String {
    format!("{}{PATH} sha256:{digest}\n", server.root)
}

pub(crate) fn config(server: &SchemaServer) -> String {
    format!("schemas: [\"{}\"]\n", server.template())
}

#[test]
fn schemas_of_the_repository_under_their_usual_names() {
    for path in [
        "schemas/example.com/widget_v1.json",
        "schemas/widget-example-v1.json",
        "schemas/v1.33.0-standalone-strict/widget-example-v1.json",
    ] {
        let repo = repo(&[("gate.yaml", "schemas: [schemas]\n"), (path, &schema())]);
        let run = check(&repo, &[]);
        assert_eq!((run.code, run.findings()), (1, FOUND.map(str::to_owned).to_vec()), "{path}");
    }
    let repo = repo(&[
        ("gate.yaml", "schemas: [\"s/{{ .Group }}/{{ .ResourceKind }}.json\"]\n"),
        ("s/example.com/widget.json", &schema()),
    ]);
    assert_eq!(check(&repo, &[]).findings(), FOUND);
}

#[test]
fn locations_of_the_command_line() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("schemas");
    fs::create_dir_all(folder.join("example.com")).unwrap();
    fs::create_dir_all(folder.join("master-standalone-strict")).unwrap();
    fs::write(folder.join("example.com/widget_v1.json"), schema()).unwrap();
    let repo = repo(&[]);
    let path = folder.display().to_string();
    let template = format!("{path}/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{ .ResourceAPIVersion }}}}.json");
    for location in
        [path.clone(), template, format!("file://{path}/example.com/{{{{.ResourceKind}}}}_v1.json")]
    {
        let run = check(&repo, &["--schema-location", "default", "--schema-location", &location]);
        assert_eq!((run.code, run.findings()), (1, FOUND.map(str::to_owned).to_vec()), "{location}");
    }
    let relative = gate().run(
        home.path(),
        &[
            "check",
            "--schemas-only",
            "--format=json",
            "-C",
            repo.path().to_str().unwrap(),
            "--all",
            "--schema-location",
            &path,
        ],
    );
    assert_eq!(relative.findings(), FOUND);
    let none = check(&repo, &["--schema-location", "elsewhere/{{.ResourceKind}}.json"]);
    let (message, _) = failure(&none);
    assert!(message.contains("looked in the embedded schemas; the CustomResourceDefinitions of the repository; elsewhere/widget.json (no such file)"), "{message}");
    let bad = check(&repo, &["--schema-location", "https://x.example/{{.Kind}}.json"]);
    assert_eq!(bad.code, 2);
    assert!(bad.stderr.contains("`{{.Kind}}` is no variable of a location"), "{bad:?}");
}

#[test]
fn definitions_in_a_directory_of_the_command_line() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("crds")).unwrap();
    fs::write(home.path().join("crds/widget.yaml"), DEFINITION).unwrap();
    let repo = repo(&[]);
    let run = check(&repo, &["--schema-location", home.path().to_str().unwrap()]);
    assert_eq!((run.code, run.findings()), (1, FOUND.map(str::to_owned).to_vec()));
}

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
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
              required: [size]
              properties: { size: { type: string, enum: [big, small] } }
";

#[test]
fn kinds_of_kubernetes_and_definitions_of_the_repository_come_first() {
    let lax = json!({ "properties": { "spec": { "type": "object" } } }).to_string();
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { replica: 1 }\n";
    let repo = repo(&[
        ("gate.yaml", "schemas: [\"s/{{.ResourceKind}}.json\"]\n"),
        ("s/deployment.json", &lax),
        ("s/widget.json", &lax),
        ("crds/widget.yaml", DEFINITION),
        ("deployment.yaml", deployment),
    ]);
    let run = check(&repo, &[]);
    assert_eq!(run.code, 1);
    let found = run.findings();
    assert!(found.contains(&"schema/unknown-field@deployment.yaml:4:9 present".to_owned()), "{found:?}");
    assert!(found.contains(&FOUND[0].to_owned()) && found.contains(&FOUND[1].to_owned()), "{found:?}");
}

#[test]
fn the_order_of_locations_decides_and_default_is_the_embedded_one() {
    let lax = json!({ "properties": { "spec": { "type": "object" } } }).to_string();
    let issuer = "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: { name: x, namespace: ns }\nspec: { selfSignedd: {} }\n";
    for (schemas, warnings) in [
        ("default, \"s/{{.ResourceKind}}.json\"", 1),
        ("\"s/{{.ResourceKind}}.json\", default", 0),
        ("\"s/{{.ResourceKind}}.json\"", 0),
        ("\"t/{{.ResourceKind}}.json\"", 1),
    ] {
        let repo = TestRepo::new();
        repo.write("gate.yaml", format!("schemas: [{schemas}]\n"))
            .write("s/issuer.json", &lax)
            .write("issuer.yaml", issuer);
        repo.commit("base");
        let run = check(&repo, &[]);
        assert_eq!((run.code, run.findings().len()), (0, warnings), "{schemas}: {run:?}");
    }
    let repo = TestRepo::new();
    repo.write("issuer.yaml", issuer).commit("base");
    let run = check(&repo, &["--schema-location", "t/{{.ResourceKind}}.json"]);
    let (message, _) = failure(&run);
    assert!(message.starts_with("no schema is known for cert-manager.io/v1 Issuer"), "{message}");
}

#[test]
fn a_change_cannot_bring_the_schema_that_it_is_judged_by_nor_an_address() {
    let server = SchemaServer::with(PATH, &schema());
    let lax = json!({ "properties": { "spec": { "type": "object" } } }).to_string();
    let repo = TestRepo::new();
    repo.write("gate.yaml", "schemas: [\"s/{{.ResourceKind}}.json\"]\n")
        .write("s/widget.json", schema())
        .commit("base");
    repo.branch("change").write("widget.yaml", WIDGET).write("s/widget.json", lax);
    repo.write("gate.yaml", config(&server))
        .write("gate.lock", locked(&server, &sha256(&schema())))
        .commit("change");
    let run = gate()
        .run(repo.path(), &["check", "--base", "main", "--head", "HEAD", "--schemas-only", "--format=json"]);
    assert_eq!(
        (run.code, run.findings()),
        (1, FOUND.map(|found| found.replace("present", "introduced")).to_vec())
    );
    assert_eq!(server.asked(), Vec::<String>::new());
    let effects = run.json()["configuration_changes"].to_string();
    assert!(effects.contains("schema ./s/widget.json"), "{effects}");
    assert!(
        effects.contains("schema at http://127.0.0.1") && effects.contains("s/{{.ResourceKind}}.json"),
        "{effects}"
    );
    repo.write("gate.lock", "nonsense\n").commit("worse");
    let run = gate().run(repo.path(), &["check", "--base", "main", "--head", "HEAD", "--format=json"]);
    assert!(
        failures(&run).iter().any(|(message, _)| message.starts_with("gate.lock:1: a line is a URL")),
        "{run:?}"
    );
}

#[test]
fn nothing_is_fetched_that_is_not_locked() {
    let server = SchemaServer::with(PATH, &schema());
    let repo = repo(&[("gate.yaml", &config(&server))]);
    let (message, hint) = failure(&check(&repo, &[]));
    assert!(
        message.contains(&format!("{}{PATH} (not in gate.lock, so nothing was fetched)", server.root)),
        "{message}"
    );
    assert!(hint.contains(&format!("`gate schema add '{}'`", server.template())), "{hint}");
    assert!(hint.contains("allow-missing-schemas: [\"example.com/v1/Widget\"]"), "{hint}");
    assert_eq!(server.asked(), Vec::<String>::new());
    let run = check(&repo, &["--fetch-schemas"]);
    assert_eq!((run.code, run.findings()), (1, FOUND.map(str::to_owned).to_vec()));
    assert_eq!(server.asked(), [PATH]);
    repo.write("gate.yaml", config(&server) + "allow-missing-schemas: [example.com/*]\n").commit("allowed");
    assert_eq!(check(&repo, &[]).code, 0);
}

#[test]
fn what_is_locked_is_fetched_once_and_kept() {
    let server = SchemaServer::with(PATH, &schema());
    let repo = repo(&[("gate.yaml", &config(&server)), ("gate.lock", &locked(&server, &sha256(&schema())))]);
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().join("cache").display().to_string();
    let run = |more: &[&str]| {
        gate().run_with(repo.path(), &[&CHECK, more].concat(), &[("GATE_CACHE_DIR", &cache)], None)
    };
    let (message, hint) = failure(&run(&["--no-fetch"]));
    assert!(message.contains("(not in the cache of this user, and `--no-fetch` is given)"), "{message}");
    assert!(hint.contains("without `--no-fetch`"), "{hint}");
    assert_eq!(server.asked(), Vec::<String>::new());
    for (more, asked) in [(&[][..], 1), (&[], 1), (&["--no-fetch"], 1)] {
        let run = run(more);
        assert_eq!((run.code, run.findings()), (1, FOUND.map(str::to_owned).to_vec()), "{more:?}");
        assert_eq!(server.asked().len(), asked);
    }
    let info = gate().run_with(repo.path(), &["cache", "info"], &[("GATE_CACHE_DIR", &cache)], None);
    assert!(info.stdout.contains("has 2 files"), "{info:?}");
    fs::read_dir(&cache).unwrap().for_each(|file| {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "content") {
            fs::write(path, "{\"properties\":{}}").unwrap();
        }
    });
    assert_eq!(run(&[]).findings(), FOUND);
    assert_eq!(server.asked().len(), 2, "a file that somebody changed is fetched again");
    let clear = gate().run_with(repo.path(), &["cache", "clear"], &[("GATE_CACHE_DIR", &cache)], None);
    assert!(clear.stdout.contains("removed 2 files"), "{clear:?}");
}

#[test]
fn absence_can_be_locked_and_the_next_source_is_asked() {
    let server = SchemaServer::with("/none", "");
    let config = format!("schemas: [\"{}\", \"s/{{{{.ResourceKind}}}}.json\"]\n", server.template());
    let absent = format!("{}{PATH} absent\n", server.root);
    let repo = repo(&[("gate.yaml", &config), ("gate.lock", &absent), ("s/widget.json", &schema())]);
    assert_eq!(check(&repo, &[]).findings(), FOUND);
    assert_eq!(server.asked(), Vec::<String>::new());
    repo.remove("gate.lock").commit("unlocked");
    assert_eq!(check(&repo, &["--fetch-schemas"]).findings(), FOUND);
    assert_eq!(server.asked(), [PATH]);
}

#[test]
fn news_are_asked_for_by_their_tag() {
    let server = SchemaServer::new(|_, tag, stream| match tag {
        "\"one\"" => answer(stream, "304 Not Modified", "", b""),
        _ => answer(stream, "200 OK", "ETag: \"one\"\r\n", schema().as_bytes()),
    });
    let repo = repo(&[("gate.yaml", &config(&server))]);
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().join("cache").display().to_string();
    for asked in [vec![PATH.to_owned()], vec![PATH.to_owned(), format!("{PATH} \"one\"")]] {
        let run = gate().run_with(
            repo.path(),
            &[&CHECK[..], &["--fetch-schemas"]].concat(),
            &[("GATE_CACHE_DIR", &cache)],
            None,
        );
        assert_eq!(run.findings(), FOUND);
        assert_eq!(server.asked(), asked);
    }
}

#[test]
fn files_that_are_judged_as_they_are_have_the_schemas_beside_gate_yaml() {
    let home = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, text).unwrap();
    };
    write("gate.yaml", "schemas: [\"s/{{.ResourceKind}}.json\"]\n");
    write("s/widget.json", &schema());
    write("widget.yaml", WIDGET);
    let run = gate().run(home.path(), &["check", "--schemas-only", "--format=json", "widget.yaml"]);
    assert_eq!((run.code, run.findings()), (1, FOUND.map(str::to_owned).to_vec()), "{run:?}");
}
