//! Mappings and sequences, from the event that opens one to the one that closes it.

use super::compose::{Anchor, Composer, Extent, Fault, Frame};
use super::libyaml::Start;
use super::place::skip_properties;
use super::tape::{Event, Kind, Text};

impl Composer<'_> {
    /// Opens a mapping or a sequence.
    pub(super) fn start(&mut self, start: &Start<'_>, at: Extent) -> Result<(), Fault> {
        self.spend(1, 0, at)?;
        self.room(1, 1, at)?;
        self.open.started = true;
        self.open.flow += u64::from(start.flow);
        let merged = self.begin_value(start.map, at)?;
        if let Some(name) = start.anchor {
            self.anchors.insert(name.into(), Anchor::Open);
        }
        let first = skip_properties(self.bytes, at.start, self.bytes.len()).0;
        self.frames.push(Frame {
            node: self.events.len() as u32,
            map: start.map,
            flow: start.flow,
            value_next: false,
            merged,
            merge_key: None,
            first_merge: self.merges.len(),
            first_key: self.keys.len(),
            start: (start.flow || !start.map).then_some(first),
            end: first,
            height: 0,
            anchor: start.anchor.map(Into::into),
            decodes_before: self.open.decodes - 1,
        });
        let kind = if start.map { Kind::Map } else { Kind::Seq };
        let (start, len) = (first as u32, 0);
        self.events.push(Event { kind, text: Text::Span, key: false, dead: false, start, len, payload: 0 });
        Ok(())
    }

    /// Closes the innermost mapping or sequence.
    pub(super) fn end(&mut self, at: Extent) -> Result<(), Fault> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        if frame.map {
            self.close_map(&frame)?;
        }
        self.open.flow -= u64::from(frame.flow);
        let start = frame.start.unwrap_or(at.start);
        let end = if frame.flow { at.end } else { frame.end };
        let below = self.events.len() as u32 - frame.node - 1;
        let event = &mut self.events[frame.node as usize];
        (event.start, event.len, event.payload) = (start as u32, end.saturating_sub(start) as u32, below);
        let height = frame.height + 1;
        if let Some(name) = frame.anchor {
            let decodes = self.open.decodes - frame.decodes_before;
            self.anchors.insert(name, Anchor::Tree { node: frame.node, height, decodes });
        }
        if frame.merged && frame.map {
            self.merge_from(frame.node);
        }
        self.end_value(Extent { start, end }, height);
        Ok(())
    }

    /// A node that is not a key is complete.
    pub(super) fn end_value(&mut self, extent: Extent, height: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.end = extent.end;
            frame.height = frame.height.max(height);
            frame.value_next = false;
            frame.merge_key = None;
        }
    }
}
