//! What a configuration may look like, as data: the parser's check and the published JSON Schema are both made
//! from these shapes, so that they cannot disagree.

use super::limits::Amount;
use super::problem::{Complaint, ConfigProblem, Place};
use crate::model::RepoPath;
use crate::text::LineIndex;
use crate::yaml::{Kind, NodeId, Tape};

/// What may stand at a place.
#[derive(Debug)]
pub(super) enum Shape {
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any text that is not empty.
    Text,
    /// True or false.
    Flag,
    /// Text in a format of its own.
    Formatted(&'static Format),
    /// An amount between two bounds.
    Amount(&'static Amount),
    /// A list.
    List(&'static Shape),
    /// One value or a list of them.
    OneOrMany(&'static Shape),
    /// A map with these keys.
    Map(&'static [Key]),
    /// A map whose keys the user chooses.
    Named(&'static Format, &'static Shape),
    /// Any YAML.
    Any,
}

/// One key of a map.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// Shown by editors.
    pub(super) doc: &'static str,
}

/// Text with rules of its own.
#[derive(Debug)]
pub(super) struct Format {
    /// "a glob": what it is called in messages.
    pub(super) name: &'static str,
    /// For editors: an ECMA 262 expression that accepts at least everything that `check` accepts.
    pub(super) pattern: &'static str,
    pub(super) check: fn(&str) -> Result<(), Complaint>,
}

/// Walks a tape along a shape and collects everything that does not fit.
pub(super) struct Checker<'a> {
    pub(super) tape: &'a Tape,
    pub(super) path: &'a RepoPath,
    pub(super) lines: LineIndex,
    pub(super) problems: Vec<ConfigProblem>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(tape: &'a Tape, path: &'a RepoPath) -> Self {
        Self { tape, path, lines: LineIndex::new(tape.source()), problems: Vec::new() }
    }

    /// The place of a node.
    pub(super) fn place(&self, node: NodeId) -> Place {
        self.place_of(self.tape.span(node))
    }

    /// The place of a span.
    pub(super) fn place_of(&self, span: crate::text::ByteSpan) -> Place {
        Place { span, start: self.lines.line_col(self.tape.source(), span.start) }
    }

    /// Reports `complaint` at `node`.
    pub(super) fn complain(&mut self, node: NodeId, complaint: Complaint) {
        let place = self.place(node);
        self.complain_at(place, complaint);
    }

    /// Reports `complaint` at `place`.
    pub(super) fn complain_at(&mut self, place: Place, complaint: Complaint) {
        let Complaint { message, hint } = complaint;
        self.problems.push(ConfigProblem { path: self.path.clone(), place, message, hint });
    }

    /// Checks `node`, which `name` describes in messages, against `shape`.
    pub(super) fn check(&mut self, node: NodeId, shape: &Shape, name: &str) {
        match shape {
            Shape::Any => {}
            Shape::Word(words) => self.check_word(node, words, name),
            Shape::Text => self.check_text(node, name),
            Shape::Flag => drop(self.wants(node, &[Kind::Bool], "`true` or `false`", name)),
            Shape::Formatted(format) => self.check_format(node, format, name),
            Shape::Amount(amount) => self.check_amount(node, amount, name),
            Shape::List(item) => self.check_list(node, item, name),
            Shape::OneOrMany(item) if self.tape.kind(node) == Kind::Seq => self.check_list(node, item, name),
            Shape::OneOrMany(item) => self.check(node, item, name),
            Shape::Map(keys) => self.check_map(node, keys, name),
            Shape::Named(format, value) => self.check_named(node, format, value, name),
        }
    }

    fn check_word(&mut self, node: NodeId, words: &'static [&'static str], name: &str) {
        if self.wants(node, &[Kind::Str, Kind::Bool], "a word", name) {
            let word = word(self.tape, node);
            if !words.contains(&word) {
                let complaint = Complaint::new(format!("`{word}` is no value of `{name}`"));
                self.complain(node, complaint.suggest(word, words.iter().copied()));
            }
        }
    }

    fn check_text(&mut self, node: NodeId, name: &str) {
        if self.wants(node, &[Kind::Str], "text", name) && self.tape.text(node).trim().is_empty() {
            self.complain(node, Complaint::new(format!("`{name}` is empty")));
        }
    }

    fn check_format(&mut self, node: NodeId, format: &'static Format, name: &str) {
        if self.wants(node, &[Kind::Str], format.name, name)
            && let Err(complaint) = (format.check)(self.tape.text(node))
        {
            self.complain(node, complaint);
        }
    }

    fn check_amount(&mut self, node: NodeId, amount: &'static Amount, name: &str) {
        let kinds: &[Kind] = if amount.unit.is_plain() { &[Kind::Str, Kind::Int] } else { &[Kind::Str] };
        if self.wants(node, kinds, amount.unit.name(), name)
            && let Err(complaint) = amount.parse(self.tape.text(node))
        {
            self.complain(node, complaint);
        }
    }

    fn check_list(&mut self, node: NodeId, item: &Shape, name: &str) {
        if self.wants(node, &[Kind::Seq], "a list", name) {
            let tape = self.tape;
            tape.items(node).for_each(|entry| self.check(entry, item, name));
        }
    }

    fn check_named(&mut self, node: NodeId, format: &'static Format, value: &Shape, name: &str) {
        if !self.wants(node, &[Kind::Map], "a map", name) {
            return;
        }
        let tape = self.tape;
        for (key, entry) in tape.entries(node) {
            if let Err(complaint) = (format.check)(tape.text(key)) {
                self.complain(key, complaint);
            }
            self.check(entry, value, tape.text(key));
        }
    }

    fn check_map(&mut self, node: NodeId, keys: &'static [Key], name: &str) {
        if !self.wants(node, &[Kind::Map], "a map", name) {
            return;
        }
        let tape = self.tape;
        for (key, value) in tape.entries(node) {
            let word = tape.text(key);
            match keys.iter().find(|known| known.name == word) {
                Some(known) => self.check(value, &known.shape, known.name),
                None => {
                    let complaint = Complaint::new(format!("unknown key `{word}`"));
                    self.complain(key, complaint.suggest(word, keys.iter().map(|known| known.name)));
                }
            }
        }
        for missing in keys.iter().filter(|key| key.required && tape.get(node, key.name).is_none()) {
            self.complain(node, Complaint::new(format!("`{}` is missing", missing.name)).hint(missing.doc));
        }
    }

    /// True if `node` is of one of `kinds`; else says what was expected.
    fn wants(&mut self, node: NodeId, kinds: &[Kind], expected: &str, name: &str) -> bool {
        let found = self.tape.kind(node);
        if kinds.contains(&found) {
            return true;
        }
        let complaint = Complaint::new(format!("`{name}` must be {expected}, not {}", kind_name(found)));
        let raw = self.raw(node);
        self.complain(
            node,
            match found {
                Kind::Int | Kind::Float | Kind::Bool if kinds.contains(&Kind::Str) => {
                    complaint.hint(format!("put it in quotes: \"{raw}\""))
                }
                Kind::Null => complaint.hint("give a value or remove the key"),
                Kind::Str | Kind::Map if kinds == [Kind::Seq] => complaint.hint("begin each item with `- `"),
                _ => complaint,
            },
        );
        false
    }

    /// The scalar as it is written in the file.
    fn raw(&self, node: NodeId) -> String {
        String::from_utf8_lossy(slice(self.tape, node)).into_owned()
    }
}

/// A word as it was meant: YAML 1.1 reads a plain `off` as false.
pub(super) fn word(tape: &Tape, node: NodeId) -> &str {
    match tape.kind(node) {
        Kind::Bool => std::str::from_utf8(slice(tape, node)).unwrap_or_default(),
        _ => tape.text(node),
    }
}

fn slice(tape: &Tape, node: NodeId) -> &[u8] {
    let span = tape.span(node);
    tape.source().get(span.start as usize..span.end as usize).unwrap_or_default()
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "empty",
        Kind::Bool => "a boolean",
        Kind::Int | Kind::Float => "a number",
        Kind::Str => "text",
        Kind::Map => "a map",
        Kind::Seq => "a list",
    }
}
