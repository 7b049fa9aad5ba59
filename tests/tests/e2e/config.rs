//! `gate.yaml`: where it is read from, what it changes, and all its mistakes at once.

use crate::{DEPLOYMENT, gate, shop};
use gate_tests::TestRepo;

const CHECK: [&str; 4] = ["check", "--base", "main", "--format=json"];

const ENVIRONMENTS: &str = "\
environments:
  dev: { paths: ['envs/dev/**'] }
  stage: { paths: ['envs/stage/**'], promotes-from: dev, branches: [stage] }
  prod: { paths: ['envs/prod/**'], promotes-from: stage, branches: [main] }
";

fn with_environments() -> TestRepo {
    let repo = shop();
    repo.write("gate.yaml", ENVIRONMENTS);
    for environment in ["dev", "stage", "prod"] {
        repo.write(&format!("envs/{environment}/web.yaml"), DEPLOYMENT);
    }
    repo.commit("environments");
    repo
}

#[test]
fn the_base_revision_decides() {
    let repo = shop();
    let off = "policies:\n  - use: builtin:image-tags\n    severity: off\n";
    let bad = DEPLOYMENT.replace("web:1.2.3", "web:latest");
    repo.branch("pr").write("gate.yaml", off).write("apps/web.yaml", bad).commit("switch it off");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.code, 1, "a pull request cannot switch its own gate off: {run:?}");
    assert!(run.json()["coverage"]["notices"].to_string().contains("gate.yaml"), "{run:?}");
    let own = gate().run(repo.path(), &[&CHECK[..], &["--config-from=head"]].concat());
    assert_eq!(own.code, 0, "{own:?}");
    assert!(own.json()["coverage"]["notices"].to_string().contains("unprotected"), "{own:?}");
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let repo = shop();
    let wrong = "kubernetes: \"1.99\"\nenviroments: {}\nblock-on: errors\npolicies:\n  - use: builtin:nope\n";
    repo.write("gate.yaml", wrong).commit("wrong");
    repo.branch("pr").write("a.yaml", "a: 1\n").commit("x");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    for place in ["gate.yaml:1:13", "gate.yaml:2:1", "gate.yaml:3:11", "gate.yaml:5:10"] {
        assert!(run.stderr.contains(place), "{place} is missing: {run:?}");
    }
    assert!(run.stderr.contains("environments"), "the key that was meant: {run:?}");
}

#[test]
fn wrong_policy_settings_are_a_mistake_of_the_configuration() {
    let repo = shop();
    let wrong = "policies:\n  - use: builtin:image-tags\n    settings: { no-such-setting: 1 }\n";
    repo.write("gate.yaml", wrong).commit("wrong");
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("gate.yaml:3:34"), "{run:?}");
    assert!(run.stderr.contains("no-such-setting"), "{run:?}");
}

#[test]
fn a_direct_change_of_production_is_refused_and_a_promotion_passes() {
    let repo = with_environments();
    let next = DEPLOYMENT.replace("web:1.2.3", "web:1.2.4");
    repo.branch("direct").write("envs/prod/web.yaml", &next).commit("straight to production");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(
        (run.code, run.findings()),
        (1, vec!["no-direct-prod/direct-production-change@envs/prod/web.yaml:16:18 introduced".into()]),
        "{run:?}"
    );
    assert_eq!(run.json()["findings"][0]["environment"], "prod");

    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("envs/stage/web.yaml", &next).commit("stage has it");
    repo.branch("promote").write("envs/prod/web.yaml", &next).commit("then production");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
}

#[test]
fn a_shared_base_names_the_environments_it_reaches() {
    let repo = with_environments();
    repo.write("base/web.yaml", DEPLOYMENT).write("base/kustomization.yaml", "resources: [web.yaml]\n");
    for environment in ["dev", "prod"] {
        repo.write(&format!("envs/{environment}/kustomization.yaml"), "resources: [../../base]\n");
    }
    repo.commit("overlays");
    repo.branch("pr").write("base/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("shared");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["no-direct-prod/shared-base-change@base/web.yaml:1:1 introduced"], "{run:?}");
    let message = run.json()["findings"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("dev") && message.contains("prod") && !message.contains("stage"), "{message}");
}

#[test]
fn tags_are_judged_by_environment() {
    let repo = with_environments();
    repo.branch("pr");
    for environment in ["dev", "stage", "prod"] {
        let text = DEPLOYMENT.replace("web:1.2.3", "web:1.2.4-rc.1");
        repo.write(&format!("envs/{environment}/web.yaml"), text);
    }
    repo.commit("a pre-release everywhere");
    let run = gate().run(repo.path(), &CHECK);
    let tags: Vec<_> = run.findings().into_iter().filter(|f| f.starts_with("image-tags/")).collect();
    assert_eq!(tags.len(), 1, "{run:?}");
    assert!(tags[0].contains("@envs/prod/web.yaml:16:18"), "{tags:?}");
}

#[test]
fn a_waiver_lets_pass_until_it_expires() {
    let repo = shop();
    // The commits of the harness are of 2026-01-02.
    for (expires, code) in [("2026-01-02", 0), ("2026-01-01", 1)] {
        let waiver = format!(
            "waivers:\n  - rule: image-tags/*\n    path: apps/**\n    object: Deployment/shop/web\n    \
             reason: vendor\n    owner: team\n    expires: {expires}\n"
        );
        repo.git(&["checkout", "--quiet", "main"]);
        repo.write("gate.yaml", waiver).commit("waiver");
        repo.git(&["checkout", "--quiet", "-B", "pr"]);
        repo.write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", "web:latest")).commit("latest");
        let run = gate().run(repo.path(), &CHECK);
        assert_eq!(run.code, code, "{expires}: {run:?}");
        // A waived finding is still shown, and so is a waiver that has ended.
        let mut expected = vec!["image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced".to_owned()];
        if code == 1 {
            expected.push("waiver/expired@gate.yaml:2:5 existing".to_owned());
        }
        assert_eq!(run.findings(), expected, "{run:?}");
        repo.git(&["checkout", "--quiet", "main"]);
    }
}

#[test]
fn globs_that_match_nothing_are_named() {
    let repo = shop();
    repo.write("gate.yaml", "environments: { prod: { paths: ['clusters/prdo/**'] } }\n").commit("typo");
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
    let run = gate().run(repo.path(), &CHECK);
    assert!(run.json()["coverage"]["notices"].to_string().contains("clusters/prdo/**"), "{run:?}");
}

#[test]
fn a_local_policy_module_is_read_from_the_base_and_must_be_there() {
    let repo = shop();
    repo.write("gate.yaml", "policies:\n  - use: ./policies/mine.wasm\n").commit("mine");
    repo.branch("pr").write("policies/mine.wasm", "not wasm").commit("x");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("policies/mine.wasm"), "{run:?}");
}
