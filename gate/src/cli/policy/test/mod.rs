//! `gate policy test`: the cases of a policy against its component in the sandbox, and whole folders of manifests
//! against a list of what is to be found in them.

mod expectations;
mod junit;
mod manifests;
mod text;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use gate_sdk::testing::{CaseFile, Coverage, Ran, run_files};

use self::manifests::Manifests;
use super::module::{self, ModuleArgs};
use super::subject::Component;
use super::worker;
use crate::cli::error::CliError;
use crate::cli::{Exit, print};
use crate::engine;
use crate::policy::Policy;

const EXIT_CODES: &str = "\
Exit codes:
  0  every case went as it says
  1  a case failed, the manifests gave other findings than expected, or (with --require-coverage) the
     cases leave something out
  2  could not run: no such crate or file, it cannot be built or loaded, a case file cannot be read";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct TestArgs {
    #[command(flatten)]
    module: ModuleArgs,
    /// Folder of the case files [default: `cases` in the folder of the crate].
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// Fail if the cases leave something out: a rule that none finds or all find, a setting that none sets.
    #[arg(long)]
    require_coverage: bool,
    /// Write the results as JUnit XML, too.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Folder of manifests to run the policy over, as `gate check DIR` reads them.
    #[arg(long, value_name = "DIR", requires = "expect", help_heading = "Manifests")]
    manifests: Option<PathBuf>,
    /// File with what is to be found in the manifests.
    #[arg(long, value_name = "FILE", requires = "manifests", help_heading = "Manifests")]
    expect: Option<PathBuf>,
    /// Write that file: what is found becomes what is expected.
    #[arg(long, requires = "manifests", help_heading = "Manifests")]
    update: bool,
    /// Settings for the manifests, in YAML or JSON; cases have their own.
    #[arg(long, value_name = "FILE", requires = "manifests", help_heading = "Manifests")]
    settings: Option<PathBuf>,
}

/// What became of everything that was tried.
struct Tested<'p> {
    policy: &'p Policy,
    files: Vec<CaseFile>,
    ran: Vec<Ran>,
    coverage: Coverage,
    require_coverage: bool,
    manifests: Option<Manifests>,
    time: Duration,
}

pub(super) fn run(args: &TestArgs) -> Result<Exit, CliError> {
    engine::set_up_threads();
    let files = case_files(args)?;
    let module = args.module.module()?;
    let policy = module::load(&module, engine::threads())?;
    let started = Instant::now();
    let (ran, coverage) = worker::run(|| {
        let subject = Component::new(&policy);
        let ran = run_files(&subject, &files);
        let coverage = Coverage::of(&subject, &ran);
        (ran, coverage)
    })?;
    let manifests = match (&args.manifests, &args.expect) {
        (Some(folder), Some(expect)) => {
            // Loaded again: the engine takes policies for itself.
            let policy = module::load(&module, engine::threads())?;
            Some(manifests::run(policy, folder, expect, args.settings.as_deref(), args.update)?)
        }
        _ => None,
    };
    let (require_coverage, time) = (args.require_coverage, started.elapsed());
    let tested = Tested { policy: &policy, files, ran, coverage, require_coverage, manifests, time };
    if let Some(file) = &args.junit {
        let written = std::fs::write(file, junit::render(&tested));
        written.map_err(|error| CliError::new(format!("{} cannot be written: {error}", file.display())))?;
    }
    print(&text::render(&tested))?;
    Ok(tested.exit())
}

/// The cases; none where only manifests are asked for.
fn case_files(args: &TestArgs) -> Result<Vec<CaseFile>, CliError> {
    let own = args.module.crate_dir().map(|dir| dir.join("cases"));
    let folder = match (&args.cases, own) {
        (Some(folder), _) => folder.clone(),
        (None, Some(own)) if args.manifests.is_none() || own.is_dir() => own,
        (None, _) if args.manifests.is_some() && !args.require_coverage => return Ok(Vec::new()),
        (None, _) => {
            return Err(CliError::new("a module alone has no cases").hint(
                "name their folder with `--cases DIR`, or manifests with `--manifests DIR --expect FILE`",
            ));
        }
    };
    read_cases(&folder)
}

/// Every case file of a folder.
pub(super) fn read_cases(folder: &Path) -> Result<Vec<CaseFile>, CliError> {
    CaseFile::read_all(folder).map_err(|report| {
        CliError::new(report.to_string())
            .hint("cases are `*.yaml` files in one folder; docs/kit.md describes their form")
    })
}

impl Tested<'_> {
    fn failed(&self) -> usize {
        self.ran.iter().filter(|ran| !ran.result.differences.is_empty()).count()
    }

    fn unreadable(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.files.iter().filter_map(|file| Some((file.path.as_path(), file.cases.as_ref().err()?.as_str())))
    }

    /// True if gaps in the coverage count.
    fn lacks_coverage(&self) -> bool {
        self.require_coverage && !self.coverage.is_whole()
    }

    fn exit(&self) -> Exit {
        let differ = self.manifests.as_ref().is_some_and(|manifests| !manifests.is_good());
        if self.unreadable().next().is_some() {
            Exit::Error
        } else if self.failed() > 0 || differ || self.lacks_coverage() {
            Exit::Fail
        } else {
            Exit::Pass
        }
    }
}

#[cfg(test)]
mod tests {
    use gate_sdk::testing::Case;

    #[test]
    fn the_form_of_a_case_is_as_the_documentation_says() {
        let page = include_str!("../../../../../docs/kit.md");
        let form = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let cases = Case::read(form).unwrap();
        assert_eq!(cases.iter().map(|case| case.line).collect::<Vec<_>>(), [1, 25]);
        assert_eq!((cases[0].expect.len(), cases[1].refused.len()), (2, 1));
        assert_eq!(cases[0].expect[1].severity.as_deref(), Some("warning"));
    }
}
