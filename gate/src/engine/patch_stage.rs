//! Patches of kustomizations, of Flux and of Argo CD against the schemas of what they change. A patch is judged by what
//! it says; the object that comes out is judged once it is rendered.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::completion::is_text_to_kustomize;
use super::document_stage::is_template;
use super::inline_patches::{InlinePatch, inline_patches};
use super::inside::{Inside, exhausted};
use super::patch_form;
use super::raw::{Place, RawFailure, RawFinding};
use super::schema_stage::raw_at;
use super::side::{Doc, SideFile};
use super::unit::Run;
use super::versions::{merge, of_some};
use crate::manifest::Problem;
use crate::model::{Role, Severity};
use crate::schema::{Issue, KubeVersion, Lookup, SchemaRef, SchemaRule, SchemaSet};
use crate::yaml::{self, Kind, NodeId, Tape};

/// What all patches that are written out in one file may cost together: bytes of text, and nodes at 16 bytes each.
const BUDGET: usize = 256 << 20;
/// Bytes of a node.
const NODE: usize = 16;

/// Group and version where they are known, and kind.
type Wanted = (Option<String>, Option<String>, String);

/// A patch that has been read.
#[derive(Clone, Copy)]
struct Read<'t> {
    tape: &'t Tape,
    root: NodeId,
}

/// Judges the patches of one file.
pub(super) struct Patches<'a> {
    run: &'a Run<'a>,
    file: &'a SideFile,
    tape: &'a Tape,
    versions: Vec<KubeVersion>,
    known: FxHashMap<(KubeVersion, Wanted), Rc<[SchemaRef]>>,
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
            known: FxHashMap::default(),
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
            issues.extend(self.issues(read, target.as_ref().map(Option::as_ref)));
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
        let mut issues = Vec::new();
        for (at, document) in parsed.documents.iter().enumerate() {
            let read = Read { tape: &parsed.tape, root: document.root };
            issues.extend(self.issues(read, target.as_ref().map(Option::as_ref)));
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
        let (lines, paths) = (self.tape.inside(patch.text), yaml::Paths::new(&parsed.tape));
        for issue in issues {
            let place = inside.place(&lines, &paths, &parsed.documents, issue.node);
            findings.push(raw_at(self.file.side, number, issue, place));
        }
        true
    }

    /// What the schemas say of a patch for `target`: `None` for whom the patch itself names, `Some(None)` for objects that
    /// may be of several kinds.
    fn issues(&mut self, read: Read<'_>, target: Option<Option<&Wanted>>) -> Vec<Issue> {
        if self.versions.is_empty() {
            let config = self.run.input.config;
            self.versions = self.run.schemas.versions(config, config.environment_of(&self.file.path));
        }
        let versions = self.versions.clone();
        let mut found = Vec::new();
        for &version in &versions {
            let issues = match target {
                None => self.by_own_kind(read, version),
                Some(Some(wanted)) => self.by_target(read, wanted, version),
                Some(None) => self.by_guess(read, version),
            };
            merge(version, issues, &mut found);
        }
        found.into_iter().map(|found| of_some(found, &versions, &[])).collect()
    }

    fn by_own_kind(&self, read: Read<'_>, version: KubeVersion) -> Vec<Issue> {
        let Read { tape, root } = read;
        let (Some(api_version), Some(kind)) = (tape.str_at(root, "apiVersion"), tape.str_at(root, "kind"))
        else {
            return Vec::new();
        };
        let place = tape.get(root, "apiVersion").unwrap_or(root);
        match self.set().lookup(version, api_version, kind) {
            Lookup::Found(schema) => self.by_schema(read, schema, kind == "Secret"),
            Lookup::Unknown => Vec::new(),
            other => other.issue(version, api_version, kind, place).into_iter().collect(),
        }
    }

    /// A target that names no kind selects by name or label; the kind that the patch itself names is then most likely meant.
    fn by_guess(&self, read: Read<'_>, version: KubeVersion) -> Vec<Issue> {
        let mut issues = self.by_own_kind(read, version);
        issues
            .retain(|issue| !matches!(issue.rule, SchemaRule::MisspeltKind | SchemaRule::UnknownApiVersion));
        issues.retain(|issue| !matches!(issue.rule, SchemaRule::RemovedApi | SchemaRule::FutureApi));
        issues.iter_mut().for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
        issues
    }

    /// What every schema that may be meant finds something in: what the first of them finds.
    fn by_target(&mut self, read: Read<'_>, wanted: &Wanted, version: KubeVersion) -> Vec<Issue> {
        let key = (version, wanted.clone());
        let set = self.run.schemas.of(self.file.side);
        let find = || {
            let (group, version_of, kind) = wanted;
            Rc::from(set.schemas_of(version, (group.as_deref(), version_of.as_deref(), kind)))
        };
        let schemas: Rc<[SchemaRef]> = self.known.entry(key).or_insert_with(find).clone();
        let mut first: Option<Vec<Issue>> = None;
        for &schema in schemas.iter() {
            let issues = self.by_schema(read, schema, wanted.2 == "Secret");
            if issues.is_empty() {
                return issues;
            }
            first.get_or_insert(issues);
        }
        let mut issues = first.unwrap_or_default();
        // Another group that the gate has not heard of may have a kind of this name.
        if wanted.0.is_none() && schemas.iter().all(SchemaRef::is_custom) {
            issues.iter_mut().for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
        }
        issues
    }

    fn by_schema(&self, read: Read<'_>, schema: SchemaRef, secret: bool) -> Vec<Issue> {
        let Read { tape, root } = read;
        let mut issues = Vec::new();
        match tape.kind(root) {
            Kind::Seq => self.set().check_operations(schema, (tape, root), secret, &mut issues),
            Kind::Map => self.set().check_patch(schema, (tape, root), secret, &mut issues),
            _ => {}
        }
        for issue in issues.iter_mut().filter(|issue| issue.rule == SchemaRule::WrongType) {
            if tape.kind(root) == Kind::Map && is_text_to_kustomize(tape, root, issue.node) {
                issue.severity = Severity::Warning;
                issue.hint = Some("kustomize reads it as a string, everything else does not".to_owned());
            }
        }
        issues
    }

    fn set(&self) -> &SchemaSet {
        self.run.schemas.of(self.file.side)
    }
}

fn owned((group, version, kind): (Option<&str>, Option<&str>, &str)) -> Wanted {
    (group.map(str::to_owned), version.map(str::to_owned), kind.to_owned())
}
