//! Documents as policies get them. Each is judged as head has it (with what the change does to it), and as base
//! had it (as if nothing changed), so that findings of base can be told from new ones.

use std::cell::OnceCell;
use std::sync::Arc;

use super::promotion;
use super::raw::Side;
use super::side::{Doc, SideFile};
use super::unit::{FilePair, Run};
use crate::model::{ObjectId, Operation, RepoPath};
use crate::policy::Document;

/// A document that some policy may want, and where its findings belong.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) document: Document,
    /// As Git has it; the document's own path is text.
    pub(super) path: RepoPath,
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
    let facts = Facts::default();
    for pair in &file.pairs {
        let base = file.base.as_ref().and_then(|side| Part::of(side, pair.base?));
        let head = file.head.as_ref().and_then(|side| Part::of(side, pair.head?));
        if ![&base, &head].into_iter().flatten().any(|part| is_wanted(run, part.doc)) {
            continue;
        }
        let (base, head) = (base.map(Part::with_json), head.map(Part::with_json));
        if let Some(base) = &base {
            asked.push(as_it_was(run, at, base, asked.len()));
        }
        asked.extend(as_it_is(run, at, &facts, base.as_ref(), head.as_ref(), asked.len()));
    }
}

/// What is the same for all documents of a file, and found when the first of them needs it.
#[derive(Default)]
struct Facts {
    reaches: OnceCell<Vec<String>>,
    counterpart: OnceCell<Option<SideFile>>,
}

/// The document of base, as if nothing changed.
fn as_it_was(run: &Run<'_>, at: usize, base: &Part<'_>, index: usize) -> Asked {
    let mut document = document(run, base, Operation::Unchanged, index);
    document.object = base.json.clone();
    base.asked(document, Side::Base, at)
}

/// The document of head and what the change does to it; for a deletion, the document of base.
fn as_it_is(
    run: &Run<'_>,
    at: usize,
    facts: &Facts,
    base: Option<&Part<'_>>,
    head: Option<&Part<'_>>,
    index: usize,
) -> Option<Asked> {
    let part = head.or(base)?;
    let operation = operation(run, base, head);
    let mut document = document(run, part, operation, index);
    document.object = head.and_then(|part| part.json.clone());
    document.old_object = base.and_then(|part| part.json.clone());
    if operation != Operation::Unchanged {
        let reach = || run.surroundings.reach(run.input.config, &part.file.path, part.file.side);
        document.reaches = facts.reaches.get_or_init(reach).clone();
        let counterpart = facts.counterpart.get_or_init(|| promotion::counterpart(run, &part.file.path));
        document.promoted_from =
            counterpart.as_ref().and_then(|other| promotion::same_document(other, part.doc));
    }
    Some(part.asked(document, Side::Head, at))
}

/// One document of one side.
struct Part<'a> {
    file: &'a SideFile,
    doc: &'a Doc,
    /// Index of `doc` in the file.
    number: usize,
    json: Option<Arc<str>>,
}

impl<'a> Part<'a> {
    fn of(file: &'a SideFile, number: usize) -> Option<Self> {
        Some(Self { file, doc: file.docs.get(number)?, number, json: None })
    }

    /// Adds the document as JSON; for what is not parsed, a JSON string that stands for its content.
    fn with_json(mut self) -> Self {
        self.json = match (self.file.tape(), self.doc.root) {
            (Some(tape), Some(root)) => {
                let mut text = String::new();
                tape.write_json(root, &mut text);
                Some(text.into())
            }
            _ => self.file.digest.clone(),
        };
        self
    }

    fn asked(&self, document: Document, pass: Side, file: usize) -> Asked {
        Asked { document, path: self.file.path.clone(), pass, file, owner: (self.file.side, self.number) }
    }
}

fn operation(run: &Run<'_>, base: Option<&Part<'_>>, head: Option<&Part<'_>>) -> Operation {
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

fn document(run: &Run<'_>, part: &Part<'_>, operation: Operation, index: usize) -> Document {
    let config = run.input.config;
    let environment = config.environment_of(&part.file.path);
    let name = environment.map(|environment| environment.name.clone());
    let nobody =
        ObjectId { api_version: String::new(), kind: String::new(), namespace: None, name: String::new() };
    Document {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        operation,
        role: part.doc.role,
        path: part.file.path.to_string(),
        reaches: name.iter().cloned().collect(),
        environment: name,
        cluster_version: config.kubernetes_of(environment).first().map(ToString::to_string),
        id: part.doc.id.clone().unwrap_or(nobody),
        object: None,
        old_object: None,
        promoted_from: None,
    }
}
