//! Documents that are no objects, and patches, against what kustomize and Helm make of them.

use super::patch_stage::Patches;
use super::raw::{Place, RawFailure, RawFinding};
use super::schema_stage::raw_at;
use super::side::{Doc, SideFile};
use super::unit::Run;
use crate::manifest::{is_chart_file, is_kustomization_file, is_requirements_file};
use crate::model::{FailureKind, Role, Severity, SkipReason};
use crate::schema::{DocumentSchema, Issue, SchemaRule};
use crate::text::ByteSpan;
use crate::yaml::{Kind, NodeId, Tape};

/// Judges every document of `file` that is no object, and the patches that are written out in any. Returns what could
/// not be judged.
pub(super) fn check(run: &Run<'_>, file: &SideFile, findings: &mut Vec<RawFinding>) -> Vec<RawFailure> {
    let Some(tape) = file.tape() else { return Vec::new() };
    let before = findings.len();
    findings.extend(empty(file));
    let mut patches = Patches::new(run, file, tape);
    let mut failures = Vec::new();
    for (number, doc) in file.docs.iter().enumerate() {
        let Some(root) = doc.root else { continue };
        if let Some(what) = schema_of(run, file, doc, root) {
            failures.extend(by_schema(run, file, what, (number, root), findings));
        }
        let is_read = number == 0 || !is_kustomization_file(&file.path);
        match doc.role {
            Role::Patch => patches.file(number, root, findings),
            Role::Kustomization if !is_read => {}
            Role::Kustomization | Role::Object => patches.written_out(number, doc, root, findings),
            _ => {}
        }
    }
    failures.append(&mut patches.failures);
    if file.fixture {
        let new = findings.iter_mut().skip(before);
        new.for_each(|finding| finding.severity = finding.severity.min(Severity::Warning));
    }
    failures
}

/// A file that has to say something and says nothing.
fn empty(file: &SideFile) -> Option<RawFinding> {
    let manifest = file.manifest.as_ref().filter(|manifest| manifest.skipped == Some(SkipReason::Empty))?;
    let message = match &file.path {
        path if is_kustomization_file(path) => "the kustomization is empty, which kustomize refuses",
        path if is_chart_file(path) => "the chart has no `name` and no `version`, which Helm refuses",
        _ => return None,
    };
    let rule = SchemaRule::MissingField;
    Some(RawFinding {
        rule: rule.id().to_owned(),
        severity: rule.severity(),
        message: message.to_owned(),
        hint: None,
        side: file.side,
        owner: file.side,
        document: None,
        place: Place::Span(ByteSpan::new(0, manifest.tape.source().len().min(1) as u32)),
        sensitive: false,
        fix: None,
        mend: None,
        related: Vec::new(),
    })
}

/// The schema of a document that has one and is no object.
fn schema_of(run: &Run<'_>, file: &SideFile, doc: &Doc, root: NodeId) -> Option<DocumentSchema> {
    let tape = file.tape()?;
    let is_object = || tape.str_at(root, "apiVersion").is_some() && tape.str_at(root, "kind").is_some();
    match doc.role {
        Role::Kustomization => Some(DocumentSchema::Kustomization),
        Role::Other if tape.kind(root) == Kind::Null || is_object() => None,
        Role::Other if is_chart_file(&file.path) => Some(DocumentSchema::Chart),
        Role::Other | Role::Values if is_requirements_file(&file.path) => {
            let is_beside_chart = run.surroundings.of(file.side).has_chart(file.path.directory());
            is_beside_chart.then_some(DocumentSchema::Requirements)
        }
        _ => None,
    }
}

fn by_schema(
    run: &Run<'_>,
    file: &SideFile,
    what: DocumentSchema,
    (number, root): (usize, NodeId),
    findings: &mut Vec<RawFinding>,
) -> Option<RawFailure> {
    let tape = file.tape()?;
    let is_read_by_name = what != DocumentSchema::Kustomization || is_kustomization_file(&file.path);
    if number > 0 && is_read_by_name {
        findings.push(raw_at(file.side, number, unread(what, root), Place::Node(root)));
        return None;
    }
    let mut issues: Vec<Issue> = Vec::new();
    let kustomize = run.surroundings.of(file.side).kustomize();
    let is_one = what == DocumentSchema::Kustomization && is_kustomization_file(&file.path);
    issues.extend((is_one && kustomize.is_ambiguous(file.path.directory())).then(|| not_alone(root)));
    let done = run.schemas.of(file.side).check_document(what, tape, root, &mut issues);
    findings.extend(issues.into_iter().map(|issue| {
        let place = Place::Node(issue.node);
        raw_at(file.side, number, issue, place)
    }));
    done.err().map(|error| RawFailure {
        check: "schema".into(),
        kind: FailureKind::Internal,
        message: error.to_string(),
        hint: Some("this is a fault of the gate; please report it".to_owned()),
        document: Some(number),
        place: Place::Node(root),
    })
}

/// A kustomization beside another one.
fn not_alone(root: NodeId) -> Issue {
    let rule = SchemaRule::InvalidValue;
    Issue {
        rule,
        severity: rule.severity(),
        node: root,
        missing: None,
        message: "the folder has another kustomization, and kustomize takes neither".to_owned(),
        hint: Some("keep one of `kustomization.yaml`, `kustomization.yml`, `Kustomization`".to_owned()),
        mend: None,
    }
}

/// A second document, which nobody reads.
fn unread(what: DocumentSchema, root: NodeId) -> Issue {
    let reader = if what == DocumentSchema::Kustomization { "kustomize" } else { "Helm" };
    Issue {
        rule: SchemaRule::InvalidValue,
        severity: Severity::Warning,
        node: root,
        missing: None,
        message: format!("{reader} reads only the first document of this file"),
        hint: Some("write all into one document, or remove this one".to_owned()),
        mend: None,
    }
}

/// True for a text that something fills in before anybody reads it as a patch.
pub(super) fn is_template(tape: &Tape, text: NodeId) -> bool {
    let text = tape.text(text);
    text.contains("${") || text.contains("{{")
}
