//! Runs cargo with the workspace's one target folder and one set of features.

use std::process::Command;

use crate::error::{Context, Error, Result};
use crate::workspace;

/// Runs `cargo ARGUMENTS…` in the workspace; its output goes straight to the terminal.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    // Cargo tells its children which cargo they belong to; that one has the right toolchain.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(&words).current_dir(workspace::root());
    forget_this_program(&mut command);
    let status = command.status().context("cannot start cargo")?;
    if status.success() {
        return Ok(());
    }
    Err(Error::new(format!("`cargo {}` failed ({status})", words.join(" ")))
        .hint("cargo's own message is above"))
}

/// Keeps what `cargo run` says about the xtask package from builds of other packages: the build script of `ring` watches it, and all
/// that stands on `ring` would be compiled again.
pub(crate) fn forget_this_program(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if known.starts_with("CARGO_PKG_") || known.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// Builds the release `gate`.
pub(crate) fn build_release_gate() -> Result<()> {
    if !workspace::release_gate().exists() {
        println!("Building the gate in release mode; the first time takes some minutes.");
    }
    run(&["build", "--release", "--package", "gitops-gate"])
}
