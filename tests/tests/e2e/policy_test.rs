//! `gate policy test`: cases and manifests against a component in the sandbox.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::path::{Path, PathBuf};

use gate_tests::{Run, TestRepo};
use quick_xml::events::Event;
use tempfile::TempDir;

use crate::foreign_policy::example;
use crate::{gate, guest};

/// A folder with a module `policy.wasm` and one case file.
fn folder(module: &[u8], cases: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.wasm"), module).unwrap();
    std::fs::create_dir(folder.path().join("cases")).unwrap();
    std::fs::write(folder.path().join("cases/owners.yaml"), cases).unwrap();
    folder
}

fn test(folder: &Path, more: &[&str]) -> Run {
    let arguments = ["policy", "test", "--wasm", "policy.wasm", "--cases", "cases"];
    gate().run(folder, &[&arguments[..], more].concat())
}

/// Standard output without the time.
fn told(run: &Run) -> String {
    let without_time = |line: &str| match line.rsplit_once(" (") {
        Some((text, time)) if time.ends_with(" s)") => text.to_owned(),
        _ => line.to_owned(),
    };
    run.stdout.lines().map(|line| without_time(line) + "\n").collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn the_built_in_policies_pass_their_cases_in_the_sandbox_too() {
    assert!(gate::policy::builtins().len() >= 3);
    for builtin in gate::policy::builtins() {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("policy.wasm");
        std::fs::write(&module, builtin.wasm).unwrap();
        let cases = root().join("policies").join(builtin.id).join("cases");
        let files = std::fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path());
        let names = |file: PathBuf| {
            std::fs::read_to_string(file).unwrap().lines().filter(|line| line.starts_with("name: ")).count()
        };
        let expected: usize = files.map(names).sum();
        assert!(expected > 10, "{}", builtin.id);
        let cases = cases.display().to_string();
        let run = gate().run(folder.path(), &["policy", "test", "--wasm", "policy.wasm", "--cases", &cases]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let summary = format!("{expected} cases, {expected} passed, 0 failed");
        assert!(told(&run).contains(&summary), "{}: {summary}: {run:?}", builtin.id);
        assert!(!run.stdout.contains("found by"), "every rule is found, and not always: {run:?}");
    }
}

const MISTAKES: &str = "\
# Two mistakes on purpose.
name: an owner is there
documents:
  - object: { apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { owner: joe } } }
expect: []
---
name: the place is wrong
settings: { owners: [team-*] }
documents:
  - object: { apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { owner: joe } } }
  - object: { apiVersion: v1, kind: Namespace, metadata: { name: b } }
expect:
  - unknown-owner@/metadata/labels
  - { document: 0, finding: missing-owner@/metadata/name }
---
name: the message is wrong
settings: { owners: [team-*] }
documents:
  - object: { apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { owner: joe } } }
expect:
  - { finding: unknown-owner@/metadata/labels/owner, message: nobody }
";

const TOLD: &str = "\
cases/owners.yaml:7  the place is wrong
    ~ the same rule, another place:
      - expected  document 0: unknown-owner@/metadata/labels
      + reported  document 0: unknown-owner@/metadata/labels/owner \"`joe` is no known owner; known are `team-*`\"
    ~ the same rule, another document:
      - expected  document 0: missing-owner@/metadata/name
      + reported  document 1: missing-owner@/metadata/name \"no label or annotation `owner` says who owns this\"

cases/owners.yaml:16  the message is wrong
    ~ the same rule, another message:
      - expected  document 0: unknown-owner@/metadata/labels/owner \"nobody\"
      + reported  document 0: unknown-owner@/metadata/labels/owner \"`joe` is no known owner; known are `team-*`\"

require-owner 0.1.0: 3 cases, 1 passed, 2 failed
coverage: 2 of 2 rules found
  set by no case: /exempt-namespaces
  set by no case: /key
";

#[test]
fn what_differs_is_shown_with_its_place() {
    let folder = folder(example(), MISTAKES);
    let run = test(folder.path(), &["--junit", "junit.xml"]);
    assert_eq!((run.code, told(&run).as_str(), run.stderr.as_str()), (1, TOLD, ""), "{run:?}");

    let text = std::fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    let cases = elements(&text, "testcase");
    let lines: Vec<_> = cases.iter().map(|case| (case[2].as_str(), case[3].as_str())).collect();
    let file = "cases/owners.yaml";
    assert_eq!(lines, [(file, "2"), (file, "7"), (file, "16")], "{text}");
    assert_eq!(cases[1][..2], ["require-owner.owners", "the place is wrong"]);
    let failures = elements(&text, "failure");
    assert_eq!(failures.len(), 2, "{text}");
    assert_eq!(elements(&text, "testsuites")[0][1..4], ["3", "2", "0"], "{text}");
}

