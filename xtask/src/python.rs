//! Programs of Python that tests run: maturin, pre-commit, zizmor, check-jsonschema, and a parser of Groovy. Installed once into
//! a virtual environment in `target/tools/python`, by hash. A machine without Python or without the network goes without, and is
//! told so. What `cargo xtask package` builds with is installed the same way, into another one; there it is an error if it cannot be.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::error::{Context, Error, Result};
use crate::options::Options;
use crate::workspace;

/// What is installed for the tests.
const REQUIREMENTS: &str = include_str!("../python/requirements.txt");
/// What is installed for packages.
const PACKAGING: &str = include_str!("../python/packaging.txt");
/// Python as the system calls it.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
/// Oldest Python that all of it runs on.
const OLDEST: (u32, u32) = (3, 11);
/// A copy of the requirements in the environment, written last: the environment is whole, and it is this one.
const MARK: &str = "requirements.txt";

/// `cargo xtask python`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    if is_ready() {
        println!("Already there: {}.", workspace::shown(&home()));
    }
    ensure()
}

/// Finds or makes the environment of the tests; silent if it is there, loud if it cannot be.
pub(crate) fn ensure() -> Result<()> {
    if is_ready() {
        return Ok(());
    }
    // Not an error: the tests that need the programs skip themselves.
    let what = "the programs of Python that the tests run: once, less than a minute";
    made(&home(), REQUIREMENTS, what)?.unwrap_or_else(|why| {
        println!("SKIPPED: no programs of Python for the tests of packages, hooks and CI files: {why}.");
    });
    Ok(())
}

/// The environment that packages are built with, made if it is not there.
pub(crate) fn packaging() -> Result<PathBuf> {
    let home = workspace::target().join("tools/packaging");
    if !is_whole(&home, PACKAGING) {
        made(&home, PACKAGING, "maturin and zig: once, about 100 MB")?.map_err(|why| {
            Error::new(format!("packages cannot be made: {why}"))
                .hint("Python and, the first time, a package index are needed")
        })?;
    }
    Ok(home)
}

/// Makes an environment anew; the inner error says why there is none.
fn made(home: &Path, requirements: &str, what: &str) -> Result<std::result::Result<(), String>> {
    if let Some(why) = missing() {
        return Ok(Err(why));
    }
    println!("Installing {what}.");
    let started = Instant::now();
    workspace::fresh_folder(home)?;
    if !succeeds(Command::new(PYTHON).args(["-m", "venv"]).arg(home))? {
        return Ok(Err(format!("`{PYTHON} -m venv` fails; Debian has it in the package python3-venv")));
    }
    let list = home.join("wanted.txt");
    fs::write(&list, requirements).context("cannot write the list of requirements")?;
    let mut install = Command::new(program(home, "python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    // Wheels only: the setup code of a source package would run here.
    install.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]).arg(&list);
    if !succeeds(&mut install)? {
        return Ok(Err("pip cannot install them; its own message is above".to_owned()));
    }
    fs::rename(&list, home.join(MARK)).context("cannot mark the environment as whole")?;
    println!("Installed {} in {} s.", workspace::shown(home), started.elapsed().as_secs());
    Ok(Ok(()))
}

/// A program of an environment.
pub(crate) fn program(environment: &Path, name: &str) -> PathBuf {
    programs(environment).join(format!("{name}{EXE_SUFFIX}"))
}

/// The folder of an environment's programs.
pub(crate) fn programs(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

/// The environment, whether it is there or not. Its programs are in `bin`.
pub(crate) fn home() -> PathBuf {
    workspace::target().join("tools/python")
}

fn is_ready() -> bool {
    is_whole(&home(), REQUIREMENTS)
}

fn is_whole(home: &Path, requirements: &str) -> bool {
    fs::read_to_string(home.join(MARK)).is_ok_and(|text| text == requirements)
}

/// Why there is no Python to make the environment with.
fn missing() -> Option<String> {
    let output = Command::new(PYTHON).arg("--version").stdin(Stdio::null()).output().ok();
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if version_of(&said) >= OLDEST {
        return None;
    }
    let (major, minor) = OLDEST;
    Some(match said.trim() {
        "" => format!("there is no {PYTHON}; {major}.{minor} or newer is needed"),
        said => format!("Python {major}.{minor} or newer is needed, here is `{said}`"),
    })
}

/// `Python 3.11.7` is 3.11.
fn version_of(said: &str) -> (u32, u32) {
    let number = said.split_whitespace().nth(1).unwrap_or_default();
    let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next())
}

fn succeeds(command: &mut Command) -> Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).status();
    Ok(status.map_err(|error| Error::new(format!("cannot start {name}: {error}")))?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_python() {
        for (said, enough) in
            [("Python 3.11.7\n", true), ("Python 3.14.0rc1", true), ("Python 3.9.2", false), ("", false)]
        {
            assert_eq!(version_of(said) >= OLDEST, enough, "{said}");
        }
    }

    #[test]
    fn everything_is_pinned_by_hash() {
        for (text, expected) in [(REQUIREMENTS, 30), (PACKAGING, 2)] {
            let lines: Vec<&str> =
                text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
            let packages = lines.iter().filter(|line| !line.starts_with(' ')).count();
            let pinned = lines.windows(2).filter(|pair| {
                pair[0].contains("==")
                    && pair[0].ends_with('\\')
                    && pair[1].trim_start().starts_with("--hash=sha256:")
            });
            assert_eq!((packages, pinned.count()), (expected, expected));
        }
    }
}
