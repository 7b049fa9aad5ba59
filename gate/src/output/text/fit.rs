//! One source line cut to the width of the page around the part that matters, in terminal cells instead of characters.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::clean;

const TAB: usize = 4;

/// A line as it is shown, and where the part that matters is in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fitted {
    /// Safe text with tabs as spaces, at most the asked number of cells wide.
    pub(super) text: String,
    /// Cells, 0-based and half-open; at least one cell wide.
    pub(super) focus: Range<usize>,
}

/// Cuts `line` to `width` cells so that its code points `focus` (0-based, half-open) are seen, or as much of their
/// beginning as has room. A cut end is marked by an ellipsis.
pub(super) fn fit(line: &str, focus: Range<usize>, width: usize) -> Fitted {
    let chars: Vec<char> = clean(line).chars().collect();
    let focus = focus.start.min(chars.len())..focus.end.min(chars.len());
    let window = window(&chars, &focus, width);
    let mut text = String::new();
    let mut cell = 0;
    if window.start > 0 {
        text.push('…');
        cell = 1;
    }
    let (mut from, mut to) = (None, None);
    for at in window.clone() {
        let c = chars[at];
        from = from.or((at >= focus.start).then_some(cell));
        to = to.or((at >= focus.end).then_some(cell));
        push(&mut text, c);
        cell += cells(&chars, at);
    }
    if window.end < chars.len() {
        text.push('…');
        // What is underlined goes on behind the cut.
        cell += usize::from(focus.end > window.end);
    }
    let from = from.unwrap_or(cell);
    Fitted { text, focus: from..to.unwrap_or(cell).max(from + 1) }
}

/// The characters that are shown: all, or those that leave room for the ellipses.
fn window(chars: &[char], focus: &Range<usize>, width: usize) -> Range<usize> {
    let widths = |range: Range<usize>| range.map(|at| cells(chars, at)).sum::<usize>();
    if widths(0..chars.len()) <= width {
        return 0..chars.len();
    }
    let mut start = 0;
    if widths(0..focus.end) + 1 > width {
        let context = width / 4;
        let mut room = context.saturating_sub(1);
        start = focus.start;
        while start > 0 && cells(chars, start - 1) <= room {
            room -= cells(chars, start - 1);
            start -= 1;
        }
    }
    let mut room = width.saturating_sub(1 + usize::from(start > 0));
    let mut end = start;
    while end < chars.len() && cells(chars, end) <= room {
        room -= cells(chars, end);
        end += 1;
    }
    start..end
}

/// Terminal cells that the character at `at` adds to its line. A selector that makes an emoji of the character before it
/// widens that; a skin tone belongs to the emoji before it.
fn cells(chars: &[char], at: usize) -> usize {
    match (at.checked_sub(1).map(|before| chars[before]), chars[at]) {
        (_, '\t') => TAB,
        (Some(before), c @ ('\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')) => {
            let pair = [before, c].iter().collect::<String>();
            pair.width().saturating_sub(before.width().unwrap_or(1))
        }
        (_, c) => c.width().unwrap_or(1),
    }
}

fn push(text: &mut String, c: char) {
    match c {
        '\t' => text.push_str("    "),
        '\n' => text.push(' '),
        _ => text.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(line: &str, focus: Range<usize>, width: usize) -> (String, Range<usize>) {
        let Fitted { text, focus } = fit(line, focus, width);
        (text, focus)
    }

    #[test]
    fn a_line_that_has_room_stays() {
        assert_eq!(fitted("a: bc", 3..5, 5), ("a: bc".to_owned(), 3..5));
    }

    #[test]
    fn tabs_and_wide_characters_are_counted_in_cells() {
        assert_eq!(fitted("\ta: x", 4..5, 40), ("    a: x".to_owned(), 7..8));
        assert_eq!(fitted("日本: é😀", 4..6, 40), ("日本: é😀".to_owned(), 6..9));
        // A heart is one cell, as an emoji two; a hand with a skin tone is two, as without; a flag is two letters.
        assert_eq!(fitted("❤x", 1..2, 40).1, 1..2);
        assert_eq!(fitted("❤\u{fe0f}x", 2..3, 40).1, 2..3);
        assert_eq!(fitted("👍🏽x", 2..3, 40).1, 2..3);
        assert_eq!(fitted("🇩🇪x", 2..3, 40).1, 2..3);
        // What joins emoji is invisible and replaced, so that each of them is shown for itself.
        assert_eq!(fitted("👩\u{200d}👧x", 3..4, 40).1, 5..6);
    }

    #[test]
    fn an_empty_focus_is_one_cell() {
        assert_eq!(fitted("ab", 2..2, 40).1, 2..3);
        assert_eq!(fitted("", 7..9, 40), (String::new(), 0..1));
        assert_eq!(fitted("e\u{301}", 1..2, 40).1, 1..2);
    }

    #[test]
    fn long_lines_are_cut_around_the_focus() {
        assert_eq!(fitted("0123456789abcdef", 1..3, 8), ("0123456…".to_owned(), 1..3));
        assert_eq!(fitted("0123456789abcdef", 10..12, 8), ("…9abcde…".to_owned(), 2..4));
        assert_eq!(fitted("0123456789abcdef", 14..16, 8), ("…def".to_owned(), 2..4));
        assert_eq!(fitted("0123456789abcdef", 2..16, 8), ("…123456…".to_owned(), 2..8));
    }

    #[test]
    fn what_would_move_the_cursor_is_replaced() {
        assert_eq!(fitted("a\x1b[2J\u{202e}b", 0..1, 40).0, "a\u{fffd}[2J\u{fffd}b");
    }
}
