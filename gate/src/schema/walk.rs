//! One walk of an object along its schema: types, unknown and required fields, null. The rules of single values
//! are in `scalar.rs`, those of lists in `lists.rs`, those of metadata in `metadata.rs`; words are made in
//! `explain.rs`, off the path of objects that are in order.

use super::check::{Check, Frame};
use super::format::Format;
use super::junctors::Trial;
use super::lookup::SchemaRef;
use super::node::{Node, NodeKind, Property, STATUS, flag};
use super::reader::Reader;
use super::set::SchemaSet;
use super::table::{NONE, View};
use super::{Issue, SchemaRule};
use crate::yaml::{Kind, NodeId, Tape};

/// Schemas may be recursive: an object nested deeper than this inside one is not looked at any further.
pub(super) const MAX_DEPTH: u32 = 400;

/// A walk in progress.
pub(super) struct Walk<'a> {
    pub set: &'a SchemaSet,
    pub tape: &'a Tape,
    pub issues: &'a mut Vec<Issue>,
    /// The table that node numbers belong to, and its number.
    pub view: View<'a>,
    pub table: u32,
    /// The pack, for ObjectMeta.
    pub pack: View<'a>,
    /// The version's bit in masks.
    pub version: u32,
    /// The object is a custom resource.
    pub custom: bool,
    /// The object is a Secret: its values are not to be shown.
    pub secret: bool,
    /// The schema is the pack's idea of a custom resource, whose version in the cluster may be another one.
    pub dated: bool,
    /// The object as a whole.
    pub root: Option<NodeId>,
    /// A definition of Kubernetes inside a custom resource: the rules that are not in the published schemas do not
    /// hold there.
    pub borrowed: bool,
    /// Inside the status of a built-in kind, of which only types and names of fields matter.
    status: bool,
    /// Values that have rules in CEL, with their nodes.
    pub ruled: Vec<(u32, NodeId)>,
    /// Who reads what is judged.
    pub reader: Reader,
    /// Where the walk is among alternatives.
    pub trial: Trial,
}

/// Which properties an object has; the first 256 of them.
#[derive(Default)]
struct Seen([u64; 4]);

impl Seen {
    fn mark(&mut self, position: u32) {
        if let Some(word) = self.0.get_mut(position as usize / 64) {
            *word |= 1 << (position % 64);
        }
    }

    /// `None` for a position that is not kept track of.
    fn has(&self, position: u32) -> Option<bool> {
        self.0.get(position as usize / 64).map(|word| word >> (position % 64) & 1 == 1)
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        set: &'a SchemaSet,
        schema: SchemaRef,
        tape: &'a Tape,
        issues: &'a mut Vec<Issue>,
    ) -> Self {
        let pack = set.view(0);
        let version = match set.bit(schema.version) & pack.version_mask() {
            0 => set.bit(set.newest()),
            bit => bit,
        };
        let (view, table) = (set.view(schema.table), schema.table);
        let (custom, dated) = (schema.custom, schema.is_dated());
        Self {
            set,
            tape,
            issues,
            view,
            table,
            pack,
            version,
            custom,
            secret: false,
            dated,
            root: None,
            borrowed: false,
            status: false,
            ruled: Vec::new(),
            reader: Reader::Server,
            trial: Trial::default(),
        }
    }

    /// A walk of a value of another tape, in the same place of the same schema.
    pub(super) fn on<'b>(&self, tape: &'b Tape, issues: &'b mut Vec<Issue>) -> Walk<'b>
    where
        'a: 'b,
    {
        let (trial, ruled) = (Trial::inside(), Vec::new());
        Walk { set: self.set, tape, issues, view: self.view, pack: self.pack, trial, ruled, ..*self }
    }

    /// Walks a whole object.
    pub(super) fn object(&mut self, schema: SchemaRef, root: NodeId) {
        self.secret = self.tape.str_at(root, "kind") == Some("Secret");
        self.root = Some(root);
        self.value(schema.node, root, 0);
        if self.tape.kind(root) == Kind::Map {
            if schema.deprecated.is_some() {
                self.deprecated(schema, root);
            }
            self.identity(schema.names, root);
        }
    }

