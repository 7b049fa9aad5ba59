//! Aliases: what they repeat is copied, within go-yaml's bound; what a `<<` takes through them is only noted.

use super::compose::{Anchor, Composer, Extent, Fault, Merge, not_mergeable};
use super::problem::ProblemKind;
use super::tape::{Event, Kind, Text};

impl Composer<'_> {
    pub(super) fn alias(&mut self, name: &[u8], at: Extent) -> Result<(), Fault> {
        self.spend(1, 0, at)?;
        self.open.started = true;
        let fault = |what: &str| {
            let message = format!("alias `{}` {what}", String::from_utf8_lossy(name));
            Err(Fault::new(ProblemKind::InvalidAlias, message, at.start, at.end))
        };
        match self.anchors.get(name).copied() {
            None => fault("has no anchor"),
            Some(Anchor::Open) => fault("is part of what it stands for"),
            Some(Anchor::Scalar(event)) => {
                self.spend(1, 1, at)?;
                self.place_scalar(event, at, false)
            }
            Some(Anchor::Tree { node, height, decodes }) => {
                self.spend(decodes, decodes, at)?;
                self.place_tree(node, height, at)
            }
        }
    }

    /// Counts decoded nodes as go-yaml does and applies its bound.
    pub(super) fn spend(&mut self, decodes: u64, aliased: u64, at: Extent) -> Result<(), Fault> {
        let open = &mut self.open;
        open.decodes += decodes;
        open.aliased += aliased;
        let (all, aliased) = (open.decodes as f64, open.aliased as f64);
        let allowed = 0.99 - 0.89 * ((all - 4e5) / 3.6e6).clamp(0.0, 1.0);
        if open.aliased > 100 && open.decodes > 1000 && aliased / all > allowed {
            let message = "the document consists mostly of what aliases repeat".to_owned();
            return Err(Fault::new(ProblemKind::TooManyAliases, message, at.start, at.end));
        }
        Ok(())
    }

    /// Refuses nodes beyond the limits: `nodes` more, `height` below the open collections.
    pub(super) fn room(&self, nodes: usize, height: u32, at: Extent) -> Result<(), Fault> {
        if self.events.len() + nodes > self.limits.max_nodes {
            let message = format!("more than {} nodes in one file", self.limits.max_nodes);
            return Err(Fault::new(ProblemKind::TooLarge, message, at.start, at.end));
        }
        if self.frames.len() + height as usize > self.limits.max_depth {
            let message = format!("nested more than {} deep", self.limits.max_depth);
            return Err(Fault::new(ProblemKind::TooDeep, message, at.start, at.end));
        }
        Ok(())
    }

    /// Repeats the collection at `node` as a value, or notes it if a `<<` brings it.
    fn place_tree(&mut self, node: u32, height: u32, at: Extent) -> Result<(), Fault> {
        let event = self.events[node as usize];
        if self.begin_value(event.kind == Kind::Map, at)? {
            if event.kind != Kind::Map {
                return Err(not_mergeable(at));
            }
            self.room(1, 0, at)?;
            self.merge_from(node);
            self.events.push(Event { kind: Kind::Null, text: Text::Span, payload: 0, ..event });
        } else {
            let size = event.payload as usize + 1;
            self.room(size, height, at)?;
            let node = node as usize;
            self.events.extend_from_within(node..node + size);
        }
        self.end_value(at, height);
        Ok(())
    }

    /// Notes that the mapping at `node` is brought by the innermost `<<` whose value is not complete.
    pub(super) fn merge_from(&mut self, node: u32) {
        if let Some(key) = self.frames.iter().rev().take(2).find_map(|frame| frame.merge_key) {
            self.merges.push(Merge { key, map: node });
        }
    }

    /// A collection is about to begin or to be repeated: it must not be a key. Returns whether a `<<` brings it.
    pub(super) fn begin_value(&self, map: bool, at: Extent) -> Result<bool, Fault> {
        let Some(frame) = self.frames.last() else { return Ok(false) };
        if frame.map && !frame.value_next {
            let message = "a mapping or sequence as a key".to_owned();
            return Err(Fault::new(ProblemKind::InvalidKey, message, at.start, at.end));
        }
        let item = !frame.map && frame.merged;
        if item && !map {
            return Err(not_mergeable(at));
        }
        Ok(item || frame.merge_key.is_some())
    }
}
