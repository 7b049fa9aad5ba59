//! The `git` program, cut off from the user's settings, so that the same input makes the same commits everywhere.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use crate::error::{Context, Error, Result};

/// Author and committer of every commit made here.
const NAME: &str = "Demo Author";
const EMAIL: &str = "demo@example.com";

/// Runs `git ARGUMENTS…` in `folder` and returns what it printed, without the last line break.
pub(crate) fn git<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<String> {
    run(folder, arguments, "2026-01-05T09:00:00Z")
}

/// Commits everything in the work tree of `folder` at the time `date` (RFC 3339).
pub(crate) fn commit_all(folder: &Path, message: &str, date: &str) -> Result<()> {
    git(folder, &["add", "--all"])?;
    run(folder, &["commit", "--quiet", "--message", message], date).map(drop)
}

/// Makes an empty repository whose first branch is `main`.
pub(crate) fn init(folder: &Path) -> Result<()> {
    git(folder, &["init", "--quiet"])?;
    // Older versions have no `--initial-branch`.
    git(folder, &["symbolic-ref", "HEAD", "refs/heads/main"]).map(drop)
}

fn run<S: AsRef<OsStr>>(folder: &Path, arguments: &[S], date: &str) -> Result<String> {
    let output = scrubbed(folder, date).args(arguments).output();
    let output = output.map_err(|error| {
        Error::new(format!("cannot start git: {error}"))
            .hint("install git; the tasks use it to make repositories")
    })?;
    let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy()).collect();
    answer(&words.join(" "), output)
}

fn answer(words: &str, output: Output) -> Result<String> {
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(format!("`git {words}` failed ({}): {}", output.status, said.trim())));
    }
    let text = String::from_utf8(output.stdout).context(format_args!("`git {words}`"))?;
    Ok(text.trim_end().to_owned())
}

fn scrubbed(folder: &Path, date: &str) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args([
        "-c",
        "core.autocrlf=false",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "gc.auto=0",
    ]);
    // A hook that runs a task would otherwise point git at its own repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let nothing = if cfg!(windows) { "NUL" } else { "/dev/null" };
    command.env("GIT_CONFIG_GLOBAL", nothing).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_AUTHOR_NAME", NAME).env("GIT_AUTHOR_EMAIL", EMAIL).env("GIT_AUTHOR_DATE", date);
    command.env("GIT_COMMITTER_NAME", NAME).env("GIT_COMMITTER_EMAIL", EMAIL).env("GIT_COMMITTER_DATE", date);
    command
}
