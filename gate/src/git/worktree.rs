//! The work tree: tracked files as they are, untracked ones that are not ignored. A file is read only if its stat
//! data differ from what the index remembers; no filter or monitor is run.

use std::path::Path;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::index::entry::{Mode, Stat, stat};

use super::disk::{self, io_error};
use super::entry::{Entry, FileMode};
use super::error::GitError;
use super::file;
use super::index::{self, Tracked};
use super::repo::Repo;

/// Larger files are not hashed and count as changed, in bytes.
const MAX_HASHED: u64 = 64 * 1024 * 1024;
const MAX_DEPTH: usize = 128;
/// A fresh checkout writes files and index in the same second; whole seconds would make it read every file.
const PRECISE: stat::Options =
    stat::Options { trust_ctime: true, check_stat: true, use_nsec: true, use_stdev: false };

/// Every file that is tracked or could be, sorted by path.
pub(super) fn list(repo: &Repo, root: &Path) -> Result<Vec<Entry>, GitError> {
    let index = index::load(repo)?;
    let tracked = index.tracked(&repo.objects)?;
    let mut local = repo.gix.to_thread_local();
    // The environment may have named another work tree than the repository does.
    local.set_workdir(root.to_owned()).map_err(|error| repo.damaged(&error))?;
    let config = local.config_snapshot();
    let mut walk = Walk {
        excludes: local
            .excludes(&index.file, None, Default::default())
            .map_err(|error| repo.damaged(&error))?,
        hash: repo.objects.hash_kind(),
        index: &index.file,
        has_executables: config.boolean("core.fileMode").unwrap_or(cfg!(unix)),
        has_links: config.boolean("core.symlinks").unwrap_or(cfg!(unix)),
        tracked: &tracked,
        entries: Vec::new(),
    };
    walk.directory(root, b"", 0)?;
    let mut entries = walk.entries;
    let left_out = tracked.iter().filter(|one| one.is_left_out);
    entries.extend(left_out.map(|one| Entry::new(one.path.as_bytes(), one.mode, Some(one.id))));
    // Stable: of a file that a sparse checkout left out and that is there all the same, the one on disk stays.
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.dedup_by(|b, a| a.path == b.path);
    Ok(entries)
}

struct Walk<'a> {
    excludes: gix::AttributeStack<'a>,
    hash: gix::hash::Kind,
    index: &'a gix::index::File,
    has_executables: bool,
    has_links: bool,
    tracked: &'a [Tracked],
    entries: Vec<Entry>,
}

impl<'a> Walk<'a> {
    fn directory(&mut self, place: &Path, prefix: &[u8], depth: usize) -> Result<(), GitError> {
        if depth > MAX_DEPTH {
            let reason = format!("more than {MAX_DEPTH} directories deep");
            return Err(GitError::PathUnreadable { path: place.into(), reason });
        }
        let unreadable = |error: std::io::Error| io_error(place, &error);
        for child in std::fs::read_dir(place).map_err(unreadable)? {
            let child = child.map_err(unreadable)?;
            let name = disk::bytes(Path::new(&child.file_name()));
            if name.eq_ignore_ascii_case(b".git") {
                continue;
            }
            let path = [prefix, &name].concat();
            let kind = child.file_type().map_err(|error| io_error(&child.path(), &error))?;
            if kind.is_dir() {
                self.subdirectory(&child.path(), &path, depth)?;
            } else if kind.is_file() || kind.is_symlink() {
                self.file(&child.path(), &path)?;
            }
        }
        Ok(())
    }

    fn subdirectory(&mut self, place: &Path, path: &[u8], depth: usize) -> Result<(), GitError> {
        if let Some(submodule) = self.find(path).filter(|one| one.mode == FileMode::Submodule) {
            self.entries.push(Entry::new(path, FileMode::Submodule, Some(submodule.id)));
            return Ok(());
        }
        let prefix = [path, b"/"].concat();
        if !self.has_tracked_below(&prefix) {
            let is_repository = std::fs::symlink_metadata(place.join(".git")).is_ok();
            if is_repository || self.is_ignored(path, Mode::DIR)? {
                return Ok(());
            }
        }
        self.directory(place, &prefix, depth + 1)
    }

