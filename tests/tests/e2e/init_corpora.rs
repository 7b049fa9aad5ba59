//! `gate init` on real repositories: what it guesses there was looked up by hand.

use std::path::{Path, PathBuf};

use gate_tests::corpus;
use tempfile::TempDir;

use crate::gate;

/// A clone that may be written to.
fn clone(name: &str) -> Option<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir().unwrap();
    let from = format!("file://{}", corpus(name)?.display());
    git(folder.path(), &["clone", "--quiet", "--depth=1", &from, "clone"]);
    let path = folder.path().join("clone");
    Some((folder, path))
}

fn git(folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=Test Author", "-c", "user.email=test@example.com"];
    let status =
        std::process::Command::new("git").args(who).args(arguments).current_dir(folder).status().unwrap();
    assert!(status.success(), "git {arguments:?}");
}

/// Lines that `gate init` says of each.
const SAID: [(&str, &[&str]); 5] = [
    (
        "argocd-examples",
        &[
            "  environments  prod  1 file: helm-guestbook/values-production.yaml",
            "  branch        master: the default branch of origin",
            "  ci            nothing says which: --ci NAME does",
        ],
    ),
    (
        "flux-example",
        &[
            "  kubernetes    1.36: .github/workflows/e2e.yaml:22: node_image: kindest/node:v1.36.1",
            "  environments  stage  8 files: **/staging/**",
            "                prod   8 files: **/production/**",
            "  no schema     2 kinds, 3 documents: only policies judge them",
            "  ci            GitHub Actions: .github/workflows (2 files)",
        ],
    ),
    (
        "flux-tenancy",
        &[
            "  environments  stage  7 files: **/staging/**",
            "                prod   7 files: **/production/**",
        ],
    ),
    (
        "flux-home",
        &[
            "  kubernetes    1.35: talos/generated/controlplane.enc.age.yaml:20: image: ghcr.io/siderolabs/kubelet:v1.35.6",
            "  environments  cluster-00  21 files: kubernetes/apps/overlays/cluster-00/** kubernetes/clusters/cluster-00/**",
            "  no schema     13 kinds, 40 documents: only policies judge them",
            "  exclude       perhaps .archive/**: 244 files, by the name",
        ],
    ),
    (
        "infra-deployments",
        &[
            "  exclude       hack/new-cluster/templates/**: 17 files are templates and no YAML",
            "  ci            GitHub Actions: .github/workflows (17 files); Tekton (Pipelines as Code) too: --ci says which",
        ],
    ),
];

#[test]
fn an_operator_would_nod() {
    for (name, lines) in SAID {
        let Some(repo) = corpus(name) else { continue };
        let run = gate().run(&repo, &["init", "--dry-run"]);
        assert_eq!(run.code, 0, "{name} {run:?}");
        for line in lines {
            assert!(
                run.stdout.lines().any(|said| said == *line),
                "{name} does not say\n{line}\n{}",
                run.stdout
            );
        }
        assert!(!run.stdout.contains("cannot be judged"), "{name} {}", run.stdout);
    }
}

/// Without a `gate.yaml`, environments are recognised; with the one that is written, none of their objects is lost.
#[test]
fn what_is_written_is_as_strict_as_what_was_recognised() {
    for (name, stage, prod) in [("flux-example", 4, 4), ("infra-deployments", 715, 2144)] {
        let Some((_folder, repo)) = clone(name) else { continue };
        let count = |environment: &str| {
            let report = gate().run(&repo, &["check", "--all", "--format=json"]).json();
            report["coverage"]["environments"][environment].as_u64().unwrap()
        };
        assert_eq!((count("stage"), count("prod")), (stage, prod), "{name}, recognised");
        assert_eq!(gate().run(&repo, &["init", "--ci", "none"]).code, 0);
        git(&repo, &["add", "gate.yaml"]);
        git(&repo, &["commit", "--quiet", "--message", "gate"]);
        // The excluded templates are no objects of an environment.
        assert_eq!((count("stage"), count("prod")), (stage, prod), "{name}, written");
    }
}

#[test]
fn a_baseline_passes() {
    for name in ["argocd-examples", "flux-example", "flux-tenancy", "flux-home", "infra-deployments"] {
        let Some((_folder, repo)) = clone(name) else { continue };
        let run = gate().run(&repo, &["init", "--baseline", "--days", "3650"]);
        assert_eq!(run.code, 0, "{name} {run:?}");
        git(&repo, &["add", "--all"]);
        git(&repo, &["commit", "--quiet", "--message", "gate"]);
        let all = gate().run(&repo, &["check", "--all", "--format=json"]);
        let report = all.json();
        assert_eq!(all.code, 0, "{name} {} {}", report["counts"], report["failures"]);
        let waived = report["counts"]["waived"].as_u64().unwrap();
        let is_clean = ["flux-example", "flux-tenancy"].contains(&name);
        assert_eq!(waived == 0, is_clean, "{name}: {waived}");
    }
}
