//! Edits of a YAML or JSON text that change nothing but the node they are about: comments, order, indents, quotes and
//! line ends stay. Every edit is proven: what comes out is parsed again and has to be the old values with that one
//! change, in the document concerned and in all others; what cannot be done that way is refused in words.

mod block;
mod flow;
mod fuzz;
mod lines;
mod model;
mod patch;
mod splice;
mod write;

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::{Limits, NodeId, Parsed, ProblemKind, Tape, parse};
use splice::Splice;

#[doc(hidden)]
pub use fuzz::fuzz as fuzz_edit;
pub use patch::json_patch;

/// Edits of one call; more are no mending.
const MOST_EDITS: usize = 64;

/// One change of a document. Pointers are RFC 6901, below the root of [`Place`].
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Another value in the place of one that is there.
    Replace(String, Value),
    /// A new entry of a mapping or item of a list (`-` for its end); an entry that is there is replaced.
    Add(String, Value),
    /// [`Edit::Add`] that makes the mappings on the way.
    Set(String, Value),
    /// Takes out an entry or item.
    Remove(String),
    /// Another key for the entry at the pointer.
    Rename(String, String),
    /// Changes nothing; refuses if another value is there.
    Test(String, Value),
}

/// What the pointers of edits begin at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// [`super::Document::index`].
    pub document: u32,
    /// Pointer from the document's topmost node.
    pub root: &'a str,
}

/// Why an edit was not made, one sentence without a full stop; it shows nothing of the text but keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// `source` with `edits` made one after the other.
///
/// # Errors
/// An edit cannot be made without changing anything else; `source` is as it was.
pub fn apply(source: &[u8], place: Place<'_>, edits: &[Edit]) -> Result<Vec<u8>, Refusal> {
    if edits.is_empty() {
        return Err(Refusal::new("it says nothing that could be done"));
    }
    if edits.len() > MOST_EDITS {
        return Err(Refusal::new(format!("it has more than {MOST_EDITS} steps")));
    }
    let mut wanted = State::read(source).0;
    let mut text = source.to_vec();
    for edit in edits {
        let root = wanted.document(place.document)?.pointer_mut(place.root);
        let root = root.ok_or_else(|| Refusal::new("the object is not in the file"))?;
        model::apply(root, edit)?;
        if !matches!(edit, Edit::Test(..)) {
            text = step(&text, place, edit, &wanted)?;
        }
    }
    Ok(text)
}

/// The first of the ways to make `edit` that does just that.
fn step(text: &[u8], place: Place<'_>, edit: &Edit, wanted: &State) -> Result<Vec<u8>, Refusal> {
    let parsed = parse(text.to_vec(), &Limits::default());
    let document = parsed.documents.iter().find(|document| document.index == place.document);
    let whole = document.ok_or_else(|| Refusal::new("the document cannot be read"))?.root;
    let tape = &parsed.tape;
    let root = tape.pointer(whole, place.root);
    let at = At { tape, whole, root: root.ok_or_else(|| Refusal::new("the object is not in the file"))? };
    for splice in at.splices(edit)? {
        let Some(candidate) = splice.into_text(text) else { continue };
        if State::read(&candidate).0 == *wanted {
            return Ok(candidate);
        }
    }
    Err(Refusal::new("it cannot be done without changing something else, or the way that this is written"))
}

/// All values of a file, and what is wrong with it.
#[derive(Debug, PartialEq)]
struct State {
    documents: Vec<(u32, Value)>,
    problems: Vec<(ProblemKind, u32)>,
}

impl State {
    fn read(text: &[u8]) -> (Self, Parsed) {
        let parsed = parse(text.to_vec(), &Limits::default());
        let read = |root: NodeId| {
            let mut json = String::new();
            parsed.tape.write_json(root, &mut json);
            // Too deep for the reader of JSON: unlike everything, so that no proof succeeds.
            serde_json::from_str(&json).unwrap_or(Value::String(json))
        };
        let documents = parsed.documents.iter().map(|document| (document.index, read(document.root)));
        let problems = parsed.problems.iter().map(|problem| (problem.kind, problem.document));
        (Self { documents: documents.collect(), problems: problems.collect() }, parsed)
    }

    fn document(&mut self, index: u32) -> Result<&mut Value, Refusal> {
        let found = self.documents.iter_mut().find(|(number, _)| *number == index);
        found.map(|(_, value)| value).ok_or_else(|| Refusal::new("the document cannot be read"))
    }
}

/// A node of a parsed text that edits are about.
struct At<'t> {
    tape: &'t Tape,
    /// The topmost node of the document.
    whole: NodeId,
    root: NodeId,
}

