//! Every hostile guest in one repository, beside an honest policy and the built-in ones; and every limit as an
//! operator sets it. What is lost is what the guilty policy would have said, and the run never passes.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fmt::Write as _;

use gate_tests::{Run, TestRepo};

use crate::foreign_policy::{CHECK, failures, large_to_compile, slow_to_compile, with_policy};
use crate::{DEPLOYMENT, gate, guest};

/// What each hostile guest's failure says; one that is loaded also names the object. `poison` traps in the middle of a
/// batch, on the object that is called so.
const HOSTILE: [(&str, &str); 27] = [
    ("bad-description", "the policy's id \"schema\" is reserved"),
    ("bad-pointer", "gave \"metadata/\", which is no JSON pointer"),
    ("bulk-loop", "used up its fuel of "),
    ("dangling-pointer", "points at `/nowhere1`, which is not in the document"),
    ("endless-loop", "used up its fuel of "),
    ("endless-start", "used up its fuel of 200,000,000 units"),
    ("function-import", "the policy imports exit"),
    ("grudge", "broke the contract: invalid utf-8"),
    ("huge-message", "gave an answer of more than 8 MiB"),
    ("imports", "the policy imports gate:policy/log@1.0.0"),
    ("invalid-utf8", "broke the contract: invalid utf-8"),
    ("list-out-of-bounds", "broke the contract: list pointer/length out of bounds"),
    ("long-message", "gave a message of more than 4 KiB"),
    ("many-findings", "reported more than 100 findings"),
    ("memory-bomb", "used more than its 128 MiB of memory"),
    ("memory-minimum", "used more than its 128 MiB of memory"),
    ("million-findings", "gave an answer of more than 8 MiB"),
    ("own-error", "reports an error: no idea"),
    ("poison", "stopped with a trap"),
    ("recursion", "used up its stack of 1 MiB"),
    ("settings-error", "refuses its settings: unknown mode"),
    ("shared-message", "gave an answer of more than 8 MiB"),
    ("table-bomb", "used a table of more than 20,000 entries"),
    ("trap", "stopped with a trap"),
    ("unknown-document", "which it was not given"),
    ("unknown-rule", "which it does not declare"),
    ("wasi-imports", "the policy imports wasi:filesystem/preopens@0.2.0, "),
];

/// Guests that do nothing wrong.
const HARMLESS: [&str; 8] =
    ["canary", "canary-finder", "echo", "honest", "hostile-text", "nan", "state", "terminal-escapes"];

/// The messages of these do not name an object: they could not be loaded, no object is to blame, or the place of the
/// failure names it.
const NAMELESS: [&str; 9] = [
    "bad-description",
    "dangling-pointer",
    "endless-start",
    "function-import",
    "imports",
    "memory-minimum",
    "settings-error",
    "unknown-document",
    "wasi-imports",
];

/// A guest as a policy with an id of seven letters.
fn module(name: &str, id: &str) -> Vec<u8> {
    let component = guest::folder().join("components").join(name).with_extension("wat");
    match std::fs::read_to_string(component) {
        Ok(text) => wat::parse_str(text).unwrap(),
        Err(_) => {
            let text = guest::text(name).replace("\"hostile\"", &format!("\"{id}\""));
            guest::encode(&text, &guest::contract())
        }
    }
}

#[test]
fn every_guest_is_hostile_or_harmless() {
    let mut known: Vec<String> =
        HOSTILE.iter().map(|(name, _)| *name).chain(HARMLESS).map(str::to_owned).collect();
    // Its failure is that of any component without functions: see `what_is_no_policy…`.
    known.push("wrong-contract".to_owned());
    known.sort();
    let mut all = guest::names();
    all.extend(guest::components());
    all.sort();
    assert_eq!(all, known);
}

/// A repository whose base has these policies (name, module), and a change with two new objects: `image` in one of them.
fn repository(policies: &[(&str, Vec<u8>)], image: &str) -> TestRepo {
    let repo = TestRepo::new();
    let mut config =
        "policies:\n  - use: builtin:image-tags\n  - use: builtin:plaintext-secrets\n".to_owned();
    for (name, module) in policies {
        repo.write(&format!("policies/{name}.wasm"), module);
        let _ = writeln!(config, "  - use: ./policies/{name}.wasm");
    }
    repo.write("gate.yaml", config).commit("base");
    repo.branch("pr");
    repo.write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", image));
    repo.write("apps/poison.yaml", DEPLOYMENT.replace("name: web\n  namespace", "name: poison\n  namespace"));
    repo.commit("change");
    repo
}

