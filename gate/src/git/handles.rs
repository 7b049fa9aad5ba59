//! Reading objects that may lie in any of several databases: that of the repository and, while a server receives a push,
//! the place where its objects wait for the verdict.

use std::sync::Arc;

use gix::hash::oid;
use gix::objs::{Data, Find, FindHeader, Header};

/// One handle for each database, for one thread.
pub(super) struct Handles(Vec<gix::odb::Handle>);

impl Handles {
    /// Handles of `stores`, to be asked in this order, each with a cache of `cache` bytes for delta bases. What one of
    /// them lacks is in the next one, so that only the last looks for new packs, and only if it `refreshes`.
    pub(super) fn new(stores: &[Arc<gix::odb::Store>], cache: usize, refreshes: bool) -> Self {
        let last = stores.len().saturating_sub(1);
        let handles =
            stores.iter().enumerate().map(|(at, store)| handle(store, cache, refreshes && at == last));
        Self(handles.collect())
    }
}

fn handle(store: &Arc<gix::odb::Store>, cache: usize, refreshes: bool) -> gix::odb::Handle {
    let mut handle = gix::odb::Cache::from(store.to_handle());
    // What a pull request merges is the object itself, whatever a local refs/replace says.
    handle.ignore_replacements = true;
    if !refreshes {
        handle.refresh_never();
    }
    handle.with_pack_cache(move || Box::new(gix::odb::pack::cache::lru::StaticLinkedList::<64>::new(cache)))
}

impl Find for Handles {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        let (last, others) = match self.0.split_last() {
            Some(split) => split,
            None => return Ok(None),
        };
        for handle in others {
            if FindHeader::try_header(handle, id)?.is_some() {
                return handle.try_find(id, buffer);
            }
        }
        last.try_find(id, buffer)
    }
}

impl FindHeader for Handles {
    fn try_header(&self, id: &oid) -> gix::Result<Option<Header>> {
        for handle in &self.0 {
            if let Some(found) = FindHeader::try_header(handle, id)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
