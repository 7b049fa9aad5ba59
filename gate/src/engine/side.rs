//! One side of one changed file: read, parsed and taken apart into documents.

use std::sync::Arc;

use super::MAX_FILE_BYTES;
use super::raw::{Place, RawFailure, RawFinding, Side};
use super::unit::Run;
use crate::git::{Content, Entry, FileMode, GitError, Snapshot};
use crate::manifest::{FileKind, Manifest, Problem, is_like_manifest};
use crate::model::{FailureKind, ObjectId, RepoPath, Role, Severity, SkipReason, Skipped};
use crate::yaml::{self, NodeId, Tape};

/// A document, or a file that is not parsed.
#[derive(Debug, Clone)]
pub(super) struct Doc {
    pub(super) role: Role,
    pub(super) id: Option<ObjectId>,
    /// None for what is not parsed.
    pub(super) root: Option<NodeId>,
    /// 0-based in the file.
    pub(super) number: u32,
}

/// One side of one file.
pub(super) struct SideFile {
    pub(super) side: Side,
    pub(super) path: RepoPath,
    pub(super) docs: Vec<Doc>,
    pub(super) findings: Vec<RawFinding>,
    pub(super) failures: Vec<RawFailure>,
    pub(super) skipped: Vec<Skipped>,
    /// Stands for the content of a file that is not parsed: equal for equal contents.
    pub(super) digest: Option<Arc<str>>,
    pub(super) manifest: Option<Manifest>,
    /// It is an input or an expectation of a test of a policy tool.
    pub(super) fixture: bool,
    /// Its content is not there or damaged: whatever it was.
    pub(super) is_lost: bool,
}

impl SideFile {
    /// Reads `entry` of `snapshot`; what goes wrong is part of the result.
    pub(super) fn load(run: &Run<'_>, snapshot: &Snapshot, entry: &Entry, side: Side) -> Self {
        let mut file = Self::empty(entry, side);
        if run.input.config.exclude.matches(&entry.path) || run.input.options.ignores(&entry.path) {
            file.skip(SkipReason::Excluded);
            return file;
        }
        match (entry.mode, run.surroundings.of(side).file_kind(&entry.path)) {
            (FileMode::Submodule, _) => file.opaque(Role::File, SkipReason::Submodule),
            (FileMode::Symlink, _) => file.opaque(Role::File, SkipReason::Symlink),
            (_, FileKind::File) if run.input.change.is_named(&entry.path) => {
                file.read_named(run, snapshot.read(entry, MAX_FILE_BYTES));
            }
            (_, FileKind::File) => file.opaque(Role::File, SkipReason::NotAManifest),
            (_, FileKind::Template) => file.opaque(Role::Template, SkipReason::HelmTemplate),
            (_, FileKind::Manifest) => file.read(run, snapshot.read(entry, MAX_FILE_BYTES)),
        }
        file
    }

    /// The nodes of the file, if it was parsed.
    pub(super) fn tape(&self) -> Option<&Tape> {
        self.manifest.as_ref().map(|manifest| &manifest.tape)
    }

    fn empty(entry: &Entry, side: Side) -> Self {
        Self {
            side,
            path: entry.path.clone(),
            docs: Vec::new(),
            findings: Vec::new(),
            failures: Vec::new(),
            skipped: Vec::new(),
            digest: entry.id.map(|id| format!("\"{id}\"").into()),
            manifest: None,
            fixture: false,
            is_lost: false,
        }
    }

    fn skip(&mut self, reason: SkipReason) {
        self.skipped.push(Skipped { path: self.path.clone(), document: None, reason });
    }

    /// A file whose content is not looked at.
    fn opaque(&mut self, role: Role, reason: SkipReason) {
        self.skip(reason);
        self.docs.push(Doc { role, id: None, root: None, number: 0 });
    }

    /// A file that somebody named, and whose name says nothing: a manifest by its content, or none.
    fn read_named(&mut self, run: &Run<'_>, content: Result<Content, GitError>) {
        match content {
            Ok(Content::Bytes(bytes)) if !is_like_manifest(&self.path, &bytes) => {
                self.opaque(Role::File, SkipReason::NotAManifest);
            }
            Ok(Content::Binary { .. }) => self.opaque(Role::File, SkipReason::NotAManifest),
            content => self.read(run, content),
        }
    }

