//! `gate check`: choose the two states, read the configuration, judge, write the reports.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::args::{CheckArgs, ColorChoice, ConfigFrom};
use super::configuration::{self, Configuration};
use super::error::CliError;
use super::{Exit, clock, formats};
use crate::engine::{self, Checks, Input, PolicyLoadProblem};
use crate::git::{self, Change, Repo, Selection};
use crate::model::{RepoPath, Verdict};
use crate::output::RenderOptions;
use crate::policy::PullRequest;

pub(super) fn run(args: &CheckArgs, color: ColorChoice) -> Result<Exit, CliError> {
    let targets = formats::parse(&args.formats)?;
    engine::set_up_threads();
    let change = select(args)?;
    let configuration = configuration::read(args, &change)?;
    let checks = Checks { schemas: !args.policies_only, policies: !args.schemas_only };
    let loaded = match checks.policies {
        true => engine::load_policies(&configuration.config, Some(configuration.files(&change)))
            .map_err(|problems| policy_problems(&configuration, problems))?,
        false => engine::Loaded::default(),
    };
    let report = engine::judge(&Input {
        change: &change,
        config: &configuration.config,
        config_source: configuration.source.clone(),
        policies: &loaded.policies,
        failures: loaded.failures,
        checks,
        now: clock::now(change.head_time.as_deref()),
        pull_request: pull_request(&change),
        notices: configuration.notices.clone(),
    })?;
    let color = super::wants_color(color);
    let options = RenderOptions { color, width: width(), verbose: args.verbose };
    formats::write(&report, &targets, &options)?;
    Ok(match report.verdict {
        Verdict::Pass => Exit::Pass,
        Verdict::Fail => Exit::Fail,
        Verdict::Incomplete => Exit::Incomplete,
    })
}

/// The states that the arguments name.
fn select(args: &CheckArgs) -> Result<Change, CliError> {
    let directory = args.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    if args.paths == [Path::new("-")] {
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(engine::MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| CliError::new(format!("standard input cannot be read: {error}")))?;
        return Ok(git::from_stdin("stdin.yaml".into(), bytes));
    }
    if !args.paths.is_empty() {
        let paths: Vec<PathBuf> = args.paths.iter().map(|path| directory.join(path)).collect();
        return Ok(git::from_paths(&root(&directory), &paths)?);
    }
    Ok(Repo::discover(&directory)?.change(&selection(args))?)
}

/// The work tree that `directory` is in, else `directory`: what the paths of the report are relative to.
pub(super) fn root(directory: &Path) -> PathBuf {
    let repo = Repo::discover(directory).ok();
    repo.and_then(|repo| repo.work_dir().map(Path::to_owned)).unwrap_or_else(|| directory.to_owned())
}

fn selection(args: &CheckArgs) -> Selection {
    if args.all {
        Selection::All { revision: args.head.clone() }
    } else if args.staged {
        Selection::Staged
    } else if args.work_tree {
        Selection::WorkTree
    } else if args.base.is_some() || args.head.is_some() {
        Selection::Revisions { base: args.base.clone(), head: args.head.clone() }
    } else {
        Selection::Auto
    }
}

/// What Git itself knows of the pull request: the two branches.
fn pull_request(change: &Change) -> Option<PullRequest> {
    let (target, source) = (change.base_branch.clone()?, change.head_branch.clone()?);
    Some(PullRequest { source_branch: source, target_branch: target, ..PullRequest::default() })
}

fn policy_problems(configuration: &Configuration, problems: Vec<PolicyLoadProblem>) -> CliError {
    let path: RepoPath = configuration.path.clone();
    let problems = problems.into_iter().map(|problem| crate::config::ConfigProblem {
        path: path.clone(),
        place: problem.place,
        message: problem.message,
        hint: problem.hint,
    });
    problems.collect::<Vec<_>>().into()
}

/// Columns of the terminal; 0 where there is none.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    if std::io::stdout().is_terminal() { columns.unwrap_or(100) } else { 0 }
}

/// True if the configuration is to come from head.
pub(super) fn from_head(args: &CheckArgs) -> bool {
    args.config_from == ConfigFrom::Head
}
