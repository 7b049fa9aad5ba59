//! Where manifests keep the values of Secrets: hidden in excerpts, and from policies that must not see them.

use super::inline_patches::inline_patches;
use super::side::Doc;
use crate::model::Role;
use crate::yaml::{Kind, NodeId, Tape};

/// The annotation in which `kubectl apply` keeps a copy of the whole object.
const LAST_APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// The nodes of `doc` below which every scalar is the value of a Secret: the parts of a Secret, be it an object, a
/// patch or anything else that says it is one; the values of JSON patch operations on such parts, whose target is
/// not known here.
pub(super) fn values(tape: &Tape, doc: &Doc) -> Vec<NodeId> {
    let Some(root) = doc.root else { return Vec::new() };
    if is_secret(tape, doc, root) {
        let parts = ["/data", "/stringData", LAST_APPLIED];
        return parts.into_iter().filter_map(|part| tape.pointer(root, part)).collect();
    }
    if doc.role == Role::Patch && tape.kind(root) == Kind::Seq {
        return tape.items(root).filter_map(|operation| operand(tape, operation)).collect();
    }
    Vec::new()
}

/// An item of a `SecretList` need not say what it is, and a patch has no identity.
fn is_secret(tape: &Tape, doc: &Doc, root: NodeId) -> bool {
    let by_id = || doc.id.as_ref().is_some_and(|id| id.kind == "Secret" && id.group().is_empty());
    let core = || !tape.str_at(root, "apiVersion").is_some_and(|version| version.contains('/'));
    by_id() || (tape.kind(root) == Kind::Map && tape.str_at(root, "kind") == Some("Secret") && core())
}

/// The nodes of `doc` that no excerpt shows besides [`values`]: what a kustomization makes Secrets of, and patches
/// written out in it that speak of one.
pub(super) fn inline(tape: &Tape, doc: &Doc) -> Vec<NodeId> {
    let Some(root) = doc.root else { return Vec::new() };
    let generators = tape.get(root, "secretGenerator").filter(|_| doc.role == Role::Kustomization);
    let items = generators.into_iter().flat_map(|list| tape.items(list));
    let mut found: Vec<NodeId> = items.filter_map(|item| tape.get(item, "literals")).collect();
    let patches = inline_patches(tape, doc.role, root).into_iter();
    found.extend(patches.filter(|patch| patch.may_hold_secrets(tape)).map(|patch| patch.text));
    found
}

/// The value of an operation on `data` or `stringData`.
fn operand(tape: &Tape, operation: NodeId) -> Option<NodeId> {
    let path = tape.str_at(operation, "path")?;
    let part = path.strip_prefix('/')?.split('/').next()?;
    matches!(part, "data" | "stringData").then(|| tape.get(operation, "value"))?
}
