//! What schemas cost inside of a process: the pack made ready, the first use of a kind, the next ones, and a look at every
//! schema of every version.
//!
//! `cargo xtask bench` runs it. It prints and judges nothing.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a measurement talks and stops")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use gate::schema::{Lookup, SchemaSet};
use gate::yaml::{self, Limits, NodeId, Tape};

const RUNS: usize = 200;

const DEPLOYMENT: &str = include_str!("manifests/deployment.yaml");
/// A custom resource with defaults, patterns and rules in CEL.
const HTTP_ROUTE: &str = include_str!("manifests/httproute.yaml");

fn main() {
    // `cargo test --all-targets` starts benchmarks, too.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("a benchmark: cargo bench --workspace --bench schemas");
    }
    let pack = std::fs::metadata(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/pack.bin")).unwrap();
    println!("the pack has {} bytes (goal: < 1,000,000)", pack.len());
    println!("{:46} {:>10} {:>10}", "", "first", "min");
    line("the pack made ready (goal: < 1 ms)", SchemaSet::embedded);
    for (name, text) in [("Deployment", DEPLOYMENT), ("HTTPRoute", HTTP_ROUTE)] {
        kind(name, text);
    }
    let before = resident();
    let set = SchemaSet::embedded().unwrap();
    let start = Instant::now();
    set.verify().unwrap();
    println!(
        "every schema of all {} versions looked at: {:.1} ms, {} kB more memory",
        set.versions().len(),
        start.elapsed().as_secs_f64() * 1_000.0,
        resident().saturating_sub(before) / 1_000,
    );
}

/// The costs of one kind, by an object of it that is in order.
fn kind(name: &str, text: &str) {
    let parsed = yaml::parse(text.into(), &Limits::default());
    let (tape, root) = (&parsed.tape, parsed.documents[0].root);
    line(&format!("{name}: first use of the kind (goal: < 1 ms)"), || {
        check(&SchemaSet::embedded().unwrap(), tape, root)
    });
    let set = SchemaSet::embedded().unwrap();
    line(&format!("{name}: another object"), || check(&set, tape, root));
    line(&format!("{name}: {} bytes read to a tape", text.len()), || {
        yaml::parse(text.into(), &Limits::default())
    });
}

fn check(set: &SchemaSet, tape: &Tape, root: NodeId) {
    let (api_version, kind) = (tape.str_at(root, "apiVersion").unwrap(), tape.str_at(root, "kind").unwrap());
    let Lookup::Found(schema) = set.lookup(set.newest(), api_version, kind) else { panic!("no {kind}") };
    let mut issues = Vec::new();
    let failures = set.check(schema, tape, root, &mut issues);
    assert!(issues.is_empty() && failures.is_empty(), "{issues:?}");
}

/// Does `work` many times; prints how long the first time took, and the quickest.
fn line<R>(name: &str, work: impl Fn() -> R) {
    let times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .collect();
    let micros = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e6);
    println!("{name:46} {:>7.1} µs {:>7.1} µs", micros(times.first()), micros(times.iter().min()));
}

/// Bytes of the process that are in memory; 0 where the system does not say.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
