//! What is wrong with manifests, with places counted by hand.

use super::super::{RULE_IDS, Surroundings, rules};
use super::{read, read_in};
use crate::model::SkipReason;
use crate::text::LineIndex;

const RESOURCE: Surroundings = Surroundings {
    kustomization: false,
    resource: true,
    patch: false,
    values: false,
    values_name: false,
    auxiliary: false,
    fixture: false,
};

/// `line:col rule: message` of every problem.
fn problems(text: &str, around: &Surroundings) -> Vec<String> {
    let manifest = read_in("a.yaml", text, around);
    let lines = LineIndex::new(text.as_bytes());
    let show = |problem: &super::super::Problem| {
        let at = lines.line_col(text.as_bytes(), problem.span.start);
        format!("{}:{} {}: {}", at.line, at.column, problem.rule, problem.message)
    };
    manifest.problems.iter().map(show).collect()
}

#[test]
fn documents_that_are_almost_objects() {
    let looks = "manifest/incomplete-object: a document that looks like an object";
    for (text, expected) in [
        ("kind: Pod\nmetadata:\n  name: x\n", format!("1:7 {looks} has no `apiVersion`")),
        ("apiVersion: v1\nmetadata:\n  generateName: x\n", format!("1:13 {looks} has no `kind`")),
        (
            "metadata: { name: x }\napiVersion: 1\nkind: Pod\n",
            format!("2:13 {looks} has an `apiVersion` that is no text"),
        ),
        (
            "apiVersion: v1\nkind: yes\nmetadata: { name: x }\n",
            format!("2:7 {looks} has a `kind` that is no text"),
        ),
        ("a: 1\n---\nkind: Pod\nmetadata: { name: x }\n", format!("3:7 {looks} has no `apiVersion`")),
    ] {
        assert_eq!(problems(text, &Surroundings::default()), [expected], "{text}");
    }
}

#[test]
fn documents_that_are_no_objects_at_all() {
    for text in [
        "kind: DaemonSet\nreplicas: 1\n",
        "apiVersion: v2\nname: chart\n",
        "metadata: { name: x }\n",
        "kind: Pod\nmetadata: x\n",
        "- kind: Pod\n",
        "text\n",
    ] {
        assert_eq!(problems(text, &Surroundings::default()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_a_kustomization_lists_must_be_an_object() {
    let listed = "manifest/incomplete-object: a document that a kustomization lists as a resource";
    for (text, expected) in [
        ("a: 1\n", format!("1:1 {listed} has neither `apiVersion` nor `kind`")),
        ("kind: Pod\n", format!("1:7 {listed} has no `apiVersion`")),
        ("- op: add\n  path: /x\n", format!("1:1 {listed} is no mapping")),
        ("apiVersion: v1\nkind: Pod\n---\ntext\n", format!("4:1 {listed} is no mapping")),
    ] {
        assert_eq!(problems(text, &RESOURCE), [expected], "{text}");
    }
    assert_eq!(problems("# nothing\n---\napiVersion: v1\nkind: Pod\n", &RESOURCE), Vec::<String>::new());
}

#[test]
fn items_of_lists_must_be_objects() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n- 3\n- { apiVersion: v1, kind: Pod }\n";
    assert_eq!(
        problems(text, &Surroundings::default()),
        [
            "4:9 manifest/incomplete-object: an item of a list has no `apiVersion`",
            "5:3 manifest/incomplete-object: an item of a list is no mapping",
        ]
    );
}

#[test]
fn yaml_problems_keep_their_place_and_the_other_documents() {
    let manifest = read("apiVersion: v1\nkind: Pod\n---\na: [\n---\napiVersion: v1\nkind: Pod\n");
    let rules: Vec<_> = manifest.problems.iter().map(|problem| (problem.rule, problem.fatal)).collect();
    assert_eq!(rules, [("manifest/yaml-syntax", true)]);
    assert!(manifest.objects().count() >= 1);
    let manifest = read("apiVersion: v1\nkind: Pod\nkind: Pod\n");
    let rules: Vec<_> = manifest.problems.iter().map(|problem| (problem.rule, problem.fatal)).collect();
    assert_eq!(rules, [("manifest/duplicate-key", false)]);
    assert_eq!(manifest.objects().count(), 1);
}

#[test]
fn a_template_outside_a_chart_is_named_as_one() {
    let manifest = read("{{- if .Values.x }}\na: b\n{{- end }}\n");
    let hint = manifest.problems.first().and_then(|problem| problem.hint).unwrap_or_default();
    assert!(hint.contains("looks like a template"), "{:?}", manifest.problems);
    let hint = read("a: [\n").problems[0].hint.unwrap_or_default();
    assert!(hint.contains("a quote or bracket that is not closed"), "{hint}");
}

#[test]
fn json_that_is_none_of_our_business_is_left_alone() {
    let text = "{ // settings\n  \"a\": 1 \n";
    let around = Surroundings::default();
    let manifest = read_in("x/tsconfig.json", text, &around);
    assert_eq!((manifest.problems.len(), manifest.skipped), (0, Some(SkipReason::NotAnObject)));
    assert!(!read_in("x/tsconfig.json", text, &RESOURCE).problems.is_empty());
    assert!(!read_in("x/a.json", "{\"apiVersion\": \"v1\"", &around).problems.is_empty());
    assert!(!read_in("x/a.yaml", text, &around).problems.is_empty());
}

#[test]
fn every_rule_is_documented() {
    let ids: Vec<String> = rules().into_iter().map(|rule| rule.id).collect();
    assert_eq!(ids, RULE_IDS);
    assert!(
        rules()
            .iter()
            .all(|rule| rule.help.contains("## What it does") && rule.help.contains("## Use instead"))
    );
}

#[test]
fn any_bytes_are_survived() {
    for bytes in [
        &b"\xff\xfe\x00a"[..],
        b"a: \x00",
        b"\xef\xbb\xbfkind: Pod",
        b"%YAML 9.9\n---\na",
        b"? ? ?",
        b"*a",
        b"&a *a",
    ] {
        let path = "a.yaml".into();
        let manifest = super::super::Manifest::read(&path, bytes.to_vec(), &RESOURCE, &Default::default());
        assert!(!manifest.problems.is_empty(), "{bytes:?}");
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_survived() {
    let whole =
        "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata: { name: x }\n---\n[{op: a, path: b}]\n";
    for end in 0..whole.len() {
        for around in [Surroundings::default(), RESOURCE] {
            let _ = read_in("a.yaml", &whole[..end], &around).units();
            let _ = read_in("a.json", &whole[end..], &around).units();
        }
    }
}
