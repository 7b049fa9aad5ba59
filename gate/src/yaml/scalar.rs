//! Scalars onto the tape: their type, their text and their place, as values and as keys.

use super::compose::{Anchor, Composer, Extent, Fault, not_mergeable};
use super::libyaml::{Scalar, Style};
use super::merge::key_text;
use super::place::{block_scalar_end, missing_value, skip_properties};
use super::problem::ProblemKind;
use super::resolve::resolve;
use super::store::{set_text, store};
use super::surrogates::{is_json, string_end};
use super::tape::{Event, Kind, Text};

impl Composer<'_> {
    pub(super) fn scalar(&mut self, scalar: &Scalar<'_>, at: Extent) -> Result<(), Fault> {
        self.spend(1, 0, at)?;
        let missing = scalar.style == Style::Plain && scalar.value.is_empty();
        let properties = scalar.tag.is_some() || scalar.anchor.is_some();
        let (start, bare) = skip_properties(self.bytes, at.start, at.end);
        let mut extent = Extent { start, end: at.end };
        if missing && !properties && !bare {
            if self.frames.is_empty() {
                return Ok(());
            }
            extent = self.missing(at);
        } else if scalar.style == Style::Block {
            extent.end = block_scalar_end(self.bytes, start, at.end);
        } else if scalar.style == Style::DoubleQuoted && self.rewritten {
            extent.end = string_end(self.bytes, start);
        }
        self.open.started = true;
        let event = self.resolved(scalar, bare, extent)?;
        if let Some(name) = scalar.anchor {
            self.anchors.insert(name.into(), Anchor::Scalar(event));
        }
        let merge = event.kind == Kind::Str && scalar.value == b"<<" && is_merge(scalar);
        self.place_scalar(event, extent, merge)
    }

    /// Where a value that is not written would be.
    fn missing(&self, at: Extent) -> Extent {
        let place = match self.frames.last() {
            Some(frame) if frame.map && frame.value_next => missing_value(self.bytes, frame.end, at.start),
            _ => at.start,
        };
        Extent { start: place, end: place }
    }

    /// A scalar as a node that is a value.
    fn resolved(&mut self, scalar: &Scalar<'_>, bare: bool, extent: Extent) -> Result<Event, Fault> {
        let text = String::from_utf8_lossy(scalar.value);
        let mut event = Event {
            kind: Kind::Str,
            text: Text::Span,
            key: false,
            dead: false,
            start: extent.start as u32,
            len: (extent.end - extent.start) as u32,
            payload: 0,
        };
        if scalar.tag.is_none() && (bare || !scalar.implicit) {
            self.check_escapes(scalar, extent)?;
            set_text(&mut event, &text, self.bytes, &mut self.decoded);
            return Ok(event);
        }
        let fault = |message| Fault::new(ProblemKind::InvalidValue, message, extent.start, extent.end);
        let value = resolve(scalar.tag, &text).map_err(fault)?;
        store(value, &mut event, self.bytes, &mut self.decoded);
        Ok(event)
    }

    /// Refuses `\/`, which JSON has and go-yaml has not, unless the file is JSON to Kubernetes.
    fn check_escapes(&self, scalar: &Scalar<'_>, extent: Extent) -> Result<(), Fault> {
        let raw = &self.bytes[extent.start..extent.end];
        if scalar.style != Style::DoubleQuoted || raw.len() == scalar.value.len() + 2 {
            return Ok(());
        }
        let mut at = 0;
        while let Some(hit) = raw.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
            at += hit + 2;
            if raw.get(at - 1) == Some(&b'/') && !is_json(self.bytes) {
                let at = extent.start + at;
                let message =
                    "the escape `\\/` is JSON's and not known to Kubernetes' YAML reader".to_owned();
                return Err(Fault::new(ProblemKind::Syntax, message, at - 2, at));
            }
        }
        Ok(())
    }

    pub(super) fn place_scalar(
        &mut self,
        mut event: Event,
        extent: Extent,
        merge: bool,
    ) -> Result<(), Fault> {
        self.room(1, 0, extent)?;
        let key = match self.frames.last() {
            Some(frame) if frame.merge_key.is_some() || frame.merged && !frame.map => {
                return Err(not_mergeable(extent));
            }
            frame => frame.is_some_and(|frame| frame.map && !frame.value_next),
        };
        if key {
            self.make_key(&mut event, extent)?;
            event.dead = merge;
        } else if event.kind == Kind::Float
            && !self.event_bytes(&event).last().is_some_and(u8::is_ascii_digit)
        {
            let message = "infinity and not-a-number cannot be sent to Kubernetes".to_owned();
            return Err(Fault::new(ProblemKind::InvalidValue, message, extent.start, extent.end));
        }
        let node = self.events.len() as u32;
        self.events.push(event);
        if !key {
            self.end_value(extent, 0);
        } else if let Some(frame) = self.frames.last_mut() {
            frame.start.get_or_insert(extent.start);
            frame.end = extent.end;
            frame.value_next = true;
            frame.merge_key = merge.then_some(node);
            if !merge {
                self.keys.push(node);
            }
        }
        Ok(())
    }

    /// Turns a scalar into the string that Kubernetes makes of it as a key.
    fn make_key(&mut self, event: &mut Event, at: Extent) -> Result<(), Fault> {
        match key_text(event.kind, event.payload, self.event_bytes(event)) {
            Ok(None) => {}
            Ok(Some(text)) => set_text(event, &text, self.bytes, &mut self.decoded),
            Err(message) => {
                return Err(Fault::new(ProblemKind::InvalidKey, message, at.start, at.end));
            }
        }
        (event.kind, event.key) = (Kind::Str, true);
        Ok(())
    }
}

fn is_merge(scalar: &Scalar<'_>) -> bool {
    scalar.implicit || scalar.tag == Some(b"tag:yaml.org,2002:merge")
}
