//! Places in patches that stand in other documents, and what is wrong with such a patch as a text.

use sha2::{Digest, Sha256};

use super::inline_patches::InlinePatch;
use super::raw::{Place, RawFailure, RawFinding};
use super::side::SideFile;
use crate::manifest::Problem;
use crate::model::{FailureKind, Severity};
use crate::yaml::{self, NodeId, Tape};

/// A patch inside of a document.
pub(super) struct Inside<'a> {
    pub(super) outer: &'a Tape,
    pub(super) patch: &'a InlinePatch,
    pub(super) inner: &'a Tape,
    /// Index of the document in the file.
    pub(super) number: usize,
}

impl Inside<'_> {
    /// The place of a node of the patch in the file.
    pub(super) fn place(
        &self,
        lines: &yaml::Inside,
        paths: &yaml::Paths<'_>,
        documents: &[yaml::Document],
        node: NodeId,
    ) -> Place {
        let number = documents.partition_point(|document| document.root <= node).saturating_sub(1);
        let path = documents.get(number).and_then(|document| paths.stable_path_to(document.root, node));
        let mark =
            Sha256::digest(format!("{}\0{}", self.whom(documents.get(number)), path.unwrap_or_default()));
        let mark = mark.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        Place::Inside(self.patch.text, lines.outer(self.inner.span(node)), mark)
    }

    /// What tells the patch from others of the same document: its position changes with every new one before it.
    fn whom(&self, document: Option<&yaml::Document>) -> String {
        let word = |pointer: &str| {
            let found = document.and_then(|document| self.inner.pointer(document.root, pointer));
            found.map_or("", |n| self.inner.text(n))
        };
        let own = ["/apiVersion", "/kind", "/metadata/namespace", "/metadata/name"].map(word);
        format!("{}\0{:?}", own.join("\0"), self.patch.target)
    }

    /// A patch that cannot be read.
    pub(super) fn problem(&self, file: &SideFile, problem: Problem) -> (RawFinding, Option<RawFailure>) {
        let lines = self.outer.inside(self.patch.text);
        let place = Place::Inside(self.patch.text, lines.outer(problem.span), u64::from(problem.document));
        let failure = problem.fatal.then(|| RawFailure {
            check: "manifest".into(),
            kind: FailureKind::Syntax,
            message: format!("a patch in {} cannot be read: {}", file.path, problem.message),
            hint: Some("whoever changed the patch has to mend it; until then it is not checked".to_owned()),
            document: Some(self.number),
            place,
        });
        let finding = RawFinding {
            rule: problem.rule.to_owned(),
            severity: Severity::Error,
            message: problem.message,
            hint: problem.hint.map(str::to_owned),
            side: file.side,
            owner: file.side,
            document: Some(self.number),
            place,
            sensitive: false,
            fix: None,
            mend: None,
            related: Vec::new(),
        };
        (finding, failure)
    }
}

/// The failure of a file whose patches are too large together.
pub(super) fn exhausted(number: usize, text: NodeId) -> RawFailure {
    RawFailure {
        check: "schema".into(),
        kind: FailureKind::Syntax,
        message: "the patches in this file are too large together; from here on they are not judged"
            .to_owned(),
        hint: Some("put them into files of their own".to_owned()),
        document: Some(number),
        place: Place::Node(text),
    }
}
