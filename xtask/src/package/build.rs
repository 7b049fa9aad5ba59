//! The one build that everything is packed from: maturin's, so that the program in the wheel is the program in the archive.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::platform::Platform;
use crate::error::{Context, Error, Result};
use crate::{cargo, git, python, workspace};

/// What the build left.
pub(super) struct Built {
    /// The program.
    pub(super) binary: PathBuf,
    /// The wheel that holds it.
    pub(super) wheel: PathBuf,
}

/// Runs maturin in the environment that holds it; the wheel goes to `home`.
pub(super) fn build(platform: &Platform, environment: &Path, home: &Path) -> Result<Built> {
    let mut maturin = Command::new(python::program(environment, "maturin"));
    maturin.args(["build", "--release", "--locked", "--target", &platform.target, "--out"]).arg(home);
    if platform.is_static {
        // The linker and the C compiler of zig: no package of the distribution is needed.
        maturin.arg("--zig").arg("--compatibility").args(platform.wheel_tags);
    }
    maturin.current_dir(workspace::root().join("packages/python"));
    maturin.env("PATH", path_with(&python::programs(environment))?);
    maturin.env("CARGO_ENCODED_RUSTFLAGS", flags()?).env_remove("RUSTFLAGS");
    // Of the build's own copy of the WebAssembly compiler only three small policies come; it is not worth optimising. Without
    // `--target` the copies are the same and the profile says otherwise.
    maturin.env("CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL", "0");
    cargo::forget_this_program(&mut maturin);
    // The list of crates in the wheel names a moment, and not the one at which it was made.
    maturin.env("SOURCE_DATE_EPOCH", git::git(workspace::root(), &["log", "-1", "--format=%ct"])?);
    println!("Building {} in release mode; the first time takes some minutes.", platform.target);
    let status = maturin.status().context("cannot start maturin")?;
    if !status.success() {
        return Err(Error::new(format!("`maturin build` failed ({status})"))
            .hint("its own message, or that of cargo, is above"));
    }
    let folder = workspace::target().join(&platform.target).join("release");
    let binary = folder.join(format!("gate{}", platform.suffix));
    if !binary.exists() {
        return Err(Error::new(format!("the build left no {}", workspace::shown(&binary))));
    }
    Ok(Built { binary, wheel: wheel_in(home)? })
}

/// Flags that keep the folders of this machine out of the program, separated as cargo wants it.
fn flags() -> Result<String> {
    let cargo = match std::env::var_os("CARGO_HOME") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => std::env::home_dir()
            .ok_or_else(|| Error::new("no home folder").hint("set CARGO_HOME"))?
            .join(".cargo"),
    };
    let map = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok([map(workspace::root(), "/gitops-gate"), map(&cargo, "/cargo")].join("\u{1f}"))
}

/// `PATH` with `folder` in front: there maturin looks for the Python that has zig.
fn path_with(folder: &Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).context("PATH cannot be extended")
}

fn wheel_in(home: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(home).context(format_args!("cannot read {}", home.display()))?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| Error::new(format!("maturin left no wheel in {}", workspace::shown(home))))
}
