//! Trees of commits: one path, the whole list, or what differs between two. Equal subtrees are skipped without
//! being read. A tree that no one could check out (too deep, too many files) is refused, not unfolded.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use gix::ObjectId;
use gix::objs::TreeRefIter;
use gix::objs::tree::{EntryRef, name_order};

use super::compare::Pair;
use super::entry::{Entry, FileMode};
use super::error::GitError;
use super::objects::Objects;

const MAX_DEPTH: usize = 128;
/// Files and directories.
const MAX_ENTRIES: usize = 1_000_000;
/// Trees that one walk keeps in memory because they often come again (copies of an environment), in bytes.
const MAX_KEPT: usize = 16 * 1024 * 1024;
/// Longest path that Linux can open.
const MAX_PATH: usize = 4096;

/// Every file of `tree` (`None`: the empty tree), sorted by path.
pub(super) fn list(objects: &Objects, tree: Option<ObjectId>) -> Result<Vec<Entry>, GitError> {
    let mut walk = Walk::new(objects);
    let mut entries = Vec::new();
    if let Some(tree) = tree {
        walk.files(tree, &mut |entry| entries.push(entry))?;
    }
    // Git writes trees in this order; a tree made by other means may lie.
    if !entries.is_sorted_by(|a, b| a.path < b.path) {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|b, a| a.path == b.path);
    }
    Ok(entries)
}

/// The file or submodule at `path`; reads only the trees on the way.
pub(super) fn find(
    objects: &Objects,
    tree: Option<ObjectId>,
    path: &[u8],
) -> Result<Option<Entry>, GitError> {
    let Some(mut at) = tree else { return Ok(None) };
    let mut segments = path.split(|&byte| byte == b'/').peekable();
    while let Some(segment) = segments.next() {
        let bytes = objects.tree(at)?;
        let Some(found) = decode(at, &bytes)?.into_iter().find(|entry| entry.filename == segment) else {
            return Ok(None);
        };
        match FileMode::from_kind(found.mode.kind()) {
            None => at = found.oid.to_owned(),
            Some(mode) if segments.peek().is_none() => {
                return Ok(Some(Entry::new(path, mode, Some(found.oid.to_owned()))));
            }
            Some(_) => return Ok(None),
        }
    }
    Ok(None)
}

/// What differs between two trees, in no particular order; renames are deletion and addition.
pub(super) fn diff(
    objects: &Objects,
    base: Option<ObjectId>,
    head: Option<ObjectId>,
) -> Result<Vec<Pair>, GitError> {
    let mut pairs = Vec::new();
    Walk::new(objects).differences(base, head, &mut pairs)?;
    Ok(pairs)
}

fn decode(id: ObjectId, bytes: &[u8]) -> Result<Vec<EntryRef<'_>>, GitError> {
    TreeRefIter::from_bytes(bytes, id.kind())
        .collect::<Result<_, _>>()
        .map_err(|error| super::objects::corrupt(id, &error))
}

/// One walk: where it is and how much it has seen.
struct Walk<'a> {
    objects: &'a Objects,
    prefix: Vec<u8>,
    depth: usize,
    seen: usize,
    kept: HashMap<ObjectId, Rc<[u8]>>,
    kept_bytes: usize,
}

impl<'a> Walk<'a> {
    fn new(objects: &'a Objects) -> Self {
        Self { objects, prefix: Vec::new(), depth: 0, seen: 0, kept: HashMap::new(), kept_bytes: 0 }
    }

    fn files(&mut self, tree: ObjectId, emit: &mut dyn FnMut(Entry)) -> Result<(), GitError> {
        let bytes = self.bytes(tree)?;
        for entry in decode(tree, &bytes)? {
            self.one_side(&entry, emit)?;
        }
        Ok(())
    }

    fn one_side(&mut self, entry: &EntryRef<'_>, emit: &mut dyn FnMut(Entry)) -> Result<(), GitError> {
        match FileMode::from_kind(entry.mode.kind()) {
            None => self.inside(entry, |walk| walk.files(entry.oid.to_owned(), emit)),
            Some(mode) => {
                emit(self.entry(entry, mode)?);
                Ok(())
            }
        }
    }

