//! What a change needs and the clone lacks is fetched from the clone's own remote: single commits by their ids, a branch
//! by its name, more of the history where the merge base lies behind the cut of a shallow clone, and the files that a
//! partial clone has left out. Ids and checked names are all that `git` is given.

use std::collections::HashSet;
use std::time::Duration;

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::change::{Change, Selection};
use super::command::{CommandError, GitCommand};
use super::error::GitError;
use super::repo::Repo;
use crate::model::RepoPath;

/// How far back each step goes, in commits; the last one takes the whole history.
const STEPS: [Option<u32>; 3] = [Some(50), Some(200), None];
/// Calls of `git` for one change: far more than any real one takes.
const MAX_CALLS: usize = 40;
/// Nothing but objects: no tags, no references, no submodules.
const QUIETLY: [&str; 5] =
    ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];

/// How long fetching may take, all calls together.
#[derive(Debug, Clone, Copy)]
pub struct Fetching {
    /// After that, the call that is under way is ended.
    pub budget: Duration,
    /// Called before something is fetched.
    pub begins: fn(),
}

impl Default for Fetching {
    fn default() -> Self {
        Self { budget: Duration::from_secs(60), begins: || () }
    }
}

/// A change, with all that it needs.
#[derive(Debug)]
pub struct Obtained {
    /// The change.
    pub change: Change,
    /// What had to be fetched for it, one phrase each.
    pub fetched: Vec<String>,
}

impl Repo {
    /// The change that `selection` names. With `fetching`, commits that it needs are fetched where they are missing, and
    /// of a partial clone the changed files and all others for which `is_read` holds. The index, the work tree and
    /// files are never a reason to fetch.
    ///
    /// # Errors
    /// As [`Repo::change`]; what could not be fetched, and why.
    pub fn obtain(
        self,
        selection: &Selection,
        fetching: Option<&Fetching>,
        is_read: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<Obtained, GitError> {
        let fetching = fetching.filter(|_| selection.is_of_commits());
        let remote = fetching.and_then(|fetching| Some((self.fetch_remote()?, fetching)));
        let Some((remote, &Fetching { budget, begins })) = remote else {
            let change = self.with_left_out(self.change(selection)?, is_read)?;
            return Ok(Obtained { change, fetched: Vec::new() });
        };
        let git = self.command(&remote, budget);
        let mut repo = self;
        repo.is_thorough = true;
        let fetcher = Fetcher {
            repo,
            git,
            begins,
            tried: HashSet::new(),
            steps: 0,
            calls: 0,
            accepted: None,
            is_complete: false,
            fetched: Vec::new(),
        };
        fetcher.obtain(selection, is_read)
    }

    /// `main` of `main`, `origin/main`, `refs/heads/main` and `refs/remotes/origin/main`.
    pub(super) fn remote_branch<'a>(&self, revision: &'a str) -> &'a str {
        let revision = revision.strip_prefix("refs/heads/").unwrap_or(revision);
        let revision = revision.strip_prefix("refs/remotes/").unwrap_or(revision);
        let remote = self.fetch_remote().unwrap_or_default();
        revision.strip_prefix(&remote).and_then(|rest| rest.strip_prefix('/')).unwrap_or(revision)
    }
}

/// One attempt to get a change.
pub(super) struct Fetcher {
    pub(super) repo: Repo,
    pub(super) git: GitCommand,
    begins: fn(),
    /// Ids and names that were asked for: each once.
    tried: HashSet<String>,
    /// Steps back that were made.
    steps: usize,
    calls: usize,
    /// Why history could not be followed further: the merge base that is known is then as good as any.
    accepted: Option<GitError>,
    /// The files were asked for.
    pub(super) is_complete: bool,
    pub(super) fetched: Vec<String>,
}

