//! `cargo xtask package`: what a release hands out for this machine's kind, in `target/package`: the archive, the wheel, the list
//! of what is in the binary, and their checksums. On Linux the binary is static, so that one fits every distribution. What was
//! made is then run: a package that does not start is not made.

mod archive;
mod build;
mod elf;
mod platform;
mod prove;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Context, Result};
use crate::options::Options;
use crate::{python, setup, workspace};
use platform::Platform;

/// `cargo xtask package`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    let platform = Platform::of_this_machine()?;
    setup::ensure()?;
    let environment = python::packaging()?;
    platform.add_target()?;
    let home = home();
    workspace::fresh_folder(&home)?;
    let built = build::build(&platform, &environment, &home)?;
    let archive = archive::pack(&platform, &environment, &built, &home)?;
    prove::archive(&platform, &environment, &archive, &built)?;
    prove::wheel(&platform, &environment, &built)?;
    archive::write_sums(&environment, &home)?;
    list(&home, &built.binary)
}

/// Where the packages are.
fn home() -> PathBuf {
    workspace::target().join("package")
}

/// The version of the gate, which is that of this program: both are the workspace's.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Names and sizes.
fn list(home: &Path, binary: &Path) -> Result<()> {
    let entries = fs::read_dir(home).context("cannot list the packages")?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.is_file());
    paths.push(binary.to_owned());
    paths.sort();
    for path in paths {
        let size = fs::metadata(&path).context(format_args!("cannot look at {}", path.display()))?.len();
        println!("{size:>10} bytes  {}", workspace::shown(&path));
    }
    Ok(())
}
