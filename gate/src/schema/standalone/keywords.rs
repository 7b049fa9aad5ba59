//! The keywords of JSON Schema, by who judges them.

use serde_json::{Map, Value};

use super::bad;
use crate::schema::SchemaError;

/// What a keyword is to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// It says nothing about values, or the table reads it itself.
    Note,
    /// The table judges it where the type fits.
    Table,
    /// Together with the properties, not by the table.
    Properties,
    /// Together with the items, not by the table.
    Items,
    /// With everything beside it, not by the table.
    Whole,
    /// Not by the table, and independent of what stands beside it but for others of this group.
    Rest,
}

/// The group of a keyword.
pub(super) fn group(keyword: &str) -> Group {
    match keyword {
        "title" | "description" | "default" | "examples" | "example" | "$schema" | "$id" | "id"
        | "$comment" | "deprecated" | "readOnly" | "writeOnly" | "definitions" | "$defs" | "externalDocs"
        | "format" | "nullable" | "contentMediaType" | "contentEncoding" | "contentSchema"
        | "$vocabulary" => Group::Note,
        "type"
        | "properties"
        | "required"
        | "additionalProperties"
        | "minProperties"
        | "maxProperties"
        | "items"
        | "minItems"
        | "maxItems"
        | "minLength"
        | "maxLength"
        | "pattern"
        | "minimum"
        | "maximum"
        | "exclusiveMinimum"
        | "exclusiveMaximum"
        | "enum" => Group::Table,
        "patternProperties" => Group::Properties,
        "prefixItems" | "additionalItems" | "contains" | "minContains" | "maxContains" => Group::Items,
        "unevaluatedProperties"
        | "unevaluatedItems"
        | "$dynamicRef"
        | "$recursiveRef"
        | "$anchor"
        | "$dynamicAnchor"
        | "$recursiveAnchor" => Group::Whole,
        _ if keyword.starts_with("x-") => Group::Note,
        _ => Group::Rest,
    }
}

/// Keywords that are about one type only, and mean nothing for any other.
pub(super) fn is_about(keyword: &str, kind: &str) -> bool {
    match keyword {
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => {
            kind == "object"
        }
        "items" | "minItems" | "maxItems" => kind == "array",
        "minLength" | "maxLength" | "pattern" => kind == "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            matches!(kind, "integer" | "number")
        }
        _ => true,
    }
}

/// A keyword whose value is of another form than the specification says could be read in two ways: it is refused.
pub(super) fn check(map: &Map<String, Value>) -> Result<(), SchemaError> {
    for (keyword, value) in map {
        let fits = match keyword.as_str() {
            "type" => value.is_string() || value.is_array(),
            "properties" | "patternProperties" | "definitions" | "$defs" => value.is_object(),
            "required" => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            "additionalProperties" | "not" | "if" | "then" | "else" | "propertyNames" => {
                value.is_object() || value.is_boolean()
            }
            "items" => value.is_object() || value.is_boolean() || value.is_array(),
            "enum" | "allOf" | "anyOf" | "oneOf" => value.is_array(),
            "pattern" | "$ref" | "$schema" => value.is_string(),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
            }
            "minimum" | "maximum" | "multipleOf" => value.is_number(),
            "exclusiveMinimum" | "exclusiveMaximum" => value.is_number() || value.is_boolean(),
            _ => true,
        };
        if !fits {
            return Err(bad(format!("`{keyword}` has a value that it cannot have")));
        }
    }
    Ok(())
}
