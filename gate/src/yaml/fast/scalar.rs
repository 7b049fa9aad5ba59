//! Scalars onto the tape: their kind from their first byte where that decides it, and the keys of a mapping.

use super::super::merge::key_text;
use super::super::resolve::{Value, obvious, plain};
use super::super::store::{event_bytes, set_text, store};
use super::super::tape::{Event, Kind, Text};
use super::bytes::fingerprint;
use super::{Bail, Scan, Scanner};

/// Up to here each key is compared with all before it; the keys of larger mappings are sorted.
const FEW: usize = 24;

/// A scalar as it is written.
pub(super) struct Written {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) style: Style,
}

/// How a scalar is written, and where its text is.
pub(super) enum Style {
    /// In one line and without quotes.
    Plain,
    /// In quotes, with its text between them as it is.
    Quoted,
    /// In quotes, with a text that is kept apart.
    Decoded(u32),
}

/// The keys of an open mapping.
pub(super) struct Names {
    /// The first of their fingerprints.
    first: usize,
    /// A bit for each remainder that a fingerprint has left.
    seen: u64,
}

/// What the first byte of a plain scalar says of its kind.
#[derive(Clone, Copy, PartialEq)]
enum First {
    /// A string.
    Text,
    /// A string if it is longer than [`LONGEST_WORD`].
    Word,
    Other,
}

/// Bytes of the longest of `null`, `false` and their like.
const LONGEST_WORD: usize = 5;

const FIRST: [First; 256] = {
    let (mut table, mut at) = ([First::Text; 256], 0);
    while at < 256 {
        table[at] = match at as u8 {
            b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => First::Word,
            b'0'..=b'9' | b'+' | b'-' | b'.' | b'<' => First::Other,
            _ => First::Text,
        };
        at += 1;
    }
    table
};

