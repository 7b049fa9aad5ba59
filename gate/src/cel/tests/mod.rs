//! Expressions and what becomes of them: a table for the language, hostile ones, and typed documents.

mod documents;
mod hostile;

use super::*;

/// The value of an expression as text, `error: …` or `compile: …`.
pub(super) fn result(source: &str, this: Value<'_>) -> String {
    let program = match Program::compile(source) {
        Ok(program) => program,
        Err(error) => return format!("compile: {error}"),
    };
    let budget = Budget::new(1_000_000);
    match program.evaluate(this, None, &budget) {
        Ok(value) => shown(&value, &budget),
        Err(fault) => format!("error: {fault}"),
    }
}

fn shown(value: &Value<'_>, budget: &Budget) -> String {
    match value {
        Value::Str(text) => format!("{:?}", &**text),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => format!("{number}u"),
        Value::Double(number) => format!("{number:?}"),
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".to_owned(),
        Value::Bytes(bytes) => format!("b{bytes:?}"),
        Value::Type(name) => format!("type {name}"),
        Value::Timestamp(time) => time.text(),
        Value::Duration(span) => span.text(),
        Value::Optional(None) => "none".to_owned(),
        Value::Optional(Some(value)) => format!("some {}", shown(value, budget)),
        Value::Opaque(opaque) => format!("{opaque:?}"),
        Value::List(list) => {
            let items: Vec<String> =
                list.collect(budget).unwrap().iter().map(|item| shown(item, budget)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries = map.entries(budget).unwrap();
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", shown(key, budget), shown(value, budget)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn the_table() {
    let (mut count, mut broken) = (0, String::new());
    for (number, line) in include_str!("table.txt").lines().enumerate() {
        let Some((source, expected)) = line.split_once(" => ").filter(|_| !line.starts_with('#')) else {
            assert!(line.is_empty() || line.starts_with('#'), "line {}: {line}", number + 1);
            continue;
        };
        count += 1;
        let found = result(source.trim(), Value::Int(7));
        if found != expected.trim() {
            broken += &format!("line {}: {source}\n  expected {expected}\n  found    {found}\n", number + 1);
        }
    }
    assert!(broken.is_empty(), "{broken}");
    assert_eq!(count, 344);
}
