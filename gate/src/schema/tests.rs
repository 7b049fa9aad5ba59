//! Cases as files: YAML, and at its end one comment for each finding, `#> line:column rule part of the message`, with
//! ` ? ` before the hint where there is one to compare. The places were counted by hand.

use super::*;
use crate::text::LineIndex;
use crate::yaml::{Limits, Parsed, Tape, parse};

const CASES: [(&str, &str); 18] = [
    ("accepted", include_str!("cases/accepted.yaml")),
    ("amounts", include_str!("cases/amounts.yaml")),
    ("config", include_str!("cases/config.yaml")),
    ("custom", include_str!("cases/custom.yaml")),
    ("definitions", include_str!("cases/definitions.yaml")),
    ("rules-crd", include_str!("cases/rules-crd.yaml")),
    ("duplicates", include_str!("cases/duplicates.yaml")),
    ("empty", include_str!("cases/empty.yaml")),
    ("invalid-name", include_str!("cases/invalid-name.yaml")),
    ("invalid-value", include_str!("cases/invalid-value.yaml")),
    ("missing-field", include_str!("cases/missing-field.yaml")),
    ("null-value", include_str!("cases/null-value.yaml")),
    ("pods", include_str!("cases/pods.yaml")),
    ("services", include_str!("cases/services.yaml")),
    ("rules", include_str!("cases/rules.yaml")),
    ("unknown-field", include_str!("cases/unknown-field.yaml")),
    ("workloads", include_str!("cases/workloads.yaml")),
    ("wrong-type", include_str!("cases/wrong-type.yaml")),
];

pub(super) fn read(source: &str) -> Parsed {
    let parsed = parse(source.as_bytes().to_vec(), &Limits::default());
    assert_eq!(parsed.problems, [], "{source}");
    parsed
}

fn set_with_widget() -> SchemaSet {
    let mut set = SchemaSet::embedded().unwrap();
    let crd = read(include_str!("cases/custom-crd.yaml"));
    let kinds = set.add_crd(&crd.tape, crd.documents[0].root).unwrap();
    assert_eq!(kinds, ["example.com/v1/Widget", "example.com/v2/Widget"]);
    let crd = read(include_str!("cases/rules-crd.yaml"));
    assert_eq!(set.add_crd(&crd.tape, crd.documents[0].root).unwrap(), ["example.com/v1/Gadget"]);
    set
}

/// Findings of every document as `line:column rule message ? hint`.
fn findings(set: &SchemaSet, version: KubeVersion, source: &str) -> Vec<String> {
    let parsed = read(source);
    let tape = &parsed.tape;
    let mut issues = Vec::new();
    for document in &parsed.documents {
        let word = |key| tape.str_at(document.root, key).unwrap_or_default();
        match set.lookup(version, word("apiVersion"), word("kind")) {
            Lookup::Found(schema) => {
                assert_eq!(set.check(schema, tape, document.root, &mut issues), []);
            }
            _ => assert_eq!(word("kind"), "", "no schema for {}", word("kind")),
        }
    }
    shown(tape, issues)
}

/// Each issue as `line:column rule message ? hint`, in the order of the source.
pub(super) fn shown(tape: &Tape, mut issues: Vec<Issue>) -> Vec<String> {
    let index = LineIndex::new(tape.source());
    let show = |issue: &Issue| {
        let place = index.line_col(tape.source(), tape.span(issue.node).start);
        let hint = issue.hint.as_ref().map(|hint| format!(" ? {hint}")).unwrap_or_default();
        format!("{}:{} {} {}{hint}", place.line, place.column, issue.rule.id(), issue.message)
    };
    issues.sort_by_key(|issue| tape.span(issue.node).start);
    issues.iter().map(show).collect()
}

/// The expectations at the end of a case.
pub(super) fn expected(source: &str) -> Vec<&str> {
    source.lines().filter_map(|line| line.strip_prefix("#> ")).collect()
}

/// The parts of an expectation: place and rule, part of the message, the hint.
pub(super) fn matches(expected: &str, found: &str) -> bool {
    let (rest, hint) = expected.split_once(" ? ").map_or((expected, None), |(rest, hint)| (rest, Some(hint)));
    let (place, message) = rest.split_at(rest.match_indices(' ').nth(1).map_or(rest.len(), |(at, _)| at));
    found.starts_with(place)
        && found.contains(message.trim())
        && hint.is_none_or(|hint| found.ends_with(&format!(" ? {hint}")))
}

#[test]
fn every_case_has_exactly_its_findings() {
    let set = set_with_widget();
    for (name, source) in CASES {
        let expected = expected(source);
        let found = findings(&set, KubeVersion::new(33), source);
        for (at, expected) in expected.iter().enumerate() {
            let found = found.get(at).map_or("nothing", String::as_str);
            assert!(matches(expected, found), "{name}: expected\n  {expected}\nfound\n  {found}");
        }
        assert_eq!(found.len(), expected.len(), "{name}: {:#?}", &found[expected.len().min(found.len())..]);
    }
}

