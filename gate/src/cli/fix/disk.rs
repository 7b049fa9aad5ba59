//! Files of the work tree: found without following a link, written in one step.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use crate::git::{ChangedFile, Content, Snapshot};
use crate::model::RepoPath;

/// A file on disk that holds what was judged.
#[derive(Debug, Clone)]
pub(super) struct OnDisk {
    pub(super) place: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// The file of `changed` below `root`, if it is the one that `head` judged; else why it is left alone.
pub(super) fn find(root: &Path, head: &Snapshot, changed: &ChangedFile) -> Result<OnDisk, String> {
    let entry = changed.head.as_ref().ok_or("the file is gone")?;
    let place = place(root, &entry.path)?;
    let judged = match head.read(entry, crate::engine::MAX_FILE_BYTES) {
        Ok(Content::Bytes(bytes)) => bytes,
        _ => return Err("the file that was judged is no text".to_owned()),
    };
    match fs::read(&place) {
        Ok(bytes) if bytes == judged => Ok(OnDisk { place, bytes }),
        Ok(_) => Err("the file in the work tree is not the one that was judged: \
                      check out what is judged, or judge the work tree (`--work-tree`)"
            .to_owned()),
        Err(error) => Err(format!("the file in the work tree cannot be read: {error}")),
    }
}

/// The place of a file that is one, in directories that are some: nothing on the way is a link.
fn place(root: &Path, path: &RepoPath) -> Result<PathBuf, String> {
    let outside = || "it is outside of the repository".to_owned();
    let relative = Path::new(path.as_str().ok_or("its name is no UTF-8")?);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    let mut place = root.to_owned();
    let count = relative.components().count();
    for (at, part) in relative.components().enumerate() {
        place.push(part);
        let metadata = fs::symlink_metadata(&place).map_err(|_| "it is not in the work tree".to_owned())?;
        let is_right = if at + 1 == count { metadata.is_file() } else { metadata.is_dir() };
        if !is_right {
            return Err("a link is on the way to it, or it is no plain file".to_owned());
        }
    }
    if count == 0 { Err(outside()) } else { Ok(place) }
}

/// Puts `bytes` in the place of the content of `file`, with the permissions that it has: all of them or none.
pub(super) fn write(file: &OnDisk, bytes: &[u8]) -> io::Result<()> {
    if fs::symlink_metadata(&file.place)?.is_symlink() || fs::read(&file.place)? != file.bytes {
        return Err(io::Error::other("it has changed in the meantime"));
    }
    let name = file.place.file_name().unwrap_or_default().to_string_lossy();
    let temporary = file.place.with_file_name(format!(".{name}.gate-fix-{}", std::process::id()));
    let mut fresh = fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    let written = fs::metadata(&file.place)
        .and_then(|metadata| fresh.set_permissions(metadata.permissions()))
        .and_then(|()| fresh.write_all(bytes))
        .and_then(|()| fresh.sync_all())
        .and_then(|()| fs::rename(&temporary, &file.place));
    if written.is_err() {
        // The first error is the one that is told.
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn permissions_stay_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("a")).unwrap();
        fs::write(root.join("a/b.yaml"), "x").unwrap();
        fs::set_permissions(root.join("a/b.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a", root.join("link")).unwrap();
        symlink("a/b.yaml", root.join("c.yaml")).unwrap();
        let found = |path: &str| place(root, &RepoPath::from(path));
        assert_eq!(found("a/b.yaml").unwrap(), root.join("a/b.yaml"));
        for bad in ["link/b.yaml", "c.yaml", "a", "../x", "/etc/passwd", "", "a/none"] {
            assert!(found(bad).is_err(), "{bad}");
        }
        let file = OnDisk { place: root.join("a/b.yaml"), bytes: b"x".to_vec() };
        write(&file, b"y").unwrap();
        let metadata = fs::metadata(&file.place).unwrap();
        assert_eq!(
            (metadata.permissions().mode() & 0o777, fs::read(&file.place).unwrap()),
            (0o640, b"y".to_vec())
        );
        assert!(write(&file, b"z").is_err(), "it is not what was judged any more");
        assert_eq!(fs::read_dir(root.join("a")).unwrap().count(), 1, "nothing is left behind");
    }
}
