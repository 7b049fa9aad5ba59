//! Lines of a text by byte offsets.

/// Where the line of `at` starts.
pub(super) fn start(source: &[u8], at: usize) -> usize {
    let before = source.get(..at).unwrap_or_default();
    let bom = usize::from(source.starts_with(b"\xef\xbb\xbf")) * 3;
    memchr::memrchr(b'\n', before).map_or(bom.min(at), |line| line + 1)
}

/// Where the line of `at` ends, its line break left out; none if anything but white space and a comment follows `at`.
pub(super) fn end(source: &[u8], at: usize) -> Option<usize> {
    let rest = source.get(at..)?;
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let said = line.trim_ascii_start();
    let is_comment = said.starts_with(b"#") && (said.len() < line.len() || at == 0);
    (said.is_empty() || is_comment).then_some(at + line.len())
}

/// Where the line after the one that ends at `end` starts.
pub(super) fn next(source: &[u8], end: usize) -> usize {
    match source.get(end..).unwrap_or_default() {
        [b'\r', b'\n', ..] => end + 2,
        [b'\n', ..] => end + 1,
        _ => end,
    }
}

/// The line break of the file.
pub(super) fn line_break(source: &[u8]) -> &'static str {
    match memchr::memchr(b'\n', source) {
        Some(at) if at > 0 && source.get(at - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    }
}

/// The white space that the line of `at` starts with.
pub(super) fn indent(source: &[u8], at: usize) -> String {
    let line = source.get(start(source, at)..at).unwrap_or_default();
    let blank = line.iter().take_while(|&&b| b == b' ' || b == b'\t');
    blank.map(|&b| char::from(b)).collect()
}

/// True if there is nothing but spaces in `from..to`.
pub(super) fn is_blank(source: &[u8], from: usize, to: usize) -> bool {
    source.get(from..to).is_some_and(|bytes| bytes.iter().all(|&b| b == b' '))
}
