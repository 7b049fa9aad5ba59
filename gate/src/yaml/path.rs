//! JSON pointers (RFC 6901) to nodes and back.

use super::{Kind, NodeId, Paths, Tape};
use std::borrow::Cow;

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

    /// The pointer of `target` below `root`; a key has the pointer of its value. `None` if it is not below `root`. For
    /// many targets see [`Paths`].
    pub fn path_to(&self, root: NodeId, target: NodeId) -> Option<String> {
        Paths::new(self).path_to(root, target)
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
