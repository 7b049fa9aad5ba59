//! Commits that a clone lacks are fetched; every case against a remote that is reached over its protocol.

use std::time::{Duration, Instant};

use super::fixture::{Fixture, content, hint, paths, text};
use crate::git::{Change, Fetching, GitError, Obtained, Selection};

fn since(base: &str) -> Selection {
    Selection::Revisions { base: Some(base.into()), head: None }
}

fn obtain(fixture: &Fixture, selection: &Selection) -> Result<Obtained, GitError> {
    let fetching = Fetching { budget: Duration::from_secs(30), ..Fetching::default() };
    fixture.repo().obtain(selection, Some(&fetching), &|_| true)
}

fn obtained(fixture: &Fixture, selection: &Selection) -> (Change, Vec<String>) {
    let Obtained { change, fetched } = obtain(fixture, selection).unwrap_or_else(|error| panic!("{error}"));
    (change, fetched)
}

fn commits(fixture: &Fixture) -> usize {
    let ids = fixture.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
    ids.lines().filter(|kind| *kind == "commit").count()
}

#[test]
fn a_base_given_by_its_id() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    let (change, fetched) = obtained(&fixture, &since(&main));
    assert_eq!(
        (paths(&change), change.base_commit.as_deref()),
        (vec!["b.yaml".to_owned()], Some(main.as_str()))
    );
    assert_eq!(fetched, [format!("fetched commit {main} (the base of the change) from origin")]);
    assert_eq!(commits(&fixture), 2);
    assert_eq!(
        fixture.git(&["for-each-ref", "--format=%(refname)"]).lines().count(),
        3,
        "no reference is made"
    );
    assert!(!fixture.dir.join(".git/FETCH_HEAD").exists());
    assert_eq!(obtained(&fixture, &since(&main)).1, [""; 0], "the second time it is there");
}

#[test]
fn the_first_parent_of_the_hosts_merge() {
    let origin = Fixture::with_feature();
    origin.git(&["checkout", "-q", "main"]);
    let main = origin.commit("c.yaml", "c: 1\n");
    origin.git(&["checkout", "-q", "--detach"]);
    origin.git(&["merge", "-q", "--no-ff", "-m", "Merge", "feature"]);
    origin.git(&["update-ref", "refs/pull/7/merge", "HEAD"]);
    let fixture = Fixture::new();
    let url = format!("file://{}", origin.dir.display());
    fixture.git(&["remote", "add", "origin", &url]);
    let refspec = "+refs/pull/7/merge:refs/remotes/pull/7/merge";
    fixture.git(&["-c", "protocol.version=2", "fetch", "-q", "--no-tags", "--depth=1", "origin", refspec]);
    fixture.git(&["checkout", "-q", "--force", "refs/remotes/pull/7/merge"]);
    let (change, fetched) = obtained(&fixture, &Selection::Auto);
    assert_eq!(
        (paths(&change), change.base_commit.as_deref()),
        (vec!["b.yaml".to_owned()], Some(main.as_str()))
    );
    assert_eq!(fetched.len(), 1, "{fetched:?}");
    assert_eq!(commits(&fixture), 2, "two commits and no history");
}

#[test]
fn without_leave_nothing_is_fetched() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    let error = fixture.repo().obtain(&since(&main), None, &|_| true).unwrap_err();
    assert!(matches!(error, GitError::MissingCommit { .. }), "{error}");
    fixture.git(&["remote", "remove", "origin"]);
    let error = obtain(&fixture, &since(&main)).unwrap_err();
    assert!(matches!(error, GitError::MissingCommit { .. }), "{error}");
    assert!(hint(&error).contains("fetch-depth"));
}

