//! The binary in CIs: what is compared, what the policies are told, and `gate context`.

use gate_tests::{Run, TestRepo};
use serde_json::{Value, json};

use crate::{DEPLOYMENT, gate, shop};

const FOUND: &str = "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced";
const DIRECT: &str = "no-direct-prod/direct-production-change@envs/prod/web.yaml:16:18 introduced";

fn latest() -> String {
    DEPLOYMENT.replace("web:1.2.3", "web:latest")
}

fn id(repo: &TestRepo, revision: &str) -> String {
    repo.git(&["rev-parse", revision]).trim().to_owned()
}

/// Variables of one run, with the event file outside the repository.
struct Ci {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Ci {
    fn new(variables: &[(&str, &str)]) -> Self {
        let owned = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Self { folder: tempfile::tempdir().unwrap(), variables: owned.collect() }
    }

    /// GitHub Actions with this event.
    fn github(event: &str, sha: &str, payload: &Value) -> Self {
        let mut ci = Self::new(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_SHA", sha),
            ("GITHUB_REPOSITORY", "octo-org/shop"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_API_URL", "https://api.github.com"),
            ("GITHUB_RUN_ID", "12"),
            ("GITHUB_TOKEN", "ghs_notARealToken"),
        ]);
        let path = ci.folder.path().join("event.json");
        std::fs::write(&path, payload.to_string()).unwrap();
        ci.set("GITHUB_EVENT_PATH", path.to_str().unwrap());
        ci.set("GITHUB_REF", if event == "pull_request" { "refs/pull/7/merge" } else { "refs/heads/main" });
        ci
    }

    fn set(&mut self, name: &str, text: &str) {
        self.variables.push((name.to_owned(), text.to_owned()));
    }

    fn run(&self, repo: &TestRepo, arguments: &[&str]) -> Run {
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        gate().run_with(repo.path(), arguments, &variables, None)
    }

    fn check(&self, repo: &TestRepo) -> Run {
        self.run(repo, &["check", "--format=json", "--verbose"])
    }
}

fn pull_request(base: &str, head: &str, title: &str, labels: &[&str]) -> Value {
    let labels: Vec<Value> = labels.iter().map(|label| json!({ "name": label })).collect();
    let repository = json!({ "full_name": "octo-org/shop" });
    json!({ "number": 7, "pull_request": {
        "number": 7, "title": title, "user": { "login": "mona" }, "labels": labels, "draft": false,
        "base": { "ref": "main", "sha": base, "repo": repository },
        "head": { "ref": "pr", "sha": head, "repo": repository },
    } })
}

/// `main` has moved on since the branch `pr` broke the image. Nothing is checked out but `main`.
fn moved_on() -> TestRepo {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", latest()).commit("break");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("other.yaml", "a: 1\n").commit("main moves on");
    repo
}

#[test]
fn the_merge_of_the_host_is_judged_against_what_it_was_made_on() {
    let repo = moved_on();
    let (base, head) = (id(&repo, "main"), id(&repo, "pr"));
    repo.git(&["checkout", "--quiet", "--detach"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "pr"]);
    let merge = id(&repo, "HEAD");
    repo.git(&["update-ref", "refs/remotes/pull/7/merge", "HEAD"]);
    let run = Ci::github("pull_request", &merge, &pull_request(&base, &head, "Break it", &[])).check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    assert!(run.stderr.contains("comparing HEAD, the merge that the host made"), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn a_merged_result_of_gitlab_needs_no_reference_of_the_host() {
    let repo = moved_on();
    let (base, head) = (id(&repo, "main"), id(&repo, "pr"));
    repo.git(&["checkout", "--quiet", "--detach"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "pr"]);
    repo.git(&["branch", "--quiet", "-D", "main"]);
    let ci = Ci::new(&[
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "12"),
        ("CI_MERGE_REQUEST_EVENT_TYPE", "merged_result"),
        ("CI_COMMIT_SHA", &id(&repo, "HEAD")),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &head),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &base),
    ]);
    let run = ci.check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
}

#[test]
fn what_is_checked_out_is_not_judged_where_the_ci_names_another_head() {
    let repo = moved_on();
    let (base, head) = (id(&repo, "main"), id(&repo, "pr"));
    // HEAD is the target branch, as with `pull_request_target`.
    let run =
        Ci::github("pull_request_target", &base, &pull_request(&base, &head, "Break it", &[])).check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    assert!(run.stderr.contains(&head) && run.stderr.contains("pull_request.head.sha"), "{run:?}");
}

#[test]
fn a_merge_queue_is_judged_by_its_own_commits() {
    let repo = moved_on();
    let base = id(&repo, "main");
    repo.git(&["checkout", "--quiet", "-b", "queue"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "pr"]);
    let head = id(&repo, "HEAD");
    repo.git(&["checkout", "--quiet", "main"]);
    let payload = json!({ "merge_group": {
        "base_sha": base, "base_ref": "refs/heads/main", "head_sha": head,
        "head_ref": format!("refs/heads/gh-readonly-queue/main/pr-7-{base}"),
    } });
    let run = Ci::github("merge_group", &head, &payload).check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
}

