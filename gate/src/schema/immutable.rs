//! An object against its former self: fields that the API server does not let anyone change.

use super::check::quantity;
use super::tables::immutable::{FROZEN, Frozen};
use super::{Issue, SchemaRule};
use crate::yaml::{Kind, NodeId, Tape};

/// Annotations with which a tool replaces an object that it cannot change.
const REPLACED: [(&str, &str); 8] = [
    ("argocd.argoproj.io/hook", ""),
    ("argocd.argoproj.io/sync-options", "Force=true"),
    ("argocd.argoproj.io/sync-options", "Replace=true"),
    ("helm.sh/hook", ""),
    ("kustomize.toolkit.fluxcd.io/force", "nabled"),
    ("kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent"),
    ("kustomize.toolkit.fluxcd.io/reconcile", "disabled"),
    ("fluxcd.io/ignore", "true"),
];

/// An object in its tape.
#[derive(Debug, Clone, Copy)]
pub struct Version<'t> {
    /// Its nodes.
    pub tape: &'t Tape,
    /// Its topmost node.
    pub root: NodeId,
}

/// Appends an issue for every field of a built-in kind that differs between the two and cannot be changed. The nodes
/// are those of `head`.
pub fn compare(group: &str, kind: &str, base: Version<'_>, head: Version<'_>, issues: &mut Vec<Issue>) {
    let found =
        FROZEN.iter().find(|(their_group, their_kind, _)| (*their_group, *their_kind) == (group, kind));
    let Some((_, _, fields)) = found else { return };
    if is_replaced(head) {
        return;
    }
    let pair = Pair { base, head };
    for &field in *fields {
        if let Some((node, path)) = pair.broken(field) {
            issues.push(issue(node, kind, &path));
        }
    }
}

fn issue(node: NodeId, kind: &str, path: &str) -> Issue {
    let rule = SchemaRule::ImmutableField;
    let field = path.trim_start_matches('/').replace('/', ".");
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    Issue {
        rule,
        severity: rule.severity(),
        node,
        missing: None,
        message: format!("`{field}` of {article} {kind} cannot be changed once the object is there"),
        hint: Some("undo the change, or give the object another name; else it has to be deleted in the cluster first".to_owned()),
        mend: None,
    }
}

/// True if a tool deletes the object and makes it anew.
fn is_replaced(object: Version<'_>) -> bool {
    let Some(annotations) = object.tape.pointer(object.root, "/metadata/annotations") else { return false };
    REPLACED.iter().any(|(key, part)| {
        object.tape.get(annotations, key).is_some_and(|n| object.tape.text(n).contains(part))
    })
}

/// The object on both sides.
#[derive(Clone, Copy)]
struct Pair<'t> {
    base: Version<'t>,
    head: Version<'t>,
}

