//! Runs the checks over a change and makes the report: one parallel pass over the files, then one total order.
//!
//! The pass works in units of a few files; each is read, parsed, checked by schemas and policies, and dropped
//! again, so that memory is bounded by the units at work and not by the repository.

mod assemble;
mod completion;
mod configured;
mod context;
mod crd_changes;
mod definitions;
mod document_stage;
mod documents;
mod fingerprint;
mod fixes;
mod inline_patches;
mod inside;
mod inventory;
mod locate;
mod masked;
mod options;
mod outcomes;
mod parallel;
mod patch_form;
mod patch_schema;
mod patch_stage;
mod policies;
mod policy_stage;
mod promotion;
mod raw;
mod rules;
mod schema_stage;
mod schemas;
mod secrets;
mod side;
mod source;
mod sources;
mod surroundings;
mod survey;
mod tally;
mod texts;
mod triage;
mod unit;
mod versions;
mod waivers;

pub use configured::documents;
pub use inventory::{kinds_of, schemas_of};
pub use masked::masked;
pub use options::{KindName, Observer, RunOptions};
pub use parallel::{set_up_threads, threads};
pub use policies::{
    ConfiguredPolicy, Loaded, ModuleError, Modules, PolicyLoadProblem, load_policies, rule_defaults,
    usual_limit,
};
pub use rules::all_rules;
pub use sources::{NoSources, SchemaAnswer, SchemaSources};
pub use survey::{Strength, Survey, VersionSign, survey};

use crate::config::Config;
use crate::git::Change;
use crate::model::{ConfigurationChanges, RepoPath, Report, ToolInfo, Verdict};
use crate::policy::PullRequest;

/// Largest file that is read, in bytes. A larger manifest is a check failure.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Which halves of the judgement to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checks {
    /// Check objects against schemas.
    pub schemas: bool,
    /// Run policies.
    pub policies: bool,
}

/// What policies are told of the run that the two states do not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// Name of the repository at the Git host; empty where nobody knows.
    pub repository: String,
    /// The branch that the change comes from.
    pub source_branch: Option<String>,
    /// The branch that it goes into.
    pub target_branch: Option<String>,
    /// The pull request, where there is one.
    pub pull_request: Option<PullRequest>,
}

/// All that a run needs; nothing else is read.
pub struct Input<'a> {
    /// The two states and what differs.
    pub change: &'a Change,
    /// Read from the base side, unless the user said otherwise.
    pub config: &'a Config,
    /// Where the configuration stands, for findings about it.
    pub config_path: RepoPath,
    /// The configuration as the change leaves it: data, and no judge. None where the change does not touch it, where it cannot
    /// be read, and where it would not take the place of `config`.
    pub next_config: Option<&'a Config>,
    /// For the report: where the configuration came from.
    pub config_source: String,
    /// The policies of the configuration, loaded.
    pub policies: &'a [ConfiguredPolicy],
    /// Schemas that are neither embedded nor defined in the repository.
    pub sources: &'a dyn SchemaSources,
    /// Policies that could not be loaded, and mistakes in the configuration that the change brings.
    pub failures: Vec<crate::model::CheckFailure>,
    /// Which halves of the judgement to make.
    pub checks: Checks,
    /// What is asked for on top of the configuration.
    pub options: RunOptions,
    /// RFC 3339: the time that waivers and policies are judged by; the head commit's, where there is one.
    pub now: String,
    /// What is known of the run, for policies.
    pub facts: RunFacts,
    /// Sentences for the report from whoever chose the configuration.
    pub notices: Vec<String>,
    /// What merging the change would do to the gate's own rules.
    pub configuration_changes: Option<ConfigurationChanges>,
}

/// Why nothing could be judged.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The repository could not be listed.
    #[error(transparent)]
    Git(#[from] crate::git::GitError),
    /// The embedded schemas are damaged.
    #[error(transparent)]
    Schema(#[from] crate::schema::SchemaError),
}

/// Judges a change.
///
/// # Errors
/// Only where nothing can be judged at all; whatever concerns one file is a finding or failure of the report.
pub fn judge(input: &Input<'_>) -> Result<Report, EngineError> {
    if input.options.stop_at_first {
        let (report, stopped) = judged(input, true)?;
        // What stopped it may be waived, or was there before the change: then the rest has to be looked at.
        if !(stopped && report.verdict == Verdict::Pass) {
            return Ok(report);
        }
    }
    Ok(judged(input, false)?.0)
}

/// The report, and whether there are files that it does not look at because it stopped before.
fn judged(input: &Input<'_>, stop: bool) -> Result<(Report, bool), EngineError> {
    let surroundings = surroundings::Surroundings::read(input)?;
    let schemas = schemas::Schemas::new(input)?;
    let context = context::policy_context(input);
    let crd_changes = crd_changes::CrdChanges::default();
    let run = unit::Run {
        input,
        surroundings: &surroundings,
        schemas: &schemas,
        context: &context,
        crd_changes: &crd_changes,
    };
    let crd_changes = crd_changes::find(&run);
    let run = unit::Run { crd_changes: &crd_changes, ..run };
    let (mut results, looked_at) = unit::judge_all(&run, stop);
    let stopped = (looked_at < input.change.files.len()).then_some(looked_at);
    if let Some(found) = schemas.find_unknown(input, &results)? {
        let run = unit::Run { schemas: &found, ..run };
        unit::judge_again(&run, &mut results);
    }
    let whole = unit::judge_whole(&run, &mut results);
    results.push(whole);
    Ok((assemble::assemble(input, &surroundings, results, stopped), stopped.is_some()))
}

/// Who makes the reports.
pub fn tool() -> ToolInfo {
    ToolInfo { name: "gitops-gate".into(), version: env!("CARGO_PKG_VERSION").into() }
}
