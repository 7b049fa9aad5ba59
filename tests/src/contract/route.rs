//! Paths and queries: percent-decoding, templates with `{parameters}`, and values as their schemas see them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A path template: literal segments and parameters.
#[derive(Debug)]
pub(super) struct Template {
    segments: Vec<Segment>,
    any_case: bool,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter(String),
}

impl Template {
    /// Of `/projects/{id}/notes`; `any_case`: literals match in any case.
    pub(super) fn new(path: &str, any_case: bool) -> Self {
        let segments = path.split('/').skip(1).map(|segment| {
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Literal(segment.to_owned()),
            }
        });
        Self { segments: segments.collect(), any_case }
    }

    /// The parameters of `path` (decoded segments), if it fits.
    pub(super) fn matches(&self, path: &[String]) -> Option<BTreeMap<String, String>> {
        if path.len() != self.segments.len() {
            return None;
        }
        let mut params = BTreeMap::new();
        for (segment, text) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(literal) if literal == text => {}
                Segment::Literal(literal) if self.any_case && literal.eq_ignore_ascii_case(text) => {}
                Segment::Parameter(name) if !text.is_empty() => {
                    params.insert(name.clone(), text.clone());
                }
                _ => return None,
            }
        }
        Some(params)
    }

    /// Greater for a template with literals further left: of several that fit, it is the one that is meant.
    pub(super) fn rank(&self) -> Vec<bool> {
        self.segments.iter().map(|segment| matches!(segment, Segment::Literal(_))).collect()
    }
}

/// The segments of a path, decoded each on its own: a `%2F` is part of its segment.
pub(super) fn segments(path: &str) -> Result<Vec<String>, String> {
    path.split('/').skip(1).map(|segment| decode(segment, false)).collect()
}

/// Names and values of a query, decoded.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decode(name, true)?, decode(value, true)?))
        })
        .collect()
}

fn decode(text: &str, plus_is_space: bool) -> Result<String, String> {
    let bad = || format!("{text:?} is not percent-encoded text");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().ok_or_else(bad)?, rest.next().ok_or_else(bad)?];
                let digits = std::str::from_utf8(&digits).map_err(|_| bad())?;
                u8::from_str_radix(digits, 16).map_err(|_| bad())?
            }
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

/// What the text of a parameter can stand for: itself, a number, a truth value.
pub(super) fn readings(text: &str) -> Vec<Value> {
    let mut readings = vec![json!(text)];
    let number =
        text.parse::<i64>().ok().filter(|number| number.to_string() == text).map(|number| json!(number));
    readings.extend(number);
    readings.extend(text.parse::<bool>().ok().map(|truth| json!(truth)));
    readings
}
