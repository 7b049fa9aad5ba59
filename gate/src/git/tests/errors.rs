//! What cannot be read says so, and says what to do.

use super::fixture::{Fixture, hint, paths};
use crate::git::{CloneKind, Environment, GitError, Repo, Selection};

fn since(fixture: &Fixture, base: &str) -> GitError {
    let selection = Selection::Revisions { base: Some(base.into()), head: None };
    fixture.change(&selection).expect_err("there should be no change")
}

#[test]
fn outside_of_a_repository() {
    let dir = tempfile::tempdir().unwrap();
    let environment = Environment { ceilings: vec![dir.path().into()], ..Environment::default() };
    let error = Repo::discover_with(dir.path(), &environment).err().unwrap();
    assert!(matches!(error, GitError::NotARepository { .. }), "{error}");
    assert!(hint(&error).contains("gate check PATHS"));
}

#[test]
fn before_the_first_commit() {
    let fixture = Fixture::new();
    let error = fixture.change(&Selection::Auto).unwrap_err();
    assert_eq!(error, GitError::UnbornHead { branch: "main".into() });
    assert!(hint(&error).contains("--staged"));
}

#[test]
fn a_misspelt_revision() {
    let fixture = Fixture::with_feature();
    let error = since(&fixture, "mian");
    assert_eq!(error.to_string(), "`mian` names no commit of this repository");
    assert!(matches!(since(&fixture, "main..feature"), GitError::UnknownRevision { .. }));
    assert!(matches!(since(&fixture, "HEAD~99"), GitError::UnknownRevision { .. }));
    assert!(matches!(since(&fixture, ""), GitError::UnknownRevision { .. }));
}

#[test]
fn a_revision_that_is_no_commit() {
    let fixture = Fixture::with_feature();
    let blob = fixture.git(&["rev-parse", "HEAD:a.yaml"]);
    assert_eq!(since(&fixture, &blob), GitError::NotACommit { revision: blob.clone(), kind: "blob".into() });
}

#[test]
fn an_ambiguous_revision() {
    let fixture = Fixture::new();
    // A thousand commits: two of them share their first four digits.
    let commit = |n| format!("commit refs/heads/main\ncommitter C <c@example.com> {n} +0000\ndata 1\nx\n");
    fixture.write("stream", (0..1000).map(commit).collect::<String>());
    fixture.git(&["-c", "alias.f=!git fast-import --quiet <stream", "f"]);
    let commits = fixture.git(&["rev-list", "main"]);
    let mut prefixes: Vec<_> = commits.lines().map(|id| &id[..4]).collect();
    prefixes.sort_unstable();
    let twice = prefixes.windows(2).find(|pair| pair[0] == pair[1]).unwrap()[0];
    let error = since(&fixture, twice);
    let GitError::AmbiguousRevision { revision, candidates } = error else { panic!("{error}") };
    assert_eq!(revision, twice);
    assert!(candidates.len() >= 2 && candidates.iter().all(|id| id.starts_with(twice)), "{candidates:?}");
}

#[test]
fn a_commit_that_is_not_in_the_clone() {
    let fixture = Fixture::with_feature();
    let id = "0123456789012345678901234567890123456789";
    let error = since(&fixture, id);
    assert!(matches!(error, GitError::MissingCommit { clone: CloneKind::Full, .. }), "{error}");
    assert!(hint(&error).contains(&format!("git fetch origin {id}")));
}

#[test]
fn a_shallow_clone_of_one_commit() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    let error = since(&fixture, &main);
    let expected = format!("commit {main} (the base of the change) is not in this clone");
    assert_eq!(error.to_string(), expected);
    assert!(hint(&error).contains("fetch-depth"), "{}", hint(&error));
    let error = since(&fixture, "HEAD^1");
    assert!(hint(&error).contains("fetch-depth"), "{error}: {}", hint(&error));
}

#[test]
fn the_merge_commit_of_a_pull_request_without_its_parents() {
    let origin = Fixture::with_feature();
    origin.git(&["checkout", "-q", "--detach", "main"]);
    origin.git(&["merge", "-q", "--no-ff", "-m", "Merge", "feature"]);
    origin.git(&["update-ref", "refs/pull/1/merge", "HEAD"]);
    let fixture = Fixture::new();
    let url = format!("file://{}", origin.dir.display());
    fixture.git(&["fetch", "-q", "--depth=1", &url, "+refs/pull/1/merge:refs/remotes/pull/1/merge"]);
    fixture.git(&["checkout", "-q", "refs/remotes/pull/1/merge"]);
    let error = fixture.change(&Selection::Auto).unwrap_err();
    let main = origin.git(&["rev-parse", "main"]);
    assert!(matches!(&error, GitError::MissingCommit { id, .. } if *id == main), "{error}");
    assert!(hint(&error).contains("fetch-depth: 2"));
}

