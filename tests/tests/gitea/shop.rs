//! A GitOps repository on a real Gitea: a protected branch that wants the gate's status, a pull request that an author
//! pushes to, the gate's own account.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gate::host::{HostKind, Posted, RunNumber, Secret, Target};
use gate_tests::told::Told;
use gate_tests::{Gate, Run, TestRepo};
use serde_json::{Value, json};

use crate::server::{Gitea, gitea, patiently};

/// What the documentation asks for.
pub(crate) const SCOPES: [&str; 3] = ["write:repository", "write:issue", "read:user"];

/// One pull request, number 1, from branch `change` onto `main`.
pub(crate) struct Shop {
    pub(crate) gitea: &'static Gitea,
    pub(crate) repo: TestRepo,
    /// The gate's, for the API.
    pub(crate) token: String,
    number: usize,
}

/// Shows the server's log with a test that fails.
impl Drop for Shop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.gitea.show_log();
        }
    }
}

impl Shop {
    /// `main` holds `base` at `path`, the pull request `change`. None where there is no Gitea.
    pub(crate) fn open(path: &str, base: &str, change: &str) -> Option<Self> {
        static SHOPS: AtomicUsize = AtomicUsize::new(0);
        let gitea = gitea()?;
        let number = SHOPS.fetch_add(1, Ordering::Relaxed);
        let mut shop = Self { gitea, repo: TestRepo::new(), token: String::new(), number };
        for user in [shop.author(), shop.account(), shop.reviewer()] {
            gitea.user(&user);
        }
        shop.token = gitea.token(&shop.account(), &SCOPES);
        gitea.admin_call("POST", "/orgs", json!({ "username": shop.owner() }));
        let repository = json!({ "name": "gitops", "default_branch": "main", "private": true });
        gitea.admin_call("POST", &format!("/orgs/{}/repos", shop.owner()), repository);
        for user in [shop.author(), shop.account(), shop.reviewer()] {
            gitea.admin_call(
                "PUT",
                &shop.at(&format!("collaborators/{user}")),
                json!({ "permission": "write" }),
            );
        }
        shop.repo.write(path, base).commit("base");
        shop.push("main");
        shop.protect();
        shop.repo.branch("change");
        shop.change(path, change);
        shop.open_pull_request();
        Some(shop)
    }

    fn owner(&self) -> String {
        format!("shop-{}", self.number)
    }

    fn author(&self) -> String {
        format!("author-{}", self.number)
    }

    /// Login of somebody else who may write.
    pub(crate) fn reviewer(&self) -> String {
        format!("reviewer-{}", self.number)
    }

    /// Login of the gate.
    pub(crate) fn account(&self) -> String {
        format!("gate-bot-{}", self.number)
    }

