//! Values as YAML: scalars in the style of what they replace, new mappings and lists in blocks.

use serde_json::Value;

use crate::yaml::Kind;

/// Ways to write `value` in the place of what was written as `old`, the nearest to it first.
pub(super) fn styles(value: &Value, old: &[u8], kind: Kind) -> Vec<String> {
    let Value::String(text) = value else { return vec![flow(value)] };
    let double = quoted(text);
    match old.first() {
        Some(b'\'') if is_line(text) => vec![format!("'{}'", text.replace('\'', "''")), double],
        Some(b'"') => vec![double],
        _ if kind == Kind::Str && may_be_plain(text) => vec![text.clone(), double],
        _ => vec![double],
    }
}

/// In one line, as JSON, which is YAML.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A key, in quotes only where they are needed.
pub(super) fn key(text: &str) -> String {
    if is_plain(text) && !is_word(text) { text.to_owned() } else { quoted(text) }
}

/// What follows `key:`, without the line break before it where it takes several lines.
pub(super) fn after_key(value: &Value, indent: &str, line_break: &str) -> String {
    let inner = format!("{indent}  ");
    match value {
        Value::Object(map) if !map.is_empty() => {
            let entries = map.iter().map(|(name, value)| {
                format!("{line_break}{inner}{}:{}", key(name), after_key(value, &inner, line_break))
            });
            entries.collect()
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| format!("{line_break}{inner}- {}", flow_or_plain(item)));
            items.collect()
        }
        other => format!(" {}", flow_or_plain(other)),
    }
}

/// A scalar without quotes where it needs none; anything else in one line.
pub(super) fn flow_or_plain(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) && !is_word(text) => text.clone(),
        other => flow(other),
    }
}

/// A text in double quotes, which mean the same to YAML 1.1 and JSON.
pub(super) fn quoted(text: &str) -> String {
    let json = Value::String(text.to_owned()).to_string();
    let special = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    json.chars()
        .map(|c| if special(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() })
        .collect()
}

/// True for a text of which nobody thinks that it needs quotes; whether it is a word of YAML is proven elsewhere.
fn is_plain(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(inner)
}

/// As [`is_plain`], for a text that takes the place of one without quotes: images and addresses, too.
fn may_be_plain(text: &str) -> bool {
    let plain = text.replace([':', '@', '+', '='], "-");
    is_plain(&plain) && !text.ends_with(':')
}

/// True for what may be read as something else than a text.
fn is_word(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    text.starts_with(|c: char| c.is_ascii_digit()) || words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// True for a text without line breaks and control characters.
fn is_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
}
