//! Documents as policies get them. Each is judged as head has it (with what the change does to it), and as base
//! had it (as if nothing changed), so that findings of base can be told from new ones.

use std::sync::Arc;

use super::promotion;
use super::raw::Side;
use super::side::{Doc, SideFile};
use super::unit::{FilePair, Run};
use crate::manifest::Pair;
use crate::model::{ObjectId, Operation};
use crate::policy::Document;

/// A document that some policy may want, and where its findings belong.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) document: Document,
    /// The side that the answer is about.
    pub(super) pass: Side,
    /// Position of the file in the unit; in the change, for those kept for later.
    pub(super) file: usize,
    /// The side and document that pointers lead into: base, for a deletion.
    pub(super) owner: (Side, usize),
}

const OPERATIONS: [Operation; 4] =
    [Operation::Create, Operation::Update, Operation::Delete, Operation::Unchanged];

/// Appends the documents of one file that a policy asks for.
pub(super) fn collect(run: &Run<'_>, at: usize, file: &FilePair, asked: &mut Vec<Asked>) {
    for pair in &file.pairs {
        collect_pair(run, at, file, pair, asked);
    }
}

fn collect_pair(run: &Run<'_>, at: usize, file: &FilePair, pair: &Pair, asked: &mut Vec<Asked>) {
    let part = |side: Option<&SideFile>, doc: Option<usize>| {
        let side = side?;
        Some(Part { number: doc?, doc: side.docs.get(doc?)?.clone(), json: json(side, side.docs.get(doc?)?) })
    };
    let wanted = |side: Option<&SideFile>, doc: Option<usize>| {
        side.zip(doc).and_then(|(side, doc)| side.docs.get(doc)).is_some_and(|doc| is_wanted(run, doc))
    };
    if !wanted(file.head.as_ref(), pair.head) && !wanted(file.base.as_ref(), pair.base) {
        return;
    }
    let base = part(file.base.as_ref(), pair.base);
    let head = part(file.head.as_ref(), pair.head);
    if let (Some(base), Some(side)) = (&base, &file.base) {
        let mut document = document(run, side, base, Operation::Unchanged, asked.len());
        document.object = base.json.clone();
        asked.push(Asked { document, pass: Side::Base, file: at, owner: (Side::Base, base.number) });
    }
    let operation = operation(run, base.as_ref(), head.as_ref());
    let (owner, part, side) = match (&head, &base, &file.head, &file.base) {
        (Some(head), _, Some(side), _) => ((Side::Head, head.number), head, side),
        (None, Some(base), _, Some(side)) => ((Side::Base, base.number), base, side),
        _ => return,
    };
    let mut document = document(run, side, part, operation, asked.len());
    document.object = head.as_ref().and_then(|part| part.json.clone());
    document.old_object = base.as_ref().and_then(|part| part.json.clone());
    if operation != Operation::Unchanged {
        document.reaches = run.surroundings.reach(run.input.config, &side.path, operation);
        document.promoted_from = promotion::counterpart(run, side, &part.doc);
    }
    asked.push(Asked { document, pass: Side::Head, file: at, owner });
}

struct Part {
    number: usize,
    doc: Doc,
    json: Option<Arc<str>>,
}

/// The document as JSON; for what is not parsed, a JSON string that stands for its content.
fn json(side: &SideFile, doc: &Doc) -> Option<Arc<str>> {
    match (side.tape(), doc.root) {
        (Some(tape), Some(root)) => {
            let mut text = String::new();
            tape.write_json(root, &mut text);
            Some(text.into())
        }
        _ => side.digest.clone(),
    }
}

fn operation(run: &Run<'_>, base: Option<&Part>, head: Option<&Part>) -> Operation {
    match (base, head) {
        (None, _) if run.input.change.base.is_none() => Operation::Unchanged,
        (None, _) => Operation::Create,
        (Some(_), None) => Operation::Delete,
        // A file without an id (on disk, too large to be hashed) counts as changed.
        (Some(base), Some(head)) if base.json.is_some() && base.json == head.json => Operation::Unchanged,
        (Some(_), Some(_)) => Operation::Update,
    }
}

fn is_wanted(run: &Run<'_>, doc: &Doc) -> bool {
    let (group, kind) = doc.id.as_ref().map_or(("", ""), |id| (id.group(), id.kind.as_str()));
    run.input.policies.iter().any(|configured| {
        OPERATIONS.iter().any(|&op| configured.metadata().matches(doc.role, group, kind, op))
    })
}

fn document(run: &Run<'_>, side: &SideFile, part: &Part, operation: Operation, index: usize) -> Document {
    let config = run.input.config;
    let environment = config.environment_of(&side.path);
    let name = environment.map(|environment| environment.name.clone());
    let nobody =
        ObjectId { api_version: String::new(), kind: String::new(), namespace: None, name: String::new() };
    Document {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        operation,
        role: part.doc.role,
        path: side.path.to_string(),
        reaches: name.iter().cloned().collect(),
        environment: name,
        cluster_version: config.kubernetes_of(environment).first().map(ToString::to_string),
        id: part.doc.id.clone().unwrap_or(nobody),
        object: None,
        old_object: None,
        promoted_from: None,
    }
}
