//! Block mappings and sequences, and what may stand where a node is expected.

use super::super::tape::Kind;
use super::bytes::spaces;
use super::scalar::{Style, Written};
use super::{Bail, LONGEST_KEY, Scan, Scanner};

/// A key and where its colon is.
struct Key {
    written: Written,
    colon: usize,
}

impl Scanner<'_> {
    /// Reads the node that begins here, inside of a collection at column `indent`. `block` says whether a block
    /// collection may begin here. Returns the column of what follows.
    pub(super) fn node(&mut self, indent: isize, block: bool) -> Scan<isize> {
        match self.byte(self.at) {
            b'-' if self.blank(self.at + 1) => {
                let column = (self.at - self.line) as isize;
                if block { self.sequence(column) } else { Err(Bail) }
            }
            b'"' | b'\'' => self.quoted_node(block),
            b'{' | b'[' => {
                self.flow()?;
                self.next()
            }
            b'|' | b'>' => self.block_scalar(indent),
            first if self.cannot_be_plain(first) => Err(Bail),
            _ => self.plain_node(indent, block),
        }
    }

    /// True if no plain scalar can begin with `first`, the next byte, which begins no other node either.
    pub(super) fn cannot_be_plain(&self, first: u8) -> bool {
        match first {
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b',' | b']' | b'}' | b'#' | b'\t' => true,
            b'?' | b':' | b'-' => self.blank(self.at + 1),
            _ => false,
        }
    }

    fn plain_node(&mut self, indent: isize, block: bool) -> Scan<isize> {
        let start = self.at;
        let stop = self.plain_stop(start);
        if self.byte(stop) != b':' {
            return self.plain_value(start, stop, indent);
        }
        let key = self.plain_key(start, stop)?;
        if block { self.mapping(start, key) } else { Err(Bail) }
    }

    fn quoted_node(&mut self, block: bool) -> Scan<isize> {
        let (start, line) = (self.at, self.line);
        let written = self.quoted()?;
        let colon = self.at + spaces(self.bytes, self.at);
        if self.byte(colon) != b':' {
            self.push(&written)?;
            return self.next();
        }
        let key = self.quoted_key(line, written, colon)?;
        if block { self.mapping(start, key) } else { Err(Bail) }
    }

    /// Reads a mapping from the colon of its first key on.
    fn mapping(&mut self, start: usize, mut key: Key) -> Scan<isize> {
        let column = (start - self.line) as isize;
        let (node, mut names) = (self.open(Kind::Map)?, self.names());
        loop {
            self.push_key(&key.written, &mut names)?;
            let next = self.value(column, key.colon)?;
            if next != column {
                self.close_names(&names)?;
                self.close(node, start);
                return if next < column { Ok(next) } else { Err(Bail) };
            }
            self.room()?;
            key = self.next_key()?;
        }
    }

    /// The key that begins here, at the column of its mapping.
    #[inline(always)]
    fn next_key(&mut self) -> Scan<Key> {
        let (start, line) = (self.at, self.line);
        match self.byte(start) {
            b'"' | b'\'' => {
                let written = self.quoted()?;
                let colon = self.at + spaces(self.bytes, self.at);
                self.quoted_key(line, written, colon)
            }
            b'{' | b'[' | b'|' | b'>' => Err(Bail),
            first if self.cannot_be_plain(first) => Err(Bail),
            _ => {
                let stop = self.plain_stop(start);
                self.plain_key(start, stop)
            }
        }
    }

    #[inline(always)]
    fn plain_key(&self, start: usize, colon: usize) -> Scan<Key> {
        if self.byte(colon) != b':' || colon - start > LONGEST_KEY {
            return Err(Bail);
        }
        let end = self.trimmed(start, colon);
        Ok(Key { written: Written { start, end, style: Style::Plain }, colon })
    }

    /// A key in quotes that began in the line that starts at `line`.
    fn quoted_key(&self, line: usize, written: Written, colon: usize) -> Scan<Key> {
        let near = self.line == line && colon - written.start <= LONGEST_KEY;
        if near && self.byte(colon) == b':' && self.blank(colon + 1) {
            Ok(Key { written, colon })
        } else {
            Err(Bail)
        }
    }

    /// Reads the value after the colon at `colon`, in a mapping at `column`.
    #[inline(always)]
    fn value(&mut self, column: isize, colon: usize) -> Scan<isize> {
        self.at = colon + 1 + spaces(self.bytes, colon + 1);
        if !self.ends_line() {
            return self.node(column, false);
        }
        let next = self.next()?;
        if next > column {
            self.node(column, true)
        } else if next == column && self.dash() {
            self.sequence(column)
        } else {
            self.null(colon + 1);
            Ok(next)
        }
    }

    fn sequence(&mut self, column: isize) -> Scan<isize> {
        let start = self.at;
        let node = self.open(Kind::Seq)?;
        loop {
            let next = self.item(column)?;
            if next != column || !self.dash() {
                self.close(node, start);
                return if next <= column { Ok(next) } else { Err(Bail) };
            }
            self.room()?;
        }
    }

    /// Reads the item after the dash that comes next, in a sequence at `column`.
    fn item(&mut self, column: isize) -> Scan<isize> {
        let after = self.at + 1;
        self.at = after + spaces(self.bytes, after);
        if !self.ends_line() {
            return self.node(column, true);
        }
        let next = self.next()?;
        if next > column {
            self.node(column, true)
        } else {
            self.null(after);
            Ok(next)
        }
    }

    /// True if nothing but a comment can follow in this line.
    fn ends_line(&self) -> bool {
        matches!(self.byte(self.at), b'\n' | b'\r' | b'#' | 0)
    }

    /// True if the next token is the dash of an item.
    fn dash(&self) -> bool {
        self.byte(self.at) == b'-' && self.blank(self.at + 1)
    }
}
