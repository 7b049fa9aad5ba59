//! Random files in and around the subset that the fast scanner reads, and damage to files.

use fastrand::Rng;

use super::pieces::{COMMENTS, DAMAGE, DOUBLE, HEADERS, LINES, PLAIN, SINGLE};

/// A random file. The same seed gives the same file.
pub(crate) fn make(seed: u64) -> String {
    Writer::file(seed)
}

/// A writer of one random file.
struct Writer {
    rng: Rng,
    out: String,
    crlf: bool,
    /// Odd things are one in so many.
    odd: u32,
}

impl Writer {
    fn file(seed: u64) -> String {
        let mut rng = Rng::with_seed(seed);
        let odd = *rng.choice(&[4, 30, 1000]).unwrap();
        let mut writer = Self { crlf: rng.u8(..) < 25, odd, out: String::new(), rng };
        if writer.one_in(12) {
            writer.out.push('\u{feff}');
        }
        for document in 0..writer.rng.usize(1..4) {
            if document > 0 || writer.one_in(3) {
                writer.out.push_str("---");
                writer.rest_of_line();
            }
            writer.node(0, 0);
        }
        if writer.one_in(6) {
            writer.out.truncate(writer.out.trim_end().len());
        }
        if writer.crlf { writer.out.replace('\n', "\r\n") } else { writer.out }
    }

    fn one_in(&mut self, count: u32) -> bool {
        self.rng.u32(0..count) == 0
    }

    fn pick(&mut self, from: &[&str]) {
        let text = *self.rng.choice(from).unwrap();
        self.out.push_str(text);
    }

    fn indent(&mut self, columns: usize) {
        let off = if self.one_in(self.odd * 4) { self.rng.usize(0..3) } else { 0 };
        self.out.extend(std::iter::repeat_n(' ', (columns + off).saturating_sub(usize::from(off == 2) * 3)));
    }

    /// A comment or nothing, and a line break; now and then lines without content.
    fn rest_of_line(&mut self) {
        if self.one_in(8) {
            if self.one_in(self.odd) { self.pick(COMMENTS) } else { self.out.push_str(" # c: 'd") }
        }
        self.out.push('\n');
        while self.one_in(9) {
            let columns = self.rng.usize(0..6);
            self.indent(columns);
            if self.one_in(2) {
                self.out.push_str("# - c: d");
            }
            self.out.push('\n');
        }
    }

    /// A node in lines of its own.
    fn node(&mut self, columns: usize, depth: usize) {
        match self.rng.u32(0..if depth > 4 { 2 } else { 10 }) {
            0 => {
                self.indent(columns);
                self.scalar(columns);
            }
            1 => {
                self.indent(columns);
                self.flow(depth);
                self.rest_of_line();
            }
            2..=6 => self.mapping(columns, depth, false),
            _ => self.sequence(columns, depth, false),
        }
    }

    /// A mapping; `inline` if its first key goes on a line that is begun.
    fn mapping(&mut self, columns: usize, depth: usize, inline: bool) {
        for entry in 0..self.rng.usize(1..6) {
            if !(inline && entry == 0) {
                self.indent(columns);
            }
            self.key();
            match self.rng.u32(0..10) {
                0 => self.rest_of_line(),
                1..=3 => {
                    self.rest_of_line();
                    let step = self.rng.usize(1..5);
                    self.node(columns + step, depth + 1);
                }
                4 => {
                    self.rest_of_line();
                    self.sequence(columns, depth + 1, false);
                }
                5 => {
                    self.out.push(' ');
                    self.flow(depth);
                    self.rest_of_line();
                }
                _ => {
                    self.gap();
                    self.scalar(columns + 1);
                }
            }
        }
    }

    fn sequence(&mut self, columns: usize, depth: usize, inline: bool) {
        for item in 0..self.rng.usize(1..4) {
            if !(inline && item == 0) {
                self.indent(columns);
            }
            self.out.push('-');
            match self.rng.u32(0..8) {
                0 => self.rest_of_line(),
                1 if depth < 5 => {
                    self.out.push(' ');
                    self.sequence(columns + 2, depth + 1, true);
                }
                2 | 3 if depth < 5 => {
                    self.out.push(' ');
                    self.mapping(columns + 2, depth + 1, true);
                }
                4 if depth < 5 => {
                    self.rest_of_line();
                    self.node(columns + 2, depth + 1);
                }
                5 => {
                    self.out.push(' ');
                    self.flow(depth);
                    self.rest_of_line();
                }
                _ => {
                    self.gap();
                    self.scalar(columns + 1);
                }
            }
        }
    }

