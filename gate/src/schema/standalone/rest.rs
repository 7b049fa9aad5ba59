//! The half of a JSON Schema that no table can say, judged by `jsonschema` on the value's JSON; its paths lead back to
//! the nodes of the document.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Value, json};

use super::bad;
use crate::schema::cel_rules::has_placeholder;
use crate::schema::node::{Node, flag};
use crate::schema::walk::Walk;
use crate::schema::{Issue, RuleFailure, SchemaError, SchemaRule};
use crate::text::{clean_line, shorten};
use crate::yaml::NodeId;

/// Marks a part of this half among the rules of a node. No expression begins like this.
pub(in crate::schema) const MARK: &str = "\0json-schema ";
/// Errors of one part that are told.
const TOLD: usize = 20;
/// Bytes that a regular expression may take when it is compiled.
const REGEX_BYTES: usize = 1 << 20;
/// Characters of a message.
const SHOWN: usize = 300;
const HOME: &str = "x-gate-document";

/// The parts of one schema.
#[derive(Debug, Default)]
pub(in crate::schema) struct Rest {
    /// By the number of their mark.
    pub(in crate::schema) validators: Vec<Validator>,
    /// How deep a value may be: what a recursive schema costs grows with it.
    pub(super) deepest: usize,
}

impl Rest {
    /// True if the table says everything.
    pub(in crate::schema) fn is_empty(&self) -> bool {
        self.validators.is_empty()
    }
}

/// The validator of a part. Its references lead into the whole document, which is put beside it.
pub(super) fn compile(part: &Value, root: &Value) -> Result<Validator, SchemaError> {
    let mut schema = part.clone();
    if rewrite(&mut schema) {
        let mut document = root.clone();
        rewrite(&mut document);
        strip_ids(&mut document);
        let inner = std::mem::take(&mut schema);
        // `allOf`, because old drafts ignore what stands beside a reference.
        schema = json!({ "allOf": [inner], HOME: document });
    }
    strip_ids(&mut schema);
    jsonschema::options()
        .with_draft(draft(root))
        .should_validate_formats(false)
        .with_pattern_options(PatternOptions::regex().size_limit(REGEX_BYTES))
        .build(&schema)
        .map_err(|error| bad(format!("it is no JSON Schema: {error}")))
}

/// The draft that `$schema` names; the newest that all keywords of today's catalogs belong to, without a word.
fn draft(root: &Value) -> Draft {
    let named = root.get("$schema").and_then(Value::as_str).unwrap_or_default();
    [
        ("draft-04", Draft::Draft4),
        ("draft-06", Draft::Draft6),
        ("2019-09", Draft::Draft201909),
        ("2020-12", Draft::Draft202012),
    ]
    .into_iter()
    .find(|(name, _)| named.contains(name))
    .map_or(Draft::Draft7, |(_, draft)| draft)
}

/// Turns references into the document; true if there are any.
fn rewrite(value: &mut Value) -> bool {
    match value {
        Value::Object(map) => {
            let mut found = false;
            if let Some(Value::String(target)) = map.get_mut("$ref")
                && let Some(fragment) = target.strip_prefix('#')
            {
                *target = format!("#/{HOME}{}", as_fragment(fragment));
                found = true;
            }
            map.values_mut().fold(found, |found, value| rewrite(value) || found)
        }
        // All of them: the first one does not end it.
        Value::Array(items) => items.iter_mut().map(rewrite).filter(|found| *found).count() > 0,
        _ => false,
    }
}

/// What is written as `#/a b` is meant as `#/a%20b`.
fn as_fragment(text: &str) -> String {
    let mut fragment = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => fragment.push(char::from(byte)),
            _ if b"-._~/%!$&'()*+,;=:@".contains(&byte) => fragment.push(char::from(byte)),
            _ => fragment.push_str(&format!("%{byte:02X}")),
        }
    }
    fragment
}

/// Ids would change what references mean, and `$schema` the draft.
fn strip_ids(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["$id", "id", "$schema"] {
                if map.get(key).is_some_and(Value::is_string) {
                    map.remove(key);
                }
            }
            map.values_mut().for_each(strip_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_ids),
        _ => {}
    }
}

/// Judges every value that has a part of this half, and appends what is wrong.
pub(in crate::schema) fn judge(walk: &mut Walk<'_>) -> Vec<RuleFailure> {
    let set = walk.set;
    let mut failures = Vec::new();
    if set.rest.is_empty() || walk.table != 1 {
        return failures;
    }
    for (at, node) in walk.ruled.clone() {
        let view = walk.view;
        let Some(list) = Node::read(&view, at).part(&view, flag::RULES) else { continue };
        let sources = view.list(list).step_by(4).map(|id| view.str(id));
        let numbers = sources.filter_map(|source| source.strip_prefix(MARK)?.parse::<usize>().ok());
        for validator in numbers.filter_map(|number| set.rest.validators.get(number)) {
            if let Err(what) = part(walk, validator, node) {
                let hint =
                    "whoever changed the object has to mend it: until then nobody can tell whether it fits";
                failures.push(RuleFailure { message: what, hint: hint.to_owned(), node });
            }
        }
    }
    failures
}