// Hot code puts a node on the tape field by field: one that goes through memory first is written in bytes and read in
// words, which takes the processor longer than all the rest.
impl Scanner<'_> {
    /// Puts a string on the tape.
    #[inline(always)]
    fn push_string(&mut self, start: usize, end: usize, key: bool, text: Text, payload: u32) {
        let (from, len) = (start as u32, (end - start) as u32);
        self.events.push(Event { kind: Kind::Str, text, key, dead: false, start: from, len, payload });
        self.end = end;
    }

    /// Puts a scalar that is no key on the tape.
    #[inline]
    pub(super) fn push(&mut self, written: &Written) -> Scan<()> {
        let (start, end) = (written.start, written.end);
        match written.style {
            Style::Plain => return self.push_plain(start, end),
            Style::Quoted => self.push_string(start, end, false, Text::Inner, 0),
            Style::Decoded(payload) => self.push_string(start, end, false, Text::Decoded, payload),
        }
        Ok(())
    }

    /// Puts a string whose text is kept apart, and that is no key, on the tape.
    pub(super) fn push_decoded(&mut self, start: usize, end: usize, text: &str) {
        let payload = self.decoded.push(text);
        self.push_string(start, end, false, Text::Decoded, payload);
    }

    /// Puts a value that is not written on the tape, at `place`.
    pub(super) fn null(&mut self, place: usize) {
        self.events.push(Event { kind: Kind::Null, ..string(place, place) });
        self.end = place;
    }

    /// Puts the plain scalar of one line at `start..end`, which is no key, on the tape.
    #[inline(always)]
    pub(super) fn push_plain(&mut self, start: usize, end: usize) -> Scan<()> {
        if !self.is_string(start, end) {
            return self.push_resolved(start, end);
        }
        self.push_string(start, end, false, Text::Span, 0);
        Ok(())
    }

    /// True if the plain scalar at `start..end` is a string by its first byte.
    #[inline(always)]
    fn is_string(&self, start: usize, end: usize) -> bool {
        match FIRST[usize::from(self.byte(start))] {
            First::Text => true,
            First::Word => end - start > LONGEST_WORD,
            First::Other => false,
        }
    }

    #[inline(never)]
    fn push_resolved(&mut self, start: usize, end: usize) -> Scan<()> {
        match obvious(&self.bytes[start..end]) {
            Some(kind) => self.events.push(Event { kind, ..string(start, end) }),
            None => return self.push_value(start, end, plain(&self.text[start..end])),
        }
        self.end = end;
        Ok(())
    }

    /// Puts a value on the tape that is no key, unless JSON has no such number.
    pub(super) fn push_value(&mut self, start: usize, end: usize, value: Value<'_>) -> Scan<()> {
        if matches!(value, Value::Float(value) if !value.is_finite()) {
            return Err(Bail);
        }
        let mut event = string(start, end);
        store(value, &mut event, self.bytes, &mut self.decoded);
        self.events.push(event);
        self.end = end;
        Ok(())
    }

    /// Puts a key on the tape: of the mapping whose keys so far are `names`.
    #[inline(always)]
    pub(super) fn push_key(&mut self, key: &Written, names: &mut Names) -> Scan<()> {
        let (start, end) = (key.start, key.end);
        match key.style {
            Style::Plain if self.is_string(start, end) => {
                self.know(fingerprint(self.bytes, start, end), names)?;
                self.push_string(start, end, true, Text::Span, 0);
            }
            Style::Plain => self.push_resolved_key(start, end, names)?,
            Style::Quoted => {
                self.know(fingerprint(self.bytes, start + 1, end - 1), names)?;
                self.push_string(start, end, true, Text::Inner, 0);
            }
            Style::Decoded(payload) => {
                let text = self.decoded.get(payload).as_bytes();
                self.know(fingerprint(text, 0, text.len()), names)?;
                self.push_string(start, end, true, Text::Decoded, payload);
            }
        }
        Ok(())
    }

    /// Puts a key on the tape that may be no string as it is written.
    #[inline(never)]
    fn push_resolved_key(&mut self, start: usize, end: usize, names: &mut Names) -> Scan<()> {
        let text = &self.text[start..end];
        if text == "<<" {
            return Err(Bail);
        }
        let value = plain(text);
        if matches!(value, Value::Str(_)) {
            self.know(fingerprint(self.bytes, start, end), names)?;
            self.push_string(start, end, true, Text::Span, 0);
            return Ok(());
        }
        let mut event = string(start, end);
        store(value, &mut event, self.bytes, &mut self.decoded);
        match key_text(event.kind, event.payload, event_bytes(&event, self.bytes, &self.decoded)) {
            Ok(None) => {}
            Ok(Some(text)) => set_text(&mut event, &text, self.bytes, &mut self.decoded),
            Err(_) => return Err(Bail),
        }
        let text = event_bytes(&event, self.bytes, &self.decoded);
        self.know(fingerprint(text, 0, text.len()), names)?;
        self.events.push(Event { kind: Kind::Str, key: true, ..event });
        self.end = end;
        Ok(())
    }

    /// Adds a key to those of its mapping; gives up if it is one of them.
    #[inline(always)]
    fn know(&mut self, print: u64, names: &mut Names) -> Scan<()> {
        let seen = 1 << (print % 64);
        if names.seen & seen != 0 && self.is_known(print, names.first) {
            return Err(Bail);
        }
        names.seen |= seen;
        self.keys.push(print);
        Ok(())
    }

    /// True if a key has the fingerprint that the mapping has already; not found out here for large mappings.
    #[cold]
    fn is_known(&self, print: u64, first: usize) -> bool {
        let others = &self.keys[first..];
        others.len() < FEW && others.contains(&print)
    }

    /// A new mapping begins.
    pub(super) fn names(&self) -> Names {
        Names { first: self.keys.len(), seen: 0 }
    }

    /// The mapping is complete whose keys are `names`.
    pub(super) fn close_names(&mut self, names: &Names) -> Scan<()> {
        let keys = &mut self.keys[names.first..];
        if keys.len() > FEW {
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Bail);
            }
        }
        self.keys.truncate(names.first);
        Ok(())
    }
}

/// A string as it is written, at `start..end`.
fn string(start: usize, end: usize) -> Event {
    let (start, len) = (start as u32, (end - start) as u32);
    Event { kind: Kind::Str, text: Text::Span, key: false, dead: false, start, len, payload: 0 }
}
