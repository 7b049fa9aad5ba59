//! What a change sets and takes away, and whether the environment before has it already.

use gate_sdk::{Document, Kind, Operation, Value, text};

/// Keys by which list items are the same item, wherever they stand in the list.
const NAMES: &[&str] =
    &["name", "key", "id", "containerPort", "port", "path", "host", "type", "mountPath", "ip"];
/// Deeper than this, values are compared as a whole.
const MAX_DEPTH: u32 = 100;

/// A part of the change that the environment before does not have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap<'d> {
    /// The value, or what is left around something that the change takes away; none: the document as a whole.
    pub(crate) place: Option<Value<'d>>,
    pub(crate) removed: bool,
}

/// Names of two environments: a value may name its own environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) here: &'a str,
    pub(crate) before: &'a str,
}

/// The first part of the change that the environment before does not have, and how many there are; none if it
/// has all of it.
pub(crate) fn gaps<'d>(document: &'d Document<'_>, names: Pair<'_>) -> Option<(Gap<'d>, usize)> {
    let promoted = document.promoted_from();
    let mut compare = Compare { names, first: None, count: 0 };
    match (document.operation, document.object()) {
        (Operation::Unchanged, _) => {}
        (Operation::Delete, _) if promoted.is_none() => {}
        (Operation::Delete, _) => compare.gap(document.old_object(), true),
        (_, None) => compare.gap(None, false),
        (_, Some(new)) if promoted.is_none() => {
            compare.gap(Some(first_change(document.old_object(), new)), false)
        }
        (_, Some(new)) => compare.value(document.old_object(), new, promoted, 0),
    }
    compare.first.map(|gap| (gap, compare.count))
}

/// Where the document starts to differ: the deepest value that holds the whole difference.
fn first_change<'d>(old: Option<Value<'_>>, new: Value<'d>) -> Value<'d> {
    let (mut old, mut new) = (old, new);
    for _ in 0..MAX_DEPTH {
        let Some(before) = old.filter(|before| before.is_map() && new.is_map()) else { break };
        let mut changed =
            new.entries().filter(|(key, value)| !before.get(key).is_some_and(|b| b.same_as(*value)));
        let removes = before.entries().any(|(key, _)| new.get(key).is_none());
        let (Some((key, value)), None, false) = (changed.next(), changed.next(), removes) else { break };
        (old, new) = (before.get(key), value);
    }
    new
}

struct Compare<'a, 'd> {
    names: Pair<'a>,
    first: Option<Gap<'d>>,
    count: usize,
}

impl<'d> Compare<'_, 'd> {
    fn gap(&mut self, place: Option<Value<'d>>, removed: bool) {
        self.first.get_or_insert(Gap { place, removed });
        self.count += 1;
    }

    /// `there` is the value at the same place in the environment before.
    fn value(&mut self, old: Option<Value<'_>>, new: Value<'d>, there: Option<Value<'_>>, depth: u32) {
        if old.is_some_and(|old| old.same_as(new)) {
            return;
        }
        match (new.kind(), there) {
            (_, Some(there)) if self.same(new, there) => {}
            (Kind::Map, Some(there)) if there.is_map() && depth < MAX_DEPTH => {
                self.map(old, new, there, depth)
            }
            (Kind::Seq, Some(there)) if there.is_seq() && depth < MAX_DEPTH => {
                self.list(old, new, there, depth)
            }
            _ => self.gap(Some(new), false),
        }
    }

    fn map(&mut self, old: Option<Value<'_>>, new: Value<'d>, there: Value<'_>, depth: u32) {
        for (key, value) in new.entries() {
            self.value(old.and_then(|old| old.get(key)), value, there.get(key), depth + 1);
        }
        for (key, _) in old.into_iter().flat_map(Value::entries) {
            if new.get(key).is_none() && there.get(key).is_some() {
                self.gap(Some(new), true);
            }
        }
    }

    fn list(&mut self, old: Option<Value<'_>>, new: Value<'d>, there: Value<'_>, depth: u32) {
        for item in new.items() {
            match name_key(item) {
                Some(key) => {
                    let before = old.and_then(|old| named_like(old, item, key));
                    self.value(before, item, named_like(there, item, key), depth + 1);
                }
                None => {
                    let is_old = old.is_some_and(|old| old.items().any(|other| other.same_as(item)));
                    if !is_old && !there.items().any(|other| self.same(item, other)) {
                        self.gap(Some(item), false);
                    }
                }
            }
        }
        for item in old.into_iter().flat_map(Value::items) {
            if !has(new, item) && has(there, item) {
                self.gap(Some(new), true);
            }
        }
    }

    /// The same, or a text that differs only by the environment that it names.
    fn same(&self, new: Value<'_>, there: Value<'_>) -> bool {
        new.same_as(there)
            || match (new.as_str(), there.as_str()) {
                (Some(new), Some(there)) => rename(new, self.names) == *there,
                _ => false,
            }
    }
}

/// True if the list has the item: by its name, or the very same.
fn has(list: Value<'_>, item: Value<'_>) -> bool {
    match name_key(item) {
        Some(key) => named_like(list, item, key).is_some(),
        None => list.items().any(|other| other.same_as(item)),
    }
}

fn name_key(item: Value<'_>) -> Option<&'static str> {
    NAMES.iter().copied().find(|key| item.get(key).is_some_and(|name| name.as_text().is_some()))
}

fn named_like<'v>(list: Value<'v>, item: Value<'_>, key: &str) -> Option<Value<'v>> {
    let name = item.get(key)?;
    list.items().find(|other| other.get(key).is_some_and(|other| other.same_as(name)))
}

/// The text with the name of the environment replaced where it stands as a word of its own.
fn rename(given: &str, names: Pair<'_>) -> String {
    let mut renamed = String::with_capacity(given.len());
    let mut rest = given;
    let is_word = |c: char| c.is_ascii_alphanumeric();
    while let Some(at) = text::find(rest, names.here).filter(|_| !names.here.is_empty()) {
        let (before, after) = (rest.get(..at).unwrap_or(""), rest.get(at + names.here.len()..).unwrap_or(""));
        let left = before.chars().next_back().or_else(|| renamed.chars().next_back());
        let alone = !left.is_some_and(is_word) && !after.chars().next().is_some_and(is_word);
        renamed.push_str(before);
        renamed.push_str(if alone { names.before } else { names.here });
        rest = after;
    }
    renamed.push_str(rest);
    renamed
}
