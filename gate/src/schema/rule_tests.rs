//! Rules in CEL on objects before and after a change, and on what they may cost.

use super::*;
use crate::yaml::{Limits, Parsed, parse};

fn read(source: &str) -> Parsed {
    let parsed = parse(source.as_bytes().to_vec(), &Limits::default());
    assert_eq!(parsed.problems, [], "{source}");
    parsed
}

fn set_with(definition: &str) -> SchemaSet {
    let mut set = SchemaSet::embedded().unwrap();
    let crd = read(definition);
    set.add_crd(&crd.tape, crd.documents[0].root).unwrap();
    set
}

/// Messages of issues and failures.
fn judged(set: &SchemaSet, old: Option<&str>, new: &str) -> (Vec<String>, Vec<String>) {
    let object = |spec: &str| {
        read(&format!("apiVersion: example.com/v1\nkind: Gadget\nmetadata: {{name: a}}\nspec: {spec}\n"))
    };
    let (new, old) = (object(new), old.map(object));
    let Lookup::Found(schema) = set.lookup(set.newest(), "example.com/v1", "Gadget") else { panic!() };
    let mut issues = Vec::new();
    let root = |parsed: &Parsed| parsed.documents[0].root;
    let before = old.as_ref().map(|old| (&old.tape, root(old)));
    let failures = set.check_change(schema, (&new.tape, root(&new)), before, &mut issues);
    (
        issues.into_iter().map(|issue| issue.message).collect(),
        failures.into_iter().map(|failure| failure.message).collect(),
    )
}

#[test]
fn rules_about_changes_look_at_the_same_place_of_base() {
    let set = set_with(include_str!("cases/rules-crd.yaml"));
    let cases = [
        (None, "{fixed: a}", ""),
        (Some("{}"), "{fixed: a}", ""),
        (Some("{fixed: a}"), "{fixed: a}", ""),
        (Some("{fixed: a}"), "{fixed: b}", "it is immutable"),
        (Some("{fixed: null}"), "{fixed: b}", ""),
        (Some("{fixed: a}"), "{}", ""),
        (Some("{grown: 5}"), "{grown: 4}", "it only grows"),
        (Some("{grown: 5}"), "{grown: 6}", ""),
        (Some("{}"), "{grown: 6}", "it only grows"),
        (Some("{tags: [a, b]}"), "{tags: [b, a]}", ""),
        (Some("{tags: [a, b]}"), "{tags: [a, c]}", "the tags stay"),
        (
            Some("{parts: [{name: a, size: 5}, {name: b, size: 1}]}"),
            "{parts: [{name: b, size: 2}, {name: a, size: 4}, {name: c, size: 0}]}",
            "parts do not shrink",
        ),
        (Some("{loose: [1]}"), "{loose: [2]}", ""),
        (Some("{whole: {a: 1}}"), "{whole: {a: 2}}", ""),
    ];
    for (old, new, expected) in cases {
        let (issues, failures) = judged(&set, old, new);
        assert_eq!(issues.join(","), expected, "{old:?} to {new}");
        assert_eq!(failures, [""; 0], "{old:?} to {new}");
    }
}

fn gadget(rules: &str) -> SchemaSet {
    set_with(&format!(
        "kind: CustomResourceDefinition\nspec:\n  group: example.com\n  names: {{kind: Gadget}}\n  versions:\n  - name: v1\n    \
         schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            \
         properties: {{list: {{type: array, items: {{type: integer}}}}}}\n            x-kubernetes-validations: {rules}\n"
    ))
}

#[test]
fn a_rule_that_cannot_be_judged_is_a_failure_and_never_a_pass() {
    let (issues, failures) = judged(&gadget("[{rule: self.list.all(}]"), None, "{list: [1]}");
    assert_eq!(issues, [""; 0]);
    let cannot = "the rule `self.list.all(` of the CustomResourceDefinition cannot be read: ";
    assert!(failures.len() == 1 && failures[0].starts_with(cannot), "{failures:?}");

    let (issues, failures) = judged(&gadget("[{rule: '1'}]"), None, "{}");
    assert_eq!(issues, [""; 0]);
    assert_eq!(failures, ["the rule `1` of the CustomResourceDefinition is neither true nor false"]);

    let items: Vec<String> = (0..2_000).map(|n| n.to_string()).collect();
    let hostile = gadget("[{rule: 'self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))'}]");
    let (issues, failures) = judged(&hostile, None, &format!("{{list: [{}]}}", items.join(", ")));
    assert_eq!(issues, [""; 0]);
    assert_eq!(failures.len(), 1);
    assert!(failures[0].ends_with("it takes more than 1000000 steps"), "{failures:?}");
}

#[test]
fn all_rules_of_an_object_share_a_budget() {
    let rule = "{rule: 'self.list.all(a, self.list.all(b, a + b >= 0))'}";
    let rules = format!("[{}]", vec![rule; 40].join(", "));
    let items: Vec<String> = (0..250).map(|n| n.to_string()).collect();
    let (issues, failures) = judged(&gadget(&rules), None, &format!("{{list: [{}]}}", items.join(", ")));
    assert_eq!(issues, [""; 0]);
    assert_eq!(failures.len(), 10, "{failures:?}");
}

#[test]
fn every_rule_of_the_pack_can_be_read() {
    let set = SchemaSet::embedded().unwrap();
    let (mut sources, mut broken) = (std::collections::BTreeSet::new(), Vec::new());
    super::cel_rules::each_of_the_pack(&set, |source| {
        if sources.insert(source.to_owned())
            && let Err(error) = crate::cel::Program::compile(source)
        {
            broken.push(format!("{source}: {error}"));
        }
    });
    assert_eq!(broken, [""; 0]);
    assert_eq!(sources.len(), 910);
}
