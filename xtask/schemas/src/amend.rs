//! What the published definitions of Kubernetes leave out and the API server checks: the lines of `rules.txt`.

use serde_json::{Map, Value, json};

use crate::Result;

const TABLE: &str = include_str!("rules.txt");

/// The table, read.
#[derive(Debug)]
pub(crate) struct Rules(Vec<Rule>);

/// One line.
#[derive(Debug)]
struct Rule {
    /// Groups, each with a version or without.
    groups: Vec<(String, Option<String>)>,
    types: Vec<String>,
    field: Option<String>,
    words: Vec<String>,
}

impl Rules {
    /// Reads the table.
    pub(crate) fn read() -> Result<Self> {
        let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines
            .map(|line| Rule::read(line).ok_or_else(|| format!("rules.txt: {line}").into()))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Adds to the definition `name` what the table says.
    pub(crate) fn amend(&self, name: &str, schema: &mut Value) -> Result<()> {
        let mut parts = name.rsplit('.');
        let names = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
        let (kind, version, group) = (names.0, names.1.unwrap_or_default(), names.2);
        for rule in self.0.iter().filter(|rule| rule.is_about(group, version, kind)) {
            rule.apply(schema).ok_or_else(|| format!("rules.txt: {name}: {:?}", rule.words))?;
        }
        for field in ["apiVersion", "kind"] {
            let property = schema.pointer_mut(&format!("/properties/{field}")).and_then(Value::as_object_mut);
            let is_one = |map: &&mut Map<String, Value>| {
                map.get("enum").and_then(Value::as_array).is_some_and(|all| all.len() == 1)
            };
            if let Some(property) = property.filter(is_one) {
                property.remove("enum");
            }
        }
        Ok(())
    }
}

impl Rule {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (groups, what) = (words.next()?, words.next()?);
        let group = |text: &str| match text.split_once('@') {
            Some((group, version)) => (group.to_owned(), Some(version.to_owned())),
            None => (text.to_owned(), None),
        };
        let (types, field) =
            what.split_once('.').map_or((what.as_str(), None), |(t, field)| (t, Some(field)));
        Some(Self {
            groups: groups.split(',').map(group).collect(),
            types: types.split(',').map(str::to_owned).collect(),
            field: field.map(str::to_owned),
            words: words.collect(),
        })
    }

    fn is_about(&self, group: &str, version: &str, kind: &str) -> bool {
        let in_group = self
            .groups
            .iter()
            .any(|(name, only)| name == group && only.as_deref().is_none_or(|only| only == version));
        in_group && self.types.iter().any(|name| name == kind || name == "*")
    }

    /// `None` if a word is unknown.
    fn apply(&self, schema: &mut Value) -> Option<()> {
        if let Some(field) = &self.field {
            if schema.pointer(&format!("/properties/{field}")).is_none() {
                return Some(());
            }
            match self.words.first().map(String::as_str) {
                Some("required") => require(schema, field),
                Some("optional") => release(schema, field),
                _ => {}
            }
        }
        let place = self.field.as_ref().map_or(String::new(), |field| format!("/properties/{field}"));
        apply(&self.words, schema.pointer_mut(&place)?)
    }
}

/// Puts the marks that `words` stand for on `target`.
fn apply(words: &[String], target: &mut Value) -> Option<()> {
    let Some((word, rest)) = words.split_first() else { return Some(()) };
    let number = || rest.first()?.parse::<i64>().ok();
    let rest = match word.as_str() {
        "each" => {
            let key = if target.get("items").is_some() { "items" } else { "additionalProperties" };
            return apply(rest, target.get_mut(key)?);
        }
        "enum" => {
            target.as_object_mut()?.insert("enum".into(), json!(rest));
            return Some(());
        }
        "one-of" | "most-one-of" => {
            let members = members(rest, target)?;
            target.as_object_mut()?.insert("x-gate-members".into(), members);
            target.as_object_mut()?.insert("x-gate-one".into(), json!(word == "one-of"));
            return Some(());
        }
        "free-selector" => {
            *target = json!({"type": "object", "properties": {
                "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}},
                "matchExpressions": {"type": "array", "items": {"type": "object", "additionalProperties": true}}}});
            rest
        }
        "open" => {
            target.as_object_mut()?.remove("enum");
            rest
        }
        "required" | "optional" => rest,
        "lenient" => put(target, "x-gate-lenient", json!(true), rest)?,
        "filled" => put(target, "minLength", json!(1), rest)?,
        "not-empty" => {
            let key = if target.get("items").is_some() { "minItems" } else { "minProperties" };
            put(target, key, json!(1), rest)?
        }
        "min" => put(target, "minimum", json!(number()?), rest.get(1..)?)?,
        "max" => put(target, "maximum", json!(number()?), rest.get(1..)?)?,
        "form" => put(target, "x-gate-format", json!(rest.first()?), rest.get(1..)?)?,
        "check" => put(target, "x-gate-check", json!(rest.first()?), rest.get(1..)?)?,
        _ => return None,
    };
    apply(rest, target)
}

fn put<'a>(target: &mut Value, key: &str, value: Value, rest: &'a [String]) -> Option<&'a [String]> {
    target.as_object_mut()?.insert(key.to_owned(), value);
    Some(rest)
}

/// The fields of a union; those that this version does not have are left out.
fn members(words: &[String], target: &Value) -> Option<Value> {
    let known = target.get("properties")?.as_object()?;
    let all = words.first()? == "*";
    let not: Vec<&String> = words.iter().skip_while(|word| *word != "but").skip(1).collect();
    let is_member = |name: &&String| if all { !not.contains(name) } else { words.contains(name) };
    Some(json!(known.keys().filter(is_member).collect::<Vec<_>>()))
}

fn release(schema: &mut Value, field: &str) {
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != field);
    }
}

fn require(schema: &mut Value, field: &str) {
    if let Some(schema) = schema.as_object_mut() {
        let required = schema.entry("required").or_insert_with(|| json!([]));
        if let Some(required) = required.as_array_mut().filter(|all| !all.contains(&json!(field))) {
            required.push(json!(field));
        }
    }
}
