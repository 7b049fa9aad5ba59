//! Policies that do not come with the gate: the example, built as its README tells, and modules that are broken or
//! hostile. Whatever they do, the rest is judged.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot prepare its input must stop at once"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use gate_tests::{Run, TestRepo};
use sha2::{Digest, Sha256};

use crate::{DEPLOYMENT, gate, guest, shop};

pub(crate) const CHECK: [&str; 4] = ["check", "--base", "main", "--format=json"];

/// The component of `examples/require-owner`, built once.
pub(crate) fn example() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| built("require-owner"))
}

/// The component of a crate in `examples`.
fn built(name: &str) -> Vec<u8> {
    let toolchain = gate_policy_build::find().unwrap_or_else(|error| panic!("{error}"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples").join(name);
    gate_policy_build::build(&folder, &target(), &toolchain).unwrap_or_else(|error| panic!("{error}"))
}

/// Where the gate's build script builds the built-in policies, so that what they share is compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("policies")
}

/// The shop with a policy module at `policies/own.wasm` and this configuration, both in `main`.
pub(crate) fn with_policy(module: &[u8], config: &str) -> TestRepo {
    let repo = shop();
    repo.write("policies/own.wasm", module).write("gate.yaml", config).commit("policy");
    repo.branch("pr");
    repo
}

/// Judges a Deployment with `image` by a module and by `image-tags`.
fn judge(module: &[u8], image: &str) -> Run {
    let repo = with_policy(module, "policies:\n  - use: ./policies/own.wasm\n  - use: builtin:image-tags\n");
    repo.write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", image)).commit("image");
    gate().run(repo.path(), &CHECK)
}

/// Kind, check and message of each failure.
pub(crate) fn failures(run: &Run) -> Vec<(String, String, String)> {
    let report = run.json();
    let list = report["failures"].as_array().cloned().unwrap_or_default();
    let word = |failure: &serde_json::Value, key: &str| failure[key].as_str().unwrap_or("?").to_owned();
    list.iter().map(|f| (word(f, "kind"), word(f, "check"), word(f, "message"))).collect()
}

#[test]
fn the_example_points_at_the_exact_place() {
    let config = "policies:\n  - use: ./policies/own.wasm\n    settings: { owners: [team-*] }\n";
    let repo = with_policy(example(), config);
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    owner: joe\n";
    repo.write("apps/namespace.yaml", namespace);
    repo.write("apps/worker.yaml", DEPLOYMENT.replace("name: web\n  namespace", "name: worker\n  namespace"));
    repo.commit("no owners");
    let run = gate().run(repo.path(), &CHECK);
    let expected = [
        "require-owner/unknown-owner@apps/namespace.yaml:6:12 introduced",
        "require-owner/missing-owner@apps/worker.yaml:4:9 introduced",
    ];
    assert_eq!((run.code, run.findings()), (1, expected.map(str::to_owned).to_vec()), "{run:?}");
    assert_eq!(run.json()["findings"][0]["message"], "`joe` is no known owner; known are `team-*`");
    assert_eq!(failures(&run), []);
}

#[test]
fn the_example_lets_pass_what_has_an_owner() {
    let config = "policies:\n  - use: ./policies/own.wasm\n";
    let repo = with_policy(example(), config);
    let owned =
        DEPLOYMENT.replace("  name: web\n  namespace", "  name: web\n  labels: { owner: me }\n  namespace");
    repo.write("apps/web.yaml", owned).commit("an owner");
    let run = gate().run(repo.path(), &CHECK);
    let fixed = "require-owner/missing-owner@apps/web.yaml:4:9 fixed".to_owned();
    assert_eq!((run.code, run.findings()), (0, vec![fixed]), "{run:?}");
}

#[test]
fn wrong_settings_of_a_foreign_policy_have_a_place() {
    for (settings, column, message) in [
        ("{ owners: [team-*, 7] }", 34, "settings of policy require-owner at `/owners/1`"),
        ("{ owner: team-* }", 15, "'owner' was unexpected"),
        ("{ key: 'no key' }", 22, "at `/key`: `no key` cannot be the key of a label"),
    ] {
        let config = format!("policies:\n  - use: ./policies/own.wasm\n    settings: {settings}\n");
        let repo = with_policy(example(), &config);
        repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
        let run = gate().run(repo.path(), &CHECK);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(&format!("gate.yaml:3:{column}: ")), "{run:?}");
        assert!(run.stderr.contains(message), "{message}: {run:?}");
    }
}

