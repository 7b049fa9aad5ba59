//! The wheel: made by maturin of the binary under test, installed into a clean environment, and run by each of its names.
//!
//! maturin asks `cargo` to build; alone, it would compile the whole gate again, because the features of dependencies depend on what
//! else is built with it. So the `cargo` that it finds here answers `cargo rustc` with the program that `cargo test` has built,
//! stripped, and hands everything else to the real one. What is packed where, and what it is called, is what a release gets;
//! `cargo xtask package` builds and runs the real one.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::{DEPLOYMENT, gate};
use gate_tests::{Gate, TestRepo, skipped};

/// maturin's cargo. `$STAND_IN` is a folder with the answer to `rustc`, `$REAL_CARGO` the real one.
const CARGO: &str = r#"#!/bin/sh
case "$1" in
rustc) echo "$*" >"$STAND_IN/asked"; cat "$STAND_IN/answer" ;;
*) exec "$REAL_CARGO" "$@" ;;
esac
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The environment that `cargo xtask python` makes; none, and said so, where there is none.
fn tools() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_gate-under-test")).ancestors().nth(2)?;
    let bin = target.join("tools/python/bin");
    if bin.join("maturin").is_file() {
        return Some(bin);
    }
    skipped("no maturin below target/tools (`cargo xtask python` installs it): no wheel is made");
    None
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Fills `folder` with the stand-in: the program, the answer that names it, and `cargo`.
fn stand_in(folder: &Path) {
    let program = folder.join("gate");
    let strip =
        Command::new("strip").arg("-o").arg(&program).arg(env!("CARGO_BIN_EXE_gate-under-test")).status();
    if !strip.is_ok_and(|status| status.success()) {
        fs::copy(env!("CARGO_BIN_EXE_gate-under-test"), &program).unwrap();
    }
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version=1"]).current_dir(root());
    let metadata: serde_json::Value = serde_json::from_slice(&succeed(&mut metadata).stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "gitops-gate").unwrap();
    let targets = package["targets"].as_array().unwrap();
    let target = targets.iter().find(|target| target["kind"][0] == "bin").unwrap();
    let artifact = serde_json::json!({
        "reason": "compiler-artifact", "package_id": package["id"], "manifest_path": package["manifest_path"],
        "target": target, "features": [], "filenames": [program], "executable": program, "fresh": true,
        "profile": {
            "opt_level": "0", "debuginfo": 0, "debug_assertions": true, "overflow_checks": true, "test": false,
        },
    });
    let finished = serde_json::json!({ "reason": "build-finished", "success": true });
    fs::write(folder.join("answer"), format!("{artifact}\n{finished}\n")).unwrap();
    fs::write(folder.join("cargo"), CARGO).unwrap();
    fs::set_permissions(folder.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Makes the wheel in `folder`.
fn wheel(bin: &Path, folder: &Path) -> PathBuf {
    stand_in(folder);
    let path = std::env::var_os("PATH").unwrap();
    let path = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let mut maturin = Command::new(bin.join("maturin"));
    // The lightest compression: the size of a build without optimisation tells nothing.
    maturin.args([
        "build",
        "--profile=dev",
        "--compatibility=linux",
        "--compression-level=1",
        "--offline",
        "--out",
    ]);
    maturin
        .arg(folder)
        .current_dir(root().join("packages/python"))
        .env("PATH", std::env::join_paths(path).unwrap());
    maturin.env("STAND_IN", folder).env("REAL_CARGO", env!("CARGO")).env_remove("CARGO");
    succeed(&mut maturin);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let wheels: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "whl")).collect();
    assert_eq!(wheels.len(), 1, "{wheels:?}");
    wheels[0].clone()
}

/// The names of a wheel's members, its own name and version left out of them.
fn members(bin: &Path, wheel: &Path) -> Vec<String> {
    let list = "import sys, zipfile; print('\\n'.join(sorted(zipfile.ZipFile(sys.argv[1]).namelist())))";
    let output = succeed(Command::new(bin.join("python")).args(["-I", "-c", list]).arg(wheel));
    let prefix = concat!("gitops_gate-", env!("CARGO_PKG_VERSION"));
    let names = String::from_utf8(output.stdout).unwrap();
    names.lines().map(|name| name.replace(prefix, "")).collect()
}

