//! Plain scalars in block collections: where they stop, and those of several lines.

use super::super::resolve::plain;
use super::bytes::{control, equal, find, spaces};
use super::{Bail, END, Scan, Scanner};

impl Scanner<'_> {
    /// Where the plain scalar at `start` stops in its line: at the colon of a key, at a comment, or at the end.
    #[inline]
    pub(super) fn plain_stop(&self, start: usize) -> usize {
        let marks = |eight| equal(eight, b':') | equal(eight, b'#') | control(eight);
        let mut at = start;
        loop {
            let Some(distance) = find(self.bytes, at, marks) else {
                at += 16;
                continue;
            };
            at += distance;
            match self.byte(at) {
                b':' if !self.blank(at + 1) => at += 1,
                b'#' if at == start || self.bytes[at - 1] != b' ' => at += 1,
                _ => return at,
            }
        }
    }

    /// The end of `start..stop` without the spaces before it.
    #[inline]
    pub(super) fn trimmed(&self, start: usize, stop: usize) -> usize {
        let mut end = stop;
        while end > start && self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        end
    }

    /// Reads a plain scalar that is no key, and as many lines of it as there are.
    pub(super) fn plain_value(&mut self, start: usize, stop: usize, indent: isize) -> Scan<isize> {
        let end = self.trimmed(start, stop);
        self.at = stop;
        if self.byte(stop) == b'\n' {
            // Nearly always the next line belongs to something else, and what comes next is found with one look.
            let line = stop + 1;
            let column = spaces(self.bytes, line);
            if column != 0 && column as isize <= indent && !matches!(self.byte(line + column), 0..b' ' | b'#')
            {
                self.push_plain(start, end)?;
                (self.at, self.line) = (line + column, line);
                return Ok(column as isize);
            }
        }
        let more = match self.byte(stop) {
            b'\t' => return Err(Bail),
            b'#' | 0 => None,
            _ => self.continuation(stop, indent)?,
        };
        match more {
            None => self.push_plain(start, end)?,
            Some(more) => self.plain_lines(start, end, more, indent)?,
        }
        self.next()
    }

    /// Where a plain scalar goes on that has been read up to the end of a line, at `stop`.
    fn continuation(&self, stop: usize, indent: isize) -> Scan<Option<Line>> {
        let (mut at, mut breaks) = (stop, 0);
        loop {
            at += if self.byte(at) == b'\r' { 2 } else { 1 };
            breaks += 1;
            let (start, count) = (at, spaces(self.bytes, at));
            at += count;
            match self.byte(at) {
                b'\n' | b'\r' => {}
                b'\t' => return Err(Bail),
                b'#' | 0 => return Ok(None),
                _ if count as isize <= indent => return Ok(None),
                _ if indent == END && self.marker(at) => return Err(Bail),
                _ => return Ok(Some(Line { start, at, breaks })),
            }
        }
    }

    /// Reads a plain scalar whose first line is `start..end` and whose second one is `more`.
    #[cold]
    fn plain_lines(&mut self, start: usize, mut end: usize, mut more: Line, indent: isize) -> Scan<()> {
        let mut text = self.scratch();
        text.push_str(&self.text[start..end]);
        loop {
            if more.breaks == 1 {
                text.push(' ');
            }
            text.extend(std::iter::repeat_n('\n', more.breaks - 1));
            let stop = self.plain_stop(more.at);
            end = self.trimmed(more.at, stop).max(end);
            text.push_str(&self.text[more.at..end]);
            (self.at, self.line) = (stop, more.start);
            let next = match self.byte(stop) {
                b':' | b'\t' => return Err(Bail),
                b'#' | 0 => None,
                _ => self.continuation(stop, indent)?,
            };
            match next {
                Some(next) => more = next,
                None => break,
            }
        }
        self.push_value(start, end, plain(&text))?;
        self.scratch = text;
        Ok(())
    }
}

/// A line that goes on with a plain scalar.
pub(super) struct Line {
    start: usize,
    /// Its first byte that is no space.
    at: usize,
    /// Line breaks before it.
    breaks: usize,
}
