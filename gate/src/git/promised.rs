//! Files of a partial clone, fetched in one go before anything reads them: one by one, each would cost a connection.

use gix::objs::FindHeader;

use super::change::Change;
use super::entry::Entry;
use super::error::{CloneKind, GitError};
use super::fetch::Fetcher;
use crate::model::RepoPath;

/// Ids of files that are not here, each once.
struct Missing {
    /// Of the change itself: without them there is nothing to judge.
    changed: Vec<String>,
    /// Of the rest of the tree.
    others: Vec<String>,
}

impl Fetcher {
    /// Fetches the files that `change` needs; true if there were any.
    pub(super) fn complete(
        &mut self,
        change: &Change,
        is_read: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<bool, GitError> {
        if self.is_complete || self.repo.promisor().is_none() {
            return Ok(false);
        }
        self.is_complete = true;
        let missing = self.missing(change, is_read)?;
        let all = [missing.changed.as_slice(), &missing.others].concat();
        if all.is_empty() {
            return Ok(false);
        }
        let remote = self.repo.promisor().unwrap_or_default();
        match (self.promised(&all), missing.changed.first()) {
            (Ok(()), _) => self.fetched.push(format!("fetched {} from {remote}", files(all.len()))),
            (Err(reason), None) => {
                self.fetched
                    .push(format!("{} left out by the clone cannot be had: {reason}", files(all.len())));
                return Ok(false);
            }
            (done, Some(id)) => {
                let error = GitError::MissingObject { id: id.clone(), clone: CloneKind::Partial };
                self.settle(done, error)?;
            }
        }
        Ok(true)
    }

    fn missing(&self, change: &Change, is_read: &dyn Fn(&RepoPath) -> bool) -> Result<Missing, GitError> {
        let here = self.repo.objects.view_as_it_is();
        let mut seen = std::collections::HashSet::new();
        let mut absent = |entry: &Entry| {
            let id = entry.id.filter(|_| entry.mode.is_file() && is_read(&entry.path))?.0;
            let is_absent = seen.insert(id) && !matches!(here.try_header(&id), Ok(Some(_)));
            is_absent.then(|| id.to_string())
        };
        let sides = change.files.iter().flat_map(|file| [&file.base, &file.head]).flatten();
        let changed = sides.filter_map(&mut absent).collect();
        let others = change.head.entries()?.iter().filter_map(&mut absent).collect();
        Ok(Missing { changed, others })
    }
}

fn files(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{number} files") }
}
