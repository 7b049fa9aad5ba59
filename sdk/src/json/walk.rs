//! A value and everything below it in one pass over the text: each byte is read once, however deep it stands.

use super::iter::Place;
use super::scan::{self, MAX_DEPTH};
use super::{Json, Value};

/// One stop of a [`Walk`].
#[derive(Debug, Clone, Copy)]
pub struct Visit<'d> {
    /// The key under which the value stands; for an item, the key under which its list stands.
    pub key: Option<&'d str>,
    /// The value.
    pub value: Value<'d>,
    /// True for an item of a list.
    pub is_item: bool,
    /// The map or list that holds the value; none where the walk began.
    pub parent: Option<Value<'d>>,
}

/// A value and everything below it, parents first.
#[derive(Debug, Clone)]
pub struct Walk<'d> {
    json: &'d Json,
    next: Next<'d>,
    /// The containers around the next value, outermost first.
    open: Vec<Open<'d>>,
}

/// A map or list, and the key that it stands under.
#[derive(Debug, Clone, Copy)]
struct Open<'d> {
    at: usize,
    is_map: bool,
    key: Option<&'d str>,
}

#[derive(Debug, Clone, Copy)]
enum Next<'d> {
    /// The value where the walk begins.
    Root(usize),
    /// What comes behind the value that was visited last, or in it.
    Visited { at: usize, key: Option<&'d str> },
    /// What comes behind it; what is in it is left out.
    Skipped(usize),
}

impl<'d> Walk<'d> {
    pub(super) fn new(value: Value<'d>) -> Self {
        Self { json: value.json, next: Next::Root(value.at()), open: Vec::new() }
    }

    /// Leaves out everything below the value that was visited last.
    pub fn skip_children(&mut self) {
        if let Next::Visited { at, .. } = self.next {
            self.next = Next::Skipped(at);
        }
    }

    /// Goes into the value that was visited last, or stands at it.
    fn enter(&mut self) -> Place {
        let (at, key) = match self.next {
            Next::Root(at) | Next::Skipped(at) => return Place::At(at),
            Next::Visited { at, key } => (at, key),
        };
        let is_map = match self.json.bytes().get(at) {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return Place::At(at),
        };
        if self.open.len() >= MAX_DEPTH {
            self.open.clear();
            self.json.keep::<()>(scan::fail(at, "nested too deeply"));
            return Place::End;
        }
        self.open.push(Open { at, is_map, key });
        Place::Start(at + 1)
    }

    fn visit(&mut self, at: usize, key: Option<&'d str>, parent: Option<Open<'d>>) -> Visit<'d> {
        self.next = Next::Visited { at, key };
        let value = Value::new(self.json, at);
        let is_item = parent.is_some_and(|parent| !parent.is_map);
        Visit { key, value, is_item, parent: parent.map(|parent| Value::new(self.json, parent.at)) }
    }
}

impl<'d> Iterator for Walk<'d> {
    type Item = Visit<'d>;

    fn next(&mut self) -> Option<Visit<'d>> {
        if let Next::Root(at) = self.next {
            return Some(self.visit(at, None, None));
        }
        let mut place = self.enter();
        while let Some(parent) = self.open.last().copied() {
            let close = if parent.is_map { b'}' } else { b']' };
            let Some(at) = place.step(self.json, parent.at, close) else {
                // An end of the container, or of all reading.
                self.open.pop();
                if matches!(place, Place::End) {
                    self.open.clear();
                }
                continue;
            };
            if !parent.is_map {
                let value = place.item(self.json, at);
                return value
                    .map(|value| self.visit(value, parent.key, Some(parent)))
                    .or_else(|| self.stop());
            }
            let Some((key, value)) = place.entry(self.json, at) else { return self.stop() };
            let key = self.json.content(key);
            return Some(self.visit(value, Some(key), Some(parent)));
        }
        self.stop()
    }
}

impl<'d> Walk<'d> {
    /// Nothing more, whatever is asked.
    fn stop(&mut self) -> Option<Visit<'d>> {
        self.open.clear();
        self.next = Next::Skipped(usize::MAX);
        None
    }
}
