//! Files of a partial clone, fetched in one go before anything reads them: one by one, each would cost a connection.

use gix::objs::FindHeader;

use super::change::Change;
use super::entry::Entry;
use super::error::{CloneKind, GitError};
use super::fetch::Fetcher;
use super::repo::Repo;
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
        let ids =
            |files: Vec<&Entry>| files.into_iter().filter_map(|entry| Some(entry.id?.to_string())).collect();
        let (changed, others) = self.repo.absent(change, is_read)?;
        Ok(Missing { changed: ids(changed), others: ids(others) })
    }
}

impl Repo {
    /// `change` with the files that a partial clone has left out, and that nobody can read therefore.
    pub(super) fn with_left_out(
        &self,
        mut change: Change,
        is_read: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<Change, GitError> {
        if self.promisor().is_some() {
            let (changed, others) = self.absent(&change, is_read)?;
            let mut left_out: Vec<_> =
                [changed, others].concat().iter().map(|entry| entry.path.clone()).collect();
            left_out.sort();
            change.left_out = left_out;
        }
        Ok(change)
    }

    /// Files of the change, and of the rest of the tree, that are to be read and are not here; of equal ones the first.
    fn absent<'a>(
        &self,
        change: &'a Change,
        is_read: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<(Vec<&'a Entry>, Vec<&'a Entry>), GitError> {
        let here = self.objects.view_as_it_is();
        let mut seen = std::collections::HashSet::new();
        let mut is_absent = |entry: &&Entry| {
            let id = entry.id.filter(|_| entry.mode.is_file() && is_read(&entry.path));
            id.is_some_and(|id| seen.insert(id) && !matches!(here.try_header(&id.0), Ok(Some(_))))
        };
        let sides = change.files.iter().flat_map(|file| [&file.base, &file.head]).flatten();
        let changed = sides.filter(&mut is_absent).collect();
        let others = change.head.entries()?.iter().filter(&mut is_absent).collect();
        Ok((changed, others))
    }
}

fn files(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{number} files") }
}
