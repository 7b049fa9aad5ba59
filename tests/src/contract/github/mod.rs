//! GitHub as a test server: one repository with one pull request, its comments, check runs and commit statuses, and the
//! rules that are written down about them: who may write what, what a check run takes, how many writes a minute.

mod bench;
mod checks;
mod comments;
mod tokens;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::checks::{CheckRun, Status};
use self::comments::Stored;
pub use self::tokens::Holder;
use super::{Answer, BASE, HEAD1, NUMBER, Request, Twin};

/// Owner and name of the repository.
pub const REPOSITORY: &str = "acme/deploy";
/// Writes within a minute, before the secondary limit.
const WRITES: usize = 80;

/// The host.
#[derive(Debug)]
pub struct Github {
    /// Whose the token of the gate is.
    pub holder: Holder,
    head: String,
    open: bool,
    commits: Vec<String>,
    comments: Vec<Stored>,
    checks: Vec<CheckRun>,
    statuses: Vec<Status>,
    /// Writes to the comment that GitHub refuses because of another one at the same time.
    conflicts: usize,
    /// Somebody deletes the comment right before the next change of it.
    pub deleted: bool,
    /// Another run makes the same comment right before the next one is made.
    pub copied: bool,
    writes: VecDeque<Instant>,
    /// Enterprise Server has no limits unless an administrator sets them.
    unlimited: bool,
    last_id: u64,
    base_path: &'static str,
}

impl Default for Github {
    fn default() -> Self {
        Self {
            holder: Holder::Actions,
            head: HEAD1.to_owned(),
            open: true,
            commits: vec![BASE.to_owned(), HEAD1.to_owned()],
            comments: Vec::new(),
            checks: Vec::new(),
            statuses: Vec::new(),
            conflicts: 0,
            deleted: false,
            copied: false,
            writes: VecDeque::new(),
            unlimited: false,
            last_id: 1000,
            base_path: "",
        }
    }
}

impl Github {
    /// Enterprise Server, whose API is below `/api/v3`.
    pub fn enterprise() -> Self {
        Self { base_path: "/api/v3", ..Self::default() }
    }

    /// The same with the token of another kind of holder.
    #[must_use]
    pub fn held_by(mut self, holder: Holder) -> Self {
        self.holder = holder;
        self
    }

    /// As if somebody else had used up all but `left` of this minute's writes.
    pub fn busy(&mut self, left: usize) {
        self.writes = std::iter::repeat_n(Instant::now(), WRITES.saturating_sub(left)).collect();
    }

    fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Too many writes within a minute: the secondary limit for requests that make content.
    fn limited(&mut self, request: &Request) -> Option<Answer> {
        let is_write =
            !matches!(request.operation.as_str(), "graphql/viewer" | "apps/create-installation-access-token")
                && ["create", "update", "delete"].iter().any(|verb| request.operation.contains(verb));
        if !is_write || self.unlimited {
            return None;
        }
        let now = Instant::now();
        while self.writes.front().is_some_and(|at| now.duration_since(*at) > Duration::from_secs(60)) {
            self.writes.pop_front();
        }
        if self.writes.len() < WRITES {
            self.writes.push_back(now);
            return None;
        }
        let text = "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. \
                    Please retry your request again later.";
        // 403 with `retry-after`: GitHub's documentation of rate limits.
        Some(problem(403, text).header("retry-after", "60").documented_elsewhere())
    }

    fn pull(&self) -> Value {
        let (owner, name) = REPOSITORY.split_once('/').unwrap();
        let repository = json!({
            "id": 1, "node_id": "R_1", "name": name, "full_name": REPOSITORY, "private": true, "fork": false,
            "html_url": format!("https://github.com/{REPOSITORY}"), "default_branch": "main",
        });
        let side = |branch: &str, sha: &str| {
            json!({
                "label": format!("{owner}:{branch}"), "ref": branch, "sha": sha, "user": person(owner), "repo": repository,
            })
        };
        let merged_at = (!self.open).then_some("2026-05-12T10:00:00Z");
        json!({
            "url": format!("https://api.github.com/repos/{REPOSITORY}/pulls/{NUMBER}"), "id": 70, "node_id": "PR_70",
            "html_url": format!("https://github.com/{REPOSITORY}/pull/{NUMBER}"), "number": NUMBER,
            "state": if self.open { "open" } else { "closed" }, "locked": false, "title": "Scale the shop",
            "user": person("dev"), "body": null, "labels": [], "created_at": "2026-05-12T09:00:00Z",
            "updated_at": "2026-05-12T09:00:00Z", "closed_at": merged_at, "merged_at": merged_at,
            "merge_commit_sha": null, "requested_reviewers": [], "requested_teams": [],
            "head": side("scale", &self.head), "base": side("main", BASE), "author_association": "MEMBER",
            "auto_merge": null, "draft": false, "merged": !self.open, "mergeable": true, "rebaseable": true,
            "mergeable_state": "clean", "merged_by": null, "comments": self.comments.len(), "review_comments": 0,
            "maintainer_can_modify": false, "commits": 1, "additions": 4100, "deletions": 0, "changed_files": 41,
            "assignee": null, "assignees": [], "milestone": null,
        })
    }
}

impl Twin for Github {
    fn spec(&self) -> &'static str {
        "github"
    }

    fn base_path(&self) -> &'static str {
        self.base_path
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.authenticate(request).or_else(|| self.limited(request)) {
            return refusal;
        }
        match request.operation.as_str() {
            "users/get-authenticated" => self.user(),
            "graphql/viewer" => self.viewer(),
            "apps/get-repo-installation" => tokens::installation(),
            "apps/create-installation-access-token" => self.exchange(request),
            "pulls/get" if request.number("pull_number") == NUMBER => Answer::ok(self.pull()),
            "pulls/get" => problem(404, "Not Found"),
            "issues/list-comments" => self.list_comments(request),
            "issues/create-comment" => self.create_comment(request),
            "issues/update-comment" => self.update_comment(request),
            "issues/delete-comment" => self.delete(request),
            "checks/create" => self.create_check(request),
            "checks/update" => self.update_check(request),
            "checks/get" => self.get_check(request),
            "checks/list-for-ref" => self.list_checks(request),
            "repos/create-commit-status" => self.create_status(request),
            other => panic!("the twin does not know {other}"),
        }
    }
}

fn problem(status: u16, message: &str) -> Answer {
    Answer::error(status, json!({"message": message, "documentation_url": "https://docs.github.com/rest"}))
}

/// 422 with one reason; the description of some operations does not name it, the documentation of errors does.
fn invalid(resource: &str, field: &str, message: &str) -> Answer {
    let error = json!({"resource": resource, "field": field, "code": "custom", "message": message});
    let body = json!({"message": "Validation Failed", "documentation_url": "https://docs.github.com/rest", "errors": [error]});
    Answer::error(422, body).documented_elsewhere()
}

fn person(login: &str) -> Value {
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({"login": login, "id": 1, "node_id": "U_1", "type": kind})
}
