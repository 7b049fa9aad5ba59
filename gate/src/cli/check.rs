//! `gate check`: choose the two states, read the configuration, judge, write the reports.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::{CheckArgs, ColorChoice, ConfigFrom};
use super::configuration::{self, Configuration};
use super::error::CliError;
use super::posting::{self, Place};
use super::progress::Phase;
use super::schema_options::Wishes;
use super::sources::Sources;
use super::supply::{BESIDE, Source, Supply};
use super::{
    Exit, choice, clock, compile_child, facts, formats, own_files, post, pre_commit, progress, surroundings,
    terminal,
};
use crate::config::LOCK_NAME;
use crate::engine::{self, Checks, Input, PolicyLoadProblem, RunFacts};
use crate::git::{self, Change, Fetching, GitError, Repo, Selection};
use crate::host::{Context, HostError};
use crate::manifest::is_manifest_path;
use crate::model::{RepoPath, Report, Verdict};

pub(super) fn run(args: &CheckArgs, color: ColorChoice) -> Result<Exit, CliError> {
    progress::begin(args.quiet);
    let targets = formats::parse(&args.formats)?;
    let mut wishes = wishes(args)?;
    wishes.run.observer = Some(progress::observer());
    wishes.run.list = formats::want_resources(&targets, args.schemas_only) || args.verbose;
    post::check_key(&args.key)?;
    engine::set_up_threads();
    let (change, context) = select(args).inspect_err(|error| post_error(args, None, error))?;
    let judged = change.merged_commit.as_ref().or(change.head_commit.as_ref()).map(String::as_str);
    let report = checked(args, &change, &context, &wishes)
        .inspect_err(|error| post_error(args, Some((&context, judged)), error))?;
    progress::end();
    let terminal = terminal::of_check(args, color);
    let options = terminal.options(args, progress::elapsed());
    let written = formats::write(&report, &targets, &options);
    if !args.post {
        return written.map(|()| report.verdict.into());
    }
    let printed = targets.iter().find(|target| target.file.is_none()).map(|target| target.format);
    let written = written.and_then(|()| posting::summary(&report, &context));
    progress::phase(Phase::Posting);
    let told = posting::report(&report, place(args, &context, judged), &args.key);
    progress::end();
    let said = told.tell(Some(&report), &context, printed);
    // The pull request has the answer, whether or not it can be read here.
    written.and(said)?;
    Ok(told.exit(report.verdict.into(), args.require_post))
}

/// What is asked for on top of the configuration.
pub(super) fn wishes(args: &CheckArgs) -> Result<Wishes, CliError> {
    let mut wishes = args.schema.read(args.paths == [Path::new("-")])?;
    let directory = args.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    wishes.schemas = args.schemas.wishes(directory, args.no_fetch);
    Ok(wishes)
}

/// Reads the configuration and judges `change` by it.
pub(super) fn checked(
    args: &CheckArgs,
    change: &Change,
    context: &Context,
    wishes: &Wishes,
) -> Result<Report, CliError> {
    let configuration = configuration::read(args, change)?;
    let checks = Checks { schemas: !args.policies_only, policies: !args.schemas_only };
    judge(change, &configuration, checks, facts::of_run(context, change), wishes)
}

/// Loads the policies of the configuration and judges `change` by both. Registries are asked only where what is
/// locked may be fetched.
pub(super) fn judge(
    change: &Change,
    configuration: &Configuration,
    checks: Checks,
    facts: RunFacts,
    wishes: &Wishes,
) -> Result<Report, CliError> {
    let files = Some(configuration.files(change));
    let source = Source::new(&configuration.config, wishes.schemas.fetch_locked);
    let supply = Supply::new(&source, files);
    let loaded = match checks.policies {
        true => engine::load_policies(&configuration.config, files, compile_child::compiler(), &supply)
            .map_err(|problems| policy_problems(configuration, problems))?,
        false => engine::Loaded::default(),
    };
    let own = own_files::read(configuration, change, &loaded.policies, checks, &source)?;
    let (config, config_source) = wishes.applied(&configuration.config, &configuration.source);
    let schemas = Sources::new(configuration, change, &wishes.schemas)?;
    Ok(engine::judge(&Input {
        change,
        config: &config,
        config_path: configuration.path.clone(),
        next_config: own.next.as_ref(),
        config_source,
        policies: &loaded.policies,
        sources: &schemas,
        failures: [loaded.failures, own.failures].concat(),
        checks,
        options: wishes.run.clone(),
        now: clock::now(change.head_time.as_deref()),
        facts,
        notices: [configuration.notices.clone(), wishes.notices.clone(), own.notices, left_out(change)]
            .concat(),
        configuration_changes: own.changes,
    })?)
}

/// What nobody could look into may hold definitions.
fn left_out(change: &Change) -> Vec<String> {
    let notice = |first: &RepoPath| {
        let (number, noun) =
            (change.left_out.len(), if change.left_out.len() == 1 { "file" } else { "files" });
        format!(
            "not read: {number} {noun} that this partial clone leaves out ({first} first), and what they define; \
             `git checkout` of them fetches them (`git sparse-checkout add DIR`)"
        )
    };
    change.left_out.first().map(notice).into_iter().collect()
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::Fail,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}

/// Where `--post` puts the answer.
fn place(args: &CheckArgs, context: &Context, judged: Option<&str>) -> Result<Place, HostError> {
    Place::new(&args.host, context, args.directory.as_deref(), judged)
}

