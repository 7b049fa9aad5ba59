//! One file read: its documents with their roles, its objects, its problems.

use super::layout::Surroundings;
use super::objects::{Object, objects};
use super::problem::Problem;
use super::role::classify;
use crate::model::{RepoPath, Role, SkipReason};
use crate::text::ByteSpan;
use crate::yaml::{self, NodeId, Tape};

/// One document of a file.
#[derive(Debug, Clone)]
pub struct Document {
    /// 0-based in the file.
    pub index: u32,
    /// Its topmost node.
    pub root: NodeId,
    /// Its part of the file.
    pub span: ByteSpan,
    /// What it is.
    pub role: Role,
    /// Its objects: one, or the items of a list; none unless the role is [`Role::Object`].
    pub objects: Vec<Object>,
}

impl Document {
    /// Why it is not checked as an object; none if it is.
    pub fn skip_reason(&self, tape: &Tape) -> Option<SkipReason> {
        match self.role {
            Role::Object if !self.objects.is_empty() => None,
            Role::Object => Some(SkipReason::Empty),
            Role::Kustomization => Some(SkipReason::Kustomization),
            Role::Patch => Some(SkipReason::Patch),
            Role::Values => Some(SkipReason::HelmValues),
            Role::Template => Some(SkipReason::HelmTemplate),
            Role::File => Some(SkipReason::NotAManifest),
            Role::Other if tape.kind(self.root) == yaml::Kind::Null => Some(SkipReason::Empty),
            Role::Other => Some(SkipReason::NotAnObject),
        }
    }
}

/// What is judged by itself: an object, or a document that is none.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'m> {
    /// 0-based number of the document in the file.
    pub document: u32,
    /// What the document is.
    pub role: Role,
    /// The topmost node of the object or document.
    pub root: NodeId,
    /// The object, if it is one.
    pub object: Option<&'m Object>,
}

/// A file that has been read.
#[derive(Debug)]
pub struct Manifest {
    /// The nodes of all its documents, and its source.
    pub tape: Tape,
    /// The documents that could be read.
    pub documents: Vec<Document>,
    /// What is wrong with it, in the order of the file.
    pub problems: Vec<Problem>,
    /// Why nothing in the file is checked, where it has no document to say so.
    pub skipped: Option<SkipReason>,
}

impl Manifest {
    /// Reads the file at `path`, which [`super::Layout::file_kind`] says is a manifest.
    pub fn read(path: &RepoPath, source: Vec<u8>, around: &Surroundings, limits: &yaml::Limits) -> Self {
        let yaml::Parsed { tape, documents, problems } = yaml::parse(source, limits);
        let foreign =
            problems.iter().any(yaml::Problem::is_fatal) && is_foreign_json(path, tape.source(), around);
        let mut problems: Vec<Problem> = match foreign {
            true => Vec::new(),
            false => problems.iter().map(|problem| Problem::of_yaml(problem, tape.source())).collect(),
        };
        let documents: Vec<Document> =
            documents.iter().map(|document| read_document(&tape, document, around, &mut problems)).collect();
        problems.sort_by_key(|problem| (problem.document, problem.span));
        let skipped = match (foreign, documents.is_empty() && problems.is_empty()) {
            (true, _) => Some(SkipReason::NotAnObject),
            (false, true) => Some(SkipReason::Empty),
            (false, false) => None,
        };
        Self { tape, documents, problems, skipped }
    }

    /// The objects, and the documents that are none, in the order of the file.
    pub fn units(&self) -> Vec<Unit<'_>> {
        let mut units = Vec::new();
        for document in &self.documents {
            let Document { index, root, role, .. } = *document;
            match role {
                Role::Object => units.extend(document.objects.iter().map(|object| Unit {
                    document: index,
                    role,
                    root: object.root,
                    object: Some(object),
                })),
                _ => units.push(Unit { document: index, role, root, object: None }),
            }
        }
        units
    }

    /// The objects, in the order of the file.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.documents.iter().flat_map(|document| &document.objects)
    }
}

fn read_document(
    tape: &Tape,
    document: &yaml::Document,
    around: &Surroundings,
    problems: &mut Vec<Problem>,
) -> Document {
    let yaml::Document { index, root, span } = *document;
    let (role, incomplete) = classify(tape, root, index, around);
    problems.extend(incomplete);
    let objects = if role == Role::Object { objects(tape, root, index, problems) } else { Vec::new() };
    Document { index, root, span, role, objects }
}

/// A JSON file that cannot be read and is none of Kubernetes' business: editors' settings with comments and
/// their like. YAML files have no such way out.
fn is_foreign_json(path: &RepoPath, source: &[u8], around: &Surroundings) -> bool {
    let in_use = around.resource || around.patch || around.values;
    path.extension() == "json" && !in_use && memchr::memmem::find(source, b"apiVersion").is_none()
}
