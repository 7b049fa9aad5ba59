//! The index and the work tree.

use super::fixture::{Fixture, content, listed, paths, text};
use crate::git::ChangeKind::{Added, Deleted, Modified, Renamed};
use crate::git::{Change, Environment, GitError, Repo, Selection};

fn staged(fixture: &Fixture) -> Change {
    fixture.change(&Selection::Staged).unwrap()
}

fn work_tree(fixture: &Fixture) -> Change {
    fixture.change(&Selection::WorkTree).unwrap()
}

#[test]
fn staged_is_what_would_be_committed() {
    let fixture = Fixture::with_feature();
    fixture.write("a.yaml", "a: 2\n");
    fixture.git(&["add", "a.yaml"]);
    fixture.write("a.yaml", "a: 3\n");
    fixture.write("untracked.yaml", "u: 1\n");
    fixture.git(&["mv", "b.yaml", "c.yaml"]);
    let change = staged(&fixture);
    assert_eq!(listed(&change), [(Modified, "a.yaml".into()), (Renamed, "b.yaml -> c.yaml".into())]);
    assert_eq!(content(&change.head, "a.yaml"), text("a: 2\n"));
    assert_eq!(content(change.base.as_ref().unwrap(), "a.yaml"), text("a: 1\n"));
    assert_eq!(change.base_commit, Some(fixture.git(&["rev-parse", "HEAD"])));
    assert_eq!((change.head_commit, change.head_time), (None, None));
    assert_eq!(change.head_branch.as_deref(), Some("feature"));
}

#[test]
fn the_first_commit_can_be_judged_before_it_is_made() {
    let fixture = Fixture::new();
    assert_eq!(paths(&staged(&fixture)), [""; 0]);
    fixture.write("a.yaml", "a: 1\n");
    assert_eq!(paths(&staged(&fixture)), [""; 0]);
    assert_eq!(paths(&work_tree(&fixture)), ["a.yaml"]);
    fixture.git(&["add", "."]);
    assert_eq!(listed(&staged(&fixture)), [(Added, "a.yaml".into())]);
    assert!(staged(&fixture).base.unwrap().entries().unwrap().is_empty());
}

#[test]
fn a_file_that_is_only_announced_is_not_staged() {
    let fixture = Fixture::with_feature();
    fixture.write("later.yaml", "l: 1\n");
    fixture.git(&["add", "-N", "later.yaml"]);
    assert_eq!(paths(&staged(&fixture)), [""; 0]);
    assert_eq!(paths(&work_tree(&fixture)), ["later.yaml"]);
}

#[test]
fn a_hook_sees_the_index_that_git_names() {
    let fixture = Fixture::with_feature();
    std::fs::copy(fixture.dir.join(".git/index"), fixture.dir.join(".git/other-index")).unwrap();
    fixture.write("c.yaml", "c: 1\n");
    fixture.git(&["add", "c.yaml"]);
    let environment = |index: &str| Environment {
        git_dir: Some(".git".into()),
        index_file: Some(index.into()),
        ..Environment::default()
    };
    let change = |index| {
        Repo::discover_with(&fixture.dir, &environment(index)).unwrap().change(&Selection::Staged).unwrap()
    };
    assert_eq!(paths(&change(".git/index")), ["c.yaml"]);
    assert_eq!(paths(&change(".git/other-index")), [""; 0]);
}

#[test]
fn a_conflict_has_nothing_staged() {
    let fixture = Fixture::new();
    fixture.commit("a.yaml", "a: 1\n");
    fixture.git(&["checkout", "-q", "-b", "other"]);
    fixture.commit("a.yaml", "a: 2\n");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.commit("a.yaml", "a: 3\n");
    fixture.git(&["-c", "alias.m=!git merge -q other || true", "m"]);
    let error = fixture.change(&Selection::Staged).unwrap_err();
    assert_eq!(error, GitError::Unmerged { path: "a.yaml".into() });
    assert_eq!(listed(&work_tree(&fixture)), [(Modified, "a.yaml".into())]);
}

