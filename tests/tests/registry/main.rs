//! Policies from registries: a real one, which `cargo xtask registry` builds, and hostile ones of these tests' own. Without
//! the real one its tests are skipped, and say so.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot prepare its input must stop at once"
)]

mod check;
mod hostile;
mod referrers;
mod round_trip;
mod server;
mod signed;
mod signer;

use std::path::Path;
use std::sync::OnceLock;

use gate_tests::{Gate, Run, TestRepo};

/// The encoder of the guests belongs to the sandbox's own tests, which need more of it than these.
#[path = "../../../gate/tests/policy/guest.rs"]
#[expect(dead_code, reason = "made for the tests of the sandbox")]
mod guest;

/// A policy with one finding for each document.
fn honest() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| guest::component("honest"))
}

/// The same policy as another module: an empty custom section behind it.
fn other() -> Vec<u8> {
    [honest(), &[0, 2, 1, b'x']].concat()
}

fn gate() -> Gate {
    Gate::new(env!("CARGO_BIN_EXE_gate-under-test"))
}

/// Runs `gate policy` in `folder`.
fn policy(folder: &Path, arguments: &[&str]) -> Run {
    gate().run(folder, &[&["policy"], arguments].concat())
}

/// A folder with `x.wasm` in it, and the module pushed from there.
fn pushed(module: &[u8], reference: &str) -> (tempfile::TempDir, Run) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.wasm"), module).unwrap();
    let run = policy(folder.path(), &["push", "x.wasm", reference]);
    (folder, run)
}

/// The digest on the line of `name`: `  manifest  sha256 …`.
fn digest(run: &Run, name: &str) -> String {
    let line = run.stdout.lines().find(|line| line.trim_start().starts_with(name));
    let word =
        line.and_then(|line| line.split_whitespace().nth(2)).unwrap_or_else(|| panic!("{name}: {run:?}"));
    word.trim_end_matches(',').to_owned()
}

/// An object in 5 lines.
const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new\n  namespace: shop\n";
/// What [`honest`] finds in it.
const FOUND: &str = "hostile/bad-thing@apps/new.yaml:4:3 introduced";

/// A repository with this `gate.yaml` and `files` in `main`, and a branch that adds [`OBJECT`].
fn change(config: &str, files: &[(&str, &[u8])]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("gate.yaml", config).write("README.md", "a shop");
    for (path, content) in files {
        repo.write(path, content);
    }
    repo.commit("base");
    repo.branch("pr").write("apps/new.yaml", OBJECT).commit("change");
    repo
}

/// Judges the branch; `extra` are arguments, `variables` of the environment.
fn judge(repo: &TestRepo, extra: &[&str], variables: &[(&str, &str)]) -> Run {
    let arguments = [&["check", "--base", "main", "--format=json"], extra].concat();
    gate().run_with(repo.path(), &arguments, variables, None)
}

/// Check and message of each failure.
fn failures(run: &Run) -> Vec<String> {
    let report = run.json();
    let list = report["failures"].as_array().cloned().unwrap_or_default();
    let word = |failure: &serde_json::Value, key: &str| failure[key].as_str().unwrap_or("?").to_owned();
    list.iter().map(|failure| format!("{}: {}", word(failure, "check"), word(failure, "message"))).collect()
}
