//! Any documents against the embedded schemas and against the CustomResourceDefinitions among them.
#![no_main]

use gate_fuzz::schema::{KubeVersion, Lookup, SchemaSet};
use gate_fuzz::yaml::{self, Kind, NodeId, Tape};
use gate_fuzz::{LIMITS, assert_inside};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let parsed = yaml::parse(bytes.to_vec(), &LIMITS);
    let mut set = SchemaSet::embedded().expect("the embedded pack");
    let maps = || parsed.documents.iter().filter(|document| parsed.tape.kind(document.root) == Kind::Map);
    for document in maps() {
        _ = set.add_crd(&parsed.tape, document.root);
    }
    for document in maps() {
        for version in [KubeVersion::new(16), set.newest()] {
            check(&set, version, &parsed.tape, document.root);
        }
    }
});

fn check(set: &SchemaSet, version: KubeVersion, tape: &Tape, root: NodeId) {
    let word = |key: &str| tape.str_at(root, key).unwrap_or_default();
    let mut issues = Vec::new();
    match set.lookup(version, word("apiVersion"), word("kind")) {
        Lookup::Found(schema) => {
            set.check(schema, tape, root, &mut issues);
        }
        other => issues.extend(other.issue(version, word("apiVersion"), word("kind"), root)),
    }
    for issue in issues {
        assert_inside(tape.span(issue.node), tape.source());
        assert!(!issue.message.is_empty());
        assert!(tape.path_to(root, issue.node).is_some(), "{issue:?} is not in its document");
    }
}
