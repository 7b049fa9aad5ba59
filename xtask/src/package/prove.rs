//! Runs what was packed, as its users get it: the program out of the archive, the commands out of the wheel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::{self, output};
use super::build::Built;
use super::platform::Platform;
use super::{VERSION, elf};
use crate::error::{Context, Error, Result};
use crate::{demo, git, python, setup, workspace};

/// The program of the archive is static, tells its version and judges the demo.
pub(super) fn archive(platform: &Platform, environment: &Path, archive: &Path, built: &Built) -> Result<()> {
    let folder = scratch("archive")?;
    archive::unpack(environment, archive, &folder)?;
    let inner = folder.join(format!("gate-{VERSION}-{}", platform.target));
    let gate = inner.join(format!("gate{}", platform.suffix));
    same(&gate, &built.binary)?;
    if platform.is_static {
        let needs = elf::needs(&fs::read(&gate).context("cannot read the program")?)?;
        if needs.interpreter || needs.libraries > 0 {
            return Err(Error::new(format!("the program is not static: {needs:?}")));
        }
        println!("The program is static: it names no loader and no library.");
    }
    tells_version(&[&gate.display().to_string()])?;
    demo::expect(&gate)?;
    compiles_policies(&gate)
}

/// A policy from a file is compiled by the program itself, in a process with a limit on its address space: what an allocator
/// reserves counts there, and this program's is not the one that the tests have.
fn compiles_policies(gate: &Path) -> Result<()> {
    let example = workspace::root().join("examples").join("require-owner");
    let target = workspace::target().join("policies");
    let built =
        gate_policy_build::build_all(&[example], &target, &setup::ensure()?).map_err(setup::explained)?;
    let repository = scratch("policy")?;
    for policy in &built {
        fs::write(repository.join("policy.wasm"), &policy.component).context("cannot write the policy")?;
    }
    let write =
        |name: &str, text: &str| fs::write(repository.join(name), text).context("cannot write a manifest");
    // The least memory that may be set.
    write("gate.yaml", "policies:\n  - use: ./policy.wasm\nlimits:\n  compile-memory: 256MiB\n")?;
    write("settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n")?;
    git::init(&repository)?;
    git::commit_all(&repository, "A policy", "2026-01-05T09:00:00Z")?;
    // On a CI, machine code is kept nowhere.
    let mut check = Command::new(gate);
    check.args(["check", "--all"]).current_dir(&repository).env("CI", "true").env_remove("GATE_CACHE_DIR");
    let output = check.output().context("cannot start the gate")?;
    let said = String::from_utf8_lossy(&output.stdout);
    if matches!(output.status.code(), Some(0 | 1)) && said.contains("./policy.wasm") {
        println!("It compiles a policy from a file.");
        return Ok(());
    }
    Err(Error::new(format!("a policy from a file is not compiled ({}): {}", output.status, said.trim())))
}

/// The wheel's commands exist after an installation, and start the same program.
pub(super) fn wheel(platform: &Platform, environment: &Path, built: &Built) -> Result<()> {
    let folder = scratch("wheel")?;
    let inside = folder.join("gate-of-the-wheel");
    archive::take(environment, &built.wheel, &format!(".data/scripts/gate{}", platform.suffix), &inside)?;
    same(&inside, &built.binary)?;
    let clean = folder.join("environment");
    output(Command::new(python::PYTHON).args(["-m", "venv"]).arg(&clean))?;
    let python = python::program(&clean, "python");
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"];
    output(Command::new(&python).args(install).arg(&built.wheel))?;
    let shown = |name: &str| python::program(&clean, name).display().to_string();
    tells_version(&[&shown("gate")])?;
    if !cfg!(windows) {
        // Windows starts no scripts by name; there it is `gate` and `python -m gitops_gate`.
        tells_version(&[&shown("gitops-gate")])?;
    }
    tells_version(&[&shown("python"), "-m", "gitops_gate"])?;
    println!("The wheel installs, and its commands start the program of the archive.");
    Ok(())
}

/// `--version` of a command, run with nothing of this environment.
fn tells_version(words: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = words else { return Err(Error::new("nothing to run")) };
    let mut command = Command::new(program);
    command.args(arguments).arg("--version").env_clear();
    // Without it Windows starts nothing that uses sockets or random numbers.
    command.envs(std::env::var_os("SYSTEMROOT").map(|folder| ("SYSTEMROOT", folder)));
    let said = output(&mut command)?;
    let said = String::from_utf8_lossy(&said);
    if said.trim() == format!("gate {VERSION}") {
        return Ok(());
    }
    Err(Error::new(format!("`{} --version` says `{}`", words.join(" "), said.trim())))
}

fn same(one: &Path, other: &Path) -> Result<()> {
    let read = |path: &Path| fs::read(path).context(format_args!("cannot read {}", path.display()));
    if read(one)? == read(other)? {
        return Ok(());
    }
    Err(Error::new(format!("{} is not the program that was built", workspace::shown(one))))
}

/// An empty folder that is left for whoever wants to look.
fn scratch(name: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("package-files").join(name);
    workspace::fresh_folder(&folder)?;
    Ok(folder)
}
