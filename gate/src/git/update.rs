//! What a push does to a reference, as a hook of the server is told, and the change that it makes to the tree. Names and
//! ids come from whoever pushes: ids are read as such or refused, names are never more than names.

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::change::{Change, compared};
use super::error::GitError;
use super::repo::Repo;
use super::revision::Commit;
use super::snapshot::Snapshot;
use super::tree;

const BRANCHES: &[u8] = b"refs/heads/";
/// Longest name of a reference that is read, in bytes.
const MAX_NAME: usize = 4096;

/// A reference that is to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    name: Vec<u8>,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

/// The change that an update makes, and whose configuration judges it.
#[derive(Debug)]
pub struct PushedChange {
    /// The tree before against the tree after.
    pub change: Change,
    /// The tree whose configuration holds, and its commit: that before the push, or the default branch's for a branch
    /// that is new. None where there is neither: the first push to a repository.
    pub rules: Option<(Snapshot, String)>,
}

impl RefUpdate {
    /// Reads `<old> <new> <ref>`, a line of a pre-receive hook without its end.
    ///
    /// # Errors
    /// Anything else.
    pub fn read(line: &[u8]) -> Result<Self, GitError> {
        let mut parts = line.splitn(3, |&byte| byte == b' ');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(old), Some(new), Some(name)) => Self::new(name, old, new),
            _ => Err(bad("it has less than three parts")),
        }
    }

    /// The update of `name` from `old` to `new`, both hexadecimal and of zeros for nothing.
    ///
    /// # Errors
    /// An id that is none; a name that can be none.
    pub fn new(name: &[u8], old: &[u8], new: &[u8]) -> Result<Self, GitError> {
        if name.len() > MAX_NAME
            || !name.starts_with(b"refs/")
            || gix::validate::reference::name(name.as_bstr()).is_err()
        {
            return Err(bad("the name is none of a reference"));
        }
        let id =
            |hex: &[u8]| ObjectId::from_hex(hex).map_err(|_| bad("an id is not hexadecimal or not whole"));
        let (old, new) = (id(old)?, id(new)?);
        let unless_null = |id: ObjectId| (!id.is_null()).then_some(id);
        Ok(Self { name: name.to_owned(), old: unless_null(old), new: unless_null(new) })
    }

    /// `refs/heads/main`; bytes that are no UTF-8 replaced.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// `main` of `refs/heads/main`; none for anything but a branch.
    pub fn branch(&self) -> Option<String> {
        self.name.strip_prefix(BRANCHES).map(|name| String::from_utf8_lossy(name).into_owned())
    }

    /// True if the reference goes away.
    pub fn is_deletion(&self) -> bool {
        self.new.is_none()
    }

    /// `1234567..89abcde`, with `new` and `deleted` for nothing.
    pub fn range(&self) -> String {
        let short = |id: &Option<ObjectId>, none: &str| {
            id.map_or_else(|| none.to_owned(), |id| id.to_hex_with_len(10).to_string())
        };
        format!("{}..{}", short(&self.old, "new"), short(&self.new, "deleted"))
    }
}

impl Repo {
    /// What `update` does: from the commit before to the one after; for a new branch from where it left the default
    /// branch, or from nothing. None for a deletion.
    ///
    /// # Errors
    /// A commit that is not there or is none; damaged objects.
    pub fn update(&self, update: &RefUpdate) -> Result<Option<PushedChange>, GitError> {
        let Some(new) = update.new else { return Ok(None) };
        let head = self.commit(new, "the new state of the reference")?;
        let (base, rules) = match update.old {
            Some(old) => {
                let old = self.commit(old, "the old state of the reference")?;
                (Some(old.clone()), Some(old))
            }
            None => self.beginning(&head)?,
        };
        let pairs = tree::diff(&self.objects, base.as_ref().map(|base| base.tree), Some(head.tree))?;
        let before = self.tree_snapshot(base.as_ref().map(|base| base.tree));
        let after = self.tree_snapshot(Some(head.tree));
        let description = format!("{}, {}", update.name(), update.range());
        let mut change = compared(before, after, pairs, description).with_head(&head);
        change.base_commit = base.map(|base| base.id.to_string());
        change.base_branch = update.branch();
        change.head_branch = update.branch();
        let rules = rules.map(|commit| (self.tree_snapshot(Some(commit.tree)), commit.id.to_string()));
        Ok(Some(PushedChange { change, rules }))
    }

    /// Where a new branch begins, and the tip of the default branch.
    fn beginning(&self, head: &Commit) -> Result<(Option<Commit>, Option<Commit>), GitError> {
        let Some(tip) = self.default_tip()? else { return Ok((None, None)) };
        let tip = self.commit(tip, "the default branch")?;
        let base = self.best_common(tip.id, head.id)?;
        let base = base.map(|id| self.commit(id, "the merge base")).transpose()?;
        Ok((base, Some(tip)))
    }

    /// What HEAD is; none before the first commit.
    fn default_tip(&self) -> Result<Option<ObjectId>, GitError> {
        let repo = self.gix.to_thread_local();
        let head = repo.head().map_err(|error| self.damaged(&error))?;
        Ok(head.id().map(gix::Id::detach))
    }
}

fn bad(reason: &str) -> GitError {
    GitError::BadUpdate { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1111111111111111111111111111111111111111";
    const NEW: &str = "2222222222222222222222222222222222222222";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn read(line: &str) -> Result<RefUpdate, GitError> {
        RefUpdate::read(line.as_bytes())
    }

    #[test]
    fn lines_of_a_push_are_read() {
        let update = read(&format!("{OLD} {NEW} refs/heads/feature/x")).unwrap();
        assert_eq!(
            (update.name().as_str(), update.branch().as_deref()),
            ("refs/heads/feature/x", Some("feature/x"))
        );
        assert_eq!(update.range(), "1111111111..2222222222");
        let created = read(&format!("{ZERO} {NEW} refs/tags/v1")).unwrap();
        assert_eq!((created.branch(), created.is_deletion()), (None, false));
        assert_eq!(created.range(), "new..2222222222");
        let deleted = read(&format!("{OLD} {ZERO} refs/heads/x")).unwrap();
        assert!(deleted.is_deletion());
        let sha256 = read(&format!("{} {} refs/heads/x", "0".repeat(64), "a".repeat(64))).unwrap();
        assert_eq!(sha256.range(), "new..aaaaaaaaaa");
    }

    #[test]
    fn what_is_no_line_of_a_push_is_refused() {
        for line in [
            String::new(),
            format!("{OLD} {NEW}"),
            format!("{OLD} {NEW} main"),
            format!("{OLD} {NEW} refs/heads/a b"),
            format!("{OLD} {NEW} refs/heads/../x"),
            format!("{OLD} {NEW} refs/heads/x\u{1b}[31m"),
            format!("{} {NEW} refs/heads/x", &OLD[..7]),
            format!("-o {NEW} refs/heads/x"),
            format!("{OLD} {} refs/heads/x", "z".repeat(40)),
            format!("{OLD} {NEW} refs/heads/{}", "x".repeat(5000)),
        ] {
            assert!(matches!(read(&line), Err(GitError::BadUpdate { .. })), "{line}");
        }
    }
}
