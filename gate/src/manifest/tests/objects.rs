//! Identities, and lists opened.

use super::{names, read};

#[test]
fn identities() {
    for (text, expected) in [
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\n",
            "Deployment/shop/web",
        ),
        ("apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n", "Namespace/shop"),
        ("apiVersion: v1\nkind: Pod\nmetadata: { generateName: run- }\n", "Pod/run-*"),
        ("apiVersion: v1\nkind: Pod\nmetadata: { name: a, generateName: run- }\n", "Pod/a"),
        ("apiVersion: v1\nkind: Pod\nmetadata: { name: 12, namespace: '' }\n", "Pod/12"),
        ("apiVersion: v1\nkind: Pod\nmetadata: [name]\n", "Pod/"),
        ("apiVersion: v1\nkind: Pod\n", "Pod/"),
    ] {
        assert_eq!(names(&read(text)), [expected], "{text}");
    }
}

#[test]
fn lists_are_opened_in_order() {
    let text = "\
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Pod, metadata: { name: a } }
- apiVersion: v1
  kind: List
  items:
  - { apiVersion: v1, kind: Pod, metadata: { name: b } }
  - { apiVersion: v1, kind: Pod, metadata: { name: c } }
- { apiVersion: v1, kind: Pod, metadata: { name: d } }
---
apiVersion: v1
kind: Pod
metadata: { name: e }
";
    let manifest = read(text);
    assert_eq!(names(&manifest), ["Pod/a", "Pod/b", "Pod/c", "Pod/d", "Pod/e"]);
    let documents: Vec<u32> = manifest.objects().map(|object| object.document).collect();
    assert_eq!(documents, [0, 0, 0, 0, 1]);
    assert!(manifest.problems.is_empty());
}

#[test]
fn items_of_typed_lists_inherit() {
    let text = "\
apiVersion: apps/v1
kind: DeploymentList
items:
- metadata: { name: a }
- { apiVersion: v1, kind: Pod, metadata: { name: b } }
";
    let manifest = read(text);
    let found: Vec<_> = manifest
        .objects()
        .map(|object| (object.id.to_string(), object.id.group(), object.inherited))
        .collect();
    assert_eq!(found, [("Deployment/a".to_owned(), "apps", true), ("Pod/b".to_owned(), "", false)]);
}

#[test]
fn kinds_that_only_end_like_a_list_are_objects() {
    for text in [
        "apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: x }\nitems: [10.0.0.1]\n",
        "apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: x }\nspec: { items: [{}] }\n",
        "apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: x }\nitems: { a: b }\n",
    ] {
        assert_eq!(names(&read(text)), ["AllowList/x"], "{text}");
    }
}

#[test]
fn the_root_of_an_object_is_its_own_node() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n";
    let manifest = read(text);
    let object = manifest.objects().next().expect("an object");
    assert_eq!(manifest.tape.span(object.root).start, 35);
}

#[test]
fn lists_in_lists_without_end_are_survived() {
    let deep = "{apiVersion: v1, kind: List, items: [".repeat(4000);
    let text = format!("{deep}{{apiVersion: v1, kind: Pod, metadata: {{name: x}}}}{}", "]}".repeat(4000));
    assert_eq!(names(&read(&text)), ["Pod/x"]);
    let deeper = "{apiVersion: v1, kind: List, items: [".repeat(50_000);
    assert!(read(&deeper).problems.iter().any(|problem| problem.fatal));
}
