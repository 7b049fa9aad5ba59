//! Files that these commands read and write: bounded, and never in the place of other content.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use crate::cli::error::CliError;

/// Bytes of a file that is read whole; a module, which has a limit of its own, is the largest.
const MOST_BYTES: u64 = 64 << 20;

/// The content of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error: std::io::Error| CliError::new(format!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 > MOST_BYTES {
        true => Err(CliError::new(format!("{} has more than {MOST_BYTES} bytes", path.display()))),
        false => Ok(bytes),
    }
}

/// The content of a file, if it is there.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, CliError> {
    if path.exists() { read(path).map(Some) } else { Ok(None) }
}

/// Fails if the file is there with other content, unless `force`.
pub(super) fn check_free(path: &Path, bytes: &[u8], force: bool) -> Result<(), CliError> {
    match read_if_there(path)? {
        Some(other) if !force && other != bytes => {
            Err(CliError::new(format!("{} is there, with other content", path.display()))
                .hint("name another file with -o, or overwrite it with --force"))
        }
        _ => Ok(()),
    }
}

/// Writes a file as a whole or not at all.
pub(super) fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), CliError> {
    check_free(path, bytes, force)?;
    let failed =
        |error: std::io::Error| CliError::new(format!("{} cannot be written: {error}", path.display()));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = File::options().write(true).create_new(true).open(&temporary).map_err(failed)?;
    let moved = file.write_all(bytes).and_then(|()| std::fs::rename(&temporary, path));
    if moved.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    moved.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_content_is_overwritten_only_by_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.wasm");
        write(&path, b"one", false).unwrap();
        write(&path, b"one", false).unwrap();
        assert!(write(&path, b"two", false).is_err());
        assert_eq!(read(&path).unwrap(), b"one");
        write(&path, b"two", true).unwrap();
        assert_eq!(read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        assert!(read_if_there(&folder.path().join("none")).unwrap().is_none());
    }
}
