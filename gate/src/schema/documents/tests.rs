//! Cases of kustomizations and charts as files, as those of objects (`schema/tests.rs`), and what kustomize and Helm
//! themselves have said of small ones.

use super::DocumentSchema;
use crate::model::Severity;
use crate::schema::tests::{expected, matches, read, shown};
use crate::schema::{Issue, SchemaSet};
use crate::yaml::Parsed;

const CASES: [(&str, DocumentSchema, &str); 5] = [
    ("kustomization", DocumentSchema::Kustomization, include_str!("../cases/documents/kustomization.yaml")),
    (
        "kustomization-accepted",
        DocumentSchema::Kustomization,
        include_str!("../cases/documents/kustomization-accepted.yaml"),
    ),
    (
        "kustomization-heads",
        DocumentSchema::Kustomization,
        include_str!("../cases/documents/kustomization-heads.yaml"),
    ),
    ("chart", DocumentSchema::Chart, include_str!("../cases/documents/chart.yaml")),
    ("requirements", DocumentSchema::Requirements, include_str!("../cases/documents/requirements.yaml")),
];

fn issues(set: &SchemaSet, what: DocumentSchema, parsed: &Parsed) -> Vec<Issue> {
    let mut issues = Vec::new();
    for document in &parsed.documents {
        set.check_document(what, &parsed.tape, document.root, &mut issues).unwrap();
    }
    issues
}

#[test]
fn every_case_has_exactly_its_findings() {
    let set = SchemaSet::embedded().unwrap();
    for (name, what, source) in CASES {
        let parsed = read(source);
        let found = shown(&parsed.tape, issues(&set, what, &parsed));
        let expected = expected(source);
        for (at, expected) in expected.iter().enumerate() {
            let found = found.get(at).map_or("nothing", String::as_str);
            assert!(matches(expected, found), "{name}: expected\n  {expected}\nfound\n  {found}");
        }
        assert_eq!(found.len(), expected.len(), "{name}: {:#?}", &found[expected.len().min(found.len())..]);
    }
}

/// Holds the verdict of the tool itself against errors, document by document.
fn as_the_tool(what: DocumentSchema, source: &str) -> usize {
    let set = SchemaSet::embedded().unwrap();
    let (_, cases) = source.split_once('\n').unwrap();
    let cases: Vec<&str> = cases.split("=====\n").collect();
    for case in &cases {
        let (verdict, text) = case.split_once('\n').unwrap();
        let parsed = crate::yaml::parse(text.as_bytes().to_vec(), &crate::yaml::Limits::default());
        let mut issues = Vec::new();
        for document in parsed.documents.iter().take(1) {
            set.check_document(what, &parsed.tape, document.root, &mut issues).unwrap();
        }
        issues.retain(|issue| issue.severity == Severity::Error);
        assert_eq!(issues.is_empty(), verdict == "ok", "{text}{issues:#?}");
    }
    cases.len()
}

#[test]
fn errors_are_what_kustomize_refuses() {
    let cases = as_the_tool(DocumentSchema::Kustomization, include_str!("../cases/documents/kustomize.txt"));
    assert!(cases > 90, "{cases}");
}

#[test]
fn errors_are_what_helm_refuses() {
    let cases = as_the_tool(DocumentSchema::Chart, include_str!("../cases/documents/helm.txt"));
    assert!(cases > 30, "{cases}");
}

#[test]
fn values_of_generated_secrets_are_never_shown() {
    let set = SchemaSet::embedded().unwrap();
    let parsed = read(CASES[0].2);
    for text in shown(&parsed.tape, issues(&set, DocumentSchema::Kustomization, &parsed)) {
        assert!(!["hunter", "12345678"].iter().any(|secret| text.contains(secret)), "{text}");
    }
}

#[test]
fn what_helm_takes_is_no_error() {
    let set = SchemaSet::embedded().unwrap();
    let parsed = read("apiVersion: v1\nname: a\nversion: 1\ntype: library\nfoo: bar\nappVersion: 1.1\n");
    let found = issues(&set, DocumentSchema::Chart, &parsed);
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found.iter().all(|issue| issue.severity == Severity::Warning));
}
