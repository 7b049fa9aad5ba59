//! Notes in real repositories, pushed over a real protocol.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says so")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Target, post};
use crate::host::{HostErrorKind, Markup, Outcome, Pages, Posted, Publication, RunNumber};
use crate::model::Verdict;

/// A report of one line, with what Markdown and Git could trip over.
struct Page(String);

impl Pages for Page {
    fn comment(&self, _: usize, _: Markup) -> String {
        format!("# Report\n\n{}\n\n- `--option` and `; rm -rf /`\n", self.0)
    }
    fn summary(&self, _: usize) -> String {
        self.0.clone()
    }
}

/// A bare repository with some commits.
struct Server {
    _folder: tempfile::TempDir,
    bare: PathBuf,
    clones: PathBuf,
    commits: Vec<String>,
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=T", "-c", "user.email=t@example.com"])
        .args(arguments)
        .current_dir(folder)
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("LC_ALL", "C")])
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

impl Server {
    fn new(number: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (bare, clones) = (root.join("bare.git"), root.join("clones"));
        std::fs::create_dir(&clones).unwrap();
        git(&root, &["init", "-q", "--bare", "-b", "main", "bare.git"]);
        git(&root, &["init", "-q", "-b", "main", "source"]);
        let source = root.join("source");
        let mut commits = Vec::new();
        for n in 0..number {
            git(&source, &["commit", "-q", "--allow-empty", "-m", &n.to_string()]);
            commits.push(git(&source, &["rev-parse", "HEAD"]));
        }
        git(&source, &["push", "-q", bare.to_str().unwrap(), "main"]);
        Self { _folder: folder, bare, clones, commits }
    }

    fn clone(&self, name: &str, arguments: &[&str]) -> PathBuf {
        let url = format!("file://{}", self.bare.display());
        git(&self.clones, &[&["clone", "-q"], arguments, &[&url, name]].concat());
        self.clones.join(name)
    }

    fn note(&self, commit: &str) -> String {
        git(&self.bare, &["notes", "--ref=gitops-gate", "show", commit])
    }

    fn tip(&self) -> String {
        git(&self.bare, &["rev-parse", "refs/notes/gitops-gate"])
    }
}

fn put(clone: &Path, head: &str, run: u64, verdict: Verdict, text: &str) -> Posted {
    let target = Target {
        directory: clone.to_owned(),
        remote: "origin".into(),
        head: head.into(),
        run: RunNumber { run, attempt: 1 },
        budget: Duration::from_secs(60),
    };
    let page = Page(text.into());
    let publication = Publication { key: "default".into(), verdict, annotations: Vec::new(), pages: &page };
    post(&target, &publication).unwrap()
}

#[test]
fn a_note_is_put_where_everyone_finds_it() {
    let server = Server::new(2);
    let clone = server.clone("one", &[]);
    let posted = put(&clone, &server.commits[1], 3, Verdict::Fail, "two findings");
    assert_eq!((posted.outcome, posted.comment, posted.failures), (Outcome::Done, true, vec![]));
    let note = server.note(&server.commits[1]);
    assert!(note.starts_with("<!-- gitops-gate:v=1;key=default;head="), "{note}");
    assert!(note.ends_with("# Report\n\ntwo findings\n\n- `--option` and `; rm -rf /`"), "{note}");
    assert!(git(&clone, &["for-each-ref", "refs/notes"]).is_empty(), "nothing is left in the clone");
    assert!(git(&clone, &["rev-parse", "--is-shallow-repository"]).contains("false"));
    assert_eq!(git(&clone, &["status", "--short"]), "");
}

#[test]
fn the_same_again_is_not_pushed_and_another_answer_is() {
    let server = Server::new(1);
    let clone = server.clone("one", &["--depth=1"]);
    let head = server.commits[0].as_str();
    put(&clone, head, 1, Verdict::Pass, "fine");
    let tip = server.tip();
    assert_eq!(put(&clone, head, 2, Verdict::Pass, "fine").outcome, Outcome::Unchanged);
    assert_eq!(server.tip(), tip);
    assert_eq!(put(&clone, head, 3, Verdict::Fail, "bad").outcome, Outcome::Done);
    assert!(server.note(head).contains("bad"));
    let older = put(&clone, head, 2, Verdict::Pass, "late");
    assert_eq!(older.outcome, Outcome::Overtaken { run: RunNumber { run: 3, attempt: 1 } });
    assert!(server.note(head).contains("bad"));
}

