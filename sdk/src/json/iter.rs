//! The members of a map and the items of a list. What was yielded is stepped over only when the next is asked for.

use super::scan::{self, Span, Step};
use super::{Json, Value};

/// Stands in a container, before or at one of its members.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// Behind the opening bracket.
    Start(usize),
    /// At a member's value that may have to be stepped over.
    At(usize),
    /// Behind a member.
    Behind(usize),
    /// There is nothing more.
    End,
}

impl Place {
    /// Goes on to the next step; none at the end, which is then also checked to be the text's if it has to.
    pub(super) fn step(&mut self, json: &Json, container: usize, close: u8) -> Option<usize> {
        let bytes = json.bytes();
        let (at, first) = match std::mem::replace(self, Self::End) {
            Self::Start(at) => (at, true),
            Self::At(value) => (json.keep(scan::skip(bytes, value))?, false),
            Self::Behind(at) => (at, false),
            Self::End => return None,
        };
        match json.keep(scan::step(bytes, at, close, first))? {
            Step::Member(at) => Some(at),
            Step::End(end) => {
                if container == json.start() {
                    json.check_end(end);
                }
                *self = Self::Behind(end);
                None
            }
        }
    }

    /// Reads a member of a map and stands at its value.
    pub(super) fn entry(&mut self, json: &Json, at: usize) -> Option<(Span, usize)> {
        let (key, value) = json.keep(scan::key(json.bytes(), at)).or_else(|| self.give_up())?;
        *self = Self::At(value);
        Some((key, value))
    }

    /// Stands at an item of a list.
    pub(super) fn item(&mut self, json: &Json, at: usize) -> Option<usize> {
        let value = json.keep(scan::value_start(json.bytes(), at)).or_else(|| self.give_up())?;
        *self = Self::At(value);
        Some(value)
    }

    fn give_up<T>(&mut self) -> Option<T> {
        *self = Self::End;
        None
    }
}

/// Keys and values of a map.
#[derive(Debug, Clone)]
pub struct Entries<'d> {
    map: Value<'d>,
    place: Place,
}

impl<'d> Entries<'d> {
    pub(super) fn new(map: Value<'d>) -> Self {
        Self { map, place: if map.is_map() { Place::Start(map.at() + 1) } else { Place::End } }
    }

    /// The next key as it is written, and its value.
    pub(super) fn next_span(&mut self) -> Option<(Span, Value<'d>)> {
        let json = self.map.json;
        let Some(at) = self.place.step(json, self.map.at(), b'}') else {
            self.place = Place::End;
            return None;
        };
        let (key, value) = self.place.entry(json, at)?;
        Some((key, Value::new(json, value)))
    }
}

impl<'d> Iterator for Entries<'d> {
    type Item = (&'d str, Value<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.next_span()?;
        Some((self.map.json.content(key), value))
    }
}

/// Items of a list.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    list: Value<'d>,
    place: Place,
}

impl<'d> Items<'d> {
    pub(super) fn new(list: Value<'d>) -> Self {
        Self { list, place: if list.is_seq() { Place::Start(list.at() + 1) } else { Place::End } }
    }
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        let json = self.list.json;
        let Some(at) = self.place.step(json, self.list.at(), b']') else {
            self.place = Place::End;
            return None;
        };
        Some(Value::new(json, self.place.item(json, at)?))
    }
}
