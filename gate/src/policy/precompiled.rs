//! Loading of machine code that the gate's own build made. The only unsafe code of the policy host.

use wasmtime::Engine;
use wasmtime::component::Component;

/// The component in `code`, or none if this engine (its settings, this processor) cannot use it.
#[expect(unsafe_code, reason = "wasmtime cannot check machine code; it comes from this binary's own build")]
pub(super) fn load(engine: &Engine, code: &'static [u8]) -> Option<Component> {
    // SAFETY: the code is part of this executable, where the build script put it after compiling it with the
    // same wasmtime. Whoever could change it could change the gate itself. `'static` keeps other bytes out.
    unsafe { Component::deserialize(engine, code) }.ok()
}
