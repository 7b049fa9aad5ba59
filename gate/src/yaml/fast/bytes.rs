//! Searching and comparing bytes eight at a time, without a table and without unsafe code.

use super::{Bail, Scan};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes at `at`, the first one lowest; zeros beyond the end.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => last_word(bytes, at),
    }
}

#[cold]
fn last_word(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// How far it is from `at` to the first byte that `marks` marks by its high bit, if that is less than 16. `marks` sees
/// eight bytes and may err above the first byte that it marks.
#[inline]
pub(super) fn find(bytes: &[u8], at: usize, marks: impl Fn(u64) -> u64) -> Option<usize> {
    let (low, high) = match bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        Some(both) => {
            let both = u128::from_le_bytes(*both);
            (both as u64, (both >> 64) as u64)
        }
        None => (word(bytes, at), word(bytes, at + 8)),
    };
    // Both halves at once: a branch between them would be guessed wrong half of the time.
    let (low, high) = (marks(low), marks(high));
    let (near, far) = (low.trailing_zeros() / 8, 8 + high.trailing_zeros() / 8);
    let distance = if low == 0 { far } else { near } as usize;
    (distance < 16).then_some(distance)
}

/// The high bit of each byte of `word` that is `byte`; above the lowest hit there may be false ones.
#[inline]
pub(super) fn equal(word: u64, byte: u8) -> u64 {
    let same = word ^ (ONES * byte as u64);
    same.wrapping_sub(ONES) & !same & HIGH
}

/// The high bit of each byte of `word` that is less than `0x20`; above the lowest hit there may be false ones.
#[inline]
pub(super) fn control(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGH
}

/// Number of spaces at `at`.
#[inline]
pub(super) fn spaces(bytes: &[u8], at: usize) -> usize {
    let mut count = 0;
    loop {
        let other = word(bytes, at + count) ^ (ONES * b' ' as u64);
        if other != 0 {
            return count + other.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
}

/// A number that tells `bytes[start..end]` from the other keys of a mapping: equal keys have equal ones.
#[inline]
pub(super) fn fingerprint(bytes: &[u8], start: usize, end: usize) -> u64 {
    let (mut at, mut mixed) = (start, (end - start) as u64);
    while end - at > 8 {
        mixed = mix(mixed, word(bytes, at));
        at += 8;
    }
    mix(mixed, head(bytes, at, end - at))
}

/// The first `len`, up to eight, bytes at `at`, and zeros.
#[inline]
fn head(bytes: &[u8], at: usize, len: usize) -> u64 {
    let beyond = 64 - 8 * len as u32;
    word(bytes, at) & u64::MAX.checked_shr(beyond).unwrap_or(0)
}

#[inline]
fn mix(mixed: u64, word: u64) -> u64 {
    let product = (mixed ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ product >> 32
}

/// Refuses what libyaml refuses, or takes for something else than a character of a line, wherever it stands:
/// control characters, YAML 1.1's line breaks outside of ASCII, byte order marks, and a CR without an LF.
pub(super) fn survey(bytes: &[u8]) -> Scan<()> {
    const BLOCK: usize = 64;
    let mut returns = false;
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        if block.iter().fold(0, |odd, &b| odd | is_unusual(b)) == 0 {
            continue;
        }
        let (odd, cr) =
            block.iter().fold((0, 0), |(odd, cr), &b| (odd | is_odd(b), cr | u8::from(b == b'\r')));
        returns |= cr != 0;
        if odd != 0 {
            look_closer(bytes, index * BLOCK, BLOCK)?;
        }
    }
    returns |= rest.contains(&b'\r');
    if rest.iter().fold(0, |odd, &b| odd | is_odd(b)) != 0 {
        look_closer(bytes, bytes.len() - rest.len(), rest.len())?;
    }
    if returns { pairs(bytes) } else { Ok(()) }
}

/// Not zero for all but ASCII that can be seen, spaces and LF: what nearly every block consists of.
fn is_unusual(b: u8) -> u8 {
    u8::from(b.wrapping_sub(b' ') > b'~' - b' ') & u8::from(b != b'\n')
}

/// Not zero for a byte that may be, or may begin, something that is refused.
fn is_odd(b: u8) -> u8 {
    let control = u8::from(b < 0x20) & u8::from(b != b'\n') & u8::from(b != b'\t') & u8::from(b != b'\r');
    control | u8::from(b == 0x7f) | u8::from(b == 0xc2) | u8::from(b == 0xe2) | u8::from(b == 0xef)
}

fn look_closer(bytes: &[u8], start: usize, len: usize) -> Scan<()> {
    for at in start..start + len {
        let after = |n: usize| bytes.get(at + n).copied().unwrap_or(0);
        let refused = match bytes[at] {
            0xc2 => after(1) < 0xa0,
            0xe2 => after(1) == 0x80 && matches!(after(2), 0xa8 | 0xa9),
            0xef => (after(1), after(2)) == (0xbb, 0xbf) || after(1) == 0xbf && after(2) >= 0xbe,
            byte => is_odd(byte) != 0,
        };
        if refused {
            return Err(Bail);
        }
    }
    Ok(())
}

/// Refuses a CR without an LF after it.
fn pairs(bytes: &[u8]) -> Scan<()> {
    let alone = memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'));
    if alone { Err(Bail) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_in_words() {
        let text = b"ab: c#d\n";
        let first = |mask: u64| mask.trailing_zeros() / 8;
        assert_eq!(first(equal(word(text, 0), b':')), 2);
        assert_eq!(first(equal(word(text, 3), b'#')), 2);
        assert_eq!(first(control(word(text, 0))), 7);
        assert_eq!(equal(word(text, 0), b'x') | equal(word(text, 0), 0x80), 0);
        assert_eq!((word(b"ab", 1), word(b"ab", 2), word(b"ab", 9)), (u64::from(b'b'), 0, 0));
    }

    #[test]
    fn spaces_are_counted() {
        for count in 0..30 {
            let text = format!("x{}y", " ".repeat(count));
            assert_eq!(spaces(text.as_bytes(), 1), count);
            assert_eq!(spaces(&text.as_bytes()[..=count], 1), count);
        }
    }

    #[test]
    fn keys_differ_in_every_byte() {
        let key: Vec<u8> = (b'a'..=b'z').collect();
        let mut seen = vec![fingerprint(&key, 0, key.len())];
        for at in 0..key.len() {
            let mut other = key.clone();
            other[at] ^= 1;
            seen.push(fingerprint(&other, 0, other.len()));
            seen.push(fingerprint(&key, 0, at));
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((count, seen.len()), (53, 53));
    }

    #[test]
    fn what_libyaml_does_not_take_as_text_is_found_anywhere() {
        let bad = [
            "\0", "\x07", "\x7f", "\u{80}", "\u{85}", "\u{9f}", "\u{2028}", "\u{2029}", "\u{feff}",
            "\u{fffe}", "\u{ffff}", "\r", "\ra",
        ];
        let good = ["\t", "\n", "\r\n", "\u{a0}", "é", "—", "\u{2027}", "\u{fffd}", "😀", "\u{fb00}"];
        for before in [0, 1, 62, 63, 64, 65, 130] {
            for after in [0, 1, 70] {
                let around = |text: &str| format!("{}{text}{}", "x".repeat(before), "y".repeat(after));
                for text in bad {
                    assert!(survey(around(text).as_bytes()).is_err(), "{text:?} at {before}");
                }
                for text in good {
                    assert!(survey(around(text).as_bytes()).is_ok(), "{text:?} at {before}");
                }
            }
        }
    }
}
