//! Repositories in a bad or rare state: each is read, or the message says what is wrong and what to do. What is staged is
//! a Deployment with one finding everywhere, so that a run that misses it would show.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

use gate_tests::{Run, TestRepo};

use crate::commits::{FOUND, latest, scaled};
use crate::{DEPLOYMENT, gate, shop};

pub(crate) const STAGED: [&str; 3] = ["check", "--staged", "--format=json"];
pub(crate) const INTRODUCED: &str = "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced";

/// The shop with a bad change staged; what is on disk is good again, so that only the index has it.
pub(crate) fn staged() -> TestRepo {
    let repo = shop();
    stage(&repo);
    repo
}

pub(crate) fn stage(repo: &TestRepo) {
    repo.write("apps/web.yaml", latest());
    repo.git(&["add", "apps/web.yaml"]);
    repo.write("apps/web.yaml", DEPLOYMENT);
}

pub(crate) fn check(repo: &TestRepo) -> Run {
    gate().run(repo.path(), &STAGED)
}

pub(crate) fn with(folder: &Path, variables: &[(&str, &str)]) -> Run {
    gate().run_with(folder, &STAGED, variables, None)
}

#[track_caller]
pub(crate) fn finds(run: &Run) {
    assert_eq!((run.code, run.findings()), (1, vec![INTRODUCED.to_owned()]), "{run:?}");
}

/// Nothing was judged: an error with all of these words, and a hint.
#[track_caller]
pub(crate) fn refuses(run: &Run, words: &[&str]) {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(words.iter().all(|word| run.stderr.contains(word)), "{words:?}: {run:?}");
}

/// Judged, but not all of it: the failure has all of these words.
#[track_caller]
fn is_incomplete(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 3, "{run:?}");
    let failures = run.json()["failures"].to_string();
    assert!(words.iter().all(|word| failures.contains(word)), "{words:?}: {failures}");
}

/// Where the loose object `id` lies, made writable.
fn object(repo: &TestRepo, revision: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let id = repo.git(&["rev-parse", revision]);
    let path = repo.path().join(".git/objects").join(&id[..2]).join(id[2..].trim());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    path
}

#[test]
fn git_itself_is_not_needed() {
    finds(&with(staged().path(), &[("PATH", "/nonexistent")]));
}

#[test]
fn a_directory_that_is_none_is_named() {
    let repo = staged();
    let run = |place: &str| gate().run(repo.path(), &["check", "--staged", "-C", place]);
    refuses(&run("app"), &["no such file or directory: app", "hint: check the spelling"]);
    refuses(&run("apps/web.yaml"), &["apps/web.yaml", "it is no directory"]);
}

#[test]
fn work_trees_and_submodules_have_their_own_index() {
    let repo = shop();
    let beside = tempfile::tempdir().unwrap();
    let linked = beside.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", &linked.display().to_string()]);
    let git = |folder: &Path, arguments: &[&str]| {
        repo.git(&[&["-C", &folder.display().to_string()], arguments].concat());
    };
    fs::write(linked.join("apps/web.yaml"), latest()).unwrap();
    git(&linked, &["add", "--all"]);
    finds(&gate().run(&linked, &STAGED));
    finds(&gate().run(&linked.join("apps"), &STAGED));
    assert_eq!(check(&repo).code, 0);
    let outer = TestRepo::new();
    let url = format!("file://{}", repo.path().display());
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "sub"]);
    let sub = outer.path().join("sub");
    fs::write(sub.join("apps/web.yaml"), latest()).unwrap();
    git(&sub, &["add", "--all"]);
    finds(&gate().run(&sub, &STAGED));
    let run = check(&outer);
    assert_eq!((run.code, run.findings()), (0, vec![]), "a submodule is named, not entered: {run:?}");
    assert!(run.json()["coverage"]["skipped"].to_string().contains("submodule"), "{run:?}");
}

#[test]
fn a_repository_that_is_incomplete_or_of_an_unknown_form_says_so() {
    for (path, content, words) in [
        (".git/HEAD", "", &["cannot be opened", "git status"][..]),
        (".git/HEAD", "ref: refs/heads/.invalid\n", &["cannot be opened"]),
        (".git/refs/heads/main", "", &["cannot be opened"]),
        (".git/config", "[core]\n\trepositoryformatversion = 99\n", &["version", "99"]),
        (
            ".git/config",
            "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = md5\n",
            &["md5"],
        ),
    ] {
        let repo = staged();
        repo.write(path, content);
        let run = check(&repo);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{path}: {content}: {run:?}");
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{path}: {content}: {run:?}");
    }
    let repo = staged();
    repo.remove(".git/HEAD");
    refuses(&check(&repo), &["no Git repository"]);
}

