//! The JSON Schema for editors is the one in `docs`, and knows the same keys as the parser.

use serde_json::Value;

use super::super::json_schema;
use super::parse;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/gate.schema.json");

#[test]
fn the_published_schema_is_up_to_date() {
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(PUBLISHED, json_schema()).expect("docs can be written");
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    assert_eq!(
        published,
        json_schema(),
        "run the test with UPDATE_SCHEMA=1 and commit docs/gate.schema.json"
    );
}

/// Calls `visit` with every map of the schema that has fixed keys, and with YAML that leads to it: `%` stands
/// for the map itself.
fn maps<'s>(schema: &'s Value, yaml: &str, visit: &mut dyn FnMut(&'s Value, &str)) {
    if let Some(properties) = schema["properties"].as_object() {
        visit(schema, yaml);
        for (key, value) in properties {
            maps(value, &yaml.replace('%', &format!("{{ {key}: % }}")), visit);
        }
    }
    if schema["additionalProperties"].is_object() {
        maps(&schema["additionalProperties"], &yaml.replace('%', "{ some-name: % }"), visit);
    }
    if schema["items"].is_object() {
        maps(&schema["items"], &yaml.replace('%', "[ % ]"), visit);
    }
}

fn unknown_keys(text: &str) -> Vec<String> {
    let problems = parse(text).err().unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| problem.message)
        .filter(|text| text.starts_with("unknown key"))
        .collect()
}

#[test]
fn every_key_of_the_schema_is_known_to_the_parser_and_no_other() {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    let mut count = 0;
    maps(&schema, "%", &mut |map, yaml| {
        let properties = map["properties"].as_object().expect("properties");
        assert_eq!(map["additionalProperties"], Value::Bool(false), "{yaml}");
        for key in properties.keys() {
            count += 1;
            let text = yaml.replace('%', &format!("{{ {key}: 1 }}"));
            assert_eq!(unknown_keys(&text), Vec::<String>::new(), "{text}");
        }
        let text = yaml.replace('%', "{ surely-unknown: 1 }");
        assert_eq!(unknown_keys(&text), ["unknown key `surely-unknown`"], "{text}");
    });
    assert_eq!(count, 14 + 4 + 10 + 16 + 15 + 5 + 5 + 7);
}

#[test]
fn every_key_has_a_description_and_what_the_parser_requires_is_required() {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    maps(&schema, "%", &mut |map, yaml| {
        for (key, value) in map["properties"].as_object().expect("properties") {
            assert!(value["description"].as_str().is_some_and(|text| text.ends_with('.')), "{yaml} {key}");
        }
        let problems = parse(&yaml.replace('%', "{ }")).err().unwrap_or_default();
        for key in map["required"].as_array().into_iter().flatten() {
            let message = format!("`{}` is missing", key.as_str().unwrap_or_default());
            assert!(problems.iter().any(|problem| problem.message == message), "{yaml} {message}");
        }
    });
}
