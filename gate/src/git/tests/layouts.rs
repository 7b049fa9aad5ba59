//! The forms that a repository can have on disk.

use super::fixture::{Fixture, content, git, paths, text};
use crate::git::{Environment, GitError, Repo, Selection};

const ALL: Selection = Selection::All { revision: None };

#[test]
fn a_bare_repository_has_commits_and_no_index() {
    let origin = Fixture::with_feature();
    let fixture = origin.cloned(&["--bare"]);
    assert!(fixture.repo().is_bare());
    assert_eq!(paths(&fixture.since("main")), ["b.yaml"]);
    assert_eq!(paths(&fixture.change(&Selection::Auto).unwrap()), ["b.yaml"]);
    for selection in [Selection::Staged, Selection::WorkTree] {
        let error = fixture.change(&selection).unwrap_err();
        assert!(matches!(error, GitError::NoWorkTree { .. }), "{error}");
    }
}

#[test]
fn packed_and_loose_objects_are_read() {
    let fixture = Fixture::with_feature();
    fixture.git(&["gc", "-q", "--aggressive"]);
    fixture.git(&["pack-refs", "--all"]);
    fixture.commit("c.yaml", "c: 1\n");
    assert_eq!(paths(&fixture.since("main")), ["b.yaml", "c.yaml"]);
    fixture.git(&["commit-graph", "write", "--reachable"]);
    assert_eq!(paths(&fixture.change(&Selection::Auto).unwrap()), ["b.yaml", "c.yaml"]);
}

#[test]
fn objects_of_an_alternate_are_read() {
    let origin = Fixture::with_feature();
    let fixture = Fixture::init(&["clone", "-q", "--shared", origin.dir.to_str().unwrap(), "."]);
    let change = fixture.change(&ALL).unwrap();
    assert_eq!(content(&change.head, "b.yaml"), text("b: 1\n"));
}

#[test]
fn a_linked_work_tree_has_its_own_head_and_index() {
    let fixture = Fixture::with_feature();
    let other = tempfile::tempdir().unwrap();
    let dir = other.path().canonicalize().unwrap().join("linked");
    fixture.git(&["worktree", "add", "-q", dir.to_str().unwrap(), "main"]);
    std::fs::write(dir.join("new.yaml"), "n: 1\n").unwrap();
    git(&dir, &["add", "."]);
    let repo = Repo::discover_with(&dir, &Environment::default()).unwrap();
    assert_eq!((repo.branch(), repo.work_dir()), (Some("main"), Some(dir.as_path())));
    assert_eq!(paths(&repo.change(&Selection::Staged).unwrap()), ["new.yaml"]);
    assert_eq!(paths(&repo.change(&Selection::WorkTree).unwrap()), ["new.yaml"]);
    // As in a hook of that work tree.
    let git_dir = fixture.dir.join(".git/worktrees/linked");
    let environment = Environment { git_dir: Some(git_dir), ..Environment::default() };
    let repo = Repo::discover_with(&dir, &environment).unwrap();
    assert_eq!(paths(&repo.change(&Selection::Staged).unwrap()), ["new.yaml"]);
    assert_eq!(paths(&repo.change(&Selection::WorkTree).unwrap()), ["new.yaml"]);
}

#[test]
fn sha256_repositories_are_read() {
    let fixture = Fixture::init(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    let first = fixture.commit("a.yaml", "a: 1\n");
    assert_eq!(first.len(), 64);
    fixture.commit("dir/b.yaml", "b: 1\n");
    for _ in ["loose", "packed"] {
        let change = fixture.since("HEAD~1");
        assert_eq!(paths(&change), ["dir/b.yaml"]);
        assert_eq!(content(&change.head, "dir/b.yaml"), text("b: 1\n"));
        assert_eq!(change.base_commit.as_deref(), Some(first.as_str()));
        assert_eq!(paths(&fixture.change(&Selection::Staged).unwrap()), [""; 0]);
        assert_eq!(paths(&fixture.change(&Selection::WorkTree).unwrap()), [""; 0]);
        fixture.git(&["gc", "-q"]);
    }
}

#[test]
fn replacements_are_not_followed() {
    let fixture = Fixture::with_feature();
    fixture.git(&["replace", "feature", "main"]);
    assert_eq!(paths(&fixture.change(&ALL).unwrap()), ["a.yaml", "b.yaml"]);
    let blob = fixture.git(&["--no-replace-objects", "rev-parse", "feature:b.yaml"]);
    let other = fixture.git(&["rev-parse", "main:a.yaml"]);
    fixture.git(&["replace", &blob, &other]);
    assert_eq!(content(&fixture.change(&ALL).unwrap().head, "b.yaml"), text("b: 1\n"));
}

#[test]
fn nothing_that_is_configured_is_run() {
    let fixture = Fixture::with_feature();
    let ran = fixture.dir.join(".git/ran");
    let command = format!("touch {}", ran.display());
    for key in [
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "core.fsmonitor",
        "diff.x.textconv",
        "diff.external",
    ] {
        fixture.git(&["config", key, &command]);
    }
    fixture.write(".git/info/attributes", "* filter=x diff=x\n");
    fixture.write("b.yaml", "b: 2\n");
    for selection in [Selection::WorkTree, Selection::Staged, Selection::Auto, ALL] {
        let change = fixture.change(&selection).unwrap();
        for entry in change.head.entries().unwrap() {
            change.head.read(entry, 1000).unwrap();
        }
    }
    assert!(!ran.exists());
}

#[test]
fn a_split_index_is_read() {
    let fixture = Fixture::with_feature();
    fixture.git(&["update-index", "--split-index"]);
    fixture.write("c.yaml", "c: 1\n");
    fixture.git(&["add", "c.yaml"]);
    assert_eq!(paths(&fixture.change(&Selection::Staged).unwrap()), ["c.yaml"]);
}
