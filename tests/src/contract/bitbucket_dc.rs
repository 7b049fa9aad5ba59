//! The twin of Bitbucket Data Center. What the specification leaves open follows Atlassian's documentation: 401 to what a
//! user may not do, only the author edits a comment and only its creator replaces a report, comments under optimistic
//! lock, no matching of annotations by id, activities newest first.

mod bench;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, BASE, HEAD1, NUMBER, Request, TOKEN, Twin, USER, take_one};

/// Project and repository.
pub const REPOSITORY: &str = "~gate/my-repo";
/// Key of the gate's report.
pub const REPORT: &str = "io.gitops-gate.report";

/// Bitbucket Data Center with one pull request. `NAMED`: its answers name the user of the token.
pub struct BitbucketDc<const NAMED: bool = true> {
    state: &'static str,
    heads: Vec<String>,
    comments: Vec<Comment>,
    /// The newest last.
    activities: Vec<Activity>,
    builds: BTreeMap<(String, String), Value>,
    reports: BTreeMap<(String, String), Report>,
    read_only: bool,
    conflicts: usize,
    next_id: u64,
    /// Activities of a page at most.
    pub page: usize,
    /// Answers name the user in `X-AUSERNAME`; they do not for tokens of projects, or behind some proxies.
    pub names_user: bool,
    /// Builds have no resource of their repository (before 7.4).
    pub old: bool,
    /// The pull request comes from a fork.
    pub fork: bool,
    /// Path before `/rest`.
    pub base_path: &'static str,
}

struct Comment {
    id: u64,
    version: u64,
    author: &'static str,
    body: String,
    answers: usize,
}

enum Activity {
    Opened,
    Rescoped,
    Commented(u64),
}

struct Report {
    creator: &'static str,
    fields: Value,
    annotations: Vec<Value>,
}

impl<const NAMED: bool> BitbucketDc<NAMED> {
    fn new() -> Self {
        Self {
            state: "OPEN",
            heads: vec![HEAD1.to_owned()],
            comments: Vec::new(),
            activities: vec![Activity::Opened],
            builds: BTreeMap::new(),
            reports: BTreeMap::new(),
            read_only: false,
            conflicts: 0,
            next_id: 60,
            page: 500,
            names_user: NAMED,
            old: false,
            fork: false,
            base_path: "",
        }
    }

    /// A report by another user, who was faster.
    pub fn forge_report(&mut self, commit: &str, result: &str) {
        let fields = json!({ "title": "gitops-gate", "result": result, "data": [] });
        let report = Report { creator: "mallory", fields, annotations: Vec::new() };
        self.reports.insert((commit.to_owned(), REPORT.to_owned()), report);
    }

    /// Somebody answers comment `id`.
    pub fn reply(&mut self, id: &str) {
        let comment = self.comments.iter_mut().find(|comment| comment.id.to_string() == id);
        comment.unwrap_or_else(|| panic!("there is no comment {id}")).answers += 1;
    }

    /// A comment by the gate's user, as a run at the same time leaves it.
    pub fn double(&mut self, body: &str) {
        self.add_comment(USER, body);
    }

    /// The build with `key` on `commit`, as it was sent.
    pub fn build(&self, commit: &str, key: &str) -> Option<&Value> {
        self.builds.get(&(commit.to_owned(), key.to_owned()))
    }

    /// The report of the gate on `commit`, as it was sent.
    pub fn report(&self, commit: &str) -> Option<&Value> {
        self.reports.get(&(commit.to_owned(), REPORT.to_owned())).map(|report| &report.fields)
    }

    fn head(&self) -> &str {
        self.heads.last().map_or(HEAD1, String::as_str)
    }

    fn add_comment(&mut self, author: &'static str, body: &str) -> usize {
        let id = self.next_id;
        self.next_id += 1;
        self.activities.push(Activity::Commented(id));
        self.comments.push(Comment { id, version: 0, author, body: body.to_owned(), answers: 0 });
        self.comments.len() - 1
    }