    fn read(&mut self, run: &Run<'_>, content: Result<Content, GitError>) {
        let unreadable = match content {
            Ok(Content::Bytes(bytes)) => return self.parse(run, bytes),
            Ok(Content::Binary { .. }) => {
                self.skip(SkipReason::Binary);
                let hint = "give it another name, or list it under `exclude` in gate.yaml";
                ("it is binary, not text".to_owned(), hint.to_owned())
            }
            Ok(Content::LfsPointer { oid, size }) => {
                self.skip(SkipReason::LfsPointer);
                let what = format!(
                    "it is a Git LFS pointer ({oid}, {size} bytes): its content is not in the repository"
                );
                (what, "keep manifests out of Git LFS, or list it under `exclude` in gate.yaml".to_owned())
            }
            Ok(Content::TooLarge { size }) => (
                format!("it has {size} bytes; the limit is {MAX_FILE_BYTES}"),
                "split it, or list it under `exclude` in gate.yaml".to_owned(),
            ),
            Ok(Content::Symlink { .. }) => return self.opaque(Role::File, SkipReason::Symlink),
            Ok(Content::Submodule { .. }) => return self.opaque(Role::File, SkipReason::Submodule),
            Err(error @ GitError::PathUnreadable { .. }) => (
                error.to_string(),
                "let whoever runs the gate read it, or list it under `exclude` in gate.yaml".to_owned(),
            ),
            Err(error) => {
                self.is_lost = true;
                let hint =
                    error.hint().unwrap_or_else(|| "check that the clone is complete: `git fsck`".into());
                (error.to_string(), hint)
            }
        };
        self.docs.push(Doc { role: Role::File, id: None, root: None, number: 0 });
        let message = match self.side {
            Side::Head => format!("{} cannot be checked: {}", self.path, unreadable.0),
            Side::Base => format!("what {} was before is not known: {}", self.path, unreadable.0),
        };
        self.failures.push(RawFailure {
            check: "manifest".into(),
            kind: FailureKind::Unreadable,
            message,
            hint: Some(unreadable.1),
            document: None,
            place: Place::Whole,
        });
    }

    fn parse(&mut self, run: &Run<'_>, bytes: Vec<u8>) {
        let around = run.surroundings.of(self.side).surroundings(&self.path);
        self.fixture = around.fixture;
        let manifest = Manifest::read(&self.path, bytes, &around, &yaml::Limits::default());
        if let Some(reason) = manifest.skipped {
            self.skip(reason);
        }
        for document in &manifest.documents {
            if let Some(reason) = document.skip_reason(&manifest.tape) {
                let number = (manifest.documents.len() > 1).then_some(document.index);
                self.skipped.push(Skipped { path: self.path.clone(), document: number, reason });
            }
        }
        let doc = |unit: crate::manifest::Unit<'_>| Doc {
            role: unit.role,
            id: unit.object.map(|object| object.id.clone()),
            root: Some(unit.root),
            number: unit.document,
        };
        self.docs = manifest.units().into_iter().map(doc).collect();
        for problem in &manifest.problems {
            self.findings.push(finding(self.side, &self.docs, problem));
            if problem.fatal {
                self.failures.push(unparsed(&self.path, problem));
            }
        }
        self.manifest = Some(manifest);
    }
}

fn finding(side: Side, docs: &[Doc], problem: &Problem) -> RawFinding {
    RawFinding {
        rule: problem.rule.to_owned(),
        severity: Severity::Error,
        message: problem.message.clone(),
        hint: problem.hint.map(str::to_owned),
        side,
        owner: side,
        document: docs.iter().position(|doc| doc.number == problem.document),
        place: problem.node.map_or(Place::Span(problem.span), Place::Node),
        sensitive: false,
        fix: None,
        mend: None,
        related: Vec::new(),
    }
}

fn unparsed(path: &RepoPath, problem: &Problem) -> RawFailure {
    RawFailure {
        check: "manifest".into(),
        kind: FailureKind::Syntax,
        message: format!("a document of {path} cannot be read: {}", problem.message),
        hint: Some(
            "whoever changed the file has to mend it; until then nothing in the document is checked".into(),
        ),
        document: None,
        place: Place::Span(problem.span),
    }
}