#[test]
fn objects_that_are_damaged_or_gone_are_named() {
    for damage in ["", "garbage"] {
        let repo = staged();
        let path = object(&repo, ":apps/web.yaml");
        fs::write(&path, damage).unwrap();
        is_incomplete(&check(&repo), &["apps/web.yaml", "cannot be read", "git fsck"]);
        fs::remove_file(&path).unwrap();
        is_incomplete(&check(&repo), &["apps/web.yaml", "is not in this repository", "git fsck"]);
        for revision in ["HEAD", "HEAD^{tree}", "HEAD:apps"] {
            let repo = staged();
            let path = object(&repo, revision);
            fs::write(&path, damage).unwrap();
            refuses(&check(&repo), &["cannot be read", "hint: "]);
            fs::remove_file(&path).unwrap();
            refuses(&check(&repo), &["is not in this", "hint: "]);
        }
    }
}

#[test]
fn a_file_whose_former_state_is_damaged_or_gone_cannot_pass() {
    let damaged = || {
        let repo = shop();
        repo.write("apps/web.yaml", latest()).commit("a finding of old");
        fs::remove_file(object(&repo, "HEAD:apps/web.yaml")).unwrap();
        repo
    };
    let repo = damaged();
    repo.write("apps/web.yaml", scaled());
    repo.git(&["add", "--all"]);
    is_incomplete(&check(&repo), &["what apps/web.yaml was before is not known", "git fsck"]);
    let repo = damaged();
    repo.git(&["rm", "--quiet", "--cached", "apps/web.yaml"]);
    is_incomplete(&check(&repo), &["what apps/web.yaml was before is not known", "git fsck"]);
    // What is no YAML has been read all the same.
    let repo = shop();
    repo.write("apps/web.yaml", "a: [").commit("broken");
    stage(&repo);
    let run = check(&repo);
    let expected = ["manifest/yaml-syntax@apps/web.yaml:1:5 fixed", INTRODUCED];
    assert_eq!((run.code, run.findings()), (1, expected.map(str::to_owned).to_vec()), "{run:?}");
    assert!(run.json().get("failures").is_none_or(|failures| failures == &serde_json::json!([])), "{run:?}");
}

#[test]
fn an_operation_that_is_under_way_is_no_obstacle() {
    let repo = shop();
    repo.branch("other").write("apps/web.yaml", scaled()).commit("other");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 4")).commit("main");
    for (name, start, end) in [
        ("merge", "merge other", "merge --abort"),
        ("rebase", "rebase other", "rebase --abort"),
        ("cherry-pick", "cherry-pick other", "cherry-pick --abort"),
        ("revert", "revert HEAD~1", "revert --abort"),
    ] {
        let stopped = format!("!git {start} >/dev/null 2>&1 && exit 1 || true");
        repo.git(&["-c", &format!("alias.stop={stopped}"), "stop"]);
        refuses(&check(&repo), &["apps/web.yaml is in the middle of a merge", "git add"]);
        stage(&repo);
        finds(&check(&repo));
        let run = gate().run(repo.path(), &["check", "--work-tree", "--format=json"]);
        assert_eq!(run.findings(), [""; 0], "{name}: {run:?}");
        // Git gives up only what it knows.
        repo.git(&["add", "--all"]);
        repo.git(&end.split(' ').collect::<Vec<_>>());
    }
}

