//! The configuration as users see it: what a file means, and what is said about a wrong one.

mod effects;
mod environments;
mod problems;
mod published_schema;
mod valid;

use super::{Config, ConfigProblem, Known};
use crate::model::RepoPath;

/// What the tests' configurations may name.
const KNOWN: Known<'static> =
    Known { policies: &["a", "image-tags", "plaintext-secrets", "no-direct-prod"], kubernetes: (11, 37) };

fn parse(text: &str) -> Result<Config, Vec<ConfigProblem>> {
    Config::parse(&RepoPath::from("gate.yaml"), text.as_bytes(), &KNOWN)
}

fn good(text: &str) -> Config {
    parse(text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}
