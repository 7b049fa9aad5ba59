//! Effects on the settings of a policy: what is otherwise in two JSON values, each with its pointer. What a setting means is
//! known to the policy alone, so that any other value may let something pass.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Collector, Weakens};

pub(super) fn compare(out: &mut Collector, subject: &str, (before, after): (&str, &str)) {
    match (serde_json::from_str(before), serde_json::from_str(after)) {
        (Ok(before), Ok(after)) => values(out, subject, "", (&before, &after)),
        // Nested deeper than JSON is read.
        _ => out.changed(subject, before, after, true),
    }
}

fn values(out: &mut Collector, subject: &str, pointer: &str, pair: (&Value, &Value)) {
    match pair {
        (before, after) if before == after => {}
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (before.get(key), after.get(key)) {
                    (Some(before), Some(after)) => values(out, subject, &pointer, (before, after)),
                    (Some(gone), None) => out.removed(&at(subject, &pointer), &gone.to_string(), true),
                    (None, Some(new)) => out.added(&at(subject, &pointer), &new.to_string(), true),
                    (None, None) => {}
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => items(out, &at(subject, pointer), (before, after)),
        (before, after) => out.changed(&at(subject, pointer), &before.to_string(), &after.to_string(), true),
    }
}

/// Items that only one of two lists has; the lists as a whole where that is not the difference.
fn items(out: &mut Collector, subject: &str, (before, after): (&[Value], &[Value])) {
    let texts = |list: &[Value]| list.iter().map(Value::to_string).collect::<Vec<_>>();
    let (old, new) = (texts(before), texts(after));
    let known = out.0.len();
    out.list(subject, (old.clone(), new.clone()), Weakens::ANY);
    if out.0.len() == known {
        out.changed(subject, &format!("[{}]", old.join(", ")), &format!("[{}]", new.join(", ")), true);
    }
}

fn at(subject: &str, pointer: &str) -> String {
    if pointer.is_empty() { subject.to_owned() } else { format!("{subject} at {pointer}") }
}
