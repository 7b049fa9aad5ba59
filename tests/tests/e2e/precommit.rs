//! The hooks of `.pre-commit-hooks.yaml` in the real pre-commit, where `cargo xtask python` has put it: real commits,
//! pushes and runs by hand. Without it every test here but one is skipped, and says so.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

use gate_tests::{TestRepo, skipped};

use crate::DEPLOYMENT;
use crate::commits::{Desk, FOUND, Told, latest, scaled, told};

/// The files that pre-commit reads of this repository.
const FILES: [&str; 3] = [".pre-commit-hooks.yaml", "pyproject.toml", "hooks/pre_commit_shim.py"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A program of the Python environment; none, and said so, where there is none.
fn program(name: &str) -> Option<PathBuf> {
    let path = root().join("target/tools/python/bin").join(name);
    if !path.is_file() {
        skipped(&format!("no {name} below target/tools/python (`cargo xtask python` installs it)"));
        return None;
    }
    Some(path)
}

/// A repository that has the files of the hooks.
fn hooks() -> TestRepo {
    let repo = TestRepo::new();
    for file in FILES {
        repo.write(file, fs::read(root().join(file)).unwrap());
    }
    repo.commit("hooks");
    repo
}

/// A repository whose commits pre-commit judges.
struct Framework {
    desk: Desk,
    program: PathBuf,
    _hooks: TestRepo,
}

impl Framework {
    /// With the hook `id`, `more` below it, installed for `stages`.
    fn open(id: &str, more: &str, stages: &[&str]) -> Option<Self> {
        let program = program("pre-commit")?;
        let hooks = hooks();
        let commit = hooks.git(&["rev-parse", "HEAD"]).trim().to_owned();
        let url = format!("file://{}", hooks.path().display());
        let config =
            format!("repos:\n  - repo: {url}\n    rev: {commit}\n    hooks:\n      - id: {id}\n{more}");
        let repo = TestRepo::new();
        repo.write(".pre-commit-config.yaml", config).write("apps/web.yaml", DEPLOYMENT).commit("base");
        let framework = Self { desk: Desk::of(repo), program, _hooks: hooks };
        for stage in stages {
            let installed = framework.call(&["install", "--hook-type", stage]);
            assert!(installed.ok(), "{installed:?}");
        }
        Some(framework)
    }

    /// With the `gate` of the PATH, in the hook of Git.
    fn of_path() -> Option<Self> {
        Self::open("gitops-gate-system", "", &["pre-commit"])
    }

    fn call(&self, arguments: &[&str]) -> Told {
        let mut command = self.desk.command(&self.program.display().to_string(), self.desk.path());
        told(command.args(arguments).args(["--color=never"].iter().filter(|_| arguments[0] == "run")))
    }

    fn run(&self, more: &[&str]) -> Told {
        self.call(&[&["run", "--verbose"], more].concat())
    }

    /// Stages a file without committing.
    fn stage(&self, path: &str, content: impl AsRef<[u8]>) {
        self.desk.repo.write(path, content);
        self.desk.repo.git(&["add", "--", path]);
    }
}

#[test]
fn a_bad_commit_is_refused_and_a_good_one_made() {
    let Some(framework) = Framework::of_path() else { return };
    let told = framework.desk.commit("apps/web.yaml", latest());
    assert!(!told.ok() && told.has("Failed") && told.has("exit code: 1") && told.has(FOUND), "{told:?}");
    assert_eq!(framework.desk.commits(), 1);
    let told = framework.desk.commit("apps/web.yaml", scaled());
    assert!(told.ok() && told.has("Passed"), "{told:?}");
    assert_eq!(framework.desk.commits(), 2);
}

#[test]
fn what_is_staged_is_judged_and_not_what_is_on_disk() {
    let Some(framework) = Framework::of_path() else { return };
    framework.stage("apps/web.yaml", latest());
    framework.desk.repo.write("apps/web.yaml", scaled());
    let told = framework.desk.git(&["commit", "--message=x"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    framework.stage("apps/web.yaml", scaled());
    framework.desk.repo.write("apps/web.yaml", latest());
    let told = framework.desk.git(&["commit", "--message=x"]);
    assert!(told.ok() && told.has("Passed"), "{told:?}");
    let on_disk = fs::read_to_string(framework.desk.path().join("apps/web.yaml")).unwrap();
    assert_eq!(on_disk, latest(), "pre-commit has put it back");
}

#[test]
fn every_way_to_commit_is_judged_by_what_it_commits() {
    let Some(framework) = Framework::of_path() else { return };
    let desk = &framework.desk;
    framework.stage("apps/more.yaml", DEPLOYMENT.replace("name: web", "name: more"));
    desk.repo.write("apps/web.yaml", latest());
    for arguments in [["--all", "--message=x"], ["--message=x", "apps/web.yaml"]] {
        let told = desk.git(&[&["commit"][..], &arguments].concat());
        assert!(!told.ok() && told.has(FOUND), "{arguments:?}: {told:?}");
    }
    let told = desk.git(&["commit", "--message=x", "--only", "apps/more.yaml"]);
    assert!(told.ok() && told.has("Passed"), "{told:?}");
    desk.repo.git(&["checkout", "--quiet", "--", "apps"]);
    desk.repo.git(&["mv", "apps/web.yaml", "apps/moved.yaml"]);
    desk.repo.write("apps/moved.yaml", latest());
    desk.repo.git(&["add", "--all"]);
    let told = desk.git(&["commit", "--message=x"]);
    assert!(!told.ok() && told.has("apps/moved.yaml:16:18"), "{told:?}");
    desk.repo.git(&["reset", "--quiet", "--hard"]);
    let told = desk.git(&["commit", "--amend", "--message=another message"]);
    assert!(told.ok(), "a message is nothing to judge: {told:?}");
}

#[test]
fn every_exit_code_but_0_stops_the_commit() {
    let Some(framework) = Framework::of_path() else { return };
    let told = framework
        .desk
        .commit("apps/own.yaml", "apiVersion: example.com/v1\nkind: Own\nmetadata: {name: a}\n");
    assert!(!told.ok() && told.has("exit code: 3") && told.has("no-schema"), "{told:?}");
    framework.desk.repo.git(&["reset", "--quiet", "--hard"]);
    framework.desk.repo.write("gate.yaml", "polices: []\n");
    framework.desk.past_hooks();
    let told = framework.desk.commit("apps/web.yaml", scaled());
    assert!(!told.ok() && told.has("exit code: 2") && told.has("polices"), "{told:?}");
    fs::remove_file(framework.desk.bin.path().join("gate")).unwrap();
    let told = framework.desk.commit("apps/web.yaml", scaled());
    assert!(!told.ok() && told.has("`gate` not found"), "{told:?}");
}

#[test]
fn a_commit_without_manifests_passes_or_is_skipped() {
    let Some(framework) = Framework::of_path() else { return };
    framework.stage("README.md", "hello\n");
    let told = framework.run(&[]);
    assert!(told.ok() && told.has("Passed") && told.has("nothing was checked"), "{told:?}");
    let Some(framework) = Framework::open("gitops-gate-system", "        always_run: false\n", &[]) else {
        return;
    };
    framework.stage("README.md", "hello\n");
    let told = framework.run(&[]);
    assert!(told.ok() && told.has("no files to check") && told.has("Skipped"), "{told:?}");
    for (path, content) in [("apps/web.yaml", latest()), ("gate.yaml", "polices: []\n".to_owned())] {
        framework.stage(path, content);
        assert!(!framework.run(&[]).ok(), "{path} is not skipped");
    }
}

#[test]
fn a_commit_that_only_deletes_is_judged() {
    let Some(framework) = Framework::of_path() else { return };
    let definition = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: owns.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Own, listKind: OwnList, plural: owns, singular: own }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object } }
";
    let desk = &framework.desk;
    desk.repo.write("crds/own.yaml", definition);
    desk.repo.write(
        "apps/own.yaml",
        "apiVersion: example.com/v1\nkind: Own\nmetadata: { name: a, namespace: b }\n",
    );
    desk.past_hooks();
    desk.repo.git(&["rm", "--quiet", "crds/own.yaml"]);
    let told = desk.git(&["commit", "--message=x"]);
    assert!(!told.ok() && told.has("crds/own.yaml"), "{told:?}");
}