    /// Path in the API below the repository.
    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/repos/{}/gitops/{rest}", self.owner())
    }

    /// As `docs/hosts/gitea.md` says.
    fn protect(&self) {
        let rule = json!({
            "rule_name": "main", "enable_status_check": true, "status_check_contexts": ["gitops-gate"],
            "block_admin_merge_override": true,
        });
        self.gitea.admin_call("POST", &self.at("branch_protections"), rule);
    }

    /// Waits while the server still believes that the repository is empty.
    fn open_pull_request(&self) {
        let pull = json!({ "base": "main", "head": "change", "title": "Change the shop" });
        let open = || self.gitea.call(&self.author(), "POST", &self.at("pulls"), Some(pull.clone()));
        let (status, answer) = patiently(|| Some(open()).filter(|(status, _)| *status != 404));
        assert_eq!((status, &answer["number"]), (201, &json!(1)), "{answer}");
    }

    /// Commits `text` at `path` and pushes it to the pull request.
    pub(crate) fn change(&self, path: &str, text: &str) {
        self.repo.write(path, text).commit("change");
        self.push("change");
    }

    fn push(&self, branch: &str) {
        let url = format!("{}/{}/gitops.git", self.gitea.url_as(&self.author()), self.owner());
        self.repo.git(&["push", "--quiet", &url, branch]);
    }

    /// Commit of the pull request; waits until the server has noticed it.
    pub(crate) fn head(&self) -> String {
        let head = self.repo.git(&["rev-parse", "change"]).trim().to_owned();
        patiently(|| {
            let pull = self.gitea.get(&self.at("pulls/1"));
            (pull["head"]["sha"] == head.as_str()).then(|| head.clone())
        })
    }

    /// The gate judges the pull request and posts its answer as run `run`, with what Gitea Actions would tell it.
    pub(crate) fn gate(&self, run: u64) -> Run {
        let (head, event) = (self.head(), self.repo.path().join(".git/event.json"));
        let pull = self.gitea.get(&self.at("pulls/1"));
        std::fs::write(&event, json!({ "number": 1, "pull_request": pull }).to_string()).unwrap();
        let (server, run) = (self.gitea.url(), run.to_string());
        let variables = [
            ("GITEA_ACTIONS", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", &event.display().to_string()),
            ("GITHUB_SERVER_URL", &server),
            ("GITHUB_API_URL", &format!("{server}/api/v1")),
            ("GITHUB_REPOSITORY", &self.repository()),
            ("GITHUB_REF", "refs/pull/1/head"),
            ("GITHUB_SHA", &head),
            ("GITHUB_RUN_ID", &run),
            ("GITHUB_RUN_NUMBER", &run),
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITEA_TOKEN", &self.token),
        ];
        let gate = Gate::new(env!("CARGO_BIN_EXE_gate-under-test"));
        let words = ["check", "--post", "--require-post", "--post-budget", "60"];
        gate.run_with(self.repo.path(), &words, &variables, None)
    }

    fn repository(&self) -> String {
        format!("{}/gitops", self.owner())
    }

    /// Posts `told` as run `run`, past the program.
    pub(crate) fn tell(&self, run: u64, told: &Told) -> Posted {
        told.post(&self.target(run))
    }

    /// Where run `run` posts.
    pub(crate) fn target(&self, run: u64) -> Target {
        Target {
            kind: HostKind::Gitea,
            api: format!("{}/api/v1", self.gitea.url()),
            repository: self.repository(),
            number: Some(1),
            head: self.head(),
            pipeline: None,
            source_project: None,
            from_fork: None,
            token: Some(Secret::new(&self.token)),
            user: None,
            acts_as: None,
            run: RunNumber { run, attempt: 1 },
            run_url: None,
            local_proxy: None,
            budget: Duration::from_secs(60),
        }
    }

    /// Merges as the author would: status and message of the answer. Waits while the server is still comparing branches.
    pub(crate) fn merge(&self) -> (u16, String) {
        patiently(|| {
            let merge = Some(json!({ "Do": "merge" }));
            let (status, answer) = self.gitea.call(&self.author(), "POST", &self.at("pulls/1/merge"), merge);
            let message = answer["message"].as_str().unwrap_or_default();
            (!message.contains("try again later")).then(|| (status, message.to_owned()))
        })
    }

    /// The newest status of each context on the head, as `context state: description`.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let answer = self.gitea.get(&self.at(&format!("commits/{}/status", self.head())));
        let statuses = answer["statuses"].as_array().cloned().unwrap_or_default();
        let words =
            |status: &Value| [&status["context"], &status["status"], &status["description"]].map(text);
        statuses
            .iter()
            .map(words)
            .map(|[context, state, says]| format!("{context} {state}: {says}"))
            .collect()
    }

    /// Comments on the whole as `(id, author, body)`, oldest first.
    pub(crate) fn comments(&self) -> Vec<(u64, String, String)> {
        let answer = self.gitea.get(&self.at("issues/1/comments"));
        let read = |comment: &Value| {
            (comment["id"].as_u64().unwrap(), text(&comment["user"]["login"]), text(&comment["body"]))
        };
        answer.as_array().unwrap().iter().map(read).collect()
    }

    /// Writes a comment as `user`.
    pub(crate) fn comment_as(&self, user: &str, body: &str) {
        let comment = Some(json!({ "body": body }));
        let (status, answer) = self.gitea.call(user, "POST", &self.at("issues/1/comments"), comment);
        assert_eq!(status, 201, "{answer}");
    }

    /// Submitted reviews by the gate, oldest first: the number of comments in each.
    pub(crate) fn reviews(&self) -> Vec<usize> {
        self.raw_reviews("COMMENT").iter().map(|review| self.of_review(review).len()).collect()
    }

    /// Reviews by the gate's account that are not submitted.
    pub(crate) fn drafts(&self) -> usize {
        self.raw_reviews("PENDING").len()
    }

    /// Comments at lines by the gate, as `path:line` with ` resolved` behind, sorted.
    pub(crate) fn threads(&self) -> Vec<String> {
        let comments = self.raw_reviews("COMMENT");
        let comments = comments.iter().flat_map(|review| self.of_review(review));
        let mut threads: Vec<String> = comments
            .map(|comment| {
                let resolved = if comment["resolver"].is_null() { "" } else { " resolved" };
                format!("{}:{}{resolved}", text(&comment["path"]), comment["position"])
            })
            .collect();
        threads.sort();
        threads
    }

    fn raw_reviews(&self, state: &str) -> Vec<Value> {
        let answer = self.gitea.get(&self.at("pulls/1/reviews?limit=50"));
        let reviews = answer.as_array().cloned().unwrap_or_default().into_iter();
        reviews
            .filter(|review| review["user"]["login"] == self.account() && review["state"] == state)
            .collect()
    }

    fn of_review(&self, review: &Value) -> Vec<Value> {
        let answer = self.gitea.get(&self.at(&format!("pulls/1/reviews/{}/comments", review["id"])));
        answer.as_array().cloned().unwrap_or_default()
    }

    /// A comment at a line that the gate's account has not submitted.
    pub(crate) fn draft(&self, body: &str) {
        // A line that is not there breaks the review off behind the first comment.
        let comments =
            [1, 9999].map(|line| json!({ "path": "apps/web.yaml", "body": body, "new_position": line }));
        let review = json!({ "event": "COMMENT", "body": "", "comments": comments });
        let (status, answer) =
            self.gitea.call(&self.account(), "POST", &self.at("pulls/1/reviews"), Some(review));
        assert_eq!((status, self.drafts()), (500, 1), "{answer}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
