//! `cargo xtask demo`: a small GitOps repository with two pull requests, one that breaks things and one that
//! does the same work right; the gate judges both. Its input is `examples/demo`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Context, Error, Result};
use crate::options::Options;
use crate::{cargo, git, setup, workspace};

/// A branch of the demo repository, made from `main` by laying a folder of `examples/demo` over it.
struct Branch {
    name: &'static str,
    folder: &'static str,
    commit: &'static str,
    date: &'static str,
    story: &'static str,
    exit_code: i32,
}

const BRANCHES: [Branch; 2] = [
    Branch {
        name: "pull-request",
        folder: "change",
        commit: "Add the order worker for the launch",
        date: "2026-01-06T16:40:00Z",
        story: "A pull request that breaks things",
        exit_code: 1,
    },
    Branch {
        name: "corrected",
        folder: "corrected",
        commit: "Add the order worker to dev, promote web 2.4.1",
        date: "2026-01-07T10:15:00Z",
        story: "The same work, done right",
        exit_code: 0,
    },
];

/// Makes the repository, lets the gate judge it, and fails if an exit code is not the expected one.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    setup::ensure()?;
    cargo::build_release_gate()?;
    let repository = make_repository()?;
    println!("\nA small GitOps repository is in {}, its branches are", workspace::shown(&repository));
    println!("main, pull-request and corrected. The gate judges what each branch does to main.");
    let mut surprises = Vec::new();
    for branch in &BRANCHES {
        let code = judge(&repository, branch)?;
        if code != Some(branch.exit_code) {
            surprises.push(format!(
                "{}: expected {}, got {}",
                branch.name,
                meaning(Some(branch.exit_code)),
                meaning(code)
            ));
        }
    }
    if !surprises.is_empty() {
        return Err(Error::new(format!("the demo did not go as expected\n  {}", surprises.join("\n  ")))
            .hint("the gate's own words are above; the input is in examples/demo"));
    }
    println!("\nBoth exit codes are the expected ones. Look around in {}:", workspace::shown(&repository));
    println!("  gate check --all                    the whole tree instead of a change");
    println!("  gate check --base main --head pull-request --format json");
    println!("where `gate` is {}.", workspace::shown(&workspace::release_gate()));
    Ok(())
}

/// Fails if `gate` does not judge the demo's branches as expected; shows nothing.
pub(crate) fn expect(gate: &Path) -> Result<()> {
    let repository = make_repository()?;
    for branch in &BRANCHES {
        let output = Command::new(gate)
            .args(["check", "--base", "main", "--head", branch.name])
            .current_dir(&repository)
            .output()
            .context("cannot start the gate")?;
        if output.status.code() != Some(branch.exit_code) {
            let (expected, got) = (meaning(Some(branch.exit_code)), meaning(output.status.code()));
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Error::new(format!(
                "{}: expected {expected}, got {got}: {}",
                branch.name,
                said.trim()
            )));
        }
    }
    println!("It judges the demo as expected.");
    Ok(())
}

/// Commits `base` on main and each branch on top of it; leaves `main` checked out.
fn make_repository() -> Result<PathBuf> {
    let input = workspace::root().join("examples").join("demo");
    let repository = workspace::target().join("demo").join("repo");
    workspace::fresh_folder(&repository)?;
    git::init(&repository)?;
    workspace::copy_tree(&input.join("base"), &repository)?;
    git::commit_all(&repository, "Shop in dev, staging and production", "2026-01-05T09:00:00Z")?;
    for branch in &BRANCHES {
        git::git(&repository, &["checkout", "--quiet", "-b", branch.name, "main"])?;
        workspace::copy_tree(&input.join(branch.folder), &repository)?;
        git::commit_all(&repository, branch.commit, branch.date)?;
    }
    git::git(&repository, &["checkout", "--quiet", "main"])?;
    Ok(repository)
}

/// Shows the change and what the gate says of it; returns the gate's exit code, none if a signal ended it.
fn judge(repository: &Path, branch: &Branch) -> Result<Option<i32>> {
    println!("\n== {}: \"{}\"\n", branch.story, branch.commit);
    println!("$ git diff --stat main {}", branch.name);
    println!("{}", git::git(repository, &["diff", "--stat", "main", branch.name])?);
    println!("\n$ gate check --base main --head {}", branch.name);
    let status = Command::new(workspace::release_gate())
        .args(["check", "--base", "main", "--head", branch.name])
        .current_dir(repository)
        .status()
        .context("cannot start the gate")?;
    println!("\nexit code: {}", meaning(status.code()));
    Ok(status.code())
}

/// The exit code in the words of the gate's contract.
fn meaning(code: Option<i32>) -> String {
    let word = match code {
        Some(0) => "pass",
        Some(1) => "fail: the change brings findings that block",
        Some(2) => "usage or configuration error: nothing was judged",
        Some(3) => "incomplete: a check could not finish",
        Some(_) => "not an exit code of the gate",
        None => return "none: a signal ended the gate".to_owned(),
    };
    format!("{} ({word})", code.unwrap_or_default())
}