#[test]
fn another_module_than_the_one_that_was_reviewed_is_refused() {
    let digest: String = Sha256::digest(example()).iter().map(|byte| format!("{byte:02x}")).collect();
    let config = format!("policies:\n  - use: ./policies/own.wasm\n    sha256: {digest}\n");
    let mut tampered = example().to_vec();
    tampered.extend([0, 2, 1, b'x']);
    for (module, code) in [(example(), 0), (&tampered, 2)] {
        let repo = with_policy(module, &config);
        repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
        let run = gate().run(repo.path(), &CHECK);
        assert_eq!(run.code, code, "{run:?}");
        assert_eq!(
            run.stderr.contains("gate.yaml:2:10: ./policies/own.wasm has the SHA-256"),
            code == 2,
            "{run:?}"
        );
    }
}

#[test]
fn what_is_no_policy_makes_the_run_incomplete_and_the_rest_is_judged() {
    for (module, message) in [
        (b"not wasm".as_slice(), "the file is not WebAssembly"),
        (b"", "the file is not WebAssembly"),
        (b"\0asm\x01\0\0\0", "the file is a core WebAssembly module, not a component"),
        (b"\0asm\x0d\0\x01\0", "the module is no policy for this gate"),
        (b"\0asm\x0d\0\x01\0\xff\xff", "the module is not valid"),
    ] {
        let run = judge(module, "web:1.2.4");
        assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
        let failures = failures(&run);
        assert_eq!(failures.len(), 1, "{run:?}");
        let (kind, check, why) = &failures[0];
        assert_eq!((kind.as_str(), check.as_str()), ("policy-load", "policy ./policies/own.wasm"));
        assert!(why.starts_with(message), "{why}");
        let run = judge(module, "web:latest");
        assert_eq!((run.code, run.findings().len()), (1, 1), "a finding of another policy blocks: {run:?}");
    }
}

/// What each guest does, the kind of failure, and what the message says about it. `gate/tests/policy` has all guests
/// and whole messages; here it matters what a run becomes.
const HOSTILE: [(&str, &str, &str); 9] = [
    ("endless-loop", "policy-limit", "used up its fuel of "),
    ("bulk-loop", "policy-limit", "used up its fuel of "),
    ("memory-bomb", "policy-limit", "used more than its 128 MiB of memory"),
    ("recursion", "policy-limit", "used up its stack of 1 MiB"),
    ("million-findings", "policy-limit", "gave an answer of more than 8 MiB"),
    ("trap", "policy-error", "stopped with a trap"),
    ("own-error", "policy-error", "reports an error: "),
    ("invalid-utf8", "policy-contract", "broke the contract: "),
    ("unknown-rule", "policy-contract", "reported the rule \"bad-thin\", which it does not declare"),
];

#[test]
fn hostile_policies_are_named_and_the_rest_is_judged() {
    for (name, kind, message) in HOSTILE {
        let module = guest::component(name);
        let run = judge(&module, "web:1.2.4");
        assert_eq!((run.code, run.findings()), (3, vec![]), "{name}: {run:?}");
        for (found, check, text) in failures(&run) {
            assert_eq!((found.as_str(), check.as_str()), (kind, "policy hostile"), "{name}: {run:?}");
            assert!(text.starts_with(&format!("policy hostile {message}")), "{name}: {text}");
            assert!(text.ends_with(" on Deployment/shop/web in apps/web.yaml"), "{name}: {text}");
        }
        assert!(!failures(&run).is_empty(), "{name}: {run:?}");
        let run = judge(&module, "web:latest");
        let tag = "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced".to_owned();
        assert_eq!((run.code, run.findings()), (1, vec![tag]), "{name}: {run:?}");
        assert!(!failures(&run).is_empty(), "{name}: {run:?}");
    }
}