/// With `--post`, the pull request learns too that nothing could be judged.
fn post_error(args: &CheckArgs, known: Option<(&Context, Option<&str>)>, error: &CliError) {
    if !args.post {
        return;
    }
    let (context, judged) = known.unzip();
    let found = match context {
        Some(context) => Ok(context.clone()),
        None => {
            let directory = args.directory.as_deref().unwrap_or(Path::new("."));
            surroundings::detect(Repo::discover(directory).ok().as_ref(), &args.host)
        }
    };
    // An error of the context is the one that is told anyway.
    let Ok(context) = found else { return };
    let told = posting::failure(error, place(args, &context, judged.flatten()), &args.key);
    // The first error is told by whoever called.
    let _ = told.tell(None, &context, None);
}

/// The states that the arguments name, or else those that the CI judges; and what is known of the pull request.
pub(super) fn select(args: &CheckArgs) -> Result<(Change, Context), CliError> {
    let directory = args.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    if args.paths == [Path::new("-")] {
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(engine::MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| CliError::new(format!("standard input cannot be read: {error}")))?;
        return Ok((git::from_stdin("stdin.yaml".into(), bytes), Context::default()));
    }
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return Err(CliError::new("`-` stands beside other paths: standard input is judged alone")
            .hint("run the gate twice, or write what is piped to a file; a file of this name is `./-`"));
    }
    if !args.paths.is_empty() {
        let paths: Vec<PathBuf> = args.paths.iter().map(|path| directory.join(path)).collect();
        return Ok((git::from_paths(&root(&directory), &paths)?, Context::default()));
    }
    let repo = Repo::discover(&directory)?;
    let wanted = if args.pre_commit { pre_commit(&repo)? } else { selection(args) };
    // What is not committed belongs to no pull request.
    if matches!(wanted, Selection::Staged | Selection::WorkTree) {
        return Ok((obtain(args, repo, &wanted)?, Context::default()));
    }
    let context = surroundings::detect(Some(&repo), &args.host)?;
    surroundings::warn(&context);
    let mut change = match wanted {
        Selection::Auto => of_context(args, repo, &context)?,
        wanted => obtain(args, repo, &wanted)?,
    };
    name_merged(&mut change, &context);
    Ok((change, context))
}

/// What the framework asks for; where it is the whole tree, a line says why.
fn pre_commit(repo: &Repo) -> Result<Selection, GitError> {
    let (wanted, line) = pre_commit::selection(repo, &surroundings::variable)?;
    line.into_iter().for_each(super::note);
    Ok(wanted)
}

/// Where a base is named, or where the host squashes before it merges, only the CI knows whose merge is judged.
fn name_merged(change: &mut Change, context: &Context) {
    let (Some(merge), Some(head)) = (&context.merge, &context.head) else { return };
    if change.merged_commit.is_none() && change.head_commit.as_ref() == Some(&merge.value.commit) {
        change.merged_commit = Some(head.value.clone());
    }
}

/// The change that the CI says is to be judged; without a word from it, the one that Git finds.
fn of_context(args: &CheckArgs, repo: Repo, context: &Context) -> Result<Change, CliError> {
    let chosen = choice::choose(context, &repo);
    let Some(reason) = &chosen.reason else { return Ok(obtain(args, repo, &chosen.selection)?) };
    if args.verbose {
        surroundings::tell(&format!("comparing {reason}"));
    }
    let with_reason = |error: GitError| CliError::from(error).also(&format!("compared was {reason}"));
    let change = obtain(args, repo, &chosen.selection).map_err(with_reason)?;
    match (&change.base_commit, &change.head_commit) {
        (Some(base), Some(head)) if base == head => {
            Err(with_reason(GitError::NothingToCompare { base: base.clone(), head: head.clone() }))
        }
        _ => Ok(change),
    }
}

/// The change, with what the clone lacks of it.
fn obtain(args: &CheckArgs, repo: Repo, selection: &Selection) -> Result<Change, GitError> {
    let begins = || progress::phase(Phase::Fetching);
    let fetching = (!args.no_fetch).then(|| Fetching { begins, ..Fetching::default() });
    let obtained = repo.obtain(selection, fetching.as_ref(), &is_read)?;
    progress::phase(Phase::Reading);
    if args.verbose {
        obtained.fetched.iter().for_each(|line| super::note(line));
    }
    Ok(obtained.change)
}

/// Files that are read if the change or the configuration leads to them: manifests, the configuration, policies, their
/// signatures, keys.
fn is_read(path: &RepoPath) -> bool {
    let endings = [".wasm", ".pub", ".pem", LOCK_NAME].into_iter().chain(BESIDE);
    is_manifest_path(path) || endings.into_iter().any(|ending| path.as_bytes().ends_with(ending.as_bytes()))
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

/// The mistakes of a configuration that its policies have found.
pub(super) fn policy_problems(configuration: &Configuration, problems: Vec<PolicyLoadProblem>) -> CliError {
    let path: RepoPath = configuration.path.clone();
    let problems = problems.into_iter().map(|problem| crate::config::ConfigProblem {
        path: path.clone(),
        place: problem.place,
        message: problem.message,
        hint: problem.hint,
    });
    problems.collect::<Vec<_>>().into()
}

/// True if the configuration is to come from head.
pub(super) fn from_head(args: &CheckArgs) -> bool {
    args.config_from == ConfigFrom::Head
}
