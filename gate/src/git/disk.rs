//! Files and directories as they are on disk, in or outside a repository. Nothing is followed out of the tree that
//! was named: a link inside it is reported as a link.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::change::{Change, ChangeKind, ChangedFile};
use super::content::read_up_to;
use super::entry::{Entry, FileMode};
use super::error::GitError;
use super::snapshot::Snapshot;
use crate::model::RepoPath;

/// Directories below a named one that are entered.
const MAX_DEPTH: usize = 128;

/// The files at `paths` and below them, whole: no base, no ignore rules. Paths inside `root` (the work tree, or the
/// current directory) are named relative to it, others as they were written. A link out of `root` is not
/// followed, even where it is one of `paths`.
///
/// # Errors
/// A path that does not exist, that is neither file nor directory, or a directory that cannot be listed.
pub fn from_paths(root: &Path, paths: &[PathBuf]) -> Result<Change, GitError> {
    let (mut found, mut files) = (Vec::new(), Vec::new());
    for path in paths {
        let before = found.len();
        named(root, path, &mut found)?;
        if path.is_file() {
            files.extend(found.iter().skip(before).map(|(entry, _)| entry.path.clone()));
        }
    }
    files.sort();
    found.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    found.dedup_by(|b, a| a.0.path == b.0.path);
    let (entries, places): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    let change = whole(entries.clone(), Snapshot::disk(entries, places), names.join(", "));
    Ok(Change { named: files, ..change })
}

/// One file that was read from standard input, under the name that it shall have in the report.
pub fn from_stdin(name: RepoPath, bytes: Vec<u8>) -> Change {
    let entry = Entry { path: name, mode: FileMode::Regular, id: None };
    whole(vec![entry.clone()], Snapshot::memory(entry, bytes), "standard input".into())
}

fn whole(entries: Vec<Entry>, head: Snapshot, description: String) -> Change {
    let file = |entry: Entry| ChangedFile {
        kind: ChangeKind::Unchanged,
        path: entry.path.clone(),
        base: None,
        head: Some(entry),
    };
    let files = entries.into_iter().map(file).collect();
    Change::new(None, head, files, description)
}

type Found = Vec<(Entry, PathBuf)>;

/// One path that the user named.
fn named(root: &Path, path: &Path, found: &mut Found) -> Result<(), GitError> {
    let unreadable = |error: std::io::Error| io_error(path, &error);
    let is_link = std::fs::symlink_metadata(path).map_err(unreadable)?.is_symlink();
    let absolute = |path: &Path| std::path::absolute(path).map(|path| without_dots(&path));
    let (lexical, root_lexical) = (absolute(path).map_err(unreadable)?, absolute(root).map_err(unreadable)?);
    let root_real = root.canonicalize().map_err(|error| io_error(root, &error))?;
    let inside = [&root_lexical, &root_real].into_iter().find_map(|root| lexical.strip_prefix(root).ok());
    let real = match path.canonicalize() {
        Ok(real) => real,
        // A link to nothing is still a link.
        Err(_) if is_link => return take(path, inside.unwrap_or(path), FileMode::Symlink, found),
        Err(error) => return Err(unreadable(error)),
    };
    match (inside, real.strip_prefix(&root_real)) {
        (Some(name), Err(_)) => take(path, name, FileMode::Symlink, found),
        (Some(name), Ok(_)) => file_or_directory(&real, name, found),
        (None, Ok(name)) => file_or_directory(&real, name, found),
        (None, Err(_)) => file_or_directory(&real, &without_dots(path), found),
    }
}

fn file_or_directory(place: &Path, name: &Path, found: &mut Found) -> Result<(), GitError> {
    let metadata = std::fs::metadata(place).map_err(|error| io_error(place, &error))?;
    if metadata.is_dir() {
        directory(place, name, 0, found)
    } else if metadata.is_file() {
        take(place, name, mode(&metadata), found)
    } else {
        let reason = "neither a file nor a directory (pipe it into `gate check -`)".into();
        Err(GitError::PathUnreadable { path: place.into(), reason })
    }
}

