//! `gate policy bench`: how much a policy costs, saved and compared. Fuel and memory are the same on every machine; times are
//! this machine's, now.

mod compare;
mod measure;
mod objects;
mod record;
mod sample;
mod text;

use std::path::PathBuf;

use clap::Args;

use self::measure::Measured;
use self::record::Record;
use self::sample::Sample;
use super::module::{self, ModuleArgs};
use super::{run_alone, settings, test};
use crate::cli::error::CliError;
use crate::cli::{Exit, compile_child, print};
use crate::engine;

const EXIT_CODES: &str = "\
Exit codes:
  0  measured
  1  with --fail-above: it takes more fuel than that
  2  could not be measured: it cannot be built, loaded or run, or another sample was measured before";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct BenchArgs {
    #[command(flatten)]
    module: ModuleArgs,
    /// Folder of manifests to measure with [default: the objects of the policy's cases, and a few of the gate's own].
    #[arg(long, value_name = "DIR", conflicts_with = "cases")]
    manifests: Option<PathBuf>,
    /// Folder of case files whose objects are measured [default: `cases` in the folder of the crate].
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// Settings, in YAML or JSON.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Seconds to measure for.
    #[arg(long, value_name = "NUMBER", default_value_t = 3.0, value_parser = seconds)]
    seconds: f64,
    /// Threads to measure with [default: one for each processor].
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Write the numbers to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Compare with the numbers of such a file.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Fail if a policy takes more fuel than before by so many percent.
    #[arg(long, value_name = "PERCENT", requires = "compare", value_parser = percent)]
    fail_above: Option<f64>,
}

pub(super) fn run(args: &BenchArgs) -> Result<Exit, CliError> {
    engine::set_up_threads();
    let before = args.compare.as_deref().map(record::read).transpose()?;
    let module = args.module.module()?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = args.threads.map_or(cores, usize::from);
    let policy = module::load_with(&module, threads, compile_child::fresh_compiler())?;
    let settings = settings::checked(args.settings.as_deref(), &policy)?;
    let sample = match &args.manifests {
        // Loaded again: the engine takes policies for itself.
        Some(folder) => {
            let (context, documents) = run_alone::documents(module::load(&module, threads)?, folder)?;
            Sample { documents, context }
        }
        None => Sample::of_cases(&cases(args)?, &policy),
    };
    if sample.documents.is_empty() {
        return Err(CliError::new(format!(
            "policy {} asks for none of these documents",
            policy.metadata().id
        ))
        .hint("name a folder of manifests that it judges with `--manifests DIR`"));
    }
    let measured = measure::measure(&policy, &settings, &sample, threads, args.seconds)?;
    let after = Record::new(&policy, &module.wasm, &settings, &sample, &measured, threads);
    if let Some(file) = &args.save {
        record::write(&after, file)?;
    }
    print(&text::render(&after))?;
    let Some(before) = before else { return Ok(Exit::Pass) };
    compared(&before, &after, args.fail_above)
}

fn compared(before: &Record, after: &Record, most: Option<f64>) -> Result<Exit, CliError> {
    if !before.is_same_sample(after) {
        return Err(CliError::new("the saved numbers are of other objects or other settings")
            .hint("measure both policies with the same `--manifests` (or `--cases`) and `--settings`"));
    }
    let differences = compare::compare(before, after);
    print(&text::compared(&differences))?;
    let fails = most.is_some_and(|most| compare::takes_more_fuel(&differences, most));
    Ok(if fails { Exit::Fail } else { Exit::Pass })
}

fn cases(args: &BenchArgs) -> Result<Vec<gate_sdk::testing::CaseFile>, CliError> {
    let own = args.module.crate_dir().map(|dir| dir.join("cases")).filter(|folder| folder.is_dir());
    match args.cases.clone().or(own) {
        Some(folder) => test::read_cases(&folder),
        None => Ok(Vec::new()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.01..=600.0).contains(number));
    number.ok_or_else(|| "a number from 0.01 to 600".to_owned())
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    number.filter(|number| (0.0..=1e6).contains(number)).ok_or_else(|| "a number from 0".to_owned())
}
