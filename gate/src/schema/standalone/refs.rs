//! References inside of one schema, and what it may cost to judge by it. References that leave the document are refused,
//! and so are circles in which no step goes deeper into a value, and schemas that grow without end when they are unfolded.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::bad;
use crate::schema::SchemaError;

/// Parts of a document once its references are unfolded.
const MAX_UNFOLDED: u64 = 2_000_000;
/// Schemas that one value may be held against at one place.
const MAX_WEIGHT: u64 = 5_000;
/// Schemas that lie inside of each other and are about the same value.
const MAX_HEIGHT: u64 = 32;
/// Steps that a value deep inside of a recursive schema may take.
const MAX_STEPS: f64 = 1e6;
/// Deepest value that is held against a schema; JSON is not read any deeper.
const DEEPEST: usize = 128;

/// What is known of a value of the document.
#[derive(Clone, Copy)]
enum State {
    Open,
    Done { weight: u64, height: u64 },
}

/// The values of the document by their addresses.
type States = FxHashMap<*const Value, State>;

/// Checks every reference of the document. Returns how deep a value may be that is held against it.
pub(super) fn check(root: &Value) -> Result<usize, SchemaError> {
    let mut unfolded = Weighing { root, states: States::default(), circles: false, edges: all };
    if unfolded.weigh(root, false)?.0 > MAX_UNFOLDED {
        return Err(bad("it is too large once its references are unfolded"));
    }
    let mut in_place = Weighing { root, states: States::default(), circles: false, edges: in_place };
    let mut heaviest = 1;
    // The addresses of all values: those of the first weighing.
    let schemas: Vec<&Value> = every(root);
    for schema in schemas {
        let (weight, height) = in_place.weigh(schema, true)?;
        if weight > MAX_WEIGHT || height > MAX_HEIGHT {
            return Err(bad("it has too many alternatives inside of each other"));
        }
        heaviest = heaviest.max(weight);
    }
    if !unfolded.circles || heaviest <= 1 {
        return Ok(DEEPEST);
    }
    Ok(((MAX_STEPS.ln() / (heaviest as f64).ln()) as usize).clamp(2, DEEPEST))
}

/// Every object of the document.
fn every(root: &Value) -> Vec<&Value> {
    let (mut open, mut found) = (vec![root], Vec::new());
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                found.push(value);
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// The sums of what is reached from each value.
struct Weighing<'s> {
    root: &'s Value,
    states: States,
    /// Something leads back to itself.
    circles: bool,
    edges: fn(&'s Value, &'s Value) -> Result<Vec<&'s Value>, SchemaError>,
}

impl<'s> Weighing<'s> {
    /// Weight and height of `start`. A circle is an error if `strict`; else it ends where it closes.
    fn weigh(&mut self, start: &'s Value, strict: bool) -> Result<(u64, u64), SchemaError> {
        let mut stack = vec![(start, false)];
        while let Some((value, is_left)) = stack.pop() {
            let key = std::ptr::from_ref(value);
            if is_left {
                let sums = self.sums(value)?;
                self.states.insert(key, State::Done { weight: sums.0, height: sums.1 });
                continue;
            }
            if self.states.contains_key(&key) {
                continue;
            }
            self.states.insert(key, State::Open);
            stack.push((value, true));
            for next in (self.edges)(self.root, value)? {
                match self.states.get(&std::ptr::from_ref(next)) {
                    Some(State::Open) if strict => return Err(bad("a `$ref` of it leads back to itself")),
                    Some(State::Open) => self.circles = true,
                    Some(State::Done { .. }) => {}
                    None => stack.push((next, false)),
                }
            }
        }
        Ok(match self.states.get(&std::ptr::from_ref(start)) {
            Some(State::Done { weight, height }) => (*weight, *height),
            _ => (1, 1),
        })
    }

    fn sums(&self, value: &'s Value) -> Result<(u64, u64), SchemaError> {
        let (mut weight, mut height) = (1_u64, 0);
        for next in (self.edges)(self.root, value)? {
            match self.states.get(&std::ptr::from_ref(next)) {
                Some(State::Done { weight: more, height: higher }) => {
                    weight = weight.saturating_add(*more);
                    height = height.max(*higher);
                }
                _ => weight = weight.saturating_add(1),
            }
        }
        Ok((weight, height + 1))
    }
}

/// What `target` refers to.
pub(super) fn resolve<'s>(root: &'s Value, target: &str) -> Result<&'s Value, SchemaError> {
    let Some(fragment) = target.strip_prefix('#') else {
        return Err(bad(format!(
            "it refers to another document (`{target}`), which is not followed: use a schema that stands alone"
        )));
    };
    let pointer = decoded(fragment);
    let found = if pointer.is_empty() || pointer.starts_with('/') { root.pointer(&pointer) } else { None };
    found.ok_or_else(|| bad(format!("it refers to `{target}`, which is not in it")))
}

/// A fragment without its percent-encoding.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hexadecimal = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hexadecimal.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a value holds, and what it refers to.
fn all<'s>(root: &'s Value, value: &'s Value) -> Result<Vec<&'s Value>, SchemaError> {
    let mut found = Vec::new();
    match value {
        Value::Object(map) => {
            if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                found.push(resolve(root, target)?);
            }
            found.extend(map.values());
        }
        Value::Array(items) => found.extend(items),
        _ => {}
    }
    Ok(found)
}

/// The schemas that the same value has to be held against.
fn in_place<'s>(root: &'s Value, schema: &'s Value) -> Result<Vec<&'s Value>, SchemaError> {
    let Some(map) = schema.as_object() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    if let Some(target) = map.get("$ref").and_then(Value::as_str) {
        found.push(resolve(root, target)?);
    }
    for keyword in ["not", "if", "then", "else"] {
        found.extend(map.get(keyword));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        found.extend(map.get(keyword).and_then(Value::as_array).into_iter().flatten());
    }
    for keyword in ["dependencies", "dependentSchemas"] {
        found.extend(map.get(keyword).and_then(Value::as_object).into_iter().flat_map(|map| map.values()));
    }
    Ok(found)
}