#[test]
fn a_whole_clone_stays_whole() {
    let origin = Fixture::with_feature();
    let fixture = origin.cloned(&[]);
    origin.git(&["checkout", "-q", "main"]);
    let later = origin.commit("c.yaml", "c: 1\n");
    let head = origin.git(&["rev-parse", "feature"]);
    let selection = Selection::Revisions { base: Some(later), head: Some(head) };
    let (change, fetched) = obtained(&fixture, &selection);
    assert_eq!((paths(&change), fetched.len()), (vec!["b.yaml".to_owned()], 1));
    assert!(!fixture.repo().is_shallow());
}

/// A feature of one commit that left main 70 commits ago.
fn long_history() -> Fixture {
    let origin = Fixture::with_feature();
    origin.git(&["checkout", "-q", "main"]);
    let commit = |n| {
        let from = if n == 0 { "from refs/heads/main^0\n" } else { "" };
        let file = format!("f: {n}\n");
        format!(
            "commit refs/heads/main\ncommitter C <c@example.com> {n} +0000\ndata 1\nx\n{from}\
             M 644 inline f{n}.yaml\ndata {}\n{file}\n",
            file.len()
        )
    };
    let stream: String = (0..70).map(commit).collect();
    origin.write("stream", stream);
    origin.git(&["-c", "alias.f=!git fast-import --quiet <stream", "f"]);
    origin
}

#[test]
fn a_merge_base_behind_the_cut() {
    let origin = long_history();
    let fixture = origin.cloned(&["--depth=1", "--no-single-branch"]);
    fixture.git(&["checkout", "-q", "feature"]);
    let (change, fetched) = obtained(&fixture, &Selection::Auto);
    assert_eq!(paths(&change), ["b.yaml"]);
    let expected =
        ["fetched 50 commits of the past from origin", "fetched 200 commits of the past from origin"];
    assert_eq!(fetched, expected);
}

