//! Values against schemas, as a table: `# schema`, then `+ value` for one that fits and `- value ? message` for one
//! that does not. The verdicts are those of the API server of Kubernetes 1.33, asked once for every line.

use serde_json::{Value, json};

use super::*;
use crate::yaml::{Limits, Parsed, parse};

fn read(value: &Value) -> Parsed {
    parse(value.to_string().into_bytes(), &Limits::default())
}

fn set_with(schema: &Value) -> SchemaSet {
    let schema = json!({"type": "object", "properties": {"spec": schema}});
    let version =
        json!({"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}});
    let names = json!({"kind": "Gadget", "plural": "gadgets"});
    let spec = json!({"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]});
    let metadata = json!({"name": "gadgets.example.com"});
    let crd = read(&json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": metadata, "spec": spec,
    }));
    let mut set = SchemaSet::embedded().unwrap();
    set.add_crd(&crd.tape, crd.documents[0].root).unwrap();
    set
}

/// Findings as `text of the place: message`.
fn judged(set: &SchemaSet, spec: &Value) -> (Vec<String>, Vec<RuleFailure>) {
    let object =
        json!({"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "a"}, "spec": spec});
    let parsed = read(&object);
    let Lookup::Found(schema) = set.lookup(set.newest(), "example.com/v1", "Gadget") else { panic!() };
    let mut issues = Vec::new();
    let failures = set.check(schema, &parsed.tape, parsed.documents[0].root, &mut issues);
    let source = object.to_string();
    let shown = |issue: &Issue| {
        let span = parsed.tape.span(issue.node);
        format!("{}: {}", &source[span.start as usize..span.end as usize], issue.message)
    };
    (issues.iter().map(shown).collect(), failures)
}

#[test]
fn the_table() {
    let (mut good, mut bad, mut wrong) = (0, 0, String::new());
    let mut set = None;
    for (number, line) in include_str!("cases/values.txt").lines().enumerate() {
        let Some((mark, text)) = line.split_once(' ').filter(|(mark, _)| matches!(*mark, "#" | "+" | "-"))
        else {
            assert!(line.is_empty() || line.starts_with("//"), "line {}: {line}", number + 1);
            continue;
        };
        if mark == "#" {
            set = Some(set_with(&serde_json::from_str(text).unwrap()));
            continue;
        }
        let (value, expected) = text.split_once(" ? ").unwrap_or((text, ""));
        let (found, failures) = judged(set.as_ref().unwrap(), &serde_json::from_str(value).unwrap());
        assert_eq!(failures, []);
        let is_right = match mark {
            "+" => found.is_empty(),
            _ => !expected.is_empty() && matches!(found.as_slice(), [only] if only.contains(expected)),
        };
        (good, bad) = if mark == "+" { (good + 1, bad) } else { (good, bad + 1) };
        if !is_right {
            wrong += &format!("line {}: {line}\n  found {found:?}\n", number + 1);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!((good, bad), (27, 31));
}

#[test]
fn what_is_filled_in_later_is_not_judged() {
    let set =
        set_with(&json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"properties": {"a": {"enum": ["x"]}}}, {"properties": {"b": {"pattern": "^y$"}}}]}));
    assert_eq!(judged(&set, &json!({"a": "${A}", "b": "z"})).0, [] as [&str; 0]);
    assert_eq!(judged(&set, &json!({"a": "z", "b": "${B}"})).0, [] as [&str; 0]);
    assert_eq!(judged(&set, &json!({"a": "z", "b": "z"})).0.len(), 1);
    let set = set_with(&json!({"type": "string", "not": {"enum": ["x"]}}));
    assert_eq!(judged(&set, &json!("${A}")).0, [] as [&str; 0]);
}

#[test]
fn a_form_that_is_not_known_here_decides_nothing() {
    let schema = json!({"type": "string", "oneOf": [{"format": "isbn"}, {"pattern": "^a"}]});
    assert_eq!(judged(&set_with(&schema), &json!("abc")).0, [] as [&str; 0]);
    let schema = json!({"type": "string", "not": {"format": "isbn"}});
    assert_eq!(judged(&set_with(&schema), &json!("abc")).0, [] as [&str; 0]);
    let schema = json!({"type": "string", "anyOf": [{"format": "isbn"}, {"pattern": "^a"}]});
    assert_eq!(judged(&set_with(&schema), &json!("b")).0, [] as [&str; 0]);
}

#[test]
fn too_many_alternatives_are_a_failure() {
    let alternatives: Vec<Value> =
        (0..1500).map(|number| json!({"properties": {"a": {"items": {"enum": [number]}}}})).collect();
    let list = json!({"type": "array", "items": {"type": "integer"}});
    let schema = json!({"type": "object", "properties": {"a": list}, "oneOf": alternatives});
    let (found, failures) = judged(&set_with(&schema), &json!({"a": vec![-1; 2000]}));
    assert_eq!(found.len(), 0, "{found:?}");
    assert_eq!(failures.len(), 1);
    assert!(failures[0].message.contains("more than 1000000 comparisons"), "{}", failures[0].message);
}
