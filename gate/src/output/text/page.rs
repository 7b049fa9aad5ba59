//! The sheet that the text report is written on: its width, its colours, wrapped lines. All text passes through here, and
//! what comes from the repository is cleaned here.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::super::{RenderOptions, defuse};
use crate::model::Severity;
use crate::text::{clean, clean_line, shorten};

/// Columns before the second column of a row.
const LABEL: usize = 14;
/// Columns before the text beside a number.
pub(super) const COUNTED: usize = 10;
/// Messages longer than this flood the log; the JSON report has them whole.
const MAX_TEXT: usize = 4_000;

/// Styles by meaning; all plain where colour is off.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    pub(super) error: Style,
    pub(super) warning: Style,
    pub(super) info: Style,
    pub(super) good: Style,
    pub(super) strong: Style,
    pub(super) quiet: Style,
    pub(super) gutter: Style,
}

impl Palette {
    fn new(color: bool) -> Self {
        let of = |color: AnsiColor| color.on_default().bold();
        let plain = Style::new();
        if !color {
            return Self {
                error: plain,
                warning: plain,
                info: plain,
                good: plain,
                strong: plain,
                quiet: plain,
                gutter: plain,
            };
        }
        Self {
            error: of(AnsiColor::Red),
            warning: of(AnsiColor::Yellow),
            info: of(AnsiColor::Cyan),
            good: of(AnsiColor::Green),
            strong: plain.bold(),
            quiet: plain.dimmed(),
            gutter: AnsiColor::Blue.on_default(),
        }
    }

    /// The style of a severity.
    pub(super) fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }
}

/// The text so far.
pub(super) struct Page {
    out: String,
    pub(super) palette: Palette,
    /// Where sentences are wrapped; `usize::MAX` without a terminal.
    wrap: usize,
    /// Where source lines are cut.
    pub(super) cut: usize,
}

impl Page {
    pub(super) fn new(options: &RenderOptions) -> Self {
        let width = options.width.clamp(40, 240);
        let (wrap, cut) = if options.width == 0 { (usize::MAX, 160) } else { (width, width) };
        Self { out: String::new(), palette: Palette::new(options.color), wrap, cut }
    }

    /// The finished text, with no command to a CI runner in it.
    pub(super) fn finish(self) -> String {
        defuse::log_lines(&self.out).into_owned()
    }

    /// Ends a line that is made of trusted, already cleaned and painted text.
    pub(super) fn raw(&mut self, line: &str) {
        self.out.push_str(line.trim_end_matches(' '));
        self.out.push('\n');
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// One line in one style, not wrapped.
    pub(super) fn styled(&mut self, style: Style, text: &str) {
        let line = paint(style, &clean_line(text));
        self.raw(&line);
    }

    /// A title of a section, after an empty line.
    pub(super) fn title(&mut self, style: Style, text: &str) {
        self.blank();
        self.styled(style, text);
    }

    /// A label and a wrapped text beside it, in two columns.
    pub(super) fn row(&mut self, label: &str, text: &str) {
        let head = format!("  {label:<LABEL$}");
        let head = paint(self.palette.quiet, &head);
        self.paragraph(&head, LABEL + 2, text, LABEL + 2, Style::new());
    }

    /// A number, right-aligned, and a wrapped text beside it from column [`COUNTED`] on.
    pub(super) fn counted(&mut self, number: u64, text: &str) {
        let head = format!("  {number:>6}  ");
        self.paragraph(&head, COUNTED, text, COUNTED, Style::new());
    }

    /// `head`, painted and `head_width` columns wide, then `text` in `style`; further lines are indented by `indent`.
    pub(super) fn paragraph(
        &mut self,
        head: &str,
        head_width: usize,
        text: &str,
        indent: usize,
        style: Style,
    ) {
        let text = clean(text);
        let text = shorten(text.trim_end(), MAX_TEXT);
        let mut lines = wrapped(&text, self.wrap, head_width, indent).into_iter();
        let first = lines.next().unwrap_or_default();
        self.raw(&format!("{head}{}", paint(style, &first)));
        for line in lines {
            self.raw(&format!("{:indent$}{}", "", paint(style, &line)));
        }
    }
}

/// `text` in `style`; no escape at all for a plain style or an empty text.
pub(in crate::output) fn paint(style: Style, text: &str) -> String {
    if text.is_empty() || style.is_plain() {
        return text.to_owned();
    }
    format!("{style}{text}{style:#}")
}

/// Lines of `text`, broken between words where they would pass `width`; the first line has `used` columns before it, the
/// others `indent`. A word that is longer than a line stays whole, so that it can be copied.
fn wrapped(text: &str, width: usize, used: usize, indent: usize) -> Vec<String> {
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

    #[test]
    fn no_escape_without_colour() {
        assert_eq!(paint(Palette::new(false).error, "x"), "x");
        assert_eq!(paint(Palette::new(true).error, "x"), "\x1b[1m\x1b[31mx\x1b[0m");
    }
}