#[test]
fn every_rule_of_objects_has_a_case() {
    let cases: String = CASES.iter().map(|(_, source)| *source).collect();
    let of_others = [
        SchemaRule::ImmutableField,
        SchemaRule::DeprecatedField,
        SchemaRule::DeprecatedApi,
        SchemaRule::RemovedApi,
        SchemaRule::FutureApi,
        SchemaRule::UnknownApiVersion,
        SchemaRule::MisspeltKind,
        SchemaRule::BreakingCrdChange,
        SchemaRule::RejectedKind,
    ];
    for rule in SchemaRule::ALL {
        assert!(of_others.contains(&rule) || cases.contains(rule.id()), "{} has no case", rule.id());
    }
}

#[test]
fn values_of_secrets_are_never_shown() {
    let source = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: hunter2!, b: 5417}\nstringData: {c: 98765}\ntype: true\n";
    let found = findings(&SchemaSet::embedded().unwrap(), KubeVersion::new(33), source);
    assert_eq!(found.len(), 4);
    for text in found {
        assert!(!["hunter2", "5417", "98765"].iter().any(|secret| text.contains(secret)), "{text}");
    }
}

#[test]
fn a_dated_schema_warns_where_a_newer_one_may_know_better() {
    let source = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {secretName: a, issuerRef: {name: a}, brandNew: 1, isCA: 5}\n";
    let set = SchemaSet::embedded().unwrap();
    let parsed = read(source);
    let Lookup::Found(schema) = set.lookup(set.newest(), "cert-manager.io/v1", "Certificate") else {
        panic!()
    };
    let mut issues = Vec::new();
    set.check(schema, &parsed.tape, parsed.documents[0].root, &mut issues);
    let found: Vec<_> = issues.iter().map(|issue| (issue.rule, issue.severity)).collect();
    assert_eq!(
        found,
        [(SchemaRule::UnknownField, Severity::Warning), (SchemaRule::WrongType, Severity::Error)]
    );
}

fn lookup(version: u8, api_version: &str, kind: &str) -> String {
    let set = set_with_widget();
    let parsed = read("a: b");
    let root = parsed.documents[0].root;
    let (version, found) =
        (KubeVersion::new(version), set.lookup(KubeVersion::new(version), api_version, kind));
    match (found.issue(version, api_version, kind, root), found) {
        (Some(issue), _) => {
            format!("{} {} ? {}", issue.rule.id(), issue.message, issue.hint.unwrap_or_default())
        }
        (None, Lookup::Found(_)) => "found".to_owned(),
        (None, _) => "unknown".to_owned(),
    }
}

#[test]
fn lookups_say_what_is_wrong_with_a_kind() {
    let removed = "schema/removed-api PodDisruptionBudget in policy/v1beta1 was removed in Kubernetes 1.25; the last version that serves it is 1.24 ? use policy/v1";
    assert_eq!(lookup(24, "policy/v1beta1", "PodDisruptionBudget"), "found");
    assert_eq!(lookup(25, "policy/v1beta1", "PodDisruptionBudget"), removed);
    assert!(lookup(22, "extensions/v1beta1", "Ingress").ends_with(
        "removed in Kubernetes 1.22; the last version that serves it is 1.21 ? use networking.k8s.io/v1"
    ));
    assert!(
        lookup(25, "policy/v1beta1", "PodSecurityPolicy")
            .ends_with("? nothing replaces it in Kubernetes 1.25")
    );
    assert_eq!(
        lookup(22, "autoscaling/v2", "HorizontalPodAutoscaler"),
        "schema/future-api HorizontalPodAutoscaler in autoscaling/v2 is not served by Kubernetes 1.22; it came with 1.23 ? "
    );
    assert!(lookup(33, "apps/v1", "deployment").ends_with("? did you mean apps/v1 Deployment?"));
    assert!(lookup(33, "apps/v3", "Deployment").ends_with("? it exists in apps/v1"));
    assert!(
        lookup(33, "example.com/v3", "Widget").ends_with("? it exists in example.com/v1, example.com/v2")
    );
    assert_eq!(lookup(33, "example.com/v1", "Widget"), "found");
    assert_eq!(lookup(33, "example.org/v1", "Widget"), "unknown");
    assert_eq!(lookup(33, "cert-manager.io/v9", "Certificate"), "unknown");
}

