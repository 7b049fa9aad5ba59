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
