//! `cargo xtask bench`: whole processes of a release build, measured from start to exit. It prints numbers and
//! goals side by side and judges nothing: a test that depends on time is no test.

mod corpus;
mod kinds;
mod measure;
mod reading;
mod repository;
mod schemas;
mod table;

use std::path::{Path, PathBuf};

use crate::error::{Context, Result};
use crate::options::Options;
use crate::{cargo, setup, workspace};
use measure::Invocation;
pub(crate) use reading::{COMMAND as READ_FILES, run as read_files};
use repository::Repository;
use table::{Row, Table};

/// Manifests of the generated corpus.
const MANIFESTS: usize = 10_000;
/// Verdicts are no errors here: pass, fail and incomplete are all whole runs.
const JUDGED: &[i32] = &[0, 1, 3];

/// Builds, prepares the input, measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&["runs", "corpus", "kubeconform-schemas", "only"])?;
    let runs = options.count("runs", 10)?;
    setup::ensure()?;
    cargo::build_release_gate()?;
    let bench = workspace::target().join("bench");
    let repository = repository::prepare(options, &bench.join("repository"))?;
    let generated = Generated::prepare(&bench)?;
    introduce(&repository, runs);

    let mut table = Table::new();
    let all = options.value("only") != Some("schemas");
    if all {
        measure_gate(&mut table, &repository, runs)?;
        measure_policies_of_files(&mut table, &generated, &repository.folder, runs)?;
    }
    schemas::measure(&mut table, options, &bench, &repository.folder, runs)?;
    table.print();
    print_size()?;
    measure_inside("schemas", "The schemas alone")?;
    if all {
        measure_inside("policies", "The policy stage alone")?;
    }
    Ok(())
}

/// The generated manifests: one in each file, and many in few files.
struct Generated {
    files: PathBuf,
    bundles: PathBuf,
}

impl Generated {
    fn prepare(bench: &Path) -> Result<Self> {
        let generated = Self { files: bench.join("files"), bundles: bench.join("bundles") };
        workspace::fresh_folder(&generated.files)?;
        workspace::fresh_folder(&generated.bundles)?;
        corpus::write_files(&generated.files, MANIFESTS, 1)?;
        corpus::write_bundles(&generated.bundles, MANIFESTS, 1)?;
        Ok(generated)
    }
}

fn introduce(repository: &Repository, runs: usize) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Whole processes, release build, {cores} cores, {runs} runs each after one to warm up.");
    println!("Changes and trees: {}, {} files at HEAD.", repository.description, repository.files);
    println!("Manifests: {MANIFESTS} generated ones of 1.5 to 4 KB, nine kinds.\n");
}

fn measure_gate(table: &mut Table, repository: &Repository, runs: usize) -> Result<()> {
    let change = &repository.change;
    let judge = ["check", "--base", &change.base, "--head", &change.head];
    let of_change = format!("a change of {} files", change.files);
    let tree = &repository.folder;
    table.add(Row::new("gate --version", "< 10 ms"), &gate(&["--version"], tree, &[0]), runs)?;
    table.add(Row::new(of_change, "< 100 ms"), &gate(&judge, tree, JUDGED), runs)?;
    let whole = gate(&["check", "--all"], tree, JUDGED);
    table.add(Row::new("gate check --all", "< 1 s, < 200 MB"), &whole, runs)?;
    Ok(())
}

fn measure_policies_of_files(
    table: &mut Table,
    generated: &Generated,
    tree: &Path,
    runs: usize,
) -> Result<()> {
    for (name, folder) in [("10,000 files", &generated.files), ("20 files", &generated.bundles)] {
        let folder = folder.display().to_string();
        let invocation = gate(&["check", "--policies-only", &folder], tree, JUDGED);
        table.add(Row::new(format!("policies only, {name}"), "").of(MANIFESTS), &invocation, runs)?;
    }
    Ok(())
}

fn gate(arguments: &[&str], folder: &Path, accepted: &'static [i32]) -> Invocation {
    Invocation {
        program: workspace::release_gate(),
        arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
        folder: folder.to_owned(),
        accepted,
    }
}

/// What is measured inside of one process: a benchmark of the gate's package.
fn measure_inside(name: &str, title: &str) -> Result<()> {
    println!("\n{title} (gate/benches/{name}.rs):");
    cargo::run(&["bench", "--package", "gitops-gate", "--bench", name])
}

fn print_size() -> Result<()> {
    let path = workspace::release_gate();
    let bytes = std::fs::metadata(&path).context(format_args!("cannot read {}", path.display()))?.len();
    println!("size of the binary: {} MB (goal: < 40 MB)", table::megabytes(bytes));
    Ok(())
}
