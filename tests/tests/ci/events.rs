//! A repository on a Git server, GitHub's API beside it, and a job that one of the recorded events starts.

use std::collections::BTreeMap;

use gate_tests::TestRepo;
use gate_tests::contract::github::{Github, REPOSITORY};
use gate_tests::contract::{Bench, Server, TOKEN};

use crate::git_server::{GitServer, header};
use crate::read;
use crate::runner::{Job, Played, files};

pub(crate) const PATH: &str = "apps/web/deploy.yaml";
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

/// One error of the policies, at line 13.
pub(crate) fn bad() -> String {
    GOOD.replace("web:1.2.3", "web:latest")
}

pub(crate) fn good() -> String {
    GOOD.to_owned()
}

/// All that a job meets.
pub(crate) struct Scene {
    pub(crate) repo: TestRepo,
    /// Kept for as long as the server has it.
    _remote: TestRepo,
    pub(crate) git: GitServer,
    pub(crate) host: Server<Github>,
    pub(crate) job: Job,
    pub(crate) base: String,
    pub(crate) head: String,
    pub(crate) merge: String,
}

impl Scene {
    /// A pull request that makes [`PATH`] of `content`, onto a `main` that has moved on, and the event of the case `event`.
    pub(crate) fn new(event: &str, content: &str) -> Self {
        Self::prepared(event, content, |_| {})
    }

    /// The same with more in the first commit.
    pub(crate) fn prepared(event: &str, content: &str, prepare: impl FnOnce(&TestRepo)) -> Self {
        let repo = TestRepo::new();
        prepare(&repo);
        for number in 0..6 {
            repo.write("apps/other.yaml", GOOD.replace("name: web,", &format!("name: other{number},")));
            repo.commit("an old commit");
        }
        repo.branch("pr").write(PATH, content).commit("the change");
        repo.git(&["checkout", "--quiet", "main"]);
        repo.write("notes.md", "more\n").commit("main moves on");
        repo.git(&["checkout", "--quiet", "--detach"]);
        repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "pr"]);
        let commit = |name: &str| repo.git(&["rev-parse", name]).trim().to_owned();
        let (base, head, merge) = (commit("main"), commit("pr"), commit("HEAD"));

        let remote = TestRepo::with_init(&["--bare", "--initial-branch=main", "acme/deploy.git"]);
        let bare = remote.path().join("acme/deploy.git").display().to_string();
        remote.git(&["-C", &bare, "config", "uploadpack.allowAnySHA1InWant", "true"]);
        repo.git(&["push", "--quiet", &bare, "main", "pr:refs/pull/7/head", "HEAD:refs/pull/7/merge"]);
        let git = GitServer::start(remote.path(), TOKEN);
        let host = Server::start(Github::fresh());
        host.twin().push(&head);
        let mut scene = Self { repo, _remote: remote, git, host, job: Job::new(), base, head, merge };
        scene.event(event);
        scene
    }

    /// The recorded event, about the commits that there are here.
    fn event(&mut self, case: &str) {
        let here = |text: String| {
            text.replace("9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a291807", &self.merge)
                .replace("0c4d2e6f8a1b3c5d7e9f0123456789abcdef0123", &self.base)
                .replace("5f2b1c9e7a3d4e8f90123456789abcdef0123456", &self.head)
                .replace("octo-org/shop", REPOSITORY)
        };
        let folder = format!("tests/data/ci/github-actions/{case}");
        let event = self.job.at("event.json");
        std::fs::write(&event, here(read(&format!("{folder}/event.json")))).unwrap();
        let variables: BTreeMap<String, String> =
            serde_json::from_str(&here(read(&format!("{folder}/env.json")))).unwrap();
        for (name, value) in variables.iter().filter(|(name, _)| !name.ends_with("TOKEN")) {
            self.job.set(name, value);
        }
        self.job.set("GITHUB_EVENT_PATH", &event.display().to_string());
        self.job.set("GITHUB_API_URL", &self.host.url());
        self.job.set("GITHUB_SERVER_URL", &self.git.url());
        // The host's twin knows its bot by this token, which is not the job's own.
        self.job.token = "ghs_theTokenOfTheJob".to_owned();
        self.job.with("token", TOKEN);
        self.job.with("binary", env!("CARGO_BIN_EXE_gate-under-test"));
    }

    /// The action; whatever came of it, these hold.
    pub(crate) fn play(&self) -> Played {
        let played = self.job.play(None);
        assert_eq!(self.host.violations(), Vec::<String>::new(), "{played:?}");
        for asked in self.git.asked() {
            assert!(asked.path.starts_with("/acme/deploy.git/"), "{asked:?}");
            assert_eq!(asked.authorization, Some(header(TOKEN)), "{asked:?}");
        }
        self.nothing_leaks(&played);
        assert_eq!(
            files(&self.job.at("workspace")),
            Vec::<std::path::PathBuf>::new(),
            "a checkout: {played:?}"
        );
        played
    }

    /// The token is in no log, output, summary or file.
    fn nothing_leaks(&self, played: &Played) {
        let encoded = header(TOKEN).trim_start_matches("basic ").to_owned();
        let shown = format!("{played:?}");
        for secret in [TOKEN, &encoded, &self.job.token] {
            assert!(!shown.contains(secret), "{shown}");
            for file in files(self.job.folder.path()) {
                let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
                assert!(!text.contains(secret), "{}", file.display());
            }
        }
    }
}
