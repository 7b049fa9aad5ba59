//! Any expression on any document: no panic, and never more steps than the budget.
#![no_main]

use gate_fuzz::LIMITS;
use gate_fuzz::cel::{Budget, DYNAMIC, Place, Program, Untyped};
use gate_fuzz::yaml;

const STEPS: u64 = 100_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The expression up to the first zero byte, the document behind it.
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let Ok(source) = std::str::from_utf8(&bytes[..end]) else { return };
    let program = match Program::compile(source) {
        Ok(program) => program,
        Err(error) => return assert!(error.at <= source.chars().count() && !error.message.is_empty()),
    };
    let parsed = yaml::parse(bytes.get(end + 1..).unwrap_or_default().to_vec(), &LIMITS);
    let Some(document) = parsed.documents.first() else { return };
    let place = Place { tape: &parsed.tape, types: &Untyped, node: document.root, shape: DYNAMIC };
    let Ok(this) = place.read() else { return };
    let budget = Budget::new(STEPS);
    let _ = program.evaluate(this.clone(), Some(this), &budget);
    assert!(budget.spent() <= STEPS);
});
