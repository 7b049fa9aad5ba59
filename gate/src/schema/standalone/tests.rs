//! Schemas as kubeconform's catalogs have them, and schemas that mean harm.

use serde_json::{Value, json};

use crate::schema::{KubeVersion, Lookup, SchemaSet};
use crate::yaml;

pub(super) const KIND: (&str, &str) = ("example.com/v1", "Widget");

fn compiled(spec: Value) -> Result<SchemaSet, String> {
    whole(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {
            "apiVersion": { "type": "string" }, "kind": { "type": "string" }, "metadata": { "type": "object" },
            "spec": spec,
        },
        "additionalProperties": false,
    }))
}

pub(super) fn whole(schema: Value) -> Result<SchemaSet, String> {
    SchemaSet::from_json_schema(schema.to_string().as_bytes(), KIND.0, KIND.1)
        .map_err(|error| error.to_string())
}

/// `rule line:column message` of each finding, and the failures.
pub(super) fn judged(set: &SchemaSet, spec: &str) -> Vec<String> {
    let text = format!("apiVersion: {}\nkind: {}\nmetadata: {{ name: x }}\nspec: {spec}\n", KIND.0, KIND.1);
    let parsed = yaml::parse(text.clone().into_bytes(), &yaml::Limits::default());
    assert!(parsed.problems.is_empty(), "{text}");
    let root = parsed.documents[0].root;
    let Lookup::Found(schema) = set.lookup(KubeVersion::new(33), KIND.0, KIND.1) else { panic!("no schema") };
    let mut issues = Vec::new();
    let failures = set.check(schema, &parsed.tape, root, &mut issues);
    let line = |offset: u32| {
        let before = &text[..offset as usize];
        (before.matches('\n').count() + 1, offset as usize - before.rfind('\n').map_or(0, |at| at + 1) + 1)
    };
    let shown = issues.iter().map(|issue| {
        let (row, column) = line(parsed.tape.span(issue.node).start);
        format!("{} {row}:{column} {}", issue.rule.id(), issue.message)
    });
    shown.chain(failures.into_iter().map(|failure| format!("failure {}", failure.message))).collect()
}

fn of(spec: Value, value: &str) -> Vec<String> {
    judged(&compiled(spec).unwrap(), value)
}

#[test]
fn what_a_table_can_say_has_the_messages_of_the_pack() {
    let spec = json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": ["string", "null"], "minLength": 2, "pattern": "^[a-z]+$" },
            "size": { "type": "integer", "format": "int32", "minimum": 1, "exclusiveMaximum": 10 },
            "mode": { "type": "string", "enum": ["on", "off"] },
            "port": { "oneOf": [{ "type": "string" }, { "type": "integer" }] },
            "other": { "type": ["integer", "string"] },
            "third": { "type": "string", "format": "int-or-string" },
            "list": { "type": "array", "maxItems": 1, "items": { "type": "string" } },
            "free": { "type": "object" },
            "map": { "type": "object", "additionalProperties": { "type": "boolean" } },
        },
    });
    assert_eq!(
        of(
            spec.clone(),
            "{ name: ab, size: 9, mode: 'on', port: 80, other: x, third: 7, list: [a], free: { any: 1 }, map: { a: true } }"
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        of(
            spec,
            "\n  nam: ab\n  size: 10\n  mode: up\n  port: 1.5\n  other: []\n  third: true\n  list: [1, a]\n  map: { a: x }"
        ),
        [
            "schema/unknown-field 5:3 unknown field `nam`",
            "schema/invalid-value 6:9 `size` must be less than 10, but is `10`",
            "schema/invalid-value 7:9 `mode` must be one of `on`, `off`, but is `up`",
            "schema/wrong-type 8:9 `port` must be a whole number or a string, but is a number with a fraction",
            "schema/wrong-type 9:10 `other` must be a whole number or a string, but is a list",
            "schema/wrong-type 10:10 `third` must be a whole number or a string, but is a boolean",
            "schema/wrong-type 11:10 this item must be a string, but is a whole number",
            "schema/invalid-value 11:9 `list` must have at most 1 items, has 2",
            "schema/wrong-type 12:13 `a` must be true or false, but is a string",
            "schema/missing-field 5:3 `spec` has no `name`, which is required",
        ]
    );
}

