//! Schemas from elsewhere: directories as kubeconform has them, templates of paths and URLs, the lock file, and servers
//! and files that mean harm.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use gate_tests::{Run, TestRepo};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::gate;
use crate::schema_server::{SchemaServer, answer};

const CHECK: [&str; 4] = ["check", "--all", "--schemas-only", "--format=json"];
const PATH: &str = "/example.com/widget_v1.json";
/// Breaks the schema at 5:9 (a string is wanted) and 6:3 (unknown).
const WIDGET: &str = "\
apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
spec:
  size: 1
  sise: big
";
const FOUND: [&str; 2] =
    ["schema/wrong-type@widget.yaml:5:9 present", "schema/unknown-field@widget.yaml:6:3 present"];

/// As the catalogs of kubeconform have it.
fn schema() -> String {
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

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A repository with a widget and these further files.
fn repo(files: &[(&str, &str)]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("widget.yaml", WIDGET);
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit("base");
    repo
}

fn failures(run: &Run) -> Vec<(String, String)> {
    let report = run.json();
    let failures = report["failures"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    failures.map(|failure| (text(&failure["message"]), text(&failure["hint"]))).collect()
}

/// The one failure of a run that is incomplete and says nothing else.
fn failure(run: &Run) -> (String, String) {
    assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
    let failures = failures(run);
    assert_eq!(failures.len(), 1, "{failures:?}");
    failures[0].clone()
}

fn check(repo: &TestRepo, more: &[&str]) -> Run {
    gate().run(repo.path(), &[&CHECK, more].concat())
}

fn locked(server: &SchemaServer, digest: &str) -> String {
    format!("{}{PATH} sha256:{digest}\n", server.root)
}

fn config(server: &SchemaServer) -> String {
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
fn another_schema_than_the_locked_one_never_passes() {
    let lax = json!({ "properties": { "spec": { "type": "object" } } }).to_string();
    let server = SchemaServer::with(PATH, &lax);
    let digest = sha256(&schema());
    for more in ["", "allow-missing-schemas: [example.com/*]\n"] {
        let repo =
            repo(&[("gate.yaml", &(config(&server) + more)), ("gate.lock", &locked(&server, &digest))]);
        for flags in [&[][..], &["--fetch-schemas"]] {
            let (message, hint) = failure(&check(&repo, flags));
            assert!(
                message.contains(&format!(
                    "the server answers with a schema with the SHA-256 digest {}, not {digest}",
                    sha256(&lax)
                )),
                "{message}"
            );
            assert!(hint.starts_with("the server has changed it, or somebody stands between"), "{hint}");
        }
    }
    let gone = SchemaServer::with("/none", "");
    let repo = repo(&[("gate.yaml", &config(&gone)), ("gate.lock", &locked(&gone, &digest))]);
    let (message, _) = failure(&check(&repo, &[]));
    assert!(message.contains("the server answers with that it has nothing there"), "{message}");
}

#[test]
fn servers_that_mean_harm_or_are_ill() {
    let other = SchemaServer::with("/x", &schema());
    let elsewhere = format!("Location: {}/x\r\n", other.root.replace("127.0.0.1", "localhost"));
    let here = format!("Location: {}/x\r\n", other.root);
    for (status, headers, body, expected, tries) in [
        ("302 Found", here.as_str(), "", "", 1),
        ("302 Found", elsewhere.as_str(), "", "redirects to an address without encryption", 1),
        (
            "302 Found",
            "Location: https://10.0.0.1/x\r\n",
            "",
            "redirects into this machine or its network",
            1,
        ),
        ("302 Found", "Location: file:///etc/passwd\r\n", "", "without encryption", 1),
        ("302 Found", "Location: /again/x.json\r\n", "", "redirects again and again", 6),
        ("302 Found", "", "", "redirects to no address", 1),
        ("304 Not Modified", "", "", "redirects to no address", 1),
        ("500 Internal Server Error", "", "x", "500 Internal Server Error", 3),
        ("403 Forbidden", "", "x", "403 Forbidden", 1),
        ("204 No Content", "", "", "204 No Content", 1),
        ("200 OK", "", "<html>\u{1b}[31m", "it is no JSON", 1),
        ("200 OK", "", "{}", "it would accept everything", 1),
        ("200 OK", "", "{\"error\":\"rate limit\"}", "it would accept everything", 1),
        (
            "200 OK",
            "",
            "{\"properties\":{\"spec\":{\"$ref\":\"http://169.254.169.254/x\"}}}",
            "refers to another document",
            1,
        ),
        (
            "200 OK",
            "",
            "{\"properties\":{\"kind\":{\"enum\":[\"Gadget\"]}}}",
            "the schema of another kind",
            1,
        ),
    ] {
        let (headers, body) = (headers.to_owned(), body.to_owned());
        let server = SchemaServer::new(move |_, _, stream| answer(stream, status, &headers, body.as_bytes()));
        let repo = repo(&[("gate.yaml", &(config(&server) + "allow-missing-schemas: [example.com/*]\n"))]);
        let run = check(&repo, &["--fetch-schemas"]);
        if expected.is_empty() {
            assert_eq!(run.findings(), FOUND, "a redirect to a server as plain");
            continue;
        }
        let (message, hint) = failure(&run);
        assert!(
            message.contains(expected) && !message.contains('\u{1b}') && !hint.is_empty(),
            "{expected}: {message}"
        );
        assert_eq!(server.asked().len(), tries, "{expected}");
    }
}

#[test]
fn answers_without_an_end_are_cut_and_slow_ones_not_waited_for() {
    let started = Instant::now();
    for is_counted in [true, false] {
        let server = SchemaServer::new(move |_, _, stream| {
            let length = if is_counted { "Content-Length: 999999999999\r\n" } else { "" };
            let _ =
                stream.write_all(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{length}\r\n").as_bytes());
            while stream.write_all(&[b' '; 65_536]).is_ok() {}
        });
        let repo = repo(&[("gate.yaml", &config(&server))]);
        let (message, _) = failure(&check(&repo, &["--fetch-schemas"]));
        assert!(message.contains("the answer has more than 8388608 bytes"), "{message}");
    }
    let slow = SchemaServer::new(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(500));
            let _ = stream.write_all(b" ");
        }
    });
    let repo = repo(&[("gate.yaml", &config(&slow))]);
    let run = gate().run_with(
        repo.path(),
        &[&CHECK[..], &["--fetch-schemas"]].concat(),
        &[("GATE_SCHEMA_TIMEOUT", "2")],
        None,
    );
    let (message, hint) = failure(&run);
    assert!(message.contains("not done within 2 s") && hint.contains("slow"), "{message} {hint}");
    assert!(started.elapsed() < Duration::from_secs(40), "{:?}", started.elapsed());
}

#[test]
fn names_of_objects_lead_nowhere_else() {
    let server = SchemaServer::new(|_, _, stream| answer(stream, "200 OK", "", b"{\"properties\":{}}"));
    for (api_version, kind) in [
        ("../../x/v1", "Widget"),
        ("example.com/v1", "../Widget"),
        ("evil@x/v1", "Widget"),
        ("a?b/v1", "W"),
        ("example.com/v1/v2", "Widget"),
    ] {
        let repo = TestRepo::new();
        repo.write("gate.yaml", config(&server)).write(
            "x.yaml",
            format!("apiVersion: '{api_version}'\nkind: '{kind}'\nmetadata: {{ name: x }}\n"),
        );
        repo.commit("base");
        let run = check(&repo, &["--fetch-schemas"]);
        assert_ne!(run.code, 0, "{api_version} {kind}: {run:?}");
    }
    assert_eq!(server.asked(), Vec::<String>::new());
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
fn hostile_schema_files_of_the_repository_end_as_failures() {
    let deep = format!("{}{}", "{\"properties\":{\"a\":".repeat(5_000), "}}".repeat(5_000));
    let huge = format!("{{\"properties\":{{}},\"x\":\"{}\"}}", "x".repeat(9 << 20));
    let circle = json!({ "properties": { "spec": { "$ref": "#/definitions/a" } }, "definitions": { "a": { "$ref": "#/definitions/a" } } });
    let pattern = json!({ "properties": { "spec": { "type": "object", "properties": { "size": { "type": "string", "pattern": "(" } } } } });
    for (text, expected) in [
        (deep.as_str(), "recursion limit"),
        (huge.as_str(), "no plain file of at most 8388608 bytes"),
        (circle.to_string().as_str(), "leads back to itself"),
        (pattern.to_string().as_str(), "a pattern cannot be read"),
        ("", "it is no JSON"),
    ] {
        let repo = repo(&[
            ("gate.yaml", "schemas: [\"s/{{.ResourceKind}}.json\"]\nexclude: [s]\n"),
            ("s/widget.json", text),
        ]);
        let (message, _) = failure(&check(&repo, &[]));
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn a_lock_file_with_mistakes_is_an_error_with_its_line() {
    let server = SchemaServer::with(PATH, &schema());
    let repo = repo(&[("gate.yaml", &config(&server)), ("gate.lock", "# x\n\nhttps://x sha256:12\n")]);
    let run = check(&repo, &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("gate.lock:3: behind the URL stands"), "{run:?}");
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
