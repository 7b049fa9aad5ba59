//! `gate policy list`: which policies would run here, where, and with which settings.

mod json;
mod text;

use std::path::{Path, PathBuf};

use clap::Args;

use super::Format;
use crate::cli::configuration::{self, Configuration};
use crate::cli::error::CliError;
use crate::cli::supply::{Source, Supply};
use crate::cli::{Exit, check, compile_child, print};
use crate::config::{Level, Limit, PolicyConfig};
use crate::engine::{self, ConfiguredPolicy, Loaded, usual_limit};
use crate::model::CheckFailure;

const EXIT_CODES: &str = "\
Exit codes:
  0  all of them can be loaded
  2  the configuration has mistakes: nothing would be judged
  3  a policy cannot be loaded: a run would be incomplete";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct ListArgs {
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Configuration file to use instead of the `gate.yaml` of the work tree.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Revision whose `gate.yaml` and policies are listed; a pull request is judged by those of its base.
    #[arg(long, value_name = "REV", conflicts_with = "config")]
    revision: Option<String>,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// An entry of the configuration and what became of it.
struct Listed<'a> {
    config: &'a PolicyConfig,
    state: State<'a>,
}

enum State<'a> {
    Loaded(&'a ConfiguredPolicy),
    /// Switched off, not even loaded.
    Off,
    Failed(Option<&'a CheckFailure>),
}

pub(super) fn run(args: &ListArgs) -> Result<Exit, CliError> {
    engine::set_up_threads();
    let directory = args.directory.as_deref().unwrap_or(Path::new("."));
    let configuration = configuration::here(directory, args.config.as_deref(), args.revision.as_deref())?;
    let compiler = compile_child::compiler();
    let (files, source) = (configuration.own_files(), Source::new(&configuration.config, true));
    let supply = Supply::new(&source, files);
    let loaded = engine::load_policies(&configuration.config, files, compiler, &supply)
        .map_err(|problems| check::policy_problems(&configuration, problems))?;
    let listed = listed(&configuration, &loaded);
    print(&match args.format {
        Format::Text => text::render(&configuration.source, &listed),
        Format::Json => json::render(&configuration.source, &listed),
    })?;
    Ok(if loaded.failures.is_empty() { Exit::Pass } else { Exit::Incomplete })
}

/// The entries in the order of the file; policies that were loaded are in that order, too.
fn listed<'a>(configuration: &'a Configuration, loaded: &'a Loaded) -> Vec<Listed<'a>> {
    let mut policies = loaded.policies.iter().peekable();
    let state = |config: &PolicyConfig| {
        if config.level == Some(Level::Off) {
            return State::Off;
        }
        let is_it = |policy: &&ConfiguredPolicy| {
            policy.config().place == config.place && policy.config().source == config.source
        };
        match policies.next_if(is_it) {
            Some(policy) => State::Loaded(policy),
            None => State::Failed(failure_of(config, &loaded.failures)),
        }
    };
    let mut state = state;
    configuration.config.policies.iter().map(|config| Listed { config, state: state(config) }).collect()
}

fn failure_of<'a>(config: &PolicyConfig, failures: &'a [CheckFailure]) -> Option<&'a CheckFailure> {
    let check = format!("policy {}", config.source);
    failures.iter().find(|failure| failure.check == check).or(failures.first())
}

/// Limits of the configuration that are not the gate's own: name, value and default.
fn limits(config: &PolicyConfig) -> Vec<(&'static str, String, String)> {
    let differs = |limit: Limit| {
        let (given, usual) = (config.limits.get(limit)?, usual_limit(limit));
        (given != usual).then(|| (limit.key(), limit.write(given), limit.write(usual)))
    };
    Limit::ALL.into_iter().filter_map(differs).collect()
}

/// The word for a level.
fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::Severity(severity) => severity.as_str(),
    }
}