#[test]
fn the_root_is_an_object_of_kubernetes() {
    let set = compiled(json!({ "type": "object" })).unwrap();
    let text = "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: Bad_Name, lables: {} }\nsepc: {}\nstatus: { any: 1 }\n";
    let parsed = yaml::parse(text.as_bytes().to_vec(), &yaml::Limits::default());
    let Lookup::Found(schema) = set.lookup(KubeVersion::new(33), KIND.0, KIND.1) else { panic!("no schema") };
    assert!(schema.is_custom() && !schema.is_dated());
    let mut issues = Vec::new();
    set.check(schema, &parsed.tape, parsed.documents[0].root, &mut issues);
    let rules: Vec<_> = issues.iter().map(|issue| issue.rule.id()).collect();
    assert_eq!(rules, ["schema/unknown-field", "schema/unknown-field", "schema/invalid-name"]);
    assert!(
        matches!(set.lookup(KubeVersion::new(33), "apps/v1", "Deployment"), Lookup::Found(found) if !found.is_custom())
    );
}

#[test]
fn every_other_keyword_is_judged_at_its_place() {
    let object = |more: Value| {
        let mut schema = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } });
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let closed = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "patternProperties": { "^x-": { "type": "integer" } }, "additionalProperties": false });
    for (schema, good, bad, expected) in [
        (
            object(json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] })),
            "{ a: x }",
            "{ c: x }",
            "schema/invalid-value 4:7 `spec` fits none of the alternatives of the schema (`oneOf`)",
        ),
        (
            object(json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] })),
            "{ b: x }",
            "{ a: x, b: q }",
            "schema/invalid-value 4:7 `spec` fits several alternatives of the schema (`oneOf`), of which only one may hold",
        ),
        (
            object(json!({ "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] })),
            "{ a: x, b: q }",
            "{}",
            "schema/invalid-value 4:7 `spec` fits none of the alternatives of the schema (`anyOf`)",
        ),
        (
            object(json!({ "not": { "required": ["a"] } })),
            "{ b: x }",
            "{ a: x }",
            "schema/invalid-value 4:7 `spec` is what the schema excludes (`not`)",
        ),
        (
            object(json!({ "allOf": [{ "required": ["a"] }] })),
            "{ a: x }",
            "{ b: x }",
            "schema/missing-field 4:7 `spec` has no `a`, which is required",
        ),
        (
            object(json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] } })),
            "{ b: x }",
            "{ a: x }",
            "schema/missing-field 4:7 `spec` has no `b`, which is required",
        ),
        (
            object(json!({ "propertyNames": { "maxLength": 2 } })),
            "{ ab: 1 }",
            "{ abc: 1 }",
            "schema/invalid-value 4:7 `spec` has a key that the schema does not allow (`propertyNames`)",
        ),
        (
            object(json!({ "dependencies": { "a": ["b"] } })),
            "{ b: x }",
            "{ a: x }",
            "schema/missing-field 4:7 `spec` has no `b`, which is required",
        ),
        (closed.clone(), "{ a: x, x-1: 2 }", "{ q: 1 }", "schema/unknown-field 4:9 unknown field `q`"),
        (
            closed,
            "{ x-1: 2 }",
            "{ x-1: z }",
            "schema/wrong-type 4:14 `x-1` breaks the schema: the value is not of type \"integer\"",
        ),
        (
            json!({ "type": "array", "uniqueItems": true }),
            "[1, 2]",
            "[1, 1]",
            "schema/invalid-value 4:7 `spec` has the same item twice",
        ),
        (
            json!({ "type": "array", "contains": { "type": "string" } }),
            "[a]",
            "[1]",
            "schema/invalid-value 4:7 `spec` breaks the schema: ",
        ),
        (
            json!({ "type": "array", "items": [{ "type": "string" }] }),
            "[a, 1]",
            "[1]",
            "schema/wrong-type 4:8 ",
        ),
        (json!({ "type": "integer", "multipleOf": 5 }), "10", "11", "schema/invalid-value 4:7 "),
        (
            json!({ "type": "integer", "enum": [1, 2] }),
            "2",
            "3",
            "schema/invalid-value 4:7 `spec` must be one of `1`, `2`",
        ),
        (json!({ "const": "x" }), "x", "y", "schema/invalid-value 4:7 `spec` must be \"x\""),
        (json!({ "type": ["string", "number"] }), "1.5", "[]", "schema/wrong-type 4:7 "),
        (json!({ "type": ["integer", "string"], "minimum": 3 }), "x", "2", "schema/invalid-value 4:7 "),
        (json!(false), "", "x", "schema/invalid-value 4:7 `spec` may not be there"),
        (json!({ "maxLength": 1 }), "[long, list]", "xy", "schema/invalid-value 4:7 "),
        (
            json!({ "type": "object", "unevaluatedProperties": false, "properties": { "a": {} } }),
            "{ a: 1 }",
            "{ b: 1 }",
            "",
        ),
        (
            json!({ "type": "string", "nonsense": { "any": 1 } }),
            "x",
            "1",
            "schema/wrong-type 4:7 `spec` must be a string, but is a whole number",
        ),
    ] {
        let set = compiled(schema.clone()).unwrap_or_else(|error| panic!("{schema}: {error}"));
        assert_eq!(judged(&set, good), Vec::<String>::new(), "{schema} {good}");
        if expected.is_empty() {
            continue;
        }
        let found = judged(&set, bad);
        assert_eq!(found.len(), 1, "{schema} {bad}: {found:?}");
        assert!(found[0].starts_with(expected), "{schema} {bad}: {found:?}");
    }
}

