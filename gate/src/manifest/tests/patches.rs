//! Patches: whom they are for, what they settle, and whether every way to a cluster passes one.

use super::super::{FluxKustomization, Kustomization, KustomizeIndex, Listing, Patch, PatchText, Spot};
use super::read;
use crate::model::{ObjectId, RepoPath};

const OBJECT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web, tier: front }
spec:
  template:
    spec:
      containers:
      - name: web
        env: []
      - name: log
";

/// The patches of a kustomization with this text.
fn patches(text: &str) -> Vec<Patch> {
    Listing::read(&RepoPath::from("k/kustomization.yaml"), text.as_bytes().to_vec()).patches
}

/// Whether the one patch of `kustomization`, written inline, settles `pointer` of the object.
fn settles(kustomization: &str, pointer: &str, absent: bool) -> bool {
    let object = read(OBJECT);
    let id = ObjectId {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: None,
        name: "web".into(),
    };
    let spot = Spot { tape: &object.tape, root: object.documents[0].root, id: &id, pointer, absent };
    let patches = patches(kustomization);
    let [patch] = patches.as_slice() else { panic!("{patches:?}") };
    let PatchText::Inline(text) = &patch.text else { panic!("{patch:?}") };
    patch.settles(text.clone().into_bytes(), &spot)
}

fn merge(body: &str) -> String {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n";
    let text: String = format!("{head}{body}").lines().map(|line| format!("    {line}\n")).collect();
    format!("patches:\n- patch: |\n{text}")
}

#[test]
fn the_text_is_inline_or_in_a_file() {
    let found = patches(
        "patches: [{ path: p.yaml }, { patch: 'x: 1' }, old.yaml, { target: {} }]\n\
         patchesStrategicMerge: [m.yaml, \"kind: Pod\\nx: y\"]\n\
         patchesJson6902: [{ target: { kind: Pod }, path: ../j.json }]\n",
    );
    let file = |path: &str| PatchText::File(RepoPath::from(path));
    let inline = |text: &str| PatchText::Inline(text.to_owned());
    let texts: Vec<PatchText> = found.into_iter().map(|patch| patch.text).collect();
    assert_eq!(
        texts,
        [
            file("k/p.yaml"),
            inline("x: 1"),
            file("k/old.yaml"),
            file("j.json"),
            file("k/m.yaml"),
            inline("kind: Pod\nx: y")
        ]
    );
}

#[test]
fn a_merge_patch_settles_what_it_sets() {
    for (body, pointer, absent, expected) in [
        ("spec: { replicas: 2 }", "/spec/replicas", true, true),
        ("spec: { replicas: null }", "/spec/replicas", true, false),
        ("spec: { replicas: null }", "/spec/replicas", false, true),
        ("spec: { paused: true }", "/spec/replicas", true, false),
        ("spec: { template: { spec: { containers: [{ name: web, image: a }] } } }", IMAGE, true, true),
        ("spec: { template: { spec: { containers: [{ name: log, image: a }] } } }", IMAGE, true, false),
        ("spec: { template: { spec: { containers: [{ name: web, tty: true }] } } }", IMAGE, true, false),
        ("$patch: delete", IMAGE, true, true),
        ("spec: null", IMAGE, false, true),
        ("spec: null", IMAGE, true, false),
        ("spec: text", IMAGE, true, false),
    ] {
        assert_eq!(settles(&merge(body), pointer, absent), expected, "{body} {pointer} {absent}");
    }
}

const IMAGE: &str = "/spec/template/spec/containers/0/image";

#[test]
fn a_merge_patch_without_a_target_is_for_the_object_that_it_names() {
    let other_name = merge("spec: { replicas: 2 }").replace("name: web", "name: api");
    let other_kind = merge("spec: { replicas: 2 }").replace("kind: Deployment", "kind: StatefulSet");
    let other_group = merge("spec: { replicas: 2 }").replace("apps/v1", "example.com/v1");
    let newer = merge("spec: { replicas: 2 }").replace("apps/v1", "apps/v2");
    for (text, expected) in [(other_name, false), (other_kind, false), (other_group, false), (newer, true)] {
        assert_eq!(settles(&text, "/spec/replicas", true), expected, "{text}");
    }
}

