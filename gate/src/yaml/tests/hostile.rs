//! Files made to break a reader: depth, size, repetition, encodings.

use std::time::{Duration, Instant};

use super::super::{Limits, ProblemKind as P, parse};
use super::{json, kinds, read, refused};

#[test]
fn ten_thousand_levels_are_read_and_one_more_is_too_deep() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let parsed = read(&nested(10_000));
    assert_eq!(json(&parsed), [nested(10_000)]);
    let root = parsed.documents[0].root;
    let last = super::super::NodeId(9_999);
    assert_eq!(parsed.tape.path_to(root, last).unwrap(), "/0".repeat(9_999));
    assert_eq!(refused(&nested(10_001)), P::TooDeep);
    assert_eq!(json(&read(&format!("{}\n---\na: 1", "[".repeat(10_100)))), [r#"{"a":1}"#]);
    assert_eq!(refused(&"- ".repeat(10_001)), P::TooDeep);
}

#[test]
fn aliases_do_not_deepen_beyond_the_limit() {
    let limits = Limits { max_depth: 6, ..Limits::default() };
    let read = |text: &str| parse(text.as_bytes().to_vec(), &limits);
    assert_eq!(kinds(&read("a: &a [[[[1]]]]\nb: [*a]")), []);
    assert_eq!(kinds(&read("a: &a [[[[1]]]]\nb: [[*a]]")), [P::TooDeep]);
}

#[test]
fn wide_and_deep_at_once_gives_up_in_time() {
    let text = format!("{}{}", "[".repeat(9_000), "1,".repeat(500_000));
    let start = Instant::now();
    assert_eq!(refused(&text), P::TooLarge);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let items = vec![format!("*a{}", i - 1); 10].join(", ");
        text += &format!("a{i}: &a{i} [{items}]\n");
    }
    assert_eq!(refused(&text), P::TooManyAliases);
}

#[test]
fn a_chain_of_merges_stays_small() {
    let mut text = "a0: &a0 {k: 1}\n".to_owned();
    for i in 1..200 {
        text += &format!("a{i}: &a{i} {{<<: *a{}}}\n", i - 1);
    }
    let parsed = read(&text);
    assert_eq!(kinds(&parsed), []);
    assert!(parsed.tape.len() < 2000);
}

#[test]
fn limits_are_problems() {
    let with = |limits: Limits, text: &str| {
        let parsed = parse(text.as_bytes().to_vec(), &limits);
        (parsed.documents.len(), kinds(&parsed))
    };
    let few = Limits { max_nodes: 5, ..Limits::default() };
    assert_eq!(with(few.clone(), "[1, 2, 3, 4]"), (1, vec![]));
    assert_eq!(with(few, "[1, 2]\n---\n[1, 2, 3]\n---\n1\n"), (1, vec![P::TooLarge]));
    let documents = Limits { max_documents: 2, ..Limits::default() };
    assert_eq!(with(documents, "a\n---\nb\n---\nc\n---\nd"), (2, vec![P::TooLarge]));
    let bytes = Limits { max_bytes: 3, ..Limits::default() };
    assert_eq!(with(bytes, "abcd"), (0, vec![P::TooLarge]));
}

#[test]
fn many_documents_and_many_broken_ones_take_linear_time() {
    let start = Instant::now();
    let good = read(&"---\na: 1\n".repeat(100_000));
    assert_eq!((good.documents.len(), good.problems.len()), (100_000, 0));
    assert_eq!(good.documents[99_999].index, 99_999);
    let bad = read(&"---\na: [\n".repeat(100_000));
    assert_eq!((bad.documents.len(), bad.problems.len()), (0, 100_000));
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_long_single_line_and_many_keys_take_linear_time() {
    let start = Instant::now();
    let items: Vec<String> = (0..100_000).map(|i| format!(r#"{{"key{i}":"value {i}","n":{i}}}"#)).collect();
    let text = format!("[{}]", items.join(","));
    assert_eq!(json(&read(&text)), [text]);
    let keys: String = (0..100_000).map(|i| format!("key{i}: {i}\n")).collect();
    assert_eq!(kinds(&read(&keys)), []);
    let same = "k: 1\n".repeat(100_000);
    assert_eq!(kinds(&read(&same)).len(), 1000);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn directives_without_end_are_refused() {
    let many: String = (0..10_000).map(|i| format!("%TAG !t{i}! x\n")).collect();
    assert_eq!(kinds(&read(&format!("{many}---\na: 1"))), [P::Syntax]);
}

#[test]
fn bytes_that_are_no_text_have_their_place() {
    let parsed = parse(b"a: 1\n---\nb: \xff\xfe\n---\nc: \"\xc3\xa9\"\n".to_vec(), &Limits::default());
    assert_eq!(kinds(&parsed), [P::NotUtf8]);
    assert_eq!((parsed.problems[0].span.start, parsed.problems[0].span.end), (12, 13));
    assert_eq!(json(&parsed), [r#"{"a":1}"#, r#"{"c":"é"}"#]);
    for bytes in [b"\xff\xfea\0:\0".to_vec(), b"\xfe\xff\0a\0:".to_vec()] {
        assert_eq!(kinds(&parse(bytes, &Limits::default())), [P::NotUtf8]);
    }
}