#[test]
fn a_place_in_the_past() {
    let origin = long_history();
    origin.git(&["checkout", "-q", "--force", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    let (change, fetched) = obtained(&fixture, &since("HEAD~60"));
    assert_eq!((change.files.len(), fetched.len()), (60, 2), "{fetched:?}");
    let error = obtain(&fixture, &since("HEAD~600")).unwrap_err();
    assert!(matches!(error, GitError::UnknownRevision { .. }), "{error}");
    assert!(!fixture.repo().is_shallow(), "all of it was fetched before it was given up");
}

#[test]
fn a_branch_that_only_the_remote_has() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1", "--branch=feature"]);
    for name in ["main", "origin/main", "refs/heads/main", "refs/remotes/origin/main"] {
        let (change, fetched) = obtained(&fixture, &since(name));
        assert_eq!(
            (paths(&change), change.base_branch.as_deref()),
            (vec!["b.yaml".to_owned()], Some("main")),
            "{name}"
        );
        assert!(fetched[0].contains(&format!("refs/heads/main is {main}")), "{fetched:?}");
    }
    let error = obtain(&fixture, &since("mian")).unwrap_err();
    assert!(matches!(error, GitError::UnknownRevision { .. }), "{error}");
}

#[test]
fn in_a_whole_clone_a_slip_costs_no_connection() {
    let origin = Fixture::with_feature();
    let fixture = origin.cloned(&[]);
    fixture.git(&["config", "remote.origin.url", "ext::false"]);
    let error = obtain(&fixture, &since("mian")).unwrap_err();
    assert!(matches!(error, GitError::UnknownRevision { .. }), "{error}");
}

#[test]
fn a_nearer_merge_base_behind_the_cut_is_not_overlooked() {
    let origin = Fixture::new();
    let fork = origin.commit("a.yaml", "a: 1\n");
    origin.git(&["checkout", "-q", "-b", "feature"]);
    origin.commit("b.yaml", "b: 1\n");
    origin.git(&["checkout", "-q", "main"]);
    origin.commit("c.yaml", "c: 1\n");
    let merged = origin.git(&["rev-parse", "main"]);
    for n in 0..4 {
        origin.commit("d.yaml", format!("d: {n}\n"));
    }
    origin.git(&["checkout", "-q", "feature"]);
    origin.git(&["merge", "-q", "--no-ff", "-m", "Merge main", &merged]);
    // The clone knows the fork, and of main only the tip: what feature has merged is behind the cut.
    let fixture = origin.cloned(&["--depth=3", "--no-single-branch"]);
    fixture.git(&["checkout", "-q", "feature"]);
    let url = format!("file://{}", origin.dir.display());
    fixture.git(&["fetch", "-q", "--depth=2", &url, "feature"]);
    let plain = fixture.change(&since("origin/main"));
    let (change, _) = obtained(&fixture, &since("origin/main"));
    assert_eq!(
        change.base_commit.as_deref(),
        Some(merged.as_str()),
        "not {fork}; without fetching: {plain:?}"
    );
    assert_eq!(paths(&change), ["b.yaml"]);
}

#[test]
fn servers_that_give_no_commit_by_its_id_are_told_apart() {
    let origin = Fixture::with_feature();
    origin.git(&["checkout", "-q", "main"]);
    let main = origin.git(&["rev-parse", "main"]);
    origin.commit("c.yaml", "c: 1\n");
    origin.git(&["checkout", "-q", "feature"]);
    for (setting, version, is_given) in [
        ("uploadpack.allowAnySHA1InWant", "0", true),
        ("uploadpack.allowReachableSHA1InWant", "0", true),
        ("uploadpack.allowTipSHA1InWant", "0", false),
        ("uploadpack.hideRefs", "0", false),
        ("uploadpack.allowTipSHA1InWant", "2", true),
    ] {
        let fixture = origin.cloned(&["--depth=1"]);
        fixture.git(&["config", "protocol.version", version]);
        origin.git(&["config", setting, "true"]);
        let result = obtain(&fixture, &since(&main));
        origin.git(&["config", "--unset", setting]);
        match (is_given, result) {
            (true, Ok(obtained)) => assert_eq!(paths(&obtained.change), ["b.yaml"], "{setting}"),
            (false, Err(error)) => {
                assert!(matches!(error, GitError::NotFetched { .. }), "{error}");
                assert!(error.to_string().contains(&main), "{error}");
                assert!(hint(&error).contains("by their ids"), "{error}: {}", hint(&error));
            }
            (_, other) => panic!("{setting} with version {version}: {other:?}"),
        }
    }
}

#[test]
fn a_commit_that_nobody_has() {
    let origin = Fixture::with_feature();
    let fixture = origin.cloned(&["--depth=1"]);
    let id = "0123456789012345678901234567890123456789";
    let error = obtain(&fixture, &since(id)).unwrap_err();
    assert!(
        error.to_string().contains(&format!("commit {id} (the base of the change) is not in this clone")),
        "{error}"
    );
    assert!(error.to_string().contains("fetching from origin failed"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_remote_that_hangs_is_given_up() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    fixture.write("hang", "#!/bin/sh\nsleep 60\n");
    std::process::Command::new("chmod").arg("+x").arg(fixture.dir.join("hang")).status().unwrap();
    let script = fixture.dir.join("hang").display().to_string();
    fixture.git(&["config", "core.sshCommand", &script]);
    fixture.git(&["config", "remote.origin.url", "ssh://user@host.invalid/repo"]);
    let fetching = Fetching { budget: Duration::from_secs(1), ..Fetching::default() };
    let started = Instant::now();
    let error = fixture.repo().obtain(&since(&main), Some(&fetching), &|_| true).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(error.to_string().contains("ended after 1 seconds"), "{error}");
    assert!(hint(&error).contains("fetch-depth"), "{}", hint(&error));
}

#[test]
fn credentials_are_not_told() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    // Port 1 answers nobody.
    fixture.git(&["config", "remote.origin.url", "http://user:hunter2@127.0.0.1:1/repo.git"]);
    let error = obtain(&fixture, &since(&main)).unwrap_err();
    let text = format!("{error} {}", hint(&error));
    assert!(!text.contains("hunter2") && text.contains("127.0.0.1"), "{text}");
}

#[test]
fn names_are_never_options_or_commands() {
    let origin = Fixture::with_feature();
    let fixture = origin.cloned(&["--depth=1"]);
    let ran = fixture.dir.join("ran");
    let touch = format!("touch {}", ran.display());
    for name in [
        format!("--upload-pack={touch}"),
        format!("-c core.sshCommand={touch}"),
        format!("$({touch})"),
        format!("main; {touch}"),
        format!("origin/--upload-pack={touch}"),
        format!("ext::sh -c '{touch}'"),
        "refs/heads/../../x".to_owned(),
        "main*".to_owned(),
    ] {
        let error = obtain(&fixture, &since(&name)).unwrap_err();
        assert!(matches!(error, GitError::UnknownRevision { .. }), "{name}: {error}");
    }
    // A name that Git allows is only ever a name.
    origin.git(&["branch", "$(touch${IFS}ran)", "main"]);
    obtained(&fixture, &since("$(touch${IFS}ran)"));
    assert!(!ran.exists() && !origin.dir.join("ran").exists());
}

#[test]
fn a_remote_that_is_a_command_is_refused() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    let ran = fixture.dir.join("ran");
    let url = format!("ext::touch {}", ran.display());
    fixture.git(&["config", "remote.origin.url", &url]);
    fixture.git(&["config", "protocol.ext.allow", "always"]);
    let error = obtain(&fixture, &since(&main)).unwrap_err();
    assert!(error.to_string().contains("transport 'ext' not allowed"), "{error}");
    assert!(!ran.exists());
}

#[test]
fn no_hook_runs() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--depth=1"]);
    let ran = fixture.dir.join("ran");
    for hook in ["reference-transaction", "post-checkout", "pre-auto-gc", "post-rewrite"] {
        let path = format!(".git/hooks/{hook}");
        fixture.write(&path, format!("#!/bin/sh\ntouch {}\n", ran.display()));
        std::process::Command::new("chmod").arg("+x").arg(fixture.dir.join(&path)).status().unwrap();
    }
    obtained(&fixture, &since(&main));
    assert!(!ran.exists());
}

