//! The program itself, as a CI starts it: `gate check --post` on a real repository, against every host; and what it does
//! when the host does not take its answer.

use std::collections::BTreeMap;
use std::path::Path;

use gate::host::HostKind;
use gate_tests::contract::azure::Azure;
use gate_tests::contract::bitbucket_cloud::BitbucketCloud;
use gate_tests::contract::bitbucket_dc::BitbucketDc;
use gate_tests::contract::codecommit::CodeCommit;
use gate_tests::contract::gitea::Gitea;
use gate_tests::contract::github::Github;
use gate_tests::contract::gitlab::Gitlab;
use gate_tests::contract::{Bench, NUMBER, Server, TOKEN};
use gate_tests::{Gate, Run, TestRepo};
use serde_json::json;

use crate::run::{own, sound, target};

const PATH: &str = "apps/web/deploy.yaml";
const GOOD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: registry.example.com/shop/web:1.2.3
";

/// A repository with a branch that breaks a rule at line 13; its host; the variables of the CI.
pub(crate) struct Job<B: Bench> {
    pub(crate) repo: TestRepo,
    pub(crate) server: Server<B>,
    pub(crate) variables: BTreeMap<String, String>,
}

impl<B: Bench> Job<B> {
    pub(crate) fn new() -> Self {
        let repo = TestRepo::new();
        repo.write("apps/other.yaml", GOOD.replace("name: web,", "name: other,")).commit("base");
        repo.branch("pr");
        repo.write(PATH, GOOD.replace("web:1.2.3", "web:latest")).commit("image");
        let server = Server::start(B::fresh());
        let mut job = Self { repo, server, variables: BTreeMap::new() };
        job.variables();
        job.pushed();
        job
    }

