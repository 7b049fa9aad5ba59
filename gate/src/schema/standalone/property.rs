//! Any schema: what is read as one judges as a validator alone does.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::{KIND, judged, whole};
use crate::yaml;

/// Schemas of the words of JSON Schema in any order, references in circles among them.
fn any_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(true)),
        Just(json!({ "type": "string", "minLength": 2, "enum": ["ab", null] })),
        Just(json!({ "type": ["integer", "null"], "exclusiveMinimum": 1, "maximum": 3 })),
        Just(json!({ "$ref": "#/definitions/a" })),
        Just(json!({ "$ref": "#/definitions/b" })),
        Just(json!({ "$ref": "#" })),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        let keyword = prop::sample::select(vec!["anyOf", "oneOf", "allOf"]);
        prop_oneof![
            (keyword, list).prop_map(|(keyword, list)| json!({ keyword: list })),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({
                "type": "object", "properties": { "a": a, "b": b }, "required": ["a"], "additionalProperties": false,
            })),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({ "patternProperties": { "^a": a }, "additionalProperties": b })),
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items, "uniqueItems": true, "maxItems": 2 })),
            inner.clone().prop_map(|not| json!({ "type": "object", "not": not })),
            inner.prop_map(|one| json!({ "if": one, "then": { "required": ["b"] }, "x-kubernetes-preserve-unknown-fields": true })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What is read as a schema judges as the validator alone does, apart from what the table adds for Kubernetes.
    #[test]
    fn both_halves_together_say_what_the_schema_says(spec in any_schema(), a in any_schema(), b in any_schema()) {
        let schema = json!({
            "type": "object",
            "properties": { "apiVersion": {}, "kind": {}, "metadata": {}, "spec": spec },
            "definitions": { "a": a, "b": b },
        });
        let Ok(set) = whole(schema.clone()) else { return Ok(()) };
        let Ok(alone) = jsonschema::options().with_draft(jsonschema::Draft::Draft7).should_validate_formats(false).build(&schema) else { return Ok(()) };
        for value in ["{}", "{ a: 2 }", "{ a: ab, b: [1, 1] }", "[ab, abc]", "x", "3", "{ a: { a: { a: 1 } }, c: true }"] {
            let parsed = yaml::parse(value.as_bytes().to_vec(), &yaml::Limits::default());
            let mut text = String::new();
            parsed.tape.write_json(parsed.documents[0].root, &mut text);
            let spec: Value = serde_json::from_str(&text).unwrap();
            let object = json!({ "apiVersion": KIND.0, "kind": KIND.1, "metadata": { "name": "x" }, "spec": spec });
            let found = judged(&set, value);
            if !found.iter().any(|found| found.starts_with("failure")) {
                prop_assert_eq!(found.is_empty(), alone.is_valid(&object), "{} {}: {:?}", schema, value, found);
            }
        }
    }
}
