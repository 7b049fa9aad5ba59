//! The settings of the engine that decide what machine code a policy becomes. The build script includes this
//! file too: code that it compiles ahead of time is only accepted by an engine with the same settings.

use wasmtime::Config;

/// Stack of a guest in bytes, unless the caller of the host says otherwise; code does not depend on it.
pub(crate) const GUEST_STACK_BYTES: usize = 1 << 20;

/// Fuel and epochs on; everything that is not deterministic or not needed off.
pub(crate) fn code_settings() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(GUEST_STACK_BYTES)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false);
    config
}

/// For engines where there is too little address space for guard pages: every access is checked by an instruction.
#[allow(dead_code, reason = "the build script, which includes this file, does without it")]
pub(crate) fn short_address_space(config: &mut Config) {
    config
        .memory_reservation(128 << 20)
        .memory_guard_size(64 << 10)
        .memory_reservation_for_growth(0)
        .guard_before_linear_memory(false);
}
