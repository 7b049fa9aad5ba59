//! The reader: cuts a file into chunks, gives each to the fast scanner or else to libyaml, and keeps what can be kept.

use super::compose::{Composer, Fault};
use super::fast::Scanner;
use super::libyaml::{self, What};
use super::problem::{Limits, Problem, ProblemKind};
use super::split::{Chunk, Splitter};
use super::surrogates;
use super::tape::{Parsed, Tape};
use super::texts::Source;
use crate::text::ByteSpan;

/// Spans have 32 bits, and decoded text may be longer than its source.
const MOST_BYTES: usize = 1 << 30;

/// Directives of one document; libyaml compares each with all others.
const MOST_DIRECTIVES: usize = 100;

/// Steps that libyaml's scanner may spend on open flow brackets in one file. It looks at
/// every open bracket for each token, so depth times length is what a hostile file can make it do.
const MOST_STEPS: u64 = 1_000_000_000;

/// Reads all documents of a YAML or JSON file. Never fails and never panics: what cannot be read is a problem, and
/// the rest is there.
pub fn parse(source: Vec<u8>, limits: &Limits) -> Parsed {
    parse_by(source, limits, true).0
}

/// How many chunks a file has, and how many of them the fast scanner has read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunks {
    pub(super) all: usize,
    pub(super) scanned: usize,
}

/// As [`parse`], without the fast scanner unless `fast`; and what became of the chunks.
pub(super) fn parse_by(source: Vec<u8>, limits: &Limits, fast: bool) -> (Parsed, Chunks) {
    let source = Source::new(source);
    let mut reader = Reader {
        bytes: source.bytes(),
        composer: Composer::new(source.bytes(), limits),
        text: source.all_text(),
        scanner: fast.then(|| Scanner::new(limits.max_depth, limits.max_nodes)),
        chunks: Chunks::default(),
        steps: 0,
    };
    match refusal(source.bytes(), limits) {
        Some(fault) => reader.composer.fault(fault),
        None => reader.file(),
    }
    let chunks = reader.chunks;
    let (events, decoded, documents, problems) = reader.composer.finish();
    (Parsed { tape: Tape { source, events, decoded }, documents, problems }, chunks)
}

/// Why the file is not read at all.
fn refusal(bytes: &[u8], limits: &Limits) -> Option<Fault> {
    let most = limits.max_bytes.min(MOST_BYTES);
    if bytes.len() > most {
        return Some(Fault::new(
            ProblemKind::TooLarge,
            format!("the file is larger than {most} bytes"),
            0,
            0,
        ));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let message = "the file is UTF-16; save it as UTF-8".to_owned();
        return Some(Fault::new(ProblemKind::NotUtf8, message, 0, 2));
    }
    None
}

struct Reader<'s> {
    bytes: &'s [u8],
    composer: Composer<'s>,
    /// All of it, if it is UTF-8.
    text: Option<&'s str>,
    /// None if only the full parser is to be used.
    scanner: Option<Scanner<'s>>,
    chunks: Chunks,
    steps: u64,
}

