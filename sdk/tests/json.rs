//! The JSON reader: what it reads, what it refuses, and the pointers of its handles.

use gate_sdk::json::MAX_DEPTH;
use gate_sdk::{Json, Kind};

fn read(text: &str) -> Json {
    Json::parse(text).unwrap_or_else(|error| unreachable!("{text}: {error}"))
}

#[test]
fn reads_every_kind() {
    let json = read(r#" {"a": null, "b": [true, false], "c": -1.5e3, "d": "x", "e": {}} "#);
    let kinds: Vec<_> = json.root().entries().map(|(key, value)| (key, value.kind())).collect();
    let expected =
        [("a", Kind::Null), ("b", Kind::Seq), ("c", Kind::Number), ("d", Kind::Str), ("e", Kind::Map)];
    assert_eq!(kinds, expected);
    assert_eq!(json.root().find("/b/1").and_then(|value| value.as_bool()), Some(false));
    assert_eq!(json.root().find("/c").and_then(|value| value.as_number()), Some("-1.5e3"));
    assert_eq!(json.root().find("/d").and_then(|value| value.as_str()), Some("x"));
    assert_eq!(read("-7").root().as_i64(), Some(-7));
}

#[test]
fn decodes_escapes() {
    let json = read(r#"{"a\"\u00e9": "\ud83d\ude00\n\/\\ü", "plain": "ü"}"#);
    assert_eq!(json.root().str_at("a\"é"), Some("😀\n/\\ü"));
    assert_eq!(json.root().str_at("plain"), Some("ü"));
}

#[test]
fn refuses_with_a_place() {
    let at = |text: &str| Json::parse(text).err().map(|error| error.offset);
    for (text, offset) in [
        ("", 0),
        ("{", 1),
        ("[1,]", 3),
        ("[1 2]", 3),
        (r#"{"a" 1}"#, 5),
        (r#"{"a":1,}"#, 7),
        ("{a:1}", 1),
        ("01", 1),
        ("1.", 2),
        ("-", 1),
        ("1e", 2),
        ("nul", 0),
        ("\"a", 2),
        ("\"a\nb\"", 2),
        (r#""\x""#, 2),
        (r#""\u12g4""#, 5),
        (r#""\ud800""#, 7),
        (r#""\ud800\u0041""#, 13),
        (r#""\udc00""#, 7),
        ("{} x", 3),
        ("}", 0),
    ] {
        assert_eq!(at(text), Some(offset), "{text}");
    }
}

#[test]
fn nothing_that_is_cut_off_or_broken_panics() {
    let text = r#"{"a\u00e9": [1, -2.5e+3, "x\ud83d\ude00", null, true, {"ü": {}}], "b": "\\"}"#;
    for (end, _) in text.char_indices().skip(1) {
        assert!(Json::parse(&text[..end]).is_err(), "{end}");
    }
    for (at, c) in text.char_indices() {
        for other in ["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "\u{0}", "ü"] {
            let broken = [&text[..at], other, &text[at + c.len_utf8()..]].concat();
            if let Ok(json) = Json::parse(broken) {
                json.root().walk().for_each(|visit| drop(visit.value.pointer()));
            }
        }
    }
}

#[test]
fn depth_is_bounded_and_costs_no_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let json = read(&nested(MAX_DEPTH));
    let deepest = json.root().walk().last().map(|visit| visit.value.pointer());
    assert_eq!(deepest, Some("/0".repeat(MAX_DEPTH - 1)));
    assert!(Json::parse(nested(MAX_DEPTH + 1)).is_err());
}

#[test]
fn every_value_knows_its_pointer() {
    let json = read(r#"{"a/b": {"c~d": [10, {"": 1}]}, "e": 2}"#);
    for visit in json.root().walk() {
        let pointer = visit.value.pointer();
        let found = json.root().find(&pointer).map(|value| value.pointer());
        assert_eq!(found, Some(pointer));
    }
    let one = json.root().walk().find(|visit| visit.value.as_i64() == Some(1));
    assert_eq!(one.map(|visit| visit.value.pointer()).as_deref(), Some("/a~1b/c~0d/1/"));
}

#[test]
fn a_walk_can_leave_things_out() {
    let json = read(r#"{"a": {"b": 1, "c": [2]}, "d": [], "e": [3, [4]], "f": 5}"#);
    let mut seen = Vec::new();
    let mut walk = json.root().walk();
    while let Some(visit) = walk.next() {
        seen.extend(visit.value.as_i64());
        if visit.key == Some("a") || visit.key == Some("d") || visit.key == Some("f") {
            walk.skip_children();
        }
    }
    assert_eq!(seen, [3, 4, 5]);
}

#[test]
fn the_same_json_is_the_same_in_any_order() {
    let same = |a: &str, b: &str| read(a).root().same_as(read(b).root());
    assert!(same(r#"{"a": 1, "b": [true, "x"]}"#, r#"{"b": [true, "\u0078"], "a": 1}"#));
    assert!(!same(r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#));
    assert!(!same("[1, 2]", "[2, 1]"));
    assert!(!same("1", "\"1\""));
    assert!(!same("[[], 1]", "[[1]]"));
}