impl Fetcher {
    fn obtain(
        mut self,
        selection: &Selection,
        is_read: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<Obtained, GitError> {
        loop {
            let done = match self.repo.change(selection) {
                Ok(change) if !self.complete(&change, is_read)? => Some(change),
                Ok(_) => None,
                Err(error) => {
                    self.supply(error)?;
                    None
                }
            };
            if let Some(change) = done {
                let change = self.repo.with_left_out(change, is_read)?;
                return Ok(Obtained { change, fetched: self.fetched });
            }
            self.repo = self.repo.reopened()?;
        }
    }

    /// Fetches what `error` says is missing; gives it back if it can't be had.
    fn supply(&mut self, error: GitError) -> Result<(), GitError> {
        match &error {
            GitError::MissingCommit { id, role, .. } => {
                let what = format!("commit {id} ({role})");
                self.commit(&id.clone(), &what, error)
            }
            GitError::CutHistory { commits, .. } => {
                let wanted = commits.clone();
                self.deepen(&wanted, error)
            }
            GitError::UnknownRevision { revision, .. } => {
                let revision = revision.clone();
                self.unknown(&revision, error)
            }
            GitError::MissingObject { id, .. } if self.repo.promisor().is_some() => {
                let id = id.clone();
                self.object(&id, error)
            }
            _ => Err(error),
        }
    }

    fn commit(&mut self, id: &str, what: &str, error: GitError) -> Result<(), GitError> {
        if !self.is_new(id) {
            return Err(error);
        }
        // In a whole clone, a fetch to a depth would cut the history.
        let depth: &[&str] = if self.repo.is_cut() { &["--depth=1"] } else { &[] };
        let done = self.fetch(depth, &[id]);
        self.settle(done, error)?;
        self.fetched.push(format!("fetched {what} from {}", self.git.remote()));
        Ok(())
    }

    /// A few commits more, then many, then all.
    fn deepen(&mut self, wanted: &[String], error: GitError) -> Result<(), GitError> {
        if let Some(reason) = self.accepted.take() {
            return Err(reason);
        }
        let Some(step) = STEPS.get(self.steps) else { return Err(error) };
        self.steps += 1;
        let (depth, what) = match step {
            Some(number) => (format!("--deepen={number}"), format!("{number} commits of the past")),
            None => ("--unshallow".to_owned(), "the whole history".to_owned()),
        };
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let mut done = self.fetch(&[&depth], &wanted);
        if let Err(CommandError::Refused { .. }) = done {
            // A merge that was made here is unknown there; its parents are not.
            let parents = self.parents(&wanted);
            let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
            done = self.fetch(&[&depth], &parents);
        }
        match self.settle(done, error) {
            Ok(()) => self.fetched.push(format!("fetched {what} from {}", self.git.remote())),
            Err(reason) if self.repo.is_thorough => {
                self.repo.is_thorough = false;
                self.fetched.push(format!("the merge base may be too old: {reason}"));
                self.accepted = Some(reason);
            }
            Err(reason) => return Err(reason),
        }
        Ok(())
    }

    fn parents(&self, wanted: &[&str]) -> Vec<String> {
        let ids = wanted.iter().filter_map(|id| ObjectId::from_hex(id.as_bytes()).ok());
        let commits = ids.filter_map(|id| self.repo.commit(id, "a commit").ok());
        let known = commits.flat_map(|commit| match commit.parents.as_slice() {
            [_, _, ..] => commit.parents,
            _ => vec![commit.id],
        });
        known.map(|id| id.to_string()).collect()
    }

    /// A branch that only the remote has, or a place in the past that is behind the cut.
    fn unknown(&mut self, revision: &str, error: GitError) -> Result<(), GitError> {
        if self.repo.is_cut() && revision.contains(['~', '^']) {
            let head = self.repo.resolve_head(None)?.commit.id;
            return self.deepen(&[head.to_string()], error);
        }
        let full = format!("refs/heads/{}", self.repo.remote_branch(revision));
        let is_name = gix::validate::reference::name(full.as_bytes().as_bstr()).is_ok();
        // A whole clone has all branches: there, an unknown name is a slip, not worth a connection.
        let is_whole = !self.repo.is_cut() && self.repo.promisor().is_none();
        if is_whole || !is_name || !self.is_new(&full) {
            return Err(error);
        }
        let remote = self.git.remote().to_owned();
        (self.begins)();
        let listed = self.git.run(&["ls-remote", "--quiet", &remote, &full], Vec::new());
        let listed = self.told(listed, &error)?;
        let Some(id) = listed_id(&listed.stdout, &full) else { return Err(error) };
        self.fetched.push(format!("{full} is {id} at {remote}"));
        self.repo.at_remote.insert(revision.to_owned(), id);
        Ok(())
    }

    /// An object by its id, without the files below it.
    fn object(&mut self, id: &str, error: GitError) -> Result<(), GitError> {
        if !self.is_new(id) {
            return Err(error);
        }
        let done = self.promised(&[id.to_owned()]);
        self.settle(done, error)?;
        self.fetched.push(format!("fetched object {id} from {}", self.git.remote()));
        Ok(())
    }

    /// True the first time that `what` is asked for, as long as there were not too many calls.
    fn is_new(&mut self, what: &str) -> bool {
        self.calls += 1;
        self.calls <= MAX_CALLS && self.tried.insert(what.to_owned())
    }

    /// `ids` are whole ids in hexadecimal.
    fn fetch(&self, options: &[&str], ids: &[&str]) -> Result<(), CommandError> {
        if let Some(word) = ids.iter().find(|id| ObjectId::from_hex(id.as_bytes()).is_err()) {
            return Err(CommandError::Unsafe { word: (*word).to_owned() });
        }
        (self.begins)();
        let remote = [self.git.remote()];
        let arguments = [&QUIETLY, options, &remote, ids].concat();
        self.git.run(&arguments, Vec::new()).map(|_| ())
    }

    /// Objects that the promisor of a partial clone has, as `git` itself asks for them.
    pub(super) fn promised(&self, ids: &[String]) -> Result<(), CommandError> {
        (self.begins)();
        let remote = self.repo.promisor().unwrap_or_else(|| self.git.remote().to_owned());
        let git = self.repo.command(&remote, self.git.remaining());
        let negotiation = ["-c", "fetch.negotiationAlgorithm=noop"];
        let options = ["--filter=blob:none", "--stdin", remote.as_str()];
        let arguments = [&negotiation[..], &QUIETLY, &options].concat();
        git.run(&arguments, (ids.join("\n") + "\n").into_bytes()).map(|_| ())
    }

    /// A failed call, told together with what was missing.
    pub(super) fn settle(&self, done: Result<(), CommandError>, missing: GitError) -> Result<(), GitError> {
        self.told(done, &missing)
    }

    fn told<T>(&self, done: Result<T, CommandError>, missing: &GitError) -> Result<T, GitError> {
        done.map_err(|reason| GitError::NotFetched {
            missing: Box::new(missing.clone()),
            attempt: format!("fetching from {} failed", self.git.remote()),
            reason: reason.to_string(),
        })
    }
}

/// The id of `name` in what `git ls-remote` wrote.
fn listed_id(stdout: &[u8], name: &str) -> Option<ObjectId> {
    let text = std::str::from_utf8(stdout).ok()?;
    let id = text.lines().find_map(|line| line.split_once('\t').filter(|(_, found)| *found == name))?.0;
    ObjectId::from_hex(id.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_name_counts() {
        let id = "1111111111111111111111111111111111111111";
        let listed = format!("{}\trefs/heads/x/refs/heads/main\n{id}\trefs/heads/main\n", "2".repeat(40));
        assert_eq!(
            listed_id(listed.as_bytes(), "refs/heads/main").map(|id| id.to_string()),
            Some(id.to_owned())
        );
        assert_eq!(listed_id(b"--upload-pack=x\trefs/heads/main\n", "refs/heads/main"), None);
    }
}
