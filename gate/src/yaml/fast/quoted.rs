//! Scalars in quotes.

use super::bytes::{equal, find};
use super::scalar::{Style, Written};
use super::{Bail, Scan, Scanner};

impl Scanner<'_> {
    /// Reads the scalar in quotes that begins here. What follows it is for the caller.
    pub(super) fn quoted(&mut self) -> Scan<Written> {
        let start = self.at;
        let quote = self.byte(start);
        let stop = self.quoted_stop(start + 1, quote);
        if self.byte(stop) == quote && !(quote == b'\'' && self.byte(stop + 1) == quote) {
            self.at = stop + 1;
            return Ok(Written { start, end: stop + 1, style: Style::Quoted });
        }
        self.decode(start, stop, quote)
    }

    /// The first byte from `at` on that is `quote`, a line break or what begins an escape.
    fn quoted_stop(&self, mut at: usize, quote: u8) -> usize {
        let marks = |eight| equal(eight, quote) | equal(eight, b'\n') | equal(eight, b'\\') | equal(eight, 0);
        loop {
            let Some(distance) = find(self.bytes, at, marks) else {
                at += 16;
                continue;
            };
            at += distance;
            if quote == b'\'' && self.byte(at) == b'\\' {
                at += 1;
                continue;
            }
            return at;
        }
    }

    /// Reads the scalar that begins at `start` and is as it is written up to `stop`.
    #[cold]
    fn decode(&mut self, start: usize, mut stop: usize, quote: u8) -> Scan<Written> {
        let mut text = self.scratch();
        let mut from = start + 1;
        loop {
            let plain = &self.text[from..stop];
            from = match self.byte(stop) {
                0 => return Err(Bail),
                b'\n' => {
                    text.push_str(plain.trim_end_matches([' ', '\t', '\r']));
                    self.fold(stop, &mut text)?
                }
                b'\\' if matches!(self.byte(stop + 1), b'\n' | b'\r') => {
                    text.push_str(plain);
                    self.fold_escaped(stop + 1, &mut text)?
                }
                b'\\' => {
                    text.push_str(plain);
                    self.escape(stop + 1, &mut text)?
                }
                _ if quote == b'\'' && self.byte(stop + 1) == quote => {
                    text.push_str(plain);
                    text.push('\'');
                    stop + 2
                }
                _ => {
                    text.push_str(plain);
                    self.at = stop + 1;
                    let style = Style::Decoded(self.decoded.push(&text));
                    self.scratch = text;
                    return Ok(Written { start, end: stop + 1, style });
                }
            };
            stop = self.quoted_stop(from, quote);
        }
    }

    /// Goes over the line break at `at` and blank lines; writes what they stand for. Returns where text goes on.
    fn fold(&mut self, at: usize, text: &mut String) -> Scan<usize> {
        let (at, breaks) = self.breaks_from(at)?;
        if breaks == 1 {
            text.push(' ');
        }
        text.extend(std::iter::repeat_n('\n', breaks - 1));
        Ok(at)
    }

    /// As [`Self::fold`], after a backslash: the first line break stands for nothing.
    fn fold_escaped(&mut self, at: usize, text: &mut String) -> Scan<usize> {
        let (at, breaks) = self.breaks_from(at)?;
        text.extend(std::iter::repeat_n('\n', breaks - 1));
        Ok(at)
    }

    /// Goes over line breaks from the LF at `at` on and the white space around them; counts them.
    fn breaks_from(&mut self, mut at: usize) -> Scan<(usize, usize)> {
        let mut breaks = 0;
        loop {
            match self.byte(at) {
                b'\n' => {
                    breaks += 1;
                    at += 1;
                    self.line = at;
                    if self.marker(at) {
                        return Err(Bail);
                    }
                }
                b' ' | b'\t' | b'\r' => at += 1,
                _ => return Ok((at, breaks)),
            }
        }
    }

    /// Writes what the escape stands for whose letter is at `at`. Returns where text goes on.
    fn escape(&self, at: usize, text: &mut String) -> Scan<usize> {
        let simple = match self.byte(at) {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0b',
            b'f' => '\x0c',
            b'r' => '\r',
            b'e' => '\x1b',
            b' ' => ' ',
            b'"' => '"',
            b'\\' => '\\',
            b'x' => return self.code(at + 1, 2, text),
            b'u' => return self.code(at + 1, 4, text),
            _ => return Err(Bail),
        };
        text.push(simple);
        Ok(at + 1)
    }

    /// Writes the character whose number is the `digits` at `at`.
    fn code(&self, at: usize, digits: usize, text: &mut String) -> Scan<usize> {
        let number = self.text.get(at..at + digits).filter(|n| n.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = number.and_then(|number| u32::from_str_radix(number, 16).ok());
        text.push(number.and_then(char::from_u32).ok_or(Bail)?);
        Ok(at + digits)
    }
}
