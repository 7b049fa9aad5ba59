//! The security model as a whole: what a policy says stays text in every format, a run is the same however it is split,
//! little address space changes nothing, and the table of docs/security.md names tests that exist.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fs;
use std::path::{Path, PathBuf};

use gate_tests::{Gate, TestRepo};

use crate::foreign_policy::{CHECK, with_policy};
use crate::{DEPLOYMENT, gate, guest};

#[test]
fn what_a_policy_says_stays_text_in_every_format() {
    let repo = with_policy(&guest::component("hostile-text"), "policies:\n  - use: ./policies/own.wasm\n");
    repo.write("apps/new.yaml", DEPLOYMENT.replace("name: web\n  namespace", "name: new\n  namespace"))
        .commit("x");
    for format in ["text", "json", "sarif", "junit", "markdown", "github", "gitlab", "azure"] {
        let run =
            gate().run(repo.path(), &["check", "--base", "main", &format!("--format={format}"), "--verbose"]);
        assert_eq!(run.code, 1, "{format}: {run:?}");
        assert!(run.stdout.contains("bad-thing") && run.stdout.contains("owned"), "{format}: {run:?}");
        for output in [&run.stdout, &run.stderr] {
            assert!(!output.contains(['\u{1b}', '\u{202e}']), "{format}: {run:?}");
            let commands = output.lines().filter(|line| line.trim_start().starts_with("::error::owned"));
            assert_eq!(commands.count(), 0, "{format}: {run:?}");
            let azure = output.lines().filter(|line| line.trim_start().starts_with("##vso[task.x]"));
            assert_eq!(azure.count(), 0, "{format}: {run:?}");
        }
        if format == "junit" {
            assert!(!run.stdout.contains("<script>"), "{format}: {run:?}");
        }
    }
}

/// Findings, failures and counts: all of a report that the commits do not name.
fn judgement(run: &gate_tests::Run) -> String {
    let report = run.json();
    format!("{}\n{}\n{}", report["findings"], report["failures"], report["counts"])
}

#[test]
fn threads_and_batches_change_no_byte_of_a_judgement() {
    let config = |limits: &str| {
        format!("policies:\n  - use: ./policies/own.wasm\n  - use: builtin:image-tags\n{limits}")
    };
    let mut judgements = Vec::new();
    for (limits, threads) in [
        ("", "1"),
        ("", "1"),
        ("", "4"),
        ("limits: { batch-objects: 1 }\n", "3"),
        ("limits: { batch-bytes: 1KiB }\n", "2"),
    ] {
        let repo = with_policy(&guest::component("echo"), &config(limits));
        for number in 0..40 {
            let name = format!("name: web-{number}\n  namespace");
            let text = DEPLOYMENT.replace("name: web\n  namespace", &name).replace("1.2.3", "latest");
            repo.write(&format!("apps/{number:02}.yaml"), text);
        }
        repo.commit("many");
        judgements.push(judgement(&gate().run_with(
            repo.path(),
            &CHECK,
            &[("RAYON_NUM_THREADS", threads)],
            None,
        )));
    }
    assert!(judgements[0].matches("hostile/bad-thing").count() == 40, "{}", judgements[0]);
    assert!(judgements.iter().all(|judgement| *judgement == judgements[0]));
}

#[cfg(unix)]
#[test]
fn little_address_space_changes_no_verdict() {
    let repo = with_policy(
        &guest::component("endless-loop"),
        "policies:\n  - use: ./policies/own.wasm\n  - use: builtin:image-tags\n",
    );
    repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "latest")).commit("x");
    let run = gate().run(repo.path(), &CHECK);
    let limited = |kib: &str| {
        let script = format!("ulimit -v {kib} && exec \"$0\" \"$@\"");
        let program = env!("CARGO_BIN_EXE_gate-under-test");
        Gate::new("/bin/sh").run(repo.path(), &[&["-c", &script, program], CHECK.as_slice()].concat())
    };
    // The pool alone would reserve more than ten times that.
    let small = limited("4000000");
    assert_eq!((run.code, small.code), (1, 1), "{small:?}");
    assert_eq!(judgement(&small), judgement(&run));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The names of all tests in the sources below `folder`.
fn tests_below(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let after = text.split("#[test]").skip(1);
            let name = |rest: &str| {
                let from = rest.find("fn ")? + 3;
                Some(rest[from..].split('(').next()?.to_owned())
            };
            found.extend(after.filter_map(name));
        }
    }
}

#[test]
fn every_rule_of_the_security_model_has_tests_that_exist() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let mut tests = Vec::new();
    for folder in ["gate/src", "gate/tests", "tests/tests"] {
        tests_below(&root().join(folder), &mut tests);
    }
    let rows: Vec<Vec<&str>> = page
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 5 && cells[1].parse::<u32>().is_ok())
        .collect();
    let numbers: Vec<u32> = rows.iter().filter_map(|cells| cells[1].parse().ok()).collect();
    assert_eq!(numbers, (1..=15).collect::<Vec<_>>());
    for cells in rows {
        let named: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "rule {} has no test", cells[1]);
        for name in named {
            assert!(tests.iter().any(|test| test == name), "rule {}: there is no test `{name}`", cells[1]);
        }
    }
}

#[test]
fn the_engine_stays_on_its_line_with_long_support() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let version =
        lock.split("name = \"wasmtime\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
    assert!(version.is_some_and(|version| version.starts_with("48.0.")), "{version:?}");
}

#[test]
fn a_pull_request_is_judged_by_the_policy_and_the_configuration_of_its_base() {
    let repo = TestRepo::new();
    let config = "policies:\n  - use: ./policies/own.wasm\n";
    repo.write("policies/own.wasm", guest::component("honest")).write("gate.yaml", config).commit("base");
    repo.branch("pr");
    // The change brings a policy that says nothing, its pin, and a configuration that switches all rules off.
    repo.write("policies/own.wasm", "no policy at all");
    repo.write("gate.yaml", "policies:\n  - use: ./policies/own.wasm\n    rules: { bad-thing: off }\n");
    repo.write("apps/web.yaml", DEPLOYMENT).commit("change");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(
        (run.code, run.findings()),
        (1, vec!["hostile/bad-thing@apps/web.yaml:4:3 introduced".to_owned()])
    );
}
