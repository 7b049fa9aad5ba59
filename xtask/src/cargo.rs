//! Runs cargo with the workspace's one target folder and one set of features.

use std::process::Command;

use crate::error::{Context, Error, Result};
use crate::workspace;

/// Runs `cargo ARGUMENTS…` in the workspace; its output goes straight to the terminal.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    // Cargo tells its children which cargo they belong to; that one has the right toolchain.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(&words)
        .current_dir(workspace::root())
        // What `cargo run` says about the xtask package must not reach builds of other packages.
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_MANIFEST_PATH")
        .status()
        .context("cannot start cargo")?;
    if status.success() {
        return Ok(());
    }
    Err(Error::new(format!("`cargo {}` failed ({status})", words.join(" ")))
        .hint("cargo's own message is above"))
}

/// Builds the release `gate`.
pub(crate) fn build_release_gate() -> Result<()> {
    if !workspace::release_gate().exists() {
        println!("Building the gate in release mode; the first time takes some minutes.");
    }
    run(&["build", "--release", "--package", "gitops-gate"])
}
