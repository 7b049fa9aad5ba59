//! Loading of machine code that the gate has made itself. The only unsafe code of the policy host.

use wasmtime::Engine;
use wasmtime::component::Component;

use super::MachineCode;

/// The component in `code`, or none if this engine (its settings, this processor) cannot use it.
#[expect(unsafe_code, reason = "wasmtime cannot check machine code; it comes from this binary's own build")]
pub(super) fn load(engine: &Engine, code: &'static [u8]) -> Option<Component> {
    // SAFETY: the code is part of this executable, where the build script put it after compiling it with the
    // same wasmtime. Whoever could change it could change the gate itself. `'static` keeps other bytes out.
    unsafe { Component::deserialize(engine, code) }.ok()
}

/// The component in `code`.
///
/// # Errors
/// It was made for an engine with other settings, or by another version.
#[expect(unsafe_code, reason = "wasmtime cannot check machine code; `MachineCode` says where it comes from")]
pub(super) fn load_made(engine: &Engine, code: &MachineCode) -> Result<Component, wasmtime::Error> {
    // SAFETY: by the contract of `MachineCode` the bytes were made by `compile_component` of this program; a cache
    // that kept them has proved that they are the same.
    unsafe { Component::deserialize(engine, &code.bytes) }
}
