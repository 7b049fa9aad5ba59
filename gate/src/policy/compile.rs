//! From a component's bytes to machine code. Compiling a foreign module is no part of the sandbox: a small module
//! can be made to take minutes and gigabytes. Who compiles is therefore a [`Compiler`] that the caller chooses: the
//! program does it in a child process with limits. Honest modules take 30 ms and 20 MB for 100 KB.

use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::limits::Limits;
use super::{LoadError, engine_settings, precompiled};
use crate::text::{clean_line, hexadecimal, shorten};

/// The longest part of wasmtime's own words in a message, in code points.
const DETAIL_CHARS: usize = 400;

/// A module that is to become machine code.
#[derive(Debug, Clone, Copy)]
pub struct CompileJob<'a> {
    /// A component's bytes, not checked yet.
    pub wasm: &'a [u8],
    /// For the engine that allocates from a pool, or for the one with little address space: their code differs.
    pub pooled: bool,
    /// 64 lower-case hexadecimal digits over the module and all that decides what code it becomes.
    pub key: &'a str,
    /// Address space in bytes that compiling may take.
    pub memory_bytes: u64,
    /// Processor time that compiling may take.
    pub time: Duration,
}

/// Machine code that [`compile_component`] of this very program has made. It is executed: nothing else may be
/// wrapped in it.
#[derive(Debug)]
pub struct MachineCode {
    /// As wasmtime wrote it.
    pub bytes: Vec<u8>,
    /// It was kept from an earlier run.
    pub kept: bool,
}

/// Turns foreign modules into machine code.
pub trait Compiler: Send + Sync {
    /// Compiles one module.
    ///
    /// # Errors
    /// The module is not valid, or takes more than compiling may take.
    fn compile(&self, job: &CompileJob<'_>) -> Result<MachineCode, LoadError>;
}

/// Compiles in this process, without limits: for modules that are trusted, and for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Compiler for InProcess {
    fn compile(&self, job: &CompileJob<'_>) -> Result<MachineCode, LoadError> {
        Ok(MachineCode { bytes: compile_component(job.wasm, job.pooled)?, kept: false })
    }
}

/// Compiles a component for an engine of this program; the whole cost of a hostile module is paid here.
///
/// # Errors
/// It is not valid, or uses what the engine has turned off.
pub fn compile_component(wasm: &[u8], pooled: bool) -> Result<Vec<u8>, LoadError> {
    let mut config = engine_settings::code_settings();
    if !pooled {
        engine_settings::short_address_space(&mut config);
    }
    let compiled = Engine::new(&config).and_then(|engine| engine.precompile_component(wasm));
    compiled.map_err(|e| {
        LoadError::new(format!("the module is not valid: {}", detail(&e)))
            .hint("build it with the policy kit, or ask its author for one that is a WebAssembly component")
    })
}

/// Compiles a component with this digest; says how long it took, unless its code was at hand.
pub(super) fn compile(
    engine: &Engine,
    pooled: bool,
    compiler: &dyn Compiler,
    (wasm, sha256): (&[u8], &str),
    limits: &Limits,
) -> Result<(Component, Option<Duration>), LoadError> {
    if wasm.len() > limits.module_bytes {
        return Err(LoadError::module_too_large(limits));
    }
    check_header(wasm)?;
    let started = Instant::now();
    let mebibytes = u32::try_from(wasm.len() >> 20).unwrap_or(u32::MAX);
    let job = CompileJob {
        wasm,
        pooled,
        key: &key(engine, sha256),
        memory_bytes: limits.compile_memory_bytes,
        time: limits.compile_time.saturating_add(limits.compile_time_per_mib.saturating_mul(mebibytes)),
    };
    let code = compiler.compile(&job)?;
    let component = precompiled::load_made(engine, &code).map_err(|e| {
        LoadError::new(format!("the compiled module cannot be used: {}", detail(&e)))
            .hint("this is a fault of the gate or of its cache: try `gate cache clear`")
    })?;
    Ok((component, (!code.kept).then(|| started.elapsed())))
}

/// Over the module, and over the settings and the version of the engine.
fn key(engine: &Engine, sha256: &str) -> String {
    let mut hasher = Sha256Hasher(Sha256::new_with_prefix("gitops-gate machine code 1"));
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.update(sha256);
    hexadecimal(&hasher.0.finalize())
}

/// SHA-256 behind the standard library's interface for hashes.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
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

/// The interface that a policy exports, before its version.
const INTERFACE: &str = "gate:policy/validator@";

/// Refuses a component that is a policy for another gate, before it is told that something is missing.
pub(super) fn check_version(engine: &Engine, component: &Component) -> Result<(), LoadError> {
    let ty = component.component_type();
    let versions: Vec<&str> =
        ty.exports(engine).filter_map(|(name, _)| name.strip_prefix(INTERFACE)).collect();
    match versions.first() {
        Some(first) if !versions.iter().any(|version| version.starts_with("1.")) => Err(LoadError::new(format!(
            "the policy is written for version {} of the contract; this gate runs 1.x",
            shorten(&clean_line(first), DETAIL_CHARS)
        ))
        .hint("use a gate that knows this version of `gate:policy`, or ask the policy's author for a module for 1.x")),
        _ => Ok(()),
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

    #[test]
    fn a_key_names_the_module_and_the_engine() {
        let engine = Engine::new(&engine_settings::code_settings()).unwrap();
        let mut other = engine_settings::code_settings();
        other.consume_fuel(false);
        let other = Engine::new(&other).unwrap();
        assert_eq!(key(&engine, "a").len(), 64);
        assert_eq!(key(&engine, "a"), key(&engine, "a"));
        assert_ne!(key(&engine, "a"), key(&engine, "b"));
        assert_ne!(key(&engine, "a"), key(&other, "a"));
    }
}
