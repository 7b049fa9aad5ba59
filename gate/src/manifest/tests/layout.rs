//! What a tree says about its files.

use super::super::{FileKind, Layout, Listing, Surroundings};
use crate::model::RepoPath;

fn layout() -> Layout {
    let text = "resources: [r.yaml]\npatches: [{ path: p.yaml }]\nhelmCharts: [{ name: x, valuesFile: v.yaml }]\n\
                configMapGenerator: [{ files: [d.yaml] }]\n";
    let listing = Listing::read(&RepoPath::from("k/kustomization.yaml"), text.as_bytes().to_vec());
    let charts = [RepoPath::from("c/Chart.yaml"), RepoPath::from("c/charts/sub/Chart.yaml")];
    Layout::new([listing], &charts)
}

#[test]
fn kinds_of_files() {
    let layout = layout();
    for (path, expected) in [
        ("c/templates/a.yaml", FileKind::Template),
        ("c/templates/_helpers.tpl", FileKind::Template),
        ("c/templates/deep/a.yaml", FileKind::Template),
        ("c/charts/sub/templates/a.yaml", FileKind::Template),
        ("c/crds/a.yaml", FileKind::Manifest),
        ("k/templates/a.yaml", FileKind::Manifest),
        ("c/mytemplates/a.yaml", FileKind::Manifest),
        ("templates/a.yaml", FileKind::Manifest),
        ("c/values.yaml", FileKind::Manifest),
        ("README.md", FileKind::File),
    ] {
        assert_eq!(layout.file_kind(&RepoPath::from(path)), expected, "{path}");
    }
}

#[test]
fn a_chart_at_the_root_of_the_repository() {
    let layout = Layout::new([], &[RepoPath::from("Chart.yaml")]);
    assert_eq!(layout.file_kind(&RepoPath::from("templates/a.yaml")), FileKind::Template);
    assert_eq!(layout.file_kind(&RepoPath::from("x/templates/a.yaml")), FileKind::Manifest);
    assert!(layout.surroundings(&RepoPath::from("values-prod.yaml")).values);
}

#[test]
fn surroundings() {
    let layout = layout();
    let none = Surroundings::default();
    for (path, expected) in [
        ("k/kustomization.yaml", Surroundings { kustomization: true, ..none }),
        ("k/r.yaml", Surroundings { resource: true, ..none }),
        ("k/p.yaml", Surroundings { patch: true, ..none }),
        ("k/v.yaml", Surroundings { values: true, ..none }),
        ("k/d.yaml", Surroundings { auxiliary: true, ..none }),
        ("k/values.yaml", Surroundings { values_name: true, ..none }),
        ("c/values-prod.yaml", Surroundings { values: true, values_name: true, ..none }),
        ("c/Chart.yaml", Surroundings { auxiliary: true, ..none }),
        ("k/other.yaml", none),
    ] {
        assert_eq!(layout.surroundings(&RepoPath::from(path)), expected, "{path}");
    }
}

#[test]
fn fixtures_of_tests() {
    let listing = Listing::read(
        &RepoPath::from("t/.chainsaw-test/kustomization.yaml"),
        b"resources: [listed.yaml]".to_vec(),
    );
    let layout = Layout::new([listing], &[]).with_tests(&[RepoPath::from("e2e/web/chainsaw-test.yaml")]);
    for (path, expected) in [
        ("e2e/web/deployment.yaml", true),
        ("e2e/web/deep/deployment.yaml", true),
        ("e2e/webs/deployment.yaml", false),
        ("e2e/deployment.yaml", false),
        ("t/.chainsaw-test/assert.yaml", true),
        ("t/.chainsaw-test/resources/pod.yaml", true),
        ("t/.kyverno-test/pod.yaml", true),
        ("t/.chainsaw-test/listed.yaml", false),
        ("t/chainsaw-test/pod.yaml", false),
        ("chainsaw-test.yaml", false),
    ] {
        assert_eq!(layout.surroundings(&RepoPath::from(path)).fixture, expected, "{path}");
    }
}
