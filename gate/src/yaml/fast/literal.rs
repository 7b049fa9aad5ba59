//! Block scalars, literal and folded.

use super::super::place::block_scalar_end;
use super::bytes::spaces;
use super::{Bail, Scan, Scanner};

/// What the header of a block scalar says.
struct Header {
    folded: bool,
    /// What becomes of the line breaks at the end: all kept, one kept, none.
    keep: bool,
    strip: bool,
    /// Columns beyond those of the collection around it; zero if the first line decides.
    increment: usize,
}

/// The text of a block scalar while it comes in.
#[derive(Default)]
struct Lines {
    text: String,
    /// The last line with content ended in a line break, which has not been written.
    broken: bool,
    /// Blank lines since.
    blank: usize,
    /// The last line with content began with white space.
    indented: bool,
}

impl Scanner<'_> {
    /// Reads the block scalar that begins here, inside of a collection at column `indent`.
    pub(super) fn block_scalar(&mut self, indent: isize) -> Scan<isize> {
        let start = self.at;
        let header = self.header()?;
        let around = usize::try_from(indent).unwrap_or(0);
        let least = usize::try_from(indent + 1).unwrap_or(0).max(1);
        let columns = match header.increment {
            0 => self.first_columns(least)?,
            more => around + more,
        };
        let mut lines = Lines { text: self.scratch(), ..Lines::default() };
        while let Some((from, to)) = self.content_line(columns, &mut lines)? {
            lines.add(&self.text[from..to], header.folded);
            self.after_line(to, &mut lines);
        }
        lines.finish(&header);
        let end = block_scalar_end(self.bytes, start, self.at);
        self.push_decoded(start, end, &lines.text);
        self.scratch = lines.text;
        self.next()
    }

    /// Reads the header and goes to the line after it.
    fn header(&mut self) -> Scan<Header> {
        let mut header =
            Header { folded: self.byte(self.at) == b'>', keep: false, strip: false, increment: 0 };
        let mut at = self.at + 1;
        for _ in 0..2 {
            match self.byte(at) {
                b'+' if !header.keep && !header.strip => header.keep = true,
                b'-' if !header.keep && !header.strip => header.strip = true,
                digit @ b'1'..=b'9' if header.increment == 0 => header.increment = usize::from(digit - b'0'),
                _ => break,
            }
            at += 1;
        }
        let after = at + spaces(self.bytes, at);
        match self.byte(after) {
            b'\n' => self.start_line(after + 1),
            b'\r' => self.start_line(after + 2),
            b'#' if after > at => self.comment(after)?,
            0 => self.start_line(after),
            _ => return Err(Bail),
        }
        Ok(header)
    }

    /// The column of the content, which its first line decides; at least `least`.
    fn first_columns(&self, least: usize) -> Scan<usize> {
        let (mut at, mut widest) = (self.at, 0);
        loop {
            let count = spaces(self.bytes, at);
            at += count;
            match self.byte(at) {
                b'\n' => at += 1,
                b'\r' => at += 2,
                b'\t' => return Err(Bail),
                // Blank lines that are wider than the first line with content hide it.
                _ if widest > count => return Err(Bail),
                _ => return Ok(count.max(least)),
            }
            widest = widest.max(count);
        }
    }

    /// Goes over blank lines; the content of the line after them if it belongs to the scalar.
    fn content_line(&mut self, columns: usize, lines: &mut Lines) -> Scan<Option<(usize, usize)>> {
        loop {
            let count = spaces(self.bytes, self.at);
            let from = self.at + count.min(columns);
            match self.byte(from) {
                b'\n' => self.start_line(from + 1),
                b'\r' => self.start_line(from + 2),
                0 => {
                    self.start_line(self.bytes.len());
                    return Ok(None);
                }
                b'\t' if count < columns => return Err(Bail),
                _ if count < columns => return Ok(None),
                _ => {
                    let rest = &self.bytes[from..];
                    let to = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |line| from + line);
                    let cr = self.bytes[to - 1] == b'\r' && to > from;
                    return Ok(Some((from, to - usize::from(cr))));
                }
            }
            lines.blank += 1;
        }
    }

    /// Goes to the line after the content that ends at `to`.
    fn after_line(&mut self, to: usize, lines: &mut Lines) {
        match self.byte(to) {
            b'\n' => self.start_line(to + 1),
            b'\r' => self.start_line(to + 2),
            _ => self.start_line(to),
        }
        lines.broken = self.byte(to) != 0;
    }
}

impl Lines {
    /// Adds a line with content, and the line breaks before it.
    fn add(&mut self, line: &str, folded: bool) {
        let indented = line.starts_with([' ', '\t']);
        if folded && self.broken && !self.indented && !indented {
            if self.blank == 0 {
                self.text.push(' ');
            }
        } else if self.broken {
            self.text.push('\n');
        }
        self.text.extend(std::iter::repeat_n('\n', self.blank));
        self.text.push_str(line);
        (self.blank, self.indented) = (0, indented);
    }

    /// Adds the line breaks at the end.
    fn finish(&mut self, header: &Header) {
        if self.broken && !header.strip {
            self.text.push('\n');
        }
        if header.keep {
            self.text.extend(std::iter::repeat_n('\n', self.blank));
        }
    }
}
