//! Patches of kustomizations, of Flux and of Argo CD against the schemas of what they change. A patch is judged by what
//! it says; the object that comes out is judged once it is rendered.

use rustc_hash::FxHashSet;

use super::document_stage::is_template;
use super::inline_patches::{InlinePatch, inline_patches};
use super::inside::{Inside, exhausted};
use super::patch_form;
use super::patch_schema::{Judge, Known, Lacking, Read, Wanted};
use super::raw::{Place, RawFailure, RawFinding};
use super::schema_stage::raw_at;
use super::side::{Doc, SideFile};
use super::unit::Run;
use super::versions::{merge, of_some};
use crate::manifest::Problem;
use crate::model::{FailureKind, Role};
use crate::schema::{Issue, KubeVersion};
use crate::yaml::{self, Kind, NodeId, Tape};

/// What all patches that are written out in one file may cost together: bytes of text, and nodes at 16 bytes each.
const BUDGET: usize = 256 << 20;
/// Bytes of a node.
const NODE: usize = 16;

/// Judges the patches of one file.
pub(super) struct Patches<'a> {
    run: &'a Run<'a>,
    file: &'a SideFile,
    tape: &'a Tape,
    versions: Vec<KubeVersion>,
    known: Known,
    budget: usize,
    pub(super) failures: Vec<RawFailure>,
}

impl<'a> Patches<'a> {
    pub(super) fn new(run: &'a Run<'a>, file: &'a SideFile, tape: &'a Tape) -> Self {
        Self {
            run,
            file,
            tape,
            versions: Vec::new(),
            known: Known::default(),
            budget: BUDGET,
            failures: Vec::new(),
        }
    }

    /// Judges a document that kustomizations apply as a patch.
    pub(super) fn file(&mut self, number: usize, root: NodeId, findings: &mut Vec<RawFinding>) {
        let (run, tape) = (self.run, self.tape);
        let targets = run.surroundings.of(self.file.side).kustomize().targets_of(&self.file.path);
        let mut issues = Vec::new();
        let read = Read { tape, root };
        let wanted: FxHashSet<Option<Option<Wanted>>> =
            targets.iter().map(|target| target.map(|target| target.kind().map(owned))).collect();
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort();
        for target in &wanted {
            match self.issues(read, target.as_ref().map(Option::as_ref)) {
                Ok(found) => issues.extend(found),
                Err(lacking) => self.lost(number, Place::Node(lacking.node), lacking),
            }
        }
        if !wanted.is_empty() {
            let has_target = wanted.iter().any(Option::is_some);
            let has_none = wanted.iter().any(Option::is_none);
            patch_form::check(tape, root, (has_target, has_none), number, &mut issues);
        }
        let mut seen = FxHashSet::default();
        issues.retain(|issue| seen.insert((issue.rule, issue.node, issue.message.clone())));
        let raw = |issue: Issue| {
            let place = Place::Node(issue.node);
            raw_at(self.file.side, number, issue, place)
        };
        findings.extend(issues.into_iter().map(raw));
    }

    /// Judges the patches that the document at `root` has as texts.
    pub(super) fn written_out(
        &mut self,
        number: usize,
        doc: &Doc,
        root: NodeId,
        findings: &mut Vec<RawFinding>,
    ) {
        for patch in inline_patches(self.tape, doc.role, root) {
            if !self.text(number, doc.role, &patch, findings) {
                break;
            }
        }
    }

    /// Judges one of them; false if there is no budget for it or for any more.
    fn text(
        &mut self,
        number: usize,
        role: Role,
        patch: &InlinePatch,
        findings: &mut Vec<RawFinding>,
    ) -> bool {
        let text = self.tape.text(patch.text);
        let nodes = self.budget.saturating_sub(text.len()) / NODE;
        if nodes == 0 {
            self.failures.push(exhausted(number, patch.text));
            return false;
        }
        let limits = yaml::Limits { max_depth: 1000, max_nodes: nodes, ..yaml::Limits::default() };
        let parsed = yaml::parse(text.as_bytes().to_vec(), &limits);
        self.budget = self.budget.saturating_sub(text.len() + NODE * parsed.tape.len().max(1));
        let inside = Inside { outer: self.tape, patch, inner: &parsed.tape, number };
        if role != Role::Kustomization
            && parsed.problems.iter().any(yaml::Problem::is_fatal)
            && is_template(self.tape, patch.text)
        {
            return true;
        }
        for problem in &parsed.problems {
            let problem = Problem::of_yaml(problem, parsed.tape.source());
            let (finding, failure) = inside.problem(self.file, problem);
            findings.push(finding);
            self.failures.extend(failure);
        }
        let target = patch.target.as_ref().map(|target| target.kind().map(owned));
        let (lines, paths) = (self.tape.inside(patch.text), yaml::Paths::new(&parsed.tape));
        let mut issues = Vec::new();
        for (at, document) in parsed.documents.iter().enumerate() {
            let read = Read { tape: &parsed.tape, root: document.root };
            match self.issues(read, target.as_ref().map(Option::as_ref)) {
                Ok(found) => issues.extend(found),
                Err(lacking) => {
                    let place = inside.place(&lines, &paths, &parsed.documents, lacking.node);
                    self.lost(number, place, lacking);
                }
            }
            let has_none =
                patch.target.is_none() && !(patch.old && parsed.tape.kind(document.root) == Kind::Seq);
            patch_form::check(
                &parsed.tape,
                document.root,
                (patch.target.is_some(), has_none),
                at,
                &mut issues,
            );
        }
        for issue in issues {
            let place = inside.place(&lines, &paths, &parsed.documents, issue.node);
            findings.push(raw_at(self.file.side, number, issue, place));
        }
        true
    }

    /// What the schemas say of a patch for `target`: `None` for whom the patch itself names, `Some(None)` for objects that
    /// may be of several kinds.
    ///
    /// # Errors
    /// Nobody has a schema to judge it by.
    fn issues(&mut self, read: Read<'_>, target: Option<Option<&Wanted>>) -> Result<Vec<Issue>, Lacking> {
        if self.versions.is_empty() {
            let config = self.run.input.config;
            self.versions = self.run.schemas.versions(config, config.environment_of(&self.file.path));
        }
        let versions = self.versions.clone();
        let mut found = Vec::new();
        for &version in &versions {
            let by = Judge { run: self.run, file: self.file, version, known: &mut self.known };
            let issues = match target {
                None => by.own_kind(read)?,
                Some(Some(wanted)) => by.target(read, wanted)?,
                Some(None) => by.guess(read),
            };
            merge(version, issues, &mut found);
        }
        Ok(found.into_iter().map(|found| of_some(found, &versions, &[])).collect())
    }

    /// Keeps what could not be judged; a patch that several targets share is told once for each kind.
    fn lost(&mut self, number: usize, place: Place, lacking: Lacking) {
        let failure = RawFailure {
            check: "schema".into(),
            kind: FailureKind::NoSchema,
            message: lacking.message,
            hint: Some(lacking.hint),
            document: Some(number),
            place,
        };
        let is_known = |known: &RawFailure| known.place == place && known.message == failure.message;
        if !self.failures.iter().any(is_known) {
            self.failures.push(failure);
        }
    }
}

fn owned((group, version, kind): (Option<&str>, Option<&str>, &str)) -> Wanted {
    (group.map(str::to_owned), version.map(str::to_owned), kind.to_owned())
}
