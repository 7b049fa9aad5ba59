//! Byte offsets to lines and columns. Line breaks are LF, CRLF and lone CR, as YAML counts them.

use super::{ByteSpan, LineCol};

/// Where each line of one text begins; made once for each file that has a finding.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once. Texts of 4 GiB and more are not supported: offsets past that are clamped.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            let crlf = text[at] == b'\r' && text.get(at + 1) == Some(&b'\n');
            if !crlf {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The place of byte `offset`; an offset past the end is the end. `text` must be the indexed text.
    pub fn line_col(&self, text: &[u8], offset: u32) -> LineCol {
        let offset = offset.min(u32::try_from(text.len()).unwrap_or(u32::MAX));
        let line = self.starts.partition_point(|&s| s <= offset) - 1;
        let before = &text[self.starts[line] as usize..offset as usize];
        let column = count_chars(before) + 1;
        LineCol { line: line as u32 + 1, column }
    }

    /// The bytes of the 1-based `line` without its line break; `None` if there is no such line.
    pub fn line_span(&self, text: &[u8], line: u32) -> Option<ByteSpan> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let mut end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        while end > start as usize && matches!(text[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        Some(ByteSpan::new(start, end as u32))
    }
}

/// Code points of `bytes`, each byte that is no UTF-8 counted as one.
fn count_chars(bytes: &[u8]) -> u32 {
    let chars: usize =
        bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    u32::try_from(chars).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32) -> (u32, u32) {
        let place = LineIndex::new(text.as_bytes()).line_col(text.as_bytes(), offset);
        (place.line, place.column)
    }

    #[test]
    fn counts_lines_of_every_kind_of_break() {
        assert_eq!(at("a\nb\r\nc\rd", 0), (1, 1));
        assert_eq!(at("a\nb\r\nc\rd", 2), (2, 1));
        assert_eq!(at("a\nb\r\nc\rd", 5), (3, 1));
        assert_eq!(at("a\nb\r\nc\rd", 7), (4, 1));
    }

    #[test]
    fn counts_columns_in_code_points() {
        assert_eq!(at("é€😀x", 9), (1, 4));
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(at("ab\n", 99), (2, 1));
        assert_eq!(at("", 5), (1, 1));
    }

    #[test]
    fn bytes_that_are_no_utf8_count_as_one_column_each() {
        let text = b"\xff\xfe:x";
        assert_eq!(LineIndex::new(text).line_col(text, 3), LineCol { line: 1, column: 4 });
    }

    #[test]
    fn gives_lines_without_their_breaks() {
        let text = b"one\r\ntwo\n";
        let index = LineIndex::new(text);
        assert_eq!(index.line_span(text, 1), Some(ByteSpan::new(0, 3)));
        assert_eq!(index.line_span(text, 2), Some(ByteSpan::new(5, 8)));
        assert_eq!(index.line_span(text, 3), Some(ByteSpan::new(9, 9)));
        assert_eq!(index.line_span(text, 4), None);
        assert_eq!(index.line_span(text, 0), None);
    }
}