    /// Walks a value that is not null along node `at`.
    pub(super) fn value(&mut self, at: u32, n: NodeId, depth: u32) {
        let node = Node::read(&self.view, at);
        if node.has(flag::RULES) && self.custom && self.trial.depth == 0 {
            self.ruled.push((at, n));
        }
        if self.trial.depth > 0 && !self.trial.step(n, self.issues.len()) {
            return;
        }
        let before = self.issues.len();
        match node.kind {
            NodeKind::Any => self.any(node, n),
            _ if depth > MAX_DEPTH => {}
            NodeKind::Object => self.mapping(node, n, depth),
            NodeKind::Array => self.sequence(node, n, depth),
            NodeKind::Reference => self.definition(node.target(&self.view), n, depth),
            NodeKind::Metadata => self.metadata_of_custom(n, depth),
            _ => self.scalar(node, n),
        }
        if node.has(flag::JUNCTORS) && self.custom && !self.is_of_wrong_type(before, n) {
            self.junctors((at, node), n, depth);
        }
    }

    /// True if the first finding since there were `before` is that `n` has the wrong type.
    fn is_of_wrong_type(&self, before: usize, n: NodeId) -> bool {
        self.issues.get(before).is_some_and(|issue| issue.node == n && issue.rule == SchemaRule::WrongType)
    }

    /// A value of any type; it may have to be one of a list.
    fn any(&mut self, node: Node, n: NodeId) {
        match self.tape.kind(n) {
            Kind::Map | Kind::Seq => {}
            _ if node.has(flag::ENUM) => self.listed(node, n),
            _ => {}
        }
        self.trial.doubt |= node.format() == Format::Unknown;
    }

    fn definition(&mut self, index: u32, n: NodeId, depth: u32) {
        let Some(at) = self.view.definition(index, self.version) else { return };
        let outside = std::mem::replace(&mut self.borrowed, self.custom || self.status);
        self.value(at, n, depth + 1);
        self.borrowed = outside;
        if index == self.view.object_meta() && index != NONE {
            self.labels_and_annotations(n);
        }
    }

    fn metadata_of_custom(&mut self, n: NodeId, depth: u32) {
        let before = (self.view, self.table, self.custom, self.dated);
        (self.view, self.table, self.custom, self.dated) = (self.pack, 0, false, false);
        self.definition(self.pack.object_meta(), n, depth);
        (self.view, self.table, self.custom, self.dated) = before;
    }

    fn mapping(&mut self, node: Node, n: NodeId, depth: u32) {
        if self.tape.kind(n) != Kind::Map {
            return self.wrong_type(node, n);
        }
        let tape = self.tape;
        let mut seen = Seen::default();
        let mut frame = Frame::default();
        let mut count = 0;
        for (key, value) in tape.entries(n) {
            count += 1;
            let property = node.property(&self.view, tape.text(key).as_bytes());
            match property.or_else(|| self.of_other_case(node, key)) {
                Some(property) => {
                    seen.mark(property.position);
                    if property.slot != 0 && tape.kind(value) != Kind::Null {
                        frame.put(property.slot, key, value);
                    }
                    self.property(property, key, value, depth);
                }
                None => self.other_key(node, key, value, depth),
            }
        }
        if self.reader == Reader::Patch {
            return;
        }
        if node.required_count(&self.view) > 0 && !self.status {
            self.required(node, n, &seen);
        }
        if node.has(flag::LENGTHS | flag::EMBEDDED) {
            self.whole_mapping(node, n, count);
        }
        if node.has(flag::LOOSE) {
            self.absent(node, n);
        }
        if node.has(flag::ENUM) {
            self.listed_whole(node, n);
        }
        if !self.custom && !self.status {
            if node.has(flag::ONE_MEMBER | flag::MOST_ONE_MEMBER) {
                self.union(node, n, &frame);
            }
            if node.check() != Check::None {
                self.check(node, n, &frame);
            }
        }
    }

    fn property(&mut self, property: Property, key: NodeId, value: NodeId, depth: u32) {
        if self.tape.kind(value) != Kind::Null {
            if property.slot == STATUS && !self.custom {
                self.status = true;
                self.borrowed = true;
                self.value(property.node, value, depth + 1);
                self.status = false;
                self.borrowed = false;
                return;
            }
            let before = self.secret;
            self.secret |= self.generates_secrets(key);
            self.value(property.node, value, depth + 1);
            self.secret = before;
            return;
        }
        if self.reader == Reader::Patch {
            return;
        }
        if property.required && !self.status && !Node::read(&self.view, property.node).has(flag::NULLABLE) {
            self.required_null(key);
        }
    }

