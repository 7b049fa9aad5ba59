//! Real repositories: every change of two of them, every head of all.

use std::path::Path;

use crate::gate;
use gate_tests::corpus;

/// Exit codes that a real, readable repository may give.
const JUDGED: [i32; 3] = [0, 1, 3];

fn every_change(name: &str) {
    let Some(repo) = corpus(name) else { return };
    let log = git(&repo, &["log", "--first-parent", "--format=%H", "HEAD"]);
    let commits: Vec<&str> = log.lines().collect();
    assert!(commits.len() > 100, "{name} has only {} commits", commits.len());
    for pair in commits.windows(2) {
        let run = gate().run(&repo, &["check", "--base", pair[1], "--head", pair[0], "--format=json"]);
        assert!(JUDGED.contains(&run.code), "{name} {}..{}: {}\n{}", pair[1], pair[0], run.code, run.stderr);
        let report = run.json();
        assert_eq!(report["exit_code"], run.code);
        let internal = report["failures"].to_string().contains("\"internal\"");
        assert!(!internal, "{name} {}..{}: {}", pair[1], pair[0], report["failures"]);
    }
}

#[test]
fn every_change_of_infra_deployments() {
    every_change("infra-deployments");
}

#[test]
fn every_change_of_flux_home() {
    every_change("flux-home");
}

#[test]
fn the_head_of_every_repository() {
    for name in ["infra-deployments", "flux-home", "flux-example", "flux-tenancy", "argocd-examples"] {
        let Some(repo) = corpus(name) else { continue };
        let run = gate().run(&repo, &["check", "--all", "--format=json"]);
        assert!(JUDGED.contains(&run.code), "{name}: {}\n{}", run.code, run.stderr);
        let report = run.json();
        let objects = report["coverage"]["objects"].as_u64().unwrap();
        assert!(objects >= 10, "{name}: only {objects} objects");
        let checked = report["coverage"]["schema_checked"].as_u64().unwrap();
        assert!(checked * 100 >= objects * 85, "{name}: {checked} of {objects} objects have a schema");
    }
}

fn git(repo: &Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new("git").args(arguments).current_dir(repo).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
