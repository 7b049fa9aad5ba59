//! The settings of the engine that decide what machine code a policy becomes. The build script includes this
//! file too: code that it compiles ahead of time is only accepted by an engine with the same settings.

use wasmtime::Config;

/// Stack of a guest in bytes; see `WORKER_STACK_BYTES`.
const GUEST_STACK_BYTES: usize = 1 << 20;

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
