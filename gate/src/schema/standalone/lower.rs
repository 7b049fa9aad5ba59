//! A JSON Schema in two halves: what a table can judge, in the words of a structural schema, and the rest, each part of
//! it with a mark at the place where it belongs. The two together say what the schema says.

use serde_json::{Map, Value, json};

use super::keywords::{self, Group};
use super::{MARK, bad, refs};
use crate::schema::SchemaError;

/// Deepest nesting, references included.
const MAX_DEPTH: usize = 150;
/// Schemas after references have been replaced by what they refer to.
const MAX_SCHEMAS: usize = 100_000;
/// Parts that are not for the table.
const MAX_REST: usize = 2_000;
const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];
const RULES: &str = "x-kubernetes-validations";

/// Both halves.
pub(super) struct Lowered {
    /// For the table.
    pub(super) schema: Value,
    /// JSON Schemas; a mark in `schema` has the number of one.
    pub(super) rest: Vec<Value>,
}

/// Splits the document.
pub(super) fn lower(root: &Value) -> Result<Lowered, SchemaError> {
    let mut lowering = Lowering { root, rest: Vec::new(), open: Vec::new(), schemas: 0, top: true };
    let schema = lowering.node(root, 0)?;
    Ok(Lowered { schema, rest: lowering.rest })
}

struct Lowering<'s> {
    root: &'s Value,
    rest: Vec<Value>,
    /// The references that are being replaced.
    open: Vec<&'s str>,
    schemas: usize,
    /// Nothing but the root has been looked at: it is always an object, also behind a reference.
    top: bool,
}

/// The type of a value, as far as a table knows it.
enum Type<'s> {
    /// Not said.
    None,
    /// One, and whether null is one, too.
    One(&'s str, bool),
    /// A whole number or a string.
    IntOrString(bool),
    /// What no table can say.
    Several,
}

impl<'s> Lowering<'s> {
    fn node(&mut self, schema: &'s Value, depth: usize) -> Result<Value, SchemaError> {
        self.schemas += 1;
        if depth > MAX_DEPTH || self.schemas > MAX_SCHEMAS {
            return Err(bad("it is nested too deeply, or too large once its references are replaced"));
        }
        match schema {
            Value::Object(map) => self.map(schema, map, depth),
            Value::Bool(true) => Ok(json!({})),
            Value::Bool(false) => self.whole(schema),
            _ => Err(bad("a schema in it is neither an object nor true or false")),
        }
    }

    fn map(
        &mut self,
        schema: &'s Value,
        map: &'s Map<String, Value>,
        depth: usize,
    ) -> Result<Value, SchemaError> {
        keywords::check(map)?;
        if let Some(target) = map.get("$ref").and_then(Value::as_str) {
            return self.reference(schema, map, target, depth);
        }
        let has = |wanted: Group| map.keys().any(|keyword| keywords::group(keyword) == wanted);
        if has(Group::Whole) {
            return self.whole(schema);
        }
        let kind = type_of(map)?;
        let constrained = has(Group::Table) || has(Group::Properties) || has(Group::Items);
        match kind {
            Type::None if self.top => self.typed(map, "object", false, depth),
            Type::None if !constrained && !has(Group::Rest) => Ok(notes(map)),
            Type::None | Type::Several => self.whole(schema),
            Type::IntOrString(nullable) => self.int_or_string(map, nullable),
            Type::One(kind, nullable) => self.typed(map, kind, nullable, depth),
        }
    }

    /// What a reference means in its place. One that leads back into itself is left to the other half.
    fn reference(
        &mut self,
        schema: &'s Value,
        map: &'s Map<String, Value>,
        target: &'s str,
        depth: usize,
    ) -> Result<Value, SchemaError> {
        let alone = map.keys().all(|keyword| keyword == "$ref" || keywords::group(keyword) == Group::Note);
        let found = refs::resolve(self.root, target)?;
        if !alone || self.open.contains(&target) || std::ptr::eq(found, self.root) {
            return self.whole(schema);
        }
        self.open.push(target);
        let lowered = self.node(found, depth + 1);
        self.open.pop();
        lowered
    }