/// What is said of the API version of an empty object.
fn deprecation(version: u8, api_version: &str, kind: &str) -> Vec<String> {
    let mut set = SchemaSet::embedded().unwrap();
    let crd = read(
        "kind: CustomResourceDefinition\nspec: {group: example.com, names: {kind: Old}, versions: [{name: v1, deprecated: true}, {name: v2}]}",
    );
    set.add_crd(&crd.tape, crd.documents[0].root).unwrap();
    let parsed = read(&format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n"));
    let Lookup::Found(schema) = set.lookup(KubeVersion::new(version), api_version, kind) else {
        panic!("{kind}")
    };
    let mut issues = Vec::new();
    set.check(schema, &parsed.tape, parsed.documents[0].root, &mut issues);
    issues.retain(|issue| issue.rule == SchemaRule::DeprecatedApi);
    assert!(issues.iter().all(|issue| issue.severity == Severity::Warning));
    issues
        .into_iter()
        .map(|issue| format!("{} ? {}", issue.message, issue.hint.unwrap_or_default()))
        .collect()
}

#[test]
fn deprecated_api_versions_are_told_with_what_replaces_them() {
    assert_eq!(deprecation(20, "policy/v1beta1", "PodDisruptionBudget"), Vec::<String>::new());
    assert_eq!(
        deprecation(21, "policy/v1beta1", "PodDisruptionBudget"),
        [
            "PodDisruptionBudget in policy/v1beta1 is deprecated since Kubernetes 1.21; 1.25 removes it ? use policy/v1"
        ]
    );
    assert_eq!(deprecation(33, "apps/v1", "Deployment"), Vec::<String>::new());
    assert_eq!(
        deprecation(33, "helm.toolkit.fluxcd.io/v2beta1", "HelmRelease"),
        [
            "HelmRelease in helm.toolkit.fluxcd.io/v2beta1 is deprecated since Flux 2.2; 2.7 removes it ? use helm.toolkit.fluxcd.io/v2"
        ]
    );
    assert_eq!(
        deprecation(33, "example.com/v1", "Old"),
        ["Old in example.com/v1 is deprecated by its CustomResourceDefinition ? use a newer version"]
    );
    assert_eq!(deprecation(33, "example.com/v2", "Old"), Vec::<String>::new());
    assert_eq!(
        lookup(33, "certmanager.k8s.io/v1alpha1", "Issuer"),
        "schema/removed-api Issuer in certmanager.k8s.io/v1alpha1 was removed in cert-manager 0.11 ? use cert-manager.io/v1"
    );
}

#[test]
fn a_crd_cannot_take_the_place_of_a_built_in_kind() {
    let mut set = SchemaSet::embedded().unwrap();
    let crd = read(
        "kind: CustomResourceDefinition\nspec: {group: apps, names: {kind: Deployment}, versions: [{name: v1}]}",
    );
    set.add_crd(&crd.tape, crd.documents[0].root).unwrap();
    let Lookup::Found(schema) = set.lookup(set.newest(), "apps/v1", "Deployment") else { panic!() };
    assert!(!schema.is_custom());
}

#[test]
fn definitions_that_are_none_are_refused() {
    let mut set = SchemaSet::embedded().unwrap();
    for source in ["a: b", "spec: {group: a}", "spec: {group: a, names: {kind: B}, versions: []}"] {
        let parsed = read(source);
        assert!(set.add_crd(&parsed.tape, parsed.documents[0].root).is_err(), "{source}");
    }
}

#[test]
fn the_pack_is_whole() {
    let set = SchemaSet::embedded().unwrap();
    let versions: Vec<u8> = set.versions().iter().map(|version| version.minor).collect();
    assert_eq!(versions, (11..=37).collect::<Vec<u8>>());
    set.verify().unwrap();
    for version in set.versions() {
        for (api_version, kind) in
            [("v1", "Pod"), ("apps/v1", "Deployment"), ("rbac.authorization.k8s.io/v1", "Role")]
        {
            assert!(matches!(set.lookup(version, api_version, kind), Lookup::Found(_)), "{version} {kind}");
        }
    }
    for (api_version, kind) in [
        ("bitnami.com/v1alpha1", "SealedSecret"),
        ("argoproj.io/v1alpha1", "Application"),
        ("tekton.dev/v1", "Task"),
    ] {
        assert!(matches!(set.lookup(set.newest(), api_version, kind), Lookup::Found(_)), "{kind}");
    }
}

#[test]
fn the_pack_is_small() {
    let pack = include_bytes!("../../schemas/pack.bin");
    assert!(pack.len() < 1_000_000, "{} bytes", pack.len());
}

#[test]
fn a_damaged_pack_is_an_error_and_never_a_panic() {
    let pack = include_bytes!("../../schemas/pack.bin");
    for len in [0, 3, 4, 63, 64, 1000, pack.len() - 1] {
        assert!(SchemaSet::from_pack(pack[..len].to_vec().into()).is_err(), "{len}");
    }
    let source = CASES[0].1;
    for seed in 0..40u32 {
        let mut bytes = pack.to_vec();
        for at in (64 + seed as usize..bytes.len()).step_by(97) {
            bytes[at] = bytes[at].wrapping_mul(31).wrapping_add(seed as u8);
        }
        let set = SchemaSet::from_pack(bytes.into()).unwrap();
        assert!(set.verify().is_err());
        let parsed = read(source);
        // A damaged table may use up all the comparisons that an object may take: each round looks at another tenth.
        for document in parsed.documents.iter().skip(seed as usize % 10).step_by(10) {
            let word = |key| parsed.tape.str_at(document.root, key).unwrap_or_default();
            if let Lookup::Found(schema) = set.lookup(set.newest(), word("apiVersion"), word("kind")) {
                set.check(schema, &parsed.tape, document.root, &mut Vec::new());
            }
        }
    }
}
