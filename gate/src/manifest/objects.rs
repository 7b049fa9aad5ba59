//! The objects of a document: itself, or the items of a list kind, however deep lists are nested.

use super::problem::Problem;
use super::role::{Head, problem};
use crate::model::ObjectId;
use crate::yaml::{Kind, NodeId, Tape};

/// A Kubernetes object in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Who it is.
    pub id: ObjectId,
    /// Its topmost node.
    pub root: NodeId,
    /// 0-based number of the document in the file.
    pub document: u32,
    /// True if `apiVersion` or `kind` are not in the object itself but follow from its typed list (`PodList`).
    pub inherited: bool,
}

/// `apiVersion` and `kind` that the items of a typed list have.
type Inherited<'a> = Option<(&'a str, &'a str)>;

/// The objects of the document at `root`, in the order of the file, and the items that are none. What kustomize
/// and kubectl open is opened: a kind that ends in `List` with `items` that are mappings.
pub(super) fn objects(tape: &Tape, root: NodeId, document: u32, problems: &mut Vec<Problem>) -> Vec<Object> {
    let mut found = Vec::new();
    let mut open: Vec<(NodeId, Inherited<'_>)> = vec![(root, None)];
    while let Some((node, inherited)) = open.pop() {
        let head = Head::of(tape, node);
        let Some((api_version, kind)) = head.object().or(inherited.filter(|_| tape.kind(node) == Kind::Map))
        else {
            let (at, complaint) = head.complaint(tape, node);
            problems.push(problem(tape, at, document, format!("an item of a list {complaint}")));
            continue;
        };
        match list_items(tape, node, kind) {
            Some(items) => {
                let typed = kind.strip_suffix("List").filter(|item| !item.is_empty());
                let first = open.len();
                open.extend(tape.items(items).map(|item| (item, typed.map(|kind| (api_version, kind)))));
                open[first..].reverse();
            }
            None => found.push(Object {
                id: identity(tape, node, api_version, kind),
                root: node,
                document,
                inherited: head.object().is_none(),
            }),
        }
    }
    found
}

/// The `items` of a list kind. A typed list counts only if all its items are mappings: `List` is also the end of
/// names of kinds that hold lists of something else.
fn list_items(tape: &Tape, node: NodeId, kind: &str) -> Option<NodeId> {
    let typed = kind.strip_suffix("List")?;
    let items = tape.get(node, "items")?;
    let good = match tape.kind(items) {
        Kind::Seq => typed.is_empty() || tape.items(items).all(|item| tape.kind(item) == Kind::Map),
        Kind::Null => typed.is_empty(),
        _ => false,
    };
    good.then_some(items)
}

fn identity(tape: &Tape, node: NodeId, api_version: &str, kind: &str) -> ObjectId {
    let metadata = tape.get(node, "metadata");
    let field = |key| {
        metadata.and_then(|map| tape.get(map, key)).map(|n| tape.text(n)).filter(|text| !text.is_empty())
    };
    let name = match (field("name"), field("generateName")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(prefix)) => format!("{prefix}*"),
        (None, None) => String::new(),
    };
    ObjectId {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: field("namespace").map(str::to_owned),
        name,
    }
}
