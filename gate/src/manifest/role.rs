//! What one document is, by what it says and by what its surroundings say.

use super::layout::Surroundings;
use super::problem::{INCOMPLETE_OBJECT, Problem};
use crate::model::Role;
use crate::yaml::{Kind, NodeId, Tape};

/// The group of the kustomizations that kustomize reads; Flux's objects of the same kind have another.
pub(super) const KUSTOMIZE_GROUP: &str = "kustomize.config.k8s.io";

/// One of the two fields that make an object.
#[derive(Clone, Copy)]
enum Field<'a> {
    Missing,
    /// Present, but no text or empty.
    Wrong(NodeId),
    Text(NodeId, &'a str),
}

impl<'a> Field<'a> {
    fn of(tape: &'a Tape, map: NodeId, key: &str) -> Self {
        match tape.get(map, key) {
            None => Self::Missing,
            Some(node) if tape.kind(node) == Kind::Str && !tape.text(node).is_empty() => {
                Self::Text(node, tape.text(node))
            }
            Some(node) => Self::Wrong(node),
        }
    }

    fn text(self) -> Option<&'a str> {
        if let Self::Text(_, text) = self { Some(text) } else { None }
    }
}

/// `apiVersion` and `kind` of a document.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    api_version: Field<'a>,
    kind: Field<'a>,
}

impl<'a> Head<'a> {
    pub(super) fn of(tape: &'a Tape, root: NodeId) -> Self {
        Self { api_version: Field::of(tape, root, "apiVersion"), kind: Field::of(tape, root, "kind") }
    }

    /// Both, if they make an object.
    pub(super) fn object(self) -> Option<(&'a str, &'a str)> {
        Some((self.api_version.text()?, self.kind.text()?))
    }

    /// True if exactly one of the two is good.
    fn half(self) -> bool {
        self.api_version.text().is_some() != self.kind.text().is_some()
    }

    /// What is wrong with a document that should be an object, and at which node.
    pub(super) fn complaint(self, tape: &Tape, root: NodeId) -> (NodeId, &'static str) {
        match (self.api_version, self.kind) {
            _ if tape.kind(root) != Kind::Map => (root, "is no mapping"),
            (Field::Wrong(node), _) => (node, "has an `apiVersion` that is no text"),
            (_, Field::Wrong(node)) => (node, "has a `kind` that is no text"),
            (Field::Missing, Field::Text(node, _)) => (node, "has no `apiVersion`"),
            (Field::Text(node, _), Field::Missing) => (node, "has no `kind`"),
            _ => (root, "has neither `apiVersion` nor `kind`"),
        }
    }
}

/// The role of a document, and what is wrong with it if it was meant to be an object and is none.
pub(super) fn classify(
    tape: &Tape,
    root: NodeId,
    document: u32,
    around: &Surroundings,
) -> (Role, Option<Problem>) {
    let head = Head::of(tape, root);
    let is_object = head.object().is_some();
    let role = if is_kustomization(tape, root, head, around) {
        Role::Kustomization
    } else if around.resource {
        if is_object { Role::Object } else { Role::Other }
    } else if around.patch || is_json_patch(tape, root) {
        Role::Patch
    } else if around.values {
        Role::Values
    } else if around.auxiliary {
        return (if around.values_name && !is_object { Role::Values } else { Role::Other }, None);
    } else if is_object {
        Role::Object
    } else if around.values_name {
        Role::Values
    } else {
        Role::Other
    };
    let meant = around.resource || (head.half() && is_named(tape, root)) || holds_objects(tape, root);
    let incomplete = matches!(role, Role::Other) && meant && tape.kind(root) != Kind::Null;
    (role, incomplete.then(|| incomplete_object(tape, root, document, head, around)))
}

fn incomplete_object(
    tape: &Tape,
    root: NodeId,
    document: u32,
    head: Head<'_>,
    around: &Surroundings,
) -> Problem {
    if holds_objects(tape, root) {
        let message = "objects in a list at the root of a document, which nothing that applies them reads";
        let hint = Some("write each as a document of its own, or all as the `items` of a `List`");
        return Problem { hint, ..problem(tape, root, document, message.to_owned()) };
    }
    let (node, complaint) = head.complaint(tape, root);
    let subject = match around.resource {
        true => "a document that a kustomization lists as a resource",
        false => "a document that looks like an object",
    };
    problem(tape, node, document, format!("{subject} {complaint}"))
}

/// True for a list of nothing but whole objects.
fn holds_objects(tape: &Tape, root: NodeId) -> bool {
    let mut items = tape.items(root).peekable();
    items.peek().is_some() && items.all(|item| Head::of(tape, item).object().is_some())
}

pub(super) fn problem(tape: &Tape, node: NodeId, document: u32, message: String) -> Problem {
    Problem {
        rule: INCOMPLETE_OBJECT,
        message,
        hint: Some("give it both `apiVersion` and `kind`; without them nothing can check it"),
        span: tape.span(node),
        node: Some(node),
        document,
        fatal: false,
    }
}

fn is_kustomization(tape: &Tape, root: NodeId, head: Head<'_>, around: &Surroundings) -> bool {
    let group = head.api_version.text().map(|version| version.split_once('/').map_or("", |(group, _)| group));
    let kind = head.kind.text();
    let own_kind = matches!(kind, Some("Kustomization" | "Component"));
    match group {
        Some(KUSTOMIZE_GROUP) => around.kustomization || own_kind,
        // An `apiVersion` without its group.
        Some("") => around.kustomization && own_kind,
        Some(_) => false,
        None => around.kustomization && tape.kind(root) == Kind::Map,
    }
}

/// A list of RFC 6902 operations.
fn is_json_patch(tape: &Tape, root: NodeId) -> bool {
    let is_operation = |item| tape.str_at(item, "op").is_some() && tape.str_at(item, "path").is_some();
    tape.items(root).next().is_some() && tape.items(root).all(is_operation)
}

/// True if `metadata` has a `name` or `generateName`.
fn is_named(tape: &Tape, root: NodeId) -> bool {
    let metadata = tape.get(root, "metadata");
    metadata.is_some_and(|map| ["name", "generateName"].iter().any(|key| tape.str_at(map, key).is_some()))
}
