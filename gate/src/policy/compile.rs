//! From a component's bytes to machine code. Compiling a foreign module is no part of the sandbox: a small module
//! can be made to take minutes and gigabytes. Everything goes through [`compile`], so that it can move into a
//! child process. Honest modules take 30 ms and 20 MB for 100 KB.

use std::time::{Duration, Instant};

use wasmtime::Engine;
use wasmtime::component::Component;

use super::LoadError;
use super::limits::{Limits, bytes};
use crate::text::{clean_line, shorten};

/// The longest part of wasmtime's own words in a message, in code points.
const DETAIL_CHARS: usize = 400;

/// Compiles a component; says how long it took.
///
/// # Errors
/// It is too large, no component, not valid, or uses what the engine has turned off.
pub(super) fn compile(
    engine: &Engine,
    wasm: &[u8],
    limits: &Limits,
) -> Result<(Component, Duration), LoadError> {
    if wasm.len() > limits.module_bytes {
        let what = format!("the module has {}, more than {}", bytes(wasm.len()), bytes(limits.module_bytes));
        return Err(LoadError::new(what));
    }
    check_header(wasm)?;
    let started = Instant::now();
    let component = Component::from_binary(engine, wasm).map_err(|e| {
        LoadError::new(format!("the module is not valid: {}", detail(&e)))
            .hint("build it with the policy kit, or ask its author for one that is a WebAssembly component")
    })?;
    Ok((component, started.elapsed()))
}

/// What kind of file it is, before a parser says so in stranger words.
fn check_header(wasm: &[u8]) -> Result<(), LoadError> {
    let hint = "a policy is one .wasm file with a WebAssembly component";
    match wasm.get(..8) {
        Some([0, b'a', b's', b'm', version @ ..]) if version == [0x0d, 0, 1, 0] => Ok(()),
        Some([0, b'a', b's', b'm', version @ ..]) if version == [1, 0, 0, 0] => {
            Err(LoadError::new("the file is a core WebAssembly module, not a component").hint(hint))
        }
        _ => Err(LoadError::new("the file is not WebAssembly").hint(hint)),
    }
}

/// Refuses a component that asks for anything: a policy has no files, network, clock or randomness.
pub(super) fn check_imports(engine: &Engine, component: &Component) -> Result<(), LoadError> {
    let ty = component.component_type();
    let names: Vec<&str> = ty.imports(engine).map(|(name, _)| name).collect();
    if names.is_empty() {
        return Ok(());
    }
    let names = clean_line(&names.join(", ")).into_owned();
    Err(LoadError::new(format!("the policy imports {}", shorten(&names, DETAIL_CHARS)))
        .hint("a policy may import nothing; its author has to build it without access to the system"))
}

/// An error of wasmtime with its causes, cleaned and shortened: parts of it come from the module.
pub(super) fn detail(error: &wasmtime::Error) -> String {
    shorten(&clean_line(&format!("{error:#}")), DETAIL_CHARS).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_file_is_told() {
        let message = |bytes: &[u8]| check_header(bytes).map_err(|e| e.message);
        assert_eq!(message(b"\0asm\x0d\0\x01\0"), Ok(()));
        assert!(message(b"\0asm\x01\0\0\0").is_err_and(|m| m.contains("core WebAssembly module")));
        assert!(message(b"\x7fELF....").is_err_and(|m| m.contains("not WebAssembly")));
        assert!(message(b"").is_err());
    }
}