#[test]
fn references_within_the_document_are_followed() {
    let schema = json!({
        "type": "object",
        "properties": { "spec": { "$ref": "#/definitions/spec" } },
        "definitions": {
            "spec": { "type": "object", "additionalProperties": false, "properties": {
                "size": { "$ref": "#/definitions/small%20int" },
                "tree": { "$ref": "#/definitions/tree" },
                "any": { "anyOf": [{ "$ref": "#/definitions/small int" }, { "type": "string" }] },
            } },
            "small int": { "type": "integer", "maximum": 9 },
            "tree": { "type": "object", "additionalProperties": false, "properties": {
                "left": { "$ref": "#/definitions/tree" }, "value": { "type": "string" },
            } },
        },
    });
    let set = whole(schema).unwrap();
    assert_eq!(
        judged(&set, "{ size: 9, any: x, tree: { left: { left: { value: x } } } }"),
        Vec::<String>::new()
    );
    let found = judged(&set, "{ size: 10, any: 10, tree: { left: { left: { valu: x } } } }");
    assert_eq!(
        found,
        [
            "schema/invalid-value 4:15 `size` must be at most 9, but is `10`",
            "schema/invalid-value 4:24 `any` fits none of the alternatives of the schema (`anyOf`)",
            "schema/unknown-field 4:52 unknown field `valu`",
        ]
    );
}

