//! Any text as JSON by the reader of `gate-sdk`: it takes what `serde_json` takes, and reads the same from it.
#![no_main]

use gate_sdk::{Json, Kind, Value};
use serde::de::IgnoredAny;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let ours = Json::parse(text);
    let theirs = serde_json::from_str::<serde_json::Value>(text);
    match (&ours, theirs) {
        (Ok(ours), Ok(theirs)) => assert_same(ours.root(), &theirs),
        (Err(error), Ok(_)) => panic!("{error}, but it is JSON"),
        // Numbers that no float can hold and deep nesting are refused there only; the syntax is that of JSON.
        (Ok(_), Err(_)) => assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "this is no JSON"),
        (Err(error), Err(_)) => assert!(error.offset <= text.len()),
    }
    if let Some(ours) = ours.ok().filter(|json| !gate_fuzz::repeats_a_key(json)) {
        pointers(ours.root());
    }
});

fn assert_same(ours: Value<'_>, theirs: &serde_json::Value) {
    use serde_json::Value as Other;
    match (ours.kind(), theirs) {
        (Kind::Null, Other::Null) => {}
        (Kind::Bool, Other::Bool(other)) => assert_eq!(ours.as_bool(), Some(*other)),
        (Kind::Number, Other::Number(other)) => {
            assert!(ours.as_i64().is_none_or(|ours| other.as_i64().is_none_or(|other| ours == other)));
        }
        (Kind::Str, Other::String(other)) => assert_eq!(ours.as_str(), Some(other.as_str())),
        (Kind::Seq, Other::Array(other)) => {
            assert_eq!(ours.items().count(), other.len());
            ours.items().zip(other).for_each(|(ours, other)| assert_same(ours, other));
        }
        // Of a key that comes twice, the last value counts there.
        (Kind::Map, Other::Object(other)) => {
            for (key, value) in other {
                let last = ours.entries().filter(|(name, _)| name == key).last();
                assert_same(last.expect("the key").1, value);
            }
        }
        (ours, other) => panic!("{ours:?} is {other}"),
    }
}

/// A value's own pointer leads to it.
fn pointers(root: Value<'_>) {
    for visit in root.walk().take(1_000) {
        let pointer = visit.value.pointer();
        let found = root.find(&pointer).map(|found| found.pointer());
        assert_eq!(found, Some(pointer), "a pointer leads elsewhere");
    }
    assert!(root.same_as(root));
}
