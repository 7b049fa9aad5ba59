//! Files and directories as they are on disk, in or outside a repository. Nothing is followed out of the tree that
//! was named: a link inside it is reported as a link.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::change::{Change, ChangeKind, ChangedFile};
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
        Err(_) if is_link => {
            take(path.to_owned(), inside.unwrap_or(path).to_owned(), FileMode::Symlink, found);
            return Ok(());
        }
        Err(error) => return Err(unreadable(error)),
    };
    match (inside, real.strip_prefix(&root_real)) {
        (Some(name), Err(_)) => {
            take(path.to_owned(), name.to_owned(), FileMode::Symlink, found);
            Ok(())
        }
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
        take(place.to_owned(), name.to_owned(), mode(&metadata), found);
        Ok(())
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
        let (at, file_name) = (child.path(), child.file_name());
        // The listing says what each one is. Whether a file is executable takes a call of the system more for every
        // file, and there is nothing to compare it with.
        let kind = child.file_type().map_err(|error| io_error(&at, &error))?;
        if kind.is_dir() && file_name != OsStr::new(".git") {
            directory(&at, &name.join(file_name), depth + 1, found)?;
        } else if kind.is_symlink() {
            take(at, name.join(file_name), FileMode::Symlink, found);
        } else if kind.is_file() {
            take(at, name.join(file_name), FileMode::Regular, found);
        }
    }
    Ok(())
}

fn take(place: PathBuf, name: PathBuf, mode: FileMode, found: &mut Found) {
    found.push((Entry { path: RepoPath::new(into_bytes(name)), mode, id: None }, place));
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

/// Where `path` is below `root`.
pub(super) fn place(root: &Path, path: &RepoPath) -> PathBuf {
    root.join(os_path(path.as_bytes()))
}

pub(super) fn repo_path(path: &Path) -> RepoPath {
    RepoPath::new(bytes(path))
}

/// A path of the system as Git writes it.
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    into_bytes(path.to_owned())
}

/// A path of the system as Git writes it.
#[cfg(unix)]
fn into_bytes(path: PathBuf) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(path.into_os_string())
}

/// A path of the system as Git writes it: UTF-8, with slashes.
#[cfg(not(unix))]
fn into_bytes(path: PathBuf) -> Vec<u8> {
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
