//! Request schemas, closed: an object takes no fields that it does not name, so that a misspelt one is noticed.

use serde_json::{Map, Value, json};

/// `schema` with every object that names its fields closed, unless it says itself what else it takes.
pub(super) fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    close(&mut schema, false);
    schema
}

/// `branch`: the schema is one of several (`anyOf`, …) for an object whose fields are named above it.
fn close(schema: &mut Value, branch: bool) {
    match schema {
        Value::Object(object) => close_object(object, branch),
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, branch)),
        _ => {}
    }
}

fn close_object(object: &mut Map<String, Value>, branch: bool) {
    let names_fields = object.contains_key("properties");
    if branch && object.get("additionalProperties") == Some(&json!(true)) {
        // Else the branch would take whatever the object itself does not.
        object.remove("additionalProperties");
    }
    for (keyword, value) in object.iter_mut() {
        match keyword.as_str() {
            "properties" | "patternProperties" | "definitions" => {
                value
                    .as_object_mut()
                    .into_iter()
                    .flat_map(Map::values_mut)
                    .for_each(|field| close(field, false));
            }
            "anyOf" | "oneOf" | "allOf" | "if" | "then" | "else" => close(value, names_fields || branch),
            "items" | "additionalProperties" | "prefixItems" => close(value, false),
            _ => {}
        }
    }
    let says_itself = ["additionalProperties", "patternProperties", "unevaluatedProperties"];
    if names_fields && !branch && !says_itself.iter().any(|keyword| object.contains_key(*keyword)) {
        object.insert("unevaluatedProperties".to_owned(), json!(false));
    }
}
