//! The archive, the list of what the binary is made of, and the checksums. Archives are written by a few lines of Python, which is
//! there for maturin anyway: the same files give the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::VERSION;
use super::build::Built;
use super::platform::Platform;
use crate::error::{Context, Error, Result};
use crate::{python, workspace};

/// The program that packs; see its first lines.
const PACK: &str = include_str!("../../python/pack.py");
/// Shells, and what the file is called where each looks for it.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "gate.bash"),
    ("zsh", "_gate"),
    ("fish", "gate.fish"),
    ("powershell", "_gate.ps1"),
    ("elvish", "gate.elv"),
];

/// Makes the archive and the list of crates; returns the archive's path.
pub(super) fn pack(platform: &Platform, environment: &Path, built: &Built, home: &Path) -> Result<PathBuf> {
    let name = format!("gate-{VERSION}-{}", platform.target);
    let folder = workspace::target().join("package-files").join(&name);
    workspace::fresh_folder(&folder)?;
    copy(&built.binary, &folder.join(format!("gate{}", platform.suffix)))?;
    for file in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(&workspace::root().join(file), &folder.join(file))?;
    }
    completions(&built.binary, &folder.join("completions"))?;
    let pages = folder.join("man").join("man1");
    output(Command::new(&built.binary).arg("man").arg(&pages))?;
    let archive = home.join(format!("{name}.{}", platform.archive));
    run_pack(environment, &["archive".as_ref(), archive.as_ref(), folder.as_ref()])?;
    let crates = home.join(format!("{name}.cdx.json"));
    take(environment, &built.wheel, ".cyclonedx.json", &crates)?;
    without_this_machine(&crates)?;
    Ok(archive)
}

/// Unpacks what [`pack`] made.
pub(super) fn unpack(environment: &Path, archive: &Path, folder: &Path) -> Result<()> {
    run_pack(environment, &["unpack".as_ref(), archive.as_ref(), folder.as_ref()])
}

/// Writes `SHA256SUMS` of all files in `home`.
pub(super) fn write_sums(environment: &Path, home: &Path) -> Result<()> {
    run_pack(environment, &["sums".as_ref(), home.as_ref()])
}

/// Takes the member of a wheel whose name ends with `end`.
pub(super) fn take(environment: &Path, wheel: &Path, end: &str, file: &Path) -> Result<()> {
    run_pack(environment, &["take".as_ref(), wheel.as_ref(), end.as_ref(), file.as_ref()])
}

/// Runs a program that must succeed, and returns what it printed.
pub(super) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().context(format_args!("cannot start {name}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("`{name}` failed ({}): {}", output.status, said.trim())))
}

fn completions(binary: &Path, folder: &Path) -> Result<()> {
    workspace::fresh_folder(folder)?;
    for (shell, file) in COMPLETIONS {
        let script = output(Command::new(binary).args(["completions", shell]))?;
        fs::write(folder.join(file), script)
            .context(format_args!("cannot write the completions of {shell}"))?;
    }
    Ok(())
}

/// Takes the folder of the workspace out of the list of crates.
fn without_this_machine(list: &Path) -> Result<()> {
    let text = fs::read_to_string(list).context("cannot read the list of crates")?;
    let text = text.replace(&workspace::root().display().to_string(), "/gitops-gate");
    fs::write(list, text).context("cannot write the list of crates")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).context(format_args!("cannot copy {}", from.display()))
}

fn run_pack(environment: &Path, arguments: &[&std::ffi::OsStr]) -> Result<()> {
    // `-I`: no module of the folder that this runs in.
    output(Command::new(python::program(environment, "python")).args(["-I", "-c", PACK]).args(arguments))
        .map(drop)
}
