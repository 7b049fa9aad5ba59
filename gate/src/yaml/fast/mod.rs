//! The scanner of the plain subset of YAML that manifests are written in: one pass from bytes to nodes. Whatever is
//! unusual makes it give up on the document, which the full parser then reads from its start: anchors, aliases, tags,
//! directives, `?`, tabs between tokens, `...`, equal keys, and every error. So it has no message and no opinion of
//! its own: what it does read, it reads as libyaml and the composer do, to the byte.

mod block;
mod bytes;
mod chunk;
mod flow;
mod literal;
mod plain;
mod quoted;
mod scalar;

use super::tape::{Event, Kind, Text};
use super::texts::Decoded;

/// The document is for the full parser.
#[derive(Debug)]
pub(super) struct Bail;

type Scan<T> = Result<T, Bail>;

/// The column of what comes next where nothing comes.
const END: isize = -1;

/// Deeper documents are for the full parser, which does not recurse.
const MOST_DEPTH: usize = 100;

/// How far a `:` may be from the start of its key; libyaml allows for 1,024 bytes.
const LONGEST_KEY: usize = 1000;

/// Nodes of one file while they come in; taken from the composer and given back.
pub(super) struct Scanner<'s> {
    /// The file up to the end of the document.
    text: &'s str,
    bytes: &'s [u8],
    /// The next byte, and the first one of its line.
    at: usize,
    line: usize,
    /// Where the last node ended.
    end: usize,
    events: Vec<Event>,
    decoded: Decoded,
    /// Fingerprints of the keys of the open mappings.
    keys: Vec<u64>,
    /// For a text on its way to `decoded`: [`Self::scratch`].
    scratch: String,
    depth: usize,
    max_depth: usize,
    max_nodes: usize,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(max_depth: usize, max_nodes: usize) -> Self {
        Self {
            text: "",
            bytes: &[],
            at: 0,
            line: 0,
            end: 0,
            events: Vec::new(),
            decoded: Decoded::default(),
            keys: Vec::new(),
            scratch: String::new(),
            depth: 0,
            max_depth: max_depth.min(MOST_DEPTH),
            max_nodes,
        }
    }

    /// Exchanges what it writes to with the composer's: before a document and after it.
    pub(super) fn lend(&mut self, events: &mut Vec<Event>, decoded: &mut Decoded) {
        std::mem::swap(&mut self.events, events);
        std::mem::swap(&mut self.decoded, decoded);
    }

    /// Reads the only document of `text[start..]`, as if a line began there, onto the tape; nothing if there is none.
    pub(super) fn document(&mut self, text: &'s str, start: usize) -> Scan<()> {
        (self.text, self.bytes) = (text, text.as_bytes());
        (self.at, self.line, self.end, self.depth) = (start, start, start, 0);
        self.keys.clear();
        bytes::survey(&self.bytes[start..])?;
        if self.bytes[start..].starts_with(b"---") {
            if !self.blank(start + 3) {
                return Err(Bail);
            }
            self.at += 3;
        }
        if self.next()? != END && self.node(END, true)? != END {
            return Err(Bail);
        }
        self.room()
    }

    /// The byte at `at`; zero, which is nowhere in the text, beyond the end.
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// True for white space and the end.
    fn blank(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n' | b'\r' | b'\t' | 0)
    }

    /// Goes on to the next token, over the rest of this line, if there is only a comment in it, and lines without
    /// content. Returns the token's column.
    fn next(&mut self) -> Scan<isize> {
        let mut fresh = self.at == self.line;
        loop {
            let at = self.at + bytes::spaces(self.bytes, self.at);
            match self.byte(at) {
                b'\n' => self.start_line(at + 1),
                b'\r' => self.start_line(at + 2),
                b'#' => self.comment(at)?,
                0 => {
                    self.at = at;
                    return Ok(END);
                }
                b'\t' => return Err(Bail),
                first if fresh => {
                    self.at = at;
                    let column = at - self.line;
                    let marker = column == 0 && matches!(first, b'-' | b'.' | b'%') && self.marker(at);
                    return if marker { Err(Bail) } else { Ok(column as isize) };
                }
                _ => return Err(Bail),
            }
            fresh = true;
        }
    }

    fn start_line(&mut self, at: usize) {
        (self.at, self.line) = (at, at);
    }

    /// Goes to the line after the comment at `at`.
    fn comment(&mut self, at: usize) -> Scan<()> {
        if at != self.line && !matches!(self.bytes[at - 1], b' ' | b'\t') {
            return Err(Bail);
        }
        let rest = &self.bytes[at..];
        self.start_line(memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |line| at + line + 1));
        Ok(())
    }

    /// True if the line that starts at `at` begins like a marker or a directive.
    fn marker(&self, at: usize) -> bool {
        let line = &self.bytes[at.min(self.bytes.len())..];
        line.starts_with(b"---") || line.starts_with(b"...") || line.starts_with(b"%")
    }

    /// Opens a mapping or sequence; [`Self::close`] completes its node.
    fn open(&mut self, kind: Kind) -> Scan<usize> {
        self.depth += 1;
        if self.depth > self.max_depth {
            return Err(Bail);
        }
        self.events.push(Event {
            kind,
            text: Text::Span,
            key: false,
            dead: false,
            start: 0,
            len: 0,
            payload: 0,
        });
        Ok(self.events.len() - 1)
    }

    /// Completes the mapping or sequence at `node`, which reaches from `start` to the end of the last node.
    fn close(&mut self, node: usize, start: usize) {
        self.depth -= 1;
        let below = self.events.len() - node - 1;
        let event = &mut self.events[node];
        (event.start, event.len, event.payload) = (start as u32, (self.end - start) as u32, below as u32);
    }

    /// An empty text, which is given back to `self.scratch` after use.
    fn scratch(&mut self) -> String {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        text
    }

    /// Bounds what one document can take before it is complete.
    fn room(&self) -> Scan<()> {
        if self.events.len() > self.max_nodes { Err(Bail) } else { Ok(()) }
    }
}