    fn file(&mut self, place: &Path, path: &[u8]) -> Result<(), GitError> {
        let tracked = self.find(path);
        if tracked.is_none() && self.is_ignored(path, Mode::FILE)? {
            return Ok(());
        }
        let metadata = std::fs::symlink_metadata(place).map_err(|error| io_error(place, &error))?;
        let mode = self.mode(&metadata, tracked);
        let id = match tracked {
            Some(tracked) if tracked.mode.same_type(mode) && self.is_untouched(place, tracked) => {
                Some(tracked.id)
            }
            _ => self.content_id(place, path, mode, tracked)?,
        };
        self.entries.push(Entry::new(path, mode, id));
        Ok(())
    }

    /// As the file system says, or as the index says where the file system can't tell.
    fn mode(&self, metadata: &std::fs::Metadata, tracked: Option<&Tracked>) -> FileMode {
        let remembered = tracked.map(|tracked| tracked.mode);
        if metadata.is_symlink() || !self.has_links && remembered == Some(FileMode::Symlink) {
            return FileMode::Symlink;
        }
        match remembered {
            _ if self.has_executables => disk::mode(metadata),
            Some(FileMode::Executable) => FileMode::Executable,
            _ => FileMode::Regular,
        }
    }

    fn is_untouched(&self, place: &Path, tracked: &Tracked) -> bool {
        let metadata = gix::index::fs::Metadata::from_path_no_follow(place).ok();
        let stat = metadata.and_then(|metadata| Stat::from_fs(&metadata).ok());
        // A file changed at the moment at which the index was written may have kept its stat data.
        let is_racy = tracked.stat.is_racy(self.index.timestamp(), PRECISE);
        stat.is_some_and(|stat| tracked.stat.matches(&stat, PRECISE) && !is_racy)
    }

    /// What the content would be called as an object. A text whose line ends were converted on checkout counts as
    /// the one that was checked out.
    fn content_id(
        &self,
        place: &Path,
        path: &[u8],
        mode: FileMode,
        tracked: Option<&Tracked>,
    ) -> Result<Option<ObjectId>, GitError> {
        let Ok(bytes) = file::read(place, mode, MAX_HASHED)? else { return Ok(None) };
        let id = self.hashed(path, &bytes)?;
        let Some(tracked) = tracked.filter(|tracked| tracked.id != id && bytes.contains_str("\r\n")) else {
            return Ok(Some(id));
        };
        let converted = self.hashed(path, &bytes.replace("\r\n", "\n"))?;
        Ok(Some(if converted == tracked.id { converted } else { id }))
    }

    fn hashed(&self, path: &[u8], bytes: &[u8]) -> Result<ObjectId, GitError> {
        gix::objs::compute_hash(self.hash, gix::objs::Kind::Blob, bytes).map_err(|error| {
            let reason = error.probable_cause().to_string();
            GitError::PathUnreadable { path: disk::os_path(path), reason }
        })
    }

    fn is_ignored(&mut self, path: &[u8], mode: Mode) -> Result<bool, GitError> {
        let found = self.excludes.at_entry(path.as_bstr(), Some(mode)).map(|platform| platform.is_excluded());
        found.map_err(|error| {
            let reason = format!("its ignore rules cannot be read: {}", error.probable_cause());
            GitError::PathUnreadable { path: disk::os_path(path), reason }
        })
    }

    fn find(&self, path: &[u8]) -> Option<&'a Tracked> {
        let at = self.tracked.binary_search_by(|one| one.path.as_bytes().cmp(path)).ok()?;
        self.tracked.get(at)
    }

    /// `prefix` ends in a slash.
    fn has_tracked_below(&self, prefix: &[u8]) -> bool {
        let at = self.tracked.partition_point(|one| one.path.as_bytes() < prefix);
        self.tracked.get(at).is_some_and(|one| one.path.as_bytes().starts_with(prefix))
    }
}
