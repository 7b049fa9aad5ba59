//! One expectation for each guest; a guest without one fails the first test.

use std::time::Duration;

use gate::model::FailureKind;
use gate::policy::{Limits, Outcome, PolicyFailure, PolicyHost};

use crate::guest::{self, context, document};

/// What a guest does to a run over one document.
enum Expect {
    /// Loading fails; the message contains the text.
    Refused(&'static str),
    /// Nothing is wrong, one finding.
    Fine,
    /// So many findings, and one failure whose whole message this is (after `policy hostile `).
    Fails(FailureKind, usize, &'static str),
}

use Expect::{Fails, Fine, Refused};
use FailureKind::{PolicyContract, PolicyError, PolicyLimit, PolicyLoad};

const GUESTS: [(&str, Expect); 32] = [
    (
        "bad-description",
        Refused("the policy's id \"schema\" is reserved; the version \"1.\u{fffd}.0\" is not SemVer"),
    ),
    (
        "bad-pointer",
        Fails(
            PolicyContract,
            1,
            "gave \"metadata/\", which is no JSON pointer on Deployment/web in apps/web.yaml",
        ),
    ),
    (
        "bulk-loop",
        Fails(PolicyLimit, 0, "used up its fuel of 250,000,000 units on Deployment/web in apps/web.yaml"),
    ),
    ("canary", Fine),
    ("canary-finder", Fine),
    // Whether a pointer leads anywhere is for the engine to see.
    ("dangling-pointer", Fine),
    ("echo", Fine),
    (
        "endless-loop",
        Fails(PolicyLimit, 0, "used up its fuel of 250,000,000 units on Deployment/web in apps/web.yaml"),
    ),
    ("endless-start", Refused("the policy used up its fuel of 200,000,000 units")),
    ("grudge", Fine),
    ("honest", Fine),
    ("hostile-text", Fine),
    (
        "huge-message",
        Fails(PolicyLimit, 0, "gave an answer of more than 8 MiB on Deployment/web in apps/web.yaml"),
    ),
    (
        "invalid-utf8",
        Fails(
            PolicyContract,
            0,
            "broke the contract: invalid utf-8 sequence of 1 bytes from index 0 on Deployment/web in apps/web.yaml",
        ),
    ),
    (
        "list-out-of-bounds",
        Fails(
            PolicyContract,
            0,
            "broke the contract: list pointer/length out of bounds of memory on Deployment/web in apps/web.yaml",
        ),
    ),
    (
        "long-message",
        Fails(PolicyLimit, 1, "gave a message of more than 4 KiB on Deployment/web in apps/web.yaml"),
    ),
    (
        "many-findings",
        Fails(
            PolicyLimit,
            100,
            "reported more than 100 findings on Deployment/web in apps/web.yaml, and 899 more",
        ),
    ),
    (
        "memory-bomb",
        Fails(PolicyLimit, 0, "used more than its 128 MiB of memory on Deployment/web in apps/web.yaml"),
    ),
    ("memory-minimum", Refused("the policy used more than its 128 MiB of memory")),
    (
        "million-findings",
        Fails(PolicyLimit, 0, "gave an answer of more than 8 MiB on Deployment/web in apps/web.yaml"),
    ),
    ("nan", Fine),
    (
        "own-error",
        Fails(PolicyError, 0, "reports an error: no idea ::error::x on Deployment/web in apps/web.yaml"),
    ),
    ("poison", Fine),
    ("recursion", Fails(PolicyLimit, 0, "used up its stack of 1 MiB on Deployment/web in apps/web.yaml")),
    ("settings-error", Fails(PolicyLoad, 0, "refuses its settings: unknown mode (at \"/mode\")")),
    (
        "shared-message",
        Fails(PolicyLimit, 0, "gave an answer of more than 8 MiB on Deployment/web in apps/web.yaml"),
    ),
    ("state", Fine),
    (
        "table-bomb",
        Fails(PolicyLimit, 0, "used a table of more than 20,000 entries on Deployment/web in apps/web.yaml"),
    ),
    ("terminal-escapes", Fine),
    (
        "trap",
        Fails(
            PolicyError,
            0,
            "stopped with a trap (wasm trap: wasm `unreachable` instruction executed) on Deployment/web in apps/web.yaml",
        ),
    ),
    (
        "unknown-document",
        Fails(PolicyContract, 1, "reported on document 4,000,000, which it was not given, and 1 more"),
    ),
    (
        "unknown-rule",
        Fails(
            PolicyContract,
            0,
            "reported the rule \"bad-thin\", which it does not declare on Deployment/web in apps/web.yaml",
        ),
    ),
];

fn run(name: &str, limits: &Limits) -> Outcome {
    let policy = guest::load(name, limits).unwrap_or_else(|e| panic!("{name}: {e}"));
    policy.run("{}", &context(), &[&document(7, "web")])
}

#[test]
fn every_guest_has_an_expectation() {
    let expected: Vec<&str> = GUESTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(guest::names(), expected);
}

#[test]
fn every_guest_ends_as_expected() {
    for (name, expect) in &GUESTS {
        match expect {
            Refused(part) => {
                let error = guest::load(name, &Limits::default()).expect_err(name);
                assert!(error.message.contains(part), "{name}: {}", error.message);
            }
            Fine => {
                let outcome = run(name, &Limits::default());
                assert_eq!((outcome.findings.len(), outcome.failures), (1, Vec::new()), "{name}");
            }
            Fails(kind, findings, message) => {
                let outcome = run(name, &Limits::default());
                let failures: Vec<_> =
                    outcome.failures.iter().map(|f| (f.kind, f.message.as_str())).collect();
                assert_eq!(failures, [(*kind, format!("policy hostile {message}").as_str())], "{name}");
                assert_eq!(outcome.findings.len(), *findings, "{name}");
            }
        }
    }
}

#[test]
fn the_guilty_document_is_found_and_the_others_are_judged() {
    let policy = guest::load("poison", &Limits::default()).expect("a policy");
    let documents: Vec<_> = (0..64).map(|i| document(i, if i == 40 { "poison" } else { "fine" })).collect();
    let outcome = policy.run("{}", &context(), &documents.iter().collect::<Vec<_>>());
    assert_eq!(outcome.findings.len(), 63);
    assert!(outcome.findings.iter().all(|finding| finding.document != 40));
    let [PolicyFailure { kind: PolicyError, document: Some(40), message, .. }] = &outcome.failures[..] else {
        panic!("{:?}", outcome.failures)
    };
    assert!(message.ends_with(" on Deployment/poison in apps/poison.yaml"), "{message}");
}

#[test]
fn a_policy_that_keeps_failing_is_given_up() {
    let policy = guest::load("trap", &Limits::default()).expect("a policy");
    let documents: Vec<_> = (0..64).map(|i| document(i, "web")).collect();
    let outcome = policy.run("{}", &context(), &documents.iter().collect::<Vec<_>>());
    let blamed: Vec<_> = outcome.failures.iter().map(|failure| failure.document).collect();
    assert_eq!(blamed, [Some(0), Some(1), Some(2), None]);
    let last =
        "policy hostile was given up after 3 failing documents; 61 more of the same batch were not judged";
    assert_eq!(outcome.failures[3].message, last);
}

#[test]
fn settings_that_are_refused_are_told_once() {
    let policy = guest::load("settings-error", &Limits::default()).expect("a policy");
    let outcome = policy.run("{}", &context(), &[&document(0, "a"), &document(1, "b")]);
    let failures: Vec<_> = outcome.failures.iter().map(|f| (f.kind, f.document)).collect();
    assert_eq!(failures, [(PolicyLoad, None)]);
}

#[test]
fn time_is_the_backstop_where_fuel_is_plenty() {
    let limits = Limits { fuel: u64::MAX / 2, time: Duration::from_millis(200), ..Limits::default() };
    let outcome = run("endless-loop", &limits);
    let [PolicyFailure { kind: PolicyLimit, message, hint: Some(_), .. }] = &outcome.failures[..] else {
        panic!("{:?}", outcome.failures)
    };
    assert_eq!(message, "policy hostile ran longer than 0.2 s on Deployment/web in apps/web.yaml");
}

#[test]
fn the_same_run_takes_the_same_fuel() {
    let policy = guest::load("honest", &Limits::default()).expect("a policy");
    let documents: Vec<_> = (0..10).map(|i| document(i, "web")).collect();
    let documents: Vec<_> = documents.iter().collect();
    let first = policy.run("{}", &context(), &documents);
    assert!(first.fuel > 0);
    assert_eq!(first, policy.run("{}", &context(), &documents));
}

#[test]
fn nothing_is_left_of_an_earlier_call() {
    let policy = guest::load("state", &Limits::default()).expect("a policy");
    for _ in 0..3 {
        assert_eq!(policy.run("{}", &context(), &[&document(0, "a")]).failures, Vec::new());
    }
}

#[test]
fn what_a_guest_says_is_cleaned_and_kept_in_bounds() {
    let escapes = run("terminal-escapes", &Limits::default());
    assert_eq!(escapes.findings[0].message, "a\u{fffd}[2Jb\u{fffd}");
    let pointer = run("bad-pointer", &Limits::default());
    assert_eq!(pointer.findings[0].pointer, None);
    let long = run("long-message", &Limits::default());
    assert_eq!(long.findings[0].message.chars().count(), 1024);
    assert_eq!(run("honest", &Limits::default()).findings[0].pointer.as_deref(), Some("/metadata"));
}

#[test]
fn the_slower_engine_has_the_same_limits() {
    let host = PolicyHost::with_short_address_space().expect("an engine");
    for (name, kind) in [("endless-loop", PolicyLimit), ("memory-bomb", PolicyLimit), ("trap", PolicyError)] {
        let policy = host.load(&guest::component(name), &Limits::default()).expect(name);
        let outcome = policy.run("{}", &context(), &[&document(0, "web")]);
        assert_eq!(outcome.failures.iter().map(|f| f.kind).collect::<Vec<_>>(), [kind], "{name}");
    }
}

#[test]
fn many_threads_share_a_policy() {
    let host = PolicyHost::new(4).expect("an engine");
    let policy = host.load(&guest::component("poison"), &Limits::default()).expect("a policy");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let documents = [&document(0, "a"), &document(1, "poison"), &document(2, "c")];
                    let outcome = policy.run("{}", &context(), &documents);
                    assert_eq!((outcome.findings.len(), outcome.failures.len()), (2, 1));
                }
            });
        }
    });
}

