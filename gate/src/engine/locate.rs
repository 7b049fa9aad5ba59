//! From nodes to lines: raw findings and failures of one file become findings with places, excerpts and
//! fingerprints. The tapes are here, so this happens before the unit is dropped.

use super::fingerprint::{Fingerprints, Identity};
use super::fixes;
use super::raw::{Place, RawFailure, RawFinding, Side};
use super::secrets;
use super::side::{Doc, SideFile};
use super::source::Source;
use super::triage::Judged;
use super::unit::{FilePair, Run, UnitResult};
use crate::model::{CheckFailure, FailureKind, Finding, Location, Related, Scope, Status};
use crate::text::{ByteSpan, LineCol, clean, clean_line};
use crate::yaml::{Kind, NodeId, Paths, Tape};

/// The lists of containers in the template of a pod, whatever kind it is in.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Locates everything that was found in one file and adds it to `result`.
pub(super) fn finish(run: &Run<'_>, file: &FilePair, mut raw: Vec<RawFinding>, result: &mut UnitResult) {
    for side in file.sides() {
        result.failures.extend(own_failures(side));
    }
    // The order decides which of two findings at one place gets which fingerprint: it has to be total.
    raw.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut prints = Fingerprints::default();
    for side in file.sides() {
        let mine: Vec<&RawFinding> = raw.iter().filter(|raw| raw.owner == side.side).collect();
        if mine.is_empty() {
            continue;
        }
        let place =
            Located { side, source: source_of(file, side, &mine), paths: side.tape().map(Paths::new) };
        for raw in mine {
            let finding = finding(run, file, &place, raw, &mut prints);
            result.judged.push(Judged { finding, side: raw.side, file: file.path.clone() });
        }
    }
}

fn key(raw: &RawFinding) -> impl Ord + '_ {
    let place = match raw.place {
        Place::Whole => (0, None, 0),
        Place::Node(node) => (1, Some(node), 0),
        Place::Span(span) => (2, None, span.start),
        Place::Inside(node, span, _) => (1, Some(node), span.start),
    };
    (raw.side, raw.document, place, &raw.rule, &raw.message)
}

/// The file with all its secrets marked: the values of Secrets, and what the findings say is one.
pub(super) fn source_of<'a>(file: &FilePair, side: &'a SideFile, findings: &[&RawFinding]) -> Source<'a> {
    let Some(tape) = side.tape() else { return Source::new(&side.path, &[]) };
    let mut source = Source::new(&side.path, tape.source());
    for doc in &side.docs {
        secrets::values(tape, doc).into_iter().for_each(|node| hide(&mut source, tape, node));
        secrets::inline(tape, doc).into_iter().for_each(|node| hide(&mut source, tape, node));
    }
    // A policy is handed both sides, and may say what only the other one holds.
    for other in file.sides().filter(|other| other.side != side.side) {
        for (tape, doc) in other.docs.iter().filter_map(|doc| Some((other.tape()?, doc))) {
            let words = secrets::values(tape, doc).into_iter().flat_map(|node| scalars(tape, node));
            words.for_each(|node| source.hide_word(tape.text(node)));
        }
    }
    for raw in findings.iter().filter(|raw| raw.sensitive) {
        if let Place::Node(node) = raw.place {
            hide(&mut source, tape, node);
        }
    }
    source
}

/// Marks every scalar below `node` as secret; keys stay readable.
fn hide(source: &mut Source<'_>, tape: &Tape, node: NodeId) {
    scalars(tape, node).into_iter().for_each(|node| source.hide(tape.span(node), tape.text(node)));
}

fn scalars(tape: &Tape, node: NodeId) -> Vec<NodeId> {
    let (mut open, mut found) = (vec![node], Vec::new());
    while let Some(node) = open.pop() {
        match tape.kind(node) {
            Kind::Map => open.extend(tape.entries(node).map(|(_, value)| value)),
            Kind::Seq => open.extend(tape.items(node)),
            _ => found.push(node),
        }
    }
    found
}

/// One side of a file, and what its places are made of.
struct Located<'a> {
    side: &'a SideFile,
    source: Source<'a>,
    paths: Option<Paths<'a>>,
}

