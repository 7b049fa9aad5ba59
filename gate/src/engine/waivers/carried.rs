//! Waivers that objects carry in an annotation. Whoever opens a pull request writes them: they are read with narrow limits,
//! hold for their own object only, and only where the configuration takes them.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::rules::WaiverRule;
use super::shown;
use crate::config::{WAIVER_ANNOTATION, Waiver, annotated_waivers};
use crate::engine::locate;
use crate::engine::raw::{Place, RawFinding, Side};
use crate::engine::side::{Doc, SideFile};
use crate::engine::source::Source;
use crate::engine::unit::{FilePair, Run};
use crate::model::{Location, ObjectId, RepoPath, Role};
use crate::yaml::{Kind, NodeId, Tape};

/// The place of the annotation in its object.
const POINTER: &str = "/metadata/annotations/gate.dev~1waive";

/// A waiver of one object, written in it.
pub(in crate::engine) struct Carried {
    /// Its texts have been cleaned and hold no secret of the file.
    pub(super) waiver: Waiver,
    pub(super) path: RepoPath,
    /// The number of the document in its file, and whether it is of the base side.
    pub(super) document: (usize, bool),
    pub(super) object: Option<ObjectId>,
    /// The change brings it, widens it or prolongs it.
    pub(super) is_new: bool,
    /// The annotation's value, without an excerpt.
    pub(super) location: Location,
}

/// Reads the annotations of both sides of `file`; what is wrong with them is found there.
pub(in crate::engine) fn collect(
    run: &Run<'_>,
    file: &FilePair,
    findings: &mut Vec<RawFinding>,
    carried: &mut Vec<Carried>,
) {
    for side in file.sides() {
        let Some(tape) = side.tape() else { continue };
        let around = Around { run, file, side, tape, source: OnceCell::new(), known: OnceCell::new() };
        for (number, doc) in side.docs.iter().enumerate() {
            if let Some(value) = doc.root.and_then(|root| tape.pointer(root, POINTER)) {
                Annotation { around: &around, doc, number, value }.read(findings, carried);
            }
        }
    }
}

/// One side of a file, with what its annotations share: a file may hold very many.
struct Around<'a> {
    run: &'a Run<'a>,
    file: &'a FilePair,
    side: &'a SideFile,
    tape: &'a Tape,
    source: OnceCell<Source<'a>>,
    known: OnceCell<Option<HashSet<String>>>,
}

impl<'a> Around<'a> {
    /// The file with its secrets marked.
    fn source(&self) -> &Source<'a> {
        self.source.get_or_init(|| locate::source_of(self.file, self.side, &[]))
    }

    fn is_known(&self, waiver: &Waiver) -> bool {
        let known = self.known.get_or_init(|| super::known_rules(self.run.input));
        known.as_ref().is_none_or(|known| super::is_known(waiver, known))
    }
}

/// One annotation.
struct Annotation<'a> {
    around: &'a Around<'a>,
    doc: &'a Doc,
    number: usize,
    value: NodeId,
}

impl Annotation<'_> {
    fn read(&self, findings: &mut Vec<RawFinding>, carried: &mut Vec<Carried>) {
        let Around { run, tape, .. } = self.around;
        let is_allowed = run.input.config.waivers_by_annotation;
        if self.doc.role != Role::Object {
            let message = format!("`{WAIVER_ANNOTATION}` has no effect here: this document is no object");
            return findings.push(self.finding(WaiverRule::NoEffect, message, MEND));
        }
        if !is_allowed {
            let message = format!(
                "`{WAIVER_ANNOTATION}` has no effect: the configuration takes no waivers from annotations"
            );
            findings.push(self.finding(WaiverRule::NoEffect, message, OFF));
        }
        let read = match tape.kind(self.value) {
            Kind::Str => annotated_waivers(tape.text(self.value)),
            _ => Err("it must be text".to_owned()),
        };
        match read {
            Ok(waivers) => {
                if is_allowed {
                    findings.extend(waivers.iter().filter_map(|waiver| self.problem(waiver)));
                }
                self.carry(waivers, carried);
            }
            Err(why) if is_allowed => {
                let message = format!("`{WAIVER_ANNOTATION}` cannot be read: {why}");
                findings.push(self.finding(WaiverRule::Malformed, message, FORM));
            }
            Err(_) => {}
        }
    }

    /// What is wrong with a waiver that can be read.
    fn problem(&self, waiver: &Waiver) -> Option<RawFinding> {
        let input = self.around.run.input;
        let rule = shown(&waiver.rule);
        if let Some(fixed) = input.config.not_waivable.matching(&waiver.rule)
            && waiver.names_one_rule()
        {
            let message = format!("`{rule}` cannot be waived: `not-waivable` has `{fixed}`");
            return Some(self.finding(WaiverRule::NoEffect, message, MEND));
        }
        if waiver.is_expired(&input.now) {
            let message = super::expired(waiver) + ": what it covered counts again";
            return Some(self.finding(WaiverRule::Expired, message, EXPIRED));
        }
        (!self.around.is_known(waiver)).then(|| {
            let message = format!("`{rule}` is no rule of the gate or of its policies");
            self.finding(WaiverRule::UnknownRule, message, RULES)
        })
    }

    fn carry(&self, waivers: Vec<Waiver>, carried: &mut Vec<Carried>) {
        let Around { run, side, tape, .. } = self.around;
        let before = self.before();
        let is_new = |waiver: &Waiver| {
            side.side == Side::Head
                && run.input.change.base.is_some()
                && !before.iter().any(|old| old.covers(waiver))
        };
        let source = self.around.source();
        let tame = |text: &str| source.scrub(&shown(text));
        let location = source.location(tape.span(self.value), POINTER.to_owned(), true);
        for mut waiver in waivers {
            (waiver.reason, waiver.owner) = (tame(&waiver.reason), tame(&waiver.owner));
            carried.push(Carried {
                is_new: is_new(&waiver),
                waiver,
                path: side.path.clone(),
                document: (self.number, side.side == Side::Base),
                object: self.doc.id.clone(),
                location: location.clone(),
            });
        }
    }

    /// The waivers that the object carried before the change.
    fn before(&self) -> Vec<Waiver> {
        let old = self.around.file.old_object(self.around.side.side, self.number);
        let value = old.and_then(|(tape, root)| Some((tape, tape.pointer(root, POINTER)?)));
        value.and_then(|(tape, value)| annotated_waivers(tape.text(value)).ok()).unwrap_or_default()
    }

    fn finding(&self, rule: WaiverRule, message: String, hint: &str) -> RawFinding {
        RawFinding {
            rule: rule.id().to_owned(),
            severity: rule.severity(),
            message,
            hint: Some(hint.to_owned()),
            side: self.around.side.side,
            owner: self.around.side.side,
            document: Some(self.number),
            place: Place::Node(self.value),
            sensitive: false,
            fix: None,
            mend: None,
            related: Vec::new(),
        }
    }
}

const MEND: &str = "mend what breaks the rule, and remove the annotation";
const OFF: &str = "remove it, or ask the gate's owners for a waiver in gate.yaml";
const FORM: &str =
    "write rule, reason, owner and expires as in `waivers` of gate.yaml; see `gate explain waiver/malformed`";
const EXPIRED: &str = "mend what it covered and remove it, or agree on a new last day";
const RULES: &str = "`gate explain` lists all rules";
