//! Documents as policies get them. Each is judged as head has it (with what the change does to it), and as base
//! had it (as if nothing changed), so that findings of base can be told from new ones.

use std::cell::OnceCell;
use std::sync::Arc;

use super::raw::Side;
use super::side::{Doc, SideFile};
use super::texts::Texts;
use super::unit::{FilePair, Run};
use super::{context, promotion};
use crate::model::{ObjectId, Operation, RepoPath};
use crate::policy::Document;

/// A document that some policy may want, and where its findings belong.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) document: Document,
    /// The same without the values of Secrets, where it has any and a policy must not see them.
    pub(super) masked: Option<Box<Document>>,
    /// As Git has it; the document's own path is text.
    pub(super) path: RepoPath,
    /// The side that the answer is about.
    pub(super) pass: Side,
    /// Position of the file in the unit; in the change, for those kept for later.
    pub(super) file: usize,
    /// The side and document that pointers lead into: base, for a deletion.
    pub(super) owner: (Side, usize),
}

impl Asked {
    /// What a policy gets that may see the values of Secrets, or may not.
    pub(super) fn shown(&self, secret_values: bool) -> &Document {
        self.masked.as_deref().filter(|_| !secret_values).unwrap_or(&self.document)
    }

    /// Gives the document another number.
    pub(super) fn set_index(&mut self, index: u32) {
        self.document.index = index;
        if let Some(masked) = &mut self.masked {
            masked.index = index;
        }
    }
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
        let masks = masks(run);
        let (base, head) = (base.map(|part| part.with_texts(masks)), head.map(|part| part.with_texts(masks)));
        if let Some(base) = &base {
            asked.push(as_it_was(run, at, &facts, base, asked.len()));
        }
        asked.extend(as_it_is(run, at, &facts, base.as_ref(), head.as_ref(), asked.len()));
    }
}

/// What is the same for all documents of a file, and found when the first of them needs it.
#[derive(Default)]
struct Facts {
    reaches: OnceCell<Vec<String>>,
    counterpart: OnceCell<Option<SideFile>>,
    /// Extensions at base, and at head.
    extensions: [OnceCell<Option<Arc<str>>>; 2],
}

impl Facts {
    /// What the contract has no field for: images of the file whose tag or digest comes from kustomizations.
    fn extensions(&self, run: &Run<'_>, path: &RepoPath, side: Side) -> Option<Arc<str>> {
        let [base, head] = &self.extensions;
        let find = || {
            let images = run.surroundings.of(side).kustomize().pinned_images(path);
            let text = || serde_json::json!({ "kustomize-images": images }).to_string();
            (!images.is_empty()).then(|| text().into())
        };
        if side == Side::Base { base } else { head }.get_or_init(find).clone()
    }
}

/// The document of base, as if nothing changed.
fn as_it_was(run: &Run<'_>, at: usize, facts: &Facts, base: &Part<'_>, index: usize) -> Asked {
    let mut document = document(run, base, Operation::Unchanged, index);
    document.extensions = facts.extensions(run, &base.file.path, Side::Base);
    let contents = Contents { object: Some(&base.texts), old_object: None, promoted_from: None };
    base.asked(document, &contents, Side::Base, at)
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
    let mut promoted_from = None;
    document.old_path =
        base.filter(|base| base.file.path != part.file.path).map(|base| base.file.path.to_string());
    document.extensions = facts.extensions(run, &part.file.path, Side::Head);
    if operation != Operation::Unchanged {
        let reach = || run.surroundings.reach(run.input.config, &part.file.path, part.file.side);
        document.reaches = facts.reaches.get_or_init(reach).clone();
        let counterpart = facts.counterpart.get_or_init(|| promotion::counterpart(run, &part.file.path));
        promoted_from = counterpart.as_ref().and_then(|other| {
            promotion::same_document(other, part.doc).map(|found| Texts::of(other, found, masks(run)))
        });
    }
    let contents = Contents {
        object: head.map(|part| &part.texts),
        old_object: base.map(|part| &part.texts),
        promoted_from: promoted_from.as_ref(),
    };
    Some(part.asked(document, &contents, Side::Head, at))
}

/// True if some policy must not see the values of Secrets.
fn masks(run: &Run<'_>) -> bool {
    run.input.policies.iter().any(|policy| !policy.sees_secret_values())
}

/// The texts of a document as a policy gets them.
struct Contents<'a> {
    object: Option<&'a Texts>,
    old_object: Option<&'a Texts>,
    promoted_from: Option<&'a Texts>,
}

impl Contents<'_> {
    /// Sets the texts of `document` by `text`.
    fn set(&self, document: &mut Document, text: impl Fn(&Texts) -> Option<Arc<str>>) {
        document.object = self.object.and_then(&text);
        document.old_object = self.old_object.and_then(&text);
        document.promoted_from = self.promoted_from.and_then(&text);
    }

    fn are_secret(&self) -> bool {
        let all = [self.object, self.old_object, self.promoted_from];
        all.into_iter().flatten().any(Texts::are_secret)
    }
}

/// One document of one side.
struct Part<'a> {
    file: &'a SideFile,
    doc: &'a Doc,
    /// Index of `doc` in the file.
    number: usize,
    texts: Texts,
}

impl<'a> Part<'a> {
    fn of(file: &'a SideFile, number: usize) -> Option<Self> {
        Some(Self { file, doc: file.docs.get(number)?, number, texts: Texts::default() })
    }

    fn with_texts(self, masks: bool) -> Self {
        Self { texts: Texts::of(self.file, self.doc, masks), ..self }
    }

    fn asked(&self, mut document: Document, contents: &Contents<'_>, pass: Side, file: usize) -> Asked {
        contents.set(&mut document, |texts| texts.clear.clone());
        let mask = || {
            let mut masked = document.clone();
            contents.set(&mut masked, Texts::without_secrets);
            Box::new(masked)
        };
        let masked = contents.are_secret().then(mask);
        let (path, owner) = (self.file.path.clone(), (self.file.side, self.number));
        Asked { document, masked, path, pass, file, owner }
    }
}

fn operation(run: &Run<'_>, base: Option<&Part<'_>>, head: Option<&Part<'_>>) -> Operation {
    match (base, head) {
        (None, _) if run.input.change.base.is_none() => Operation::Unchanged,
        (None, _) => Operation::Create,
        (Some(_), None) => Operation::Delete,
        // A file without an id (on disk, too large to be hashed) counts as changed.
        (Some(base), Some(head)) if base.texts.clear.is_some() && base.texts.clear == head.texts.clear => {
            Operation::Unchanged
        }
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
        old_path: None,
        reaches: name.iter().cloned().collect(),
        environment: name,
        cluster_versions: context::versions(config.kubernetes_of(environment)),
        id: part.doc.id.clone().unwrap_or(nobody),
        object: None,
        old_object: None,
        promoted_from: None,
        extensions: None,
    }
}
