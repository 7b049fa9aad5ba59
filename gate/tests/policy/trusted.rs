//! What is let in at all: kinds of files, imports, other contracts; and the policies that come with the gate.

use gate::model::{Operation, Role};
use gate::policy::{Builtin, Limits, PolicyHost, Scope, builtins};

use crate::guest;

fn refusal(wasm: &[u8]) -> String {
    let host = PolicyHost::new(1).expect("an engine");
    host.load(wasm, &Limits::default()).expect_err("it should be refused").message
}

/// Why each component of `tests/guests/components` is refused.
const COMPONENTS: [(&str, &str); 4] = [
    ("function-import", "the policy imports exit"),
    ("imports", "the policy imports gate:policy/log@1.0.0"),
    (
        "wasi-imports",
        "the policy imports wasi:filesystem/preopens@0.2.0, wasi:random/random@0.2.0, \
         wasi:clocks/wall-clock@0.2.0",
    ),
    ("wrong-contract", "the module is no policy for this gate: "),
];

#[test]
fn a_component_with_an_import_is_refused() {
    let names: Vec<&str> = COMPONENTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(guest::components(), names);
    for (name, message) in COMPONENTS {
        let refusal = refusal(&guest::whole(name));
        assert!(refusal.starts_with(message), "{name}: {refusal}");
    }
}

#[test]
fn what_is_no_component_is_refused() {
    assert_eq!(refusal(b"(component)"), "the file is not WebAssembly");
    assert_eq!(refusal(b"\0asm\x01\0\0\0"), "the file is a core WebAssembly module, not a component");
    assert!(refusal(b"\0asm\x0d\0\x01\0\xff\xff\xff").starts_with("the module is not valid: "));
}

#[test]
fn machine_code_is_never_taken_from_outside() {
    let engine = wasmtime::Engine::default();
    let code = engine.precompile_component(&guest::component("honest")).expect("machine code");
    assert_eq!(refusal(&code), "the file is not WebAssembly");
}

#[test]
fn another_contract_is_refused() {
    let empty = wat::parse_str("(component)").expect("a component");
    assert!(refusal(&empty).starts_with("the module is no policy for this gate: "));
    let contract = guest::contract().replace("tags: list<string>,", "");
    let message = refusal(&guest::component_for("honest", &contract));
    assert!(message.contains("expected record of 12 fields, found 11 fields"), "{message}");
}

#[test]
fn a_module_that_is_too_large_is_not_even_read() {
    let host = PolicyHost::new(1).expect("an engine");
    let limits = Limits { module_bytes: 1024, ..Limits::default() };
    let error = host.load(&vec![0; 2048], &limits).expect_err("too large");
    assert_eq!(error.message, "the module has more than 1 KiB");
}

#[test]
fn a_policy_without_match_rules_wants_objects() {
    let policy = guest::load("honest", &Limits::default()).expect("a policy");
    assert!(policy.metadata().matches(Role::Object, "apps", "Deployment", Operation::Create));
    assert!(!policy.metadata().matches(Role::Patch, "apps", "Deployment", Operation::Create));
}

#[test]
fn batches_are_bounded_by_documents_and_by_bytes() {
    let policy = guest::load("honest", &Limits { batch_bytes: 1000, ..Limits::default() }).expect("a policy");
    let small: Vec<_> = (0..130).map(|i| guest::document(i, "a")).collect();
    let small: Vec<_> = small.iter().collect();
    let bytes = small[0].json_bytes();
    let batches = policy.batches(&small);
    assert_eq!(batches.iter().map(ExactSizeIterator::len).sum::<usize>(), 130);
    assert!(batches.iter().all(|batch| batch.len() * bytes <= 1000));
    let policy = guest::load("honest", &Limits::default()).expect("a policy");
    assert_eq!(policy.batches(&small), [0..64, 64..128, 128..130]);
    let large = guest::document(0, &"x".repeat(300_000));
    assert_eq!(policy.batches(&[small[0], &large, &large, small[1]]), [0..1, 1..2, 2..3, 3..4]);
    assert!(policy.batches(&[]).is_empty());
}

#[test]
fn every_built_in_policy_loads_without_being_compiled() {
    let host = PolicyHost::new(1).expect("an engine");
    let slower = PolicyHost::with_short_address_space().expect("an engine");
    for builtin in builtins() {
        let policy =
            builtin.load(&host, &Limits::default()).unwrap_or_else(|e| panic!("{}: {e}", builtin.id));
        assert_eq!(policy.metadata().id, builtin.id);
        assert_eq!(policy.sha256().len(), 64);
        assert_eq!(policy.compile_time().is_none(), host.is_pooled(), "{} was compiled again", builtin.id);
        let same =
            builtin.load(&slower, &Limits::default()).unwrap_or_else(|e| panic!("{}: {e}", builtin.id));
        assert!(same.compile_time().is_some());
        assert_eq!(same.metadata(), policy.metadata());
        assert!(matches!(policy.metadata().scope, Scope::PerObject | Scope::ChangeSet));
        assert_eq!(policy.check_settings("{}").map(|issues| issues.len()), Ok(0), "{}", builtin.id);
    }
    assert!(Builtin::find("no-such-policy").is_none());
}

#[test]
fn built_in_policies_are_small() {
    for builtin in builtins() {
        assert!(builtin.wasm.len() < 120_000, "{}: {} bytes", builtin.id, builtin.wasm.len());
    }
}
