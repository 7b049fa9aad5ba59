//! Which two states are compared: every way to say it, and every way it can go wrong.

use crate::{DEPLOYMENT, gate, shop};
use gate_tests::TestRepo;

fn latest() -> String {
    DEPLOYMENT.replace("web:1.2.3", "web:latest")
}

const FOUND: &str = "image-tags/mutable-image-tag@apps/web.yaml:16:18";

#[test]
fn staged_judges_the_index_and_not_the_work_tree() {
    let repo = shop();
    repo.write("apps/web.yaml", latest());
    let unstaged = gate().run(repo.path(), &["check", "--staged", "--format=json"]);
    assert_eq!((unstaged.code, unstaged.findings()), (0, vec![]), "{unstaged:?}");
    repo.git(&["add", "--all"]);
    repo.write("apps/web.yaml", DEPLOYMENT);
    let staged = gate().run(repo.path(), &["check", "--staged", "--format=json"]);
    assert_eq!((staged.code, staged.findings()), (1, vec![format!("{FOUND} introduced")]), "{staged:?}");
}

#[test]
fn work_tree_judges_what_is_not_committed() {
    let repo = shop();
    repo.write("apps/web.yaml", latest());
    let run = gate().run(repo.path(), &["check", "--work-tree", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![format!("{FOUND} introduced")]), "{run:?}");
}

#[test]
fn all_judges_the_whole_tree() {
    let repo = shop();
    repo.write("apps/web.yaml", latest()).commit("bad");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![format!("{FOUND} present")]), "{run:?}");
}

#[test]
fn paths_and_standard_input_need_no_repository() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("apps")).unwrap();
    std::fs::write(dir.path().join("apps/web.yaml"), latest()).unwrap();
    let run = gate().run(dir.path(), &["check", "apps", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![format!("{FOUND} present")]), "{run:?}");
    let run = gate().run_with(dir.path(), &["check", "-", "--format=json"], &[], Some(latest().as_bytes()));
    assert_eq!(run.findings(), ["image-tags/mutable-image-tag@stdin.yaml:16:18 present"], "{run:?}");
    let missing = gate().run(dir.path(), &["check", "app"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("app"), "{missing:?}");
}

#[test]
fn a_merge_commit_of_a_pull_request_needs_no_history() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", latest()).commit("break");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("other.yaml", "a: 1\n").commit("main moves on");
    repo.git(&["checkout", "--quiet", "--detach"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "pr"]);
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    repo.git(&["update-ref", "refs/heads/merged", "HEAD"]);
    repo.git(&[
        "clone",
        "--quiet",
        "--depth=2",
        "--branch=merged",
        &url,
        &clone.path().display().to_string(),
    ]);
    std::process::Command::new("git")
        .args(["checkout", "--quiet", "--detach"])
        .current_dir(clone.path())
        .status()
        .unwrap();
    let run = gate().run(clone.path(), &["check", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![format!("{FOUND} introduced")]), "{run:?}");
}

#[test]
fn a_shallow_clone_without_its_base_is_an_error_and_never_an_empty_diff() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", latest()).commit("break");
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    let to = clone.path().display().to_string();
    repo.git(&["clone", "--quiet", "--depth=1", "--branch=pr", &url, &to]);
    let base = repo.git(&["rev-parse", "main"]);
    let run = gate().run(clone.path(), &["check", "--no-fetch", "--base", base.trim()]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(&base.trim()[..7]), "{run:?}");
    assert!(run.stderr.contains("depth"), "{run:?}");
}

#[test]
fn a_bare_repository_is_enough() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", latest()).commit("break");
    let bare = tempfile::tempdir().unwrap();
    let to = bare.path().display().to_string();
    repo.git(&["clone", "--quiet", "--bare", ".", &to]);
    let run = gate().run(bare.path(), &["check", "--base=main", "--head=pr", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![format!("{FOUND} introduced")]), "{run:?}");
}

#[test]
fn sha256_repositories_are_read() {
    let repo = TestRepo::with_init(&["--initial-branch=main", "--object-format=sha256"]);
    repo.write("apps/web.yaml", DEPLOYMENT).commit("base");
    repo.branch("pr").write("apps/web.yaml", latest()).commit("break");
    let run = gate().run(repo.path(), &["check", "--base=main", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![format!("{FOUND} introduced")]), "{run:?}");
}

#[test]
fn links_submodules_and_large_file_pointers_are_named() {
    let repo = shop();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.yaml"), latest()).unwrap();
    repo.branch("pr");
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), repo.path().join("link.yaml")).unwrap();
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
    );
    repo.write("big.yaml", pointer);
    repo.git(&["add", "--all"]);
    let commit = repo.git(&["rev-parse", "HEAD"]);
    let cache = format!("160000,{},vendor/sub", commit.trim());
    repo.git(&["update-index", "--add", "--cacheinfo", &cache]);
    repo.git(&["commit", "--quiet", "--message", "specials"]);
    let run = gate().run(repo.path(), &["check", "--base=main", "--format=json"]);
    let skipped: Vec<_> = run.json()["coverage"]["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skip| format!("{} {}", skip["path"].as_str().unwrap(), skip["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(skipped, ["big.yaml lfs-pointer", "link.yaml symlink", "vendor/sub submodule"], "{run:?}");
    assert_eq!(run.code, 3, "a manifest whose content is not there cannot pass: {run:?}");
}

#[test]
fn a_path_that_is_no_utf8_is_judged_and_shown_escaped() {
    use std::os::unix::ffi::OsStrExt;
    let repo = shop();
    repo.branch("pr");
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
    std::fs::write(repo.path().join(name), latest()).unwrap();
    repo.commit("latin-1");
    let run = gate().run(repo.path(), &["check", "--base=main", "--format=json"]);
    assert_eq!(run.findings(), ["image-tags/mutable-image-tag@caf\\xe9.yaml:16:18 introduced"], "{run:?}");
}
