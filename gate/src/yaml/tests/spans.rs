//! Places, counted by hand: every expected number below is an offset into the text above it.

use super::super::{Kind, NodeId, Parsed};
use super::read;

/// The span of the node at `pointer` of document `document`, and the source there.
fn span<'p>(parsed: &'p Parsed, document: usize, pointer: &str) -> (u32, u32, &'p str) {
    let tape = &parsed.tape;
    let node = tape.pointer(parsed.documents[document].root, pointer).unwrap();
    at(parsed, node)
}

fn at(parsed: &Parsed, node: NodeId) -> (u32, u32, &str) {
    let span = parsed.tape.span(node);
    let text = &parsed.tape.source()[span.start as usize..span.end as usize];
    (span.start, span.end, str::from_utf8(text).unwrap())
}

fn key<'p>(parsed: &'p Parsed, pointer: &str) -> (u32, u32, &'p str) {
    let value = parsed.tape.pointer(parsed.documents[0].root, pointer).unwrap();
    at(parsed, parsed.tape.key_of(value).unwrap())
}

#[test]
fn scalars_and_keys() {
    //                0         10        20        30
    //                0123456789012345678901234567890123
    let parsed = read("a: bc\n'd': \"e f\" # g\nh: 'i''j'\n");
    assert_eq!(span(&parsed, 0, "/a"), (3, 5, "bc"));
    assert_eq!(span(&parsed, 0, "/d"), (11, 16, "\"e f\""));
    assert_eq!(span(&parsed, 0, "/h"), (24, 30, "'i''j'"));
    assert_eq!(key(&parsed, "/a"), (0, 1, "a"));
    assert_eq!(key(&parsed, "/d"), (6, 9, "'d'"));
    assert_eq!(span(&parsed, 0, ""), (0, 30, "a: bc\n'd': \"e f\" # g\nh: 'i''j'"));
}

#[test]
fn scalars_of_several_lines() {
    //                0          10         20         30
    //                012345678 90123 456789012 34567890
    let parsed = read("a: one\n  two\nb: 'x\n\n  y'\nc: z\n");
    assert_eq!(span(&parsed, 0, "/a"), (3, 12, "one\n  two"));
    assert_eq!(span(&parsed, 0, "/b"), (16, 24, "'x\n\n  y'"));
    assert_eq!(span(&parsed, 0, "/c"), (28, 29, "z"));
    assert_eq!(parsed.tape.text(parsed.tape.pointer(parsed.documents[0].root, "/b").unwrap()), "x\ny");
}

#[test]
fn block_scalars_end_with_their_last_line_of_text() {
    //                0          10
    //                01234 567 890 1 2 34567
    let parsed = read("a: |\n x\n y\n\n\nb: >- # c\n  z \n");
    assert_eq!(span(&parsed, 0, "/a"), (3, 10, "|\n x\n y"));
    assert_eq!(span(&parsed, 0, "/b"), (16, 27, ">- # c\n  z "));
    let empty = read("a: |\n\nb: 1\n");
    assert_eq!(span(&empty, 0, "/a"), (3, 4, "|"));
}

#[test]
fn block_collections_go_from_their_first_key_or_dash_to_their_last_value() {
    //                0         10         20         30
    //                01 234567890 123456789 0123456789012
    let parsed = read("a:\n  b: 1\n  c:\n  - x\n  - y: 2\n# end\n\nd: 3\n");
    assert_eq!(span(&parsed, 0, "/a"), (5, 29, "b: 1\n  c:\n  - x\n  - y: 2"));
    assert_eq!(span(&parsed, 0, "/a/c"), (17, 29, "- x\n  - y: 2"));
    assert_eq!(span(&parsed, 0, "/a/c/0"), (19, 20, "x"));
    assert_eq!(span(&parsed, 0, "/a/c/1"), (25, 29, "y: 2"));
    assert_eq!(span(&parsed, 0, "/d"), (40, 41, "3"));
}

#[test]
fn flow_collections_include_their_brackets() {
    //                0         10        20
    //                012345678901234567890123456
    let parsed = read("a: {b: [1, 22 ], c , d: }\ne: [\n]\n");
    assert_eq!(span(&parsed, 0, "/a"), (3, 25, "{b: [1, 22 ], c , d: }"));
    assert_eq!(span(&parsed, 0, "/a/b"), (7, 15, "[1, 22 ]"));
    assert_eq!(span(&parsed, 0, "/a/b/1"), (11, 13, "22"));
    assert_eq!(span(&parsed, 0, "/a/c"), (18, 18, ""));
    assert_eq!(span(&parsed, 0, "/a/d"), (23, 23, ""));
    assert_eq!(span(&parsed, 0, "/e"), (29, 32, "[\n]"));
}

