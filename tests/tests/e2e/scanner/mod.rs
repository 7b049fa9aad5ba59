//! The fast scanner of YAML and the full parser on manifests that are no longer what their authors wrote: what both read must
//! be equal, to the byte.
//!
//! The long test is for who has changed the scanner:
//! `GATE_SCANNER_SECONDS=600 cargo test --release --workspace --test e2e -- --ignored scanner`

mod mutate;

use std::path::Path;
use std::time::{Duration, Instant};

use gate_tests::corpus;
use mutate::{Dice, mutated};

/// Larger files make the test slow and are no odder.
const LARGEST: u64 = 6_000;

/// A manifest with a little of everything.
const OWN: &str = "# head\napiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web, \
    labels: {app: \"w\\u00e9b\", 'on': yes}}\n  spec:\n    replicas: 0x1F\n    template:\n      spec:\n        containers:\n        - \
    name: web\n          args: [sh, '-c', \"a\n            b\"]\n          command:\n          - |\n            set -e\n\n             \
    exec x # y\n          - >-\n            a\n            b\n\n          image: nginx:1.27 # why\n          env:\n          -\n            \
    name: A\n            value:\n              plain text\n              goes on\n---\na: ~\n1: 1.50\nb:\n- - c\n  - d\n";

/// What both read in mutations of `bases` is equal; returns how many documents there were, and how many of them the
/// scanner took.
fn read_both_ways(bases: &[Vec<u8>], seeds: impl Iterator<Item = u64>) -> (usize, usize) {
    let (mut all, mut scanned) = (0, 0);
    for seed in seeds {
        let bytes = mutated(bases, &mut Dice(seed));
        let read = std::panic::catch_unwind(|| gate::yaml::fuzz_fast(&bytes));
        assert!(read.is_ok(), "seed {seed} is read in two ways:\n{}", String::from_utf8_lossy(&bytes));
        let (chunks, fast) = read.unwrap_or_default();
        (all, scanned) = (all + chunks, scanned + fast);
    }
    (all, scanned)
}

#[test]
fn mutations_of_a_manifest_are_read_alike() {
    let (all, scanned) = read_both_ways(&[OWN.into()], 0..2_000);
    assert!(scanned * 10 > all, "only {scanned} of {all} documents are for the scanner: it is hardly tested");
}

#[test]
#[ignore = "takes as many seconds as GATE_SCANNER_SECONDS says"]
fn mutations_of_real_manifests_are_read_alike() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let time = Duration::from_secs(number("GATE_SCANNER_SECONDS").unwrap_or(60));
    let mut bases = vec![OWN.as_bytes().to_vec()];
    for name in ["infra-deployments", "flux-home", "flux-example", "argocd-examples"] {
        corpus(name).iter().for_each(|folder| collect(folder, &mut bases));
    }
    let (start, first) = (Instant::now(), number("GATE_SCANNER_SEED").unwrap_or(0));
    let (mut seed, mut all, mut scanned) = (first, 0, 0);
    while start.elapsed() < time {
        let (chunks, fast) = read_both_ways(&bases, seed..seed + 1_000);
        (seed, all, scanned) = (seed + 1_000, all + chunks, scanned + fast);
    }
    println!("{} files, {all} documents, {scanned} of them for the scanner", seed - first);
    assert!(scanned * 10 > all, "only {scanned} of {all} documents are for the scanner: it is hardly tested");
}

/// Adds the manifests below `folder`.
fn collect(folder: &Path, bases: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let is_manifest = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        if kind.is_dir() {
            collect(&path, bases);
        } else if kind.is_file() && is_manifest && entry.metadata().unwrap().len() <= LARGEST {
            bases.push(std::fs::read(path).unwrap());
        }
    }
}