    fn differences(
        &mut self,
        base: Option<ObjectId>,
        head: Option<ObjectId>,
        out: &mut Vec<Pair>,
    ) -> Result<(), GitError> {
        if base == head {
            return Ok(());
        }
        let base = base.map(|id| Ok((id, self.bytes(id)?))).transpose()?;
        let head = head.map(|id| Ok((id, self.bytes(id)?))).transpose()?;
        let base = base.as_ref().map_or(Ok(Vec::new()), |(id, bytes)| decode(*id, bytes))?;
        let head = head.as_ref().map_or(Ok(Vec::new()), |(id, bytes)| decode(*id, bytes))?;
        let (mut b, mut h) = (base.iter().peekable(), head.iter().peekable());
        loop {
            let order = match (b.peek(), h.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(b), Some(h)) => name_order(b.filename, b.mode.is_tree(), h.filename, h.mode.is_tree()),
            };
            let gone = b.next_if(|_| order.is_le());
            let come = h.next_if(|_| order.is_ge());
            self.difference(gone, come, out)?;
        }
    }

    /// Two entries of the same name and shape, or one that has no counterpart.
    fn difference(
        &mut self,
        base: Option<&EntryRef<'_>>,
        head: Option<&EntryRef<'_>>,
        out: &mut Vec<Pair>,
    ) -> Result<(), GitError> {
        match (base, head) {
            (Some(b), Some(h)) if b.oid == h.oid && b.mode == h.mode => Ok(()),
            (Some(b), Some(h)) if b.mode.is_tree() => {
                self.inside(b, |walk| walk.differences(Some(b.oid.into()), Some(h.oid.into()), out))
            }
            (Some(b), Some(h)) => {
                let side = |entry: &EntryRef<'_>| {
                    FileMode::from_kind(entry.mode.kind()).map(|m| (entry.oid.to_owned(), m))
                };
                let path = self.path(b)?;
                let entry = |(id, mode)| Entry::new(&path, mode, Some(id));
                out.push(Pair { base: side(b).map(entry), head: side(h).map(entry) });
                Ok(())
            }
            (Some(b), None) => {
                self.one_side(b, &mut |entry| out.push(Pair { base: Some(entry), head: None }))
            }
            (None, Some(h)) => {
                self.one_side(h, &mut |entry| out.push(Pair { base: None, head: Some(entry) }))
            }
            (None, None) => Ok(()),
        }
    }

    fn bytes(&mut self, tree: ObjectId) -> Result<Rc<[u8]>, GitError> {
        if let Some(kept) = self.kept.get(&tree) {
            return Ok(kept.clone());
        }
        let bytes: Rc<[u8]> = self.objects.tree(tree)?.into();
        if self.kept_bytes + bytes.len() <= MAX_KEPT {
            self.kept_bytes += bytes.len();
            self.kept.insert(tree, bytes.clone());
        }
        Ok(bytes)
    }

    fn inside(
        &mut self,
        entry: &EntryRef<'_>,
        work: impl FnOnce(&mut Self) -> Result<(), GitError>,
    ) -> Result<(), GitError> {
        if self.depth == MAX_DEPTH {
            return Err(excessive(entry, format!("it is more than {MAX_DEPTH} directories deep")));
        }
        self.count(entry)?;
        let before = self.prefix.len();
        self.prefix.extend_from_slice(entry.filename);
        self.prefix.push(b'/');
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        self.prefix.truncate(before);
        result
    }

    fn entry(&mut self, entry: &EntryRef<'_>, mode: FileMode) -> Result<Entry, GitError> {
        Ok(Entry::new(&self.path(entry)?, mode, Some(entry.oid.to_owned())))
    }

    fn count(&mut self, entry: &EntryRef<'_>) -> Result<(), GitError> {
        self.seen += 1;
        if self.seen > MAX_ENTRIES {
            return Err(excessive(entry, format!("there are more than {MAX_ENTRIES} files and directories")));
        }
        Ok(())
    }

    /// The full path of `entry`; counts it.
    fn path(&mut self, entry: &EntryRef<'_>) -> Result<Vec<u8>, GitError> {
        self.count(entry)?;
        if self.prefix.len() + entry.filename.len() > MAX_PATH {
            return Err(excessive(entry, format!("a path in it has more than {MAX_PATH} bytes")));
        }
        Ok([&self.prefix[..], entry.filename].concat())
    }
}

fn excessive(entry: &EntryRef<'_>, limit: String) -> GitError {
    GitError::ExcessiveTree { id: entry.oid.to_string(), limit }
}