#[test]
fn a_policy_says_whether_it_reads_secrets() {
    let host = PolicyHost::new(1).expect("an engine");
    let policy = host.load(&guest::component_that_reads_secrets("honest"), &Limits::default());
    assert!(policy.expect("a policy").metadata().reads_secret_values);
    assert!(!guest::load("honest", &Limits::default()).expect("a policy").metadata().reads_secret_values);
}

#[test]
fn an_instance_that_broke_the_contract_is_never_called_again() {
    let policy = guest::load("grudge", &Limits::default()).expect("a policy");
    let documents: Vec<_> = (0..9).map(|i| document(i, if i == 4 { "poison" } else { "fine" })).collect();
    let outcome = policy.run("{}", &context(), &documents.iter().collect::<Vec<_>>());
    let [PolicyFailure { kind: PolicyContract, document: Some(4), .. }] = &outcome.failures[..] else {
        panic!("{:?}", outcome.failures)
    };
    assert_eq!(outcome.findings.len(), 8);
}

#[test]
fn nothing_of_one_policy_is_left_in_the_memory_of_another() {
    let host = PolicyHost::new(1).expect("an engine");
    let load = |name| host.load(&guest::component(name), &Limits::default()).expect("a policy");
    let (canary, finder) = (load("canary"), load("canary-finder"));
    for _ in 0..20 {
        assert_eq!(canary.run("{}", &context(), &[&document(0, "a")]).failures, Vec::new());
        assert_eq!(finder.run("{}", &context(), &[&document(0, "a")]).failures, Vec::new());
    }
}

#[test]
fn order_and_size_of_batches_change_no_verdict() {
    let policy = guest::load("echo", &Limits::default()).expect("a policy");
    let documents: Vec<_> = (0..60).map(|i| document(i, &format!("web-{i}"))).collect();
    let said = |order: Vec<&gate::policy::Document>, size: usize| {
        let outcomes = order.chunks(size).map(|batch| policy.run("{}", &context(), batch));
        let mut findings: Vec<_> = outcomes.flat_map(|outcome| outcome.findings).collect();
        findings.sort_by_key(|finding| finding.document);
        findings
    };
    let whole = said(documents.iter().collect(), 60);
    assert_eq!(whole.len(), 60);
    assert_eq!(said(documents.iter().collect(), 60), whole);
    assert_eq!(said(documents.iter().rev().collect(), 60), whole);
    assert_eq!(said(documents.iter().collect(), 1), whole);
    let shuffled = (0..60).map(|at| &documents[at * 37 % 60]).collect();
    assert_eq!(said(shuffled, 7), whole);
}