#[test]
fn a_push_to_the_default_branch_is_judged_from_where_it_was_before() {
    let repo = shop();
    let before = id(&repo, "main");
    repo.write("apps/web.yaml", latest()).commit("break");
    let payload = json!({ "before": before, "repository": { "default_branch": "main" } });
    let run = Ci::github("push", &id(&repo, "main"), &payload).check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
}

#[test]
fn a_branch_of_the_remote_is_enough_for_a_base() {
    let repo = moved_on();
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    // A tag of this name comes first where names are searched.
    repo.git(&["tag", "origin/main", "pr"]);
    repo.git(&["checkout", "--quiet", "--detach", "pr"]);
    let ci = Ci::new(&[("GATE_BASE", "main"), ("GATE_PR", "7"), ("GATE_HEAD", &id(&repo, "pr"))]);
    let run = ci.check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
}

#[test]
fn a_commit_that_is_missing_is_an_error_that_says_who_named_it() {
    let repo = moved_on();
    let nowhere = "5f2b1c9e7a3d4e8f90123456789abcdef0123456";
    let payload = pull_request(&id(&repo, "main"), nowhere, "Break it", &[]);
    let run = Ci::github("pull_request_target", &id(&repo, "main"), &payload).check(&repo);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains(nowhere) && run.stderr.contains("pull_request.head.sha"), "{run:?}");
}

#[test]
fn nothing_to_compare_is_an_error_and_no_pass() {
    let repo = moved_on();
    let base = id(&repo, "main");
    let head = id(&repo, "main~1");
    let run =
        Ci::github("pull_request_target", &base, &pull_request(&base, &head, "Nothing", &[])).check(&repo);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("nothing to judge"), "{run:?}");
}