    fn other_key(&mut self, node: Node, key: NodeId, value: NodeId, depth: u32) {
        // To remove what should not be there is no fault.
        let removed = || self.tape.kind(value) == Kind::Null;
        if self.reader == Reader::Patch && (removed() || self.directive(key, value)) {
            return;
        }
        if let Some(child) = node.part(&self.view, flag::CHILD) {
            if self.tape.kind(value) != Kind::Null {
                self.value(child, value, depth + 1);
            }
            return;
        }
        let own = |name: &str| matches!(name, "apiVersion" | "kind" | "metadata");
        let known = node.has(flag::OPEN)
            || node.has(flag::EMBEDDED) && own(self.tape.text(key))
            || self.is_sops(key, value);
        if !known {
            self.unknown_field(node, key);
        }
    }

    fn required(&mut self, node: Node, n: NodeId, seen: &Seen) {
        for (position, name) in node.required(self.view) {
            let has = seen.has(position);
            if !has.unwrap_or_else(|| self.tape.get(n, self.view.str(name)).is_some()) {
                self.missing_field(n, self.view.str(name));
            }
        }
    }

    fn whole_mapping(&mut self, node: Node, n: NodeId, count: u32) {
        if node.has(flag::EMBEDDED) {
            for name in ["apiVersion", "kind"] {
                if self.tape.get(n, name).is_none() {
                    self.missing_field(n, name);
                }
            }
        }
        let count = if self.custom && node.has(flag::LENGTHS) { self.fields_kept(node, n) } else { count };
        self.count(node, n, count, "fields");
    }

    /// The number of fields once the server has dropped what is null and has put in what is there by default.
    fn fields_kept(&self, node: Node, n: NodeId) -> u32 {
        let (view, tape) = (self.view, self.tape);
        let property = |key| node.property(&view, tape.text(key).as_bytes()).map(|found| found.node);
        let keeps = |&(key, value): &(NodeId, NodeId)| {
            let at = property(key).or_else(|| node.part(&view, flag::CHILD));
            let drops = |at| {
                let inner = Node::read(&view, at);
                inner.kind != NodeKind::Any && !inner.has(flag::NULLABLE | flag::DEFAULT)
            };
            tape.kind(value) != Kind::Null || !at.is_some_and(drops)
        };
        let absent = |name: u32| tape.get(n, view.str(name)).is_none();
        let defaults = node.properties_of(view).filter(|(name, property)| {
            Node::read(&view, property.node).has(flag::DEFAULT) && !node.has(flag::LOOSE) && absent(*name)
        });
        let count = tape.entries(n).filter(keeps).count() + defaults.count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn sequence(&mut self, node: Node, n: NodeId, depth: u32) {
        if self.tape.kind(n) != Kind::Seq {
            return self.wrong_type(node, n);
        }
        let tape = self.tape;
        let child = node.part(&self.view, flag::CHILD);
        let mut count = 0;
        for item in tape.items(n) {
            count += 1;
            match child {
                None => {}
                Some(_) if tape.kind(item) == Kind::Null && self.reader == Reader::Patch => {}
                Some(child) if tape.kind(item) == Kind::Null => self.null_item(child, item, 0),
                Some(child) => self.value(child, item, depth + 1),
            }
        }
        if self.reader == Reader::Patch {
            return;
        }
        if node.has(flag::LENGTHS) {
            self.count(node, n, count, "items");
        }
        if node.has(flag::ENUM) {
            self.listed_whole(node, n);
        }
        if count > 1 && node.has(flag::LIST_KEYS | flag::SET) {
            self.duplicates(node, n);
        }
        if node.check() != Check::None && !self.custom && !self.status {
            self.check_list(node, n);
        }
    }

    /// Mozilla SOPS keeps what it needs to decrypt a file under this key; it is gone when the object is applied.
    fn is_sops(&self, key: NodeId, value: NodeId) -> bool {
        let is_top = || self.root.is_some_and(|root| self.tape.get(root, "sops") == Some(value));
        self.tape.text(key) == "sops" && is_top() && self.tape.get(value, "mac").is_some()
    }
}
