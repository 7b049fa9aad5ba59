//! Shell-like patterns for paths and image names, for any text and pattern; the usual patterns take no more steps than the text is long.

/// True if the whole text matches: `?` is one character, `*` any number of them, neither crosses a `/`;
/// `**` crosses, and `**/` also matches no folder at all.
///
/// ```
/// use gate_sdk::glob::matches;
/// assert!(matches("**/production/**", "production/app.yaml"));
/// assert!(!matches("docker.io/*", "docker.io/library/nginx"));
/// ```
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut retries = Retries::default();
    loop {
        let rest = pattern.get(p..).unwrap_or_default();
        if rest.first() == Some(&b'*') {
            let (star, len) = star(rest);
            let at_start = p.checked_sub(1).is_none_or(|before| pattern.get(before) == Some(&b'/'));
            p += len;
            retries.push(Retry { p, t, star }, at_start);
        } else if rest.is_empty() && t == text.len() {
            return true;
        } else if let Some(len) = one(rest, text.get(t..).unwrap_or_default()) {
            (p, t) = (p + 1, t + len);
        } else if let Some(retry) = retries.next(text) {
            (p, t) = (retry.p, retry.t);
        } else {
            return false;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Star {
    /// `*`
    Segment,
    /// `**`
    Anything,
    /// `**/`: nothing, or anything that ends in a slash.
    Folders,
}

/// The star that a pattern begins with, and its length.
fn star(pattern: &[u8]) -> (Star, usize) {
    match pattern {
        [b'*', b'*', b'/', ..] => (Star::Folders, 3),
        [b'*', b'*', ..] => (Star::Anything, 2),
        _ => (Star::Segment, 1),
    }
}

/// Where to go on when an attempt fails.
#[derive(Default)]
struct Retries {
    list: Vec<Retry>,
    /// All of them count. Otherwise only the last of each sort does: what an earlier star could take more, a later
    /// one can take as well, and so nothing is tried twice.
    all: bool,
}

impl Retries {
    /// `at_start`: the star is the first of its segment of the pattern.
    fn push(&mut self, retry: Retry, at_start: bool) {
        self.all |= retry.star == Star::Folders && !at_start;
        if !self.all {
            match retry.star {
                Star::Segment => self.list.retain(|other| other.star != Star::Segment),
                Star::Anything | Star::Folders => self.list.clear(),
            }
        }
        self.list.push(retry);
    }

    /// The last star takes a little more; if it cannot, the one before does.
    fn next(&mut self, text: &[u8]) -> Option<Retry> {
        while let Some(last) = self.list.last_mut() {
            if last.more(text).is_some() {
                return Some(*last);
            }
            self.list.pop();
        }
        None
    }
}

/// Where a star has its end so far: the pattern behind it, and the text that it has not taken.
#[derive(Clone, Copy)]
struct Retry {
    p: usize,
    t: usize,
    star: Star,
}

impl Retry {
    /// The star takes one character more, or one folder.
    fn more(&mut self, text: &[u8]) -> Option<()> {
        let rest = text.get(self.t..)?;
        let first = *rest.first()?;
        self.t += match self.star {
            Star::Segment if first == b'/' => return None,
            Star::Folders => rest.iter().position(|byte| *byte == b'/')? + 1,
            Star::Segment | Star::Anything => char_len(first),
        };
        Some(())
    }
}

/// How many bytes of the text the first byte of the pattern, which is no star, takes.
fn one(pattern: &[u8], text: &[u8]) -> Option<usize> {
    let (wanted, first) = (*pattern.first()?, *text.first()?);
    match wanted {
        b'?' => (first != b'/').then(|| char_len(first)),
        _ => (wanted == first).then_some(1),
    }
}

/// Bytes of the character that begins with this byte.
fn char_len(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// True if any of the patterns matches.
pub fn any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, text))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn one_star_stays_in_a_segment() {
        assert!(matches("a/*", "a/b") && matches("*", "abc") && matches("*.yaml", "x.yaml"));
        assert!(!matches("a/*", "a/b/c") && !matches("?", "/") && matches("a?c", "abc"));
    }

    #[test]
    fn two_stars_cross_and_may_be_nothing() {
        assert!(matches("**/prod/**", "prod/a") && matches("**/prod/**", "x/y/prod/a/b"));
        assert!(!matches("**/prod/**", "xprod/a") && !matches("**/prod/**", "a/xprod/b"));
        assert!(matches("a/**/b", "a/b") && matches("a/**/b", "a/x/b") && !matches("a/**/b", "a/xb"));
        assert!(matches("**", "") && matches("a**", "a/b"));
    }

    /// All ways that there are, tried one after the other.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', '*', '/', rest @ ..] => {
                slowly(rest, text)
                    || (0..text.len()).any(|at| text[at] == '/' && slowly(rest, &text[at + 1..]))
            }
            ['*', '*', rest @ ..] => (0..=text.len()).any(|at| slowly(rest, &text[at..])),
            ['*', rest @ ..] => (0..=text.len())
                .take_while(|at| !text[..*at].contains(&'/'))
                .any(|at| slowly(rest, &text[at..])),
            [wanted, rest @ ..] => text.split_first().is_some_and(|(first, left)| {
                (if *wanted == '?' { *first != '/' } else { wanted == first }) && slowly(rest, left)
            }),
        }
    }

    #[test]
    fn every_short_pattern_matches_as_its_definition_says() {
        let mut state = 1_u64;
        let mut some = |from: &[char], most: u64| -> String {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state >> 33
            };
            let len = next() % (most + 1);
            (0..len).map(|_| from[(next() % from.len() as u64) as usize]).collect()
        };
        let mut matching = 0;
        for _ in 0..200_000 {
            let pattern = some(&['*', '*', '*', '/', '?', 'a', 'b', 'ü'], 8);
            let text = some(&['/', 'a', 'a', 'b', 'ü'], 8);
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = slowly(&chars(&pattern), &chars(&text));
            assert_eq!(matches(&pattern, &text), expected, "{pattern} {text}");
            matching += u32::from(expected);
        }
        assert!(matching > 20_000, "{matching}");
    }

    #[test]
    fn an_unkind_pattern_costs_no_time() {
        assert!(!matches(&"*a".repeat(60), &"a".repeat(59)));
    }
}