#[test]
fn what_is_named_on_the_command_line_comes_first() {
    let repo = moved_on();
    let nowhere = "5f2b1c9e7a3d4e8f90123456789abcdef0123456";
    let ci = Ci::github("pull_request_target", nowhere, &pull_request(nowhere, nowhere, "Nowhere", &[]));
    let run = ci.run(&repo, &["check", "--base=main", "--head=pr", "--format=json"]);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    let run = ci.run(&repo, &["check", "apps", "--format=json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = ci.run(&repo, &["check", "--staged", "--format=json"]);
    assert_eq!(run.code, 0, "{run:?}");
}

/// Three environments in a row, and a branch `stage` whose change of production is a promotion.
fn environments(settings: &str) -> TestRepo {
    let repo = TestRepo::new();
    let config = format!(
        "environments:\n  stage: {{ paths: [\"envs/stage/**\"], branches: [stage] }}\n  prod: {{ paths: [\"envs/prod/**\"], \
         branches: [main], promotes-from: stage }}\npolicies:\n  - use: builtin:no-direct-prod\n    settings: {{ {settings} }}\n"
    );
    repo.write("gate.yaml", config);
    repo.write("envs/stage/web.yaml", DEPLOYMENT).write("envs/prod/web.yaml", DEPLOYMENT).commit("base");
    let next = DEPLOYMENT.replace("web:1.2.3", "web:1.2.4");
    repo.branch("pr").write("envs/prod/web.yaml", next).commit("straight to production");
    repo
}

#[test]
fn labels_of_the_pull_request_reach_the_policies() {
    let repo = environments("exempt-labels: [hotfix], exempt-authors: [hubot]");
    let (base, head) = (id(&repo, "main"), id(&repo, "pr"));
    for (labels, code, findings) in
        [(&["deploy"][..], 1, vec![DIRECT.to_owned()]), (&["deploy", "hotfix"][..], 0, vec![])]
    {
        let payload = pull_request(&base, &head, "Bump web", labels);
        let run = Ci::github("pull_request_target", &base, &payload).check(&repo);
        assert_eq!((run.code, run.findings()), (code, findings), "{run:?}");
    }
    let mut ci = Ci::github("pull_request_target", &base, &pull_request(&base, &head, "Bump web", &[]));
    ci.set("GATE_AUTHOR", "hubot");
    assert_eq!(ci.check(&repo).code, 0);
}

#[test]
fn a_branch_that_may_be_a_forks_is_trusted_by_nobody() {
    let repo = environments("");
    let head = id(&repo, "pr");
    let woodpecker = [
        ("CI", "woodpecker"),
        ("CI_COMMIT_PULL_REQUEST", "4"),
        ("CI_COMMIT_SHA", &head),
        ("CI_COMMIT_SOURCE_BRANCH", "stage"),
        ("CI_COMMIT_TARGET_BRANCH", "main"),
    ];
    let unknown = Ci::new(&woodpecker).check(&repo);
    assert_eq!((unknown.code, unknown.findings()), (1, vec![DIRECT.to_owned()]), "{unknown:?}");
    let mut own = Ci::new(&woodpecker);
    own.set("GATE_FORK", "false");
    let own = own.check(&repo);
    assert_eq!((own.code, own.findings()), (0, vec![]), "{own:?}");
}

#[test]
fn context_shows_every_fact_with_its_source() {
    let repo = moved_on();
    let (base, head) = (id(&repo, "main"), id(&repo, "pr"));
    let payload = pull_request(&base, &head, "::error::x ##vso[task.x]\n###[error]y \u{1b}[2J", &["a"]);
    let ci = Ci::github("pull_request", &"9".repeat(40), &payload);
    let run = ci.run(&repo, &["context"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    for line in [
        "ci              github-actions  (GITHUB_ACTIONS)".to_owned(),
        "pull-request    7  (pull_request.number of the event file)".to_owned(),
        format!("head            {head}  (pull_request.head.sha of the event file)"),
        "token           GITHUB_TOKEN is set, the token that GitHub Actions makes for a job".to_owned(),
        format!(
            "compares        {head} (pull_request.head.sha of the event file) with where it left {base} \
             (pull_request.base.sha of the event file)"
        ),
        "not known       approvers".to_owned(),
        "posting         could work".to_owned(),
    ] {
        assert!(run.stdout.lines().any(|found| found == line), "no line `{line}`: {}", run.stdout);
    }
    assert!(run.stdout.contains("title           ::error::x # #vso[task.x] # # #[error]y"), "{run:?}");
    for secret in ["notARealToken", "##", "\u{1b}"] {
        assert!(!run.stdout.contains(secret), "{run:?}");
    }
}

#[test]
fn context_as_json_is_for_programs() {
    let repo = moved_on();
    let payload = pull_request(&id(&repo, "main"), &id(&repo, "pr"), "##[error]x", &[]);
    let mut ci = Ci::github("pull_request_target", &id(&repo, "main"), &payload);
    let run = ci.run(&repo, &["context", "--format=json", "--host=github"]);
    let shown = run.json();
    assert!(!run.stdout.contains('#') && !run.stdout.contains("notARealToken"), "{run:?}");
    assert_eq!(
        shown["facts"]["title"],
        json!({ "value": "##[error]x", "source": "pull_request.title of the event file" })
    );
    assert_eq!(shown["facts"]["host"], json!({ "value": "github", "source": "--host" }));
    assert_eq!(shown["token"], json!({ "variable": "GITHUB_TOKEN", "set": true }));
    assert_eq!((&shown["can-post"], &shown["obstacles"]), (&json!(true), &json!([])));
    ci.variables.retain(|(name, _)| name != "GITHUB_TOKEN");
    let shown = ci.run(&repo, &["context", "--format=json"]).json();
    assert_eq!(shown["can-post"], json!(false));
    assert!(shown["obstacles"][0].as_str().unwrap().contains("GITHUB_TOKEN"), "{shown}");
}

#[test]
fn context_outside_a_ci_and_outside_a_repository() {
    let folder = tempfile::tempdir().unwrap();
    let run = gate().run(folder.path(), &["context"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("cannot post     the Git host is not known"), "{run:?}");
    let repo = shop();
    repo.git(&["remote", "add", "origin", "https://user:notARealToken@github.com/octo-org/shop.git"]);
    let run = gate().run(repo.path(), &["context"]);
    assert!(run.stdout.contains("repository      octo-org/shop  (the URL of the remote)"), "{run:?}");
    assert!(!run.stdout.contains("notARealToken"), "{run:?}");
}

#[test]
fn mistakes_of_people_are_errors_and_those_of_the_ci_are_told() {
    let repo = moved_on();
    for arguments in
        [["--pr=-3"], ["--host=githib"], ["--api-url=example.com"], ["--run=x"], ["--post-budget=0"]]
    {
        let run = gate().run(repo.path(), &[&["check"][..], &arguments[..]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    }
    let run = gate().run_with(repo.path(), &["check"], &[("GATE_BASE", "--upload-pack=x")], None);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("GATE_BASE"), "{run:?}");
    let token = gate().run(repo.path(), &["context", "--token-variable=ghp_notARealToken"]);
    assert_eq!(token.code, 2, "{token:?}");
    assert!(!token.stderr.contains("notARealToken"), "{token:?}");

    let mut ci = Ci::github("pull_request", &"9".repeat(40), &json!([]));
    ci.set("GITHUB_BASE_REF", "main");
    repo.git(&["checkout", "--quiet", "--detach", "pr"]);
    let run = ci.check(&repo);
    assert_eq!((run.code, run.findings()), (1, vec![FOUND.to_owned()]), "{run:?}");
    assert!(
        run.stderr.contains("warning: the event file (GITHUB_EVENT_PATH, written by GitHub Actions)"),
        "{run:?}"
    );
}
