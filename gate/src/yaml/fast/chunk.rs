//! One chunk of a file by the fast way: what the composer keeps of it.

use super::super::compose::Composer;
use super::super::split::Chunk;
use super::super::tape::{Document, NodeId};
use super::Scanner;
use crate::text::ByteSpan;

impl Composer<'_> {
    /// Reads a chunk of `text` by the fast way. If that does not work, nothing has happened and the answer is false.
    pub(in crate::yaml) fn fast<'t>(
        &mut self,
        scanner: &mut Scanner<'t>,
        text: &'t str,
        chunk: &Chunk,
    ) -> bool {
        let (event, decoded) = (self.events.len(), self.decoded.len());
        if self.documents.len() >= self.limits.max_documents {
            return false;
        }
        scanner.lend(&mut self.events, &mut self.decoded);
        let read = scanner.document(&text[..chunk.end], chunk.start);
        scanner.lend(&mut self.events, &mut self.decoded);
        if read.is_err() {
            self.events.truncate(event);
            self.decoded.truncate(decoded);
            return false;
        }
        if event < self.events.len() {
            let span = ByteSpan::new(chunk.start as u32, chunk.end as u32);
            self.documents.push(Document { index: self.count, root: NodeId(event as u32), span });
            self.count += 1;
        }
        self.area(chunk.end);
        true
    }
}
