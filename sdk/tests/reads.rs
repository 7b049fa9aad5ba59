//! Typed reads of an object, and fixes that are written by value.

use gate_sdk::{Context, Document, Finding, Findings, Operation, Rule, Severity, Source};

const RULE: Rule = Rule { id: "r", title: "R", help: "", severity: Severity::Error };

fn document<'c>(index: u32, text: &str, context: &'c Context) -> Document<'c> {
    let source =
        Source { object: Some(text.to_owned()), old_object: Some(text.to_owned()), promoted_from: None };
    let mut document = Document::new(index, Operation::Update, source, context);
    document.api_version = "apps/v1".to_owned();
    document
}

#[test]
fn labels_and_annotations_know_their_place() {
    let context = Context::default();
    let text = r#"{"metadata": {"labels": {"a/b": "x", "c": 1}, "annotations": {"d": "y"}}}"#;
    let document = document(0, text, &context);
    assert_eq!(
        (document.label("a/b"), document.label("c"), document.annotation("d")),
        (Some("x"), None, Some("y"))
    );
    let pointer = |value: Option<gate_sdk::Value<'_>>| value.map(|value| value.pointer());
    assert_eq!(pointer(document.label_value("a/b")).as_deref(), Some("/metadata/labels/a~1b"));
    assert_eq!(pointer(document.annotation_value("d")).as_deref(), Some("/metadata/annotations/d"));
    assert_eq!(document.labels().map(|(key, _)| key).collect::<Vec<_>>(), ["a/b", "c"]);
    assert_eq!(document.annotations().count(), 1);
}

#[test]
fn the_chain_of_owners_is_followed_within_the_change() {
    let context = Context::default();
    let text = |name: &str, kind: &str, owner: &str| {
        format!(
            r#"{{"metadata": {{"name": "{name}", "ownerReferences": [{{"kind": "Other", "name": "o"}},
            {{"apiVersion": "apps/v1beta1", "kind": "{kind}", "name": "{owner}", "controller": true}}]}}}}"#
        )
    };
    let named = |index, kind: &str, name: &str, text: &str| {
        let mut document = document(index, text, &context);
        (document.kind, document.name) = (kind.to_owned(), name.to_owned());
        document.namespace = Some("n".to_owned());
        document
    };
    let documents = [
        named(0, "Pod", "p", &text("p", "ReplicaSet", "r")),
        named(1, "Deployment", "d", "{}"),
        named(2, "ReplicaSet", "r", &text("r", "Deployment", "d")),
        named(3, "Loop", "l", &text("l", "Loop", "m")),
        named(4, "Loop", "m", &text("m", "Loop", "l")),
    ];
    let chain = |of: usize| documents[of].owner_chain(&documents).iter().map(|d| d.index).collect::<Vec<_>>();
    assert_eq!(chain(0), [2, 1]);
    assert!(chain(1).is_empty());
    assert_eq!(chain(3), [4, 3]);
    let owners: Vec<_> =
        documents[0].owner_references().map(|owner| (owner.kind(), owner.is_controller())).collect();
    assert_eq!(owners, [("Other", false), ("ReplicaSet", true)]);
}

fn patch(build: impl FnOnce(&Document<'_>, &mut Finding)) -> Option<String> {
    let context = Context::default();
    let text = r#"{"a/b": [{"image": "x"}], "c": {}, "d": "{\"e\": 1}"}"#;
    let document = document(7, text, &context);
    let mut findings = Findings::default();
    build(&document, findings.on(&document, &RULE, "here"));
    findings.iter().next()?.fix.as_ref().map(|fix| fix.json_patch.clone())
}

#[test]
fn fixes_are_written_by_value() {
    let written = patch(|document, finding| {
        let root = document.object().expect("an object");
        let image = root.find("/a~1b/0/image").expect("an image");
        let (list, map) = (root.get("a/b").expect("a list"), root.get("c").expect("a map"));
        finding.suggest("mend it").replace(image, "y\"z").add(map, "k/l", true).append(list, [1]).remove(map);
    });
    let expected = r#"[{"op":"replace","path":"/a~1b/0/image","value":"y\"z"},{"op":"add","path":"/c/k~1l","value":true},{"op":"add","path":"/a~1b/-","value":[1]},{"op":"remove","path":"/c"}]"#;
    assert_eq!(written.as_deref(), Some(expected));
}

#[test]
fn what_is_not_in_the_object_cannot_be_mended() {
    let elsewhere = patch(|document, finding| {
        let root = document.object().expect("an object");
        let old = document.old_object().expect("an object");
        finding.suggest("no").remove(root.get("c").expect("c")).remove(old.get("c").expect("c"));
    });
    assert_eq!(elsewhere, None);
    let inside = patch(|document, finding| {
        let json = document.object().and_then(|root| root.get("d")?.embedded().ok()).expect("JSON");
        finding.suggest("no").replace(json.root().get("e").expect("e"), 2_u32);
    });
    assert_eq!(inside, None);
    let wrong_kind = patch(|document, finding| {
        let root = document.object().expect("an object");
        finding.suggest("no").append(root, 1_u32);
    });
    assert_eq!(wrong_kind, None);
}

#[test]
fn wildcards_reach_every_place_once() {
    let context = Context::default();
    let text =
        r#"{"a": {"image": "1", "b": [{"image": {"image": "2"}}, {"c": 3}]}, "image": "4", "b": {"x~y": 5}}"#;
    let document = document(0, text, &context);
    let find = |pattern| {
        let root = document.object().into_iter();
        root.flat_map(|root| root.find_all(pattern)).map(|value| value.pointer()).collect::<Vec<_>>()
    };
    assert_eq!(find("/*/b"), ["/a/b"]);
    assert_eq!(find("/a/b/*/c"), ["/a/b/1/c"]);
    assert_eq!(find("/**/image"), ["/a/image", "/a/b/0/image", "/a/b/0/image/image", "/image"]);
    assert_eq!(find("/**/**/image"), find("/**/image"));
    assert_eq!(find("/**/b/**/image"), ["/a/b/0/image", "/a/b/0/image/image"]);
    assert_eq!(find("/b/x~0y"), ["/b/x~0y"]);
    assert_eq!(find(""), [""]);
    assert!(find("/**/nothing/*").is_empty() && find("a").len() == 1);
}