    fn refuse(&self, request: &Request) -> Option<Answer> {
        if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Some(error(401, "Authentication failed. Please check your credentials and try again."));
        }
        let reads = ["pull-requests.get", "pull-requests.activities", "insights.reports.get", "builds.get"];
        let denied = "You are not permitted to access this resource";
        (self.read_only && !reads.contains(&request.operation.as_str())).then(|| error(401, denied))
    }

    fn carry_out(&mut self, request: &Request) -> Answer {
        let other = request.params.get("pullRequestId").is_some_and(|number| *number != NUMBER.to_string());
        let repository = request.operation == "build-status.add"
            || format!("{}/{}", request.param("projectKey"), request.param("repositorySlug")) == REPOSITORY;
        let commit = request.params.get("commitId").is_none_or(|commit| self.heads.contains(commit));
        if other || !repository || !commit {
            return error(404, "Not found");
        }
        match request.operation.as_str() {
            "pull-requests.get" => Answer::ok(self.pull_request()),
            "pull-requests.activities" => self.list(request),
            "comments.create" => {
                let index = self.add_comment(USER, request.text("text"));
                Answer::created(self.comments[index].json())
            }
            "comments.update" => self.update(request),
            "comments.delete" => self.delete(request),
            "builds.add" if self.old => error(404, "HTTP 404 Not Found"),
            "builds.add" | "build-status.add" => {
                let place = (request.param("commitId").to_owned(), request.text("key").to_owned());
                self.builds.insert(place, request.body.clone());
                Answer::empty()
            }
            "insights.reports.set" => self.put_report(request),
            "insights.reports.delete" => self.delete_report(request),
            "insights.annotations.add" => self.annotate(request),
            other => panic!("the gate has no use for {other}"),
        }
    }

    fn pull_request(&self) -> Value {
        let (project, slug) = REPOSITORY.split_once('/').unwrap_or_default();
        let side = |branch: &str, commit: &str, project: &str| {
            json!({
                "id": format!("refs/heads/{branch}"),
                "displayId": branch,
                "latestCommit": commit,
                "type": "BRANCH",
                "repository": { "slug": slug, "project": { "key": project } },
            })
        };
        let from = if self.fork { "~mallory" } else { project };
        json!({
            "id": NUMBER,
            "version": 1,
            "title": "Raise replicas",
            "state": self.state,
            "open": self.state == "OPEN",
            "closed": self.state != "OPEN",
            "fromRef": side("feature", self.head(), from),
            "toRef": side("main", BASE, project),
            "author": { "user": user("dev"), "role": "AUTHOR" },
            "reviewers": [],
            "participants": [],
        })
    }

    fn list(&self, request: &Request) -> Answer {
        let limit = request.query_number("limit", 25).min(self.page);
        let start = request.query_number("start", 0);
        let all: Vec<Value> =
            self.activities.iter().rev().filter_map(|activity| self.activity(activity)).collect();
        let values: Vec<&Value> = all.iter().skip(start).take(limit).collect();
        let is_last = start + limit >= all.len();
        let mut body = json!({
            "size": values.len(), "limit": limit, "start": start, "isLastPage": is_last, "values": values,
        });
        if !is_last {
            body["nextPageStart"] = json!(start + limit);
        }
        Answer::ok(body)
    }

    /// Activities of comments that are gone are gone as well.
    fn activity(&self, activity: &Activity) -> Option<Value> {
        Some(match activity {
            Activity::Opened => json!({ "id": 1, "action": "OPENED", "user": user("dev") }),
            Activity::Rescoped => json!({ "id": 2, "action": "RESCOPED", "user": user("dev") }),
            Activity::Commented(id) => {
                let comment = self.comments.iter().find(|comment| comment.id == *id)?;
                json!({
                    "id": 1_000 + id,
                    "action": "COMMENTED",
                    "commentAction": "ADDED",
                    "user": user(comment.author),
                    "comment": comment.json(),
                })
            }
        })
    }

    fn update(&mut self, request: &Request) -> Answer {
        let conflict = take_one(&mut self.conflicts);
        let id = request.number("commentId");
        let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == id) else {
            return error(404, "The comment does not exist.");
        };
        if comment.author != USER {
            return error(401, "You do not have permission to edit this comment.");
        }
        if conflict {
            comment.version += 1;
        }
        if request.body["version"] != comment.version {
            return error(409, "You are attempting to modify a comment based on out-of-date information.");
        }
        if comment.body != request.text("text") {
            comment.body = request.text("text").to_owned();
            comment.version += 1;
        }
        Answer::ok(comment.json())
    }

    fn delete(&mut self, request: &Request) -> Answer {
        let id = request.number("commentId");
        let Some(index) = self.comments.iter().position(|comment| comment.id == id) else {
            return error(404, "The comment does not exist.");
        };
        let comment = &self.comments[index];
        if comment.author != USER {
            return error(401, "You do not have permission to delete this comment.");
        }
        if request.query("version") != Some(&comment.version.to_string()) {
            return error(409, "You are attempting to modify a comment based on out-of-date information.");
        }
        if comment.answers > 0 {
            return error(409, "This comment has replies which must be deleted first.");
        }
        self.comments.remove(index);
        Answer::empty()
    }

    fn put_report(&mut self, request: &Request) -> Answer {
        let place = place(request);
        if self.reports.get(&place).is_some_and(|report| report.creator != USER) {
            return error(401, "You are not the creator of this report.");
        }
        let annotations = self.reports.remove(&place).map(|report| report.annotations).unwrap_or_default();
        self.reports.insert(place, Report { creator: USER, fields: request.body.clone(), annotations });
        let mut body = request.body.clone();
        body["key"] = json!(request.param("key"));
        Answer::ok(body)
    }

    fn delete_report(&mut self, request: &Request) -> Answer {
        let place = place(request);
        match self.reports.get(&place) {
            None => error(404, "The report does not exist."),
            Some(report) if report.creator != USER => error(401, "You are not the creator of this report."),
            Some(_) => {
                self.reports.remove(&place);
                Answer::empty()
            }
        }
    }

    fn annotate(&mut self, request: &Request) -> Answer {
        let Some(report) = self.reports.get_mut(&place(request)) else {
            return error(404, "The report does not exist.");
        };
        let sent = request.body["annotations"].as_array().cloned().unwrap_or_default();
        let count = report.annotations.len() + sent.len();
        if count > 1_000 {
            // The text of the operation: the entire request is rejected.
            let text = format!("a report with {count} annotations");
            return error(400, "Too many annotations.").documented_elsewhere().violation(text);
        }
        report.annotations.extend(sent);
        Answer::empty()
    }
}

impl<const NAMED: bool> Twin for BitbucketDc<NAMED> {
    fn spec(&self) -> &'static str {
        "bitbucket-dc"
    }

    fn base_path(&self) -> &'static str {
        self.base_path
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let answer = self.refuse(request).unwrap_or_else(|| self.carry_out(request));
        if self.names_user { answer.header("x-ausername", USER) } else { answer }
    }
}

impl Comment {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "version": self.version,
            "text": self.body,
            "severity": "NORMAL",
            "state": "OPEN",
            "author": user(self.author),
            "comments": [],
            "anchored": false,
            "pending": false,
        })
    }
}

fn user(name: &str) -> Value {
    json!({ "name": name, "slug": name, "displayName": name, "active": true, "type": "NORMAL" })
}

fn place(request: &Request) -> (String, String) {
    (request.param("commitId").to_owned(), request.param("key").to_owned())
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn error(status: u16, message: &str) -> Answer {
    let error = json!({ "context": null, "message": message, "exceptionName": null });
    Answer::error(status, json!({ "errors": [error] }))
}
