//! Plain JSON Schemas, as policies bring them for their settings. Not for manifests: those are walked along the
//! tables.

use serde_json::Value;

/// Every place where `instance` breaks `schema`: RFC 6901 pointer into the instance and what is wrong there; empty if
/// it is valid. References to other documents are refused, never fetched.
///
/// # Errors
/// If `schema` is no JSON Schema; the text says why.
pub fn validate(schema: &Value, instance: &Value) -> Result<Vec<(String, String)>, String> {
    let validator = jsonschema::validator_for(schema).map_err(|error| error.to_string())?;
    let errors = validator.iter_errors(instance);
    Ok(errors.map(|error| (error.instance_path().to_string(), error.to_string())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_the_place_of_every_error() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}, "additionalProperties": false});
        let errors = validate(&schema, &json!({"a": ["x", 1], "b": 2})).unwrap();
        let mut places: Vec<_> = errors.iter().map(|(place, _)| place.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["", "/a/1"]);
        assert_eq!(validate(&schema, &json!({"a": []})), Ok(vec![]));
    }

    #[test]
    fn refuses_what_is_no_schema_and_what_would_be_fetched() {
        assert!(validate(&json!({"type": "nothing"}), &json!(1)).is_err());
        assert!(validate(&json!({"$ref": "https://example.com/x.json"}), &json!(1)).is_err());
    }
}
