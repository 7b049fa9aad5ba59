//! The derived JSON Schema says what serde does, word for word.
#![cfg(feature = "testing")]

use std::collections::BTreeMap;

use gate_sdk::json::ToJson;
use gate_sdk::{Json, SettingsSchema, from_value, schema};
use serde::Deserialize;
use serde_json::{Value as Tree, json};

/// What may be set.
///
/// And more of it.
#[derive(Debug, Deserialize, SettingsSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Settings {
    /// A name,
    /// in "quotes".
    #[schema(min_length = 1, pattern = "^[a-z\\d]+$", examples = ["a", "b1"])]
    label_name: String,
    #[serde(rename = "Count")]
    #[schema(minimum = 2)]
    count: u8,
    ratio: f64,
    on: bool,
    /// How strict.
    level: Level,
    maybe: Option<Level>,
    #[schema(min_items = 1, items(max_length = 9))]
    names: Vec<String>,
    limits: BTreeMap<String, i64>,
    inner: Inner,
    #[serde(skip)]
    _cache: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            label_name: "own\"er".to_owned(),
            count: 3,
            ratio: 0.5,
            on: true,
            level: Level::VeryHigh,
            maybe: None,
            names: vec!["x".to_owned()],
            limits: BTreeMap::from([("a".to_owned(), -1)]),
            inner: Inner { required: "r".to_owned(), optional: None, with_default: 0, with_path: 7 },
            _cache: 0,
        }
    }
}

#[derive(Debug, Deserialize, SettingsSchema)]
#[serde(rename_all = "kebab-case")]
enum Level {
    /// Not at all.
    Low,
    /// As far as it goes.
    VeryHigh,
}

/// Inside.
#[derive(Debug, Deserialize, SettingsSchema)]
struct Inner {
    required: String,
    optional: Option<String>,
    #[serde(default)]
    with_default: u32,
    #[serde(default = "seven")]
    with_path: i32,
}

fn seven() -> i32 {
    7
}

#[derive(Debug, Deserialize, SettingsSchema)]
struct Open {
    fixed: Option<bool>,
    #[serde(flatten)]
    rest: BTreeMap<String, Inner>,
}

fn text<S: SettingsSchema>() -> Tree {
    let text = schema::text::<S>();
    serde_json::from_str(&text).unwrap_or_else(|error| unreachable!("{error}: {text}"))
}

#[test]
fn a_schema_says_all_that_the_type_says() {
    let inner = json!({
        "type": "object",
        "properties": {
            "required": { "type": "string" },
            "optional": { "type": ["string", "null"] },
            "with_default": { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32, "default": 0 },
            "with_path": { "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX, "default": 7 },
        },
        "required": ["required"],
        "description": "Inside.",
    });
    let mut with_default = inner.clone();
    with_default["default"] = json!({ "required": "r", "with_default": 0, "with_path": 7 });
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "description": "What may be set.\n\nAnd more of it.",
        "properties": {
            "label-name": {
                "type": "string", "minLength": 1, "pattern": "^[a-z\\d]+$", "examples": ["a", "b1"],
                "description": "A name, in \"quotes\".", "default": "own\"er",
            },
            "Count": { "type": "integer", "minimum": 2, "maximum": 255, "default": 3 },
            "ratio": { "type": "number", "default": 0.5 },
            "on": { "type": "boolean", "default": true },
            "level": {
                "enum": ["low", "very-high"], "default": "very-high",
                "description": "How strict. `low`: Not at all. `very-high`: As far as it goes.",
            },
            "maybe": {
                "enum": ["low", "very-high", null],
                "description": "`low`: Not at all. `very-high`: As far as it goes.",
            },
            "names": {
                "type": "array", "items": { "type": "string", "maxLength": 9 }, "minItems": 1, "default": ["x"],
            },
            "limits": { "type": "object", "additionalProperties": { "type": "integer" }, "default": { "a": -1 } },
            "inner": with_default,
        },
        "additionalProperties": false,
    });
    assert_eq!(text::<Settings>(), expected);
    let open = text::<Open>();
    assert_eq!(open["additionalProperties"], inner);
    assert_eq!(open["properties"], json!({ "fixed": { "type": ["boolean", "null"] } }));
}

#[test]
fn the_defaults_of_the_schema_are_what_serde_reads() {
    let read = |text: &str| {
        let json = Json::parse(text).unwrap_or_else(|error| unreachable!("{error}"));
        let settings: Settings = from_value(json.root()).unwrap_or_else(|issue| unreachable!("{issue:?}"));
        let mut out = String::new();
        settings.to_json(&mut out);
        out
    };
    let schema = text::<Settings>();
    let defaults: serde_json::Map<String, Tree> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, schema)| Some((key.clone(), schema.get("default")?.clone())))
        .collect();
    assert_eq!(defaults.len(), 8);
    let written: Tree = serde_json::from_str(&read("{}")).unwrap_or_default();
    assert_eq!(written, Tree::Object(defaults.clone()));
    assert_eq!(read(&Tree::Object(defaults).to_string()), read("{}"));
}

#[test]
fn no_settings_take_nothing() {
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object", "properties": {}, "additionalProperties": false,
        "description": "Settings of a policy that has none: an empty map.",
    });
    assert_eq!(text::<gate_sdk::NoSettings>(), expected);
}
