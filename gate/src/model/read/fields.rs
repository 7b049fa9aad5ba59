//! Values of a report, each with the place where it stands, so that whatever is wrong is told with its JSON pointer. Text is
//! cleaned and of bounded length once it has passed through here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::StrDeserializer;

use super::ReportError;
use super::json::Node;
use crate::model::RepoPath;
use crate::text::{clean, clean_line, shorten};

/// Code points of a text; what is longer is cut, since no output shows as much.
const MAX_TEXT: usize = 65_536;
/// Largest count; sums of some of them cannot overflow.
const MAX_COUNT: u64 = 1 << 40;
/// Entries of a map that is no object of the report.
const MAX_ENTRIES: usize = 100_000;

pub(super) type Read<T> = Result<T, ReportError>;

/// A place in the report, as a chain to its root.
#[derive(Clone, Copy)]
pub(super) struct At<'p> {
    up: Option<&'p At<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> At<'p> {
    /// The report as a whole.
    pub(super) const ROOT: At<'static> = At { up: None, step: Step::Root };

    fn key(&'p self, key: &'p str) -> Self {
        At { up: Some(self), step: Step::Key(key) }
    }

    fn index(&'p self, index: usize) -> Self {
        At { up: Some(self), step: Step::Index(index) }
    }

    fn pointer(&self) -> String {
        let above = self.up.map(At::pointer).unwrap_or_default();
        match self.step {
            Step::Root => above,
            Step::Key(key) => {
                let key = clean_line(&shorten(key, 80)).replace('~', "~0").replace('/', "~1");
                format!("{above}/{key}")
            }
            Step::Index(index) => format!("{above}/{index}"),
        }
    }

    /// Something is wrong here.
    pub(super) fn wrong<T>(&self, message: impl Into<String>) -> Read<T> {
        Err(ReportError::new(&self.pointer(), message))
    }

    fn expected<T>(&self, what: &str, found: &Node<'_>) -> Read<T> {
        self.wrong(format!("{what} is expected, not {}", found.kind()))
    }
}

/// The fields of an object that have not been read yet.
pub(super) struct Fields<'a, 'p> {
    left: Vec<(Cow<'a, str>, Node<'a>)>,
    pub(super) at: &'p At<'p>,
}

impl<'a, 'p> Fields<'a, 'p> {
    pub(super) fn of(node: Node<'a>, at: &'p At<'p>) -> Read<Self> {
        match node {
            Node::Map(left) => Ok(Self { left, at }),
            other => at.expected("an object", &other),
        }
    }

    /// The field `key`, if it is there.
    pub(super) fn get<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(Node<'a>, &At<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        match self.left.iter().position(|(name, _)| name == key) {
            None => Ok(None),
            Some(found) => read(self.left.swap_remove(found).1, &self.at.key(key)).map(Some),
        }
    }

    /// The field `key`, which has to be there.
    pub(super) fn need<T>(&mut self, key: &str, read: impl FnOnce(Node<'a>, &At<'_>) -> Read<T>) -> Read<T> {
        match self.get(key, read)? {
            Some(value) => Ok(value),
            None => self.at.wrong(format!("`{key}` is missing")),
        }
    }

    /// Refuses fields that nobody has asked for.
    pub(super) fn end(self) -> Read<()> {
        match self.left.first() {
            None => Ok(()),
            Some((key, _)) => self.at.key(key).wrong("a report of this version has no such field"),
        }
    }
}

/// An object, of which `read` takes the fields; none may be left.
pub(super) fn object<'a, T>(
    read: impl Fn(&mut Fields<'a, '_>) -> Read<T>,
) -> impl Fn(Node<'a>, &At<'_>) -> Read<T> {
    move |node, at| {
        let mut fields = Fields::of(node, at)?;
        let value = read(&mut fields)?;
        fields.end()?;
        Ok(value)
    }
}

/// A list of at most `max` items.
pub(super) fn list<'a, T>(
    max: usize,
    read: impl Fn(Node<'a>, &At<'_>) -> Read<T>,
) -> impl Fn(Node<'a>, &At<'_>) -> Read<Vec<T>> {
    move |node, at| match node {
        Node::List(items) if items.len() > max => {
            at.wrong(format!("{} items: at most {max} are taken", items.len()))
        }
        Node::List(items) => {
            items.into_iter().enumerate().map(|(number, item)| read(item, &at.index(number))).collect()
        }
        other => at.expected("a list", &other),
    }
}

