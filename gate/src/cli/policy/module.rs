//! The module that a command is about: a file, or what the crate in a folder is built to.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::component;
use crate::cli::error::CliError;
use crate::cli::{compile_child, note};
use crate::policy::{Compiler, Limits, LoadError, Policy, PolicyHost};

/// Which module.
#[derive(Debug, Args)]
pub(in crate::cli) struct ModuleArgs {
    /// Folder of the policy's crate; it is built first [default: the current directory].
    #[arg(value_name = "DIR", conflicts_with = "wasm")]
    dir: Option<PathBuf>,
    /// The component itself, in place of a crate.
    #[arg(long, value_name = "FILE")]
    wasm: Option<PathBuf>,
}

/// A module's bytes, and where they are from.
pub(super) struct Module {
    pub(super) wasm: Vec<u8>,
    /// For messages: the file, or the folder of the crate.
    pub(super) source: String,
}

impl ModuleArgs {
    /// The folder of the crate; none if the module is a file.
    pub(super) fn crate_dir(&self) -> Option<&Path> {
        match (&self.wasm, &self.dir) {
            (Some(_), _) => None,
            (None, dir) => Some(dir.as_deref().unwrap_or(Path::new("."))),
        }
    }

    /// The module: read, or built.
    pub(super) fn module(&self) -> Result<Module, CliError> {
        match (&self.wasm, self.crate_dir()) {
            (Some(file), _) => read(file),
            (None, dir) => built(dir.unwrap_or(Path::new("."))),
        }
    }
}

/// Reads a module from a file of at most the size that a policy may have, and one byte more.
pub(super) fn read(file: &Path) -> Result<Module, CliError> {
    let unreadable =
        |error: std::io::Error| CliError::new(format!("{} cannot be read: {error}", file.display()));
    let opened = File::open(file).map_err(unreadable)?;
    let mut wasm = Vec::new();
    opened.take(Limits::default().module_bytes as u64 + 1).read_to_end(&mut wasm).map_err(unreadable)?;
    Ok(Module { wasm, source: file.display().to_string() })
}

/// Builds the policy in a folder.
pub(super) fn built(dir: &Path) -> Result<Module, CliError> {
    note(&format!("building {}", dir.display()));
    Ok(Module { wasm: component::compile(dir, false)?, source: dir.display().to_string() })
}

/// Loads a module for up to `threads` calls at the same time; machine code is kept between runs.
pub(super) fn load(module: &Module, threads: usize) -> Result<Policy, CliError> {
    load_with(module, threads, compile_child::compiler())
}

/// [`load`] with another compiler.
pub(super) fn load_with(
    module: &Module,
    threads: usize,
    compiler: Arc<dyn Compiler>,
) -> Result<Policy, CliError> {
    let refused = |error: LoadError| {
        let told = CliError::new(format!("{}: {}", module.source, error.message));
        match error.hint {
            Some(hint) => told.hint(hint),
            None => told,
        }
    };
    let host = PolicyHost::new(threads).map_err(refused)?.with_compiler(compiler);
    host.load(&module.wasm, &Limits::default()).map_err(refused)
}
