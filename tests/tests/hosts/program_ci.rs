//! The checkouts that CIs make of a pull request, with all that they say of it: whatever commit is judged there, the
//! answer has to stand at the commit that the host asks about.

use std::path::{Path, PathBuf};

use gate_tests::TestRepo;
use gate_tests::contract::azure::{Azure, COLLECTION};
use gate_tests::contract::github::{Github, REPOSITORY};
use gate_tests::contract::gitlab::{Gitlab, PIPELINE, PROJECT, PROJECT_ID};
use gate_tests::contract::{Bench, NUMBER, TOKEN};
use serde_json::{Value, json};

use crate::program::Job;
use crate::run::own;

/// A host's merge of the pull request into its target, which has moved on.
struct Merged<B: Bench> {
    job: Job<B>,
    /// The tip of the target.
    base: String,
    /// The tip of the pull request.
    head: String,
    merge: String,
}

impl<B: Bench> Merged<B> {
    fn new() -> Self {
        Self::of("pr")
    }

    /// The merge of `revision`, which the host has made of the pull request.
    fn of(revision: &str) -> Self {
        let mut job = Job::<B>::new();
        let head = job.head();
        let git = |arguments: &[&str]| job.repo.git(arguments).trim().to_owned();
        git(&["checkout", "--quiet", "-b", "squash", "main"]);
        git(&["merge", "--quiet", "--squash", "pr"]);
        git(&["commit", "--quiet", "--message", "squashed"]);
        git(&["checkout", "--quiet", "main"]);
        job.repo.write("other.yaml", "a: 1\n").commit("main moves on");
        let base = git(&["rev-parse", "HEAD"]);
        git(&["checkout", "--quiet", "--detach"]);
        git(&["merge", "--quiet", "--no-ff", "--no-edit", revision]);
        let merge = git(&["rev-parse", "HEAD"]);
        git(&["update-ref", &format!("refs/pull/{NUMBER}/merge"), &merge]);
        git(&["update-ref", "refs/pipelines/1001", &merge]);
        git(&["checkout", "--quiet", "main"]);
        job.variables.retain(|name, _| !name.starts_with("GATE_"));
        Self { job, base, head, merge }
    }

    /// A fresh clone with `refspec` alone, `depth` commits deep, at `checkout`.
    fn checkout(&self, depth: u32, refspec: &str, checkout: &[&str]) -> TestRepo {
        let clone = TestRepo::new();
        clone.git(&["remote", "add", "origin", &format!("file://{}", self.job.repo.path().display())]);
        let depth = format!("--depth={depth}");
        clone.git(&["fetch", "--quiet", "--no-tags", &depth, "origin", refspec]);
        clone.git(&[&["checkout", "--quiet", "--force"], checkout].concat());
        clone
    }

    fn set(&mut self, variables: &[(&str, &str)]) {
        for (name, value) in variables {
            self.job.set(name, value);
        }
    }

    /// The gate in `clone` blocks the commit `marked`, for the one finding of the pull request.
    fn is_blocked(&self, clone: &TestRepo, flags: &[&str], marked: &str) {
        let run = self.job.run(clone.path(), &[&["check", "--post"], flags].concat());
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stderr.contains("status set"), "{run:?}");
        assert_eq!(self.job.server.twin().blocks(marked), Some(true), "{run:?}");
    }
}

fn actions(merged: &mut Merged<Github>, folder: &Path, event: &str, payload: &Value) {
    let path: PathBuf = folder.join("event.json");
    std::fs::write(&path, payload.to_string()).unwrap();
    let url = merged.job.server.url();
    let api = merged.job.server.twin().target(&url).api;
    merged.set(&[
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", &path.display().to_string()),
        ("GITHUB_REPOSITORY", REPOSITORY),
        ("GITHUB_API_URL", &api),
        ("GITHUB_SERVER_URL", "https://github.example.com"),
        ("GITHUB_RUN_ID", "11873009412"),
        ("GITHUB_RUN_NUMBER", "417"),
        ("GITHUB_RUN_ATTEMPT", "1"),
        ("GATE_TOKEN", TOKEN),
    ]);
}

fn pull_request(merged: &mut Merged<Github>, folder: &Path, event: &str) {
    let repository = json!({ "full_name": REPOSITORY, "default_branch": "main" });
    let payload = json!({
        "action": "synchronize", "number": NUMBER, "repository": repository,
        "pull_request": {
            "number": NUMBER, "title": "image", "draft": false, "labels": [], "user": { "login": "mona" },
            "base": { "ref": "main", "sha": merged.base, "repo": repository },
            "head": { "ref": "pr", "sha": merged.head, "repo": repository },
        },
    });
    actions(merged, folder, event, &payload);
}

#[test]
fn github_test_merge_marks_the_head() {
    for (depth, based) in [(1, false), (2, false), (1, true)] {
        let folder = tempfile::tempdir().unwrap();
        let mut merged = Merged::<Github>::new();
        pull_request(&mut merged, folder.path(), "pull_request");
        let merge = merged.merge.clone();
        let reference = format!("refs/pull/{NUMBER}/merge");
        merged.set(&[("GITHUB_REF", &reference), ("GITHUB_SHA", &merge)]);
        let at = format!("refs/remotes/pull/{NUMBER}/merge");
        let clone = merged.checkout(depth, &format!("+{merge}:{at}"), &[&at]);
        let base = merged.base.clone();
        let flags: &[&str] = if based { &["--base", &base] } else { &[] };
        merged.is_blocked(&clone, flags, &merged.head);
        assert_eq!(own(&merged.job.server).len(), 1);
        assert_eq!(merged.job.server.twin().blocks(&merge), None);
    }
}

