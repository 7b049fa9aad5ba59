//! Any bytes as a manifest in any surroundings, and as a kustomization. The first byte chooses the surroundings.
#![no_main]

use gate_fuzz::manifest::{Layout, Listing, Manifest, Surroundings, pair};
use gate_fuzz::model::RepoPath;
use gate_fuzz::{LIMITS, assert_inside};

const PATHS: [&str; 4] = ["apps/web.yaml", "apps/web.json", "apps/kustomization.yaml", "apps/values.yaml"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, source)) = bytes.split_first() else { return };
    let is = |bit: u8| choice >> bit & 1 == 1;
    let around = Surroundings {
        kustomization: is(0),
        resource: is(1),
        patch: is(2),
        values: is(3),
        values_name: is(4),
        auxiliary: is(5),
        ..Surroundings::default()
    };
    let path = RepoPath::from(PATHS[usize::from(choice >> 6)]);
    read(&Manifest::read(&path, source.to_vec(), &around, &LIMITS), source);
    list(source);
});

/// Places are inside of the file; a file paired with itself has nothing new and nothing gone.
fn read(manifest: &Manifest, source: &[u8]) {
    for problem in &manifest.problems {
        assert_inside(problem.span, source);
        assert!(!problem.message.is_empty());
    }
    for document in &manifest.documents {
        assert_inside(document.span, source);
        _ = document.skip_reason(&manifest.tape);
    }
    let units = manifest.units();
    let mut seen = vec![false; units.len()];
    for found in pair(&units, &units) {
        let (Some(base), Some(head)) = (found.base, found.head) else { panic!("{found:?}") };
        assert!(!std::mem::replace(&mut seen[base], true), "{found:?} comes twice");
        assert_inside(manifest.tape.span(units[head].root), source);
    }
    assert!(seen.iter().all(|seen| *seen), "a unit has no partner");
}

/// A kustomization may name anything; nothing above the root of the repository is reached.
fn list(source: &[u8]) {
    let path = RepoPath::from("a/b/kustomization.yaml");
    let layout = Layout::new([Listing::read(&path, source.to_vec())], [&RepoPath::from("a/Chart.yaml")]);
    for path in ["a/b/c.yaml", "a/templates/x.yaml", "c.yaml", "", "../x"].map(RepoPath::from) {
        _ = layout.surroundings(&path);
        _ = layout.file_kind(&path);
        _ = layout.kustomize().roots_reaching(&path);
    }
}
