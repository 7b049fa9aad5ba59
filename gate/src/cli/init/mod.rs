//! `gate init`: looks at a repository, writes its `gate.yaml` and the file that runs the gate in its CI, and says from
//! what everything was guessed. What is there already is never written over; what is written has been read back first.

mod baseline;
mod ci;
mod compose;
mod expiry;
mod judged;
mod kinds;
mod kubernetes;
mod quoted;
mod repository;
mod setup;
mod told;
mod write;

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::{Exit, configuration, git_hook, print};
use crate::config::FILE_NAME;
use crate::engine;
use ci::{Ci, CiFile};
use repository::Repository;
use told::Told;
use write::Planned;

const EXIT_CODES: &str = "\
Exit codes:
  0  everything is in place: written now, or, of the CI, there already
  1  a file that was to be written is there already, and was left as it is; the rest was written
  2  nothing was written, or not everything: the message says why";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct InitArgs {
    /// Directory to start from; the files are written at the root of its repository [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// CI to write the file of [default: what the repository and its remote tell].
    #[arg(long, value_enum, value_name = "NAME")]
    ci: Option<CiChoice>,
    /// Show what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write the errors of today as waivers that expire, so that the whole tree passes.
    #[arg(long)]
    baseline: bool,
    /// Last day of these waivers, as in 2027-01-31.
    #[arg(long, value_name = "DATE", requires = "baseline", conflicts_with = "days")]
    expires: Option<String>,
    /// Days for which these waivers hold, 90 unless told otherwise.
    #[arg(long, value_name = "N", requires = "baseline", value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: Option<u16>,
    /// Who answers for these waivers.
    #[arg(long, value_name = "NAME", requires = "baseline", default_value = "unassigned")]
    owner: String,
    /// Write the pre-commit hook of Git, and nothing else.
    #[arg(long, conflicts_with_all = ["ci", "dry_run", "baseline"])]
    hook: bool,
}

/// What `--ci` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CiChoice {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// Azure Pipelines.
    Azure,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Gitea Actions.
    Gitea,
    /// Forgejo Actions.
    Forgejo,
    /// Jenkins.
    Jenkins,
    /// Tekton with Pipelines as Code.
    Tekton,
    /// AWS CodeBuild, for CodeCommit.
    #[value(alias = "codecommit")]
    Codebuild,
    /// No file.
    None,
}

/// Looks, judges, writes and tells.
pub(super) fn run(args: &InitArgs) -> Result<Exit, CliError> {
    if args.hook {
        return git_hook::install(args.directory.as_deref());
    }
    let expiry = expiry::read(args.expires.as_deref(), args.days, args.baseline)?;
    engine::set_up_threads();
    let repository = Repository::open(args.directory.as_deref())?;
    let mut told = Told::default();
    let ci = ci::choose(args.ci, &repository)?;
    let is_there = write::is_there(&repository.root, FILE_NAME);
    let text = match is_there {
        true => {
            old(
                &repository,
                expiry.map(|date| baseline::Wish { expires: date, owner: &args.owner }),
                &mut told,
            )?;
            None
        }
        false => {
            let wish = expiry.map(|date| baseline::Wish { expires: date, owner: &args.owner });
            Some(setup::new_configuration(&repository, &ci, wish, &mut told)?)
        }
    };
    let (mut planned, mut left) = (Vec::new(), Vec::new());
    match text {
        Some(text) => planned.push(Planned { path: FILE_NAME.to_owned(), text }),
        None => left.push(FILE_NAME.to_owned()),
    }
    plan_ci(&ci, &repository, &mut planned, &mut left)?;
    write::check(&repository.root, &planned)?;
    if !args.dry_run {
        write::all(&repository.root, &planned)?;
    }
    told.ending(&repository, &ci, &planned, &left, args.dry_run);
    print(&told.text())?;
    Ok(if left.is_empty() { Exit::Pass } else { Exit::Fail })
}

/// Where there is a `gate.yaml`: it is valid, or the error is told; with `--baseline`, the waivers to add are shown.
fn old(repository: &Repository, wish: Option<baseline::Wish<'_>>, told: &mut Told) -> Result<(), CliError> {
    let configuration = configuration::here(&repository.root, None, None)?;
    told.look(repository);
    let Some(wish) = wish else { return Ok(()) };
    let judged = judged::Judged::new(repository, &configuration)?;
    let waivers = baseline::waivers(&judged, &configuration.config, &wish);
    told.lines_for_waivers(&waivers);
    Ok(())
}

/// The file of the CI, if it is to be written.
fn plan_ci(
    ci: &Ci,
    repository: &Repository,
    planned: &mut Vec<Planned>,
    left: &mut Vec<String>,
) -> Result<(), CliError> {
    let Some(file) = &ci.file else { return Ok(()) };
    let CiFile { path, text, .. } = file;
    if !ci.running.is_empty() {
        return Ok(());
    }
    if write::is_there(&repository.root, path) {
        left.push((*path).to_owned());
        return Ok(());
    }
    ci::check(file)?;
    planned.push(Planned { path: (*path).to_owned(), text: text.clone() });
    Ok(())
}
