//! `gate init --hook`: the hook of Git, installed and at work in real commits; hooks of others stay as they are.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gate_tests::{Run, TestRepo};

use crate::commits::{Desk, FOUND, latest, scaled, script};
use crate::{DEPLOYMENT, gate};

fn init(folder: &Path) -> Run {
    gate().run(folder, &["init", "--hook"])
}

/// A desk with the hook.
fn desk() -> Desk {
    let desk = Desk::new();
    let run = init(desk.path());
    assert_eq!(run.code, 0, "{run:?}");
    desk
}

#[test]
fn the_hook_refuses_a_bad_commit_and_lets_a_good_one_pass() {
    let desk = desk();
    let hook = desk.path().join(".git/hooks/pre-commit");
    assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o777, 0o755);
    let told = desk.commit("apps/web.yaml", latest());
    assert!(!told.ok() && told.has(FOUND) && told.has("apps/web.yaml:16:18"), "{told:?}");
    assert_eq!(desk.commits(), 1);
    let told = desk.commit("apps/web.yaml", scaled());
    assert!(told.ok(), "{told:?}");
    assert_eq!(desk.commits(), 2);
    let told = desk.git(&["commit", "--amend", "--message=another message"]);
    assert!(told.ok() && told.has("nothing was checked"), "{told:?}");
}