/// A map with keys that the run chose.
pub(super) fn map<'a, K: Ord, T>(
    key: impl Fn(&str) -> Option<K>,
    read: impl Fn(Node<'a>, &At<'_>) -> Read<T>,
) -> impl Fn(Node<'a>, &At<'_>) -> Read<BTreeMap<K, T>> {
    move |node, at| {
        let entries = match node {
            Node::Map(entries) if entries.len() <= MAX_ENTRIES => entries,
            Node::Map(_) => return at.wrong(format!("more than {MAX_ENTRIES} entries")),
            other => return at.expected("an object", &other),
        };
        let mut map = BTreeMap::new();
        for (name, value) in entries {
            let at = at.key(&name);
            let Some(key) = key(&name) else { return at.wrong("an unknown word") };
            if map.insert(key, read(value, &at)?).is_some() {
                return at.wrong("the key comes twice");
            }
        }
        Ok(map)
    }
}

/// Text as a key of a map.
pub(super) fn name(text: &str) -> Option<String> {
    Some(bounded(text))
}

fn bounded(text: &str) -> String {
    clean(&shorten(text, MAX_TEXT)).into_owned()
}

/// Any text.
pub(super) fn text(node: Node<'_>, at: &At<'_>) -> Read<String> {
    match node {
        Node::Text(text) => Ok(bounded(&text)),
        other => at.expected("a text", &other),
    }
}

/// One of the words that `parse` knows.
pub(super) fn word<'a, T>(parse: impl Fn(&str) -> Option<T>) -> impl Fn(Node<'a>, &At<'_>) -> Read<T> {
    move |node, at| {
        let word = text(node, at)?;
        match parse(&word) {
            Some(value) => Ok(value),
            None => at.wrong(format!("`{}` is an unknown word", clean_line(&shorten(&word, 40)))),
        }
    }
}

/// The variant of an enumeration that is written so.
pub(super) fn variant<T: for<'de> Deserialize<'de>>(word: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<serde::de::value::Error>::new(word)).ok()
}

/// Lower-case hexadecimal digits, as many as one of `lengths` says.
pub(super) fn digits<'a>(lengths: &'static [usize]) -> impl Fn(Node<'a>, &At<'_>) -> Read<String> {
    move |node, at| {
        let text = text(node, at)?;
        let good = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if lengths.contains(&text.len()) && text.bytes().all(good) {
            return Ok(text);
        }
        let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
        at.wrong(format!("{} lower-case hexadecimal digits are expected", lengths.join(" or ")))
    }
}

/// A count.
pub(super) fn count(node: Node<'_>, at: &At<'_>) -> Read<u64> {
    match node {
        Node::Number(number) if number <= MAX_COUNT => Ok(number),
        Node::Number(_) | Node::OddNumber => at.wrong(format!("a count from 0 to {MAX_COUNT} is expected")),
        other => at.expected("a count", &other),
    }
}

/// A number of 32 bits that is at least `least`.
pub(super) fn number<'a>(least: u32) -> impl Fn(Node<'a>, &At<'_>) -> Read<u32> {
    move |node, at| match count(node, at).map(u32::try_from) {
        Ok(Ok(number)) if number >= least => Ok(number),
        Ok(_) => at.wrong(format!("a number from {least} to {} is expected", u32::MAX)),
        Err(error) => Err(error),
    }
}

/// True or false.
pub(super) fn boolean(node: Node<'_>, at: &At<'_>) -> Read<bool> {
    match node {
        Node::Bool(value) => Ok(value),
        other => at.expected("a boolean", &other),
    }
}

/// A path below the root of the repository.
pub(super) fn path(node: Node<'_>, at: &At<'_>) -> Read<RepoPath> {
    let text = text(node, at)?;
    let text = clean_line(&text);
    if text.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return at.wrong("a path below the root of the repository is expected");
    }
    Ok(RepoPath::from(&*text))
}
