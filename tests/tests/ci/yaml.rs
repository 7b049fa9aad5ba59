//! A YAML file as JSON, by the gate's own reader.

use gate::yaml::{Kind, Limits, NodeId, Tape, parse};
use serde_json::{Map, Value};

/// The first document of `text`.
pub(crate) fn first(text: &str) -> Value {
    all(text).into_iter().next().unwrap()
}

/// All documents of `text`.
pub(crate) fn all(text: &str) -> Vec<Value> {
    let parsed = parse(text.as_bytes().to_vec(), &Limits::default());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    parsed.documents.iter().map(|document| value(&parsed.tape, document.root)).collect()
}

fn value(tape: &Tape, node: NodeId) -> Value {
    match tape.kind(node) {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(tape.text(node) == "true"),
        Kind::Int | Kind::Float => serde_json::from_str(tape.text(node)).unwrap(),
        Kind::Str => Value::String(tape.text(node).to_owned()),
        Kind::Seq => tape.items(node).map(|item| value(tape, item)).collect(),
        Kind::Map => {
            let entries = tape.entries(node);
            Value::Object(
                entries
                    .map(|(key, member)| (tape.text(key).to_owned(), value(tape, member)))
                    .collect::<Map<_, _>>(),
            )
        }
    }
}
