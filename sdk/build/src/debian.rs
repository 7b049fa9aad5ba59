//! Debian's way: the compiler of its packages builds the target's standard library from source. It serves where
//! rustup cannot reach its server but a Debian mirror is near.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Toolchain;
use crate::command::{capture, run_within};

/// Compiler, cargo and the sources of the standard library, in the versions that Debian keeps current.
pub(crate) const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// The first version that knows edition 2024.
const OLDEST_MINOR: u32 = 85;

const INSTALL_LIMIT: Duration = Duration::from_secs(600);

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

/// The installed compiler, with the first WebAssembly linker of `linker_folders`; the error says what is missing.
pub(crate) fn find(linker_folders: &[PathBuf]) -> Result<Toolchain, String> {
    if !Path::new(RUSTC).is_file() || !Path::new(CARGO).is_file() {
        return Err(format!("{RUSTC} or {CARGO} is missing"));
    }
    check_version(&capture(Command::new(RUSTC).arg("--version"))?)?;
    let sysroot = capture(Command::new(RUSTC).args(["--print", "sysroot"]))?;
    let sources = Path::new(&sysroot).join("lib/rustlib/src/rust/library");
    if !sources.join("std/Cargo.toml").is_file() {
        return Err(format!("the sources of the standard library are not in {}", sources.display()));
    }
    let linker = linker(linker_folders).ok_or(
        "no linker for WebAssembly (rust-lld of a rustup toolchain, or wasm-ld of LLVM's lld package)",
    )?;
    Ok(Toolchain::FromSource { cargo: CARGO.into(), rustc: RUSTC.into(), linker })
}

/// Installs the packages, which only root can; `notify` is told before.
pub(crate) fn install(notify: &mut dyn FnMut(&str)) -> Result<(), String> {
    let apt = Path::new("/usr/bin/apt-get");
    if !apt.is_file() {
        return Err("this is no Debian system (there is no apt-get)".to_owned());
    }
    if capture(Command::new("id").arg("-u")).as_deref() != Ok("0") {
        return Err("installing them needs root".to_owned());
    }
    notify(&format!("installing Debian's packages {}", PACKAGES.join(", ")));
    let install = || {
        let mut command = Command::new(apt);
        command.args(["install", "-y", "--no-install-recommends"]).args(PACKAGES);
        run_within(command.env("DEBIAN_FRONTEND", "noninteractive"), INSTALL_LIMIT)
    };
    install().or_else(|_| {
        notify("updating the package lists with `apt-get update`");
        run_within(Command::new(apt).arg("update"), INSTALL_LIMIT)?;
        install()
    })
}

/// `version` is the compiler's own line: "rustc 1.96.0 (…)".
fn check_version(version: &str) -> Result<(), String> {
    let minor = version
        .strip_prefix("rustc 1.")
        .and_then(|rest| rest.split('.').next())
        .and_then(|minor| minor.parse::<u32>().ok());
    match minor {
        Some(minor) if minor >= OLDEST_MINOR => Ok(()),
        _ => Err(format!("{RUSTC} is too old ({version}; 1.{OLDEST_MINOR} is needed)")),
    }
}

/// The names decide how the compiler calls the linker, so only those that it knows are taken.
fn linker(folders: &[PathBuf]) -> Option<PathBuf> {
    ["rust-lld", "wasm-ld"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_before_edition_2024_is_refused() {
        assert!(check_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)").is_ok());
        assert!(check_version("rustc 1.63.0 (4b91a6ea7 2022-08-08)").is_err());
        assert!(check_version("gcc 12").is_err());
    }

    #[test]
    fn no_linker_in_no_folder() {
        assert_eq!(linker(&[PathBuf::from("/nonexistent")]), None);
    }
}
