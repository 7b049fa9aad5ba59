//! Flow mappings and sequences.

use super::super::tape::Kind;
use super::scalar::{Names, Style, Written};
use super::{Bail, LONGEST_KEY, Scan, Scanner};

impl Scanner<'_> {
    /// Reads the mapping or sequence whose bracket comes next. What follows it is for the caller.
    pub(super) fn flow(&mut self) -> Scan<()> {
        let start = self.at;
        let map = self.byte(start) == b'{';
        let (kind, close) = if map { (Kind::Map, b'}') } else { (Kind::Seq, b']') };
        let (node, mut names) = (self.open(kind)?, self.names());
        self.at += 1;
        loop {
            self.flow_space()?;
            if self.byte(self.at) == close {
                break;
            }
            self.room()?;
            if map {
                self.flow_entry(&mut names)?
            } else {
                self.flow_node()?
            }
            self.flow_space()?;
            match self.byte(self.at) {
                b',' => self.at += 1,
                other if other == close => break,
                _ => return Err(Bail),
            }
        }
        self.at += 1;
        self.end = self.at;
        self.close_names(&names)?;
        self.close(node, start);
        Ok(())
    }

    /// Reads a key and its value.
    fn flow_entry(&mut self, names: &mut Names) -> Scan<()> {
        let (start, line) = (self.at, self.line);
        let written = match self.byte(start) {
            b'"' | b'\'' => self.quoted()?,
            _ => self.flow_plain()?,
        };
        self.push_key(&written, names)?;
        self.flow_space()?;
        if self.byte(self.at) != b':' {
            self.null(self.end);
            return Ok(());
        }
        if self.line != line || self.at - start > LONGEST_KEY {
            return Err(Bail);
        }
        self.at += 1;
        let after = self.at;
        self.flow_space()?;
        if matches!(self.byte(self.at), b',' | b'}') {
            self.null(after);
            return Ok(());
        }
        self.flow_node()
    }

    /// Reads an item or a value.
    fn flow_node(&mut self) -> Scan<()> {
        match self.byte(self.at) {
            b'{' | b'[' => self.flow(),
            b'"' | b'\'' => {
                let written = self.quoted()?;
                self.push(&written)
            }
            _ => {
                let written = self.flow_plain()?;
                self.push(&written)
            }
        }
    }

    /// Reads a plain scalar of one line.
    fn flow_plain(&mut self) -> Scan<Written> {
        let start = self.at;
        let refused = match self.byte(start) {
            b'{' | b'[' | b'|' | b'>' | b'"' | b'\'' | b'?' | b':' | 0 => true,
            first => self.cannot_be_plain(first),
        };
        if refused {
            return Err(Bail);
        }
        let stop = self.flow_stop(start)?;
        self.at = stop;
        Ok(Written { start, end: self.trimmed(start, stop), style: Style::Plain })
    }

    /// Where the plain scalar at `start` stops. Scalars of several lines are for the full parser.
    fn flow_stop(&self, start: usize) -> Scan<usize> {
        let mut at = start;
        loop {
            match self.byte(at) {
                b',' | b'[' | b']' | b'{' | b'}' => return Ok(at),
                b':' if self.blank(at + 1) => return Ok(at),
                b':' if matches!(self.byte(at + 1), b',' | b'?' | b'[' | b']' | b'{' | b'}') => {
                    return Err(Bail);
                }
                b'#' if self.bytes[at - 1] == b' ' => return Ok(at),
                b'\n' | b'\r' => return if self.goes_on(at) { Err(Bail) } else { Ok(at) },
                b'\t' | 0 => return Err(Bail),
                _ => at += 1,
            }
        }
    }

    /// True if text follows the line break at `at`, however many there are; or a tab, which libyaml may refuse there.
    fn goes_on(&self, at: usize) -> bool {
        let rest = self.bytes[at..].iter().find(|b| !matches!(b, b' ' | b'\n' | b'\r'));
        !rest.is_some_and(|b| matches!(b, b',' | b']' | b'}' | b'#'))
    }

    /// Goes over white space, line breaks and comments.
    fn flow_space(&mut self) -> Scan<()> {
        loop {
            match self.byte(self.at) {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.start_line(self.at + 1);
                    if self.marker(self.at) {
                        return Err(Bail);
                    }
                }
                b'#' => {
                    self.comment(self.at)?;
                    if self.marker(self.at) {
                        return Err(Bail);
                    }
                }
                0 => return Err(Bail),
                _ => return Ok(()),
            }
        }
    }
}
