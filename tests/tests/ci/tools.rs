//! Programs that `cargo xtask test` gets, and others that may be there.

use std::path::PathBuf;
use std::process::{Command, Output};

use gate_tests::skipped;

use crate::root;

/// A program of `target/tools/python`; none, and said so, where it is not.
pub(crate) fn python(name: &str) -> Option<PathBuf> {
    let path = root().join("target/tools/python/bin").join(name);
    if path.is_file() {
        return Some(path);
    }
    skipped(&format!("no {name}: `cargo xtask python` installs it"));
    None
}

/// actionlint; none, and said so, where it is not.
pub(crate) fn actionlint() -> Option<PathBuf> {
    let tools = std::fs::read_dir(root().join("target/tools")).ok();
    let folders = tools.into_iter().flatten().flatten();
    let named = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("actionlint-");
    let found =
        folders.filter(|entry| named(&entry.file_name())).map(|entry| entry.path().join("actionlint"));
    let found = found.filter(|path| path.is_file()).max();
    if found.is_none() {
        skipped("no actionlint: `cargo xtask actionlint` builds it");
    }
    found
}

/// A program on the `PATH`; none, and said so, where it is not.
pub(crate) fn on_the_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        skipped(&format!("no {name} on the PATH"));
    }
    found
}

/// It must be content.
pub(crate) fn content(command: &mut Command) {
    let Output { status, stdout, stderr } = command.current_dir(root()).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{stdout}\n{stderr}");
}
