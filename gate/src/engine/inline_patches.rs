//! Patches that are written out in other documents: in kustomizations, in objects of Flux, and in Applications of Argo CD.

use crate::manifest::{FLUX_GROUP, Target};
use crate::model::Role;
use crate::yaml::{Kind, NodeId, Tape};

/// A text in a document that is a patch.
#[derive(Debug)]
pub(super) struct InlinePatch {
    /// The node of the text.
    pub(super) text: NodeId,
    /// Whom it is for, where the document says so.
    pub(super) target: Option<Target>,
    /// It stands in a field that asks for a target anyway, or for none.
    pub(super) old: bool,
}

impl InlinePatch {
    /// True if its lines had better not be shown.
    pub(super) fn may_hold_secrets(&self, tape: &Tape) -> bool {
        let text = tape.text(self.text);
        let kind = self.target.as_ref().and_then(Target::kind).map(|(_, _, kind)| kind);
        kind == Some("Secret") || ["Secret", "stringData", "/data"].iter().any(|word| text.contains(word))
    }
}

/// The patches in the document at `root`.
pub(super) fn inline_patches(tape: &Tape, role: Role, root: NodeId) -> Vec<InlinePatch> {
    let places = match role {
        Role::Kustomization => vec![root],
        Role::Object => patched_by_object(tape, root),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for place in places {
        for (field, old) in [("patches", false), ("patchesJson6902", true), ("patchesStrategicMerge", true)] {
            let items = tape.get(place, field).into_iter().flat_map(|list| tape.items(list));
            found.extend(items.filter_map(|item| read(tape, item, old)));
        }
    }
    found
}

/// The parts of an object that say, as a kustomization does, what to patch.
fn patched_by_object(tape: &Tape, root: NodeId) -> Vec<NodeId> {
    let group =
        tape.str_at(root, "apiVersion").and_then(|version| version.split_once('/')).map(|(group, _)| group);
    match (group, tape.str_at(root, "kind")) {
        (Some(FLUX_GROUP), Some("Kustomization")) => tape.get(root, "spec").into_iter().collect(),
        (Some("helm.toolkit.fluxcd.io"), Some("HelmRelease")) => {
            let list = tape.pointer(root, "/spec/postRenderers").into_iter();
            list.flat_map(|list| tape.items(list)).filter_map(|item| tape.get(item, "kustomize")).collect()
        }
        (Some("fluxcd.controlplane.io"), Some("FluxInstance")) => {
            tape.pointer(root, "/spec/kustomize").into_iter().collect()
        }
        (Some("argoproj.io"), Some("Application")) => {
            let Some(spec) = tape.get(root, "spec") else { return Vec::new() };
            let several = tape.get(spec, "sources").into_iter().flat_map(|list| tape.items(list));
            let sources = tape.get(spec, "source").into_iter().chain(several);
            sources.filter_map(|source| tape.get(source, "kustomize")).collect()
        }
        _ => Vec::new(),
    }
}

fn read(tape: &Tape, item: NodeId, old: bool) -> Option<InlinePatch> {
    let is_text = |n: &NodeId| tape.kind(*n) == Kind::Str && !tape.text(*n).trim().is_empty();
    match tape.kind(item) {
        // A line is the path of a file.
        Kind::Str => {
            let text = tape.text(item);
            let is_patch = old && (text.contains('\n') || text.starts_with('{'));
            is_patch.then_some(InlinePatch { text: item, target: None, old })
        }
        Kind::Map => {
            let text = tape.get(item, "patch").filter(is_text)?;
            let target = tape.get(item, "target").filter(|&n| tape.kind(n) != Kind::Null);
            Some(InlinePatch { text, target: target.map(|target| Target::read(tape, target)), old })
        }
        _ => None,
    }
}
