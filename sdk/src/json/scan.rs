//! The steps over a JSON text that all reads are made of. Each takes an offset and answers a later one, or what is
//! wrong and where; none recurses, so depth costs no stack.

use std::fmt;

use super::block::{self, BLOCK};

/// How deep maps and lists may nest; deeper texts are refused.
pub const MAX_DEPTH: usize = 10_000;

/// Why a text is no JSON value that this reader takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

#[cold]
pub(super) fn fail<T>(offset: usize, message: &'static str) -> Result<T, Error> {
    Err(Error { offset, message })
}

/// The first byte that is no white space. The gate writes none, so that the first look is the last.
#[inline(always)]
pub(super) fn space(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at).is_some_and(|byte| *byte > b' ') { at } else { skip_space(bytes, at) }
}

#[inline(never)]
fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// The first byte of the value that stands at or behind `at`. The words `true`, `false` and `null` are whole.
#[inline(always)]
pub(super) fn value_start(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let at = space(bytes, at);
    match bytes.get(at) {
        Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9') => Ok(at),
        _ => word(bytes, at),
    }
}

#[inline(never)]
fn word(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let rest = bytes.get(at..).unwrap_or_default();
    let is_word = [&b"true"[..], b"false", b"null"].iter().any(|word| rest.starts_with(word));
    if is_word { Ok(at) } else { fail(at, "expected a value") }
}

/// Where the next member of a map or item of a list begins, or the offset behind the container's end. `at` is
/// behind the opening bracket (`first`) or behind the member before.
pub(super) enum Step {
    Member(usize),
    End(usize),
}

#[inline(always)]
pub(super) fn step(bytes: &[u8], at: usize, close: u8, first: bool) -> Result<Step, Error> {
    let at = space(bytes, at);
    match bytes.get(at) {
        Some(byte) if *byte == close => Ok(Step::End(at + 1)),
        Some(b',') if !first => Ok(Step::Member(at + 1)),
        _ if first => Ok(Step::Member(at)),
        _ => fail(at, "expected `,` or the end of the map or list"),
    }
}

/// A string of the text: its content without the quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escaped: bool,
}

/// A key, and the first byte of its value.
#[inline(always)]
pub(super) fn key(bytes: &[u8], at: usize) -> Result<(Span, usize), Error> {
    let at = space(bytes, at);
    if bytes.get(at) != Some(&b'"') {
        return fail(at, "expected a key");
    }
    let key = string(bytes, at)?;
    let at = space(bytes, key.end + 1);
    if bytes.get(at) != Some(&b':') {
        return fail(at, "expected `:`");
    }
    Ok((key, value_start(bytes, at + 1)?))
}

/// Reads a string, `at` its opening quote; every escape is checked.
#[inline(always)]
pub(super) fn string(bytes: &[u8], at: usize) -> Result<Span, Error> {
    let start = at + 1;
    let end = special(bytes, start);
    if bytes.get(end) == Some(&b'"') {
        return Ok(Span { start, end, escaped: false });
    }
    escaped_string(bytes, start, end)
}

/// The rest of a string, from its first byte that is no plain text.
#[inline(never)]
fn escaped_string(bytes: &[u8], start: usize, mut end: usize) -> Result<Span, Error> {
    let mut escaped = false;
    loop {
        match bytes.get(end) {
            Some(b'"') => return Ok(Span { start, end, escaped }),
            Some(b'\\') => {
                escaped = true;
                (_, end) = escape(bytes, end + 1)?;
                end = special(bytes, end);
            }
            Some(_) => return fail(end, "control character in a string"),
            None => return fail(end, "the string does not end"),
        }
    }
}

/// The next quote, backslash or control character, or the end of the text.
pub(super) fn special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let mask = block::special(chunk);
        if mask != 0 {
            return at + mask.trailing_zeros() as usize;
        }
        at += 16;
    }
    while bytes.get(at).is_some_and(|byte| *byte >= 0x20 && !matches!(byte, b'"' | b'\\')) {
        at += 1;
    }
    at
}

/// Reads an escape, `at` the byte behind its backslash: what it stands for, and where it ends.
pub(super) fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), Error> {
    let decoded = match bytes.get(at) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at + 1),
        _ => return fail(at, "unknown escape"),
    };
    Ok((decoded, at + 1))
}

