//! Whether a merge base that was found in a shallow clone is the nearest one: where history is cut, a nearer one may lie
//! behind the cut, and the change would seem to hold what the other branch did.

use std::collections::HashSet;

use gix::ObjectId;

use super::error::GitError;
use super::repo::Repo;

/// Commits that are looked at; a clone with more of them is hardly shallow, and not worth the time.
const MAX_COMMITS: usize = 50_000;

impl Repo {
    /// True if no way from `tips` to the past meets the cut before it meets `base` or what is before it.
    pub(super) fn is_nearest(&self, base: ObjectId, tips: [ObjectId; 2]) -> Result<bool, GitError> {
        let local = self.gix.to_thread_local();
        let Some(cut) = local.shallow_commits().map_err(|error| self.damaged(&error))? else {
            return Ok(true);
        };
        let cut: HashSet<ObjectId> = cut.iter().copied().collect();
        let mut past = HashSet::new();
        self.walk([base], &cut, &mut past)?;
        let mut between = past.clone();
        self.walk(tips, &cut, &mut between)?;
        Ok(!between.difference(&past).any(|commit| cut.contains(commit)))
    }

    /// Adds the commits from `tips` to the cut to `seen`, without going on from those that are in it.
    fn walk(
        &self,
        tips: impl IntoIterator<Item = ObjectId>,
        cut: &HashSet<ObjectId>,
        seen: &mut HashSet<ObjectId>,
    ) -> Result<(), GitError> {
        let mut open: Vec<ObjectId> = tips.into_iter().collect();
        while let Some(id) = open.pop() {
            if seen.len() >= MAX_COMMITS {
                return Ok(());
            }
            if seen.insert(id) && !cut.contains(&id) {
                open.extend(self.commit(id, "a commit between the two")?.parents);
            }
        }
        Ok(())
    }
}