/// Everything in a directory but `.git`; devices, sockets and pipes hold no manifests.
fn directory(place: &Path, name: &Path, depth: usize, found: &mut Found) -> Result<(), GitError> {
    let unreadable = |error: std::io::Error| io_error(place, &error);
    if depth > MAX_DEPTH {
        let reason = format!("more than {MAX_DEPTH} directories deep");
        return Err(GitError::PathUnreadable { path: place.into(), reason });
    }
    for child in std::fs::read_dir(place).map_err(unreadable)? {
        let child = child.map_err(unreadable)?;
        let (at, name) = (child.path(), name.join(child.file_name()));
        let metadata = child.metadata().map_err(|error| io_error(&at, &error))?;
        if metadata.is_dir() && child.file_name() != OsStr::new(".git") {
            directory(&at, &name, depth + 1, found)?;
        } else if metadata.is_symlink() {
            take(&at, &name, FileMode::Symlink, found)?;
        } else if metadata.is_file() {
            take(&at, &name, mode(&metadata), found)?;
        }
    }
    Ok(())
}

fn take(place: &Path, name: &Path, mode: FileMode, found: &mut Found) -> Result<(), GitError> {
    found.push((Entry { path: repo_path(name), mode, id: None }, place.to_owned()));
    Ok(())
}

/// `path` without `.` and with each `..` taken back against the segment before it.
fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            _ => clean.push(part),
        }
    }
    clean
}

/// The bytes of a file or the target of a link; the size if it has more than `max` bytes.
pub(super) fn read(place: &Path, mode: FileMode, max: u64) -> Result<Result<Vec<u8>, u64>, GitError> {
    let unreadable = |error: std::io::Error| io_error(place, &error);
    let metadata = std::fs::symlink_metadata(place).map_err(unreadable)?;
    if metadata.is_symlink() {
        let target = std::fs::read_link(place).map_err(unreadable)?;
        if mode != FileMode::Symlink {
            return Err(GitError::PathUnreadable { path: place.into(), reason: "it became a link".into() });
        }
        return Ok(Ok(bytes(&target)));
    }
    if !metadata.is_file() {
        return Err(GitError::PathUnreadable { path: place.into(), reason: "it is no file any more".into() });
    }
    if metadata.len() > max {
        return Ok(Err(metadata.len()));
    }
    let file = std::fs::File::open(place).map_err(unreadable)?;
    // It may have grown since its size was asked for.
    Ok(read_up_to(file, max).map_err(unreadable)?.ok_or(max.saturating_add(1)))
}

/// Where `path` is below `root`.
pub(super) fn place(root: &Path, path: &RepoPath) -> PathBuf {
    root.join(os_path(path.as_bytes()))
}

pub(super) fn repo_path(path: &Path) -> RepoPath {
    RepoPath::new(bytes(path))
}

/// A path of the system as Git writes it.
#[cfg(unix)]
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

/// A path of the system as Git writes it: UTF-8, with slashes.
#[cfg(not(unix))]
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

/// A path of Git as the system writes it.
#[cfg(unix)]
pub(super) fn os_path(path: &[u8]) -> PathBuf {
    let name: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(path);
    name.into()
}

/// A path of Git as the system writes it.
#[cfg(not(unix))]
pub(super) fn os_path(path: &[u8]) -> PathBuf {
    String::from_utf8_lossy(path).into_owned().into()
}

#[cfg(unix)]
pub(super) fn mode(metadata: &std::fs::Metadata) -> FileMode {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o100 == 0 { FileMode::Regular } else { FileMode::Executable }
}

#[cfg(not(unix))]
pub(super) fn mode(_: &std::fs::Metadata) -> FileMode {
    FileMode::Regular
}

pub(super) fn io_error(path: &Path, error: &std::io::Error) -> GitError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => GitError::PathNotFound { path: path.into() },
        _ => GitError::PathUnreadable { path: path.into(), reason: error.to_string() },
    }
}