/// A clean environment with the wheel in it; returns its folder of programs.
fn installed(bin: &Path, wheel: &Path, folder: &Path) -> PathBuf {
    let home = folder.join("clean");
    succeed(Command::new(bin.join("python")).args(["-m", "venv", "--without-pip"]).arg(&home));
    let mut pip = Command::new(bin.join("python"));
    pip.args(["-m", "pip", "--python"]).arg(home.join("bin/python"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    succeed(pip.arg(wheel));
    home.join("bin")
}

#[test]
fn the_wheel_installs_one_program_under_three_names() {
    let Some(bin) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let wheel = wheel(&bin, folder.path());
    let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
    assert!(
        ["--features codecommit", "--features oci", "--bin gate"].iter().all(|words| asked.contains(words)),
        "{asked}"
    );
    let expected = [
        ".data/scripts/gate",
        ".data/scripts/gitops-gate",
        ".dist-info/METADATA",
        ".dist-info/RECORD",
        ".dist-info/WHEEL",
        ".dist-info/licenses/LICENSE",
        ".dist-info/sboms/gitops-gate.cyclonedx.json",
        "gitops_gate/__init__.py",
        "gitops_gate/__main__.py",
        "gitops_gate/program.py",
    ];
    assert_eq!(members(&bin, &wheel), expected);
    let programs = installed(&bin, &wheel, folder.path());
    let commands: [(&str, &[&str]); 3] =
        [("gate", &[]), ("gitops-gate", &[]), ("python", &["-m", "gitops_gate"])];
    let repo = TestRepo::new();
    repo.write("web.yaml", DEPLOYMENT).commit("good").branch("change");
    repo.write("web.yaml", DEPLOYMENT.replace("replicas", "replica")).commit("bad");
    let expected = gate().run(repo.path(), &["check", "--base=main"]);
    assert_eq!(expected.code, 1, "{expected:?}");
    for (program, words) in commands {
        let run = |more: &[&str]| Gate::new(programs.join(program)).run(repo.path(), &[words, more].concat());
        let version = run(&["--version"]);
        assert_eq!(
            (version.code, version.stdout.as_str()),
            (0, concat!("gate ", env!("CARGO_PKG_VERSION"), "\n")),
            "{program}: {version:?}"
        );
        let judged = run(&["check", "--base=main"]);
        assert_eq!((judged.code, judged.stdout), (1, expected.stdout.clone()), "{program}");
    }
}

/// A wheel's licence has to lie beside its description.
#[test]
fn the_licence_of_the_wheel_is_that_of_the_project() {
    let read = |path: &str| fs::read(root().join(path)).unwrap();
    assert_eq!(read("packages/python/LICENSE"), read("LICENSE"));
}

#[test]
fn a_package_without_its_program_says_what_to_do() {
    let Some(bin) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut python = Command::new(bin.join("python3"));
    let sources = root().join("packages/python");
    let output = python.args(["-B", "-m", "gitops_gate"]).env("PYTHONPATH", sources);
    // `pip install --user` puts programs below the home folder.
    let output = output.env("HOME", folder.path()).current_dir(&folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("is in none of: ") && said.trim_end().ends_with("install the package anew"),
        "{said}"
    );
}

/// Packs a folder named `gate-1` that is made anew, its files in this order and of this moment.
fn packed(python: &Path, files: &[&str], moment: &str, kind: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("gate-1");
    for file in files {
        let path = content.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("the content of {file}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        succeed(Command::new("touch").args(["-d", moment]).arg(&path));
    }
    let archive = folder.path().join(kind);
    let pack = root().join("xtask/python/pack.py");
    succeed(Command::new(python).arg("-I").arg(pack).arg("archive").args([&archive, &content]));
    fs::read(archive).unwrap()
}

#[test]
fn the_same_files_give_the_same_archive() {
    let Some(bin) = tools() else { return };
    let python = bin.join("python");
    for kind in ["a.tar.gz", "a.zip"] {
        let one = packed(&python, &["gate", "LICENSE", "man/man1/gate.1"], "2026-01-02T03:04:05Z", kind);
        let other = packed(&python, &["man/man1/gate.1", "LICENSE", "gate"], "2026-06-07T08:09:10Z", kind);
        assert!(one == other, "{kind}: order and times of the files are in it");
        let different =
            packed(&python, &["gate", "LICENSE", "man/man1/gate.2"], "2026-01-02T03:04:05Z", kind);
        assert!(one != different, "{kind}");
    }
}

#[test]
fn an_archive_has_one_folder_and_one_program() {
    let Some(bin) = tools() else { return };
    let files = ["gate", "LICENSE", "completions/gate.bash"];
    let bytes = packed(&bin.join("python"), &files, "2026-01-02T03:04:05Z", "a.tar.gz");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.tar.gz"), bytes).unwrap();
    let mut tar = Command::new("tar");
    tar.args(["--utc", "--full-time", "-tvzf", "a.tar.gz"]).current_dir(&folder).env("TZ", "UTC");
    let list = String::from_utf8(succeed(&mut tar).stdout).unwrap();
    let lines: Vec<String> =
        list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "-rw-r--r-- 0/0 22 1980-01-01 00:00:00 gate-1/LICENSE",
        "-rw-r--r-- 0/0 36 1980-01-01 00:00:00 gate-1/completions/gate.bash",
        "-rwxr-xr-x 0/0 19 1980-01-01 00:00:00 gate-1/gate",
    ];
    assert_eq!(lines, expected);
}
