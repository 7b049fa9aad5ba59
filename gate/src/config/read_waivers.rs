//! Waivers as they are written: in `gate.yaml`, and in an annotation of an object, by the same rules.

use std::sync::Arc;

use super::calendar::Date;
use super::globs::{NameGlob, Patterns};
use super::keys;
use super::problem::{Complaint, Place};
use super::read::Reader;
use super::waivers::{ObjectPattern, RulePatterns, Waiver};
use crate::model::RepoPath;
use crate::text::{ByteSpan, LineCol, clean_line, shorten};
use crate::yaml::{self, Kind, NodeId};

/// The annotation that holds waivers of its object.
pub const WAIVER_ANNOTATION: &str = "gate.dev/waive";

/// An annotation is written by whoever opens a pull request.
const LIMITS: yaml::Limits =
    yaml::Limits { max_depth: 8, max_nodes: 1_000, max_documents: 2, max_bytes: 8 << 10 };
/// Waivers of one annotation.
const MAX_WAIVERS: usize = 20;
/// Code points of what is wrong with an annotation.
const MAX_MESSAGE: usize = 300;

/// Reads the value of a [`WAIVER_ANNOTATION`]: one entry as in `waivers` of `gate.yaml`, or a list of them, without
/// `path` and `object`.
///
/// # Errors
/// The first mistake, in one line, with its place in the text.
pub fn annotated_waivers(text: &str) -> Result<Vec<Waiver>, String> {
    if text.len() > LIMITS.max_bytes {
        return Err(format!("it has more than {} bytes", LIMITS.max_bytes));
    }
    let yaml::Parsed { tape, documents, problems } = yaml::parse(text.as_bytes().to_vec(), &LIMITS);
    let tape = Arc::new(tape);
    let path = RepoPath::from(WAIVER_ANNOTATION);
    let mut reader = Reader::new(&tape, &path);
    for problem in &problems {
        reader.complain_of_span(problem.span, Complaint::new(problem.message.clone()));
    }
    let mut waivers = Vec::new();
    if reader.checker.problems.is_empty() {
        let root = match documents.as_slice() {
            [document] if tape.kind(document.root) != Kind::Null => document.root,
            [] | [_] => return Err("it is empty".to_owned()),
            _ => return Err("it holds more than one document".to_owned()),
        };
        reader.checker.check(root, &keys::ANNOTATION, WAIVER_ANNOTATION);
        let entries = if tape.kind(root) == Kind::Seq { tape.items(root).collect() } else { vec![root] };
        if entries.len() > MAX_WAIVERS {
            return Err(format!("it holds more than {MAX_WAIVERS} waivers"));
        }
        waivers = entries.into_iter().filter_map(|entry| reader.permission(entry)).collect();
    }
    let mut problems = reader.checker.problems;
    problems.sort_by_key(|problem| problem.place.span);
    match problems.first() {
        None => Ok(waivers),
        Some(first) => {
            let LineCol { line, column } = first.place.start;
            let message = shorten(&clean_line(&first.message), MAX_MESSAGE).into_owned();
            Err(format!("line {line}, column {column} of it: {message}"))
        }
    }
}

impl Reader<'_> {
    /// An entry of `waivers`; `fixed` are the rules that none may be for.
    pub(super) fn waiver(&mut self, entry: NodeId, fixed: &RulePatterns) -> Option<Waiver> {
        let tape = self.checker.tape;
        let says_where = ["path", "object", "container"].iter().any(|key| tape.get(entry, key).is_some());
        if tape.kind(entry) == Kind::Map && !says_where {
            let complaint = Complaint::new("the waiver does not say where");
            let hint = "give it `path`, `object` or `container`; `path: \"**\"` is everywhere";
            self.complain(entry, complaint.hint(hint));
        }
        if let Some(node) = self.get(entry, "rule", Kind::Str)
            && let Some(complaint) = fixed.refused(tape.text(node))
        {
            self.complain(node, complaint);
        }
        self.permission(entry)
    }

    /// A waiver of the right shape; what is wrong with its values has been reported.
    fn permission(&mut self, entry: NodeId) -> Option<Waiver> {
        let paths = match self.get(entry, "path", Kind::Str) {
            Some(node) => self.compile(vec![node]),
            None => Patterns::default(),
        };
        let object = self.text(entry, "object").map(str::to_owned);
        let container = self.text(entry, "container").map(str::to_owned);
        let place = self.checker.place(entry);
        Some(Waiver {
            rule: self.text(entry, "rule")?.to_owned(),
            rules: NameGlob::new(self.text(entry, "rule")?).ok()?,
            paths,
            objects: object.as_deref().and_then(|text| ObjectPattern::parse(text).ok()),
            object,
            containers: container.as_deref().and_then(|text| NameGlob::new(text).ok()),
            container,
            reason: self.text(entry, "reason")?.to_owned(),
            owner: self.text(entry, "owner")?.to_owned(),
            expires: Date::parse(self.text(entry, "expires")?)?,
            place,
            end: self.end_of(place),
        })
    }

    /// One past the last character of `place`.
    fn end_of(&self, place: Place) -> LineCol {
        let end = ByteSpan::new(place.span.end, place.span.end);
        self.checker.place_of(end).start
    }
}