#[test]
fn every_way_to_commit_is_judged_by_what_it_commits() {
    let desk = desk();
    desk.repo.write("apps/more.yaml", DEPLOYMENT.replace("name: web", "name: more"));
    desk.repo.git(&["add", "apps/more.yaml"]);
    desk.repo.write("apps/web.yaml", latest());
    // `git commit PATH` commits what is on disk of this path, by an index of its own.
    let told = desk.git(&["commit", "--message=x", "--only", "apps/web.yaml"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    let told = desk.git_in(&desk.path().join("apps"), &["commit", "--message=x", "--only", "web.yaml"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    let told = desk.git(&["commit", "--message=x", "--include", "apps/web.yaml"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    let told = desk.git(&["commit", "--message=x", "--all"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    assert_eq!(desk.commits(), 1);
    let told = desk.git(&["commit", "--message=x", "--only", "apps/more.yaml"]);
    assert!(told.ok() && told.has("in 1 object of "), "{told:?}");
    let told = desk.git(&["commit", "--message=x", "--all", "--amend"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
}

#[test]
fn a_part_of_a_file_is_judged_if_only_a_part_is_staged() {
    let desk = desk();
    // Two hunks: the replicas on line 7, the tag on line 16.
    desk.repo.write("apps/web.yaml", latest().replace("replicas: 2", "replicas: 3"));
    for (answers, passes) in [("n\ny\n", false), ("y\nn\n", true)] {
        desk.repo.git(&["reset", "--quiet"]);
        let mut command = desk.command("sh", desk.path());
        command.args(["-c", &format!("printf '{answers}' | git add --patch >/dev/null")]);
        assert!(command.status().unwrap().success());
        let told = desk.git(&["commit", "--message=x"]);
        assert_eq!((told.ok(), told.has(FOUND)), (passes, !passes), "{told:?}");
    }
    assert!(fs::read_to_string(desk.path().join("apps/web.yaml")).unwrap().contains(":latest"));
}

#[test]
fn a_merge_that_had_conflicts_is_judged_when_it_is_committed() {
    let desk = desk();
    desk.repo.branch("other").write("apps/web.yaml", scaled());
    desk.past_hooks();
    desk.repo.git(&["checkout", "--quiet", "main"]);
    desk.repo.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 4"));
    desk.past_hooks();
    assert!(!desk.git(&["merge", "other"]).ok());
    let during = gate().run(desk.path(), &["check", "--staged"]);
    assert_eq!(during.code, 2, "{during:?}");
    assert!(during.stderr.contains("apps/web.yaml is in the middle of a merge"), "{during:?}");
    let told = desk.commit("apps/web.yaml", latest());
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    let told = desk.commit("apps/web.yaml", scaled());
    assert!(told.ok(), "{told:?}");
    assert_eq!(desk.repo.git(&["rev-list", "--parents", "-1", "HEAD"]).split_whitespace().count(), 3);
}

#[test]
fn without_the_program_nothing_is_committed_and_the_hook_says_why() {
    let desk = desk();
    fs::remove_file(desk.bin.path().join("gate")).unwrap();
    let told = desk.commit("apps/web.yaml", scaled());
    assert!(!told.ok() && told.has("no program `gate` on the PATH") && told.has("--no-verify"), "{told:?}");
}

#[test]
fn a_second_time_changes_nothing() {
    let desk = desk();
    let hook = desk.path().join(".git/hooks/pre-commit");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    let run = init(desk.path());
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("is there already"), "{run:?}");
    assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o111, 0o111, "it runs again");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, format!("{text}# more\n")).unwrap();
    let run = init(desk.path());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("was changed"), "{run:?}");
    assert_eq!(fs::read_to_string(&hook).unwrap(), format!("{text}# more\n"));
}

#[test]
fn hooks_of_others_stay_and_the_line_to_add_is_told() {
    for (text, code, said) in [
        ("make lint", 2, "`gate check --staged || exit $?`"),
        ("# File generated by pre-commit: https://pre-commit.com", 2, ".pre-commit-config.yaml"),
        ("call_lefthook run \"pre-commit\" \"$@\"", 2, "lefthook.yml"),
        (". \"$(dirname -- \"$0\")/_/husky.sh\"", 2, ".husky/pre-commit"),
        ("make lint && gate check --staged", 0, "calls the gate already"),
        ("# gate check --staged", 2, "add this line"),
    ] {
        let desk = Desk::new();
        let hook = desk.path().join(".git/hooks/pre-commit");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        script(&hook, text);
        let run = init(desk.path());
        assert_eq!(run.code, code, "{text}: {run:?}");
        assert!((run.stdout.clone() + &run.stderr).contains(said), "{text}: {run:?}");
        assert_eq!(fs::read_to_string(&hook).unwrap(), format!("#!/bin/sh\n{text}\n"));
    }
}

#[test]
fn a_link_is_not_followed() {
    let desk = Desk::new();
    let hook = desk.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", &hook).unwrap();
    let run = init(desk.path());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(!desk.path().join("elsewhere").exists());
}

#[test]
fn the_folder_is_the_one_that_git_looks_in() {
    // A work tree beside the first one shares its hooks.
    let desk = Desk::new();
    let beside = tempfile::tempdir().unwrap();
    let linked = beside.path().join("linked");
    desk.repo.git(&["worktree", "add", "--quiet", &linked.display().to_string()]);
    let run = gate().run(desk.path(), &["init", "--hook", "-C", &linked.display().to_string()]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(desk.path().join(".git/hooks/pre-commit").exists(), "{run:?}");
    fs::write(linked.join("apps/web.yaml"), latest()).unwrap();
    let told = desk.git_in(&linked.join("apps"), &["commit", "--all", "--message=x"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    // A submodule has its own, in the repository around it.
    let outer = Desk::of(TestRepo::new());
    let url = format!("file://{}", desk.path().display());
    outer.repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "sub"]);
    let sub = outer.path().join("sub");
    let run = init(&sub);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(outer.path().join(".git/modules/sub/hooks/pre-commit").exists(), "{run:?}");
    assert!(!outer.path().join(".git/hooks/pre-commit").exists());
    fs::write(sub.join("apps/web.yaml"), latest()).unwrap();
    let told = outer.git_in(&sub, &["commit", "--all", "--message=x"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
}

#[test]
fn a_configured_folder_is_used_if_it_is_the_repository_s_own() {
    let desk = Desk::new();
    desk.repo.git(&["config", "core.hooksPath", ".githooks"]);
    let run = init(&desk.path().join("apps"));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("folder of the work tree"), "{run:?}");
    assert!(desk.path().join(".githooks/pre-commit").exists());
    let told = desk.commit("apps/web.yaml", latest());
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
}

#[test]
fn a_folder_of_others_is_left_alone() {
    let elsewhere = tempfile::tempdir().unwrap();
    let shared = elsewhere.path().display().to_string();
    for (path, said) in [
        (".husky/_", "add the line `gate check --staged` to .husky/pre-commit"),
        ("/dev/null", "Git runs no hooks here"),
        (shared.as_str(), "outside of this repository"),
    ] {
        let desk = Desk::new();
        desk.repo.git(&["config", "core.hooksPath", path]);
        let run = init(desk.path());
        assert_eq!(run.code, 2, "{path}: {run:?}");
        assert!(run.stderr.contains(said), "{path}: {run:?}");
        assert!(
            !desk.path().join(path).join("pre-commit").exists()
                && !desk.path().join(".git/hooks/pre-commit").exists()
        );
    }
}

#[test]
fn where_nobody_commits_there_is_no_hook() {
    let bare = TestRepo::with_init(&["--bare", "--initial-branch=main"]);
    let run = init(bare.path());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("bare"), "{run:?}");
    assert!(!bare.path().join("hooks/pre-commit").exists());
    let nothing = tempfile::tempdir().unwrap();
    let run = init(nothing.path());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("no Git repository"), "{run:?}");
}