    /// Nothing for the table.
    fn whole(&mut self, schema: &Value) -> Result<Value, SchemaError> {
        let mut lowered = Map::new();
        self.mark(&mut lowered, schema.clone())?;
        Ok(Value::Object(lowered))
    }

    fn int_or_string(&mut self, map: &'s Map<String, Value>, nullable: bool) -> Result<Value, SchemaError> {
        let mut lowered = Map::from_iter([("x-kubernetes-int-or-string".to_owned(), json!(true))]);
        let mut rest = Map::new();
        for (keyword, value) in map {
            match keyword.as_str() {
                "type" | "oneOf" | "anyOf" => {}
                "pattern" => drop(lowered.insert(keyword.clone(), value.clone())),
                _ if keywords::group(keyword) == Group::Note => keep_note(&mut lowered, keyword, value),
                _ => drop(rest.insert(keyword.clone(), value.clone())),
            }
        }
        lowered.remove("format");
        self.finish(lowered, rest, nullable)
    }

    fn typed(
        &mut self,
        map: &'s Map<String, Value>,
        kind: &str,
        nullable: bool,
        depth: usize,
    ) -> Result<Value, SchemaError> {
        let has = |wanted: Group| map.keys().any(|keyword| keywords::group(keyword) == wanted);
        let by_pattern = has(Group::Properties);
        let by_place = has(Group::Items) || map.get("items").is_some_and(|items| !items.is_object());
        let (mut lowered, mut rest) = (Map::from_iter([("type".to_owned(), json!(kind))]), Map::new());
        for (keyword, value) in map {
            let other_half = match keywords::group(keyword) {
                Group::Note => {
                    keep_note(&mut lowered, keyword, value);
                    continue;
                }
                Group::Table if !keywords::is_about(keyword, kind) || keyword == "type" => continue,
                Group::Table => match keyword.as_str() {
                    "properties" | "additionalProperties" => by_pattern,
                    "items" => by_place,
                    "enum" => !are_texts(value, kind),
                    _ => false,
                },
                _ => true,
            };
            if other_half {
                rest.insert(keyword.clone(), value.clone());
            } else {
                let own = self.own(keyword, value, depth)?;
                lowered.insert(keyword.clone(), own);
            }
        }
        if kind == "object" && (by_pattern || !lowered.contains_key("additionalProperties")) {
            // JSON Schema allows what it does not forbid.
            lowered.insert("additionalProperties".to_owned(), json!(true));
        }
        bounds(&mut lowered)?;
        self.finish(lowered, rest, nullable)
    }

    /// The value of a keyword of the table.
    fn own(&mut self, keyword: &str, value: &'s Value, depth: usize) -> Result<Value, SchemaError> {
        self.top = false;
        match (keyword, value) {
            ("properties", Value::Object(properties)) => {
                let lowered = properties
                    .iter()
                    .map(|(name, property)| Ok((name.clone(), self.node(property, depth + 1)?)));
                Ok(Value::Object(lowered.collect::<Result<Map<_, _>, SchemaError>>()?))
            }
            ("additionalProperties" | "items", Value::Object(_)) => self.node(value, depth + 1),
            ("pattern", Value::String(pattern)) => {
                crate::cel::pattern(pattern)
                    .map_err(|why| bad(format!("a pattern cannot be read: {why}")))?;
                Ok(value.clone())
            }
            _ => Ok(value.clone()),
        }
    }

    fn finish(
        &mut self,
        mut lowered: Map<String, Value>,
        rest: Map<String, Value>,
        nullable: bool,
    ) -> Result<Value, SchemaError> {
        if nullable {
            lowered.insert("nullable".to_owned(), json!(true));
        }
        if !rest.is_empty() {
            self.mark(&mut lowered, Value::Object(rest))?;
        }
        Ok(Value::Object(lowered))
    }

