//! `gate policy bench`: what is the same on every run is compared exactly; times are only there.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::path::Path;

use gate_tests::Run;
use serde_json::Value;
use tempfile::TempDir;

use crate::foreign_policy::example;
use crate::{gate, guest};

fn folder(module: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.wasm"), module).unwrap();
    folder
}

fn bench(folder: &Path, more: &[&str]) -> Run {
    let arguments = ["policy", "bench", "--wasm", "policy.wasm", "--seconds", "0.05", "--threads", "2"];
    gate().run(folder, &[&arguments[..], more].concat())
}

fn saved(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

#[test]
fn fuel_and_memory_are_the_same_on_every_run() {
    let folder = folder(&guest::component("honest"));
    for name in ["one.json", "two.json"] {
        let run = bench(folder.path(), &["--save", name]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        assert!(run.stdout.starts_with("hostile 1.0.0: 6 objects of "), "{run:?}");
    }
    let (one, two) = (saved(folder.path(), "one.json"), saved(folder.path(), "two.json"));
    for key in [
        "fuel-min",
        "fuel-median",
        "fuel-max",
        "fuel-batched",
        "memory-bytes",
        "module-bytes",
        "describe-fuel",
    ] {
        assert_eq!(one["metrics"][key], two["metrics"][key], "{key}");
        assert!(one["metrics"][key].as_f64().unwrap() > 0.0, "{key}: {one}");
    }
    let metric = |key: &str| one["metrics"][key].as_f64().unwrap();
    // The guest has two pages at first, and allocates the texts of the documents behind the first.
    assert_eq!(metric("memory-bytes") % 65_536.0, 0.0);
    assert!((131_072.0..1_000_000.0).contains(&metric("memory-bytes")), "{one}");
    assert!(metric("latency-p50-us") <= metric("latency-p99-us"), "{one}");
    assert!(metric("latency-p99-us") <= metric("latency-max-us"), "{one}");
    assert_eq!((&one["version"], &one["objects"], &one["threads"]), (&1.into(), &6.into(), &2.into()));
}

#[test]
fn more_fuel_than_before_can_fail() {
    let folder = folder(&guest::component("honest"));
    assert_eq!(bench(folder.path(), &["--save", "now.json"]).code, 0);
    let mut before = saved(folder.path(), "now.json");
    let median = before["metrics"]["fuel-median"].as_f64().unwrap();
    before["metrics"]["fuel-median"] = (median / 2.0).into();
    std::fs::write(folder.path().join("before.json"), before.to_string()).unwrap();
    for (most, code) in [(None, 0), (Some("99"), 1), (Some("101%"), 0)] {
        let flags: Vec<&str> = most.iter().flat_map(|most| ["--fail-above", most]).collect();
        let run = bench(folder.path(), &[&["--compare", "before.json"], &flags[..]].concat());
        assert_eq!(run.code, code, "{most:?}: {run:?}");
        let line = run.stdout.lines().find(|line| line.ends_with(" 2.000  worse")).unwrap_or_default();
        assert!(line.starts_with("  fuel of an object, median "), "{run:?}");
        let same = run.stdout.lines().filter(|line| line.ends_with(" 1.000  same")).count();
        assert!(same >= 6, "fuel, memory and size do not differ: {run:?}");
    }
}

#[test]
fn numbers_of_other_objects_are_not_compared() {
    let folder = folder(example());
    assert_eq!(bench(folder.path(), &["--save", "now.json"]).code, 0);
    std::fs::create_dir(folder.path().join("manifests")).unwrap();
    let manifest = "apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n";
    std::fs::write(folder.path().join("manifests/a.yaml"), manifest).unwrap();
    let run = bench(folder.path(), &["--manifests", "manifests", "--save", "own.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.starts_with("require-owner 0.1.0: 1 object of 62 bytes together"), "{run:?}");
    for (flags, code) in [(&["--manifests", "manifests"][..], 2), (&[], 0)] {
        let run = bench(folder.path(), &[&["--compare", "now.json"], flags].concat());
        assert_eq!(run.code, code, "{run:?}");
        assert_eq!(run.stderr.contains("other objects or other settings"), code == 2, "{run:?}");
    }
    std::fs::write(folder.path().join("odd.json"), "{\"version\": 1}").unwrap();
    let run = bench(folder.path(), &["--compare", "odd.json"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("odd.json holds no numbers of this command"), "{run:?}");
}

#[test]
fn a_policy_that_fails_is_not_measured() {
    let folder = folder(&guest::component("trap"));
    let run = bench(folder.path(), &["--save", "now.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("nothing can be measured: policy hostile stopped with a trap"), "{run:?}");
    assert!(run.stderr.contains("Deployment/shop/web"), "{run:?}");
    assert!(!folder.path().join("now.json").exists());
}

#[test]
fn a_folder_without_what_the_policy_wants_is_no_sample() {
    let folder = folder(example());
    std::fs::create_dir(folder.path().join("manifests")).unwrap();
    let run = bench(folder.path(), &["--manifests", "manifests"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("policy require-owner asks for none of these documents"), "{run:?}");
}
