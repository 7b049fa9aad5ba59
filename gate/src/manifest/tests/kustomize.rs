//! Kustomizations: what they use, and whom a file reaches through them.

use super::super::{KustomizeIndex, Listing, Use};
use crate::model::RepoPath;

fn index(files: &[(&str, &str)]) -> KustomizeIndex {
    KustomizeIndex::new(
        files.iter().map(|(path, text)| Listing::read(&RepoPath::from(*path), text.as_bytes().to_vec())),
    )
}

fn roots(index: &KustomizeIndex, path: &str) -> Vec<String> {
    index.roots_reaching(&RepoPath::from(path)).into_iter().map(ToString::to_string).collect()
}

fn uses(index: &KustomizeIndex, path: &str) -> Vec<Use> {
    index.uses(&RepoPath::from(path)).collect()
}

#[test]
fn every_field_that_names_files() {
    let index = index(&[(
        "a/kustomization.yaml",
        r#"
resources: [r.yaml, ../shared/s.yaml, "https://example.com/remote.yaml", github.com/org/repo?ref=v1]
bases: [../base]
components: [c]
patches:
- path: p1.yaml
- patch: "- op: remove\n  path: /x"
- p0.yaml
patchesStrategicMerge:
- p2.yaml
- |-
  apiVersion: v1
  kind: Pod
patchesJson6902:
- { target: { kind: Pod }, path: p3.json }
replacements: [{ path: rep.yaml }, { source: {} }]
generators: [g.yaml]
transformers: [t.yaml]
validators: [v.yaml]
configurations: [conf.yaml]
crds: [crd.json]
openapi: { path: schema.json }
configMapGenerator:
- { name: x, files: [f1.yaml, key=f2.yaml], envs: [e1.env], env: e2.env }
secretGenerator:
- { name: y, files: [s1.yaml] }
helmGlobals: { chartHome: ../charts }
helmCharts:
- { name: web, valuesFile: web.yaml, additionalValuesFiles: [more.yaml] }
helmChartInflationGenerator:
- { chartName: old, values: old.yaml }
"#,
    )]);
    for (path, expected) in [
        ("a/r.yaml", Use::Resource),
        ("shared/s.yaml", Use::Resource),
        ("base", Use::Resource),
        ("a/c", Use::Resource),
        ("a/p0.yaml", Use::Patch),
        ("a/p1.yaml", Use::Patch),
        ("a/p2.yaml", Use::Patch),
        ("a/p3.json", Use::Patch),
        ("a/rep.yaml", Use::Config),
        ("a/g.yaml", Use::Config),
        ("a/t.yaml", Use::Config),
        ("a/v.yaml", Use::Config),
        ("a/conf.yaml", Use::Config),
        ("a/crd.json", Use::Config),
        ("a/schema.json", Use::Config),
        ("a/f1.yaml", Use::Data),
        ("a/f2.yaml", Use::Data),
        ("a/e1.env", Use::Data),
        ("a/e2.env", Use::Data),
        ("a/s1.yaml", Use::Data),
        ("a/web.yaml", Use::Values),
        ("a/more.yaml", Use::Values),
        ("a/old.yaml", Use::Values),
        ("charts/web", Use::Chart),
        ("a/charts/old", Use::Chart),
    ] {
        assert_eq!(uses(&index, path), [expected], "{path}");
    }
    assert!(index.broken().is_empty());
    assert_eq!(roots(&index, "charts/web/templates/x.yaml"), ["a/kustomization.yaml"]);
    assert_eq!(roots(&index, "charts/website/x.yaml"), Vec::<String>::new());
}

#[test]
fn a_file_reaches_all_that_use_it_through_others() {
    let index = index(&[
        ("app/base/kustomization.yaml", "resources: [deploy.yaml]\n"),
        ("app/component/kustomization.yml", "kind: Component\npatches: [{ path: patch.yaml }]\n"),
        ("app/stage/Kustomization", "resources: [../base/]\n"),
        ("app/prod/kustomization.yaml", "resources: [../stage/../base]\ncomponents: [../component]\n"),
        ("all/kustomization.yaml", "resources: [../app/prod, ../app/stage]\n"),
        ("other/kustomization.yaml", "resources: [x.yaml]\n"),
    ]);
    assert_eq!(
        roots(&index, "app/base/deploy.yaml"),
        [
            "all/kustomization.yaml",
            "app/base/kustomization.yaml",
            "app/prod/kustomization.yaml",
            "app/stage/Kustomization",
        ]
    );
    assert_eq!(
        roots(&index, "app/component/patch.yaml"),
        ["all/kustomization.yaml", "app/component/kustomization.yml", "app/prod/kustomization.yaml",]
    );
    assert_eq!(roots(&index, "all/kustomization.yaml"), ["all/kustomization.yaml"]);
    assert_eq!(roots(&index, "app/base/unused.yaml"), Vec::<String>::new());
    assert!(index.is_patch(&RepoPath::from("app/component/patch.yaml")));
    assert!(!index.is_values(&RepoPath::from("app/component/patch.yaml")));
}

#[test]
fn circles_and_hostile_paths_are_survived() {
    let index = index(&[
        ("a/kustomization.yaml", "resources: [../b, ., ../../../../etc/passwd, /etc/passwd, '']\n"),
        ("b/kustomization.yaml", "resources: [../a, x.yaml]\n"),
        ("kustomization.yaml", "resources: [a]\n"),
        ("c/kustomization.yaml", "resources: ['..', 3, null, { a: b }]\n"),
    ]);
    assert_eq!(
        roots(&index, "b/x.yaml"),
        ["a/kustomization.yaml", "b/kustomization.yaml", "c/kustomization.yaml", "kustomization.yaml",]
    );
}

#[test]
fn paths_that_are_no_utf8_have_kustomizations_too() {
    let path = RepoPath::new(b"\xff/kustomization.yaml".to_vec());
    let index = KustomizeIndex::new([Listing::read(&path, b"patches: [{ path: p.yaml }]".to_vec())]);
    assert!(index.is_patch(&RepoPath::new(b"\xff/p.yaml".to_vec())));
}

#[test]
fn a_broken_kustomization_is_named_and_breaks_nothing_else() {
    let index = index(&[
        ("a/kustomization.yaml", "resources: [x.yaml\n"),
        ("b/kustomization.yaml", "patches: [{ path: p.yaml }]\n"),
        ("c/kustomization.yaml", "- not\n- a\n- map\n"),
        ("d/kustomization.yaml", ""),
    ]);
    assert_eq!(index.broken(), [RepoPath::from("a/kustomization.yaml")]);
    assert_eq!((index.len(), index.is_empty()), (4, false));
    assert!(index.is_patch(&RepoPath::from("b/p.yaml")));
}

#[test]
fn flux_objects_of_the_same_name_are_no_kustomizations() {
    let text =
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\npatches: [{ path: p.yaml }]\n";
    let index = index(&[("a/kustomization.yaml", text)]);
    assert!(!index.is_patch(&RepoPath::from("a/p.yaml")));
}