#[test]
fn nothing_that_a_case_says_is_obeyed() {
    let cases = "name: \"<a> & \\e[31m ##[error] ::x\"\ndocuments: [{ object: { apiVersion: v1, kind: Namespace, metadata: { name: a } } }]\nexpect: [\"a@]]><b/>\"]\n";
    let folder = folder(example(), cases);
    let run = test(folder.path(), &["--junit", "junit.xml"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.starts_with("cases/owners.yaml:1  <a> & \u{fffd}[31m # #[error] ::x\n"), "{run:?}");
    let text = std::fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(!text.contains('\u{1b}') && !text.contains("##[") && !text.contains("<b/>"), "{text}");
    assert_eq!(elements(&text, "testcase").len(), 1, "{text}");
}

/// The values of the attributes of each element of this name.
fn elements(text: &str, name: &str) -> Vec<Vec<String>> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == name => {
                let values = start.attributes().map(|attribute| attribute.unwrap().value.into_owned());
                found.push(values.collect());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn a_policy_that_does_not_come_to_an_end_is_told_with_the_limit() {
    let cases =
        "name: any object\ndocuments:\n  - object: { apiVersion: v1, kind: Pod, metadata: { name: p } }\n";
    for (name, message) in [
        ("trap", "stopped with a trap (wasm trap: wasm `unreachable` instruction executed)"),
        ("endless-loop", "used up its fuel of 250,000,000 units"),
        ("memory-bomb", "used more than its 128 MiB of memory"),
        ("recursion", "used up its stack of 1 MiB"),
        ("own-error", "reports an error: no idea ::error::x"),
    ] {
        let folder = folder(&guest::component(name), cases);
        let run = test(folder.path(), &["--junit", "junit.xml"]);
        let line = format!("    the policy failed: policy hostile {message} on Pod/p in document-0.yaml\n");
        assert_eq!(run.code, 1, "{name}: {run:?}");
        assert!(run.stdout.starts_with("cases/owners.yaml:1  any object\n"), "{name}: {run:?}");
        assert!(run.stdout.contains(&line), "{name}: {line}: {run:?}");
        let text = std::fs::read_to_string(folder.path().join("junit.xml")).unwrap();
        assert_eq!(elements(&text, "error").len(), 1, "broken, not failed: {text}");
    }
}

#[test]
fn settings_that_the_schema_refuses_fail_a_case() {
    let cases = "name: a number is no list\nsettings: { owners: 7 }\ndocuments: [{ object: { apiVersion: v1, kind: Namespace, metadata: { name: a } } }]\n";
    let folder = folder(example(), cases);
    let run = test(folder.path(), &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("    + refused   settings /owners: by its schema: "), "{run:?}");
}

#[test]
fn gaps_in_the_coverage_fail_where_coverage_is_required() {
    let cases = "name: no owner\ndocuments: [{ object: { apiVersion: v1, kind: Namespace, metadata: { name: a } } }]\nexpect: [missing-owner@/metadata/name]\n";
    let folder = folder(example(), cases);
    let run = test(folder.path(), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let gaps = "coverage: 1 of 2 rules found\n  found by no case: unknown-owner\n  found by every case: missing-owner\n  \
                set by no case: /exempt-namespaces\n  set by no case: /key\n  set by no case: /owners\n";
    assert!(told(&run).ends_with(gaps), "{run:?}");
    let run = test(folder.path(), &["--require-coverage", "--junit", "junit.xml"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        told(&run).ends_with(&format!("coverage is required and not whole{}", &gaps["coverage".len()..]))
    );
    let text = std::fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert_eq!(elements(&text, "failure").len(), 1, "{text}");
}

#[test]
fn what_could_not_run_is_no_failed_case() {
    let good = "name: no owner\ndocuments: [{ object: { apiVersion: v1, kind: Namespace, metadata: { name: a } } }]\nexpect: [missing-owner@/metadata/name]\n";
    let there = folder(example(), good);
    std::fs::write(there.path().join("cases/wrong.yaml"), "name: a\n---\nname: b\nexpects: []\n").unwrap();
    let run = test(there.path(), &[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stdout.starts_with("cases/wrong.yaml: unknown field `expects`"), "{run:?}");
    assert!(run.stdout.contains("line 4"), "{run:?}");
    assert!(run.stdout.contains("1 case, 1 passed, 0 failed, 1 file could not be read"), "{run:?}");

    for (module, message) in [
        (&b"not wasm"[..], "policy.wasm: the file is not WebAssembly"),
        (b"\0asm\x01\0\0\0", "policy.wasm: the file is a core WebAssembly module, not a component"),
    ] {
        let run = test(folder(module, good).path(), &[]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(message), "{run:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    for (arguments, message) in [
        (&["policy", "test", "no-crate"][..], "no-crate/cases: "),
        (&["policy", "test", "--wasm", "none.wasm"], "a module alone has no cases"),
        (&["policy", "test", "--manifests", "."], "--expect <FILE>"),
    ] {
        let run = gate().run(empty.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(message), "{arguments:?}: {run:?}");
    }
}

/// Manifests in `manifests`, and the example as `policy.wasm`.
fn with_manifests() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("policy.wasm", example());
    repo.write("manifests/b/two.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: blog, labels: { owner: me } }\n");
    repo.write(
        "manifests/a.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: wiki\n  labels: { owner: joe }\n",
    );
    repo.write("manifests/readme.md", "# no manifest\n");
    repo.write("settings.yaml", "owners: [me]\n");
    repo
}

const MANIFESTS: [&str; 10] = [
    "policy",
    "test",
    "--wasm",
    "policy.wasm",
    "--manifests",
    "manifests",
    "--expect",
    "expect.yaml",
    "--settings",
    "settings.yaml",
];

const EXPECTED: &str = r#"# What the policy require-owner finds in these manifests; `--update` writes this file anew.
- path: "a.yaml"
  object: "Namespace/wiki"
  finding: "unknown-owner@/metadata/labels/owner"
  message: "`joe` is no known owner; known are `me`"
- path: "b/two.yaml"
  object: "Namespace/shop"
  finding: "missing-owner@/metadata/name"
  message: "no label or annotation `owner` says who owns this"
"#;

#[test]
fn a_folder_of_manifests_is_compared_with_what_is_expected() {
    let repo = with_manifests();
    let run = gate().run(repo.path(), &MANIFESTS);
    assert_eq!(run.code, 2, "nothing is expected yet: {run:?}");
    assert!(run.stderr.contains("--update"), "{run:?}");

    let run = gate().run(repo.path(), &[&MANIFESTS[..], &["--update"]].concat());
    let summary = "manifests: 3 documents, 2 findings, ";
    assert_eq!((run.code, run.stdout), (0, format!("{summary}written to expect.yaml\n")));
    let file = repo.path().join("expect.yaml");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), EXPECTED);
    let run = gate().run(repo.path(), &MANIFESTS);
    assert_eq!((run.code, run.stdout), (0, format!("{summary}as expected\n")));

    repo.write("expect.yaml", EXPECTED.replace("labels/owner", "labels").replace("b/two", "c/two"));
    let run = gate().run(repo.path(), &MANIFESTS);
    let told = "\
manifests
    ~ the same rule in the same file, but not as expected:
      - expected  a.yaml Namespace/wiki: unknown-owner@/metadata/labels \"`joe` is no known owner; known are `me`\"
      + reported  a.yaml Namespace/wiki: unknown-owner@/metadata/labels/owner \"`joe` is no known owner; known are `me`\"
    - expected  c/two.yaml Namespace/shop: missing-owner@/metadata/name \"no label or annotation `owner` says who owns this\"
    + reported  b/two.yaml Namespace/shop: missing-owner@/metadata/name \"no label or annotation `owner` says who owns this\"

";
    assert_eq!((run.code, run.stdout), (1, format!("{told}{summary}not as expected\n")));
}

#[test]
fn manifests_that_cannot_be_read_or_are_not_asked_for_are_no_pass() {
    let repo = with_manifests();
    repo.write("manifests/broken.yaml", "a: [1\n");
    let run = gate().run(repo.path(), &[&MANIFESTS[..], &["--update"]].concat());
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("    broken.yaml:"), "{run:?}");
    assert!(!repo.path().join("expect.yaml").exists(), "what is not whole is not kept");

    let repo = with_manifests();
    repo.remove("manifests/a.yaml").remove("manifests/b/two.yaml").write("expect.yaml", "[]\n");
    let run = gate().run(repo.path(), &MANIFESTS);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("nothing ran: the policy asks for none of these documents"), "{run:?}");

    let repo = with_manifests();
    repo.write("settings.yaml", "owners: 7\n").write("expect.yaml", "[]\n");
    let run = gate().run(repo.path(), &MANIFESTS);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("settings.yaml at `/owners`"), "{run:?}");
}

#[test]
fn a_crate_is_built_and_its_cases_run() {
    let home = std::env::home_dir().unwrap();
    let of = |name: &str, folder: &str| {
        std::env::var(name).unwrap_or_else(|_| home.join(folder).display().to_string())
    };
    let (cargo, rustup) = (of("CARGO_HOME", ".cargo"), of("RUSTUP_HOME", ".rustup"));
    let toolchain = std::env::var("GATE_WASM_TOOLCHAIN").unwrap_or_default();
    let variables =
        [("CARGO_HOME", cargo.as_str()), ("RUSTUP_HOME", &rustup), ("GATE_WASM_TOOLCHAIN", &toolchain)];
    let crate_dir = root().join("examples/require-owner");
    let run = gate().run_with(&crate_dir, &["policy", "test"], &variables, None);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.starts_with("require-owner 0.1.0: "), "{run:?}");
    assert!(run.stdout.contains(", 0 failed ("), "{run:?}");
}
