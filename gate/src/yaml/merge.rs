//! What happens when a mapping is complete: duplicate keys are found and `<<` is applied.

use std::collections::HashMap;

use super::compose::{Composer, Extent, Fault, Frame, Merge};
use super::number::float_key;
use super::problem::{Problem, ProblemKind};
use super::store::event_bytes;
use super::tape::{Event, Kind};
use crate::text::ByteSpan;

/// From here on sorting the keys is quicker than comparing each with each.
const MANY: usize = 12;

/// Problems of one document that are listed; a hostile file could have millions.
const MOST_PROBLEMS: usize = 1000;

/// The text that a scalar gets as a key; `None` if it keeps its own.
pub(super) fn key_text(kind: Kind, payload: u32, text: &[u8]) -> Result<Option<String>, String> {
    let text = str::from_utf8(text).unwrap_or_default();
    match kind {
        Kind::Str => Ok(None),
        Kind::Int if text.parse::<i64>().is_ok() => Ok(None),
        Kind::Int => Err("a number this large cannot be a key".to_owned()),
        Kind::Bool => Ok(Some(if payload == 1 { "true" } else { "false" }.to_owned())),
        Kind::Float => Ok(Some(match text.parse() {
            Ok(value) => float_key(value),
            Err(_) => text.to_owned(),
        })),
        Kind::Null | Kind::Map | Kind::Seq => Err("a key is null".to_owned()),
    }
}

impl Composer<'_> {
    /// The text of a scalar that is on the tape or about to be.
    pub(super) fn event_bytes(&self, event: &Event) -> &[u8] {
        event_bytes(event, self.bytes, &self.decoded)
    }

    fn name(&self, key: u32) -> &[u8] {
        self.event_bytes(&self.events[key as usize])
    }

    /// Finishes the mapping of `frame`, whose nodes are the last ones on the tape.
    pub(super) fn close_map(&mut self, frame: &Frame) -> Result<(), Fault> {
        if self.keys.len() - frame.first_key < MANY {
            self.compare_keys(frame.first_key);
        } else {
            self.sort_keys(frame.first_key);
        }
        if self.merges.len() > frame.first_merge {
            self.apply_merges(frame)?;
        }
        self.keys.truncate(frame.first_key);
        Ok(())
    }

    fn compare_keys(&mut self, first: usize) {
        for later in first + 1..self.keys.len() {
            for earlier in (first..later).rev() {
                let (one, two) = (self.keys[earlier], self.keys[later]);
                if self.name(one) == self.name(two) {
                    self.duplicate(one, two);
                    break;
                }
            }
        }
    }

    fn sort_keys(&mut self, first: usize) {
        let mut keys = self.keys.split_off(first);
        keys.sort_by(|&one, &two| self.name(one).cmp(self.name(two)).then(one.cmp(&two)));
        let known = self.problems.len();
        for pair in keys.windows(2) {
            if self.name(pair[0]) == self.name(pair[1]) {
                self.duplicate(pair[0], pair[1]);
            }
        }
        self.problems[known..].sort_by_key(|problem| problem.span);
        self.keys.append(&mut keys);
    }

    fn duplicate(&mut self, earlier: u32, later: u32) {
        self.events[earlier as usize].dead = true;
        let name = String::from_utf8_lossy(self.name(later));
        let message = format!("the key `{name}` is already set in this mapping");
        self.complain(ProblemKind::DuplicateKey, message, later);
    }

    /// Adds a problem that does not lose the document, at node `at`.
    fn complain(&mut self, kind: ProblemKind, message: String, at: u32) {
        if self.problems.len() - self.first_problem() < MOST_PROBLEMS {
            let event = &self.events[at as usize];
            let span = ByteSpan::new(event.start, event.start + event.len);
            self.problems.push(Problem { kind, message, span, document: self.count });
        }
    }

    /// Appends what the `<<` keys of the mapping bring. Keys that are written out win, then the last `<<`, and of
    /// a sequence the first mapping.
    fn apply_merges(&mut self, frame: &Frame) -> Result<(), Fault> {
        let merges = self.merges.split_off(frame.first_merge);
        let written = &self.keys[frame.first_key..];
        let mut names: HashMap<Vec<u8>, u32> =
            written.iter().map(|&key| (self.name(key).to_vec(), key)).collect();
        for group in merges.chunk_by(|one, two| one.key == two.key).rev() {
            for merge in group {
                self.apply_merge(*merge, &mut names)?;
            }
        }
        Ok(())
    }

    fn apply_merge(&mut self, merge: Merge, names: &mut HashMap<Vec<u8>, u32>) -> Result<(), Fault> {
        let end = merge.map + 1 + self.events[merge.map as usize].payload;
        let mut key = merge.map + 1;
        while key < end {
            let next = self.after(key + 1);
            let dead = self.events[key as usize].dead;
            match names.get(self.name(key)) {
                _ if dead => {}
                None => {
                    self.room_for_merge((next - key) as usize, merge.key)?;
                    let copy = self.events.len() as u32;
                    names.insert(self.name(key).to_vec(), copy);
                    self.events.extend_from_within(key as usize..next as usize);
                }
                Some(&written) if written < merge.key => {
                    let name = String::from_utf8_lossy(self.name(written));
                    let message = format!("the key `{name}` is set again by a `<<` further down");
                    self.complain(ProblemKind::MergeConflict, message, written);
                }
                Some(_) => {}
            }
            key = next;
        }
        Ok(())
    }

    /// The node after `node` and all below it.
    fn after(&self, node: u32) -> u32 {
        let event = &self.events[node as usize];
        match event.kind {
            Kind::Map | Kind::Seq => node + 1 + event.payload,
            _ => node + 1,
        }
    }

    fn room_for_merge(&self, nodes: usize, key: u32) -> Result<(), Fault> {
        let event = &self.events[key as usize];
        let (start, end) = (event.start as usize, event.start as usize + event.len as usize);
        self.room(nodes, 0, Extent { start, end })
    }
}
