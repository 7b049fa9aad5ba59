//! What a scalar turned out to be, as a node: its kind and where its text is.

use std::fmt::Write as _;

use super::number::float_text;
use super::resolve::Value;
use super::tape::{Event, Kind, Text};
use super::texts::Decoded;

/// Gives `event`, whose place is known, the kind and the text of `value`.
pub(super) fn store(value: Value<'_>, event: &mut Event, source: &[u8], decoded: &mut Decoded) {
    match value {
        Value::Null => event.kind = Kind::Null,
        Value::Bool(value) => (event.kind, event.payload) = (Kind::Bool, u32::from(value)),
        Value::Int(value) => {
            event.kind = Kind::Int;
            let mut number = String::with_capacity(24);
            _ = write!(number, "{value}");
            set_text(event, &number, source, decoded);
        }
        Value::Float(value) => {
            event.kind = Kind::Float;
            set_text(event, &float_text(value), source, decoded);
        }
        Value::Str(value) => set_text(event, &value, source, decoded),
    }
}

/// Lets `event` stand for `text`, which is a slice of its span or else is kept apart.
pub(super) fn set_text(event: &mut Event, text: &str, source: &[u8], decoded: &mut Decoded) {
    let start = event.start as usize;
    let raw = &source[start..start + event.len as usize];
    event.text = match raw {
        _ if raw == text.as_bytes() => Text::Span,
        [b'"' | b'\'', inner @ .., b'"' | b'\''] if inner == text.as_bytes() => Text::Inner,
        _ => {
            event.payload = decoded.push(text);
            Text::Decoded
        }
    };
}

/// The text of a scalar that is on the tape or about to be.
pub(super) fn event_bytes<'t>(event: &Event, source: &'t [u8], decoded: &'t Decoded) -> &'t [u8] {
    let (start, end) = (event.start as usize, event.start as usize + event.len as usize);
    match event.text {
        Text::Span => source.get(start..end),
        Text::Inner => source.get(start + 1..end.saturating_sub(1)),
        Text::Decoded => Some(decoded.get(event.payload).as_bytes()),
    }
    .unwrap_or_default()
}