#[test]
fn values_that_are_not_written_are_right_after_the_colon_or_dash() {
    //                0          10
    //                01 2345678 90123 456
    let parsed = read("a:\nb :  # c\nd:\n-\n- ~\n");
    assert_eq!(span(&parsed, 0, "/a"), (2, 2, ""));
    assert_eq!(span(&parsed, 0, "/b"), (6, 6, ""));
    assert_eq!(span(&parsed, 0, "/d/0"), (16, 16, ""));
    assert_eq!(span(&parsed, 0, "/d/1"), (19, 20, "~"));
    assert_eq!(span(&parsed, 0, ""), (0, 20, "a:\nb :  # c\nd:\n-\n- ~"));
}

#[test]
fn anchors_and_tags_are_left_out() {
    //                0         10        20        30
    //                0123456789012 34567890123456 789012345678
    let parsed = read("a: &x !!str 1\nb: &y\n  c: 1\nd: !foo {e: 1}\nf: &z\n");
    assert_eq!(span(&parsed, 0, "/a"), (12, 13, "1"));
    assert_eq!(span(&parsed, 0, "/b"), (22, 26, "c: 1"));
    assert_eq!(span(&parsed, 0, "/d"), (35, 41, "{e: 1}"));
    assert_eq!(span(&parsed, 0, "/f"), (47, 47, ""));
}

#[test]
fn what_comes_through_an_alias_or_merge_has_the_place_of_the_original() {
    //                0          10         20         30
    //                0123456789012345 67890 12 34567890123
    let parsed = read("a: &a {k: 1}\nb: *a\nc:\n  <<: *a\n  l: *a\n");
    assert_eq!(span(&parsed, 0, "/b"), (6, 12, "{k: 1}"));
    assert_eq!(span(&parsed, 0, "/b/k"), (10, 11, "1"));
    assert_eq!(span(&parsed, 0, "/c/k"), (10, 11, "1"));
    assert_eq!(span(&parsed, 0, "/c"), (24, 38, "<<: *a\n  l: *a"));
    assert_eq!(span(&parsed, 0, ""), (0, 38, "a: &a {k: 1}\nb: *a\nc:\n  <<: *a\n  l: *a"));
}

#[test]
fn offsets_are_bytes_whatever_the_characters_and_line_breaks() {
    //                  3 bytes   2   3    4 bytes
    let parsed = read("\u{feff}é: €😀\r\nb: [ü, x]\r\n---\nc: ß\n");
    assert_eq!(span(&parsed, 0, "/é"), (7, 14, "€😀"));
    assert_eq!(key(&parsed, "/é"), (3, 5, "é"));
    assert_eq!(span(&parsed, 0, "/b"), (19, 26, "[ü, x]"));
    assert_eq!(span(&parsed, 0, "/b/1"), (24, 25, "x"));
    assert_eq!(span(&parsed, 1, "/c"), (35, 37, "ß"));
    let lone = read("a: 1\rb: 2\r");
    assert_eq!(span(&lone, 0, "/b"), (8, 9, "2"));
}

#[test]
fn documents_share_the_file_among_them() {
    //                0          10         20
    //                01234567 89012 3456 7890123
    let parsed = read("# head\na: 1\n---\n# c\nb: 2\n---\n");
    let spans: Vec<(u32, u32, u32)> =
        parsed.documents.iter().map(|d| (d.index, d.span.start, d.span.end)).collect();
    assert_eq!(spans, [(0, 0, 12), (1, 12, 25)]);
    assert_eq!(span(&parsed, 1, "/b"), (23, 24, "2"));
}

#[test]
fn keys_and_items_know_whether_they_are_keys() {
    let parsed = read("a: [b]\n");
    let (tape, root) = (&parsed.tape, parsed.documents[0].root);
    let value = tape.get(root, "a").unwrap();
    let item = tape.items(value).next().unwrap();
    let name = tape.key_of(value).unwrap();
    assert_eq!((tape.kind(name), tape.text(name)), (Kind::Str, "a"));
    assert_eq!(tape.key_span(value).map(|s| (s.start, s.end)), Some((0, 1)));
    assert_eq!((tape.key_of(item), tape.key_of(root), tape.key_of(name)), (None, None, None));
}