fn finding(
    run: &Run<'_>,
    file: &FilePair,
    located: &Located<'_>,
    raw: &RawFinding,
    prints: &mut Fingerprints,
) -> Finding {
    let Located { side, source, paths } = located;
    let doc = raw.document.and_then(|number| side.docs.get(number));
    let spot = Spot::of(side, paths.as_ref(), doc, raw.place);
    let identity = match doc {
        Some(doc) => Identity::new(doc.role, doc.id.as_ref(), &file.path, doc.number),
        None => Identity::Document(file.path.clone(), u32::MAX),
    };
    Finding {
        rule: raw.rule.clone(),
        severity: raw.severity,
        status: Status::Introduced,
        message: source.scrub(&clean(&raw.message)),
        location: spot.location(side, source),
        related: raw.related.iter().map(|related| scrubbed(related, source)).collect(),
        hint: raw.hint.as_deref().map(|hint| source.scrub(&clean_line(hint))),
        docs: doc.and_then(|doc| run.schemas.docs(run.input.config, side, &raw.rule, doc.id.as_ref()?)),
        object: doc.and_then(|doc| doc.id.clone()),
        environment: run.input.config.environment_of(&side.path).map(|found| found.name.clone()),
        fingerprint: prints.make(raw.side, &raw.rule, &identity, &spot.stable),
        fix: fixes::of(side, paths.as_ref(), doc, raw),
        waived: None,
        unwaived: None,
        scope: Scope {
            container: spot.container,
            document: raw.document.map(|number| (number, raw.owner == Side::Base)),
        },
    }
}

fn scrubbed(related: &Related, source: &Source<'_>) -> Related {
    Related { message: source.scrub(&related.message), location: related.location.clone() }
}

/// A place, both for people and for comparing.
struct Spot {
    span: ByteSpan,
    pointer: String,
    stable: String,
    /// The name of the container that it lies in.
    container: Option<String>,
    /// No excerpt: the place is of a text that could not be parsed and may hold a secret.
    bare: bool,
}

impl Spot {
    fn of(side: &SideFile, paths: Option<&Paths<'_>>, doc: Option<&Doc>, place: Place) -> Self {
        let nothing = Self {
            span: ByteSpan::default(),
            pointer: String::new(),
            stable: String::new(),
            container: None,
            bare: true,
        };
        let (Some(tape), Some(paths)) = (side.tape(), paths) else { return nothing };
        match place {
            Place::Whole => match doc.and_then(|doc| doc.root) {
                Some(root) => Self { span: tape.span(root), bare: false, ..nothing },
                None => nothing,
            },
            Place::Span(span) => {
                let bare = memchr::memmem::find(tape.source(), b"Secret").is_some();
                Self { span, bare, ..nothing }
            }
            Place::Node(node) => Self::of_node(tape, paths, doc, node),
            Place::Inside(node, span, mark) => {
                let whole = Self::of_node(tape, paths, doc, node);
                Self { span, stable: format!("#{mark:016x}"), ..whole }
            }
        }
    }

    fn of_node(tape: &Tape, paths: &Paths<'_>, doc: Option<&Doc>, node: NodeId) -> Self {
        let root = doc.and_then(|doc| doc.root);
        let pointer = root.and_then(|root| paths.path_to(root, node)).unwrap_or_default();
        let stable = root.and_then(|root| paths.stable_path_to(root, node)).unwrap_or_default();
        let container = root.and_then(|root| paths.named_item(root, node, &CONTAINERS)).map(str::to_owned);
        Self { span: tape.span(node), pointer, stable, container, bare: false }
    }

    fn location(&self, side: &SideFile, source: &Source<'_>) -> Location {
        if side.tape().is_none() {
            let (start, end) = (LineCol::START, LineCol::START);
            let pointer = self.pointer.clone();
            return Location { path: side.path.clone(), span: self.span, start, end, pointer, excerpt: None };
        }
        source.location(self.span, self.pointer.clone(), self.bare)
    }
}

/// The failures of reading and parsing the head side; those of base lose nothing that head has, unless nobody knows what
/// was there: then nobody knows what is new either, or what was deleted.
fn own_failures(side: &SideFile) -> Vec<CheckFailure> {
    match side.side {
        Side::Base if !side.is_lost => Vec::new(),
        _ => side.failures.iter().map(|raw| failure(side, raw.clone())).collect(),
    }
}

/// A failure at its place in `side`, without an excerpt.
pub(super) fn failure(side: &SideFile, raw: RawFailure) -> CheckFailure {
    let doc = raw.document.and_then(|number| side.docs.get(number));
    let object = doc.and_then(|doc| doc.id.clone());
    CheckFailure { location: Some(bare(side, doc, raw.place)), object, ..placeless(raw) }
}

/// A place in a document of `side`, without an excerpt.
pub(super) fn location(side: &SideFile, document: usize, place: Place) -> Location {
    bare(side, side.docs.get(document), place)
}

fn bare(side: &SideFile, doc: Option<&Doc>, place: Place) -> Location {
    let spot = Spot { bare: true, ..Spot::of(side, side.tape().map(Paths::new).as_ref(), doc, place) };
    let source = Source::new(&side.path, side.tape().map_or(&[][..], Tape::source));
    spot.location(side, &source)
}

/// A failure of a check that no single document is to blame for.
pub(super) fn placeless(raw: RawFailure) -> CheckFailure {
    let kind: FailureKind = raw.kind;
    CheckFailure {
        check: raw.check,
        kind,
        message: clean(&raw.message).into_owned(),
        hint: raw.hint.map(|hint| clean_line(&hint).into_owned()),
        location: None,
        object: None,
    }
}
