//! Paths to many nodes of one tape. Where a list is long, the way to each of its items must not lead past all others.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::path::{Step, push_token};
use super::{Kind, NodeId, Tape};

/// Finds the paths of nodes, and remembers what is below the mappings and sequences on the way.
#[derive(Debug)]
pub struct Paths<'t> {
    tape: &'t Tape,
    /// The keys of a mapping or the items of a sequence, in rising order.
    children: RefCell<FxHashMap<NodeId, Rc<[NodeId]>>>,
}

impl<'t> Paths<'t> {
    /// Paths in `tape`.
    pub fn new(tape: &'t Tape) -> Self {
        Self { tape, children: RefCell::default() }
    }

    /// As [`Tape::path_to`].
    pub fn path_to(&self, root: NodeId, target: NodeId) -> Option<String> {
        let mut path = String::new();
        self.descend(root, target, |step| match step {
            Step::Key(key) => push_token(&mut path, key),
            Step::Item(at, _) => _ = write!(path, "/{at}"),
        })?;
        Some(path)
    }

    /// As [`Tape::stable_path_to`].
    pub fn stable_path_to(&self, root: NodeId, target: NodeId) -> Option<String> {
        let mut path = String::new();
        self.descend(root, target, |step| match step {
            Step::Key(key) => push_token(&mut path, key),
            Step::Item(at, item) => match self.tape.label(item) {
                Some((field, value)) => push_token(&mut path, &format!("[{field}={value}]")),
                None => _ = write!(path, "/{at}"),
            },
        })?;
        Some(path)
    }

    /// The `name` of the outermost item on the way to `target` that stands in a list under one of these keys.
    pub fn named_item(&self, root: NodeId, target: NodeId, lists: &[&str]) -> Option<&'t str> {
        let (mut found, mut in_list) = (None, false);
        self.descend(root, target, |step| match step {
            Step::Key(key) => in_list = lists.contains(&key),
            Step::Item(_, item) => {
                if in_list && found.is_none() {
                    found = Some(self.tape.str_at(item, "name"));
                }
                in_list = false;
            }
        })?;
        found.flatten()
    }

    /// Calls `visit` with every step from `root` to `target`.
    fn descend(&self, root: NodeId, target: NodeId, mut visit: impl FnMut(Step<'t>)) -> Option<()> {
        let tape = self.tape;
        let holds = |n: NodeId| n <= target && target < tape.next(n);
        if !holds(root) {
            return None;
        }
        let mut at = root;
        while at != target {
            let children = self.children(at);
            let index = children.partition_point(|&child| child <= target).checked_sub(1)?;
            let child = *children.get(index)?;
            if tape.kind(at) == Kind::Map {
                let value = NodeId(child.0 + 1);
                if child != target && !holds(value) {
                    return None;
                }
                visit(Step::Key(tape.text(child)));
                at = if child == target { target } else { value };
            } else {
                if !holds(child) {
                    return None;
                }
                visit(Step::Item(index, child));
                at = child;
            }
        }
        Some(())
    }

    fn children(&self, n: NodeId) -> Rc<[NodeId]> {
        if let Some(known) = self.children.borrow().get(&n) {
            return known.clone();
        }
        let keys = self.tape.entries(n).map(|(key, _)| key);
        let found: Rc<[NodeId]> = keys.chain(self.tape.items(n)).collect();
        self.children.borrow_mut().insert(n, found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_item_is_the_outermost_of_its_lists() {
        let text = "spec:\n  pods:\n  - name: group\n    containers:\n    - image: a\n      name: app\n      x: {containers: [{name: inner, q: 1}]}\n    - {image: b}\n  containers: {name: no-list, image: c}\n  initContainers:\n  - name: setup\n  - [z]\n";
        let parsed = crate::yaml::parse(text.as_bytes().to_vec(), &crate::yaml::Limits::default());
        let (tape, root) = (&parsed.tape, parsed.documents[0].root);
        let paths = Paths::new(tape);
        for (pointer, expected) in [
            ("/spec/pods/0/containers/0/image", Some("app")),
            ("/spec/pods/0/containers/0", Some("app")),
            ("/spec/pods/0/containers/0/x/containers/0/q", Some("app")),
            ("/spec/pods/0/containers/1/image", None),
            ("/spec/pods/0/containers", None),
            ("/spec/pods/0/name", None),
            ("/spec/containers/image", None),
            ("/spec/initContainers/0/name", Some("setup")),
            ("/spec/initContainers/1/0", None),
            ("", None),
        ] {
            let node = tape.pointer(root, pointer).expect(pointer);
            assert_eq!(
                paths.named_item(root, node, &["containers", "initContainers"]),
                expected,
                "{pointer}"
            );
        }
    }
}
