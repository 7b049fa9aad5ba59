//! What cases leave out: rules that none finds, or all find, and settings that none sets.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Ran, Subject};

/// How deep schemas are followed; references may lead in circles.
const MAX_DEPTH: usize = 8;

/// What some cases show of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many cases.
    pub cases: usize,
    /// In how many cases each declared rule was found.
    pub hits: BTreeMap<String, usize>,
    /// Options, and values of options, that no case sets: `/v-prefix`, `/v-prefix = "forbidden"`. `*` stands for a key
    /// of any name, `-` for an item of a list.
    pub unset: Vec<String>,
}

impl Coverage {
    /// Of cases that ran.
    pub fn of(subject: &dyn Subject, ran: &[Ran]) -> Self {
        let found =
            |rule: &String| ran.iter().filter(|ran| ran.result.found.iter().any(|f| f.rule == *rule)).count();
        let hits = subject.rules().into_iter().map(|rule| (rule.clone(), found(&rule))).collect();
        let settings: Vec<Value> =
            ran.iter().filter_map(|ran| serde_json::from_str(&ran.case.settings_json()).ok()).collect();
        let schema: Value = serde_json::from_str(&subject.settings_schema()).unwrap_or_default();
        let mut unset = Vec::new();
        let all: Vec<&Value> = settings.iter().collect();
        options(&schema, &schema, "", &all, 0, &mut unset);
        Self { cases: ran.len(), hits, unset }
    }

    /// Rules that no case finds.
    pub fn never(&self) -> Vec<&str> {
        self.rules(|hits| hits == 0)
    }

    /// Rules that every case finds: no case shows what they let pass.
    pub fn always(&self) -> Vec<&str> {
        self.rules(|hits| hits > 0 && hits == self.cases)
    }

    /// True if nothing is left out.
    pub fn is_whole(&self) -> bool {
        self.never().is_empty() && self.always().is_empty() && self.unset.is_empty()
    }

    fn rules(&self, which: impl Fn(usize) -> bool) -> Vec<&str> {
        self.hits.iter().filter(|(_, hits)| which(**hits)).map(|(rule, _)| rule.as_str()).collect()
    }
}

/// Adds what `schema`, which stands at `place`, allows and none of `values` has.
fn options(
    root: &Value,
    schema: &Value,
    place: &str,
    values: &[&Value],
    depth: usize,
    unset: &mut Vec<String>,
) {
    let schema = resolved(root, schema);
    if depth > MAX_DEPTH {
        return;
    }
    let listed = schema.get("properties").and_then(Value::as_object);
    for (key, property) in listed.into_iter().flatten() {
        let set: Vec<&Value> = values.iter().filter_map(|value| value.get(key)).collect();
        option(root, property, &format!("{place}/{key}"), &set, depth, unset);
    }
    if let Some(property) = schema.get("additionalProperties").filter(|schema| schema.is_object()) {
        let is_other = |key: &String| listed.is_none_or(|listed| !listed.contains_key(key));
        let maps = values.iter().filter_map(|value| value.as_object());
        let set: Vec<&Value> = maps
            .flat_map(|map| map.iter().filter(|(key, _)| is_other(key)).map(|(_, value)| value))
            .collect();
        option(root, property, &format!("{place}/*"), &set, depth, unset);
    }
    if let Some(items) = schema.get("items").filter(|schema| schema.is_object()) {
        let set: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
        // A list that is set may be empty on purpose.
        if !set.is_empty() {
            option(root, items, &format!("{place}/-"), &set, depth, unset);
        }
    }
}

/// One option: told as a whole if nobody sets it, else by what is inside of it.
fn option(root: &Value, schema: &Value, place: &str, set: &[&Value], depth: usize, unset: &mut Vec<String>) {
    let schema = resolved(root, schema);
    if set.is_empty() {
        unset.push(place.to_owned());
        return;
    }
    let values = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // The default is what every case has that does not set the option.
    let missing = values.iter().filter(|value| !set.contains(value) && schema.get("default") != Some(value));
    unset.extend(missing.map(|value| format!("{place} = {value}")));
    options(root, schema, place, set, depth + 1, unset);
}

/// What a `$ref` into the same document leads to.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    for _ in 0..MAX_DEPTH {
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        match reference.and_then(|pointer| root.pointer(pointer)) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn unset(schema: &Value, settings: &[Value]) -> Vec<String> {
        let mut unset = Vec::new();
        options(schema, schema, "", &settings.iter().collect::<Vec<_>>(), 0, &mut unset);
        unset
    }

    #[test]
    fn options_and_values_that_nobody_sets_are_named() {
        let schema = json!({
            "properties": {
                "mode": { "enum": ["strict", "lenient", "usual"], "default": "usual" },
                "owners": { "type": "array", "items": { "type": "string" } },
                "deep": { "properties": { "a": {}, "b": {} } },
            },
            "additionalProperties": { "$ref": "#/$defs/environment" },
            "$defs": { "environment": { "properties": { "level": { "enum": [1, 2] } } } },
        });
        assert_eq!(unset(&schema, &[]), ["/deep", "/mode", "/owners", "/*"]);
        let settings = [
            json!({ "mode": "strict", "deep": { "a": 1 }, "prod": { "level": 2 } }),
            json!({ "owners": [], "stage": {} }),
        ];
        assert_eq!(unset(&schema, &settings), ["/deep/b", "/mode = \"lenient\"", "/*/level = 1"]);
    }

    #[test]
    fn schemas_in_circles_and_no_schemas_come_to_an_end() {
        let circle = json!({ "$ref": "#" });
        assert_eq!(unset(&circle, &[json!({})]), [""; 0]);
        let nested = json!({ "properties": { "x": { "$ref": "#" } } });
        assert_eq!(unset(&nested, &[json!({ "x": {} })]), ["/x/x"]);
        assert_eq!(unset(&json!(true), &[json!({})]), [""; 0]);
    }
}
