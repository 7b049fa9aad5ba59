//! Source lines under a finding, with the span underlined: carets for a span on one line, a rail along the left for one
//! that has several.

use anstyle::Style;

use super::fit::{Fitted, fit};
use super::page::{Page, paint};
use crate::model::{Excerpt, Location};

/// Of a span with more lines than this, only the ends are shown.
const MAX_LINES: u32 = 12;

/// The place of a location in the numbers that are drawn: 1-based lines, 0-based columns in code points, half-open.
struct Span {
    first: u32,
    last: u32,
    from: usize,
    to: usize,
}

/// Columns that the line numbers of `location` need.
pub(super) fn gutter(location: &Location) -> usize {
    let last = location.excerpt.as_ref().map_or(0, last_line);
    last.max(location.start.line).to_string().len()
}

/// `--> path:line:column`, then the excerpt if there is one.
pub(super) fn place(page: &mut Page, location: &Location, style: Style, gutter: usize) {
    let arrow = paint(page.palette.gutter, &format!("{:gutter$}-->", ""));
    let text = format!("{}:{}:{}", location.path, location.start.line, location.start.column);
    let text = page.link_to_file(&location.path, &text);
    page.raw(&format!("{arrow} {text}"));
    let Some(excerpt) = location.excerpt.as_ref().filter(|excerpt| !excerpt.lines.is_empty()) else {
        return;
    };
    let span = Span::new(location, excerpt);
    let drawing = Drawing { span, style, gutter };
    drawing.bar(page, "");
    drawing.lines(page, excerpt);
}

fn last_line(excerpt: &Excerpt) -> u32 {
    let lines = u32::try_from(excerpt.lines.len()).unwrap_or(u32::MAX);
    excerpt.first_line.saturating_add(lines.saturating_sub(1))
}

impl Span {
    /// A span that ends before the first character of a line ends with the line above.
    fn new(location: &Location, excerpt: &Excerpt) -> Self {
        let column = |column: u32| column.saturating_sub(1) as usize;
        let (first, from) = (location.start.line, column(location.start.column));
        let (mut last, mut to) = (location.end.line.max(first), column(location.end.column));
        if last > first && to == 0 {
            last -= 1;
            to = last
                .checked_sub(excerpt.first_line)
                .and_then(|at| excerpt.lines.get(at as usize))
                .map_or(usize::MAX, |line| line.chars().count());
        }
        Self { first, last, from, to }
    }

    /// False for lines far from both ends of a long span.
    fn shows(&self, line: u32) -> bool {
        self.last - self.first < MAX_LINES
            || line < self.first.saturating_add(MAX_LINES / 2)
            || line.saturating_add(2) > self.last
    }
}

/// One excerpt on its way to the page.
struct Drawing {
    span: Span,
    style: Style,
    gutter: usize,
}

impl Drawing {
    fn lines(&self, page: &mut Page, excerpt: &Excerpt) {
        let mut gap = false;
        for (line, at) in excerpt.lines.iter().zip(0..) {
            let number = excerpt.first_line.saturating_add(at);
            if !self.span.shows(number) {
                if !gap {
                    self.numbered(page, &".".repeat(self.gutter.min(3)), &self.rail(true), "");
                }
                gap = true;
                continue;
            }
            gap = false;
            if self.span.first == self.span.last {
                self.single(page, line, number);
            } else {
                self.several(page, line, number);
            }
        }
    }

    fn single(&self, page: &mut Page, line: &str, number: u32) {
        let here = number == self.span.first;
        let focus = if here { self.span.from..self.span.to.max(self.span.from) } else { 0..0 };
        let Fitted { text, focus } = fit(line, focus, self.room(page, 0));
        self.numbered(page, &number.to_string(), "", &text);
        if here {
            let carets = paint(self.style, &"^".repeat(focus.len()));
            self.bar(page, &format!("{:1$}{carets}", "", focus.start));
        }
    }

    fn several(&self, page: &mut Page, line: &str, number: u32) {
        let (first, last) = (number == self.span.first, number == self.span.last);
        let focus = match (first, last) {
            (true, _) => self.span.from..self.span.from + 1,
            (_, true) => self.span.to.saturating_sub(1)..self.span.to,
            _ => 0..0,
        };
        let fitted = fit(line, focus, self.room(page, 2));
        let inside = number > self.span.first && number <= self.span.last;
        // A span that begins a line is opened by a slash, any other by an arm that reaches to it.
        let slash = first && fitted.text.chars().take(fitted.focus.start).all(|c| c == ' ');
        let rail = if slash { format!("{} ", paint(self.style, "/")) } else { self.rail(inside) };
        self.numbered(page, &number.to_string(), &rail, &fitted.text);
        if first && !slash {
            let arm = format!(" {}^", "_".repeat(fitted.focus.start + 1));
            self.bar(page, &paint(self.style, &arm));
        }
        if last {
            let arm = format!("|{}^", "_".repeat(fitted.focus.end));
            self.bar(page, &paint(self.style, &arm));
        }
    }

    fn rail(&self, inside: bool) -> String {
        match (self.span.first == self.span.last, inside) {
            (true, _) => String::new(),
            (false, true) => format!("{} ", paint(self.style, "|")),
            (false, false) => "  ".to_owned(),
        }
    }

    /// Cells for source text beside the gutter, its bar and a rail of `rail` cells.
    fn room(&self, page: &Page, rail: usize) -> usize {
        page.cut.saturating_sub(self.gutter + 3 + rail).max(16)
    }

    fn numbered(&self, page: &mut Page, number: &str, rail: &str, text: &str) {
        let width = self.gutter;
        let number = paint(page.palette.gutter, &format!("{number:>width$} |"));
        page.raw(&format!("{number} {rail}{text}"));
    }

    fn bar(&self, page: &mut Page, rest: &str) {
        self.numbered(page, "", "", rest);
    }
}
