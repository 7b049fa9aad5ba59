//! How much of one text is found in another, measured as Git measures it for renames: both are cut into lines
//! (a long line into pieces), and the bytes of the pieces that both have are counted.

use std::hash::{BuildHasher, BuildHasherDefault};

/// Longest piece, in bytes.
const PIECE: usize = 64;
/// The score of two equal texts.
pub(super) const MAX_SCORE: u64 = 60_000;

/// The pieces of one text: a hash and how many bytes have it, sorted by hash.
pub(super) struct Fingerprint {
    size: u64,
    pieces: Vec<(u64, u64)>,
}

impl Fingerprint {
    pub(super) fn of(text: &[u8]) -> Self {
        let is_text = memchr::memchr(0, &text[..text.len().min(8000)]).is_none();
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let window = &rest[..rest.len().min(PIECE)];
            let end = memchr::memchr(b'\n', window).map_or(window.len(), |at| at + 1);
            let (piece, tail) = rest.split_at(end);
            pieces.push(weigh(piece, is_text));
            rest = tail;
        }
        pieces.sort_unstable();
        pieces.dedup_by(|from, into| {
            let same = from.0 == into.0;
            if same {
                into.1 += from.1;
            }
            same
        });
        Self { size: text.len() as u64, pieces }
    }

    /// 0 to [`MAX_SCORE`]; `None` if it is sure to be below `minimum`.
    pub(super) fn score(&self, other: &Self, minimum: u64) -> Option<u64> {
        if !within_reach(self.size, other.size, minimum) {
            return None;
        }
        let larger = self.size.max(other.size);
        let score = (self.common(other) * MAX_SCORE).checked_div(larger)?;
        (score >= minimum).then_some(score)
    }

    fn common(&self, other: &Self) -> u64 {
        let mut theirs = other.pieces.iter().peekable();
        let mut bytes = 0;
        for (hash, mine) in &self.pieces {
            while theirs.next_if(|(their_hash, _)| their_hash < hash).is_some() {}
            if let Some((_, count)) = theirs.next_if(|(their_hash, _)| their_hash == hash) {
                bytes += mine.min(count);
            }
        }
        bytes
    }
}

/// False if the sizes alone rule out a score of `minimum`.
pub(super) fn within_reach(one: u64, other: u64, minimum: u64) -> bool {
    let (larger, smaller) = (one.max(other), one.min(other));
    larger.saturating_mul(MAX_SCORE - minimum.min(MAX_SCORE)) >= (larger - smaller).saturating_mul(MAX_SCORE)
}

/// Hash and weight of a piece; the CR of a CRLF in text does not count.
fn weigh(piece: &[u8], is_text: bool) -> (u64, u64) {
    let hasher = BuildHasherDefault::<std::hash::DefaultHasher>::default();
    match piece.strip_suffix(b"\r\n") {
        Some(line) if is_text => (hasher.hash_one((line, b'\n')), line.len() as u64 + 1),
        _ => match piece.strip_suffix(b"\n") {
            Some(line) => (hasher.hash_one((line, b'\n')), piece.len() as u64),
            None => (hasher.hash_one(piece), piece.len() as u64),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(one: &str, other: &str) -> Option<u64> {
        Fingerprint::of(one.as_bytes()).score(&Fingerprint::of(other.as_bytes()), 1)
    }

    #[test]
    fn equal_texts_have_the_full_score_whatever_their_line_ends() {
        assert_eq!(score("a\nb\n", "a\nb\n"), Some(MAX_SCORE));
        assert_eq!(score("ab\ncd\n", "cd\nab\n"), Some(MAX_SCORE));
        // 6 common bytes of the 8 that the larger text has.
        assert_eq!(score("ab\ncd\n", "ab\r\ncd\r\n"), Some(MAX_SCORE * 6 / 8));
    }

    #[test]
    fn half_the_bytes_are_half_the_score() {
        assert_eq!(score("aaa\nbbb\n", "aaa\nccc\n"), Some(MAX_SCORE / 2));
        assert_eq!(score("aaa\n", "bbb\n"), None);
    }

    #[test]
    fn sizes_alone_can_rule_it_out() {
        assert!(!within_reach(100, 49, MAX_SCORE / 2));
        assert!(within_reach(100, 50, MAX_SCORE / 2));
    }

    #[test]
    fn an_empty_text_is_like_nothing() {
        assert_eq!(score("", ""), None);
        assert_eq!(score("", "a"), None);
    }
}