/// Panics unless a failure of `check` says what the guest did.
fn assert_named(run: &Run, name: &str, check: &str, message: &str) {
    let failures = failures(run);
    let mine: Vec<_> = failures.iter().filter(|(_, found, _)| found == check).collect();
    let told = mine.iter().filter(|(_, _, text)| text.contains(message)).count();
    assert!(told > 0, "{name}: {message:?} is not in {mine:?} of {failures:?}");
    let placed = mine.iter().any(|(_, _, text)| text.contains(" on Deployment/shop/"));
    assert_eq!(placed, !NAMELESS.contains(&name), "{name}: {mine:?}");
}

/// `policy x`, or the file for one that could not be loaded.
fn check_of(name: &str, id: &str) -> String {
    let loaded = !NAMELESS.contains(&name)
        || ["dangling-pointer", "settings-error", "unknown-document"].contains(&name);
    if loaded { format!("policy {id}") } else { format!("policy ./policies/{name}.wasm") }
}

#[test]
fn all_hostile_policies_at_once_hide_nothing_of_the_others() {
    let id = |at: usize| format!("guest{at:02}");
    let mut policies: Vec<(&str, Vec<u8>)> =
        HOSTILE.iter().enumerate().map(|(at, (name, _))| (*name, module(name, &id(at)))).collect();
    policies.push(("honesty", module("honest", "honesty")));
    let repo = repository(&policies, "web:latest");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.code, 1, "{run:?}");
    let findings = run.findings();
    for found in [
        "honesty/bad-thing@apps/poison.yaml:4:3 introduced",
        "honesty/bad-thing@apps/web.yaml:4:3 introduced",
        "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced",
    ] {
        assert_eq!(findings.iter().filter(|finding| *finding == found).count(), 1, "{found}: {findings:?}");
    }
    for (at, (name, message)) in HOSTILE.iter().enumerate() {
        assert_named(&run, name, &check_of(name, &id(at)), message);
    }
}

#[test]
fn any_hostile_policy_alone_keeps_the_run_from_passing() {
    for (name, message) in HOSTILE {
        let repo = repository(&[(name, module(name, "hostile"))], "web:1.2.3");
        let run = gate().run(repo.path(), &CHECK);
        // Some report real findings beside what they do wrong.
        assert!(run.code == 3 || run.code == 1 && !run.findings().is_empty(), "{name}: {run:?}");
        assert_named(&run, name, &check_of(name, "hostile"), message);
    }
    for name in HARMLESS {
        let repo = repository(&[(name, module(name, "hostile"))], "web:1.2.3");
        assert_eq!(failures(&gate().run(repo.path(), &CHECK)), [], "{name}");
    }
}

#[test]
fn a_module_of_100_mb_is_refused_by_its_size() {
    let mut module = module("honest", "hostile");
    // A custom section with a name of one letter: a valid component but for its size.
    let size: u32 = 100 << 20;
    module.extend([
        0,
        size as u8 | 0x80,
        (size >> 7) as u8 | 0x80,
        (size >> 14) as u8 | 0x80,
        (size >> 21) as u8,
        1,
        b'x',
    ]);
    module.resize(module.len() + size as usize - 2, 0);
    let repo = with_policy(&module, "policies:\n  - use: ./policies/own.wasm\n  - use: builtin:image-tags\n");
    repo.write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "latest")).commit("x");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.findings(), ["image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced"]);
    let (kind, check) = ("policy-limit".to_owned(), "policy ./policies/own.wasm".to_owned());
    assert_eq!(failures(&run), [(kind, check, "the module has more than 32 MiB".to_owned())]);
}

/// A limit as the operator sets it, the guest that hits it, what the failure says, and the key in its hint.
const LIMITS: [(&str, &str, &str, &str); 13] = [
    ("fuel: 1M", "endless-loop", "used up its fuel of 51,000,000 units", "`limits.fuel`"),
    ("fuel: 1M, fuel-per-object: 1M", "endless-loop", "used up its fuel of 2,000,000 units", "`limits.fuel`"),
    ("time: 50ms, fuel: 1000G", "endless-loop", "ran longer than 0.05 s", "`limits.time`"),
    ("memory: 1MiB", "memory-bomb", "used more than its 1 MiB of memory", "`limits.memory`"),
    ("memory: 1GiB", "memory-bomb", "used more than its 1 GiB of memory", "`limits.memory`"),
    ("tables: 10", "table-bomb", "used a table of more than 10 entries", "`limits.tables`"),
    ("tables: 100000", "table-bomb", "used a table of more than 100,000 entries", "`limits.tables`"),
    ("output: 64KiB", "million-findings", "gave an answer of more than 64 KiB", "`limits.output`"),
    ("findings: 5", "many-findings", "reported more than 5 findings", "`limits.findings`"),
    ("message: 64", "long-message", "gave a message of more than 64 bytes", "`limits.message`"),
    ("module: 1KiB", "honest", "the module has more than 1 KiB", "`limits.module`"),
    (
        "failing-objects: 1",
        "trap",
        "was given up after 1 failing documents; 2 more",
        "`limits.failing-objects`",
    ),
    ("fuel: 1k, fuel-per-object: 1k", "endless-start", "used up its fuel of 1,000 units", "`limits.fuel`"),
];