#[test]
fn a_target_selects_objects() {
    for (target, expected) in [
        ("{ kind: Deployment }", true),
        ("{ kind: StatefulSet }", false),
        ("{ group: apps, version: v9, kind: Deployment, name: web, namespace: any }", true),
        ("{ group: batch }", false),
        ("{ name: 'w.*' }", true),
        ("{ name: '.*' }", true),
        ("{ name: 'x.*' }", false),
        ("{ name: 'web|api' }", false),
        ("{ labelSelector: app=web }", true),
        ("{ labelSelector: 'app==web, tier!=back' }", true),
        ("{ labelSelector: tier!=front }", false),
        ("{ labelSelector: defaults!=disabled }", true),
        ("{ labelSelector: app }", true),
        ("{ labelSelector: '!app' }", false),
        ("{ labelSelector: 'app in (web)' }", false),
        ("{ annotationSelector: app=web }", false),
    ] {
        let text = format!("patches: [{{ target: {target}, patch: '{{ spec: {{ replicas: 2 }} }}' }}]");
        assert_eq!(settles(&text, "/spec/replicas", true), expected, "{target}");
    }
}

#[test]
fn operations_settle_the_place_that_they_name() {
    for (operation, pointer, absent, expected) in [
        ("{ op: add, path: /spec/replicas, value: 2 }", "/spec/replicas", true, true),
        ("{ op: replace, path: /spec, value: { replicas: 2 } }", "/spec/replicas", true, true),
        ("{ op: replace, path: /spec, value: { paused: true } }", "/spec/replicas", true, false),
        ("{ op: remove, path: /spec/replicas }", "/spec/replicas", true, false),
        ("{ op: remove, path: /spec/replicas }", "/spec/replicas", false, true),
        ("{ op: test, path: /spec/replicas, value: 2 }", "/spec/replicas", true, false),
        ("{ op: add, path: /spec/template/spec/containers/0/image, value: a }", IMAGE, true, true),
        ("{ op: add, path: /spec/template/spec/containers/1/image, value: a }", IMAGE, true, false),
        ("{ op: add, path: /spec/replicas/x, value: 2 }", "/spec/replicas", true, false),
    ] {
        let text = format!("patchesJson6902: [{{ target: {{ kind: Deployment }}, patch: '[{operation}]' }}]");
        assert_eq!(settles(&text, pointer, absent), expected, "{operation} {pointer} {absent}");
    }
}

fn index(files: &[(&str, &str)]) -> KustomizeIndex {
    let listings =
        files.iter().map(|(path, text)| Listing::read(&RepoPath::from(*path), text.as_bytes().to_vec()));
    KustomizeIndex::new(listings)
}

/// The ways of `path` around the kustomizations that patch anything.
fn ways(index: &KustomizeIndex, path: &str) -> Option<Vec<String>> {
    let mut patches = |kustomization: &Kustomization| !kustomization.patches.is_empty();
    let ways = index.ways_around(&RepoPath::from(path), &mut patches);
    ways.map(|ways| ways.into_iter().map(ToString::to_string).collect())
}

#[test]
fn every_way_to_a_cluster_counts() {
    let mut files = vec![
        ("base/kustomization.yaml", "resources: [a.yaml]"),
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{ path: p.yaml }]"),
        ("eu/kustomization.yaml", "resources: [../prod]"),
    ];
    assert_eq!(ways(&index(&files), "base/a.yaml"), Some(vec![]));
    assert_eq!(ways(&index(&files), "base/b.yaml"), None);
    files.push(("dev/kustomization.yaml", "resources: [../base]"));
    assert_eq!(ways(&index(&files), "base/a.yaml"), Some(vec!["dev/kustomization.yaml".into()]));
    files.push(("all/kustomization.yaml", "resources: [../dev]\npatches: [{ path: q.yaml }]"));
    assert_eq!(ways(&index(&files), "base/a.yaml"), Some(vec![]));
}

