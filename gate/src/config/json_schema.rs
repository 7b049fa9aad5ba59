//! The JSON Schema of `gate.yaml` for editors, made from the table that the parser checks with.

use serde_json::{Map, Value, json};

use super::keys;
use super::limits::Amount;
use super::shape::{Format, Key, Shape};

/// The schema as JSON text (draft 2020-12), with a line feed at its end.
pub fn json_schema() -> String {
    let mut schema = schema_of(&keys::ROOT);
    if let Value::Object(root) = &mut schema {
        root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("title".to_owned(), json!("Configuration of gitops-gate (gate.yaml)"));
    }
    format!("{schema:#}\n")
}

fn schema_of(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Word(words) => json!({ "type": "string", "enum": words }),
        Shape::Text => json!({ "type": "string", "pattern": "\\S" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Formatted(format) => text(format),
        Shape::Amount(amount) => amount_of(amount),
        Shape::List(item) => json!({ "type": "array", "items": schema_of(item) }),
        Shape::OneOrMany(item) => {
            let one = schema_of(item);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Shape::Map(keys) => map(keys),
        Shape::Named(names, value) => json!({
            "type": "object",
            "propertyNames": { "pattern": names.pattern },
            "additionalProperties": schema_of(value),
        }),
    }
}

fn text(format: &Format) -> Value {
    json!({ "type": "string", "pattern": format.pattern })
}

fn amount_of(Amount { unit, least, most, .. }: &Amount) -> Value {
    match unit.is_plain() {
        true => json!({
            "type": ["string", "integer"], "pattern": unit.pattern(), "minimum": least, "maximum": most,
        }),
        false => json!({ "type": "string", "pattern": unit.pattern() }),
    }
}

fn map(keys: &[Key]) -> Value {
    let mut properties = Map::new();
    for key in keys {
        let mut property = schema_of(&key.shape);
        if let Value::Object(property) = &mut property {
            property.insert("description".to_owned(), json!(key.doc));
        }
        properties.insert(key.name.to_owned(), property);
    }
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (false, Value::Object(schema)) = (required.is_empty(), &mut schema) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}
