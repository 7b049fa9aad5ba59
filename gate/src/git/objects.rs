//! The object database, for any number of threads: each borrows a handle of its own for as long as a read takes.

use std::sync::{Arc, Mutex, PoisonError};

use gix::ObjectId;
use gix::objs::{Find, FindHeader, Kind};

use super::error::{CloneKind, GitError};
use super::handles::Handles;

/// What a handle's cache of delta bases may hold, in bytes; each thread has one.
const PACK_CACHE: usize = 8 * 1024 * 1024;
/// Commits and trees larger than this are not read.
const MAX_STRUCTURE: u64 = 64 * 1024 * 1024;

/// All objects of one repository, also those of its alternates and of a push that is being received.
pub(super) struct Objects {
    stores: Vec<Arc<gix::odb::Store>>,
    hash: gix::hash::Kind,
    clone: CloneKind,
    idle: Mutex<Vec<Handles>>,
}

impl Objects {
    /// `stores` are looked through in this order.
    pub(super) fn new(stores: Vec<Arc<gix::odb::Store>>, hash: gix::hash::Kind, clone: CloneKind) -> Self {
        Self { stores, hash, clone, idle: Mutex::default() }
    }

    pub(super) fn hash_kind(&self) -> gix::hash::Kind {
        self.hash
    }

    /// The bytes of a blob, or its size if it has more than `max`.
    pub(super) fn blob(&self, id: ObjectId, max: u64) -> Result<Result<Vec<u8>, u64>, GitError> {
        self.with_handle(|handle| {
            let size = self.header(handle, id)?.size;
            if size > max {
                return Ok(Err(size));
            }
            self.read(handle, id, Kind::Blob).map(Ok)
        })
    }

    /// The raw bytes of a tree.
    pub(super) fn tree(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        if id == ObjectId::empty_tree(id.kind()) {
            return Ok(Vec::new());
        }
        self.structure(id, Kind::Tree)
    }

    /// The raw bytes of a commit; nothing is made of grafts or replacements.
    pub(super) fn commit(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        self.structure(id, Kind::Commit)
    }

    /// A view of its own, for a walk through the history.
    pub(super) fn view(&self) -> Handles {
        Handles::new(&self.stores, PACK_CACHE, true)
    }

    /// A view that does not look for new packs when an object is missing.
    pub(super) fn view_as_it_is(&self) -> Handles {
        Handles::new(&self.stores, PACK_CACHE, false)
    }

    fn structure(&self, id: ObjectId, kind: Kind) -> Result<Vec<u8>, GitError> {
        self.with_handle(|handle| {
            let size = self.header(handle, id)?.size;
            if size > MAX_STRUCTURE {
                let limit = format!("it has {size} bytes, the limit is {MAX_STRUCTURE}");
                return Err(GitError::ExcessiveTree { id: id.to_string(), limit });
            }
            self.read(handle, id, kind)
        })
    }

    fn header(&self, handle: &Handles, id: ObjectId) -> Result<gix::objs::Header, GitError> {
        FindHeader::try_header(handle, &id)
            .map_err(|error| corrupt(id, &error))?
            .ok_or_else(|| self.missing(id))
    }

    fn read(&self, handle: &Handles, id: ObjectId, kind: Kind) -> Result<Vec<u8>, GitError> {
        let mut buffer = Vec::new();
        let found = handle
            .try_find(&id, &mut buffer)
            .map_err(|error| corrupt(id, &error))?
            .ok_or_else(|| self.missing(id))?;
        if found.kind != kind {
            let reason = format!("it is a {} where a {kind} was expected", found.kind);
            return Err(GitError::CorruptObject { id: id.to_string(), reason });
        }
        Ok(buffer)
    }

    /// Handles keep loaded indices and a cache, so they are used again; a panic in `work` loses only its handle.
    fn with_handle<T>(&self, work: impl FnOnce(&Handles) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| self.view());
        let result = work(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    fn missing(&self, id: ObjectId) -> GitError {
        GitError::MissingObject { id: id.to_string(), clone: self.clone }
    }
}

pub(super) fn corrupt(id: ObjectId, error: &gix::Error) -> GitError {
    GitError::CorruptObject { id: id.to_string(), reason: error.probable_cause().to_string() }
}
