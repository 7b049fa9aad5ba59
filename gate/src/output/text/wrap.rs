//! Lines broken between words, by terminal cells.

use unicode_width::UnicodeWidthStr;

/// Lines of `text`, broken between words where they would pass `width`; the first line has `used` columns before it, the
/// others `indent`. A word that is longer than a line stays whole, so that it can be copied.
pub(super) fn wrapped(text: &str, width: usize, used: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut left = used;
    for source in text.split('\n') {
        let mut line = String::new();
        let mut column = left;
        for word in source.split([' ', '\t']) {
            let columns = word.width();
            if !line.is_empty() && column.saturating_add(1 + columns) > width {
                lines.push(std::mem::take(&mut line));
                column = indent;
            } else if column > left || !line.is_empty() {
                line.push(' ');
                column += 1;
            }
            line.push_str(word);
            column += columns;
        }
        lines.push(line);
        left = indent;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_wrapped_between_words() {
        assert_eq!(wrapped("aaa bbb ccc", 7, 0, 0), ["aaa bbb", "ccc"]);
        assert_eq!(wrapped("aaa bbb ccc", 7, 4, 0), ["aaa", "bbb ccc"]);
        assert_eq!(wrapped("aaa bbb ccc", 7, 0, 4), ["aaa bbb", "ccc"]);
        assert_eq!(wrapped("aaa\nbbb", usize::MAX, 9, 2), ["aaa", "bbb"]);
        assert_eq!(wrapped("", 7, 0, 0), [""]);
    }

    #[test]
    fn a_long_word_stays_whole_and_wide_characters_count_twice() {
        assert_eq!(wrapped("a bbbbbbbbbb c", 5, 0, 0), ["a", "bbbbbbbbbb", "c"]);
        assert_eq!(wrapped("日本 語", 6, 0, 0), ["日本", "語"]);
    }
}
