//! Schema checks of generated manifests: the gate, kubeconform and mere reading side by side, each as a whole process that
//! gets the same files.

use std::path::{Path, PathBuf};

use super::measure::{Invocation, Numbers, on_path};
use super::table::{Row, Table};
use super::{JUDGED, corpus, gate, reading};
use crate::error::Result;
use crate::kubeconform::{self, Kubeconform};
use crate::options::Options;
use crate::workspace;

/// Most runs of kubeconform, which takes seconds.
const MOST_RUNS: usize = 5;

/// One corpus and what is aimed at.
struct Corpus {
    name: &'static str,
    folder: PathBuf,
    manifests: usize,
    goal: &'static str,
}

/// Measures the corpora below `bench`; the gate runs in the repository `tree`.
pub(super) fn measure(
    table: &mut Table,
    options: &Options,
    bench: &Path,
    tree: &Path,
    runs: usize,
) -> Result<()> {
    let kubeconform = find(table, options);
    for corpus in corpora(bench)? {
        let path = corpus.folder.display().to_string();
        let row = |name: &str, goal| Row::new(format!("{}: {name}", corpus.name), goal).of(corpus.manifests);
        let judge = gate(&["check", "--schemas-only", &path], tree, JUDGED);
        let ours = table.add(row("gate", corpus.goal), &judge, runs)?;
        let read = table.add(row("only read", ""), &reading::invocation(&path)?, runs)?;
        let theirs = match &kubeconform {
            Some(found) => {
                let invocation = invocation(found, &path);
                Some(table.add(row("kubeconform", ""), &invocation, runs.min(MOST_RUNS))?)
            }
            None => None,
        };
        table.note(sentence(corpus.name, &ours, &read, theirs.as_ref()));
    }
    Ok(())
}

fn corpora(bench: &Path) -> Result<[Corpus; 4]> {
    let fresh = |name: &str| {
        let folder = bench.join(name);
        workspace::fresh_folder(&folder).map(|()| folder)
    };
    let (files, bundles) = (bench.join("files"), bench.join("bundles"));
    let (many, one) = (fresh("many")?, fresh("one")?);
    corpus::write_files(&many, 50_000, 1)?;
    corpus::write_files(&one, 1, 1)?;
    Ok([
        Corpus {
            name: "10,000 files",
            folder: files,
            manifests: super::MANIFESTS,
            goal: "12 x kubeconform, 1.5 x reading",
        },
        Corpus { name: "20 files", folder: bundles, manifests: super::MANIFESTS, goal: "35 x kubeconform" },
        Corpus { name: "50,000 files", folder: many, manifests: 50_000, goal: "< 60 MB" },
        Corpus { name: "1 file", folder: one, manifests: 1, goal: "< 12 ms" },
    ])
}

/// How often the time of one goes into the other, by the quickest runs of each.
fn sentence(name: &str, ours: &Numbers, read: &Numbers, theirs: Option<&Numbers>) -> String {
    let times = |a: &Numbers, b: &Numbers| a.min.as_secs_f64() / b.min.as_secs_f64().max(1e-9);
    let reading = format!("{name}: the gate takes {:.2} times as long as reading", times(ours, read));
    match theirs {
        Some(theirs) => {
            format!("{reading}, kubeconform {:.1} times as long as the gate", times(theirs, ours))
        }
        None => reading,
    }
}

/// What `cargo xtask kubeconform` has built, or what is installed and has schemas that need no network.
fn find(table: &mut Table, options: &Options) -> Option<Kubeconform> {
    let schemas = options.value("kubeconform-schemas");
    if let (Some(program), Some(schemas)) = (on_path("kubeconform"), schemas) {
        return Some(Kubeconform { program, schemas: schemas.to_owned() });
    }
    let found = kubeconform::found();
    if found.is_none() {
        table.note("There is no kubeconform to compare with: `cargo xtask kubeconform` builds one with schemas of its own;");
        table.note("  one that is on PATH is measured with --kubeconform-schemas LOCATION, which must not need a network.");
    }
    found
}

/// As many workers as there are cores, like the gate; strict, like the gate; and nothing printed for a good file.
fn invocation(found: &Kubeconform, path: &str) -> Invocation {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    let words = ["-n", &cores, "-strict", "-summary", "-schema-location", &found.schemas, path];
    Invocation {
        program: found.program.clone(),
        arguments: words.map(str::to_owned).to_vec(),
        folder: workspace::root().to_owned(),
        accepted: &[0, 1],
    }
}