#[test]
fn components_patch_what_their_users_have() {
    let index = index(&[
        ("base/kustomization.yaml", "resources: [a.yaml]"),
        ("prod/kustomization.yaml", "resources: [../base]\ncomponents: [../c]"),
        ("c/kustomization.yaml", "kind: Component\ncomponents: [../d]"),
        ("d/kustomization.yaml", "kind: Component\npatches: [{ path: p.yaml }]\ncomponents: [../c]"),
    ]);
    assert_eq!(ways(&index, "base/a.yaml"), Some(vec![]));
}

#[test]
fn nothing_holds_on_a_circle() {
    let index = index(&[
        ("a/kustomization.yaml", "resources: [x.yaml, ../b]"),
        ("b/kustomization.yaml", "resources: [../a]"),
    ]);
    assert_eq!(ways(&index, "a/x.yaml"), Some(vec!["a/kustomization.yaml".into()]));
}

#[test]
fn images_are_pinned_where_every_way_gives_them_a_tag() {
    let mut files = vec![
        ("base/kustomization.yaml", "resources: [a.yaml]"),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches: [{ path: p.yaml }]\nimages:\n- { name: web, newTag: 1.2.3 }\n\
             - { name: log, digest: sha256:aa }\n- { name: db, newName: other/db }\n- { name: no, newTag: '' }\n\
             - { newTag: x }\n",
        ),
    ];
    let pinned = |files: &[(&str, &str)], path: &str| {
        let index = index(files);
        let names = index.pinned_images(&RepoPath::from(path)).into_iter().map(str::to_owned);
        names.collect::<Vec<String>>()
    };
    assert_eq!(pinned(&files, "base/a.yaml"), ["log", "web"]);
    assert_eq!(pinned(&files, "prod/p.yaml"), ["log", "web"]);
    assert_eq!(pinned(&files, "base/other.yaml"), Vec::<String>::new());
    files.push(("dev/kustomization.yaml", "resources: [../base]\nimages: [{ name: web, newTag: main }]"));
    assert_eq!(pinned(&files, "base/a.yaml"), ["web"]);
}

#[test]
fn flux_builds_the_directory_that_its_path_ends_with() {
    let read_flux = |text: &str| {
        let manifest = read(text);
        FluxKustomization::read(&manifest.tape, manifest.documents[0].root)
    };
    let head = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";
    let flux = read_flux(&format!("{head}spec: {{ path: ./apps/prod, patches: [{{ patch: 'a: b' }}] }}"));
    let flux = flux.unwrap();
    assert_eq!(flux.patches.len(), 1);
    for (directory, expected) in [
        ("apps/prod", true),
        ("kubernetes/apps/prod", true),
        ("myapps/prod", false),
        ("apps", false),
        ("", false),
    ] {
        assert_eq!(flux.may_build(directory.as_bytes()), expected, "{directory}");
    }
    let root = read_flux(&format!("{head}spec: {{ path: ./ }}")).unwrap();
    assert!(root.may_build(b"") && !root.may_build(b"apps"));
    assert!(read_flux(&format!("{head}spec: {{ interval: 1m }}")).is_none());
    assert!(read_flux(&yaml_of_kustomize()).is_none());
}

fn yaml_of_kustomize() -> String {
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nspec: { path: a }\n".to_owned()
}

#[test]
fn a_patch_that_cannot_be_read_settles_nothing() {
    for text in ["patches: [{ patch: '{' }]", "patches: [{ patch: '' }]", "patches: [{ patch: 'text' }]"] {
        assert!(!settles(text, "/spec/replicas", true), "{text}");
    }
}
