//! What runs in other people's CI: the steps of the GitHub Action, read from `action.yml` and run by bash as a runner does, the
//! install script, and the templates, judged by the linters and schemas of those who know them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot prepare its input must stop at once"
)]

mod action;
mod described;
mod events;
mod flow;
mod git_server;
mod hostile;
mod install;
mod lint;
mod runner;
mod templates;
mod tools;
mod yaml;

use std::path::{Path, PathBuf};

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file of the workspace.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
