//! One file or link of a disk, read with as few calls of the system as there can be: the check of a manifest takes less
//! time than most of them.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use super::content::read_up_to;
use super::disk::{bytes, io_error};
use super::entry::FileMode;
use super::error::GitError;

/// The bytes of a file or the target of a link; the size if it has more than `max` bytes.
pub(super) fn read(place: &Path, mode: FileMode, max: u64) -> Result<Result<Vec<u8>, u64>, GitError> {
    let unreadable = |error: std::io::Error| io_error(place, &error);
    let changed = |reason: &str| Err(GitError::PathUnreadable { path: place.into(), reason: reason.into() });
    if mode == FileMode::Symlink && std::fs::symlink_metadata(place).map_err(unreadable)?.is_symlink() {
        return Ok(Ok(bytes(&std::fs::read_link(place).map_err(unreadable)?)));
    }
    let file = match open(place) {
        Ok(file) => file,
        Err(error) if is_link(place, &error) => return changed("it became a link"),
        Err(error) => return Err(unreadable(error)),
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return changed("it is no file any more");
    }
    if metadata.len() > max {
        return Ok(Err(metadata.len()));
    }
    // It may have grown since its size was asked for.
    Ok(read_up_to(file, metadata.len(), max).map_err(unreadable)?.ok_or(max.saturating_add(1)))
}

/// Opens what is at `place` if it is no link, and does not wait for a pipe's other end.
#[cfg(unix)]
fn open(place: &Path) -> std::io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    File::options().read(true).custom_flags(flags as i32).open(place)
}

/// Opens what is at `place` if it is no link.
#[cfg(not(unix))]
fn open(place: &Path) -> std::io::Result<File> {
    if std::fs::symlink_metadata(place)?.is_symlink() {
        return Err(std::io::Error::other("a symbolic link"));
    }
    File::open(place)
}

/// True if a link is why `place` could not be opened.
fn is_link(place: &Path, error: &std::io::Error) -> bool {
    let gone = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    !gone && std::fs::symlink_metadata(place).is_ok_and(|metadata| metadata.is_symlink())
}
