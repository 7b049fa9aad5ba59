//! Bytes of one file to places and excerpts. The only place where secrets meet the report: what overlaps a
//! sensitive span is masked here, before any output sees it.

use crate::model::{Excerpt, Location, RepoPath};
use crate::text::{ByteSpan, LineIndex, clean_line, shorten};

/// Lines shown of a finding that covers more.
const MAX_LINES: u32 = 3;
/// Code points shown of one line.
const MAX_COLUMNS: usize = 400;
const MASK: char = '•';
/// Shorter secrets are not searched for in messages: they would hit ordinary words.
const MIN_SCRUBBED: usize = 6;

/// One file with what must not be shown of it.
pub(super) struct Source<'a> {
    path: &'a RepoPath,
    bytes: &'a [u8],
    lines: LineIndex,
    secrets: Vec<ByteSpan>,
    words: Vec<String>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a RepoPath, bytes: &'a [u8]) -> Self {
        Self { path, bytes, lines: LineIndex::new(bytes), secrets: Vec::new(), words: Vec::new() }
    }

    /// Marks bytes as secret; `value` is what they mean once they are decoded.
    pub(super) fn hide(&mut self, span: ByteSpan, value: &str) {
        self.secrets.push(span);
        self.hide_word(value);
    }

    /// Marks a text as secret that this file does not hold.
    pub(super) fn hide_word(&mut self, value: &str) {
        if value.chars().count() >= MIN_SCRUBBED {
            self.words.push(value.to_owned());
        }
    }

    /// `text` without the secrets of this file.
    pub(super) fn scrub(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, word| {
            if text.contains(word.as_str()) {
                text.replace(word.as_str(), "••••••")
            } else {
                text
            }
        })
    }

    /// The place of `span`, with an excerpt unless `bare`.
    pub(super) fn location(&self, span: ByteSpan, pointer: String, bare: bool) -> Location {
        let start = self.lines.line_col(self.bytes, span.start);
        let end = self.lines.line_col(self.bytes, span.end);
        let excerpt = (!bare && !self.bytes.is_empty()).then(|| self.excerpt(start.line, end.line));
        Location { path: self.path.clone(), span, start, end, pointer, excerpt }
    }

    fn excerpt(&self, first: u32, last: u32) -> Excerpt {
        let last = last.min(first.saturating_add(MAX_LINES - 1));
        let spans = (first..=last).filter_map(|line| self.lines.line_span(self.bytes, line));
        let lines = spans.map(|span| self.shown(span)).collect();
        Excerpt { first_line: first, lines }
    }

    /// One line, masked and cleaned.
    fn shown(&self, line: ByteSpan) -> String {
        let mut text = String::new();
        let mut at = line.start;
        let mut hidden: Vec<_> = self.secrets.iter().filter(|s| s.overlaps(line)).collect();
        hidden.sort();
        for secret in hidden {
            let (from, to) = (secret.start.clamp(at, line.end), secret.end.clamp(at, line.end));
            text.push_str(&self.slice(at, from));
            text.extend(std::iter::repeat_n(MASK, self.slice(from, to).chars().count()));
            at = to;
        }
        text.push_str(&self.slice(at, line.end));
        shorten(&clean_line(&text), MAX_COLUMNS).into_owned()
    }

    fn slice(&self, start: u32, end: u32) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.get(start as usize..end as usize).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] =
        b"kind: Secret\ndata:\n  password: hunter2hunter2 # x\n  key: |\n    line1\n    line2\n";

    fn span_of(needle: &str) -> ByteSpan {
        let at = std::str::from_utf8(TEXT).unwrap().find(needle).unwrap() as u32;
        ByteSpan::new(at, at + needle.len() as u32)
    }

    #[test]
    fn masks_secrets_in_excerpts_and_messages() {
        let path = RepoPath::from("a.yaml");
        let mut source = Source::new(&path, TEXT);
        source.hide(span_of("hunter2hunter2"), "hunter2hunter2");
        let location = source.location(span_of("hunter2hunter2"), "/data/password".into(), false);
        assert_eq!((location.start.line, location.start.column), (3, 13));
        assert_eq!((location.end.line, location.end.column), (3, 27));
        assert_eq!(location.excerpt.unwrap().lines, ["  password: •••••••••••••• # x"]);
        assert_eq!(source.scrub("found hunter2hunter2!"), "found ••••••!");
    }

    #[test]
    fn masks_every_line_of_a_block() {
        let path = RepoPath::from("a.yaml");
        let mut source = Source::new(&path, TEXT);
        source.hide(span_of("|\n    line1\n    line2\n"), "line1\nline2\n");
        let location = source.location(span_of("|\n    line1\n    line2\n"), String::new(), false);
        assert_eq!(location.excerpt.unwrap().lines, ["  key: •", "•••••••••", "•••••••••"]);
    }

    #[test]
    fn bare_locations_show_nothing() {
        let path = RepoPath::from("a.yaml");
        assert_eq!(Source::new(&path, TEXT).location(span_of("kind"), String::new(), true).excerpt, None);
    }
}
