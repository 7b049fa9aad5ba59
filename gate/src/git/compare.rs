//! From two lists of files to the list of what differs.

use std::cmp::Ordering;

use super::change::{ChangeKind, ChangedFile};
use super::entry::{Entry, FileMode};

/// A file at base, at head, or both; at least one side is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) base: Option<Entry>,
    pub(super) head: Option<Entry>,
}

/// What differs between two lists, each sorted by path; renames are deletion and addition.
pub(super) fn lists(base: &[Entry], head: &[Entry]) -> Vec<Pair> {
    let (mut base, mut head) = (base.iter().peekable(), head.iter().peekable());
    let mut pairs = Vec::new();
    loop {
        let order = match (base.peek(), head.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(b), Some(h)) => b.path.cmp(&h.path),
        };
        let pair = Pair {
            base: base.next_if(|_| order.is_le()).cloned(),
            head: head.next_if(|_| order.is_ge()).cloned(),
        };
        if !pair.is_unchanged() {
            pairs.push(pair);
        }
    }
}

impl Pair {
    fn is_unchanged(&self) -> bool {
        match (&self.base, &self.head) {
            (Some(base), Some(head)) => base.same_content(head) && base.mode == head.mode,
            _ => false,
        }
    }
}

/// Pairs as the files of a change, sorted by path.
pub(super) fn changed_files(pairs: Vec<Pair>) -> Vec<ChangedFile> {
    let mut files: Vec<_> = pairs.into_iter().filter_map(changed_file).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn changed_file(pair: Pair) -> Option<ChangedFile> {
    let kind = kind(pair.base.as_ref(), pair.head.as_ref())?;
    let path = pair.head.as_ref().or(pair.base.as_ref())?.path.clone();
    Some(ChangedFile { kind, path, base: pair.base, head: pair.head })
}

/// `None` for a pair without sides.
fn kind(base: Option<&Entry>, head: Option<&Entry>) -> Option<ChangeKind> {
    Some(match (base, head) {
        (None, None) => return None,
        (None, Some(_)) => ChangeKind::Added,
        (Some(_), None) => ChangeKind::Deleted,
        (Some(b), Some(h)) if b.path != h.path => ChangeKind::Renamed,
        (Some(b), Some(h)) if !b.mode.same_type(h.mode) => ChangeKind::TypeChanged,
        (Some(b), Some(h)) if b.same_content(h) && is_executable(b) != is_executable(h) => {
            ChangeKind::ModeChanged
        }
        (Some(_), Some(_)) => ChangeKind::Modified,
    })
}

fn is_executable(entry: &Entry) -> bool {
    entry.mode == FileMode::Executable
}