    fn gap(&mut self) {
        let gap =
            if self.one_in(self.odd) { *self.rng.choice(&["", "\t", "  ", " \t"]).unwrap() } else { " " };
        self.out.push_str(gap);
    }

    fn key(&mut self) {
        let number = self.rng.u32(0..99);
        match self.rng.u32(0..12) {
            0 => self.out.push_str(&format!("\"k{number}\"")),
            1 => self.out.push_str(&format!("'k{number}'")),
            2 if self.one_in(2) => self.pick(PLAIN),
            3 if self.one_in(self.odd) => self.pick(DOUBLE),
            4 if self.one_in(self.odd) => self.pick(SINGLE),
            5 if self.one_in(self.odd) => self.out.push_str("? k"),
            6 => self.out.push_str(&format!("example.com/a-long-key-{number} ")),
            7 => self.out.push_str(&number.to_string()),
            _ => self.out.push_str(&format!("k{number}")),
        }
        self.out.push(':');
    }

    /// A scalar at the end of a line; `columns` is the least that its further lines need.
    fn scalar(&mut self, columns: usize) {
        match self.rng.u32(0..12) {
            0 | 1 => self.pick(DOUBLE),
            2 | 3 => self.pick(SINGLE),
            4 | 5 => return self.block_scalar(columns),
            6 => {
                self.pick(PLAIN);
                for _ in 0..self.rng.usize(1..4) {
                    let blank = self.rng.usize(0..3) / 2;
                    self.out.push_str(&" \n".repeat(1 + blank));
                    let step = self.rng.usize(0..3);
                    self.indent(columns + step);
                    self.pick(PLAIN);
                }
            }
            _ => self.pick(PLAIN),
        }
        self.rest_of_line();
    }

    fn block_scalar(&mut self, columns: usize) {
        let simple = !self.one_in(self.odd);
        self.pick(if simple { &HEADERS[..6] } else { HEADERS });
        self.out.push('\n');
        let step = self.rng.usize(1..4);
        for _ in 0..self.rng.usize(0..6) {
            let line = *self.rng.choice(LINES).unwrap();
            if !line.is_empty() || self.one_in(3) {
                self.indent(columns + step);
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn flow(&mut self, depth: usize) {
        let map = self.rng.bool();
        self.out.push(if map { '{' } else { '[' });
        for item in 0..self.rng.usize(0..4) {
            if item > 0 {
                self.out.push(',');
                self.flow_space();
            }
            if map {
                self.key();
                self.gap();
            }
            match self.rng.u32(0..8) {
                0 => {}
                1 | 2 if depth < 5 => self.flow(depth + 1),
                3 => self.pick(DOUBLE),
                4 => self.pick(SINGLE),
                _ => self.pick(PLAIN),
            }
            self.flow_space();
        }
        self.out.push(if map { '}' } else { ']' });
    }

    fn flow_space(&mut self) {
        match self.rng.u32(0..12) {
            0 => self.out.push('\n'),
            1 => self.out.push_str("\n   "),
            2 => self.out.push_str(" # c\n  "),
            3 if self.one_in(self.odd) => self.out.push('\t'),
            4 => {}
            _ => self.out.push(' '),
        }
    }
}

/// Damages `bytes` in some places. The same seed does the same.
pub(crate) fn damage(bytes: &mut Vec<u8>, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(0..=bytes.len());
        let end = if rng.bool() { at } else { (at + rng.usize(1..4)).min(bytes.len()) };
        match rng.u32(0..8) {
            0 => drop(bytes.splice(at..end, [rng.u8(..)])),
            1 => drop(bytes.drain(at..end)),
            2 => {
                // A line changes its indentation.
                let line = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |before| before + 1);
                let spaces = bytes[line..].iter().take_while(|&&b| b == b' ').count();
                bytes.splice(line..line + spaces, std::iter::repeat_n(b' ', rng.usize(0..7)));
            }
            3 => bytes.truncate(at),
            4 => {
                let copy = bytes[at..(at + rng.usize(0..40)).min(bytes.len())].to_vec();
                let to = rng.usize(0..=bytes.len());
                bytes.splice(to..to, copy);
            }
            _ => {
                let piece = rng.choice(DAMAGE).unwrap();
                bytes.splice(at..end, piece.bytes());
            }
        }
    }
}
