//! The twin of Bitbucket Cloud. What the specification leaves open follows Atlassian's documentation: a status belongs to
//! a pull request by its `refname` and can be replaced by its author only (change notice of May 2021), resource access
//! tokens have no account to read, deleted comments stay listed, hashes in pull requests have 12 digits, the proxy of
//! Pipelines takes reports only.

mod bench;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, BASE, HEAD1, NUMBER, Request, TOKEN, Twin, USER, take_one};

/// Workspace and repository.
pub const REPOSITORY: &str = "my-workspace/my-repo";
/// Source branch of the pull request.
pub const BRANCH: &str = "feature";

/// Bitbucket Cloud with one pull request. `USERS`: the gate's token is one of a user, which may read its account, not an
/// access token of the repository.
pub struct BitbucketCloud<const USERS: bool = true> {
    state: &'static str,
    heads: Vec<String>,
    comments: Vec<Comment>,
    statuses: BTreeMap<(String, String), Status>,
    reports: BTreeMap<(String, String), Report>,
    read_only: bool,
    conflicts: usize,
    next_id: u64,
    /// Comments of a page at most.
    pub page: usize,
    /// The token may read its account.
    pub account: bool,
    /// The scopes of the token, if answers name them.
    pub scopes: Option<&'static str>,
    /// The token that it knows.
    pub token: &'static str,
    /// Basic authentication with this user name instead of a bearer token.
    pub user: Option<&'static str>,
    /// Another host that links to further pages lead to.
    pub next_host: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Comment {
    id: u64,
    author: &'static str,
    body: String,
    deleted: bool,
}

struct Status {
    author: &'static str,
    fields: Value,
}

struct Report {
    fields: Value,
    /// In order of arrival; the ids are unique.
    annotations: Vec<Value>,
}

impl<const USERS: bool> BitbucketCloud<USERS> {
    fn new() -> Self {
        Self {
            state: "OPEN",
            heads: vec![HEAD1.to_owned()],
            comments: Vec::new(),
            statuses: BTreeMap::new(),
            reports: BTreeMap::new(),
            read_only: false,
            conflicts: 0,
            next_id: 1,
            page: 100,
            account: USERS,
            scopes: (!USERS).then_some("repository, pullrequest:write"),
            token: TOKEN,
            user: None,
            next_host: None,
        }
    }

    /// A build status by `author` on `commit`.
    pub fn set_status(&mut self, author: &'static str, commit: &str, fields: Value) {
        let key = (commit.to_owned(), text(&fields, "key"));
        self.statuses.insert(key, Status { author, fields });
    }

    /// The fields of the build status with `key` on `commit`, as they were sent.
    pub fn status(&self, commit: &str, key: &str) -> Option<&Value> {
        self.statuses.get(&(commit.to_owned(), key.to_owned())).map(|status| &status.fields)
    }

    /// The fields of the report `id` on `commit`, as they were sent.
    pub fn report(&self, commit: &str, id: &str) -> Option<&Value> {
        self.reports.get(&(commit.to_owned(), id.to_owned())).map(|report| &report.fields)
    }

    fn head(&self) -> &str {
        self.heads.last().map_or(HEAD1, String::as_str)
    }

    fn add_comment(&mut self, author: &'static str, body: &str) -> &Comment {
        let id = self.next_id;
        self.next_id += 1;
        self.comments.push(Comment { id, author, body: body.to_owned(), deleted: false });
        &self.comments[self.comments.len() - 1]
    }

