//! Strings with escapes, decoded once for the whole text: most texts have none, and then there is nothing to do.

use super::block;
use super::scan::{self, Span};

/// The decoded strings of a text.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    text: String,
    /// Offset of a string's content in the JSON text, and where its decoded form stands; in order.
    spans: Vec<(u32, u32, u32)>,
}

impl Decoded {
    /// Decodes every string that has an escape, up to the first malformed one.
    pub(super) fn new(json: &str) -> Self {
        let bytes = json.as_bytes();
        let mut decoded = Self::default();
        let mut at = 0;
        while let Some(quote) = find(bytes, at) {
            let Ok(span) = scan::string(bytes, quote) else { break };
            if span.escaped {
                decoded.add(json, span);
            }
            at = span.end + 1;
        }
        decoded
    }

    /// The string whose content begins at this offset.
    pub(super) fn get(&self, start: usize) -> Option<&str> {
        let found = self.spans.binary_search_by(|(of, _, _)| (*of as usize).cmp(&start)).ok()?;
        let (_, from, to) = self.spans.get(found)?;
        self.text.get(*from as usize..*to as usize)
    }

    fn add(&mut self, json: &str, span: Span) {
        let from = self.text.len() as u32;
        let mut at = span.start;
        while at < span.end {
            let end = scan::special(json.as_bytes(), at);
            self.text.push_str(json.get(at..end).unwrap_or(""));
            at = end;
            if at < span.end {
                let Ok((decoded, end)) = scan::escape(json.as_bytes(), at + 1) else { break };
                self.text.push(decoded);
                at = end;
            }
        }
        self.spans.push((span.start as u32, from, self.text.len() as u32));
    }
}

/// The next quote; outside of strings, that is where one begins.
fn find(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let mask = block::equal(chunk, b'"');
        if mask != 0 {
            return Some(at + mask.trailing_zeros() as usize);
        }
        at += 16;
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| *byte == b'"').map(|found| at + found)
}
