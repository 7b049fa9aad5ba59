//! Keywords of JSON schemas, read one by one.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::node::NodeKind;

/// The rules in CEL.
const RULES: &str = "x-kubernetes-validations";

/// The last part of a `$ref`, also of one that is alone in an `allOf`.
pub(super) fn reference(schema: &Map<String, Value>) -> Option<&str> {
    let target = match (schema.get("$ref"), schema.get("allOf").and_then(Value::as_array)) {
        (Some(target), _) => target,
        (None, Some(all)) => match all.as_slice() {
            [only] => only.get("$ref")?,
            _ => return None,
        },
        _ => return None,
    };
    target.as_str()?.rsplit('/').next()
}

/// The one type that is not `null`; none for several.
pub(super) fn type_of(schema: &Map<String, Value>) -> Option<&str> {
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str).filter(|&name| name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

pub(super) fn is_int_or_string(schema: &Map<String, Value>) -> bool {
    is_true(schema, "x-kubernetes-int-or-string")
        || schema.get("format").and_then(Value::as_str) == Some("int-or-string")
}

/// True for a value that has to be a whole number or a string by its `anyOf` alone, also by one in its `allOf`.
pub(super) fn int_or_string_type(schema: &Map<String, Value>) -> bool {
    let own = schema.get("anyOf").and_then(Value::as_array).is_some_and(|all| is_int_or_string_list(all));
    let first = || schema.get("allOf")?.as_array()?.first()?.get("anyOf")?.as_array();
    own || first().is_some_and(|all| is_int_or_string_list(all))
}

/// True for the alternatives "a whole number" and "a string".
pub(super) fn is_int_or_string_list(all: &[Value]) -> bool {
    let is = |value: &Value, name: &str| {
        value
            .as_object()
            .is_some_and(|map| map.len() == 1 && map.get("type").is_some_and(|kind| kind == name))
    };
    let wanted = |a: &Value, b: &Value| is(a, "integer") && is(b, "string");
    matches!(all, [a, b] if wanted(a, b) || wanted(b, a))
}

/// The allowed values: texts of scalars, JSON of mappings and lists.
pub(super) fn listed(schema: &Map<String, Value>, kind: NodeKind) -> Option<Vec<String>> {
    let all = schema.get("enum")?.as_array().filter(|all| !all.is_empty())?;
    let one = |value: &Value| match (kind, value) {
        (NodeKind::Object | NodeKind::Array, value) => Some(value.to_string()),
        (NodeKind::Any | NodeKind::IntOrString, Value::String(text)) => Some(open_text(text).into_owned()),
        (_, value) => text(value),
    };
    Some(all.iter().filter_map(one).collect())
}

/// A string among values of any type: in quotes if it would else be taken for a number or the like.
pub(super) fn open_text(text: &str) -> Cow<'_, str> {
    match serde_json::from_str::<Value>(text) {
        Ok(_) => Cow::Owned(Value::from(text).to_string()),
        Err(_) => Cow::Borrowed(text),
    }
}

pub(super) fn is_true(schema: &Map<String, Value>, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

pub(super) fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

pub(super) fn required(schema: &Map<String, Value>) -> Vec<&str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

pub(super) fn lengths(schema: &Map<String, Value>, least: &str, most: &str) -> Option<(u32, u32)> {
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    if number(least).is_none() && number(most).is_none() {
        return None;
    }
    Some((number(least).map_or(0, |n| n as u32), number(most).map_or(u32::MAX, |n| n as u32)))
}

/// The keys of a list map, each with what a missing one stands for.
pub(super) fn list_keys(schema: &Map<String, Value>, items: Option<&Value>) -> Vec<(String, String)> {
    let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array).into_iter().flatten();
    let default = |key: &str| items?.get("properties")?.get(key)?.get("default").and_then(text);
    keys.filter_map(Value::as_str)
        .map(|key| {
            let protocol = || if key == "protocol" { "TCP".to_owned() } else { String::new() };
            (key.to_owned(), default(key).unwrap_or_else(protocol))
        })
        .collect()
}

pub(super) fn rules(schema: &Map<String, Value>) -> Vec<[String; 4]> {
    let all = schema.get(RULES).and_then(Value::as_array).into_iter().flatten();
    let field =
        |rule: &Value, key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    all.filter(|rule| rule.get("rule").is_some_and(Value::is_string))
        .map(|rule| written_rule(rule, field))
        .collect()
}

/// A rule as tables have it.
fn written_rule(rule: &Value, field: impl Fn(&Value, &str) -> String) -> [String; 4] {
    let mut all = ["rule", "message", "messageExpression", "fieldPath"].map(|key| field(rule, key));
    if rule.get("optionalOldSelf") == Some(&Value::Bool(true)) {
        all[3].insert(0, '?');
    }
    all
}

/// A scalar as the reader's text has it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
