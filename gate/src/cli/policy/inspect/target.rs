//! What is to be looked at: a file of any size, a built-in policy, or what a crate is built to.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::cli::error::CliError;
use crate::cli::policy::module;
use crate::policy::{Builtin, Limits, builtins};
use crate::text::hexadecimal;

/// What a signature's file has behind the name of the module.
const SIGNATURE: &str = ".sigstore.json";

/// A module's bytes.
pub(super) struct Target {
    /// As it was named.
    pub(super) source: String,
    /// The module; of a file that is too large for a policy, only as much as says so.
    pub(super) wasm: Vec<u8>,
    /// Of the whole.
    pub(super) bytes: u64,
    /// Lower-case hexadecimal, of the whole.
    pub(super) sha256: String,
    pub(super) signature: Signature,
}

/// Whether there is a signature; nothing is verified here.
pub(super) enum Signature {
    /// The gate's own binary vouches for it.
    BuiltIn,
    /// It has just been built.
    JustBuilt,
    /// The name of the file, and whether it is there.
    Beside { file: String, is_there: bool },
}

impl Target {
    pub(super) fn open(name: &str) -> Result<Self, CliError> {
        if let Some(id) = name.strip_prefix("builtin:") {
            let builtin = Builtin::find(id).ok_or_else(|| no_builtin(id))?;
            return Ok(Self::of(name, builtin.wasm.to_vec(), Signature::BuiltIn));
        }
        let path = Path::new(name);
        if path.is_dir() {
            return Ok(Self::of(name, module::built(path)?.wasm, Signature::JustBuilt));
        }
        Self::file(name, path)
    }

    fn of(source: &str, wasm: Vec<u8>, signature: Signature) -> Self {
        let sha256 = hexadecimal(&Sha256::digest(&wasm));
        Self { source: source.to_owned(), bytes: wasm.len() as u64, wasm, sha256, signature }
    }

    fn file(name: &str, path: &Path) -> Result<Self, CliError> {
        let unreadable = |error: std::io::Error| CliError::new(format!("{name} cannot be read: {error}"));
        let mut file = File::open(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(CliError::new(format!("{name} is no plain file")));
        }
        let most = Limits::default().module_bytes + 1;
        let (mut wasm, mut bytes, mut hasher) = (Vec::new(), 0, Sha256::new());
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut buffer).map_err(unreadable)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            hasher.update(part);
            bytes += part.len() as u64;
            wasm.extend(part.iter().take(most - wasm.len()));
        }
        let beside = format!("{name}{SIGNATURE}");
        let is_there = Path::new(&beside).is_file();
        let signature = Signature::Beside { file: beside, is_there };
        let sha256 = hexadecimal(&hasher.finalize());
        Ok(Self { source: name.to_owned(), wasm, bytes, sha256, signature })
    }
}

fn no_builtin(id: &str) -> CliError {
    let all: Vec<&str> = builtins().iter().map(|builtin| builtin.id).collect();
    CliError::new(format!("there is no built-in policy `{id}`")).hint(format!("they are {}", all.join(", ")))
}
