//! The hook of Git that judges what is about to be committed: written once, never in place of another. Who has hooks
//! already, or a program that manages them, is told which line to add.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::error::CliError;
use super::{Exit, print};
use crate::git::{Hooks, Repo};

const NAME: &str = "pre-commit";
/// The command of the hook.
const COMMAND: &str = "gate check --staged";
/// Where the hooks for pre-commit are.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");
const SCRIPT: &str = include_str!("git_hook/pre-commit.sh");
/// Its second line: what begins so is ours, perhaps of another version.
const OURS: &str = "# Written by `gate init --hook`";
/// Largest hook that is looked at, in bytes.
const MOST: u64 = 1 << 20;

/// Writes the hook of the repository of `directory`.
pub(super) fn install(directory: Option<&Path>) -> Result<Exit, CliError> {
    let hooks = Repo::discover(directory.unwrap_or(Path::new(".")))?.hooks()?;
    let place = hooks.folder.join(NAME);
    let shown = place.display();
    match std::fs::symlink_metadata(&place) {
        Ok(_) => return present(&place, &read(&place)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
        Err(error) => return Err(failed(&place, &error)),
    }
    refuse_foreign(&hooks)?;
    std::fs::create_dir_all(&hooks.folder).map_err(|error| failed(&hooks.folder, &error))?;
    write(&place).map_err(|error| failed(&place, &error))?;
    print(&format!("wrote {shown}: every commit is judged by `{COMMAND}` from now on\n"))?;
    if hooks.is_in_work_tree {
        print("core.hooksPath names a folder of the work tree: commit the file, and it is everybody's\n")?;
    }
    Ok(Exit::Pass)
}

/// A folder that is not this repository's own, or that a program writes anew.
fn refuse_foreign(hooks: &Hooks) -> Result<(), CliError> {
    let folder = hooks.folder.display();
    if !hooks.is_configured {
        return Ok(());
    }
    let (why, hint) = if std::fs::metadata(&hooks.folder).is_ok_and(|about| !about.is_dir()) {
        ("it is no folder, so that Git runs no hooks here", "git config --unset core.hooksPath".to_owned())
    } else if is_husky(&hooks.folder) {
        ("husky writes it anew", format!("add the line `{COMMAND}` to .husky/pre-commit"))
    } else if hooks.is_shared {
        let hint = format!("add the line `{COMMAND}` to its {NAME}, if all of them shall be judged");
        ("it is outside of this repository, and others may use it, too", hint)
    } else {
        return Ok(());
    };
    let message = format!("no hook was written: core.hooksPath is {folder}; {why}");
    Err(CliError::new(message).hint(hint))
}

/// `.husky/_`, which husky fills itself.
fn is_husky(folder: &Path) -> bool {
    folder.ends_with("_") && folder.parent().is_some_and(|above| above.ends_with(".husky"))
}

/// There is a hook: ours, one that calls the gate, or another.
fn present(place: &Path, text: &str) -> Result<Exit, CliError> {
    let shown = place.display();
    if text == SCRIPT {
        make_executable(place).map_err(|error| failed(place, &error))?;
        print(&format!("{shown} is there already\n"))?;
        return Ok(Exit::Pass);
    }
    if text.lines().nth(1).is_some_and(|line| line.starts_with(OURS)) {
        let message = format!("{shown} is of another version of the gate, or was changed");
        return Err(
            CliError::new(message).hint("remove it, and run `gate init --hook` again; or leave it as it is")
        );
    }
    let calls = |line: &str| !line.trim_start().starts_with('#') && line.contains("gate check");
    if text.lines().any(calls) {
        print(&format!("{shown} calls the gate already\n"))?;
        return Ok(Exit::Pass);
    }
    let message = format!("there is a hook already, and it is left as it is: {shown}");
    Err(CliError::new(message).hint(advice(place, text)))
}

/// How to add the gate to a hook that others have written.
fn advice(place: &Path, text: &str) -> String {
    if text.contains("pre-commit.com") {
        return format!(
            "it is that of pre-commit: add the hook `gitops-gate` of {HOME} to .pre-commit-config.yaml"
        );
    }
    if text.contains("lefthook") {
        return format!("it is that of lefthook: add a command with `run: {COMMAND}` to lefthook.yml");
    }
    if place.parent().is_some_and(is_husky) || text.contains("husky") {
        return format!("it is that of husky: add the line `{COMMAND}` to .husky/pre-commit");
    }
    format!("add this line to it, before any `exec` and `exit`: `{COMMAND} || exit $?`")
}

/// What is in the hook; nothing of what is no plain file.
fn read(place: &Path) -> String {
    let is_small = std::fs::metadata(place).is_ok_and(|about| about.is_file() && about.len() <= MOST);
    let bytes = if is_small { std::fs::read(place).unwrap_or_default() } else { Vec::new() };
    String::from_utf8_lossy(&bytes).into_owned()
}

fn write(place: &Path) -> std::io::Result<()> {
    // A file or a link that came meanwhile stays.
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    let done = options.open(place)?.write_all(SCRIPT.as_bytes()).and_then(|()| make_executable(place));
    if done.is_err() {
        // Half a hook would stop every commit.
        let _ = std::fs::remove_file(place);
    }
    done
}

#[cfg(unix)]
fn make_executable(place: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o755))
}

/// Git for Windows runs a hook by its first line.
#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn failed(place: &Path, error: &std::io::Error) -> CliError {
    CliError::new(format!("no hook was written: {}: {error}", place.display()))
        .hint("let whoever runs this write there")
}
