//! Input that is wrong, huge or hostile: a clear message, the right exit code, and the rest is still judged.

use std::fmt::Write as _;

use crate::{DEPLOYMENT, gate, shop};
use gate_tests::{Run, TestRepo};

const CHECK: [&str; 4] = ["check", "--base", "main", "--format=json"];

/// One more file in a pull request, beside a Deployment with a finding that must not get lost.
fn beside_a_finding(path: &str, content: impl AsRef<[u8]>) -> Run {
    let repo = shop();
    let bad = DEPLOYMENT.replace("web:1.2.3", "web:latest");
    repo.branch("pr").write("apps/web.yaml", bad).write(path, content).commit("input");
    let run = gate().run(repo.path(), &CHECK);
    assert!(
        run.findings().iter().any(|f| f == "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced"),
        "{run:?}"
    );
    run
}

fn failure_kinds(run: &Run) -> Vec<String> {
    let report = run.json();
    let failures = report["failures"].as_array().cloned().unwrap_or_default();
    failures.iter().map(|failure| failure["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn not_a_repository() {
    let dir = tempfile::tempdir().unwrap();
    let run = gate().run(dir.path(), &["check", "--all"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("no Git repository"), "{run:?}");
}

#[test]
fn an_unknown_revision() {
    let run = gate().run(shop().path(), &["check", "--base", "no-such-branch"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no-such-branch"), "{run:?}");
}

#[test]
fn a_repository_without_commits() {
    let run = gate().run(TestRepo::new().path(), &["check", "--all"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("commit"), "{run:?}");
}

#[test]
fn an_empty_change_says_that_nothing_was_checked() {
    let repo = shop();
    let run = gate().run(repo.path(), &["check", "--base=main", "--head=HEAD"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.to_lowercase().contains("nothing was checked"), "{run:?}");
}

#[test]
fn a_change_without_objects_says_that_nothing_was_checked() {
    let repo = shop();
    repo.branch("pr").write("README.md", "hello\n").commit("docs");
    let run = gate().run(repo.path(), &["check", "--base=main"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.to_lowercase().contains("nothing was checked"), "{run:?}");
}

#[test]
fn a_syntax_error_is_a_finding_with_its_place_and_incomplete() {
    let repo = shop();
    let text = format!("a: [1, 2\n---\n{}", DEPLOYMENT.replace("  replicas: 2", "  replica: 2"));
    repo.branch("pr").write("broken.yaml", text).commit("broken");
    let run = gate().run(repo.path(), &CHECK);
    let findings = run.findings();
    assert!(findings.iter().any(|f| f.starts_with("manifest/yaml-syntax@broken.yaml:")), "{run:?}");
    assert!(findings.contains(&"schema/unknown-field@broken.yaml:9:3 introduced".to_owned()), "{run:?}");
    assert_eq!(failure_kinds(&run), ["syntax"]);
    assert_eq!(run.code, 1, "a blocking finding wins over incomplete");
}

#[test]
fn a_binary_file_with_a_manifest_name_cannot_pass() {
    let repo = shop();
    repo.branch("pr").write("image.yaml", b"\x00\x01\x02\xff".as_slice()).commit("binary");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, failure_kinds(&run)), (3, vec!["unreadable".to_owned()]), "{run:?}");
}

#[test]
fn an_alias_bomb_is_refused_at_once() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    let run = beside_a_finding("bomb.yaml", bomb);
    assert_eq!((run.code, failure_kinds(&run)), (1, vec!["syntax".to_owned()]), "{run:?}");
}

#[test]
fn ten_thousand_nested_lists() {
    let deep = format!("{}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    beside_a_finding("deep.yaml", deep);
    let kinds = "{kind: List, apiVersion: v1, items: [".repeat(3_000);
    beside_a_finding("lists.yaml", format!("{kinds}{}\n", "]}".repeat(3_000)));
}

#[test]
fn a_file_of_a_hundred_megabytes() {
    let line = "# a comment line that is neither short nor long, sixty-four bytes\n";
    let run = beside_a_finding("huge.yaml", line.repeat(100 * 1024 * 1024 / line.len()));
    assert!(run.code == 1, "{run:?}");
    assert_eq!(failure_kinds(&run), ["unreadable"], "larger than the limit: named, not skipped");
}

#[test]
fn a_hundred_thousand_documents() {
    let mut text = String::new();
    for number in 0..100_000 {
        writeln!(text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}").unwrap();
    }
    let run = beside_a_finding("many.yaml", text);
    assert_eq!(run.json()["coverage"]["objects"], 100_001);
}

#[test]
fn ways_past_a_checker_do_not_work() {
    let bad = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, dat: {}}";
    for (name, text) in [
        ("on-separator", format!("--- {bad}\n")),
        ("directive", format!("%YAML 1.1\n---\n{bad}\n")),
        ("bom", format!("\u{feff}{bad}\n")),
        ("crlf", "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: c}\r\ndat: {}\r\n".to_owned()),
        ("after-end", format!("a: 1\n...\n---\n{bad}\n")),
        ("comment", format!("--- # next\n{bad}\n")),
        (
            "typed-list",
            "apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: c}, dat: {}}]\n".into(),
        ),
    ] {
        let run = beside_a_finding(&format!("{name}.yaml"), text);
        let found =
            run.findings().iter().any(|f| f.starts_with(&format!("schema/unknown-field@{name}.yaml:")));
        assert!(found, "{name}: {run:?}");
    }
    let array = beside_a_finding("array.json", format!("[{}]", bad.replace(": ", ":")));
    let failures = array.json()["failures"].to_string() + &array.json()["findings"].to_string();
    assert!(failures.contains("array.json"), "an array at the root is not ignored: {array:?}");
}

#[test]
fn a_wrong_command_line_is_exit_2() {
    for arguments in [
        vec!["check", "--no-such-flag"],
        vec!["check", "--format=yaml"],
        vec!["check", "--staged", "--all"],
        vec!["chekc"],
    ] {
        let run = gate().run(shop().path(), &arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {run:?}");
        assert!(!run.stderr.is_empty());
    }
}