#[test]
fn a_policy_that_cannot_be_started_is_named() {
    for (name, message) in [
        ("endless-start", "the policy used up its fuel of 200,000,000 units"),
        ("memory-minimum", "the policy used more than its 128 MiB of memory"),
    ] {
        let run = judge(&guest::component(name), "web:1.2.4");
        assert_eq!((run.code, run.findings()), (3, vec![]), "{name}: {run:?}");
        let (kind, _, why) = &failures(&run)[0];
        assert_eq!(kind, "policy-limit", "{name}");
        assert!(why.contains(message), "{name}: {why}");
    }
}

#[test]
fn a_policy_s_terminal_escapes_reach_no_terminal() {
    let repo =
        with_policy(&guest::component("terminal-escapes"), "policies:\n  - use: ./policies/own.wasm\n");
    repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
    let run = gate().run(repo.path(), &["check", "--base", "main", "--format=text", "--verbose"]);
    assert!(run.stdout.contains("hostile/bad-thing"), "{run:?}");
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
}

#[test]
fn the_configuration_sets_the_limits_of_a_foreign_policy() {
    // On top of the fuel for a call come 50,000,000 units for its one document.
    for (limits, guest, message) in [
        ("{ fuel: 1M }", "endless-loop", "used up its fuel of 51,000,000 units"),
        ("{ memory: 1MiB }", "memory-bomb", "used more than its 1 MiB of memory"),
        ("{ output: 64KiB }", "million-findings", "gave an answer of more than 64 KiB"),
    ] {
        let config = format!("policies:\n  - use: ./policies/own.wasm\n    limits: {limits}\n");
        let repo = with_policy(&guest::component(guest), &config);
        repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
        let run = gate().run(repo.path(), &CHECK);
        assert_eq!(run.code, 3, "{run:?}");
        let (kind, _, why) = &failures(&run)[0];
        assert_eq!(kind, "policy-limit", "{run:?}");
        assert!(why.contains(message), "{why}");
    }
}

#[test]
fn a_module_is_found_when_only_some_files_are_judged() {
    let repo = with_policy(example(), "policies:\n  - use: ./policies/own.wasm\n");
    let run = gate().run(repo.path(), &["check", "apps", "--format=json"]);
    let found = ["require-owner/missing-owner@apps/web.yaml:4:9 present".to_owned()];
    assert_eq!((run.code, run.findings()), (1, found.to_vec()), "{run:?}");
    let elsewhere = tempfile::tempdir().unwrap();
    let config = repo.path().join("gate.yaml").display().to_string();
    std::fs::write(elsewhere.path().join("web.yaml"), DEPLOYMENT).unwrap();
    let run = gate().run(elsewhere.path(), &["check", "web.yaml", "--config", &config, "--format=json"]);
    let found = ["require-owner/missing-owner@web.yaml:4:9 present".to_owned()];
    assert_eq!((run.code, run.findings()), (1, found.to_vec()), "{run:?}");
}

