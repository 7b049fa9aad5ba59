//! Servers, schemas and lock files that mean harm or are ill: none of them gets a pass.

use std::io::Write as _;
use std::time::{Duration, Instant};

use gate_tests::TestRepo;
use serde_json::json;

use crate::gate;
use crate::schema_server::{SchemaServer, answer};
use crate::schema_sources::{CHECK, FOUND, PATH, check, config, failure, locked, repo, schema, sha256};

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
