//! Real commits in a repository, with a program `gate` on the PATH: what the tests of hooks share.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use gate_tests::TestRepo;
use tempfile::TempDir;

use crate::{DEPLOYMENT, shop};

/// The finding of a [`latest`] Deployment.
pub(crate) const FOUND: &str = "image-tags/mutable-image-tag";

/// A Deployment with one finding.
pub(crate) fn latest() -> String {
    DEPLOYMENT.replace("web:1.2.3", "web:latest")
}

/// A Deployment without findings that differs from [`DEPLOYMENT`].
pub(crate) fn scaled() -> String {
    DEPLOYMENT.replace("replicas: 2", "replicas: 3")
}

/// A repository and the surroundings of whoever works in it.
pub(crate) struct Desk {
    pub(crate) repo: TestRepo,
    pub(crate) home: TempDir,
    /// First of the PATH; has `gate`.
    pub(crate) bin: TempDir,
}

/// What a command told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    /// Both outputs.
    pub(crate) text: String,
}

impl Told {
    pub(crate) fn ok(&self) -> bool {
        self.code == 0
    }

    pub(crate) fn has(&self, part: &str) -> bool {
        self.text.contains(part)
    }
}

impl Desk {
    /// The shop with one commit.
    pub(crate) fn new() -> Self {
        Self::of(shop())
    }

    pub(crate) fn of(repo: TestRepo) -> Self {
        let desk = Self { repo, home: tempfile::tempdir().unwrap(), bin: tempfile::tempdir().unwrap() };
        let gate = env!("CARGO_BIN_EXE_gate-under-test");
        script(&desk.bin.path().join("gate"), &format!("exec '{gate}' \"$@\""));
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        self.repo.path()
    }

    /// Runs git at the top of the work tree.
    pub(crate) fn git(&self, arguments: &[&str]) -> Told {
        self.git_in(self.path(), arguments)
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> Told {
        told(self.command("git", folder).args(arguments))
    }

    /// Writes a file, stages it and commits with the hooks.
    pub(crate) fn commit(&self, path: &str, content: impl AsRef<[u8]>) -> Told {
        self.repo.write(path, content);
        self.repo.git(&["add", "--", path]);
        self.git(&["commit", "--message=change"])
    }

    /// Commits the whole work tree without the hooks.
    pub(crate) fn past_hooks(&self) {
        self.repo.git(&["add", "--all"]);
        self.repo.git(&["commit", "--quiet", "--no-verify", "--message=past the hooks"]);
    }

    /// How many commits HEAD has.
    pub(crate) fn commits(&self) -> usize {
        self.repo.git(&["rev-list", "--count", "HEAD"]).trim().parse().unwrap()
    }

    /// A command with nothing of the caller's environment but the PATH behind our own folder.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear().env("HOME", self.home.path()).env("LC_ALL", "C");
        command.env("PATH", format!("{}:{path}", self.bin.path().display()));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Test Author");
            command.env(format!("GIT_{who}_EMAIL"), "test@example.com");
        }
        command
    }
}

pub(crate) fn told(command: &mut Command) -> Told {
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    let texts = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    Told { code: output.status.code().unwrap(), text: texts.concat() }
}

/// A program of the shell.
pub(crate) fn script(place: &Path, text: &str) {
    fs::write(place, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
}
