//! Where the documents of a file begin and end, found without reading them: a broken document never takes the
//! others with it. Kubernetes splits before it parses too, on lines that begin with `---`.

use memchr::memmem::Finder;

/// Part of a file between two separators; starts with its own separator, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) start: usize,
    pub(super) end: usize,
    /// A line that begins with `---` and goes on with something else; Kubernetes refuses it.
    pub(super) bad_separator: Option<usize>,
}

/// Cuts one file.
pub(super) struct Splitter<'s> {
    bytes: &'s [u8],
    /// Where content may begin: after the byte order mark.
    first: usize,
    dashes: Finder<'static>,
}

impl<'s> Splitter<'s> {
    pub(super) fn new(bytes: &'s [u8]) -> Self {
        let first = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { bytes, first, dashes: Finder::new(b"---") }
    }

    /// Where the first chunk starts.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// The chunk that starts at `start`, the start of a line.
    pub(super) fn chunk(&self, start: usize) -> Chunk {
        let mut chunk = Chunk { start, end: self.bytes.len(), bad_separator: None };
        let mut from = start;
        while let Some(hit) = self.dashes.find(&self.bytes[from..]) {
            let at = from + hit;
            from = at + 3;
            if !self.starts_line(at) {
                continue;
            }
            if !is_marker(self.bytes, at, b"---") {
                chunk.bad_separator.get_or_insert(at);
            } else if at > start && !self.directives_before(start, at) {
                chunk.end = at;
                break;
            }
        }
        chunk
    }

    /// The first `---` or `...` line in `from..end`; where to go on after a document that is broken.
    pub(super) fn marker(&self, from: usize, end: usize) -> usize {
        let lines = memchr::memchr2_iter(b'\n', b'\r', &self.bytes[from..end]).map(|at| from + at + 1);
        for at in lines {
            if is_marker(self.bytes, at, b"---") {
                return at;
            }
            if is_marker(self.bytes, at, b"...") {
                return at + 3;
            }
        }
        end
    }

    fn starts_line(&self, at: usize) -> bool {
        at == self.first
            || at.checked_sub(1).is_some_and(|before| matches!(self.bytes[before], b'\n' | b'\r'))
    }

    /// True if the last line before `at` that says anything is a directive: the separator belongs to it.
    fn directives_before(&self, start: usize, at: usize) -> bool {
        let mut lines = self.bytes[start..at].rsplit(|&b| b == b'\n' || b == b'\r');
        let said = lines.find(|line| {
            let text = line.trim_ascii();
            !text.is_empty() && !text.starts_with(b"#")
        });
        said.is_some_and(|line| line.starts_with(b"%"))
    }
}

/// True if `marker` stands at `at` with white space or nothing after it.
fn is_marker(bytes: &[u8], at: usize, marker: &[u8]) -> bool {
    bytes[at.min(bytes.len())..]
        .strip_prefix(marker)
        .is_some_and(|after| after.first().is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        let splitter = Splitter::new(text.as_bytes());
        let (mut at, mut parts) = (splitter.first(), Vec::new());
        while at < text.len() {
            let chunk = splitter.chunk(at);
            parts.push(&text[chunk.start..chunk.end]);
            at = chunk.end;
        }
        parts
    }

    #[test]
    fn cuts_before_lines_that_are_separators() {
        assert_eq!(parts("a: 1\n---\nb: 2\n--- # c\nc: 3"), ["a: 1\n", "---\nb: 2\n", "--- # c\nc: 3"]);
        assert_eq!(parts("--- {a: 1}\r--- {b: 2}"), ["--- {a: 1}\r", "--- {b: 2}"]);
        assert_eq!(parts("---\n---\n"), ["---\n", "---\n"]);
        assert_eq!(parts("\u{feff}---\na: 1\n---"), ["---\na: 1\n", "---"]);
    }

    #[test]
    fn indented_dashes_and_longer_dashes_do_not_cut() {
        assert_eq!(parts("a: |\n  ---\n  b\n"), ["a: |\n  ---\n  b\n"]);
        assert_eq!(parts("a: b ---\nc: -----\n"), ["a: b ---\nc: -----\n"]);
    }

    #[test]
    fn dashes_with_something_after_them_are_noticed() {
        let bad = |text: &str| Splitter::new(text.as_bytes()).chunk(0).bad_separator;
        assert_eq!(bad("a: 1\n----\nb: 2"), Some(5));
        assert_eq!(bad("a: 1\n---b: 2"), Some(5));
        assert_eq!(bad("a: 1\n ----\nb: ----\n"), None);
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(parts("%YAML 1.1\n# c\n\n---\na: 1\n---\nb"), ["%YAML 1.1\n# c\n\n---\na: 1\n", "---\nb"]);
    }

    #[test]
    fn a_broken_document_ends_at_the_next_marker() {
        let text = "a: [\n...\nb: 1\n---\n";
        let splitter = Splitter::new(text.as_bytes());
        assert_eq!(splitter.marker(0, text.len()), 8);
        assert_eq!(splitter.marker(8, text.len()), 14);
        assert_eq!(splitter.marker(14, text.len()), text.len());
    }
}