fn part(walk: &mut Walk<'_>, validator: &Validator, node: NodeId) -> Result<(), String> {
    let mut text = String::new();
    walk.tape.write_json(node, &mut text);
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| format!("the value cannot be held against its schema: {error}"))?;
    if !is_within(&value, walk.set.rest.deepest) {
        return Err("the value is nested more deeply than its recursive schema can be followed".to_owned());
    }
    if validator.is_valid(&value) || has_placeholder(walk.tape, node) {
        return Ok(());
    }
    for error in validator.iter_errors(&value).take(TOLD) {
        let place = walk.tape.pointer(node, &error.instance_path().to_string()).unwrap_or(node);
        tell(walk, &error, place);
    }
    Ok(())
}

/// True if nothing in `value` is nested more than `left` deep.
fn is_within(value: &Value, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    match value {
        Value::Object(map) => map.values().all(|value| is_within(value, left)),
        Value::Array(items) => items.iter().all(|value| is_within(value, left)),
        _ => true,
    }
}

fn tell(walk: &mut Walk<'_>, error: &ValidationError<'_>, place: NodeId) {
    match error.kind() {
        Kind::Required { property } => {
            walk.missing_field(place, property.as_str().unwrap_or_default());
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                let key = walk.tape.get(place, name).and_then(|value| walk.tape.key_of(value));
                let message = format!("unknown field `{}`", shorten(&clean_line(name), 60));
                push(walk, SchemaRule::UnknownField, key.unwrap_or(place), message, None);
            }
        }
        kind => {
            let rule = match kind {
                Kind::Type { .. } => SchemaRule::WrongType,
                _ => SchemaRule::InvalidValue,
            };
            let (demand, hint) = (demand(error), alternatives(kind));
            let message = format!("{} {demand}", walk.subject(place));
            push(walk, rule, place, message, hint);
        }
    }
}

fn push(walk: &mut Walk<'_>, rule: SchemaRule, node: NodeId, message: String, hint: Option<String>) {
    let message = shorten(&clean_line(&message), SHOWN).into_owned();
    let hint = hint.map(|hint| shorten(&clean_line(&hint), SHOWN).into_owned());
    walk.issues.push(Issue {
        rule,
        severity: rule.severity(),
        node,
        missing: None,
        message,
        hint,
        mend: None,
    });
}

/// What an error asks for, without the value that breaks it.
fn demand(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::AnyOf { .. } => "fits none of the alternatives of the schema (`anyOf`)".to_owned(),
        Kind::OneOfNotValid { .. } => "fits none of the alternatives of the schema (`oneOf`)".to_owned(),
        Kind::OneOfMultipleValid { .. } => {
            "fits several alternatives of the schema (`oneOf`), of which only one may hold".to_owned()
        }
        Kind::Not { .. } => "is what the schema excludes (`not`)".to_owned(),
        Kind::FalseSchema => "may not be there".to_owned(),
        Kind::PropertyNames { .. } => "has a key that the schema does not allow (`propertyNames`)".to_owned(),
        Kind::Enum { options } => {
            format!("must be one of {}", options.as_array().map_or_else(String::new, |all| list(all)))
        }
        Kind::Constant { expected_value } => format!("must be {expected_value}"),
        Kind::UniqueItems => "has the same item twice".to_owned(),
        Kind::Pattern { pattern } => format!("must match the pattern `{pattern}`"),
        _ => format!("breaks the schema: {}", error.masked_with("the value")),
    }
}

fn list(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().take(12).map(|value| format!("`{value}`")).collect();
    shown.join(", ")
}

/// What each alternative would want, if each wants a single thing.
fn alternatives(kind: &Kind) -> Option<String> {
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = kind else { return None };
    let wants = |errors: &Vec<ValidationError<'static>>| match errors.first()?.kind() {
        Kind::Required { property } => Some(format!("`{}`", property.as_str()?)),
        Kind::Type { .. } => Some(errors.first()?.masked_with("it").to_string()),
        _ => None,
    };
    let all: Option<Vec<String>> = context.iter().map(wants).collect();
    let mut all = all.filter(|all| !all.is_empty() && all.len() <= 8)?;
    all.dedup();
    Some(format!("it would need {}", all.join(" or ")))
}
