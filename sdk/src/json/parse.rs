//! The parser: iterative, so that depth costs no stack; every malformed text is an [`Error`] with its place.

use std::fmt;

use super::{Kind, Node};

/// How deep maps and lists may nest; deeper texts are refused.
pub const MAX_DEPTH: usize = 10_000;

/// Why a text is no JSON value that this reader takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// 0-based offset of the byte where reading stopped.
    pub offset: usize,
    /// What is wrong there.
    pub message: &'static str,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid JSON at byte ")?;
        fmt::Display::fmt(&self.offset, f)?;
        f.write_str(": ")?;
        f.write_str(self.message)
    }
}

impl std::error::Error for Error {}

/// Reads one JSON value; answers the tape and the side buffer of decoded strings.
pub(super) fn parse(text: &str) -> Result<(Vec<Node>, String), Error> {
    let nodes = Vec::with_capacity(text.len() / 24 + 8);
    let mut parser = Parser { text, at: 0, nodes, decoded: String::new(), open: Vec::new() };
    if u32::try_from(text.len()).is_err() {
        return parser.fail("the text is larger than 4 GiB");
    }
    parser.value()?;
    while let Some(&container) = parser.open.last() {
        parser.member(container)?;
    }
    parser.space();
    if parser.at < text.len() {
        return parser.fail("text after the value");
    }
    Ok((parser.nodes, parser.decoded))
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    nodes: Vec<Node>,
    decoded: String,
    /// Nodes of the maps and lists that are not closed yet, outermost first.
    open: Vec<usize>,
}

impl Parser<'_> {
    fn fail<T>(&self, message: &'static str) -> Result<T, Error> {
        Err(Error { offset: self.at, message })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, decoded: bool) {
        // Offsets fit: `parse` refuses longer texts, and there are never more nodes or decoded bytes than bytes.
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { start: start as u32, end: end as u32, next, kind, decoded });
    }

    /// Reads a scalar, or opens a map or list.
    fn value(&mut self) -> Result<(), Error> {
        self.space();
        match self.peek() {
            Some(b'{') => self.enter(Kind::Map),
            Some(b'[') => self.enter(Kind::Seq),
            Some(b'"') => self.string(),
            Some(b't') => self.word("true", Kind::Bool),
            Some(b'f') => self.word("false", Kind::Bool),
            Some(b'n') => self.word("null", Kind::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.fail("expected a value"),
        }
    }

    fn enter(&mut self, kind: Kind) -> Result<(), Error> {
        if self.open.len() >= MAX_DEPTH {
            return self.fail("nested too deeply");
        }
        self.open.push(self.nodes.len());
        self.push(kind, self.at, self.at + 1, false);
        self.at += 1;
        Ok(())
    }

    /// Reads the next member of the innermost open container, or its end.
    fn member(&mut self, container: usize) -> Result<(), Error> {
        let first = self.nodes.len() == container + 1;
        let is_map = self.nodes.get(container).is_some_and(|node| node.kind == Kind::Map);
        self.space();
        if self.peek() == Some(if is_map { b'}' } else { b']' }) {
            self.leave(container);
            return Ok(());
        }
        if !first {
            self.expect(b',', "expected `,` or the end of the map or list")?;
        }
        if is_map {
            self.key()?;
        }
        self.value()
    }

    fn leave(&mut self, container: usize) {
        self.at += 1;
        self.open.pop();
        let (end, next) = (self.at as u32, self.nodes.len() as u32);
        if let Some(node) = self.nodes.get_mut(container) {
            (node.end, node.next) = (end, next);
        }
    }

    fn key(&mut self) -> Result<(), Error> {
        self.space();
        if self.peek() != Some(b'"') {
            return self.fail("expected a key");
        }
        self.string()?;
        self.space();
        self.expect(b':', "expected `:`")
    }

    fn expect(&mut self, byte: u8, message: &'static str) -> Result<(), Error> {
        if self.peek() != Some(byte) {
            return self.fail(message);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), Error> {
        let start = self.at;
        let end = start + word.len();
        if self.text.as_bytes().get(start..end) != Some(word.as_bytes()) {
            return self.fail("expected a value");
        }
        self.push(kind, start, end, false);
        self.at = end;
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fail("expected a digit") } else { Ok(()) }
    }

    fn number(&mut self) -> Result<(), Error> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        self.push(Kind::Number, start, self.at, false);
        Ok(())
    }

    /// Reads a string; `at` is its opening quote.
    fn string(&mut self) -> Result<(), Error> {
        self.at += 1;
        let start = self.plain()?;
        if self.peek() == Some(b'"') {
            self.push(Kind::Str, start, self.at, false);
            self.at += 1;
            return Ok(());
        }
        let decoded_start = self.decoded.len();
        let mut run = start;
        loop {
            self.decoded.push_str(self.text.get(run..self.at).unwrap_or(""));
            if self.peek() == Some(b'"') {
                break;
            }
            self.at += 1;
            self.escape()?;
            run = self.plain()?;
        }
        self.at += 1;
        self.push(Kind::Str, decoded_start, self.decoded.len(), true);
        Ok(())
    }

    /// Skips to the next quote or backslash; answers where it began.
    fn plain(&mut self) -> Result<usize, Error> {
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"' | b'\\') => return Ok(start),
                Some(0..0x20) => return self.fail("control character in a string"),
                Some(_) => self.at += 1,
                None => return self.fail("the string does not end"),
            }
        }
    }

    /// Decodes one escape; `at` is the byte after the backslash.
    fn escape(&mut self) -> Result<(), Error> {
        let decoded = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let decoded = self.unicode()?;
                self.decoded.push(decoded);
                return Ok(());
            }
            _ => return self.fail("unknown escape"),
        };
        self.at += 1;
        self.decoded.push(decoded);
        Ok(())
    }

    fn unicode(&mut self) -> Result<char, Error> {
        let first = self.hex4()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            self.expect(b'\\', "half of a surrogate pair")?;
            self.expect(b'u', "half of a surrogate pair")?;
            let second = self.hex4()?;
            if !(0xDC00..0xE000).contains(&second) {
                return self.fail("half of a surrogate pair");
            }
            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).map_or_else(|| self.fail("half of a surrogate pair"), Ok)
    }

    fn hex4(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return self.fail("expected four hexadecimal digits") };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}
