//! Expressions on documents.

use super::super::*;
use super::result;
use crate::yaml::{Limits, parse};

fn on(document: &str, source: &str) -> String {
    let parsed = parse(document.as_bytes().to_vec(), &Limits::default());
    let place = Place { tape: &parsed.tape, types: &Untyped, node: parsed.documents[0].root, shape: DYNAMIC };
    result(source, place.read().unwrap())
}

#[test]
fn documents_are_read_where_they_are() {
    let document = "a: 1\nb: {c: [v, w], d: 1.5}\ne: null\nf: \"true\"\ng: true\nh: 18446744073709551615\n";
    let cases = [
        ("self.a", "1"),
        ("self.b.c[1]", "\"w\""),
        ("self.b.c.all(s, size(s) == 1)", "true"),
        ("self.b", "{\"c\": [\"v\", \"w\"], \"d\": 1.5}"),
        ("has(self.e)", "true"),
        ("self.e == null", "true"),
        ("has(self.z)", "false"),
        ("self.z", "error: no such key: z"),
        ("self.f == self.g", "false"),
        ("self.h", "1.8446744073709552e19"),
        ("size(self)", "6"),
        ("self.exists(k, k == 'g')", "true"),
        ("self.b.c + ['z']", "[\"v\", \"w\", \"z\"]"),
        ("self.b == {'d': 1.5, 'c': ['v', 'w']}", "true"),
    ];
    for (source, expected) in cases {
        assert_eq!(on(document, source), expected, "{source}");
    }
}

#[test]
fn long_documents_cost_what_they_are_long() {
    let items: String = (0..20_000).map(|n| format!("- {n}\n")).collect();
    assert_eq!(on(&items, "self.all(x, x >= 0)"), "true");
    assert_eq!(on(&items, "self.all(x, self.exists(y, y == x))"), "error: it takes more than 1000000 steps");
    assert_eq!(
        on(&items, "lists.range(20000).all(i, self[i] == i)"),
        "error: it takes more than 1000000 steps"
    );
}