fn unicode(bytes: &[u8], at: usize) -> Result<(char, usize), Error> {
    const HALF: &str = "half of a surrogate pair";
    let (first, mut at) = hex4(bytes, at)?;
    let mut code = first;
    if (0xD800..0xDC00).contains(&first) {
        for expected in [b'\\', b'u'] {
            if bytes.get(at) != Some(&expected) {
                return fail(at, HALF);
            }
            at += 1;
        }
        let (second, end) = hex4(bytes, at)?;
        at = end;
        if !(0xDC00..0xE000).contains(&second) {
            return fail(at, HALF);
        }
        code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }
    char::from_u32(code).map_or_else(|| fail(at, HALF), |decoded| Ok((decoded, at)))
}

fn hex4(bytes: &[u8], at: usize) -> Result<(u32, usize), Error> {
    let mut code = 0;
    for at in at..at + 4 {
        let digit = bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let Some(digit) = digit else { return fail(at, "expected four hexadecimal digits") };
        code = code * 16 + digit;
    }
    Ok((code, at + 4))
}

/// The offset behind the value at `at`. Scalars are checked; of maps and lists only that they end.
pub(super) fn skip(bytes: &[u8], at: usize) -> Result<usize, Error> {
    skip_beyond(bytes, at, usize::MAX)
}

/// The same, but it is enough to know that the value ends behind `limit`: any offset behind that will do.
pub(super) fn skip_beyond(bytes: &[u8], at: usize, limit: usize) -> Result<usize, Error> {
    match bytes.get(at) {
        Some(b'{' | b'[') => container(bytes, at, limit),
        _ => scalar(bytes, at),
    }
}

/// The offset behind the string, number or word at `at`, a place that [`value_start`] found.
pub(super) fn scalar(bytes: &[u8], at: usize) -> Result<usize, Error> {
    match bytes.get(at) {
        Some(b'"') => Ok(string(bytes, at)?.end + 1),
        Some(b't' | b'n') => Ok(at + 4),
        Some(b'f') => Ok(at + 5),
        _ => number(bytes, at),
    }
}

fn number(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let at = if bytes.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(bytes, at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = digits(bytes, at + 1 + usize::from(sign))?;
    }
    Ok(at)
}

fn digits(bytes: &[u8], start: usize) -> Result<usize, Error> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == start { fail(at, "expected a digit") } else { Ok(at) }
}

/// Finds the end of a map or list without reading what is in it: a block at a time, quotes tell what is a string,
/// and brackets outside of strings are counted.
fn container(bytes: &[u8], start: usize, limit: usize) -> Result<usize, Error> {
    let (mut at, mut depth) = (start, 0_u32);
    // All ones while a string is open at the end of the block before; whether its last byte escapes the next.
    let (mut in_string, mut escapes) = (0_u64, false);
    let mut tail = [0; BLOCK];
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let block = rest.first_chunk().unwrap_or_else(|| {
            tail.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            &tail
        });
        let masks = block::masks(block);
        let quotes = masks.quote & !escaped(masks.backslash, &mut escapes);
        let strings = prefix_xor(quotes) ^ in_string;
        in_string = ((strings as i64) >> 63) as u64;
        let (open, close) = (masks.open & !strings, masks.close & !strings);
        if close.count_ones() >= depth + u32::from(depth == 0)
            && let Some(end) = end_in(open, close, depth)
        {
            return Ok(at + end);
        }
        // No more brackets are closed here than are open, or the text would have ended.
        depth = (depth + open.count_ones()).saturating_sub(close.count_ones());
        if depth as usize > MAX_DEPTH {
            return fail(at, "nested too deeply");
        }
        at += BLOCK;
        if at > limit {
            return Ok(at);
        }
    }
    fail(bytes.len(), "the map or list does not end")
}

/// Where in the block the depth comes back to zero, as the offset behind it.
fn end_in(open: u64, close: u64, mut depth: u32) -> Option<usize> {
    let mut brackets = open | close;
    while brackets != 0 {
        let at = brackets.trailing_zeros();
        if open >> at & 1 == 1 {
            depth += 1;
        } else {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at as usize + 1);
            }
        }
        brackets &= brackets - 1;
    }
    None
}

/// The bytes behind a backslash that escapes them. `carry`: the first byte of the block is one; then, whether that
/// of the next block is.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut bool) -> u64 {
    if backslashes == 0 && !*carry { 0 } else { find_escaped(backslashes, carry) }
}

#[inline(never)]
fn find_escaped(backslashes: u64, carry: &mut bool) -> u64 {
    let mut escaped = u64::from(*carry);
    let mut left = backslashes & !escaped;
    *carry = false;
    while left != 0 {
        let next = (left & left.wrapping_neg()) << 1;
        *carry = next == 0;
        escaped |= next;
        left &= (left - 1) & !next;
    }
    escaped
}

/// Bit n is the exclusive or of all bits up to n: ones from an opening quote up to the closing one.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
