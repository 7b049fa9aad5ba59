//! What a clone lacks is fetched: the checkouts of CI servers, judged without any change to their settings.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::{DEPLOYMENT, gate, shop};
use gate_tests::TestRepo;

const FOUND: &str = "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced";

fn latest() -> String {
    DEPLOYMENT.replace("web:1.2.3", "web:latest")
}

/// A pull request of one bad commit, and where it is based.
fn pull_request() -> (TestRepo, String) {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", latest()).commit("break");
    let base = repo.git(&["rev-parse", "main"]).trim().to_owned();
    (repo, base)
}

fn clone(origin: &TestRepo, arguments: &[&str]) -> TestRepo {
    let clone = TestRepo::new();
    let url = format!("file://{}", origin.path().display());
    let to = clone.path().join("clone").display().to_string();
    origin.git(&[&["clone", "--quiet"], arguments, &[url.as_str(), to.as_str()]].concat());
    clone
}

fn script(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn a_clone_of_one_commit_is_enough() {
    let (origin, base) = pull_request();
    let clone = clone(&origin, &["--depth=1", "--branch=pr"]);
    let folder = clone.path().join("clone");
    let arguments = ["check", "--format=json", "--base", base.as_str()];
    let run = gate().run(&folder, &[&arguments[..], &["--no-fetch"]].concat());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains(&base) && run.stderr.contains("fetch-depth"), "{run:?}");
    let run = gate().run(&folder, &[&arguments[..], &["--verbose"]].concat());
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    let told = format!("gate: fetched commit {base} (the base of the change) from origin\n");
    assert_eq!(run.stderr, told);
    let again = gate().run(&folder, &arguments);
    assert_eq!((again.code, again.stderr.as_str()), (1, ""), "{again:?}");
}

#[test]
fn the_test_merge_that_actions_checkout_leaves() {
    let (origin, _) = pull_request();
    origin.git(&["checkout", "--quiet", "main"]);
    origin.write("other.yaml", "a: 1\n").commit("main moves on");
    origin.git(&["checkout", "--quiet", "--detach"]);
    origin.git(&["merge", "--quiet", "--no-ff", "--no-edit", "pr"]);
    let merge = origin.git(&["rev-parse", "HEAD"]).trim().to_owned();
    origin.git(&["update-ref", "refs/pull/7/merge", &merge]);
    let checkout = TestRepo::new();
    checkout.git(&["remote", "add", "origin", &format!("file://{}", origin.path().display())]);
    let refspec = format!("+{merge}:refs/remotes/pull/7/merge");
    let options = ["--no-tags", "--prune", "--no-recurse-submodules", "--depth=1"];
    checkout.git(&[&["fetch", "--quiet"], &options[..], &["origin", &refspec]].concat());
    checkout.git(&["checkout", "--quiet", "--force", "refs/remotes/pull/7/merge"]);
    let run = gate().run(checkout.path(), &["check", "--format=json"]);
    assert_eq!((run.code, run.findings(), run.stderr.as_str()), (1, vec![FOUND.to_owned()], ""), "{run:?}");
}

#[test]
fn a_partial_clone_is_completed() {
    let (origin, _) = pull_request();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = clone(&origin, &["--filter=blob:none", "--branch=pr"]);
    let folder = clone.path().join("clone");
    let arguments = ["check", "--format=json", "--base=origin/main"];
    let judged_at_base = |run: &gate_tests::Run| run.json()["coverage"]["base_objects"].clone();
    let without = gate().run(&folder, &[&arguments[..], &["--no-fetch"]].concat());
    assert_eq!(judged_at_base(&without), 0, "the file before the change is not here: {without:?}");
    let run = gate().run(&folder, &[&arguments[..], &["--verbose"]].concat());
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    assert_eq!(
        (judged_at_base(&run), run.stderr.as_str()),
        (1.into(), "gate: fetched 1 file from origin\n"),
        "{run:?}"
    );
}

#[test]
fn ssh_asks_nothing_and_gets_one_address() {
    let (origin, base) = pull_request();
    let clone = clone(&origin, &["--depth=1", "--branch=pr"]);
    let folder = clone.path().join("clone");
    let url = format!("ssh://git@host.invalid:2222{}", origin.path().display());
    std::process::Command::new("git")
        .args(["config", "remote.origin.url", &url])
        .current_dir(&folder)
        .status()
        .unwrap();
    // In place of the network: the last argument is the command for the other side.
    let log = clone.path().join("log");
    let text = format!("echo \"$*\" >> {}\nfor last; do :; done\nexec sh -c \"$last\"", log.display());
    script(clone.path(), "ssh", &text);
    let path = format!("{}:{}", clone.path().display(), std::env::var("PATH").unwrap());
    let run = gate().run_with(
        &folder,
        &["check", "--format=json", "--base", &base],
        &[("PATH", &path), ("GIT_SSH_VARIANT", "ssh")],
        None,
    );
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("-o BatchMode=yes") && log.contains("-p 2222 git@host.invalid"), "{log}");
}

#[test]
fn the_users_own_ssh_is_kept() {
    let (origin, base) = pull_request();
    let clone = clone(&origin, &["--depth=1", "--branch=pr"]);
    let folder = clone.path().join("clone");
    std::process::Command::new("git")
        .args(["config", "remote.origin.url", "git@host.invalid:x.git"])
        .current_dir(&folder)
        .status()
        .unwrap();
    let ssh = script(clone.path(), "mine", "echo 'mine: Permission denied (publickey).' >&2; exit 255");
    let run = gate().run_with(&folder, &["check", "--base", &base], &[("GIT_SSH_COMMAND", &ssh)], None);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(&base) && run.stderr.contains("mine: Permission denied"), "{run:?}");
}

#[test]
fn names_from_a_pull_request_are_only_names() {
    let (origin, _) = pull_request();
    let clone = clone(&origin, &["--depth=1", "--branch=pr"]);
    let folder = clone.path().join("clone");
    let ran = folder.join("ran");
    for name in
        ["--upload-pack=touch${IFS}ran", "$(touch ran)", "`touch ran`", "x; touch ran", "ext::touch ran"]
    {
        for side in ["--base", "--head"] {
            let run = gate().run(&folder, &["check", &format!("{side}={name}")]);
            assert_eq!(run.code, 2, "{name}: {run:?}");
            assert!(run.stderr.contains("names no commit"), "{name}: {run:?}");
            assert!(!ran.exists(), "{name}");
        }
    }
}

#[test]
fn objects_from_elsewhere_are_for_hooks_only() {
    let (origin, base) = pull_request();
    let clone = clone(&origin, &["--depth=1", "--branch=pr"]);
    let elsewhere = origin.path().join(".git/objects").display().to_string();
    let variables =
        [("GIT_OBJECT_DIRECTORY", elsewhere.as_str()), ("GIT_QUARANTINE_PATH", elsewhere.as_str())];
    let folder = clone.path().join("clone");
    let run = gate().run_with(&folder, &["check", "--no-fetch", "--base", &base], &variables, None);
    assert_eq!(run.code, 2, "{run:?}");
}
