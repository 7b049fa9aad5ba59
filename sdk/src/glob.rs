//! Shell-like patterns for paths and image names, matched without backtracking.

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Start of `**/`: goes on, or skips the two tokens behind it.
    Folders,
    /// `**`: anything.
    Anything,
    /// `*`: anything without a `/`.
    Segment,
    /// `?`: one character, not `/`.
    One,
    Literal(char),
}

/// True if the whole text matches: `?` is one character, `*` any number of them, neither crosses a `/`;
/// `**` crosses, and `**/` also matches no folder at all.
///
/// ```
/// use gate_sdk::glob::matches;
/// assert!(matches("**/production/**", "production/app.yaml"));
/// assert!(!matches("docker.io/*", "docker.io/library/nginx"));
/// ```
pub fn matches(pattern: &str, text: &str) -> bool {
    let tokens = tokens(pattern);
    let mut states = vec![false; tokens.len() + 1];
    states[0] = true;
    close(&tokens, &mut states);
    for c in text.chars() {
        let mut next = vec![false; states.len()];
        for (at, token) in tokens.iter().enumerate().filter(|(at, _)| states[*at]) {
            match token {
                Token::Folders => {}
                Token::Anything => next[at] = true,
                Token::Segment => next[at] |= c != '/',
                Token::One => next[at + 1] |= c != '/',
                Token::Literal(literal) => next[at + 1] |= c == *literal,
            }
        }
        close(&tokens, &mut next);
        states = next;
    }
    states[tokens.len()]
}

/// True if any of the patterns matches.
pub fn any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, text))
}

/// Adds the states that are reached by matching nothing.
fn close(tokens: &[Token], states: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        if states[at] && matches!(token, Token::Folders | Token::Anything | Token::Segment) {
            states[at + 1] = true;
            if *token == Token::Folders {
                states[at + 3] = true;
            }
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let len = if rest.starts_with("**/") {
            tokens.extend([Token::Folders, Token::Anything, Token::Literal('/')]);
            3
        } else if rest.starts_with("**") {
            tokens.push(Token::Anything);
            2
        } else {
            tokens.push(match c {
                '*' => Token::Segment,
                '?' => Token::One,
                other => Token::Literal(other),
            });
            c.len_utf8()
        };
        rest = rest.get(len..).unwrap_or("");
    }
    tokens
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

    #[test]
    fn an_unkind_pattern_costs_no_time() {
        assert!(!matches(&"*a".repeat(60), &"a".repeat(59)));
    }
}