#[test]
fn a_detached_head_and_the_first_commit_ever_are_judged() {
    let repo = staged();
    repo.git(&["checkout", "--quiet", "--detach"]);
    finds(&check(&repo));
    let first = TestRepo::new();
    let run = gate().run(first.path(), &["check", "--staged"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("nothing was checked"), "{run:?}");
    stage(&first);
    finds(&check(&first));
    let orphan = shop();
    orphan.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    stage(&orphan);
    finds(&check(&orphan));
}

#[test]
fn a_bare_repository_has_nothing_staged() {
    let repo = TestRepo::with_init(&["--bare", "--initial-branch=main"]);
    refuses(&check(&repo), &["bare", "--base REV --head REV"]);
}

#[test]
fn what_filters_would_make_of_a_file_does_not_count() {
    let repo = shop();
    let ran = repo.path().join("ran");
    repo.git(&["config", "filter.x.smudge", &format!("touch {}; cat", ran.display())]);
    repo.git(&["config", "filter.x.clean", "sed s/CLEAR/latest/"]);
    repo.write(".gitattributes", "*.yaml filter=x\n")
        .write("apps/web.yaml", latest().replace("latest", "CLEAR"));
    repo.git(&["add", "--all"]);
    finds(&check(&repo));
    assert!(!ran.exists());
    // The line ends of the index are those of the commit, whatever is on disk.
    let repo = shop();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("apps/web.yaml", DEPLOYMENT.replace('\n', "\r\n"));
    repo.git(&["-c", "core.safecrlf=false", "add", "--all"]);
    assert_eq!(check(&repo).json()["coverage"]["files"], 0);
    repo.write("apps/web.yaml", latest().replace('\n', "\r\n"));
    repo.git(&["-c", "core.safecrlf=false", "add", "--all"]);
    finds(&check(&repo));
}

#[test]
fn a_file_that_is_encrypted_or_elsewhere_cannot_pass() {
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n", "4d".repeat(32));
    for (content, word) in [(&b"\0GITCRYPT\0\x8a\x01"[..], "it is binary"), (pointer.as_bytes(), "Git LFS")] {
        let repo = shop();
        repo.write("apps/secret.yaml", content);
        repo.git(&["add", "--all"]);
        is_incomplete(&check(&repo), &["apps/secret.yaml", word, "`exclude` in gate.yaml"]);
    }
}

#[test]
fn names_and_modes_of_all_kinds_are_read() {
    use std::os::unix::ffi::OsStrExt;
    let repo = shop();
    let name = std::ffi::OsStr::from_bytes(b"apps/caf\xe9\n\x1b[31m.yaml");
    fs::write(repo.path().join(name), latest()).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", repo.path().join("apps/link.yaml")).unwrap();
    repo.git(&["add", "--all"]);
    repo.git(&["update-index", "--chmod=+x", "apps/web.yaml"]);
    let run = check(&repo);
    assert_eq!(run.findings().len(), 1, "{run:?}");
    assert!(run.findings()[0].starts_with("image-tags/mutable-image-tag@apps/caf\\xe9"), "{run:?}");
    assert_eq!(run.json()["coverage"]["skipped"][0]["reason"], "symlink");
    let text = gate().run(repo.path(), &["check", "--staged"]);
    assert!(!text.stdout.contains('\u{1b}') && text.stdout.contains(FOUND), "{text:?}");
}

#[test]
fn a_shallow_clone_has_all_that_is_staged() {
    let origin = shop();
    origin.write("apps/more.yaml", DEPLOYMENT.replace("name: web", "name: more")).commit("more");
    let clone = TestRepo::with_init(&["--initial-branch=x"]);
    let url = format!("file://{}", origin.path().display());
    clone.git(&["fetch", "--quiet", "--depth=1", &url, "main"]);
    clone.git(&["checkout", "--quiet", "-b", "main", "FETCH_HEAD"]);
    stage(&clone);
    finds(&check(&clone));
}

#[test]
fn what_a_partial_clone_leaves_out_is_told() {
    let origin = shop();
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n";
    origin.write("crds/own.yaml", definition).commit("more");
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let beside = tempfile::tempdir().unwrap();
    let clone = beside.path().join("clone");
    let (url, to) = (format!("file://{}", origin.path().display()), clone.display().to_string());
    origin.git(&["clone", "--quiet", "--filter=blob:none", "--sparse", &url, &to]);
    let git = |arguments: &[&str]| drop(origin.git(&[&["-C", &to], arguments].concat()));
    git(&["sparse-checkout", "set", "apps"]);
    git(&["remote", "set-url", "origin", "file:///nonexistent"]);
    fs::write(clone.join("apps/web.yaml"), latest()).unwrap();
    fs::write(clone.join("apps/own.yaml"), "apiVersion: example.com/v1\nkind: Own\nmetadata: {name: a}\n")
        .unwrap();
    git(&["add", "--all"]);
    let run = gate().run(&clone, &STAGED);
    let report = run.json();
    assert_eq!((run.code, run.findings()), (1, vec![INTRODUCED.to_owned()]), "{run:?}");
    assert_eq!(report["failures"][0]["kind"], "no-schema", "{run:?}");
    let notices = report["coverage"]["notices"].to_string();
    assert!(notices.contains("1 file that this partial clone leaves out (crds/own.yaml first)"), "{notices}");
    git(&["reset", "--quiet", "--hard"]);
    git(&["rm", "--quiet", "--cached", "--sparse", "crds/own.yaml"]);
    is_incomplete(&gate().run(&clone, &STAGED), &["what crds/own.yaml was before is not known", "--filter"]);
}

#[test]
fn a_repository_of_another_user_is_read() {
    let repo = staged();
    if std::os::unix::fs::chown(repo.path().join(".git"), Some(65534), Some(65534)).is_err() {
        gate_tests::skipped("only root can give a folder to another user");
        return;
    }
    finds(&check(&repo));
}

#[test]
fn a_home_that_is_not_there_is_not_missed() {
    let repo = staged();
    for variables in [
        &[("HOME", ""), ("XDG_CACHE_HOME", "")][..],
        &[("HOME", "/dev/null"), ("XDG_CACHE_HOME", "/dev/null/x"), ("XDG_STATE_HOME", "/dev/null/y")],
        &[("GATE_CACHE_DIR", "/proc/nonexistent")],
    ] {
        finds(&with(repo.path(), variables));
    }
}