#[test]
fn a_schema_that_cannot_be_judged_is_refused() {
    let chain: serde_json::Map<String, Value> = (0..100)
        .map(|n| (format!("d{n}"), json!({ "allOf": [{ "$ref": format!("#/definitions/d{}", n + 1) }] })))
        .chain([("d100".to_owned(), json!({ "type": "string" }))])
        .collect();
    let doubling: serde_json::Map<String, Value> = (0..40)
        .map(|n| {
            let next = json!({ "$ref": format!("#/definitions/d{}", n + 1) });
            (format!("d{n}"), json!({ "type": "object", "properties": { "x": { "anyOf": [next, next] } } }))
        })
        .chain([("d40".to_owned(), json!({ "type": "string" }))])
        .collect();
    let with = |spec: Value, definitions: Value| json!({ "properties": { "spec": spec }, "definitions": definitions });
    let first = json!({ "$ref": "#/definitions/d0" });
    for (schema, expected) in [
        (json!({}), "it would accept everything"),
        (json!({ "message": "not found" }), "it would accept everything"),
        (json!(true), "no JSON Schema of an object"),
        (json!([]), "no JSON Schema of an object"),
        (json!({ "kind": "CustomResourceDefinition", "properties": {} }), "is a CustomResourceDefinition"),
        (
            json!({ "properties": { "kind": { "enum": ["Gadget"] } } }),
            "schema of another kind (`kind` cannot be Widget)",
        ),
        (
            json!({ "properties": {}, "x-kubernetes-group-version-kind": [{ "group": "example.com", "version": "v2", "kind": "Widget" }] }),
            "schema of another kind",
        ),
        (
            with(json!({ "$ref": "https://example.com/x.json" }), json!({})),
            "refers to another document (`https://example.com/x.json`)",
        ),
        (
            with(json!({ "anyOf": [{ "$ref": "_definitions.json#/x" }] }), json!({})),
            "refers to another document",
        ),
        (
            with(json!({ "$ref": "#/definitions/none" }), json!({})),
            "`#/definitions/none`, which is not in it",
        ),
        (with(json!({ "$ref": "#name" }), json!({})), "which is not in it"),
        (
            with(
                json!({ "$ref": "#/definitions/a" }),
                json!({ "a": { "$ref": "#/definitions/b" }, "b": { "$ref": "#/definitions/a" } }),
            ),
            "leads back to itself",
        ),
        (
            with(json!({ "type": "string" }), json!({ "a": { "anyOf": [{ "$ref": "#/definitions/a" }] } })),
            "leads back to itself",
        ),
        (with(first.clone(), Value::Object(chain)), "too many alternatives inside of each other"),
        (with(first, Value::Object(doubling)), "too large once its references are unfolded"),
        (with(json!({ "type": "string", "pattern": "(" }), json!({})), "a pattern cannot be read"),
        (with(json!({ "type": "string", "pattern": "(?!x)" }), json!({})), "a pattern cannot be read"),
        (
            with(json!({ "anyOf": [{ "pattern": "((((x{1,1000}){1,1000}){1,1000}){1,1000})" }] }), json!({})),
            "no JSON Schema",
        ),
        (with(json!({ "type": "nothing" }), json!({})), "`nothing` is no type"),
        (with(json!({ "type": 7 }), json!({})), "`type` has a value that it cannot have"),
        (with(json!({ "properties": [] }), json!({})), "`properties` has a value"),
        (with(json!({ "type": "string", "minLength": -1 }), json!({})), "`minLength` has a value"),
        (with(json!({ "type": "array", "items": "x" }), json!({})), "`items` has a value"),
        (with(json!("x"), json!({})), "neither an object nor true or false"),
    ] {
        let error = whole(schema.clone()).map(|_| ()).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn bytes_that_are_no_schema_are_refused_within_bounds() {
    let read = |bytes: &[u8]| {
        SchemaSet::from_json_schema(bytes, KIND.0, KIND.1).map(|_| ()).unwrap_err().to_string()
    };
    assert!(read(b"<html>").contains("no JSON"));
    assert!(read(&vec![b' '; super::MAX_SCHEMA_BYTES + 1]).contains("the limit is 8388608"));
    let deep = format!("{}{}", "{\"properties\":{\"a\":".repeat(10_000), "}}".repeat(10_000));
    assert!(read(deep.as_bytes()).contains("recursion limit"), "{}", read(deep.as_bytes()));
    let error = read(b"{\"properties\":{\"spec\":{\"$ref\":\"\\u001b[31mx\"}}}");
    assert!(!error.contains('\u{1b}') && error.contains("another document"), "{error}");
}

#[test]
fn a_value_that_would_take_for_ever_is_a_failure_and_no_pass() {
    let tree = json!({ "type": "object", "properties": { "x": { "anyOf": [
        { "$ref": "#/definitions/tree" }, { "$ref": "#/definitions/tree" }, { "$ref": "#/definitions/tree" }
    ] } } });
    let schema = json!({ "properties": { "spec": { "$ref": "#/definitions/tree" } }, "definitions": { "tree": tree } });
    let set = whole(schema).unwrap();
    assert_eq!(judged(&set, "{ x: { x: {} } }"), Vec::<String>::new());
    let deep = format!("{}1{}", "{ x: ".repeat(60), " }".repeat(60));
    let found = judged(&set, &deep);
    assert!(
        found.iter().any(|found| found.starts_with("failure the value is nested more deeply")),
        "{found:?}"
    );
}

#[test]
fn rules_in_cel_are_judged_and_cannot_pose_as_the_other_half() {
    let rules = |rule: &str| json!({ "type": "object", "x-kubernetes-validations": [{ "rule": rule, "message": "no" }], "not": { "required": ["z"] } });
    let set = compiled(rules("self.a == 1")).unwrap();
    let found = judged(&set, "{ a: 2, z: 1 }");
    assert!(found.iter().any(|found| found.contains("`not`")), "{found:?}");
    let set = compiled(json!({ "type": "object", "properties": { "a": { "type": "integer" } }, "x-kubernetes-validations": [{ "rule": "self.a == 1", "message": "no" }] })).unwrap();
    assert_eq!(judged(&set, "{ a: 2 }"), ["schema/cel-rule 4:7 no"]);
    let set =
        compiled(json!({ "type": "object", "x-kubernetes-validations": [{ "rule": "\u{0}json-schema 0" }] }))
            .unwrap();
    assert!(judged(&set, "{}")[0].starts_with("failure the rule"), "{:?}", judged(&set, "{}"));
}
