//! The few places that libyaml's marks do not give: where anchors, blank lines and missing values end.

/// Where a node itself starts in `start..end`, its anchor and tag left out; and whether the tag is the bare `!`,
/// which libyaml does not report.
pub(super) fn skip_properties(bytes: &[u8], start: usize, end: usize) -> (usize, bool) {
    let (mut at, mut bare) = (start, false);
    while at < end && matches!(bytes[at], b'&' | b'!') {
        let word = at;
        while at < end && !bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        bare |= &bytes[word..at] == b"!";
        at = skip_space(bytes, at, end);
    }
    (at, bare)
}

/// The first byte in `at..end` that is neither white space nor comment.
fn skip_space(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => at = memchr::memchr2(b'\n', b'\r', &bytes[at..end]).map_or(end, |line| at + line),
            _ => break,
        }
    }
    at
}

/// Where a value that is not written would be: after the `:` that follows the key ending at `key_end`, after the
/// key itself if there is none before `mark`.
pub(super) fn missing_value(bytes: &[u8], key_end: usize, mark: usize) -> usize {
    let colon =
        skip_space(bytes, key_end, mark.max(key_end).min(bytes.len()).saturating_add(1).min(bytes.len()));
    if bytes.get(colon) == Some(&b':') && colon < mark.max(key_end) { colon + 1 } else { key_end }
}

/// The end of a block scalar in `start..end` without the lines after it that are blank.
pub(super) fn block_scalar_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let text = &bytes[start..end];
    let blank = text.iter().rev().take_while(|b| matches!(b, b' ' | b'\n' | b'\r')).count();
    let tail = &text[text.len() - blank..];
    // Spaces on the last line that says something are content.
    let kept = tail.iter().take_while(|&&b| b == b' ').count();
    start + text.len() - blank + kept
}