fn limited(module: &[u8], config: &str) -> Run {
    let repo = with_policy(module, config);
    repo.write("apps/three.yaml", three()).commit("x");
    gate().run(repo.path(), &CHECK)
}

/// Three objects of one file, which is one batch.
fn three() -> String {
    let pad = format!("annotations: {{ pad: {} }}", "x".repeat(700));
    let one = |name: &str| {
        DEPLOYMENT.replace("name: web\n  namespace", &format!("name: {name}\n  {pad}\n  namespace"))
    };
    ["one", "two", "three"].map(one).join("---\n")
}

fn hints(run: &Run) -> Vec<String> {
    let report = run.json();
    let list = report["failures"].as_array().cloned().unwrap_or_default();
    list.iter().map(|failure| failure["hint"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_limit_can_be_set_and_its_failure_names_its_key() {
    for (limits, name, message, key) in LIMITS {
        let config = format!("policies:\n  - use: ./policies/own.wasm\n    limits: {{ {limits} }}\n");
        let run = limited(&guest::component(name), &config);
        let failures = failures(&run);
        let at = failures.iter().position(|(_, _, text)| text.contains(message));
        let at = at.unwrap_or_else(|| panic!("{limits}: {failures:?}"));
        let kind = if name == "trap" { "policy-error" } else { "policy-limit" };
        assert_eq!(failures[at].0, kind, "{limits}: {failures:?}");
        assert!(hints(&run)[at].contains(key), "{limits}: {:?}", hints(&run));
        assert!(run.code == 3 || name == "many-findings" || name == "long-message", "{limits}: {run:?}");
    }
}

#[test]
fn the_stack_is_set_for_all_policies() {
    let config =
        "policies:\n  - use: ./policies/own.wasm\n  - use: builtin:image-tags\nlimits: { stack: 64KiB }\n";
    for (config, stack) in [(config.to_owned(), "64 KiB"), (config.replace("64KiB", "4MiB"), "4 MiB")] {
        let run = limited(&guest::component("recursion"), &config);
        assert_eq!(run.code, 3, "{run:?}");
        let failures = failures(&run);
        assert!(
            failures[0].2.contains(&format!("used up its stack of {stack} on Deployment")),
            "{failures:?}"
        );
        assert!(hints(&run)[0].contains("`limits.stack` of all policies"), "{run:?}");
    }
}

#[test]
fn a_batch_is_as_small_as_the_operator_says() {
    for limit in ["batch-objects: 1", "batch-bytes: 1KiB"] {
        let config = format!(
            "policies:\n  - use: ./policies/own.wasm\n    limits: {{ failing-objects: 1, {limit} }}\n"
        );
        let failures = failures(&limited(&guest::component("trap"), &config));
        assert_eq!(failures.len(), 3, "each object is a call of its own: {failures:?}");
        assert!(failures.iter().all(|(_, _, text)| text.contains("stopped with a trap")), "{failures:?}");
    }
}

#[test]
fn what_compiling_may_cost_can_be_set() {
    for (limits, module, key) in [
        ("compile-time: 1s, compile-time-per-mib: 100ms", slow_to_compile(), "`limits.compile-time`"),
        ("compile-memory: 256MiB", large_to_compile(), "`limits.compile-memory`"),
    ] {
        let config = format!("policies:\n  - use: ./policies/own.wasm\n    limits: {{ {limits} }}\n");
        let run = limited(&module, &config);
        let failures = failures(&run);
        assert_eq!((run.code, failures[0].0.as_str()), (3, "policy-limit"), "{run:?}");
        let limit = if limits.contains("time") { "1 seconds of processor time" } else { "256 MiB of memory" };
        assert!(failures[0].2.contains(limit), "{failures:?}");
        assert!(hints(&run)[0].contains(key), "{run:?}");
    }
}
