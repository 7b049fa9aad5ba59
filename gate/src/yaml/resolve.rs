//! The type of a scalar, as go-yaml v2 finds it: YAML 1.1 with its own ideas of numbers. No Rust crate agrees
//! with it, so the table of the tests is the specification.

use std::borrow::Cow;

use super::base64;
use super::tape::Kind;

/// A scalar with its type.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'v> {
    Null,
    Bool(bool),
    /// Fits `i64` or `u64`.
    Int(i128),
    /// May be infinite or not a number.
    Float(f64),
    Str(Cow<'v, str>),
}

const PREFIX: &[u8] = b"tag:yaml.org,2002:";

/// The value of a scalar with the full `tag`, or of a plain one without; the error is a message.
pub(super) fn resolve<'v>(tag: Option<&[u8]>, text: &'v str) -> Result<Value<'v>, String> {
    let Some(tag) = tag else { return Ok(plain(text)) };
    let Some(name) = tag.strip_prefix(PREFIX) else { return Ok(Value::Str(text.into())) };
    let value = match name {
        b"binary" => return binary(text),
        b"null" | b"bool" | b"int" | b"float" => plain(text),
        b"timestamp" if is_timestamp(text) => return Ok(Value::Str(text.into())),
        b"timestamp" => Value::Null,
        _ => return Ok(Value::Str(text.into())),
    };
    match (name, value) {
        (b"float", Value::Int(int)) if i64::try_from(int).is_ok() => Ok(Value::Float(int as f64)),
        (b"null", value @ Value::Null)
        | (b"bool", value @ Value::Bool(_))
        | (b"int", value @ Value::Int(_))
        | (b"float", value @ Value::Float(_)) => Ok(value),
        _ => Err(format!("the value is no {}, as its tag says it is", String::from_utf8_lossy(name))),
    }
}

fn binary(text: &str) -> Result<Value<'_>, String> {
    let bytes = base64::decode(text).ok_or("the value is tagged as binary but is no base64")?;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // As Go's JSON encoder has it: one replacement for each byte.
        text.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Ok(Value::Str(text.into()))
}

/// The kind of a scalar that has no tag and no quotes, where its bytes give it away at once and its text is the one
/// that is written. The rest is for [`plain`].
pub(super) fn obvious(text: &[u8]) -> Option<Kind> {
    let first = *text.first()?;
    let known = match first {
        b'0'..=b'9' if text.iter().all(u8::is_ascii_digit) => {
            let canonical = text.len() == 1 || first != b'0' && text.len() < 19;
            return canonical.then_some(Kind::Int);
        }
        b'0'..=b'9' | b'+' | b'-' | b'.' => !text.iter().all(|&b| IN_NUMBERS[usize::from(b)]),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => text.len() > 5,
        _ => true,
    };
    known.then_some(Kind::Str)
}

/// The bytes that a number may have, in any of its forms.
const IN_NUMBERS: [bool; 256] = {
    let (mut table, mut at) = ([false; 256], 0);
    let all = b"0123456789abcdefABCDEFxXoO+-._iInN";
    while at < all.len() {
        table[all[at] as usize] = true;
        at += 1;
    }
    table
};

/// The value of a scalar that has no tag and no quotes.
pub(super) fn plain(text: &str) -> Value<'_> {
    let found = match text.as_bytes().first() {
        None => Some(Value::Null),
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        Some(b'.') => special(text).or_else(|| dotted(text)),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        _ => None,
    };
    found.unwrap_or(Value::Str(text.into()))
}

fn word(text: &str) -> Option<Value<'static>> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(Value::Bool(true))
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(Value::Bool(false))
        }
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        _ => None,
    }
}

fn special(text: &str) -> Option<Value<'static>> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(Value::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Value::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Value::Float(f64::NEG_INFINITY)),
        _ => None,
    }
}

/// A number that begins with a point. Here, unlike elsewhere, an underscore must have digits on both sides.
fn dotted(text: &str) -> Option<Value<'static>> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| digit(at.checked_sub(1)) && digit(Some(at + 1));
    let apart = memchr::memchr_iter(b'_', bytes).all(between);
    if apart { float(&without_underscores(text)) } else { None }
}

/// A number that begins with a digit or a sign.
fn number(text: &str) -> Option<Value<'static>> {
    if let Some(value) = special(text) {
        return Some(value);
    }
    let text = without_underscores(text);
    integer(&text).map(Value::Int).or_else(|| float(&text)).or_else(|| odd_binary(&text).map(Value::Int))
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// An integer of Go's syntax: decimal, `0x`, `0o`, `0b`, or octal by a leading zero. A sign keeps it within `i64`.
fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let signed = digits.len() < text.len();
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let size = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let value = if text.starts_with('-') { -size } else { size };
    (!signed || i64::try_from(value).is_ok()).then_some(value)
}

/// What go-yaml's own reading of binary adds to Go's: a sign after the prefix.
fn odd_binary(text: &str) -> Option<i128> {
    let digits = text.strip_prefix("0b")?;
    let sign = digits.strip_prefix(['+', '-'])?;
    if !sign.starts_with(['0', '1']) {
        return None;
    }
    i64::from_str_radix(digits, 2).ok().map(i128::from)
}

/// A decimal number within the range of `f64`.
fn float(text: &str) -> Option<Value<'static>> {
    let shaped = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if !shaped {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Value::Float(value))
}

/// True for the date and time formats that go-yaml takes under `!!timestamp`.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((text.as_bytes()[at], &text[at + 1..]))),
        None => (text, None),
    };
    is_date(date)
        && match time {
            None => true,
            Some((b' ', clock)) => is_clock(clock),
            Some((_, zoned)) => match zoned.strip_suffix('Z') {
                Some(clock) => is_clock(clock),
                None => zoned
                    .rfind(['+', '-'])
                    .is_some_and(|at| is_clock(&zoned[..at]) && is_zone(&zoned[at + 1..])),
            },
        }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4).and_then(|year| small(year, 4));
    let (month, day) = (parts.next().and_then(|m| small(m, 2)), parts.next().and_then(|d| small(d, 2)));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn is_clock(text: &str) -> bool {
    let (whole, fraction) = text.split_once(['.', ',']).map_or((text, "0"), |(whole, part)| (whole, part));
    let parts: Vec<Option<u32>> = whole.split(':').map(|part| small(part, 2)).collect();
    let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    digits && matches!(parts[..], [Some(0..=23), Some(0..=59), Some(0..=59)])
}

fn is_zone(text: &str) -> bool {
    text.len() == 5
        && text.split_once(':').is_some_and(|(hours, minutes)| {
            matches!((small(hours, 2), small(minutes, 2)), (Some(0..=24), Some(0..=60)))
        })
}

/// A number of one to `most` digits.
fn small(text: &str, most: usize) -> Option<u32> {
    let digits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
