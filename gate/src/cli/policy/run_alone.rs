//! One policy over a folder of manifests, as `gate check DIR` would run it if it were the only one: the environments are
//! recognised by their paths, no schema is checked, and the time is always the same.

use std::path::Path;

use crate::cli::error::CliError;
use crate::config::{Config, Place, PolicyConfig, PolicySource};
use crate::engine::{self, Checks, ConfiguredPolicy, Input, RunFacts};
use crate::git::{self, Change};
use crate::model::Report;
use crate::policy::{Context, Document, Policy};

/// What policies are told of the time.
const NOW: &str = "1970-01-01T00:00:00Z";

/// Judges every document below `folder`, which paths are relative to.
pub(super) fn judge(policy: Policy, settings: &str, folder: &Path) -> Result<Report, CliError> {
    with_input(policy, settings, folder, |input| Ok(engine::judge(input)?))
}

/// The documents below `folder` that the policy wants, as it gets them, and what it is told of the run.
pub(super) fn documents(policy: Policy, folder: &Path) -> Result<(Context, Vec<Document>), CliError> {
    with_input(policy, "{}", folder, |input| Ok(engine::documents(input)?))
}

fn with_input<T>(
    policy: Policy,
    settings: &str,
    folder: &Path,
    run: impl FnOnce(&Input<'_>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let change: Change = git::from_paths(folder, &[folder.to_owned()])?;
    // The name stands in no output.
    let mut entry = PolicyConfig::new(PolicySource::File("policy.wasm".into()), Place::NONE);
    settings.clone_into(&mut entry.settings);
    let config = Config { policies: vec![entry.clone()], ..Config::default() };
    run(&Input {
        sources: &crate::engine::NoSources,
        change: &change,
        config: &config,
        config_path: crate::config::FILE_NAME.into(),
        next_config: None,
        config_source: String::new(),
        policies: &[ConfiguredPolicy::new(policy, entry)],
        failures: Vec::new(),
        checks: Checks { schemas: false, policies: true },
        options: engine::RunOptions::default(),
        now: NOW.to_owned(),
        facts: RunFacts::default(),
        notices: Vec::new(),
        configuration_changes: None,
    })
}
