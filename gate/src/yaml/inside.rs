//! Documents inside of texts of other documents (a patch in a kustomization): from a place in the text to its place in
//! the file.

use super::tape::{Kind, NodeId, Tape, Text};
use crate::text::ByteSpan;

/// Where each line of one text stands in the file.
#[derive(Debug)]
pub struct Inside {
    /// The text as a whole.
    whole: ByteSpan,
    /// Where a line begins in the text, where in the file, and how long it is there; in rising order. Empty if the text
    /// does not stand in the file line by line.
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    inner: u32,
    outer: u32,
    len: u32,
}

impl Tape {
    /// The lines of the text at `n`.
    pub fn inside(&self, n: NodeId) -> Inside {
        let (whole, event) = (self.span(n), self.event(n));
        let lines = match (event.kind, event.text) {
            (Kind::Str, Text::Span) => {
                vec![Line { inner: 0, outer: whole.start, len: whole.end - whole.start }]
            }
            (Kind::Str, Text::Inner) => {
                vec![Line {
                    inner: 0,
                    outer: whole.start + 1,
                    len: (whole.end - whole.start).saturating_sub(2),
                }]
            }
            (Kind::Str, Text::Decoded) => self.literal(n, whole),
            _ => Vec::new(),
        };
        Inside { whole, lines }
    }

    /// The lines of a literal block scalar; none for any other text.
    fn literal(&self, n: NodeId, whole: ByteSpan) -> Vec<Line> {
        let written = self.source().get(whole.start as usize..whole.end as usize).unwrap_or_default();
        let Some(header) = memchr::memchr(b'\n', written).filter(|_| written.first() == Some(&b'|')) else {
            return Vec::new();
        };
        let text = self.text(n).as_bytes();
        let spaces = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
        let outer = lines_of(written, header + 1);
        let inner = lines_of(text, 0);
        let pairs = || inner.iter().zip(&outer);
        let is_full = |&(&(start, end), _): &(&(usize, usize), _)| !text[start..end].trim_ascii().is_empty();
        let Some((&(start, end), &(from, to))) = pairs().find(is_full) else { return Vec::new() };
        let Some(indent) = spaces(&written[from..to]).checked_sub(spaces(&text[start..end])) else {
            return Vec::new();
        };
        let line = |(&(start, _), &(from, to)): (&(usize, usize), &(usize, usize))| {
            let from = (from + indent).min(to);
            Line { inner: start as u32, outer: whole.start + from as u32, len: (to - from) as u32 }
        };
        pairs().map(line).collect()
    }
}

/// Where each line of `bytes` from `at` on begins and ends, without what ends it.
fn lines_of(bytes: &[u8], at: usize) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = at;
    for end in memchr::memchr_iter(b'\n', &bytes[at..]).map(|end| at + end).chain([bytes.len()]) {
        let cut = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        lines.push((start, cut));
        start = end + 1;
    }
    lines
}

impl Inside {
    /// The bytes of the file that `span` of the text stands for; the whole text where that cannot be told.
    pub fn outer(&self, span: ByteSpan) -> ByteSpan {
        let (Some(start), Some(end)) = (self.place(span.start), self.place(span.end)) else {
            return self.whole;
        };
        ByteSpan::new(start, end.max(start))
    }

    fn place(&self, at: u32) -> Option<u32> {
        let number = self.lines.partition_point(|line| line.inner <= at).checked_sub(1)?;
        let line = self.lines.get(number)?;
        Some(line.outer + (at - line.inner).min(line.len))
    }
}

#[cfg(test)]
mod tests {
    use crate::text::ByteSpan;
    use crate::yaml::{Limits, parse};

    /// What the file has where the text at `/a` has `word`.
    fn found(source: &str, word: &str) -> String {
        let parsed = parse(source.as_bytes().to_vec(), &Limits::default());
        assert_eq!(parsed.problems, [], "{source}");
        let n = parsed.tape.pointer(parsed.documents[0].root, "/a").unwrap();
        let at = parsed.tape.text(n).find(word).unwrap() as u32;
        let span = parsed.tape.inside(n).outer(ByteSpan::new(at, at + word.len() as u32));
        let (start, end) = (span.start as usize, span.end as usize);
        format!("{}:{}", source[..start].matches('\n').count() + 1, &source[start..end])
    }

    #[test]
    fn texts_that_stand_line_by_line() {
        for (source, word, expected) in [
            ("a: |\n  x: 1\n  y:\n    z: 2\n", "z", "4:z"),
            ("a: |-\n\n\n  x: 1\n\n  y: 2\n", "y: 2", "6:y: 2"),
            ("b: 1\na: |2 # c\n     x\n   y\n", "y", "4:y"),
            ("a: |\r\n  x: 1\r\n  y: 2\r\n", "y: 2", "3:y: 2"),
            ("a: 'x: [1, y]'\n", "y", "1:y"),
            ("a: \"x: [1, y]\"\n", "y", "1:y"),
            ("a: x [1, y]\n", "y", "1:y"),
            ("a: &b |\n  x: ä\n  y: ö1\nc: *b\n", "ö1", "3:ö1"),
            ("c: &b |\n  x: 1\na: *b\n", "x", "2:x"),
        ] {
            assert_eq!(found(source, word), expected, "{source}");
        }
    }

    #[test]
    fn other_texts_are_taken_as_a_whole() {
        for (source, expected) in [
            ("a: >\n  x\n  y\n", "1:>\n  x\n  y\n"),
            ("a: \"x\\n y\"\n", "1:\"x\\n y\""),
            ("a: 'it''s y'\n", "1:'it''s y'"),
        ] {
            let line = found(source, "y");
            assert_eq!(line.trim_end(), expected.trim_end(), "{source}");
        }
    }
}
