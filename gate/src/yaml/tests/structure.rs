//! Documents, duplicate keys, merges, aliases, directives and other structure.

use super::super::ProblemKind as P;
use super::{json, kinds, one, places, read, refused};

#[test]
fn a_duplicate_key_is_a_problem_at_the_second_key_and_the_last_value_wins() {
    for text in ["k: 1\na: 2\n\"k\": 3", "{k: 1, a: 2, \"k\": 3}"] {
        let parsed = read(text);
        assert_eq!(kinds(&parsed), [P::DuplicateKey]);
        assert_eq!(places(&parsed), ["\"k\""]);
        assert!(!parsed.problems[0].is_fatal());
        assert_eq!(json(&parsed), [r#"{"a":2,"k":3}"#]);
    }
}

#[test]
fn keys_are_compared_as_the_strings_they_become() {
    assert_eq!(kinds(&read("1: a\n\"1\": b")), [P::DuplicateKey]);
    assert_eq!(kinds(&read("yes: a\n\"true\": b")), [P::DuplicateKey]);
    assert_eq!(kinds(&read("k: a\n? k\n: b\nk: c")), [P::DuplicateKey, P::DuplicateKey]);
}

#[test]
fn duplicates_among_many_keys_are_found_in_order() {
    let text: String = (0..100).map(|i| format!("k{}: {i}\n", i % 98)).collect();
    let parsed = read(&text);
    assert_eq!(places(&parsed), ["k0", "k1"]);
    assert_eq!(parsed.problems[0].span.start as usize, text.rfind("k0:").unwrap());
    assert_eq!(parsed.tape.entries(parsed.documents[0].root).count(), 98);
}

#[test]
fn merges_bring_what_is_not_written() {
    let base = "a: &a {k: 1, l: 2}\nb: &b {k: 3, m: 4}\n";
    let merged = |text: &str| one(&format!("{base}c: {text}")).split_once(r#""c":"#).unwrap().1.to_owned();
    assert_eq!(merged("{<<: *a}"), r#"{"k":1,"l":2}}"#);
    assert_eq!(merged("{<<: *a, k: 9}"), r#"{"k":9,"l":2}}"#);
    assert_eq!(merged("{<<: [*a, *b]}"), r#"{"k":1,"l":2,"m":4}}"#);
    assert_eq!(merged("{<<: [*a, {k: 5, z: 6}], x: 0}"), r#"{"x":0,"k":1,"l":2,"z":6}}"#);
    assert_eq!(merged("{<<: {<<: *a, k: 7}}"), r#"{"k":7,"l":2}}"#);
    assert_eq!(merged("{<<: *a, <<: *b}"), r#"{"k":3,"m":4,"l":2}}"#);
    assert_eq!(merged("{? <<\n: *a}"), r#"{"k":1,"l":2}}"#);
}

#[test]
fn a_key_before_the_merge_that_brings_it_too_wins_and_is_reported() {
    let parsed = read("a: &a {k: 1}\nc:\n  k: 2\n  <<: *a\n");
    assert_eq!(kinds(&parsed), [P::MergeConflict]);
    assert_eq!(parsed.problems[0].span.start, 18);
    assert_eq!(json(&parsed), [r#"{"a":{"k":1},"c":{"k":2}}"#]);
}

#[test]
fn only_a_plain_merge_key_merges() {
    assert_eq!(one("'<<': {a: 1}"), r#"{"<<":{"a":1}}"#);
    assert_eq!(one("!!str <<: {a: 1}"), r#"{"<<":{"a":1}}"#);
    assert_eq!(one("!!merge <<: {a: 1}"), r#"{"a":1}"#);
    assert_eq!(one("a: <<"), r#"{"a":"<<"}"#);
    for text in ["<<: 1", "<<: [1]", "<<: [[]]", "<<:", "a: &a [1]\nb: {<<: *a}", "a: &a 1\nb: {<<: [*a]}"] {
        assert_eq!(refused(text), P::InvalidMerge, "{text:?}");
    }
}

#[test]
fn aliases_repeat_what_is_anchored_last() {
    assert_eq!(one("- &a 1\n- *a\n- &a [2]\n- *a"), "[1,1,[2],[2]]");
    assert_eq!(one("a: &a {b: &b [x]}\nc: [*a, *b]"), r#"{"a":{"b":["x"]},"c":[{"b":["x"]},["x"]]}"#);
    assert_eq!(one("x: &a\nz: *a"), r#"{"x":null,"z":null}"#);
    assert_eq!(refused("a: *b"), P::InvalidAlias);
    assert_eq!(refused("a: &a [*a]"), P::InvalidAlias);
    assert_eq!(kinds(&read("a: &a 1\n---\nb: *a")), [P::InvalidAlias]);
}

#[test]
fn one_broken_document_does_not_lose_the_others() {
    let parsed = read("a: 1\n---\nb: [\n---\nc: *x\n---\nd: 'é\n---\ne: 2\n");
    assert_eq!(json(&parsed), [r#"{"a":1}"#, r#"{"e":2}"#]);
    let indexes: Vec<u32> = parsed.documents.iter().map(|d| d.index).collect();
    assert_eq!(indexes, [0, 4]);
    let broken: Vec<u32> = parsed.problems.iter().map(|p| p.document).collect();
    assert_eq!(broken, [1, 2, 3]);
    assert_eq!(kinds(&parsed), [P::Syntax, P::InvalidAlias, P::Syntax]);
    let root = parsed.documents[1].root;
    assert_eq!(parsed.tape.span(root).start, 39);
}

#[test]
fn a_problem_of_a_lost_document_is_the_only_one() {
    assert_eq!(kinds(&read("a: 1\na: 2\nb: *x")), [P::InvalidAlias]);
}

#[test]
fn content_on_the_separator_line_is_read() {
    assert_eq!(json(&read("--- {a: 1}\n--- # c\nb: 2\n--- c\n")), [r#"{"a":1}"#, r#"{"b":2}"#, r#""c""#]);
    assert_eq!(json(&read("---\ta: |\n")), Vec::<String>::new());
}

#[test]
fn dashes_inside_content_are_content() {
    assert_eq!(one("a: |\n  ---\n  b: 1\nc: d ---\n"), r#"{"a":"---\nb: 1\n","c":"d ---"}"#);
}

#[test]
fn longer_separators_are_refused_as_kubernetes_does() {
    let parsed = read("a: 1\n----\nb: 2\n---\nc: 3");
    assert_eq!((kinds(&parsed), json(&parsed)), (vec![P::Syntax], vec![r#"{"c":3}"#.to_owned()]));
    assert_eq!(refused("---a: 1"), P::Syntax);
}

#[test]
fn content_after_the_end_marker_is_never_lost_in_silence() {
    let parsed = read("a: 1\n...\nb: 2\n");
    assert_eq!((kinds(&parsed), json(&parsed)), (vec![P::Syntax], vec![r#"{"a":1}"#.to_owned()]));
    assert_eq!(json(&read("a: 1\n...\n---\nb: 2\n...\n")), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(kinds(&read("{a: 1} {b: 2}")), [P::Syntax]);
}

#[test]
fn files_without_content_have_no_documents() {
    for text in ["", "\n\n", "# c\n", "---\n", "---\n---\n# c\n---", "\u{feff}", "\u{feff}---\n"] {
        let parsed = read(text);
        assert!(parsed.documents.is_empty() && parsed.problems.is_empty(), "{text:?} {parsed:?}");
        assert!(parsed.tape.is_empty());
    }
    assert_eq!(json(&read("--- ~\n--- null\n")), ["null", "null"]);
}

#[test]
fn only_yaml_1_1_is_a_version() {
    assert_eq!(one("%YAML 1.1\n---\na: 1"), r#"{"a":1}"#);
    assert_eq!(one("# c\n%TAG ! tag:x,1:\n---\na: 1"), r#"{"a":1}"#);
    assert_eq!(refused("%YAML 1.2\n---\na: 1"), P::Syntax);
    assert_eq!(kinds(&read("%YAML 2.0\n---\na: 1")), [P::Syntax]);
    let parsed = read("%FOO\n---\na: 1\n---\nb: 2");
    assert_eq!((kinds(&parsed)[0], json(&parsed).pop().unwrap()), (P::Syntax, r#"{"b":2}"#.to_owned()));
    assert_eq!(json(&read("a: 1\n...\n%YAML 1.1\n---\nb: 2\n")), [r#"{"a":1}"#, r#"{"b":2}"#]);
}

#[test]
fn line_breaks_marks_and_controls() {
    assert_eq!(one("\u{feff}a: 1\r\nb: 2\rc: 3\r\n"), r#"{"a":1,"b":2,"c":3}"#);
    assert_eq!(one("a: [\t1,\t2 ]\nb:\t3\n"), r#"{"a":[1,2],"b":3}"#);
    assert_eq!(one("a: {\nb: 1\n}\n"), r#"{"a":{"b":1}}"#);
    for text in ["a:\n\tb: 1", "a: \x07", "a: \x7f", "a: \0", "a: 1\n\u{feff}b: 2"] {
        assert_eq!(refused(text), P::Syntax, "{text:?}");
    }
    let parsed = read("é: 1\nb: \x01\n");
    assert_eq!(parsed.problems[0].span.start, 9);
}

#[test]
fn json_is_read_too() {
    let text = r#"{"a": [1, -2.50, 1e3, true, null, "x\/y\u00e9\n"], "b": {"c": {}, "d": []}}"#;
    assert_eq!(one(text), r#"{"a":[1,-2.5,1000,true,null,"x/yé\n"],"b":{"c":{},"d":[]}}"#);
    assert_eq!(one("[{\"a\":1},{\"a\":2}]\n"), r#"[{"a":1},{"a":2}]"#);
    assert_eq!(refused("a: \"x\\/y\""), P::Syntax);
    assert_eq!(one(r#"a: "x\\/y""#), r#"{"a":"x\\/y"}"#);
}

#[test]
fn characters_of_two_escapes_are_read_in_json_only() {
    let text = r#"{"a\ud83d\ude00": ["\ud83d\ude00b", "\ud83dc"]}"#;
    assert_eq!(one(text), "{\"a😀\":[\"😀b\",\"\u{fffd}c\"]}");
    let parsed = read(r#"{"a": "\ud83d\ude00", "b": 1}"#);
    let (tape, root) = (&parsed.tape, parsed.documents[0].root);
    let spans = [tape.get(root, "a"), tape.get(root, "b"), Some(root)].map(|n| tape.span(n.unwrap()));
    assert_eq!(spans.map(|span| (span.start, span.end)), [(6, 20), (27, 28), (0, 29)]);
    for text in [r#"a: "\ud83d\ude00""#, r#"["\ud83d\ude00"]"#, "{\"a\": \"\\ud83d\\ude00\" # c\n}"] {
        assert_eq!(refused(text), P::Syntax, "{text}");
    }
    assert_eq!(one(r#"{a:"\ud83d\ude00"}"#), r#"{"a:\"\\ud83d\\ude00\"":null}"#);
}

#[test]
fn written_json_is_escaped() {
    assert_eq!(one("a: \"\\\"\\\\\\b\\x01\\t\\u2028<\""), "{\"a\":\"\\\"\\\\\\u0008\\u0001\\t\u{2028}<\"}");
}
