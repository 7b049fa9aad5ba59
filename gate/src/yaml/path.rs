//! JSON pointers (RFC 6901) to nodes and back.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Kind, NodeId, Tape};

/// One step from a mapping or sequence down to a node.
pub(super) enum Step<'t> {
    Key(&'t str),
    /// The position in the sequence, and the item there.
    Item(usize, NodeId),
}

impl Tape {
    /// The node that `pointer` (RFC 6901, empty for the root itself) names below `root`.
    pub fn pointer(&self, root: NodeId, pointer: &str) -> Option<NodeId> {
        if pointer.is_empty() {
            return Some(root);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(root, |at, token| match self.kind(at) {
            Kind::Map => self.get(at, &unescape(token)),
            Kind::Seq => self.items(at).nth(position(token)?),
            _ => None,
        })
    }

    /// The pointer of `target` below `root`; a key has the pointer of its value. `None` if it is not below `root`.
    pub fn path_to(&self, root: NodeId, target: NodeId) -> Option<String> {
        let mut path = String::new();
        self.descend(root, target, |_, step| match step {
            Step::Key(key) => push_token(&mut path, key),
            Step::Item(at, _) => _ = write!(path, "/{at}"),
        })?;
        Some(path)
    }

    /// Calls `visit` with every sequence or mapping on the way from `root` to `target` and the step out of it.
    pub(super) fn descend<'t>(
        &'t self,
        root: NodeId,
        target: NodeId,
        mut visit: impl FnMut(NodeId, Step<'t>),
    ) -> Option<()> {
        let holds = |n: NodeId| n <= target && target < self.next(n);
        if !holds(root) {
            return None;
        }
        let mut at = root;
        while at != target {
            if self.kind(at) == Kind::Map {
                let (key, value) = self.entries(at).find(|&(key, value)| key == target || holds(value))?;
                visit(at, Step::Key(self.text(key)));
                at = if key == target { target } else { value };
            } else {
                let (index, item) = self.items(at).enumerate().find(|&(_, item)| holds(item))?;
                visit(at, Step::Item(index, item));
                at = item;
            }
        }
        Some(())
    }
}

/// Appends `/` and `token` with `~` and `/` escaped.
pub(super) fn push_token(path: &mut String, token: &str) {
    path.push('/');
    for part in token.chars() {
        match part {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            other => path.push(other),
        }
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// A list position as RFC 6901 writes it: digits without a leading zero.
fn position(token: &str) -> Option<usize> {
    let plain = token.bytes().all(|b| b.is_ascii_digit()) && (token.len() == 1 || !token.starts_with('0'));
    plain.then(|| token.parse().ok()).flatten()
}
