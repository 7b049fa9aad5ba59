//! Items of lists: those that are null, and duplicates in lists that are maps or sets.

use super::SchemaRule;
use super::check::Check;
use super::node::{Node, NodeKind, flag};
use super::walk::{MAX_DEPTH, Walk};
use crate::yaml::{Kind, NodeId};

/// Lists of up to this many items are compared in pairs, without any memory of their own.
const PAIRS_UP_TO: usize = 24;
/// Keys of a list map that are compared; no known schema has more. A list of more keys is not judged.
const MAX_KEYS: usize = 4;

/// The key of one item: the texts of its key fields.
type ItemKey<'a> = [&'a str; MAX_KEYS];

impl<'a> Walk<'a> {
    /// Reports items of a list map or set whose key an earlier item has.
    pub(super) fn duplicates(&mut self, node: Node, n: NodeId) {
        let tape = self.tape;
        let mut few = [[""; MAX_KEYS]; PAIRS_UP_TO];
        let mut many = rustc_hash::FxHashSet::default();
        let mut count = 0;
        for item in tape.items(n) {
            let Some(key) = self.item_key(node, item) else { continue };
            let is_new = if count < PAIRS_UP_TO {
                !few[..count].contains(&key)
            } else {
                !few.contains(&key) && many.insert(key)
            };
            if let Some(place) = few.get_mut(count).filter(|_| is_new) {
                *place = key;
                count += 1;
            }
            if !is_new {
                self.duplicate(node, (n, item), key);
            }
        }
    }

    /// A null item: refused in a custom resource unless nullable. In a built-in kind it is decoded as an empty value,
    /// which is refused where something is required in it.
    pub(super) fn null_item(&mut self, child: u32, item: NodeId, depth: u32) {
        let node = Node::read(&self.view, child);
        let refused = match node.kind {
            NodeKind::Any => false,
            NodeKind::Reference if depth < MAX_DEPTH => {
                if let Some(at) = self.view.definition(node.target(&self.view), self.version) {
                    self.null_item(at, item, depth + 1);
                }
                return;
            }
            _ if self.custom => !node.has(flag::NULLABLE),
            NodeKind::Object => {
                let union = node.has(flag::ONE_MEMBER) || node.check() == Check::Toleration;
                union || node.required_count(&self.view) > 0
            }
            NodeKind::String => node.lengths(&self.view).is_some_and(|(least, _)| least > 0),
            _ => false,
        };
        if refused {
            self.null_value(item);
        }
    }

    /// The key of an item; `None` for one that has none, which is another rule's business.
    fn item_key(&self, node: Node, item: NodeId) -> Option<ItemKey<'a>> {
        let mut key = [""; MAX_KEYS];
        let Some(list) = node.part(&self.view, flag::LIST_KEYS) else {
            key[0] = self.key_text(item)?;
            return Some(key);
        };
        let mut names = self.view.list(list);
        if self.tape.kind(item) != Kind::Map || names.len() > 2 * MAX_KEYS {
            return None;
        }
        let mut any = false;
        for part in &mut key {
            let (Some(name), Some(default)) = (names.next(), names.next()) else { break };
            *part = match self.field(item, self.view.bytes(name)) {
                Some(value) => {
                    any = true;
                    self.key_text(value)?
                }
                None => self.view.str(default),
            };
        }
        any.then_some(key)
    }

    fn field(&self, item: NodeId, name: &[u8]) -> Option<NodeId> {
        let mut entries = self.tape.entries(item);
        entries.find(|&(key, _)| self.tape.text(key).as_bytes() == name).map(|(_, value)| value)
    }

    /// The text of a scalar; `1` and `"1"` are the same here, but one of them has the wrong type.
    fn key_text(&self, n: NodeId) -> Option<&'a str> {
        match self.tape.kind(n) {
            Kind::Map | Kind::Seq => None,
            _ => Some(self.tape.text(n)),
        }
    }

    #[cold]
    fn duplicate(&mut self, node: Node, (list, item): (NodeId, NodeId), key: ItemKey<'_>) {
        let names: Vec<&str> = match node.part(&self.view, flag::LIST_KEYS) {
            Some(keys) => self.view.list(keys).step_by(2).map(|name| self.view.str(name)).collect(),
            None => Vec::new(),
        };
        let what = if names.is_empty() {
            format!("{} is in this list already", self.quoted(key[0]))
        } else {
            let pairs = names.iter().zip(key).map(|(name, text)| format!("`{name}` {}", self.quoted(text)));
            format!("an earlier item of this list has the same {}", pairs.collect::<Vec<_>>().join(" and "))
        };
        let place = names.iter().find_map(|name| self.tape.get(item, name)).unwrap_or(item);
        let lenient = node.has(flag::LENIENT) || node.has(flag::SET) && !self.custom;
        let rule = if lenient { SchemaRule::ShadowedListItem } else { SchemaRule::DuplicateListItem };
        let before = self.issues.len();
        self.push(rule, place, what, None);
        let mend = self.meant_once(list, item);
        self.mend(before, mend);
    }
}