    /// What `GATE_*` tells of the pull request, from the target that the host's other tests use.
    fn variables(&mut self) {
        let target = target(&self.server);
        self.set("GATE_HOST", target.kind.as_str());
        self.set("GATE_API_URL", &target.api);
        self.set("GATE_REPOSITORY", &target.repository);
        self.set("GATE_PR", &NUMBER.to_string());
        self.set("GATE_RUN", "1.1");
        if target.kind == HostKind::CodeCommit {
            self.set("AWS_ACCESS_KEY_ID", target.user.as_deref().unwrap_or_default());
            self.set("AWS_SECRET_ACCESS_KEY", TOKEN);
            self.set("AWS_REGION", "eu-west-1");
            return;
        }
        self.set("GATE_TOKEN", TOKEN);
        if let Some(user) = &target.user {
            self.set("GATE_USER", user);
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn head(&self) -> String {
        self.repo.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// The host has the branch as it is now.
    fn pushed(&mut self) {
        let head = self.head();
        self.server.twin().push(&head);
        self.set("GATE_HEAD", &head);
    }

    fn check(&self, flags: &[&str]) -> Run {
        self.run(self.repo.path(), &[&["check", "--base", "main", "--post"], flags].concat())
    }

    /// The gate in `folder`, with the variables of the CI.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Run {
        let gate = Gate::new(env!("CARGO_BIN_EXE_gate-under-test"));
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let run = gate.run_with(folder, arguments, &variables, None);
        for secret in B::secrets() {
            assert!(!run.stdout.contains(&secret) && !run.stderr.contains(&secret), "{run:?}");
        }
        assert_eq!(self.server.violations(), Vec::<String>::new(), "{run:?}");
        run
    }
}

/// A branch that breaks a rule is blocked at its line; mended, it may be merged, and the same comment says so.
fn a_change_is_blocked_and_then_let_through<B: Bench>() {
    let mut job = Job::<B>::new();
    let run = job.check(&[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("status set, comment written"), "{run:?}");
    assert_eq!(job.server.twin().blocks(&job.head()), Some(true), "{run:?}");
    let [first] = &own(&job.server)[..] else { panic!("{:?}", own(&job.server)) };
    assert!(first.body.contains("image-tags/mutable-image-tag") && first.body.contains("FAIL"), "{first:?}");
    let lines: Vec<(String, u32)> = job
        .server
        .twin()
        .annotations(&job.head())
        .into_iter()
        .map(|annotation| (annotation.path, annotation.line))
        .collect();
    assert_eq!(lines, [(PATH.to_owned(), 13)], "{run:?}");

    job.repo.write(PATH, GOOD).commit("a fixed version");
    job.pushed();
    job.set("GATE_RUN", "2.1");
    let run = job.check(&[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(job.server.twin().blocks(&job.head()), Some(false), "{run:?}");
    let [second] = &own(&job.server)[..] else { panic!("{:?}", own(&job.server)) };
    assert_eq!(second.id, first.id);
    assert!(second.body.contains("PASS"), "{second:?}");
    assert_eq!(job.server.twin().annotations(&job.head()), []);

    job.server.clear_requests();
    let again = job.check(&[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(job.server.requests().len() <= 3, "{:?}", job.server.requests());
}

/// A token that may only read changes no exit code, unless the answer has to stand at the host.
fn a_token_that_may_only_read_leaves_the_exit_code<B: Bench>() {
    let job = Job::<B>::new();
    job.server.twin().read_only();
    let run = job.check(&[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("the exit code of this job is the answer"), "{run:?}");
    assert_eq!(own(&job.server), []);
    let required = job.check(&["--require-post"]);
    assert_eq!(required.code, 2, "{required:?}");
}

/// A mistake in gate.yaml is no pass: the commit is blocked, with the reason in the comment.
fn what_cannot_be_judged_is_blocked<B: Bench>() {
    let mut job = Job::<B>::new();
    job.repo.git(&["checkout", "--quiet", "main"]);
    job.repo.write("gate.yaml", "polices: []\n").commit("a mistake");
    job.repo.git(&["checkout", "--quiet", "pr"]);
    job.repo.git(&["rebase", "--quiet", "main"]);
    job.pushed();
    let run = job.check(&[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(job.server.twin().blocks(&job.head()), Some(true), "{run:?}");
    let [comment] = &own(&job.server)[..] else { panic!("{:?}", own(&job.server)) };
    assert!(comment.body.contains("gate.yaml:1:1"), "{comment:?}");
}

macro_rules! on_every_host {
    ($($module:ident: $bench:ty),+) => {
        $(
            mod $module {
                use super::*;

                #[test]
                fn a_change_is_blocked_and_then_let_through() {
                    super::a_change_is_blocked_and_then_let_through::<$bench>();
                }

                #[test]
                fn a_token_that_may_only_read_leaves_the_exit_code() {
                    super::a_token_that_may_only_read_leaves_the_exit_code::<$bench>();
                }

                #[test]
                fn what_cannot_be_judged_is_blocked() {
                    super::what_cannot_be_judged_is_blocked::<$bench>();
                }
            }
        )+
    };
}

on_every_host! {
    azure: Azure,
    bitbucket_cloud: BitbucketCloud,
    bitbucket_dc: BitbucketDc,
    codecommit: CodeCommit,
    gitea: Gitea,
    github: Github,
    gitlab: Gitlab
}

/// A file that cannot be written is told, and the answer is posted all the same.
#[test]
fn a_report_that_cannot_be_written_is_posted() {
    let job = Job::<Gitea>::new();
    let run = job.check(&["--format=json=missing/folder/report.json"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("cannot be written"), "{run:?}");
    assert_eq!(job.server.twin().blocks(&job.head()), Some(true), "{run:?}");
    let comments = own(&job.server);
    assert!(comments.len() == 1 && comments[0].body.contains("FAIL"), "{comments:?}");
}

/// Outside of a CI nobody names the commit: where nothing could be judged, the note on it says so and no older one stays.
#[test]
fn what_cannot_be_judged_is_noted_on_the_commit() {
    let job = Job::<Gitea>::new();
    let remote = TestRepo::with_init(&["--bare"]);
    job.repo.git(&["remote", "add", "origin", &format!("file://{}", remote.path().display())]);
    job.repo.git(&["push", "--quiet", "origin", "pr"]);
    let gate = Gate::new(env!("CARGO_BIN_EXE_gate-under-test"));
    let arguments = ["check", "--base=main", "--post", "--notes=origin"];
    let passed = gate.run(job.repo.path(), &[&arguments[..], &["--schemas-only"]].concat());
    let note = || remote.git(&["notes", "--ref=gitops-gate", "show", &job.head()]);
    assert!(passed.code == 0 && note().contains("verdict=pass"), "{passed:?}");
    let broken = gate.run(job.repo.path(), &[&arguments[..], &["--config=missing.yaml"]].concat());
    assert_eq!(broken.code, 2, "{broken:?}");
    assert!(note().contains("verdict=incomplete"), "{broken:?}");
}

/// A run that nobody has numbered is not older than one that somebody has: its answer is posted.
#[test]
fn a_run_without_a_number_is_posted_after_one_with_a_number() {
    let mut job = Job::<Gitea>::new();
    let run = job.check(&["--schemas-only"]);
    assert_eq!((run.code, job.server.twin().blocks(&job.head())), (0, Some(false)), "{run:?}");
    job.variables.remove("GATE_RUN");
    let run = job.check(&[]);
    assert_eq!((run.code, job.server.twin().blocks(&job.head())), (1, Some(true)), "{run:?}");
}

/// GitHub Actions on a pull request, as its variables and its event file tell it.
fn actions(job: &mut Job<Github>, folder: &Path) {
    job.variables.retain(|name, _| !name.starts_with("GATE_"));
    let base = job.repo.git(&["rev-parse", "main"]).trim().to_owned();
    let repository = json!({ "full_name": "octo-org/shop", "default_branch": "main" });
    let event = json!({
        "action": "synchronize", "number": NUMBER, "repository": repository,
        "pull_request": {
            "number": NUMBER, "title": "image ::error::x", "draft": false, "labels": [], "user": { "login": "mona" },
            "base": { "ref": "main", "sha": base, "repo": repository },
            "head": { "ref": "pr", "sha": job.head(), "repo": repository },
        },
    });
    std::fs::write(folder.join("event.json"), event.to_string()).unwrap();
    let url = job.server.url();
    let target = job.server.twin().target(&url);
    let event_file = folder.join("event.json").display().to_string();
    let summary = folder.join("summary.md").display().to_string();
    for (name, value) in [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", &event_file),
        ("GITHUB_REPOSITORY", &target.repository),
        ("GITHUB_API_URL", &target.api),
        ("GITHUB_SERVER_URL", "https://github.example.com"),
        ("GITHUB_RUN_ID", "11873009412"),
        ("GITHUB_RUN_NUMBER", "417"),
        ("GITHUB_RUN_ATTEMPT", "1"),
        ("GITHUB_STEP_SUMMARY", &summary),
    ] {
        job.set(name, value);
    }
    // The twin knows its bot by this token alone; Actions' own would be `github-actions[bot]`.
    job.set("GATE_TOKEN", TOKEN);
}

#[test]
fn github_actions_is_all_that_has_to_be_known() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = Job::<Github>::new();
    actions(&mut job, folder.path());
    let run = job.check(&[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(job.server.twin().blocks(&job.head()), Some(true), "{run:?}");
    assert_eq!(own(&job.server).len(), 1);
    assert!(!run.stdout.contains("::error"), "annotations are at the host: {run:?}");
    let summary = std::fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(summary.contains("image-tags/mutable-image-tag"), "{summary}");
}

#[test]
fn github_actions_on_a_fork_falls_back_to_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = Job::<Github>::new();
    actions(&mut job, folder.path());
    job.server.twin().read_only();
    let run = job.check(&[]);
    assert_eq!(run.code, 1, "{run:?}");
    let command = run.stdout.lines().find(|line| line.starts_with("::error ")).unwrap_or_default();
    assert!(command.contains("file=apps/web/deploy.yaml,line=13,"), "{run:?}");
    assert!(run.stderr.contains("the annotations of this log and the exit code are the answer"), "{run:?}");
    assert!(folder.path().join("summary.md").is_file());

    // A program that reads standard output gets its report and nothing else.
    let run = job.check(&["--format=json"]);
    assert_eq!(run.json()["verdict"], "fail");
    assert!(run.stderr.lines().any(|line| line.starts_with("::error ")), "{run:?}");
}

#[test]
fn a_report_of_another_commit_is_not_posted() {
    let mut job = Job::<Gitlab>::new();
    job.set("GATE_HEAD", &"5".repeat(40));
    let run = job.check(&["--head", "pr"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("not about 5555"), "{run:?}");
    assert_eq!(job.server.requests().len(), 0);
}

#[test]
fn two_jobs_the_second_posts_what_the_first_has_found() {
    let mut job = Job::<Gitea>::new();
    let gate = Gate::new(env!("CARGO_BIN_EXE_gate-under-test"));
    let checked = gate.run(job.repo.path(), &["check", "--base", "main", "--format=json=report.json"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    let post = |job: &Job<Gitea>| {
        let variables: Vec<(&str, &str)> =
            job.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        gate.run_with(job.repo.path(), &["post", "report.json"], &variables, None)
    };
    let posted = post(&job);
    assert_eq!(posted.code, 0, "{posted:?}");
    assert_eq!(job.server.twin().blocks(&job.head()), Some(true));
    assert_eq!(own(&job.server).len(), 1);

    // The report of an older head is refused.
    job.repo.write("README.md", "x").commit("more");
    job.pushed();
    let stale = post(&job);
    assert_eq!(stale.code, 2, "{stale:?}");
    sound(&job.server);
}