    /// What refuses the request before it is looked at.
    fn refuse(&self, request: &Request) -> Option<Answer> {
        let is_report =
            request.operation.starts_with("reports.") || request.operation.starts_with("annotations.");
        let writes = !matches!(request.operation.as_str(), "user.get" | "pullrequests.get" | "comments.list");
        if request.header("host") == Some("api.bitbucket.org") {
            // Through the proxy of Pipelines, which adds the authentication; documented for reports only.
            return (!is_report).then(|| error(403, "Forbidden").documented_elsewhere());
        }
        if request.header("authorization") != Some(&self.authorization()) {
            return Some(
                error(401, "Token is invalid, expired, or not supported for this endpoint.")
                    .documented_elsewhere(),
            );
        }
        if writes && request.header("x-atlassian-token") != Some("no-check") {
            return Some(error(403, "XSRF check failed").documented_elsewhere());
        }
        let denied = "Your credentials lack one or more required privilege scopes.";
        (writes && self.read_only).then(|| error(403, denied).documented_elsewhere())
    }

    fn authorization(&self) -> String {
        use base64::Engine as _;
        match self.user {
            Some(user) => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", self.token));
                format!("Basic {pair}")
            }
            None => format!("Bearer {}", self.token),
        }
    }

    fn carry_out(&mut self, request: &Request) -> Answer {
        let repository = request.operation == "user.get"
            || format!("{}/{}", request.param("workspace"), request.param("repo_slug")) == REPOSITORY;
        let other = request.params.get("pull_request_id").is_some_and(|number| *number != NUMBER.to_string());
        if !repository || other {
            return not_found();
        }
        match request.operation.as_str() {
            "user.get" => self.user(),
            "pullrequests.get" => Answer::ok(self.pull_request()),
            "comments.list" => self.list(request),
            "comments.create" => {
                let raw = text(&request.body["content"], "raw");
                let comment = self.add_comment(USER, &raw).clone();
                Answer::created(comment.json())
            }
            "comments.update" => self.update(request),
            "comments.delete" => self.delete(request),
            "commit-statuses.create" => self.build(request),
            "reports.put" => self.put_report(request),
            "reports.delete" => {
                self.reports.remove(&place(request));
                Answer::empty()
            }
            "annotations.bulk" => self.annotate(request),
            other => panic!("the gate has no use for {other}"),
        }
    }

    fn user(&self) -> Answer {
        if self.account {
            return Answer::ok(account(USER));
        }
        // The documentation of scopes: `/user` takes the scope `account`, which access tokens do not have.
        error(403, "Your credentials lack one or more required privilege scopes.").documented_elsewhere()
    }

    fn pull_request(&self) -> Value {
        let repository = json!({ "type": "repository", "full_name": REPOSITORY, "name": "my-repo" });
        let side = |branch: &str, hash: &str| json!({ "repository": repository, "branch": { "name": branch }, "commit": { "hash": &hash[..12] } });
        json!({
            "type": "pullrequest",
            "id": NUMBER,
            "title": "Raise replicas",
            "state": self.state,
            "draft": false,
            "author": account("dev"),
            "source": side(BRANCH, self.head()),
            "destination": side("main", BASE),
            "merge_commit": null,
            "closed_by": null,
            "reviewers": [],
            "participants": [],
        })
    }

    fn list(&self, request: &Request) -> Answer {
        let page = request.page("pagelen", 10, self.page);
        let values: Vec<Value> = page.of(self.comments.iter()).map(Comment::json).collect();
        let mut body = json!({
            "size": self.comments.len(), "page": page.number, "pagelen": page.size, "values": values,
        });
        if !page.is_last(self.comments.len()) {
            let link = request.link("page", &(page.number + 1).to_string());
            body["next"] = json!(match self.next_host {
                Some(host) => link.replace(&request.origin, host),
                None => link,
            });
        }
        Answer::ok(body)
    }

    fn update(&mut self, request: &Request) -> Answer {
        let conflict = take_one(&mut self.conflicts);
        let Some(comment) = find(&mut self.comments, request.number("comment_id")) else {
            return not_found();
        };
        if comment.author != USER {
            return error(403, "You are not the author of this comment.");
        }
        if conflict {
            // There is no lock and no description of this; 409 is what the documentation of errors has for it.
            return error(409, "The comment was changed at the same time.").documented_elsewhere();
        }
        comment.body = text(&request.body["content"], "raw");
        Answer::ok(comment.json())
    }