#[test]
fn github_pull_request_target_marks_the_head() {
    let folder = tempfile::tempdir().unwrap();
    let mut merged = Merged::<Github>::new();
    pull_request(&mut merged, folder.path(), "pull_request_target");
    let base = merged.base.clone();
    merged.set(&[("GITHUB_REF", "refs/heads/main"), ("GITHUB_SHA", &base)]);
    let at = "refs/remotes/origin/main";
    let clone = merged.checkout(1, &format!("+{base}:{at}"), &["-B", "main", at]);
    merged.is_blocked(&clone, &[], &merged.head);
    assert_eq!(own(&merged.job.server).len(), 1);
}

#[test]
fn github_merge_queue_marks_the_group() {
    for depth in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let mut merged = Merged::<Github>::new();
        let branch = format!("gh-readonly-queue/main/pr-{NUMBER}-{}", merged.base);
        let payload = json!({
            "action": "checks_requested", "repository": { "full_name": REPOSITORY, "default_branch": "main" },
            "merge_group": {
                "base_ref": "refs/heads/main", "base_sha": merged.base,
                "head_ref": format!("refs/heads/{branch}"), "head_sha": merged.merge,
            },
        });
        actions(&mut merged, folder.path(), "merge_group", &payload);
        let merge = merged.merge.clone();
        merged.job.server.twin().push(&merge);
        merged.set(&[("GITHUB_REF", &format!("refs/heads/{branch}")), ("GITHUB_SHA", &merge)]);
        let at = format!("refs/remotes/origin/{branch}");
        let clone = merged.checkout(depth, &format!("+{merge}:{at}"), &["-B", &branch, &at]);
        merged.is_blocked(&clone, &[], &merge);
        assert_eq!(own(&merged.job.server).len(), 0);
    }
}

#[test]
fn gitlab_merged_results_mark_the_head() {
    for (depth, event, revision) in [
        (1, "merged_result", "pr"),
        (20, "merged_result", "pr"),
        (1, "merge_train", "pr"),
        (2, "merge_train", "squash"),
    ] {
        let mut merged = Merged::<Gitlab>::of(revision);
        let url = merged.job.server.url();
        let (base, head, merge) = (merged.base.clone(), merged.head.clone(), merged.merge.clone());
        merged.set(&[
            ("CI", "true"),
            ("GITLAB_CI", "true"),
            ("CI_API_V4_URL", &format!("{url}/api/v4")),
            ("CI_PROJECT_ID", &PROJECT_ID.to_string()),
            ("CI_PROJECT_PATH", PROJECT),
            ("CI_PIPELINE_ID", &PIPELINE.to_string()),
            ("CI_JOB_ID", "5"),
            ("CI_COMMIT_SHA", &merge),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_IID", &NUMBER.to_string()),
            ("CI_MERGE_REQUEST_PROJECT_ID", &PROJECT_ID.to_string()),
            ("CI_MERGE_REQUEST_PROJECT_PATH", PROJECT),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", &PROJECT_ID.to_string()),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "pr"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_EVENT_TYPE", event),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &head),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &base),
            ("GITLAB_TOKEN", TOKEN),
        ]);
        let clone = merged.checkout(depth, "+refs/pipelines/1001:refs/pipelines/1001", &["--detach", &merge]);
        merged.is_blocked(&clone, &[], &head);
        assert_eq!(own(&merged.job.server).len(), 1, "{event} of {revision}");
    }
}

#[test]
fn azure_test_merge_marks_the_head() {
    for depth in [1, 2] {
        let mut merged = Merged::<Azure>::new();
        let url = merged.job.server.url();
        let (head, merge) = (merged.head.clone(), merged.merge.clone());
        let reference = format!("refs/pull/{NUMBER}/merge");
        merged.set(&[
            ("TF_BUILD", "True"),
            ("BUILD_REASON", "PullRequest"),
            ("BUILD_BUILDID", "5120"),
            ("SYSTEM_JOBATTEMPT", "1"),
            ("SYSTEM_COLLECTIONURI", &format!("{url}/{COLLECTION}/")),
            ("SYSTEM_TEAMPROJECT", "Fabrikam Fiber"),
            ("BUILD_REPOSITORY_PROVIDER", "TfsGit"),
            ("BUILD_REPOSITORY_NAME", "web shop"),
            ("BUILD_SOURCEBRANCH", &reference),
            ("BUILD_SOURCEVERSION", &merge),
            ("SYSTEM_ACCESSTOKEN", TOKEN),
            ("SYSTEM_PULLREQUEST_PULLREQUESTID", &NUMBER.to_string()),
            ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "refs/heads/pr"),
            ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", &head),
        ]);
        let at = format!("refs/remotes/pull/{NUMBER}/merge");
        let clone = merged.checkout(depth, &format!("+{reference}:{at}"), &[&at]);
        merged.is_blocked(&clone, &[], &head);
        assert_eq!(own(&merged.job.server).len(), 1);
    }
}
