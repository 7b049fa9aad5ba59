//! Real repositories: every change of two of them, every head of all, every file by both ways of reading YAML.

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

/// The share of documents, in percent, that the fast scanner has to read. Anchors and templates are not for it.
const SCANNED: [(&str, usize); 5] = [
    ("infra-deployments", 98),
    ("flux-home", 92),
    ("flux-example", 100),
    ("flux-tenancy", 100),
    ("argocd-examples", 88),
];

#[test]
fn every_file_is_read_alike_with_and_without_the_fast_scanner() {
    for (name, share) in SCANNED {
        let Some(repo) = corpus(name) else { continue };
        let (mut files, mut all, mut scanned) = (0, 0, 0);
        for path in git(&repo, &["ls-files"]).lines() {
            let Ok(bytes) = std::fs::read(repo.join(path)) else { continue };
            let (parts, fast) = gate::yaml::fuzz_fast(&bytes);
            if [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end)) {
                (files, all, scanned) = (files + 1, all + parts, scanned + fast);
            }
        }
        assert!(files >= 10 && all >= files, "{name}: {all} documents in {files} files");
        assert!(scanned * 100 >= all * share, "{name}: {scanned} of {all} documents in {files} files");
    }
}

fn git(repo: &Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new("git").args(arguments).current_dir(repo).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
