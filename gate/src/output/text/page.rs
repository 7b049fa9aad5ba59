//! The sheet that the text report is written on: its width, its colours, its links. All text passes through here, and what
//! comes from the repository is cleaned here.

use anstyle::{AnsiColor, Style};

use super::super::{RenderOptions, defuse};
use super::links;
use super::wrap::wrapped;
use crate::model::{RepoPath, Severity};
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
    /// The terminal shows hyperlinks.
    pub(super) links: bool,
    /// The address of the folder that paths are relative to.
    files: Option<String>,
}

impl Page {
    pub(super) fn new(options: &RenderOptions<'_>) -> Self {
        let width = options.width.clamp(40, 240);
        let (wrap, cut) = if options.width == 0 { (usize::MAX, 160) } else { (width, width) };
        Self {
            out: String::new(),
            palette: Palette::new(options.color),
            wrap,
            cut,
            links: options.links.is_some(),
            files: options.links.and_then(|links| links.files).map(str::to_owned),
        }
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

    /// An empty line, but for the first line of the page.
    pub(super) fn blank(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// `text`, clean already, as a link to a file of the repository, where links are shown.
    pub(super) fn link_to_file(&self, path: &RepoPath, text: &str) -> String {
        match &self.files {
            Some(folder) => links::link(&links::file(folder, path), text),
            None => text.to_owned(),
        }
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

#[cfg(test)]
mod tests {
    use super::super::super::Links;
    use super::*;

    #[test]
    fn no_escape_without_colour() {
        assert_eq!(paint(Palette::new(false).error, "x"), "x");
        assert_eq!(paint(Palette::new(true).error, "x"), "\x1b[1m\x1b[31mx\x1b[0m");
    }

    #[test]
    fn a_page_begins_with_a_line_and_links_only_where_links_are_shown() {
        let mut page = Page::new(&RenderOptions::default());
        page.title(Style::new(), "x");
        assert_eq!(page.link_to_file(&"a b.yaml".into(), "t"), "t");
        assert_eq!(page.finish(), "x\n");
        let options = RenderOptions { links: Some(Links { files: None }), ..RenderOptions::default() };
        assert_eq!(Page::new(&options).link_to_file(&"a".into(), "t"), "t");
        let options =
            RenderOptions { links: Some(Links { files: Some("file:///r/") }), ..RenderOptions::default() };
        let link = Page::new(&options).link_to_file(&"a b.yaml".into(), "t");
        assert_eq!(link, "\x1b]8;;file:///r/a%20b.yaml\x1b\\t\x1b]8;;\x1b\\");
    }
}