impl At<'_> {
    /// Ways to make `edit`, the best first.
    fn splices(&self, edit: &Edit) -> Result<Vec<Splice>, Refusal> {
        match edit {
            Edit::Replace(pointer, value) => self.replace(self.own(pointer)?, value),
            Edit::Rename(pointer, key) => self.rename(self.own(pointer)?, key),
            Edit::Remove(pointer) => {
                let (parent, token) = self.parent(pointer)?;
                let node = self.own(pointer)?;
                match self.is_flow(parent) {
                    true => self.remove_flow(parent, node),
                    false => self.remove_block(parent, node),
                }
                .ok_or_else(|| {
                    Refusal::new(format!("`{token}` cannot be taken out of what stands around it"))
                })
            }
            Edit::Add(pointer, value) => self.add(pointer, value),
            Edit::Set(pointer, value) => self.set(pointer, value),
            Edit::Test(..) => Ok(Vec::new()),
        }
    }

    fn replace(&self, node: NodeId, value: &Value) -> Result<Vec<Splice>, Refusal> {
        if node == self.whole {
            return Err(Refusal::new("it would replace the whole document"));
        }
        let span = self.tape.span(node);
        let old = self.written(node);
        let space = if old.is_empty() { " " } else { "" };
        let styles = write::styles(value, old, self.tape.kind(node)).into_iter();
        Ok(styles.map(|text| Splice::new(span.start, span.end, format!("{space}{text}"))).collect())
    }

    fn rename(&self, value: NodeId, name: &str) -> Result<Vec<Splice>, Refusal> {
        let key = self.tape.key_of(value).ok_or_else(|| Refusal::new("an item of a list has no key"))?;
        self.is_own(key)?;
        let span = self.tape.span(key);
        let styles = write::styles(&Value::String(name.to_owned()), self.written(key), self.tape.kind(key));
        Ok(styles.into_iter().map(|text| Splice::new(span.start, span.end, text)).collect())
    }

    fn add(&self, pointer: &str, value: &Value) -> Result<Vec<Splice>, Refusal> {
        let (parent, token) = self.parent(pointer)?;
        if self.tape.kind(parent) == super::Kind::Map && self.tape.pointer(self.root, pointer).is_some() {
            return self.replace(self.own(pointer)?, value);
        }
        self.insert(parent, &model::unescape(token), value)
    }

    fn insert(&self, parent: NodeId, token: &str, value: &Value) -> Result<Vec<Splice>, Refusal> {
        self.is_own(parent)?;
        match self.is_flow(parent) {
            true => self.insert_flow(parent, token, value),
            false => self.insert_block(parent, token, value),
        }
        .ok_or_else(|| Refusal::new("there is no place for it as this is written"))
    }

    fn set(&self, pointer: &str, value: &Value) -> Result<Vec<Splice>, Refusal> {
        let (mut path, mut missing) = (pointer, Vec::new());
        loop {
            if let Some(parent) = self.tape.pointer(self.root, path) {
                let Some(first) = missing.pop() else { return self.add(pointer, value) };
                let nested = missing.into_iter().fold(value.clone(), |value, key: String| {
                    Value::Object([(key, value)].into_iter().collect())
                });
                return self.insert(parent, &first, &nested);
            }
            let (above, token) = path.rsplit_once('/').ok_or_else(|| Refusal::new("it is no pointer"))?;
            missing.push(model::unescape(token).into_owned());
            path = above;
        }
    }

    /// The mapping or list above `pointer`, and the last word of it.
    fn parent<'p>(&self, pointer: &'p str) -> Result<(NodeId, &'p str), Refusal> {
        let (above, token) =
            pointer.rsplit_once('/').ok_or_else(|| Refusal::new("it is about the whole object"))?;
        let parent = self.tape.pointer(self.root, above);
        Ok((parent.ok_or_else(|| Refusal::new("its place is not there"))?, token))
    }

    /// The node at `pointer`, which nothing else in the document refers to.
    fn own(&self, pointer: &str) -> Result<NodeId, Refusal> {
        let node = self.tape.pointer(self.root, pointer);
        let node = node.ok_or_else(|| Refusal::new("its place is not there"))?;
        self.is_own(node)?;
        Ok(node)
    }

    /// A node that came through an alias or a merge has the place of the original.
    fn is_own(&self, node: NodeId) -> Result<(), Refusal> {
        let looks = |n: NodeId| (self.tape.kind(n), self.tape.span(n), self.tape.event(n).key);
        let all = (self.whole.0..self.tape.next(self.whole).0).map(NodeId);
        match all.filter(|&other| looks(other) == looks(node)).nth(1) {
            None => Ok(()),
            Some(_) => Err(Refusal::new(
                "an alias (`*name`) or a merge (`<<`) shares this value: changing it here would change it elsewhere",
            )),
        }
    }

    /// The node as it is written.
    fn written(&self, node: NodeId) -> &[u8] {
        let span = self.tape.span(node);
        self.tape.source().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn is_flow(&self, parent: NodeId) -> bool {
        matches!(self.written(parent).first(), Some(b'{' | b'['))
    }
}
