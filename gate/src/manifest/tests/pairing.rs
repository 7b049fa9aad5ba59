//! Base and head of one file.

use super::super::{Pair, pair};
use super::read;

/// Pairs as `base>head` positions, `-` for none.
fn pairs(base: &str, head: &str) -> Vec<String> {
    let (base, head) = (read(base), read(head));
    let show = |position: Option<usize>| position.map_or("-".to_owned(), |at| at.to_string());
    let found: Vec<Pair> = pair(&base.units(), &head.units());
    found.into_iter().map(|pair| format!("{}>{}", show(pair.base), show(pair.head))).collect()
}

fn objects(names: &[&str]) -> String {
    let one = |name: &&str| {
        let (kind, name) = name.split_once('/').unwrap_or(("Pod", name));
        format!("apiVersion: v1\nkind: {kind}\nmetadata: {{ name: {name} }}\n")
    };
    names.iter().map(one).collect::<Vec<_>>().join("---\n")
}

#[test]
fn objects_are_matched_by_identity_then_by_order() {
    for (base, head, expected) in [
        (&["a", "b"][..], &["b", "a"][..], &["1>0", "0>1"][..]),
        (&["a"], &["a", "b"], &["0>0", "->1"]),
        (&["a", "b"], &["b"], &["1>0", "0>-"]),
        (&["a", "b"], &["b", "c"], &["1>0", "0>1"]),
        (&["a"], &["b"], &["0>0"]),
        (&["Pod/a"], &["Service/a"], &["->0", "0>-"]),
        (&["a", "a"], &["a", "a", "a"], &["0>0", "1>1", "->2"]),
        (&[], &["a"], &["->0"]),
        (&["a"], &[], &["0>-"]),
        (&[], &[], &[]),
    ] {
        assert_eq!(pairs(&objects(base), &objects(head)), expected, "{base:?} {head:?}");
    }
}

#[test]
fn the_version_of_an_api_is_no_part_of_the_identity() {
    let object =
        |version: &str| format!("apiVersion: apps/{version}\nkind: Deployment\nmetadata: {{ name: a }}\n");
    assert_eq!(pairs(&object("v1beta1"), &object("v1")), ["0>0"]);
}

#[test]
fn other_documents_are_matched_by_role_and_order() {
    assert_eq!(pairs("a: 1\n---\nb: 1\n", "c: 1\n"), ["0>0", "1>-"]);
    assert_eq!(pairs("a: 1\n", "- op: add\n  path: /x\n"), ["->0", "0>-"]);
    let object = objects(&["x"]);
    assert_eq!(pairs(&format!("{object}---\na: 1\n"), "a: 2\n"), ["1>0", "0>-"]);
}
