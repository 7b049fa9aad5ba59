//! The index in every form, whoever names it, damaged and gone: it is read as it is, or refused, and never taken for an
//! empty one.
#![cfg(unix)]

use std::fs;

use crate::bad_git::{INTRODUCED, check, finds, refuses, stage, staged, with};
use crate::commits::latest;
use crate::{DEPLOYMENT, gate, shop};

#[test]
fn what_the_environment_names_has_to_be_there() {
    let repo = staged();
    refuses(&with(repo.path(), &[("GIT_DIR", "/nonexistent/x.git")]), &["/nonexistent/x.git", "GIT_DIR"]);
    let run = with(repo.path(), &[("GIT_INDEX_FILE", ".git/index.other")]);
    refuses(&run, &[".git/index.other", "it is not there", "GIT_INDEX_FILE"]);
    finds(&with(repo.path(), &[("GIT_WORK_TREE", "/nonexistent")]));
}

#[test]
fn a_relative_index_counts_from_the_top_of_the_work_tree() {
    let repo = staged();
    let apps = repo.path().join("apps");
    let index = [("GIT_INDEX_FILE", ".git/index")];
    finds(&with(repo.path(), &index));
    finds(&with(&apps, &index));
    finds(&gate().run_with(repo.path(), &["check", "--staged", "--format=json", "-C", "apps"], &index, None));
}

#[test]
fn the_variables_of_a_hook_are_honoured() {
    let repo = staged();
    let git_dir = repo.path().join(".git").display().to_string();
    let top = repo.path().display().to_string();
    let elsewhere = tempfile::tempdir().unwrap();
    finds(&with(
        repo.path(),
        &[("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index"), ("GIT_PREFIX", "apps/")],
    ));
    finds(&with(elsewhere.path(), &[("GIT_DIR", &git_dir), ("GIT_WORK_TREE", &top)]));
    // Two indices: the one that is named counts.
    repo.git(&["read-tree", "--index-output=.git/index.other", "HEAD"]);
    fs::rename(repo.path().join(".git/index"), repo.path().join(".git/bad")).unwrap();
    fs::rename(repo.path().join(".git/index.other"), repo.path().join(".git/index")).unwrap();
    assert_eq!(check(&repo).code, 0);
    finds(&with(repo.path(), &[("GIT_INDEX_FILE", ".git/bad")]));
}

#[test]
fn an_index_that_is_gone_or_damaged_is_not_an_empty_one() {
    let repo = staged();
    let index = repo.path().join(".git/index");
    let whole = fs::read(&index).unwrap();
    let mut flipped = whole.clone();
    flipped[60] ^= 1;
    for (name, bytes) in [
        ("empty", &[][..]),
        ("cut", &whole[..whole.len() - 30]),
        ("flipped", &flipped),
        ("version 9", &[b"DIRC\0\0\0\x09", &whole[8..]].concat()),
        ("text", &[b'x'; 400]),
    ] {
        fs::write(&index, bytes).unwrap();
        let run = check(&repo);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(
            run.stderr.contains(".git/index cannot be read") && run.stderr.contains("git reset"),
            "{run:?}"
        );
    }
    fs::remove_file(&index).unwrap();
    refuses(&check(&repo), &[".git/index", "it is not there", "git reset"]);
    // Zeros in place of the checksum: `index.skipHash`.
    let mut unhashed = whole.clone();
    unhashed.splice(whole.len() - 20.., [0; 20]);
    fs::write(&index, unhashed).unwrap();
    finds(&check(&repo));
}

#[test]
fn every_form_of_an_index_is_read() {
    for (name, commands) in [
        ("version 2", &[&["update-index", "--index-version=2"][..]][..]),
        ("version 4", &[&["update-index", "--index-version=4"]]),
        ("split", &[&["update-index", "--split-index"]]),
        ("untracked cache", &[&["update-index", "--force-untracked-cache"], &["status"]]),
        (
            "fsmonitor valid",
            &[&["config", "core.fsmonitor", "true"], &["update-index", "--force-write-index"]],
        ),
        ("many files", &[&["config", "feature.manyFiles", "true"], &["update-index", "--force-write-index"]]),
        ("threads", &[&["config", "index.threads", "4"], &["update-index", "--force-write-index"]]),
    ] {
        let repo = staged();
        commands.iter().for_each(|command| drop(repo.git(command)));
        let run = check(&repo);
        assert_eq!((run.code, run.findings()), (1, vec![INTRODUCED.to_owned()]), "{name}: {run:?}");
    }
}

#[test]
fn entries_with_flags_of_version_3_are_read() {
    let repo = shop();
    repo.write("later.yaml", latest());
    repo.git(&["add", "--intent-to-add", "later.yaml"]);
    let run = check(&repo);
    assert_eq!(run.code, 0, "announced is not staged: {run:?}");
    stage(&repo);
    repo.git(&["update-index", "--skip-worktree", "apps/web.yaml"]);
    let version = fs::read(repo.path().join(".git/index")).unwrap()[7];
    assert_eq!(version, 3, "the flags need it");
    finds(&check(&repo));
    repo.git(&["update-index", "--no-skip-worktree", "--assume-unchanged", "apps/web.yaml"]);
    finds(&check(&repo));
}

#[test]
fn sparse_checkouts_and_sparse_indices_are_read() {
    let repo = shop();
    repo.write("other/more.yaml", DEPLOYMENT.replace("name: web", "name: more")).commit("more");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "apps"]);
    stage(&repo);
    let run = check(&repo);
    finds(&run);
    assert_eq!(
        run.json()["coverage"]["files"],
        1,
        "what is left out of the work tree is not deleted: {run:?}"
    );
}