/// Files of one change are judged some at a time; a policy with scope `change-set` sees them together all the same.
#[test]
fn a_policy_may_see_the_whole_change_at_once() {
    let route = |name: &str, host: &str| {
        format!(
            "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {{ name: {name} }}\nspec:\n  \
             to: {{ kind: Service, name: web }}\n  host: {host}\n"
        )
    };
    let repo = with_policy(
        &built("unique-hosts"),
        "policies:\n  - use: ./policies/own.wasm\n  - use: builtin:image-tags\n",
    );
    for number in 0..40 {
        repo.write(
            &format!("routes/{number:02}.yaml"),
            route(&format!("r{number}"), &format!("h{number}.example.com")),
        );
    }
    repo.write("routes/99.yaml", route("late", "h3.example.com")).commit("routes");
    let run = gate().run(repo.path(), &CHECK);
    let found = ["unique-hosts/duplicate-host@routes/99.yaml:6:9 introduced".to_owned()];
    assert_eq!((run.code, run.findings()), (1, found.to_vec()), "{run:?}");
    assert_eq!(run.json()["findings"][0]["message"], "`h3.example.com` is already served by Route/r3");
    assert_eq!(run.json()["coverage"]["policies"]["unique-hosts"]["documents"], 41);
}

/// A component around one core module.
fn component(module: &str) -> Vec<u8> {
    wat::parse_str(format!("(component (core module {module}))")).unwrap()
}

/// A module of less than 1 MB that keeps register allocation busy for more than half a minute.
pub(crate) fn slow_to_compile() -> Vec<u8> {
    let locals = 49_000;
    let mut body = String::new();
    for local in 0..locals {
        let _ = write!(
            body,
            "(local.set {} (i64.add (local.get {local}) (local.get 0)))",
            (local + 7919) % locals
        );
    }
    component(&format!(
        "(func (export \"f\") (local{}) (loop {body} (br_if 0 (i64.eqz (local.get 1)))))",
        " i64".repeat(locals)
    ))
}

/// A module of about 1 MB whose functions take more than a gigabyte to compile.
pub(crate) fn large_to_compile() -> Vec<u8> {
    component(&"(func)".repeat(200_000))
}

#[test]
fn a_module_that_takes_for_ever_to_compile_is_ended_and_the_rest_is_judged() {
    for (module, limit) in [(slow_to_compile(), "more than"), (large_to_compile(), "")] {
        assert!(module.len() < 2 << 20, "{} bytes", module.len());
        let started = Instant::now();
        let run = judge(&module, "web:latest");
        let took = started.elapsed();
        assert!(took < Duration::from_secs(60), "{took:?}");
        assert_eq!(run.code, 1, "{run:?}");
        assert_eq!(run.findings(), ["image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced"]);
        let failures = failures(&run);
        assert_eq!((failures.len(), failures[0].0.as_str()), (1, "policy-limit"), "{failures:?}");
        assert!(failures[0].2.contains(limit), "{failures:?}");
    }
}

#[test]
fn the_code_of_a_policy_is_kept_and_cleared() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("code");
    let variables =
        [("GATE_CACHE_DIR", folder.to_str().unwrap()), ("XDG_STATE_HOME", home.path().to_str().unwrap())];
    let repo = with_policy(example(), "policies:\n  - use: ./policies/own.wasm\n");
    repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("image");
    let run = || gate().run_with(repo.path(), &CHECK, &variables, None);
    let first = run();
    let kept: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(run().stdout, first.stdout);

    // Machine code that somebody else has changed is not run: it is made anew.
    let good = std::fs::read(&kept[0]).unwrap();
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 0xff;
    std::fs::write(&kept[0], &bad).unwrap();
    assert_eq!(run().stdout, first.stdout);
    assert_eq!(std::fs::read(&kept[0]).unwrap(), good);

    let cleared = gate().run_with(repo.path(), &["cache", "clear"], &variables, None);
    assert_eq!(cleared.code, 0, "{cleared:?}");
    assert!(cleared.stdout.contains("removed 1 file,"), "{cleared:?}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn on_ci_no_code_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().to_str().unwrap();
    let variables = [("HOME", path), ("XDG_CACHE_HOME", path), ("CI", "true")];
    let repo = with_policy(example(), "policies:\n  - use: ./policies/own.wasm\n");
    repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("image");
    let run = gate().run_with(repo.path(), &CHECK, &variables, None);
    assert_eq!(failures(&run), []);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}
