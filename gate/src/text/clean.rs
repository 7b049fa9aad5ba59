//! Untrusted text made safe to print: no control characters, no terminal escapes, no bidirectional tricks.
//! Escaping for a format (Markdown, HTML, workflow commands) is each output's own job and comes after this.

use std::borrow::Cow;

/// `text` with every control, bidirectional and invisible format character replaced by U+FFFD; line feeds
/// and tabs stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    replace(text, |c| c != '\n' && c != '\t' && is_deceptive(c), '\u{fffd}')
}

/// As [`clean`], on one line: line feeds and tabs become spaces.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match clean(text) {
        Cow::Borrowed(same) => replace(same, |c| c == '\n' || c == '\t', ' '),
        Cow::Owned(new) => Cow::Owned(new.replace(['\n', '\t'], " ")),
    }
}

/// The first `max` code points of `text`, with an ellipsis in the last place if something was cut.
pub fn shorten(text: &str, max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(max) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let keep = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(at, _)| at);
            Cow::Owned(format!("{}…", &text[..keep]))
        }
    }
}

/// `text` within `limit` bytes, never cut inside a code point, with an ellipsis at the end if something was cut.
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    const ELLIPSIS: char = '…';
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let room = limit.saturating_sub(ELLIPSIS.len_utf8());
    Cow::Owned(format!("{}{ELLIPSIS}", &text[..text.floor_char_boundary(room)]))
}

fn replace(text: &str, bad: impl Fn(char) -> bool, with: char) -> Cow<'_, str> {
    if !text.chars().any(&bad) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if bad(c) { with } else { c }).collect())
}

/// Control characters (C0, DEL, C1), bidirectional controls, zero-width and other invisible format characters,
/// line and paragraph separators (Unicode TR36, "Trojan Source").
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_bidi_controls_are_replaced() {
        assert_eq!(clean("a\x1b[31mb\u{202e}c\u{200b}d\r"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}");
        assert_eq!(clean("plain ünï\n\tok"), "plain ünï\n\tok");
    }

    #[test]
    fn one_line_has_no_breaks() {
        assert_eq!(clean_line("a\nb\tc"), "a b c");
        assert_eq!(clean_line("a\n\x07"), "a \u{fffd}");
    }

    #[test]
    fn shortening_never_cuts_a_code_point() {
        assert_eq!(shorten("äöüß", 4), "äöüß");
        assert_eq!(shorten("äöüß", 3), "äö…");
        assert_eq!(shorten("x", 0), "…");
    }

    #[test]
    fn texts_are_cut_between_code_points() {
        assert_eq!(cut("äöü", 6), "äöü");
        assert_eq!(cut("äöü", 5), "ä…");
        assert_eq!(cut("äöü", 4), "…");
        assert_eq!(cut("abc", 0), "…");
        for limit in 3..40 {
            let text = "a😀ß".repeat(20);
            assert!(cut(&text, limit).len() <= limit, "{limit}");
        }
    }
}