#[test]
fn all_files_are_the_whole_tree_and_never_nothing() {
    let Some(framework) = Framework::of_path() else { return };
    let told = framework.run(&["--all-files"]);
    assert!(
        told.ok() && told.has("the whole tree of HEAD is judged") && told.has("in 1 object of "),
        "{told:?}"
    );
    framework.desk.repo.write("apps/web.yaml", latest());
    framework.desk.past_hooks();
    let told = framework.run(&["--all-files"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    let told = framework.run(&["--from-ref=HEAD~1", "--to-ref=HEAD"]);
    assert!(!told.ok() && told.has(FOUND) && told.has("HEAD~1"), "{told:?}");
    framework.desk.repo.write("README.md", "hello\n");
    framework.desk.past_hooks();
    let told = framework.run(&["--from-ref=HEAD~1", "--to-ref=HEAD"]);
    assert!(told.ok() && told.has("nothing was checked"), "{told:?}");
}

#[test]
fn a_push_is_judged_by_its_commits() {
    let Some(framework) = Framework::open("gitops-gate-system", "", &["pre-push"]) else { return };
    let desk = &framework.desk;
    let server = TestRepo::with_init(&["--bare", "--initial-branch=main"]);
    desk.repo.git(&["remote", "add", "origin", &format!("file://{}", server.path().display())]);
    let told = desk.git(&["push", "--quiet", "origin", "main"]);
    assert!(told.ok() && told.has("Passed"), "the first push: {told:?}");
    desk.repo.write("apps/web.yaml", latest());
    desk.past_hooks();
    // Not what is staged: that is good.
    framework.stage("apps/web.yaml", scaled());
    let told = desk.git(&["push", "--quiet", "origin", "main"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
    desk.repo.commit("mend");
    let told = desk.git(&["push", "--quiet", "origin", "main"]);
    assert!(told.ok(), "{told:?}");
    let fresh = TestRepo::with_init(&["--bare", "--initial-branch=main"]);
    desk.repo.write("apps/web.yaml", latest());
    desk.past_hooks();
    desk.repo.git(&["remote", "add", "fresh", &format!("file://{}", fresh.path().display())]);
    let told = desk.git(&["push", "--quiet", "fresh", "main"]);
    assert!(!told.ok() && told.has(FOUND), "the whole branch is new there: {told:?}");
}

#[test]
fn a_merge_is_judged_if_its_stage_is_installed() {
    let Some(framework) = Framework::open("gitops-gate-system", "", &["pre-commit", "pre-merge-commit"])
    else {
        return;
    };
    let desk = &framework.desk;
    desk.repo.branch("other").write("apps/web.yaml", latest());
    desk.repo.git(&["add", "--all"]);
    desk.repo.git(&["commit", "--quiet", "--no-verify", "--message=past the hook"]);
    desk.repo.git(&["checkout", "--quiet", "main"]);
    let told = desk.git(&["merge", "--no-ff", "--no-edit", "other"]);
    assert!(!told.ok() && told.has(FOUND), "{told:?}");
}

/// A wheel as small as there can be, with a program `gate` that calls the one under test.
const WHEEL: &str = r##"
import sys, zipfile
folder, version, gate = sys.argv[1:]
name = f"gitops_gate-{version}"
files = {
    f"{name}.data/scripts/gate": f"#!/bin/sh\nexec '{gate}' \"$@\"\n",
    f"{name}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: gitops-gate\nVersion: {version}\n",
    f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[f"{name}.dist-info/RECORD"] = "".join(f"{path},,\n" for path in files)
with zipfile.ZipFile(f"{folder}/{name}-py3-none-any.whl", "w") as wheel:
    for path, text in files.items():
        about = zipfile.ZipInfo(path)
        about.external_attr = 0o100755 << 16
        wheel.writestr(about, text)
"##;

#[test]
fn the_hook_of_python_brings_the_gate_with_it() {
    let Some(python) = program("python3") else { return };
    let Some(framework) = Framework::open("gitops-gate", "", &[]) else { return };
    fs::remove_file(framework.desk.bin.path().join("gate")).unwrap();
    let wheels = tempfile::tempdir().unwrap();
    let (folder, gate) = (wheels.path().display().to_string(), env!("CARGO_BIN_EXE_gate-under-test"));
    let mut make = framework.desk.command(&python.display().to_string(), wheels.path());
    let made = told(make.args(["-c", WHEEL, &folder, env!("CARGO_PKG_VERSION"), gate]));
    assert!(made.ok(), "{made:?}");
    framework.stage("apps/web.yaml", latest());
    let run = || {
        let mut command =
            framework.desk.command(&framework.program.display().to_string(), framework.desk.path());
        // No network: the wheel is in the folder, and building the shim needs nothing.
        command
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", &folder)
            .env("VIRTUALENV_NO_PERIODIC_UPDATE", "1");
        told(command.args(["run", "--verbose", "--color=never"]))
    };
    let found = run();
    assert!(!found.ok() && found.has("exit code: 1") && found.has(FOUND), "{found:?}");
    framework.stage("apps/web.yaml", scaled());
    let passed = run();
    assert!(passed.ok() && passed.has("in 1 object of "), "{passed:?}");
}

#[test]
fn the_shim_wants_the_wheel_of_its_own_version() {
    let shim = fs::read_to_string(root().join("hooks/pre_commit_shim.py")).unwrap();
    let version = format!("VERSION = \"{}\"", env!("CARGO_PKG_VERSION"));
    assert_eq!(shim.lines().filter(|line| line.starts_with("VERSION")).collect::<Vec<_>>(), [version]);
    assert!(shim.contains("Requires-Dist: gitops-gate=={VERSION}"));
    let page = fs::read_to_string(root().join("docs/hooks.md")).unwrap();
    assert!(
        page.contains(concat!("rev: v", env!("CARGO_PKG_VERSION"), "\n")),
        "the page names another version"
    );
}