#[test]
fn ten_runs_at_the_same_time_lose_nothing() {
    let server = Server::new(10);
    let clones: Vec<PathBuf> = (0..10).map(|n| server.clone(&n.to_string(), &[])).collect();
    std::thread::scope(|scope| {
        for (clone, commit) in clones.iter().zip(&server.commits) {
            scope.spawn(move || {
                let posted = put(clone, commit, 1, Verdict::Pass, commit);
                assert_eq!((posted.outcome, posted.failures), (Outcome::Done, vec![]));
            });
        }
    });
    for commit in &server.commits {
        assert!(server.note(commit).contains(&format!("\n{commit}\n")));
    }
}

#[test]
fn of_ten_runs_for_one_commit_the_newest_stands() {
    let server = Server::new(1);
    let clones: Vec<PathBuf> = (0..10).map(|n| server.clone(&n.to_string(), &[])).collect();
    let head = server.commits[0].as_str();
    std::thread::scope(|scope| {
        for (run, clone) in (1..).zip(&clones) {
            scope.spawn(move || {
                let posted = put(clone, head, run, Verdict::Fail, &format!("run {run}"));
                assert_eq!(posted.failures, []);
            });
        }
    });
    assert!(server.note(head).contains("\nrun 10\n"), "{}", server.note(head));
}

#[test]
fn runs_in_one_clone_do_not_meet() {
    let server = Server::new(4);
    let clone = server.clone("shared", &[]);
    std::thread::scope(|scope| {
        for commit in &server.commits {
            let clone = &clone;
            scope.spawn(move || assert_eq!(put(clone, commit, 1, Verdict::Pass, commit).failures, []));
        }
    });
    server.commits.iter().for_each(|commit| assert!(server.note(commit).contains(commit)));
}

#[cfg(unix)]
#[test]
fn a_server_that_refuses_is_told_once() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::new(1);
    let clone = server.clone("one", &[]);
    let hook = server.bare.join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho no notes here >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let posted = put(&clone, &server.commits[0], 1, Verdict::Pass, "fine");
    let [(step, error)] = posted.failures.as_slice() else { panic!("{posted:?}") };
    assert_eq!((*step, error.kind), ("pushing the note", HostErrorKind::Forbidden));
    assert!(error.message.contains("no notes here"), "{error}");
    assert!(!posted.comment && git(&clone, &["for-each-ref", "refs/notes"]).is_empty());
}

#[test]
fn a_note_of_someone_else_is_replaced() {
    let server = Server::new(1);
    let clone = server.clone("one", &[]);
    let head = server.commits[0].as_str();
    git(&clone, &["notes", "--ref=gitops-gate", "add", "-m", "mine", head]);
    git(&clone, &["push", "-q", "origin", "refs/notes/gitops-gate"]);
    git(&clone, &["update-ref", "-d", "refs/notes/gitops-gate"]);
    assert_eq!(put(&clone, head, 1, Verdict::Pass, "fine").outcome, Outcome::Done);
    assert!(server.note(head).contains("fine"));
}

#[test]
fn what_is_no_target_is_refused_before_anything_is_tried() {
    let server = Server::new(1);
    let clone = server.clone("one", &[]);
    let page = Page("x".into());
    let of = |key: &str, remote: &str, head: &str| {
        let target = Target {
            directory: clone.clone(),
            remote: remote.into(),
            head: head.into(),
            run: RunNumber::default(),
            budget: Duration::from_secs(10),
        };
        let publication =
            Publication { key: key.into(), verdict: Verdict::Pass, annotations: Vec::new(), pages: &page };
        post(&target, &publication).map_err(|error| error.kind)
    };
    let head = server.commits[0].as_str();
    for (key, remote, head) in [
        ("../heads/main", "origin", head),
        ("", "origin", head),
        ("default", "--upload-pack=x", head),
        ("default", "nowhere", head),
        ("default", "origin", "HEAD"),
        ("default", "origin", "--all"),
    ] {
        assert_eq!(of(key, remote, head), Err(HostErrorKind::Setup), "{key} {remote} {head}");
    }
}
