//! The action on the events of GitHub, from the recorded event to the exit code: what it asks of both servers, its outputs, its
//! summary, and what it leaves on the machine.

use gate_tests::contract::Bench as _;
use gate_tests::{TestRepo, skipped};
use serde_json::Value;

use crate::events::{PATH, Scene, bad, good};
use crate::runner::{Played, files};

const RULE: &str = "image-tags/mutable-image-tag";

fn output<'a>(played: &'a Played, name: &str) -> &'a str {
    played.outputs.get(name).map_or("", String::as_str)
}

fn report(played: &Played) -> Value {
    serde_json::from_str(&std::fs::read_to_string(output(played, "report")).unwrap()).unwrap()
}

/// The outputs, whatever the verdict.
fn outputs(played: &Played, verdict: &str, code: &str, errors: &str, warnings: &str) {
    let seen = ["verdict", "exit-code", "errors", "warnings"].map(|name| output(played, name));
    assert_eq!(seen, [verdict, code, errors, warnings], "{played:?}");
    assert_eq!(report(played)["verdict"], verdict, "{played:?}");
    let sarif: Value =
        serde_json::from_str(&std::fs::read_to_string(output(played, "sarif")).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn a_pull_request_is_judged_without_a_checkout() {
    let scene = Scene::new("pull_request", &bad());
    let played = scene.play();
    assert_eq!((played.code, played.last.as_str()), (1, "Apply the verdict"), "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(scene.host.twin().blocks(&scene.head), Some(true), "{played:?}");
    let lines: Vec<(String, u32)> =
        scene.host.twin().annotations(&scene.head).into_iter().map(|seen| (seen.path, seen.line)).collect();
    assert_eq!(lines, [(PATH.to_owned(), 13)], "{played:?}");
    assert_eq!(scene.host.twin().comments().len(), 1);
    assert!(played.summary.contains(RULE), "{played:?}");
    assert!(!played.log.contains("::error file="), "the annotations are the check's: {played:?}");
    assert_eq!(played.used.len(), 0, "nobody asked for an upload");
    assert_eq!(report(&played)["change"]["merged_commit"], scene.head.as_str());

    // The merge and its two parents, in a repository without a work tree; the six old commits stay where they are.
    let folder = played.steps["fetch.repository"].clone();
    let git = |arguments: &[&str]| scene.repo.git(&[&["-C", &folder], arguments].concat()).trim().to_owned();
    assert_eq!(git(&["rev-list", "--count", "--all", "HEAD"]), "3");
    assert_eq!(git(&["rev-parse", "--is-bare-repository"]), "true");
    assert_eq!(git(&["rev-parse", "HEAD"]), scene.merge);
    let left = files(scene.job.folder.path());
    assert!(
        !left.iter().any(|file| file.ends_with("deploy.yaml") || file.ends_with("other.yaml")),
        "{left:?}"
    );
}

#[test]
fn a_change_without_findings_passes() {
    let scene = Scene::new("pull_request", &good());
    let played = scene.play();
    assert_eq!(played.code, 0, "{played:?}");
    outputs(&played, "pass", "0", "0", "0");
    assert_eq!(scene.host.twin().blocks(&scene.head), Some(false), "{played:?}");
}

#[test]
fn of_a_fork_the_log_has_the_findings() {
    let scene = Scene::new("fork", &bad());
    scene.host.twin().read_only();
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert!(played.log.contains(&format!("::error file={PATH},line=13,")), "{played:?}");
    assert!(played.summary.contains(RULE), "{played:?}");
    assert_eq!(scene.host.twin().comments(), []);
}

#[test]
fn pull_request_target_judges_the_head_and_not_what_was_checked_out() {
    let scene = Scene::new("pull_request_target", &bad());
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(report(&played)["change"]["head_commit"], scene.head.as_str());
    assert_eq!(scene.host.twin().blocks(&scene.head), Some(true), "{played:?}");
    assert_eq!(scene.host.twin().comments().len(), 1);
}

#[test]
fn a_merge_queue_marks_the_commit_of_the_group() {
    let scene = Scene::new("merge_group", &bad());
    scene.host.twin().push(&scene.merge);
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(scene.host.twin().blocks(&scene.merge), Some(true), "{played:?}");
    assert_eq!(scene.host.twin().comments(), []);
}

#[test]
fn a_push_to_the_default_branch_is_compared_with_the_state_before_it() {
    let scene = Scene::new("push", &bad());
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(report(&played)["change"]["head_commit"], scene.head.as_str());
    assert_eq!(scene.host.twin().blocks(&scene.head), Some(true), "{played:?}");
}

#[test]
fn a_push_to_another_branch_is_compared_with_the_default_branch() {
    let scene = Scene::new("push_of_a_branch", &bad());
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
}

#[test]
fn a_merge_that_is_gone_is_no_obstacle() {
    let mut scene = Scene::new("pull_request", &bad());
    scene.job.set("GITHUB_SHA", &"7".repeat(40));
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(report(&played)["change"]["head_commit"], scene.head.as_str());
}

#[test]
fn a_check_that_cannot_finish_is_no_pass_and_leaves_all_outputs() {
    let scene =
        Scene::new("pull_request", "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\n");
    let played = scene.play();
    assert_eq!((played.code, played.last.as_str()), (3, "Apply the verdict"), "{played:?}");
    outputs(&played, "incomplete", "3", "0", "0");
    assert_eq!(scene.host.twin().blocks(&scene.head), Some(true), "{played:?}");
}

#[test]
fn what_cannot_be_judged_fails_and_says_so() {
    let broken = |repo: &TestRepo| {
        repo.write("gate.yaml", "polices: []\n");
    };
    let scene = Scene::prepared("pull_request", &bad(), broken);
    let played = scene.play();
    assert_eq!((played.code, played.last.as_str()), (2, "Apply the verdict"), "{played:?}");
    let seen = ["verdict", "exit-code", "report", "errors"].map(|name| output(&played, name));
    assert_eq!(seen, ["", "2", "", ""], "{played:?}");
    assert!(played.summary.contains("nothing was judged"), "{played:?}");
    assert!(played.log.contains("gate.yaml:1:1"), "{played:?}");
    assert_eq!(scene.host.twin().blocks(&scene.head), Some(true), "{played:?}");
}

#[test]
fn a_commit_that_cannot_be_fetched_fails() {
    let mut scene = Scene::new("pull_request_target", &bad());
    scene.job.with("token", "another");
    let played = scene.job.play(None);
    assert_eq!((played.code, played.last.as_str()), (1, "fetch"), "{played:?}");
    assert!(played.log.contains("cannot be fetched") && played.log.contains("contents: read"), "{played:?}");
    assert_eq!(scene.host.requests().len(), 0);
    assert_eq!(output(&played, "verdict"), "");
}

#[test]
fn a_checkout_that_is_there_is_used() {
    let mut scene = Scene::new("pull_request", &bad());
    let folder = scene.repo.path().display().to_string();
    scene.job.with("checkout", &folder);
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(scene.git.asked().len(), 0, "there was nothing to fetch");

    scene.job.with("checkout", ".");
    let played = scene.job.play(None);
    assert_eq!((played.code, played.last.as_str()), (1, "fetch"), "the workspace is empty: {played:?}");
    assert!(played.log.contains("there is no checkout"), "{played:?}");
}

#[test]
fn without_post_the_job_has_it_all() {
    let mut scene = Scene::new("pull_request", &bad());
    scene.job.with("post", "false");
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    outputs(&played, "fail", "1", "1", "0");
    assert_eq!(scene.host.requests().len(), 0);
    assert!(played.log.contains(&format!("::error file={PATH},line=13,")), "{played:?}");
    assert!(played.summary.contains(RULE), "{played:?}");

    scene.job.with("annotations", "false");
    scene.job.with("summary", "false");
    let played = scene.play();
    assert_eq!(played.code, 1, "{played:?}");
    assert!(!played.log.contains("::error file="), "{played:?}");
    assert_eq!(played.summary, "");
}

#[test]
fn inputs_reach_the_gate() {
    let mut scene = Scene::new("pull_request", &bad());
    for (name, value) in [("schemas-only", "true"), ("kubernetes-version", "1.30"), ("key", "prod")] {
        scene.job.with(name, value);
    }
    let tap = scene.job.at("a folder").join("gate.tap");
    std::fs::create_dir(tap.parent().unwrap()).unwrap();
    scene.job.with("args", &format!("--verbose\n\n--format\ntap={}\n", tap.display()));
    let played = scene.play();
    assert_eq!(played.code, 0, "the policies were not run: {played:?}");
    assert!(std::fs::read_to_string(&tap).unwrap().starts_with("TAP version 13"));
    assert!(played.log.contains("1.30"), "{played:?}");
    let [(name, _)] = &scene.host.twin().conclusions(&scene.head)[..] else { panic!("{played:?}") };
    assert_eq!(name, "gitops-gate/prod");
}

#[test]
fn a_configuration_of_the_workspace_is_taken() {
    let mut scene = Scene::new("pull_request", &bad());
    let file = scene.job.at("gate.yaml");
    std::fs::write(&file, "policies: []\n").unwrap();
    scene.job.with("config", "../gate.yaml");
    let played = scene.play();
    assert_eq!(played.code, 0, "{played:?}");
    scene.job.with("config", "missing.yaml");
    let played = scene.play();
    assert_eq!((played.code, output(&played, "exit-code")), (2, "2"), "{played:?}");
}

#[test]
fn a_switch_is_true_or_false() {
    for name in ["post", "schemas-only", "summary"] {
        let mut scene = Scene::new("pull_request", &good());
        scene.job.with(name, "yes");
        let played = scene.play();
        assert_eq!((played.code, played.last.as_str()), (1, "check"), "{played:?}");
        assert!(played.log.contains(&format!("the input {name} is neither true nor false")), "{played:?}");
        assert_eq!(scene.host.requests().len(), 0);
    }
}

#[test]
fn code_scanning_gets_what_is_an_alert() {
    if std::process::Command::new("jq").arg("--version").output().is_err() {
        return skipped("the upload to code scanning (there is no jq)");
    }
    // One finding is fixed by the change, one is new.
    let old = |repo: &TestRepo| {
        repo.write(PATH, bad().replace("name: web\n", "name: old\n"));
    };
    let mut scene = Scene::prepared("pull_request", &bad(), old);
    scene.job.with("sarif-upload", "true");
    scene.job.with("key", "prod");
    scene.job.with("args", "--kubernetes-version\n1.30");
    let played = scene.play();
    let [upload] = &played.used[..] else { panic!("{played:?}") };
    let read =
        |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap() };
    let (whole, sent) = (read(output(&played, "sarif")), read(&upload["sarif_file"]));
    let states = |log: &Value| -> Vec<String> {
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["baselineState"].as_str().unwrap().to_owned()).collect()
    };
    assert!(states(&whole).contains(&"absent".to_owned()), "{whole:#}");
    assert!(!states(&sent).contains(&"absent".to_owned()) && !states(&sent).is_empty(), "{sent:#}");
    let id = sent["runs"][0]["automationDetails"]["id"].as_str().unwrap();
    assert!(id.starts_with("gitops-gate/prod/"), "{id}");
}

/// GitHub takes a MiB of a step, and nothing of what is longer. The runner here holds every summary to it.
#[test]
fn a_summary_of_thousands_of_findings_is_cut() {
    let many: Vec<String> =
        (0..2_500).map(|number| bad().replace("name: web,", &format!("name: web{number},"))).collect();
    let scene = Scene::new("pull_request", &many.join("---\n"));
    scene.host.twin().unlimited();
    let played = scene.play();
    outputs(&played, "fail", "1", "2500", "0");
    assert!(played.summary.len() > 900_000, "{}", played.summary.len());
}

/// The gate knows the login of the job's own token, and asks for that of any other: each comes in a variable of its own.
#[test]
fn a_token_is_handed_over_as_what_it_is() {
    for (own, expected) in [(true, "GITHUB_TOKEN\n"), (false, "GATE_TOKEN\n")] {
        let mut scene = Scene::new("pull_request", &good());
        let (program, seen) = (scene.job.programs.join("looking-gate"), scene.job.at("seen"));
        let script = format!(
            "#!/bin/bash\n[ \"$1\" != check ] || env | grep -o '^[A-Z_]*TOKEN=.' | tr -d '=.[a-z]' | sort > '{}'\nexec '{}' \"$@\"\n",
            seen.display(),
            env!("CARGO_BIN_EXE_gate-under-test")
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        scene.job.with("binary", "looking-gate");
        scene.job.with("post", "false");
        if own {
            scene.job.token = scene.job.inputs.remove("token").unwrap();
        }
        let played = scene.play();
        assert_eq!(played.code, 0, "{played:?}");
        assert_eq!(std::fs::read_to_string(seen).unwrap(), expected, "{played:?}");
    }
}
