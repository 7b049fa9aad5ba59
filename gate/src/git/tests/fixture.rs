//! A repository in a temporary directory, built with the `git` command: its own configuration, fixed names and
//! dates, nothing of the machine's.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::git::{Change, ChangeKind, Content, Environment, GitError, Repo, Selection, Snapshot};

/// Removed with everything in it when it goes out of scope.
pub(super) struct Fixture {
    _guard: tempfile::TempDir,
    pub(super) dir: PathBuf,
}

impl Fixture {
    /// An empty repository on branch main.
    pub(super) fn new() -> Self {
        Self::init(&["init", "-q", "-b", "main"])
    }

    pub(super) fn init(arguments: &[&str]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let dir = guard.path().canonicalize().unwrap();
        let fixture = Self { _guard: guard, dir };
        fixture.git(arguments);
        fixture
    }

    /// `a.yaml` on main, then `b.yaml` on branch feature, which is checked out.
    pub(super) fn with_feature() -> Self {
        let fixture = Self::new();
        fixture.commit("a.yaml", "a: 1\n");
        fixture.git(&["checkout", "-q", "-b", "feature"]);
        fixture.commit("b.yaml", "b: 1\n");
        fixture
    }

    /// A clone of this repository, made over the file protocol so that `--depth` and `--filter` count.
    pub(super) fn cloned(&self, arguments: &[&str]) -> Self {
        let url = format!("file://{}", self.dir.display());
        let mut all = vec!["-c", "protocol.file.allow=always", "clone", "-q"];
        all.extend(arguments);
        all.extend([url.as_str(), "."]);
        Self::init(&all)
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        git(&self.dir, arguments)
    }

    pub(super) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.dir.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Writes one file and commits everything; the id of the commit.
    pub(super) fn commit(&self, path: &str, content: impl AsRef<[u8]>) -> String {
        self.write(path, content);
        self.commit_all()
    }

    pub(super) fn commit_all(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(super) fn repo(&self) -> Repo {
        Repo::discover_with(&self.dir, &Environment::default()).unwrap()
    }

    pub(super) fn change(&self, selection: &Selection) -> Result<Change, GitError> {
        self.repo().change(selection)
    }

    /// The change from `base` to HEAD.
    pub(super) fn since(&self, base: &str) -> Change {
        self.change(&Selection::Revisions { base: Some(base.into()), head: None }).unwrap()
    }
}

pub(super) fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "commit.gpgSign=false", "-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("HOME", "/nonexistent")])
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.com")])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@example.com")])
        .envs([("GIT_AUTHOR_DATE", "1700000000 +0200"), ("GIT_COMMITTER_DATE", "1700000000 +0200")])
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Kind, path at base (where it differs) and path of each file.
pub(super) fn listed(change: &Change) -> Vec<(ChangeKind, String)> {
    let name = |file: &crate::git::ChangedFile| match &file.base {
        Some(base) if base.path != file.path => format!("{} -> {}", base.path, file.path),
        _ => file.path.to_string(),
    };
    change.files.iter().map(|file| (file.kind, name(file))).collect()
}

pub(super) fn paths(change: &Change) -> Vec<String> {
    change.files.iter().map(|file| file.path.to_string()).collect()
}

pub(super) fn content(snapshot: &Snapshot, path: &str) -> Content {
    let entry = snapshot.entry(path.as_bytes()).unwrap().unwrap();
    snapshot.read(&entry, 1 << 20).unwrap()
}

pub(super) fn text(text: &str) -> Content {
    Content::Bytes(text.into())
}

pub(super) fn hint(error: &GitError) -> String {
    error.hint().unwrap_or_default()
}
