//! Which two states are compared.

use super::fixture::{Fixture, content, listed, paths, text};
use crate::git::ChangeKind::{Added, Modified};
use crate::git::{ChangeKind, GitError, Selection};

fn between(base: &str, head: &str) -> Selection {
    Selection::Revisions { base: Some(base.into()), head: Some(head.into()) }
}

/// main moves on while a feature branch grows; HEAD is where the two are merged as a host does it.
fn host_merge() -> Fixture {
    let fixture = Fixture::with_feature();
    fixture.commit("b2.yaml", "b: 2\n");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.commit("main-only.yaml", "m: 1\n");
    fixture.git(&["checkout", "-q", "--detach"]);
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge", "feature"]);
    fixture
}

#[test]
fn a_branch_is_compared_with_its_merge_base_with_main() {
    let fixture = Fixture::with_feature();
    fixture.git(&["checkout", "-q", "main"]);
    fixture.commit("main-only.yaml", "m: 1\n");
    fixture.git(&["checkout", "-q", "feature"]);
    let change = fixture.change(&Selection::Auto).unwrap();
    assert_eq!(listed(&change), [(Added, "b.yaml".into())]);
    assert_eq!(change.description, "the merge base of main and HEAD, against HEAD");
    assert_eq!(change.base_commit, Some(fixture.git(&["rev-parse", "main~1"])));
    assert_eq!(change.head_commit, Some(fixture.git(&["rev-parse", "feature"])));
    assert_eq!(change.base_branch.as_deref(), Some("main"));
    assert_eq!(change.head_branch.as_deref(), Some("feature"));
    // 1,700,000,000 seconds after the epoch.
    assert_eq!(change.head_time.as_deref(), Some("2023-11-14T22:13:20Z"));
}

/// What has expired by the day of its base cannot be brought back by dating a commit back.
#[test]
fn a_head_is_no_older_than_its_base() {
    let fixture = Fixture::with_feature();
    let dated = |seconds: &str| {
        let commit = format!("!GIT_COMMITTER_DATE='{seconds} +0000' git commit -q --allow-empty -m dated");
        fixture.git(&["-c", &format!("alias.dated={commit}"), "dated"]);
        fixture.change(&Selection::Auto).unwrap().head_time
    };
    assert_eq!(dated("1000000000").as_deref(), Some("2023-11-14T22:13:20Z"), "the base's");
    assert_eq!(dated("1800000000").as_deref(), Some("2027-01-15T08:00:00Z"), "its own");
}

#[test]
fn the_upstream_comes_before_the_default_branch() {
    let origin = Fixture::with_feature();
    origin.git(&["checkout", "-q", "main"]);
    let fixture = origin.cloned(&[]);
    fixture.git(&["checkout", "-q", "-b", "next", "--track", "origin/feature"]);
    fixture.commit("c.yaml", "c: 1\n");
    let change = fixture.change(&Selection::Auto).unwrap();
    assert_eq!(paths(&change), ["c.yaml"]);
    assert_eq!(change.description, "the merge base of origin/feature and HEAD, against HEAD");
    assert_eq!(fixture.repo().upstream_name().as_deref(), Some("origin/feature"));
}

#[test]
fn a_branch_that_was_pushed_is_still_compared_with_the_default_branch() {
    let origin = Fixture::with_feature();
    origin.git(&["checkout", "-q", "main"]);
    let fixture = origin.cloned(&[]);
    fixture.git(&["checkout", "-q", "feature"]);
    let change = fixture.change(&Selection::Auto).unwrap();
    assert_eq!(paths(&change), ["b.yaml"]);
    assert_eq!(change.description, "the merge base of origin/main and HEAD, against HEAD");
    assert_eq!(change.base_branch.as_deref(), Some("main"));
}

#[test]
fn the_default_branch_is_compared_with_its_remote_copy() {
    let origin = Fixture::new();
    origin.commit("a.yaml", "a: 1\n");
    let fixture = origin.cloned(&[]);
    fixture.commit("b.yaml", "b: 1\n");
    assert_eq!(paths(&fixture.change(&Selection::Auto).unwrap()), ["b.yaml"]);
}

#[test]
fn a_merge_commit_of_the_host_is_compared_with_its_first_parent() {
    let fixture = host_merge();
    let change = fixture.change(&Selection::Auto).unwrap();
    assert_eq!(paths(&change), ["b.yaml", "b2.yaml"]);
    assert_eq!(change.description, "HEAD^1 against HEAD, the merge commit of the pull request");
    assert_eq!(change.base_commit, Some(fixture.git(&["rev-parse", "main"])));
    assert_eq!(change.head_commit, Some(fixture.git(&["rev-parse", "HEAD"])));
    assert_eq!(change.merged_commit, Some(fixture.git(&["rev-parse", "feature"])));
    assert_eq!(change.base_branch.as_deref(), Some("main"));
    assert_eq!(change.head_branch, None);
}

