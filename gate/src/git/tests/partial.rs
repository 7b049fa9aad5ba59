//! Files that a partial clone has left out are fetched in one go.

use super::fixture::{Fixture, content, hint, paths, text};
use crate::git::{Fetching, GitError, Obtained, Selection};

fn partial(filter: &str) -> (Fixture, Fixture) {
    let origin = Fixture::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    for n in 0..5 {
        origin.write(&format!("dir/f{n}.yaml"), format!("f: {n}\n"));
    }
    origin.commit("image.bin", "not for the gate");
    origin.git(&["checkout", "-q", "-b", "feature"]);
    origin.commit("dir/f0.yaml", "f: changed\n");
    let fixture = origin.cloned(&[filter, "--no-checkout"]);
    (origin, fixture)
}

fn obtain(fixture: &Fixture) -> Result<Obtained, GitError> {
    let selection = Selection::Revisions { base: Some("origin/main".into()), head: None };
    let is_read = |path: &crate::model::RepoPath| path.as_bytes().ends_with(b".yaml");
    fixture.repo().obtain(&selection, Some(&Fetching::default()), &is_read)
}

/// Ids of objects that are promised and not here.
fn absent(fixture: &Fixture) -> usize {
    let listed = fixture.git(&["rev-list", "--objects", "--all", "--missing=print"]);
    listed.lines().filter(|line| line.starts_with('?')).count()
}

#[test]
fn files_that_are_read_are_fetched_and_no_others() {
    let (_origin, fixture) = partial("--filter=blob:none");
    let Obtained { change, fetched } = obtain(&fixture).unwrap();
    assert_eq!(paths(&change), ["dir/f0.yaml"]);
    assert_eq!(fetched, ["fetched 6 files from origin"]);
    assert_eq!(content(&change.head, "dir/f0.yaml"), text("f: changed\n"));
    assert_eq!(content(change.base.as_ref().unwrap(), "dir/f0.yaml"), text("f: 0\n"));
    assert_eq!(content(&change.head, "dir/f4.yaml"), text("f: 4\n"));
    assert_eq!(absent(&fixture), 1, "the file that nobody reads stays where it is");
    assert_eq!(obtain(&fixture).unwrap().fetched, [""; 0]);
}

#[test]
fn directories_that_were_left_out_are_fetched() {
    let (_origin, fixture) = partial("--filter=tree:0");
    let Obtained { change, .. } = obtain(&fixture).unwrap();
    assert_eq!(paths(&change), ["dir/f0.yaml"]);
    assert_eq!(content(&change.head, "dir/f0.yaml"), text("f: changed\n"));
}

#[test]
fn renames_are_found_in_what_was_fetched() {
    let (origin, _) = partial("--filter=blob:none");
    origin.git(&["mv", "dir/f3.yaml", "dir/g3.yaml"]);
    origin.write("dir/g3.yaml", "f: 3\n\n");
    origin.commit_all();
    let fixture = origin.cloned(&["--filter=blob:none", "--no-checkout"]);
    let listed = super::fixture::listed(&obtain(&fixture).unwrap().change);
    let renamed = listed.iter().any(|(_, path)| path == "dir/f3.yaml -> dir/g3.yaml");
    assert!(renamed, "{listed:?}");
}

#[test]
fn a_shallow_partial_clone() {
    let (origin, _) = partial("--filter=blob:none");
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--filter=blob:none", "--depth=1", "--branch=feature"]);
    let selection = Selection::Revisions { base: Some(main), head: None };
    let is_read = |path: &crate::model::RepoPath| path.as_bytes().ends_with(b".yaml");
    let obtained = fixture.repo().obtain(&selection, Some(&Fetching::default()), &is_read).unwrap();
    assert_eq!(paths(&obtained.change), ["dir/f0.yaml"]);
    let base = obtained.change.base.as_ref().unwrap();
    assert_eq!(content(base, "dir/f0.yaml"), text("f: 0\n"));
}

#[test]
fn a_remote_that_is_gone_is_told() {
    let (origin, fixture) = partial("--filter=blob:none");
    std::fs::rename(origin.dir.join(".git"), origin.dir.join("gone")).unwrap();
    let error = obtain(&fixture).unwrap_err();
    assert!(matches!(error, GitError::NotFetched { .. }), "{error}");
    assert!(hint(&error).contains("--filter"), "{}", hint(&error));
}

#[test]
fn what_the_change_does_not_touch_may_stay_away() {
    let (origin, fixture) = partial("--filter=blob:none");
    for side in ["origin/main:dir/f0.yaml", "HEAD:dir/f0.yaml"] {
        fixture.git(&["cat-file", "-p", side]);
    }
    std::fs::rename(origin.dir.join(".git"), origin.dir.join("gone")).unwrap();
    let Obtained { change, fetched } = obtain(&fixture).unwrap();
    assert_eq!(paths(&change), ["dir/f0.yaml"]);
    assert!(fetched[0].starts_with("4 files left out by the clone cannot be had: "), "{fetched:?}");
}