impl Reader<'_> {
    fn file(&mut self) {
        let splitter = Splitter::new(self.bytes);
        let mut at = splitter.first();
        while at < self.bytes.len() {
            let chunk = splitter.chunk(at);
            if self.scan(&chunk) {
                at = chunk.end;
                continue;
            }
            let read = match self.unreadable(&chunk) {
                Some(fault) => Err((fault, chunk.end)),
                None => self.chunk(&splitter, chunk),
            };
            at = chunk.end;
            if let Err((fault, next)) = read {
                let stop = fault.kind == ProblemKind::TooLarge;
                self.composer.fault(fault);
                if stop {
                    break;
                }
                at = next;
            }
        }
    }

    /// Reads a chunk by the fast way; false if it is for the full parser.
    fn scan(&mut self, chunk: &Chunk) -> bool {
        self.chunks.all += 1;
        let (Some(scanner), Some(text), None) = (&mut self.scanner, self.text, chunk.bad_separator) else {
            return false;
        };
        let read = self.composer.fast(scanner, text, chunk);
        self.chunks.scanned += usize::from(read);
        read
    }

    /// What can be said against a chunk without parsing it.
    fn unreadable(&self, chunk: &Chunk) -> Option<Fault> {
        let bytes = &self.bytes[chunk.start..chunk.end];
        if self.text.is_none()
            && let Err(error) = str::from_utf8(bytes)
        {
            let at = chunk.start + error.valid_up_to();
            let end = at + error.error_len().unwrap_or(1);
            return Some(Fault::new(ProblemKind::NotUtf8, "bytes that are no UTF-8".to_owned(), at, end));
        }
        if let Some(at) = chunk.bad_separator {
            let message = "a line begins with `---` but is no separator; Kubernetes refuses it".to_owned();
            return Some(Fault::new(ProblemKind::Syntax, message, at, at + 3));
        }
        if let Some(at) = self.stray_mark(chunk) {
            let message = "a byte order mark inside the file; Kubernetes takes it for text".to_owned();
            return Some(Fault::new(ProblemKind::Syntax, message, at, at + 3));
        }
        let directive = |at: &usize| *at == 0 || matches!(bytes[at - 1], b'\n' | b'\r');
        let at = memchr::memchr_iter(b'%', bytes).filter(directive).nth(MOST_DIRECTIVES)?;
        let at = chunk.start + at;
        Some(Fault::new(ProblemKind::Syntax, "too many directives".to_owned(), at, at + 1))
    }

    /// A byte order mark at the start of a line. libyaml skips it there; go-yaml does so only at the start of what
    /// Kubernetes hands it, which is the file, or what follows a separator after other content.
    fn stray_mark(&self, chunk: &Chunk) -> Option<usize> {
        let bytes = &self.bytes[chunk.start..chunk.end];
        let content = bytes.iter().position(|&b| b == b'\n').map_or(0, |line| line + 1);
        let allowed = (chunk.start > 3).then_some(content);
        memchr::memmem::find_iter(bytes, b"\xef\xbb\xbf")
            .filter(|&at| Some(at) != allowed && (at == 0 || matches!(bytes[at - 1], b'\n' | b'\r')))
            .map(|at| chunk.start + at)
            .next()
    }

    /// Reads the documents of one chunk. The error says where to go on.
    fn chunk(&mut self, splitter: &Splitter<'_>, chunk: Chunk) -> Result<(), (Fault, usize)> {
        let bytes = &self.bytes[chunk.start..chunk.end];
        let rewritten = surrogates::without(self.bytes, bytes);
        let mut parser = libyaml::Parser::new(rewritten.as_deref().unwrap_or(bytes));
        self.composer.rewritten = rewritten.is_some();
        self.composer.area(chunk.start);
        loop {
            let event = parser.next().map_err(|failure| {
                let at = (chunk.start + failure.at).min(chunk.end);
                let end = (at + 1).min(self.bytes.len());
                let next = splitter.marker(self.composer.content_start(), chunk.end);
                let message = match failure.message.as_str() {
                    "did not find expected <document start>" => {
                        "content after the end of a document".to_owned()
                    }
                    _ => failure.message,
                };
                (Fault::new(ProblemKind::Syntax, message, at, end), next)
            })?;
            if matches!(event.what(), What::StreamEnd) {
                self.composer.end_area(chunk.end);
                return Ok(());
            }
            self.event(&event, chunk.start)
                .map_err(|fault| (fault, splitter.marker(self.composer.content_start(), chunk.end)))?;
        }
    }

    /// Takes one event of the chunk that starts at `base`. Only what makes it senseless to go on in the chunk is an error.
    fn event(&mut self, event: &libyaml::Event, base: usize) -> Result<(), Fault> {
        self.steps += self.composer.flow_depth();
        if self.steps > MOST_STEPS {
            let at = base + event.start();
            let message = "flow collections are too deeply nested for the length of the file".to_owned();
            return Err(Fault::new(ProblemKind::TooLarge, message, at, at + 1));
        }
        match self.composer.event(event, base) {
            Err(fault) if matches!(fault.kind, ProblemKind::TooDeep | ProblemKind::TooLarge) => Err(fault),
            Err(fault) => {
                self.composer.fault_and_skip(fault);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

impl Fault {
    /// A reason to lose the document, at bytes `start..end` of the file.
    pub(super) fn new(kind: ProblemKind, message: String, start: usize, end: usize) -> Self {
        Self { kind, message, span: ByteSpan::new(start as u32, end as u32) }
    }

    /// As the problem of a document.
    pub(super) fn problem(self, document: u32) -> Problem {
        Problem { kind: self.kind, message: self.message, span: self.span, document }
    }
}
