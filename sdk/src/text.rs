//! Searches in texts, sixteen bytes at a time. The standard library's are generic and large; these keep a policy small
//! and save fuel.

use crate::json::block;

/// Where the needle stands first, as a byte offset; an empty one stands at 0.
///
/// ```
/// assert_eq!(gate_sdk::text::find("postgres://db", "://"), Some(8));
/// ```
pub fn find(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let Some((first, rest)) = needle.split_first() else { return Some(0) };
    let mut at = 0;
    loop {
        at = byte(text, at, *first)?;
        if text.get(at + 1..)?.starts_with(rest) {
            return Some(at);
        }
        at += 1;
    }
}

/// True if the needle stands in the text.
pub fn contains(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// True if any of these bytes (ASCII) stands in the text.
pub fn contains_any(text: &str, bytes: &[u8]) -> bool {
    bytes.iter().any(|wanted| byte(text.as_bytes(), 0, *wanted).is_some())
}

/// The next place of a byte, at or behind `at`.
fn byte(text: &[u8], mut at: usize, wanted: u8) -> Option<usize> {
    while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let mask = block::equal(chunk, wanted);
        if mask != 0 {
            return Some(at + mask.trailing_zeros() as usize);
        }
        at += 16;
    }
    while let Some(found) = text.get(at) {
        if *found == wanted {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{contains_any, find};

    #[test]
    fn finds_what_the_standard_library_finds() {
        let text = "aab-aaab--ü://aaaaaaaaaaaaaaaaaaaaaaab--end";
        for from in (0..=text.len()).filter(|from| text.is_char_boundary(*from)) {
            for needle in ["", "a", "aab", "aaab-", "--end", "://", "ü", "x", "--endx"] {
                assert_eq!(find(&text[from..], needle), text[from..].find(needle), "{from} {needle}");
            }
        }
        assert!(contains_any(text, b"x:") && !contains_any(text, b"xyz") && !contains_any("", b"a"));
    }
}
