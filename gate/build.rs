//! Builds every policy in `policies/` to a WebAssembly component, compiles it ahead of time for the target, and
//! writes a table of them for `src/policy/builtin.rs`. There is no list to maintain: a folder is a policy. The source of
//! the SDK becomes a table, too (`build/sdk.rs`).

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use gate_policy_build::{BuiltPolicy, TOOLCHAIN_VARIABLE, build_all, find};
use sha2::{Digest, Sha256};

#[path = "src/policy/engine_settings.rs"]
mod engine_settings;
#[path = "build/sdk.rs"]
mod sdk;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    watch(&root);
    sdk::embed(&root, &out)?;
    let crates = policy_crates(&root.join("policies"))?;
    // The error text of a build script is printed by cargo with `Debug`, which would show line feeds as `\n`.
    let policies = find().and_then(|toolchain| build_all(&crates, &target_dir(&out), &toolchain));
    let policies = match policies {
        Ok(policies) => policies,
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
            return Ok(());
        }
    };
    embed(&policies, &out)
}

/// What the embedded code depends on; the settings of the engine are watched as part of this script.
fn watch(root: &Path) {
    let inputs = ["policies", "Cargo.lock"].into_iter().chain(sdk::INPUTS);
    for input in inputs.map(|input| root.join(input)).filter(|input| input.exists()) {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/policy/engine_settings.rs");
    println!("cargo::rerun-if-env-changed={TOOLCHAIN_VARIABLE}");
}

/// The folders with a manifest, in order of name.
fn policy_crates(policies: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(policies).map_err(|e| format!("{}: {e}", policies.display()))?;
    let mut crates = Vec::new();
    for entry in entries {
        let dir = entry?.path();
        if dir.join("Cargo.toml").is_file() {
            crates.push(dir.canonicalize()?);
        }
    }
    crates.sort();
    Ok(crates)
}

/// A folder beside the profiles' own, so that debug and release builds share the policies. It must not be the
/// outer cargo's folder, which is locked while this script runs.
fn target_dir(out: &Path) -> PathBuf {
    let build = out.ancestors().find(|dir| dir.file_name().is_some_and(|name| name == "build"));
    build.and_then(Path::parent).and_then(Path::parent).unwrap_or(out).join("policies")
}

/// Writes components, machine code and the table.
fn embed(policies: &[BuiltPolicy], out: &Path) -> Result<(), Box<dyn Error>> {
    let mut config = engine_settings::code_settings();
    // Naming the target turns detection of this machine's processor off: the code runs on every one.
    config.target(&env::var("TARGET")?)?;
    let engine = wasmtime::Engine::new(&config)?;
    let mut table = format!("static BUILTINS: [Builtin; {}] = [\n", policies.len());
    for BuiltPolicy { crate_dir, component } in policies {
        let id =
            crate_dir.file_name().and_then(|name| name.to_str()).ok_or("a policy's folder is not UTF-8")?;
        let (wasm, code) = (out.join(format!("{id}.wasm")), out.join(format!("{id}.cwasm")));
        fs::write(&wasm, component)?;
        fs::write(&code, engine.precompile_component(component)?)?;
        let mut sha256 = String::new();
        for byte in Sha256::digest(component) {
            write!(sha256, "{byte:02x}")?;
        }
        writeln!(
            table,
            "    Builtin {{ id: {id:?}, wasm: include_bytes!({wasm:?}), sha256: {sha256:?}, code: include_bytes!({code:?}) }},"
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("builtin.rs"), table)?;
    Ok(())
}