    /// Leaves `part` to the other half.
    fn mark(&mut self, lowered: &mut Map<String, Value>, part: Value) -> Result<(), SchemaError> {
        let number = self.rest.iter().position(|known| *known == part).unwrap_or(self.rest.len());
        if number == self.rest.len() {
            self.rest.push(part);
        }
        if self.rest.len() > MAX_REST {
            return Err(bad("it has too many alternatives and other rules"));
        }
        let rules = lowered.entry(RULES).or_insert_with(|| json!([]));
        if let Value::Array(rules) = rules {
            rules.push(json!({ "rule": format!("{MARK}{number}") }));
        }
        Ok(())
    }
}

/// Only the notes of a schema.
fn notes(map: &Map<String, Value>) -> Value {
    let mut lowered = Map::new();
    for (keyword, value) in map {
        keep_note(&mut lowered, keyword, value);
    }
    Value::Object(lowered)
}

/// Keeps what the table reads besides the types: defaults, formats, the extensions of Kubernetes.
fn keep_note(lowered: &mut Map<String, Value>, keyword: &str, value: &Value) {
    if matches!(keyword, "default" | "format" | "nullable") || keyword.starts_with("x-kubernetes-") {
        lowered.insert(keyword.to_owned(), value.clone());
    }
}

/// True for a list of strings (and null) of a string: the table compares texts.
fn are_texts(values: &Value, kind: &str) -> bool {
    let all = values.as_array().filter(|all| !all.is_empty());
    kind == "string" && all.is_some_and(|all| all.iter().all(|value| value.is_string() || value.is_null()))
}

fn type_of(map: &Map<String, Value>) -> Result<Type<'_>, SchemaError> {
    let is_marked = map.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true))
        || map.get("format").and_then(Value::as_str) == Some("int-or-string");
    let names: Vec<&str> = match map.get("type") {
        None => Vec::new(),
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(_) => Vec::new(),
    };
    if let Some(strange) = names.iter().find(|name| **name != "null" && !TYPES.contains(name)) {
        return Err(bad(format!("`{strange}` is no type")));
    }
    let nullable = names.contains(&"null");
    let mut others: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
    others.sort_unstable();
    others.dedup();
    Ok(match others.as_slice() {
        _ if is_marked => Type::IntOrString(nullable),
        [] if is_either(map) => Type::IntOrString(nullable),
        [] if names.is_empty() && !map.contains_key("type") => Type::None,
        [one] => Type::One(one, nullable),
        ["integer", "string"] if !map.contains_key("oneOf") && !map.contains_key("anyOf") => {
            Type::IntOrString(nullable)
        }
        _ => Type::Several,
    })
}

/// `oneOf: [{type: string}, {type: integer}]`, which is how an integer or a string is written most often.
fn is_either(map: &Map<String, Value>) -> bool {
    let alternatives = match (map.get("oneOf"), map.get("anyOf")) {
        (Some(Value::Array(all)), None) | (None, Some(Value::Array(all))) => all,
        _ => return false,
    };
    let only_type = |value: &Value| {
        let map = value.as_object().filter(|map| map.len() == 1)?;
        map.get("type")?.as_str().map(str::to_owned)
    };
    let mut names: Vec<Option<String>> = alternatives.iter().map(only_type).collect();
    names.sort();
    names == [Some("integer".to_owned()), Some("string".to_owned())]
}

/// Bounds that are excluded: numbers since draft 6, true or false beside the bound before.
fn bounds(lowered: &mut Map<String, Value>) -> Result<(), SchemaError> {
    for (exclusive, bound, is_minimum) in
        [("exclusiveMinimum", "minimum", true), ("exclusiveMaximum", "maximum", false)]
    {
        let Some(limit) = lowered.get(exclusive).and_then(Value::as_f64) else { continue };
        let other = lowered.get(bound).and_then(Value::as_f64);
        let is_stricter = other.is_none_or(|other| if is_minimum { limit >= other } else { limit <= other });
        let value = lowered.remove(exclusive).ok_or(SchemaError::TooLarge)?;
        if is_stricter {
            lowered.insert(bound.to_owned(), value);
            lowered.insert(exclusive.to_owned(), json!(true));
        }
    }
    Ok(())
}