#[test]
fn two_commits_are_enough_for_the_merge_commit_of_a_pull_request() {
    let origin = host_merge();
    origin.git(&["update-ref", "refs/pull/7/merge", "HEAD"]);
    let fixture = Fixture::new();
    let url = format!("file://{}", origin.dir.display());
    let fetched = "+refs/pull/7/merge:refs/remotes/pull/7/merge";
    fixture.git(&["fetch", "-q", "--depth=2", &url, fetched]);
    fixture.git(&["checkout", "-q", "refs/remotes/pull/7/merge"]);
    assert!(fixture.repo().is_shallow());
    assert_eq!(paths(&fixture.change(&Selection::Auto).unwrap()), ["b.yaml", "b2.yaml"]);
    assert_eq!(paths(&fixture.since("HEAD^1")), ["b.yaml", "b2.yaml"]);
}

#[test]
fn a_branch_that_merged_main_hides_nothing_of_its_own_past() {
    let fixture = host_merge();
    fixture.git(&["checkout", "-q", "--detach", "feature"]);
    fixture.git(&["merge", "-q", "--no-ff", "-m", "Merge branch 'main'", "main"]);
    let change = fixture.change(&Selection::Auto).unwrap();
    assert_eq!(paths(&change), ["b.yaml", "b2.yaml"]);
    assert_eq!(change.merged_commit, None);
    assert_eq!(change.description, "the merge base of main and HEAD, against HEAD");
}

#[test]
fn a_merge_commit_that_nothing_explains_is_refused() {
    let fixture = host_merge();
    fixture.git(&["branch", "-D", "-q", "main", "feature"]);
    let error = fixture.change(&Selection::Auto).unwrap_err();
    assert!(matches!(error, GitError::UnclearMerge { .. }), "{error}");
    assert_eq!(paths(&fixture.since("HEAD^1")), ["b.yaml", "b2.yaml"]);
}

#[test]
fn naming_base_and_head_gives_their_merge_base() {
    let fixture = host_merge();
    let change = fixture.change(&between("main", "feature")).unwrap();
    assert_eq!(paths(&change), ["b.yaml", "b2.yaml"]);
    assert_eq!(change.description, "the merge base of main and feature, against feature");
    assert_eq!(change.head_branch.as_deref(), Some("feature"));
    // The merge commit has main as first parent: the same files.
    assert_eq!(paths(&fixture.since("main")), ["b.yaml", "b2.yaml"]);
    let same = fixture.change(&between("main", "main")).unwrap();
    assert_eq!(paths(&same), [""; 0]);
}

#[test]
fn every_notation_of_a_revision_is_understood() {
    let fixture = Fixture::with_feature();
    fixture.git(&["tag", "-a", "-m", "tag", "v1", "main"]);
    let full = fixture.git(&["rev-parse", "main"]);
    for base in ["main", "refs/heads/main", "HEAD~1", "feature^", "v1", &full, &full[..8]] {
        assert_eq!(paths(&fixture.since(base)), ["b.yaml"], "{base}");
    }
}

#[test]
fn a_head_without_a_base_is_compared_with_the_default_branch() {
    let fixture = Fixture::with_feature();
    fixture.git(&["checkout", "-q", "main"]);
    let change = fixture.change(&Selection::Revisions { base: None, head: Some("feature".into()) }).unwrap();
    assert_eq!(paths(&change), ["b.yaml"]);
}

#[test]
fn all_is_the_whole_tree_without_a_base() {
    let fixture = Fixture::with_feature();
    let change = fixture.change(&Selection::All { revision: None }).unwrap();
    assert!(change.base.is_none());
    let expected = ["a.yaml", "b.yaml"].map(|path| (ChangeKind::Unchanged, path.to_owned()));
    assert_eq!(listed(&change), expected);
    let main = fixture.change(&Selection::All { revision: Some("main".into()) }).unwrap();
    assert_eq!(paths(&main), ["a.yaml"]);
    assert_eq!(main.description, "the whole tree of main");
}

#[test]
fn both_sides_can_be_read() {
    let fixture = Fixture::new();
    fixture.commit("dir/a.yaml", "a: 1\n");
    fixture.commit("dir/a.yaml", "a: 2\n");
    let change = fixture.since("HEAD~1");
    assert_eq!(listed(&change), [(Modified, "dir/a.yaml".into())]);
    assert_eq!(content(change.base.as_ref().unwrap(), "dir/a.yaml"), text("a: 1\n"));
    assert_eq!(content(&change.head, "dir/a.yaml"), text("a: 2\n"));
    assert!(change.head.entry(b"dir").unwrap().is_none());
    assert!(change.head.entry(b"dir/a.yaml/x").unwrap().is_none());
    assert!(change.head.entry(b"other").unwrap().is_none());
}
