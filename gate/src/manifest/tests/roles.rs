//! One document, by what it says and what its surroundings say.

use super::super::Surroundings;
use super::read_in;
use crate::model::{Role, SkipReason};

const NONE: Surroundings = Surroundings {
    kustomization: false,
    resource: false,
    patch: false,
    values: false,
    values_name: false,
    auxiliary: false,
    fixture: false,
};
const KUSTOMIZATION: Surroundings = Surroundings { kustomization: true, ..NONE };
const RESOURCE: Surroundings = Surroundings { resource: true, ..NONE };
const PATCH: Surroundings = Surroundings { patch: true, ..NONE };
const VALUES: Surroundings = Surroundings { values: true, values_name: true, ..NONE };
const VALUES_NAME: Surroundings = Surroundings { values_name: true, ..NONE };
const FIXTURE: Surroundings = Surroundings { fixture: true, ..NONE };
const AUXILIARY: Surroundings = Surroundings { auxiliary: true, ..NONE };

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: { name: x }\n";
const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";
const KUSTOMIZE: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
const OPERATIONS: &str = "- op: remove\n  path: /spec/replicas\n- op: add\n  path: /x\n  value: 1\n";

#[test]
fn roles() {
    for (text, around, expected) in [
        (POD, NONE, Role::Object),
        ("{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}", NONE, Role::Object),
        (POD, KUSTOMIZATION, Role::Object),
        (POD, RESOURCE, Role::Object),
        (POD, PATCH, Role::Patch),
        (POD, Surroundings { resource: true, patch: true, ..NONE }, Role::Object),
        (POD, VALUES, Role::Values),
        (POD, Surroundings { resource: true, ..VALUES }, Role::Object),
        (POD, VALUES_NAME, Role::Object),
        (POD, AUXILIARY, Role::Other),
        (POD, FIXTURE, Role::Object),
        ("replicas: 1\n", FIXTURE, Role::Other),
        (KUSTOMIZE, FIXTURE, Role::Kustomization),
        (OPERATIONS, FIXTURE, Role::Patch),
        (POD, Surroundings { values_name: true, ..AUXILIARY }, Role::Other),
        ("replicas: 1\n", Surroundings { values_name: true, ..AUXILIARY }, Role::Values),
        (FLUX, NONE, Role::Object),
        (FLUX, KUSTOMIZATION, Role::Object),
        (KUSTOMIZE, NONE, Role::Kustomization),
        (KUSTOMIZE, KUSTOMIZATION, Role::Kustomization),
        (COMPONENT, NONE, Role::Kustomization),
        ("resources: [a.yaml]\n", KUSTOMIZATION, Role::Kustomization),
        ("kind: Kustomization\n", KUSTOMIZATION, Role::Kustomization),
        ("kind: Kustomisation\n", KUSTOMIZATION, Role::Kustomization),
        ("apiVersion: v1beta1\nkind: Component\n", KUSTOMIZATION, Role::Kustomization),
        ("apiVersion: v1beta1\nkind: Component\n", NONE, Role::Object),
        ("kind: Kustomization\n", NONE, Role::Other),
        ("resources: [a.yaml]\n", NONE, Role::Other),
        ("apiVersion: kustomize.config.k8s.io/v1\nkind: Plugin\n", NONE, Role::Object),
        (OPERATIONS, NONE, Role::Patch),
        ("[{\"op\": \"test\", \"path\": \"/a\", \"value\": 1}]", NONE, Role::Patch),
        ("- op: remove\n", NONE, Role::Other),
        ("[]\n", NONE, Role::Other),
        ("replicas: 1\n", PATCH, Role::Patch),
        ("replicas: 1\n", VALUES, Role::Values),
        ("replicas: 1\n", VALUES_NAME, Role::Values),
        ("kind: DaemonSet\nreplicas: 1\n", VALUES_NAME, Role::Values),
        ("apiVersion: v2\nname: chart\nversion: 1.0.0\n", AUXILIARY, Role::Other),
        ("replicas: 1\n", NONE, Role::Other),
        ("apiVersion: v1\nkind: ''\n", NONE, Role::Other),
        ("apiVersion: 1\nkind: Pod\n", NONE, Role::Other),
        ("text\n", NONE, Role::Other),
    ] {
        let manifest = read_in("a.yaml", text, &around);
        let roles: Vec<Role> = manifest.documents.iter().map(|document| document.role).collect();
        assert_eq!(roles, [expected], "{text}\n{around:?}");
    }
}

#[test]
fn every_document_has_a_role_of_its_own() {
    let manifest = read_in("a.yaml", &format!("{POD}---\nx: 1\n---\n{KUSTOMIZE}---\n{OPERATIONS}"), &NONE);
    let found: Vec<_> = manifest
        .documents
        .iter()
        .map(|document| (document.index, document.skip_reason(&manifest.tape)))
        .collect();
    assert_eq!(
        found,
        [
            (0, None),
            (1, Some(SkipReason::NotAnObject)),
            (2, Some(SkipReason::Kustomization)),
            (3, Some(SkipReason::Patch)),
        ]
    );
}

#[test]
fn objects_of_tests_are_objects_all_the_same() {
    let manifest = read_in("a.yaml", &format!("{POD}---\n{KUSTOMIZE}"), &FIXTURE);
    let found: Vec<_> = manifest.documents.iter().map(|d| d.skip_reason(&manifest.tape)).collect();
    assert_eq!(found, [None, Some(SkipReason::Kustomization)]);
}

#[test]
fn files_without_documents_say_so() {
    for text in ["", "\n\n", "# only a comment\n", "---\n"] {
        let manifest = read_in("a.yaml", text, &NONE);
        let empty = manifest.skipped == Some(SkipReason::Empty)
            || manifest.documents.iter().all(|d| d.skip_reason(&manifest.tape) == Some(SkipReason::Empty));
        assert!(empty && manifest.problems.is_empty(), "{text:?}");
    }
}

#[test]
fn an_empty_list_is_an_object_with_nothing_to_check() {
    let manifest = read_in("a.yaml", "apiVersion: v1\nkind: List\nitems: []\n", &NONE);
    assert_eq!(manifest.documents[0].skip_reason(&manifest.tape), Some(SkipReason::Empty));
    assert!(manifest.problems.is_empty());
}