impl Pair<'_> {
    /// The node of head and the field that must not differ, but does.
    fn broken(self, field: Frozen) -> Option<(NodeId, String)> {
        match field {
            Frozen::Exact(path) => self.differs(path, true),
            Frozen::Set(path) => self.differs(path, false),
            Frozen::Default(path, default) => self.scalar(path, default),
            Frozen::AllBut(path, changeable) => self.all_but(path, changeable),
            Frozen::IfImmutable(path) => {
                let flag = find(self.base, "/immutable").is_some_and(|n| self.base.tape.text(n) == "true");
                flag.then(|| self.differs(path, true)).flatten()
            }
            Frozen::UnlessSuspended(path) => {
                let flag = find(self.base, "/spec/suspend").is_some_and(|n| self.base.tape.text(n) == "true");
                (!flag).then(|| self.differs(path, false)).flatten()
            }
            Frozen::UnlessGated(path) => {
                let gates = find(self.base, "/spec/schedulingGates");
                let waits = gates.is_some_and(|n| is_something(self.base.tape, n));
                (!waits).then(|| self.differs(path, true)).flatten()
            }
            Frozen::ItemsBut(path, changeable) => self.items_but(path, changeable),
        }
    }

    fn differs(self, path: &str, exact: bool) -> Option<(NodeId, String)> {
        let place = match (find(self.base, path), find(self.head, path)) {
            (None, None) => None,
            (Some(base), Some(head)) => self.difference(base, head, exact),
            (None, Some(head)) => exact.then_some(head),
            (Some(_), None) => exact.then(|| self.nearest(path)),
        };
        place.map(|node| (node, path.to_owned()))
    }

    /// A scalar that has a default.
    fn scalar(self, path: &str, default: &str) -> Option<(NodeId, String)> {
        let (base, head) = (find(self.base, path), find(self.head, path));
        let text = |side: Version<'_>, n: Option<NodeId>| {
            let text = n.map(|n| side.tape.text(n).to_owned()).filter(|text| !text.is_empty());
            text.unwrap_or_else(|| default.to_owned())
        };
        let (old, new) = (text(self.base, base), text(self.head, head));
        let variable = old.contains("${") || new.contains("${");
        (old != new && !variable).then(|| (head.unwrap_or_else(|| self.nearest(path)), path.to_owned()))
    }

    fn all_but(self, path: &str, changeable: &[&str]) -> Option<(NodeId, String)> {
        let (base, head) = (find(self.base, path)?, find(self.head, path)?);
        for (key, value) in self.head.tape.entries(head) {
            let name = self.head.tape.text(key);
            let old = self.base.tape.get(base, name).filter(|_| !changeable.contains(&name));
            if let Some(node) = old.and_then(|old| self.difference(old, value, false)) {
                return Some((node, format!("{path}/{name}")));
            }
        }
        None
    }

    fn items_but(self, path: &str, changeable: &[&str]) -> Option<(NodeId, String)> {
        let (old, new) = (self.base.tape, self.head.tape);
        let (base, head) = (find(self.base, path)?, find(self.head, path)?);
        for (before, after) in old.items(base).zip(new.items(head)) {
            for (key, value) in new.entries(after).filter(|(key, _)| !changeable.contains(&new.text(*key))) {
                let before = old.get(before, new.text(key));
                if let Some(node) = before.and_then(|before| self.difference(before, value, false)) {
                    return Some((node, path.to_owned()));
                }
            }
        }
        (old.items(base).count() != new.items(head).count()).then(|| (head, path.to_owned()))
    }

    /// The deepest node of head at which the two differ.
    fn difference(self, base: NodeId, head: NodeId, exact: bool) -> Option<NodeId> {
        let (old, new) = (self.base.tape, self.head.tape);
        match (old.kind(base), new.kind(head)) {
            (Kind::Map, Kind::Map) => self.mappings(base, head, exact),
            (Kind::Seq, Kind::Seq) => {
                let pairs = old.items(base).zip(new.items(head));
                let mut pairs = pairs.filter_map(|(a, b)| self.difference(a, b, exact));
                let found = pairs.next();
                found.or_else(|| (old.items(base).count() != new.items(head).count()).then_some(head))
            }
            (Kind::Map | Kind::Seq, _) | (_, Kind::Map | Kind::Seq) => Some(head),
            _ => (!is_same(old.text(base), new.text(head))).then_some(head),
        }
    }

    fn mappings(self, base: NodeId, head: NodeId, exact: bool) -> Option<NodeId> {
        let (old, new) = (self.base.tape, self.head.tape);
        for (key, value) in new.entries(head) {
            match old.get(base, new.text(key)) {
                Some(before) => {
                    if let Some(found) = self.difference(before, value, exact) {
                        return Some(found);
                    }
                }
                None if exact && is_something(new, value) => return Some(value),
                None => {}
            }
        }
        let mut gone = old
            .entries(base)
            .filter(|&(key, value)| is_something(old, value) && new.get(head, old.text(key)).is_none());
        (exact && gone.next().is_some()).then_some(head)
    }

    /// The deepest mapping of head on the way to `path`.
    fn nearest(self, path: &str) -> NodeId {
        let mut path = path;
        while let Some((parent, _)) = path.rsplit_once('/') {
            if let Some(found) = find(self.head, parent).filter(|_| !parent.is_empty()) {
                return found;
            }
            path = parent;
        }
        self.head.root
    }
}

/// The value at `path` that is not null.
fn find(object: Version<'_>, path: &str) -> Option<NodeId> {
    object.tape.pointer(object.root, path).filter(|&n| object.tape.kind(n) != Kind::Null)
}

fn is_something(tape: &Tape, n: NodeId) -> bool {
    match tape.kind(n) {
        Kind::Null => false,
        Kind::Map | Kind::Seq => tape.entries(n).next().is_some() || tape.items(n).next().is_some(),
        _ => true,
    }
}

/// Equal as texts or as quantities; what is filled in later may be equal, too, and so may what is empty.
fn is_same(old: &str, new: &str) -> bool {
    let unknown = |text: &str| text.is_empty() || text.contains("${");
    old == new
        || unknown(old)
        || unknown(new)
        || quantity::value(old).is_some_and(|amount| quantity::value(new) == Some(amount))
}
