//! Folders and files that belong to this user alone. Systems without Unix permissions have none: everything is refused there.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes `folder` (mode 0700) with those above it, or checks that it is one: no link, this user's, closed to others.
#[cfg(unix)]
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
    if let Some(above) = folder.parent() {
        std::fs::create_dir_all(above)?;
    }
    match std::fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let about = std::fs::symlink_metadata(folder)?;
    let own = about.uid() == rustix::process::geteuid().as_raw();
    match about.is_dir() && own && about.mode() & 0o077 == 0 {
        true => Ok(()),
        false => Err(refused(folder)),
    }
}

/// Opens a file for reading: no link, this user's, not writable by others.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let file = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let about = file.metadata()?;
    let own = about.uid() == rustix::process::geteuid().as_raw();
    match about.is_file() && own && about.mode() & 0o022 == 0 {
        true => Ok(file),
        false => Err(refused(path)),
    }
}

/// Makes a file (mode 0600) that is not there yet.
#[cfg(unix)]
pub(super) fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    Err(refused(folder))
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    Err(refused(path))
}

#[cfg(not(unix))]
pub(super) fn create(path: &Path) -> io::Result<File> {
    Err(refused(path))
}

fn refused(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, format!("{} is not this user's alone", path.display()))
}
