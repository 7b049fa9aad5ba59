//! `cargo xtask bench`: whole processes of a release build, measured from start to exit. It prints numbers and
//! goals side by side and judges nothing: a test that depends on time is no test.

mod corpus;
mod kinds;
mod measure;
mod repository;
mod table;

use std::path::{Path, PathBuf};

use crate::error::{Context, Result};
use crate::options::Options;
use crate::{cargo, setup, workspace};
use measure::Invocation;
use repository::Repository;
use table::{Row, Table};

/// Manifests of the generated corpus.
const MANIFESTS: usize = 10_000;
/// Verdicts are no errors here: pass, fail and incomplete are all whole runs.
const JUDGED: &[i32] = &[0, 1, 3];

/// Builds, prepares the input, measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&["runs", "corpus", "kubeconform-schemas"])?;
    let runs = options.count("runs", 10)?;
    setup::ensure()?;
    cargo::build_release_gate()?;
    let bench = workspace::target().join("bench");
    let repository = repository::prepare(options, &bench.join("repository"))?;
    let generated = Generated::prepare(&bench)?;
    introduce(&repository, runs);

    let mut table = Table::new();
    measure_gate(&mut table, &repository, &generated, runs)?;
    measure_kubeconform(&mut table, options, &generated, runs)?;
    table.print();
    print_size()?;
    measure_policies()
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

fn measure_gate(
    table: &mut Table,
    repository: &Repository,
    generated: &Generated,
    runs: usize,
) -> Result<()> {
    let change = &repository.change;
    let judge = ["check", "--base", &change.base, "--head", &change.head];
    let of_change = format!("a change of {} files", change.files);
    let tree = &repository.folder;
    table.add(Row::new("gate --version", "< 10 ms"), &gate(&["--version"], tree, &[0]), runs)?;
    table.add(Row::new(of_change, "< 100 ms"), &gate(&judge, tree, JUDGED), runs)?;
    table.add(
        Row::new("gate check --all", "< 1 s, < 200 MB"),
        &gate(&["check", "--all"], tree, JUDGED),
        runs,
    )?;
    let half = |name: &str, flag: &str, folder: &Path, goal: &'static str| {
        let folder = folder.display().to_string();
        (Row::new(name, goal).of(MANIFESTS), gate(&["check", flag, &folder], tree, JUDGED))
    };
    for (row, invocation) in [
        half("schemas only, 10,000 files", "--schemas-only", &generated.files, "> 20,000/s"),
        half("schemas only, 20 files", "--schemas-only", &generated.bundles, "> 20,000/s"),
        half("policies only, 10,000 files", "--policies-only", &generated.files, ""),
        half("policies only, 20 files", "--policies-only", &generated.bundles, ""),
    ] {
        table.add(row, &invocation, runs)?;
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

/// The same manifests through kubeconform, where it is installed and has schemas that need no network.
fn measure_kubeconform(
    table: &mut Table,
    options: &Options,
    generated: &Generated,
    runs: usize,
) -> Result<()> {
    let Some(program) = measure::on_path("kubeconform") else {
        table.note("kubeconform is not on PATH: no comparison.");
        return Ok(());
    };
    let Some(schemas) = options.value("kubeconform-schemas") else {
        table
            .note("kubeconform is on PATH but was not run: it would fetch its schemas. Name local ones with");
        table.note("  --kubeconform-schemas 'DIR/{{.NormalizedKubernetesVersion}}-standalone-strict/…'");
        return Ok(());
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    for (name, folder) in
        [("kubeconform, 10,000 files", &generated.files), ("kubeconform, 20 files", &generated.bundles)]
    {
        let folder = folder.display().to_string();
        let words = ["-n", &cores, "-strict", "-summary", "-schema-location", schemas, &folder];
        let invocation = Invocation {
            program: program.clone(),
            arguments: words.map(str::to_owned).to_vec(),
            folder: workspace::root().to_owned(),
            accepted: &[0, 1],
        };
        table.add(Row::new(name, "").of(MANIFESTS), &invocation, runs)?;
    }
    Ok(())
}

/// Ten policies over ten thousand objects inside one process: guests of several kinds beside a native loop.
fn measure_policies() -> Result<()> {
    println!("\nThe policy stage alone (gate/benches/policies.rs):");
    cargo::run(&["bench", "--package", "gitops-gate", "--bench", "policies"])
}

fn print_size() -> Result<()> {
    let path = workspace::release_gate();
    let bytes = std::fs::metadata(&path).context(format_args!("cannot read {}", path.display()))?.len();
    println!("size of the binary: {} MB (goal: < 40 MB)", table::megabytes(bytes));
    Ok(())
}
