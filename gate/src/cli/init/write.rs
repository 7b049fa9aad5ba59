//! Writes new files below the root of the repository: never over anything, never through a symbolic link.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::error::CliError;

/// A file that is to be written.
pub(super) struct Planned {
    /// Below the root, with slashes.
    pub(super) path: String,
    pub(super) text: String,
}

/// True if anything is at `path`, a link to nowhere included.
pub(super) fn is_there(root: &Path, path: &str) -> bool {
    fs::symlink_metadata(root.join(path)).is_ok()
}

/// Every folder on the way is a folder of the repository, or is not there yet.
///
/// # Errors
/// A link or a file is in the way. Nothing has been written then.
pub(super) fn check(root: &Path, planned: &[Planned]) -> Result<(), CliError> {
    planned.iter().try_for_each(|file| {
        folders(root, &file.path).iter().try_for_each(|folder| check_folder(root, folder))
    })
}

/// Writes all files, in order.
///
/// # Errors
/// One cannot be written; what was written before it is named.
pub(super) fn all(root: &Path, planned: &[Planned]) -> Result<(), CliError> {
    for (number, file) in planned.iter().enumerate() {
        one(root, file).map_err(|error| {
            let before: Vec<&str> = planned.iter().take(number).map(|file| file.path.as_str()).collect();
            let hint = match before.is_empty() {
                true => "nothing was written".to_owned(),
                false => format!("{} was written before", before.join(", ")),
            };
            CliError::new(format!("{} cannot be written: {error}", file.path)).hint(hint)
        })?;
    }
    Ok(())
}

fn one(root: &Path, file: &Planned) -> std::io::Result<()> {
    for folder in folders(root, &file.path) {
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !fs::symlink_metadata(&folder)?.is_dir() {
            return Err(std::io::Error::other(format!("{} is no folder", folder.display())));
        }
    }
    // Whatever is there, a link included, makes this fail.
    let mut new = OpenOptions::new().write(true).create_new(true).open(root.join(&file.path))?;
    new.write_all(file.text.as_bytes())
}

/// The folders between the root and the file, from the top.
fn folders(root: &Path, path: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut at = root.to_owned();
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next().filter(|_| names.peek().is_some()) {
        at.push(name);
        found.push(at.clone());
    }
    found
}

fn check_folder(root: &Path, folder: &Path) -> Result<(), CliError> {
    let shown = folder.strip_prefix(root).unwrap_or(folder).display();
    let what = match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(CliError::new(format!("{shown} cannot be read: {error}"))),
        Ok(about) if about.is_dir() => return Ok(()),
        Ok(about) if about.is_symlink() => "a symbolic link",
        Ok(_) => "no folder",
    };
    Err(CliError::new(format!(
        "{shown} is {what}: nothing is written there, and nothing was written elsewhere"
    ))
    .hint("`--ci none` writes gate.yaml only"))
}