#[test]
fn a_bare_repository_that_nobody_named_is_not_fetched_in() {
    let origin = Fixture::with_feature();
    let main = origin.git(&["rev-parse", "main"]);
    let fixture = origin.cloned(&["--bare", "--depth=1", "--branch=feature"]);
    let error = obtain(&fixture, &since(&main)).unwrap_err();
    assert!(error.to_string().contains("bare"), "{error}");
    assert!(hint(&error).contains("GIT_DIR"), "{}", hint(&error));
    let environment = crate::git::Environment { git_dir: Some(fixture.dir.clone()), ..Default::default() };
    let repo = crate::git::Repo::discover_with(&fixture.dir, &environment).unwrap();
    let obtained = repo.obtain(&since(&main), Some(&Fetching::default()), &|_| true).unwrap();
    assert_eq!(paths(&obtained.change), ["b.yaml"]);
}

#[test]
fn the_index_and_the_work_tree_are_no_reason_to_fetch() {
    let origin = Fixture::with_feature();
    let fixture = origin.cloned(&["--depth=1"]);
    fixture.git(&["config", "remote.origin.url", "ext::false"]);
    fixture.write("b.yaml", "b: 2\n");
    let (change, fetched) = obtained(&fixture, &Selection::WorkTree);
    assert_eq!((paths(&change), fetched.len()), (vec!["b.yaml".to_owned()], 0));
    assert_eq!(content(&change.head, "b.yaml"), text("b: 2\n"));
    assert_eq!(paths(&obtained(&fixture, &Selection::Staged).0), [""; 0]);
}