    fn delete(&mut self, request: &Request) -> Answer {
        let Some(comment) = find(&mut self.comments, request.number("comment_id")) else {
            return not_found();
        };
        if comment.author != USER {
            return error(403, "You are not the author of this comment.");
        }
        comment.deleted = true;
        Answer::empty()
    }

    fn build(&mut self, request: &Request) -> Answer {
        let commit = request.param("commit").to_owned();
        if !self.heads.contains(&commit) {
            return not_found();
        }
        let key = request.text("key").to_owned();
        let place = (commit, key);
        if self.statuses.get(&place).is_some_and(|status| status.author != USER) {
            // "Updating commit status permissions": only the creator can overwrite.
            return error(403, "You are not the creator of this build status.").documented_elsewhere();
        }
        self.statuses.insert(place, Status { author: USER, fields: request.body.clone() });
        let mut body = request.body.clone();
        body["type"] = json!("build");
        Answer::created(body)
    }

    fn put_report(&mut self, request: &Request) -> Answer {
        let place = place(request);
        if !self.heads.contains(&place.0) {
            return error(400, "The commit does not exist.");
        }
        let report = self
            .reports
            .entry(place)
            .or_insert_with(|| Report { fields: Value::Null, annotations: Vec::new() });
        report.fields = request.body.clone();
        let mut body = request.body.clone();
        body["type"] = json!("report");
        Answer::ok(body)
    }

    fn annotate(&mut self, request: &Request) -> Answer {
        let Some(report) = self.reports.get_mut(&place(request)) else {
            return not_found().documented_elsewhere();
        };
        let sent = request.body.as_array().cloned().unwrap_or_default();
        for annotation in &sent {
            let known =
                report.annotations.iter_mut().find(|known| known["external_id"] == annotation["external_id"]);
            match known {
                Some(known) => *known = annotation.clone(),
                None => report.annotations.push(annotation.clone()),
            }
        }
        if report.annotations.len() > 1_000 {
            let text = format!("a report with {} annotations", report.annotations.len());
            return error(400, "A report can have up to 1000 annotations.")
                .documented_elsewhere()
                .violation(text);
        }
        let answer = sent.into_iter().map(|mut annotation| {
            annotation["type"] = json!("report_annotation");
            annotation
        });
        Answer::ok(answer.collect())
    }
}

impl<const USERS: bool> Twin for BitbucketCloud<USERS> {
    fn spec(&self) -> &'static str {
        "bitbucket-cloud"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let answer = self.refuse(request).unwrap_or_else(|| self.carry_out(request));
        match self.scopes {
            Some(scopes) => answer.header("x-oauth-scopes", scopes),
            None => answer,
        }
    }
}

impl Comment {
    fn json(&self) -> Value {
        let body = if self.deleted { "" } else { &self.body };
        json!({
            "type": "pullrequest_comment",
            "id": self.id,
            "content": { "raw": body, "markup": "markdown" },
            "user": account(self.author),
            "deleted": self.deleted,
            "pending": false,
            "pullrequest": { "type": "pullrequest", "id": NUMBER },
        })
    }
}

/// An account as answers show it; the id is made of the name.
fn account(name: &str) -> Value {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    json!({ "type": "user", "display_name": name, "uuid": format!("{{{digits:0<32}}}") })
}

fn find(comments: &mut [Comment], id: u64) -> Option<&mut Comment> {
    comments.iter_mut().find(|comment| comment.id == id && !comment.deleted)
}

fn place(request: &Request) -> (String, String) {
    (request.param("commit").to_owned(), request.param("reportId").to_owned())
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn error(status: u16, message: &str) -> Answer {
    Answer::error(status, json!({ "type": "error", "error": { "message": message } }))
}

fn not_found() -> Answer {
    error(404, "Resource not found")
}
