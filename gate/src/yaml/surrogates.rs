//! Characters that JSON writes as two escapes, `\ud83d\ude00`: go-yaml and libyaml know no such thing, but Kubernetes
//! reads a file that begins with `{` as JSON. Its strings are rewritten for libyaml, at the same length, so that
//! every place stays where it is.

use std::io::Write as _;

use serde::de::IgnoredAny;

/// True if Kubernetes reads the file as JSON.
pub(super) fn is_json(file: &[u8]) -> bool {
    file.trim_ascii_start().starts_with(b"{")
}

/// The `chunk` of `file` with surrogates as libyaml reads them, if it has any and is JSON: each string is shorter by
/// two bytes for each pair, and has as many spaces after it. A surrogate without the other one becomes U+FFFD, as in
/// Go.
pub(super) fn without(file: &[u8], chunk: &[u8]) -> Option<Vec<u8>> {
    let any = memchr::memmem::find_iter(chunk, b"\\u").any(|at| unit(chunk, at).is_some_and(is_surrogate));
    // Only in JSON is each quote that is not escaped the start or the end of a string.
    if !any || !is_json(file) || serde_json::from_slice::<IgnoredAny>(chunk).is_err() {
        return None;
    }
    let mut out = Vec::with_capacity(chunk.len());
    let mut at = 0;
    while let Some(&byte) = chunk.get(at) {
        if byte == b'"' {
            at = string(chunk, at, &mut out)?;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    Some(out)
}

/// Rewrites the string that starts at `start`; returns where it ends.
fn string(chunk: &[u8], start: usize, out: &mut Vec<u8>) -> Option<usize> {
    out.push(b'"');
    let (mut at, mut pairs) = (start + 1, 0);
    loop {
        match chunk.get(at)? {
            b'"' => {
                out.push(b'"');
                out.extend(std::iter::repeat_n(b' ', 2 * pairs));
                return Some(at + 1);
            }
            b'\\' => {
                let (length, pair) = escape(chunk, at, out)?;
                at += length;
                pairs += usize::from(pair);
            }
            &byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
}

/// Rewrites the escape at `at`; returns its length, and whether it was a pair of surrogates.
fn escape(chunk: &[u8], at: usize, out: &mut Vec<u8>) -> Option<(usize, bool)> {
    let Some(first) = unit(chunk, at).filter(|&first| is_surrogate(first)) else {
        out.extend_from_slice(chunk.get(at..at + 2)?);
        return Some((2, false));
    };
    let second = unit(chunk, at + 6).unwrap_or(0);
    match char::decode_utf16([first, second]).next() {
        Some(Ok(character)) => {
            write!(out, "\\U{:08X}", u32::from(character)).ok()?;
            Some((12, true))
        }
        _ => {
            out.extend_from_slice(b"\\ufffd");
            Some((6, false))
        }
    }
}

/// The number of the `\u` escape at `at`.
fn unit(chunk: &[u8], at: usize) -> Option<u16> {
    let digits = chunk.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

fn is_surrogate(unit: u16) -> bool {
    (0xd800..0xe000).contains(&unit)
}

/// One past the closing quote of the string that starts at `start` of `file`.
pub(super) fn string_end(file: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(hit) = file.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += hit;
        if file[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    file.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> Option<String> {
        without(text.as_bytes(), text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn pairs_become_one_escape_and_the_length_stays() {
        let text = r#"{"a\ud83d\ude00": "\\ud83d \uD83D\uDE00\"", "b": 1}"#;
        let expected = r#"{"a\U0001F600"  : "\\ud83d \U0001F600\""  , "b": 1}"#;
        assert_eq!(rewritten(text).as_deref(), Some(expected));
        assert_eq!(text.len(), expected.len());
    }

    #[test]
    fn halves_become_the_replacement_character() {
        let text = r#"{"a": "\ud83d \ude00\ud83d\u0041\ude00\ud83d"}"#;
        let expected = r#"{"a": "\ufffd \ufffd\ufffd\u0041\ufffd\ufffd"}"#;
        assert_eq!(rewritten(text).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_not_json_or_has_none_is_left_alone() {
        for text in [
            r#"{"a": "\u00e9"}"#,
            r#"a: "\ud83d\ude00""#,
            r#"{a: '"\ud83d\ude00"'}"#,
            r#"{"a": "\ud83d\ude00"} # c"#,
            r#"{a:"\ud83d\ude00"}"#,
            "---\n{\"a\": \"\\ud83d\\ude00\"}",
            r#"{"a": "\ud83d\ude00"#,
            r#"{"a": "\ud83"}"#,
        ] {
            assert_eq!(rewritten(text), None, "{text}");
        }
    }
}