#[test]
fn the_work_tree_has_what_is_not_ignored() {
    let fixture = Fixture::new();
    fixture.write(".gitignore", "*.log\n/build/\n");
    fixture.write("kept.log", "tracked all the same\n");
    fixture.git(&["add", "-f", "kept.log"]);
    fixture.write("sub/gone.yaml", "g: 1\n");
    fixture.commit("a.yaml", "a: 1\n");
    assert_eq!(paths(&work_tree(&fixture)), [""; 0]);
    fixture.write("a.yaml", "a: 2\n");
    fixture.write("kept.log", "changed\n");
    fixture.write("x.log", "ignored\n");
    fixture.write("build/out.yaml", "ignored: 1\n");
    fixture.write("sub/.gitignore", "*.tmp.yaml\n");
    fixture.write("sub/x.tmp.yaml", "ignored: 1\n");
    fixture.write("sub/new.yaml", "n: 1\n");
    std::fs::remove_file(fixture.dir.join("sub/gone.yaml")).unwrap();
    let change = work_tree(&fixture);
    let expected = [
        (Modified, "a.yaml"),
        (Modified, "kept.log"),
        (Added, "sub/.gitignore"),
        (Deleted, "sub/gone.yaml"),
        (Added, "sub/new.yaml"),
    ];
    assert_eq!(listed(&change), expected.map(|(kind, path)| (kind, path.to_owned())));
    assert_eq!(content(&change.head, "a.yaml"), text("a: 2\n"));
}

#[cfg(unix)]
#[test]
fn the_work_tree_is_not_left_through_links() {
    let fixture = Fixture::new();
    fixture.commit("dir/a.yaml", "a: 1\n");
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a.yaml"), "secret: 1\n").unwrap();
    std::fs::remove_dir_all(fixture.dir.join("dir")).unwrap();
    std::os::unix::fs::symlink(outside.path(), fixture.dir.join("dir")).unwrap();
    let change = work_tree(&fixture);
    assert_eq!(listed(&change), [(Added, "dir".into()), (Deleted, "dir/a.yaml".into())]);
    assert!(matches!(content(&change.head, "dir"), crate::git::Content::Symlink { .. }));
}

#[test]
fn converted_line_ends_and_touched_files_are_no_change() {
    let fixture = Fixture::new();
    fixture.commit("a.yaml", "a: 1\nb: 2\n");
    fixture.write("a.yaml", "a: 1\r\nb: 2\r\n");
    assert_eq!(paths(&work_tree(&fixture)), [""; 0]);
    fixture.write("a.yaml", "a: 1\r\nb: 3\r\n");
    assert_eq!(paths(&work_tree(&fixture)), ["a.yaml"]);
}

#[test]
fn nested_repositories_are_not_entered() {
    let fixture = Fixture::with_feature();
    fixture.write("nested/x.yaml", "x: 1\n");
    fixture.git(&["init", "-q", "nested"]);
    assert_eq!(paths(&work_tree(&fixture)), [""; 0]);
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    let fixture = Fixture::new();
    fixture.write("in/a.yaml", "a: 1\n");
    fixture.commit("out/b.yaml", "b: 1\n");
    for arguments in
        [&["sparse-checkout", "set", "in"][..], &["sparse-checkout", "set", "--cone", "--sparse-index", "in"]]
    {
        fixture.git(arguments);
        assert!(!fixture.dir.join("out").exists());
        let change = work_tree(&fixture);
        assert_eq!(paths(&change), [""; 0]);
        assert_eq!(content(&change.head, "out/b.yaml"), text("b: 1\n"));
        assert_eq!(paths(&staged(&fixture)), [""; 0]);
    }
}

#[test]
fn where_in_the_work_tree_we_are_is_known() {
    let fixture = Fixture::new();
    fixture.commit("clusters/dev/a.yaml", "a: 1\n");
    let repo = Repo::discover_with(&fixture.dir.join("clusters/dev"), &Environment::default()).unwrap();
    assert_eq!(repo.work_dir(), Some(fixture.dir.as_path()));
    assert_eq!(repo.prefix().map(ToString::to_string).as_deref(), Some("clusters/dev"));
    assert_eq!(repo.branch(), Some("main"));
}