#[test]
fn history_that_is_cut_before_the_merge_base() {
    let origin = Fixture::with_feature();
    origin.commit("b2.yaml", "b: 2\n");
    origin.git(&["checkout", "-q", "main"]);
    origin.commit("c.yaml", "c: 1\n");
    let fixture = origin.cloned(&["--depth=1", "--no-single-branch"]);
    fixture.git(&["checkout", "-q", "feature"]);
    let error = fixture.change(&Selection::Auto).unwrap_err();
    let commits = ["origin/main", "HEAD"].map(|name| fixture.git(&["rev-parse", name]));
    let expected = GitError::CutHistory { base: "origin/main".into(), head: "HEAD".into(), commits };
    assert_eq!(error, expected);
    assert!(hint(&error).contains("fetch-depth: 0"));
}

#[test]
fn histories_that_never_meet() {
    let fixture = Fixture::with_feature();
    fixture.git(&["checkout", "-q", "--orphan", "other"]);
    fixture.commit("x.yaml", "x: 1\n");
    let error = since(&fixture, "main");
    assert_eq!(error, GitError::UnrelatedHistories { base: "main".into(), head: "HEAD".into() });
}

#[test]
fn nothing_to_compare_with() {
    let fixture = Fixture::new();
    fixture.commit("a.yaml", "a: 1\n");
    let error = fixture.change(&Selection::Auto).unwrap_err();
    assert_eq!(error, GitError::NoBase { head: "HEAD".into() });
    let clone = fixture.cloned(&[]);
    let error = clone.change(&Selection::Auto).unwrap_err();
    assert_eq!(error, GitError::NothingToCompare { base: "origin/main".into(), head: "HEAD".into() });
    assert!(hint(&error).contains("--base HEAD~1"));
}

/// The file of a loose object.
fn loose(fixture: &Fixture, id: &str) -> std::path::PathBuf {
    fixture.dir.join(".git/objects").join(&id[..2]).join(&id[2..])
}

#[test]
fn an_object_that_is_damaged_or_gone() {
    let fixture = Fixture::with_feature();
    let id = fixture.git(&["rev-parse", "HEAD:b.yaml"]);
    let change = fixture.since("main");
    let entry = change.files[0].head.clone().unwrap();
    std::fs::remove_file(loose(&fixture, &id)).unwrap();
    let error = change.head.read(&entry, 100).unwrap_err();
    assert_eq!(error, GitError::MissingObject { id: id.clone(), clone: CloneKind::Full });
    std::fs::write(loose(&fixture, &id), "garbage").unwrap();
    let error = change.head.read(&entry, 100).unwrap_err();
    assert!(matches!(&error, GitError::CorruptObject { id: damaged, .. } if *damaged == id), "{error}");
    assert!(hint(&error).contains("git fsck"));
}

#[test]
fn a_clone_that_leaves_blobs_out() {
    let origin = Fixture::with_feature();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let fixture = origin.cloned(&["--filter=blob:none", "--no-checkout"]);
    let change = fixture.since("origin/main");
    assert_eq!(paths(&change), ["b.yaml"]);
    let error = change.head.read(change.files[0].head.as_ref().unwrap(), 100).unwrap_err();
    assert!(matches!(error, GitError::MissingObject { clone: CloneKind::Partial, .. }), "{error}");
    assert!(hint(&error).contains("--filter"));
}

#[test]
fn a_damaged_index() {
    let fixture = Fixture::with_feature();
    fixture.write(".git/index", "DIRC garbage that is long enough to have a checksum at its end");
    for selection in [Selection::Staged, Selection::WorkTree] {
        let error = fixture.change(&selection).unwrap_err();
        assert!(matches!(error, GitError::BadIndex { .. }), "{error}");
    }
}

#[test]
fn a_tree_that_unfolds_without_end() {
    let fixture = Fixture::with_feature();
    let blob = fixture.git(&["rev-parse", "HEAD:a.yaml"]);
    let mut line = format!("100644 blob {blob}\tf\n");
    let mut tree = String::new();
    // Eight trees, each ten times in the next: a hundred million files.
    for _ in 0..8 {
        fixture.write("lines", &line);
        tree = fixture.git(&["-c", "alias.t=!git mktree <lines", "t"]);
        line = (0..10).map(|n| format!("040000 tree {tree}\td{n}\n")).collect();
    }
    let commit = fixture.git(&["commit-tree", "-p", "HEAD", "-m", "bomb", &tree]);
    for selection in [
        Selection::All { revision: Some(commit.clone()) },
        Selection::Revisions { base: Some("main".into()), head: Some(commit) },
    ] {
        let error = fixture.change(&selection).unwrap_err();
        assert!(matches!(error, GitError::ExcessiveTree { .. }), "{error}");
    }
}
