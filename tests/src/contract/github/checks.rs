//! Check runs and commit statuses.

use serde_json::{Value, json};

use super::{Github, Holder, REPOSITORY, invalid, person, problem};
use crate::contract::{Answer, NUMBER, Request};

/// Bytes of the message of an annotation.
const MESSAGE: usize = 64 << 10;

/// A check run that is kept.
#[derive(Debug, Clone)]
pub(super) struct CheckRun {
    pub(super) id: u64,
    pub(super) head: String,
    pub(super) name: String,
    /// What the last request said of each field.
    pub(super) fields: Value,
    pub(super) annotations: Vec<Value>,
}

/// A commit status that is kept.
#[derive(Debug, Clone)]
pub(super) struct Status {
    pub(super) head: String,
    pub(super) context: String,
    pub(super) state: String,
}

impl CheckRun {
    fn take(&mut self, body: &Value) {
        for field in ["details_url", "external_id", "status", "conclusion"] {
            if body.get(field).is_some() {
                self.fields[field] = body[field].clone();
            }
        }
        if body.get("conclusion").is_some() {
            self.fields["status"] = json!("completed");
        }
        for field in ["title", "summary", "text"] {
            if body["output"].get(field).is_some() {
                self.fields[field] = body["output"][field].clone();
            }
        }
        // They are added to those that are there: the description of `checks/update`.
        self.annotations.extend(body["output"]["annotations"].as_array().cloned().unwrap_or_default());
    }

    /// It is over with a conclusion that lets merge: `success`, `skipped` and `neutral` do.
    pub(super) fn lets_merge(&self) -> bool {
        let conclusion = self.fields["conclusion"].as_str().unwrap_or_default();
        self.fields["status"] == "completed" && ["success", "skipped", "neutral"].contains(&conclusion)
    }

    fn json(&self) -> Value {
        let id = self.id;
        let api = format!("https://api.github.com/repos/{REPOSITORY}");
        let repository = json!({"id": 1, "url": api, "name": "deploy"});
        let completed = (self.fields["status"] == "completed").then_some("2026-05-12T09:00:09Z");
        json!({
            "id": id, "head_sha": self.head, "node_id": format!("CR_{id}"), "external_id": self.fields["external_id"],
            "url": format!("{api}/check-runs/{id}"), "html_url": format!("https://github.com/{REPOSITORY}/runs/{id}"),
            "details_url": self.fields["details_url"], "status": self.fields["status"],
            "conclusion": self.fields["conclusion"], "started_at": "2026-05-12T09:00:00Z", "completed_at": completed,
            "output": {
                "title": self.fields["title"], "summary": self.fields["summary"], "text": self.fields["text"],
                "annotations_count": self.annotations.len(), "annotations_url": format!("{api}/check-runs/{id}/annotations"),
            },
            "name": self.name, "check_suite": {"id": 5},
            "app": {"id": 15368, "slug": "github-actions", "node_id": "A_1", "name": "GitHub Actions"},
            "pull_requests": [{
                "url": format!("{api}/pulls/{NUMBER}"), "id": 70, "number": NUMBER,
                "head": {"ref": "scale", "sha": self.head, "repo": repository},
                "base": {"ref": "main", "sha": super::BASE, "repo": repository},
            }],
        })
    }
}

impl Github {
    pub(super) fn create_check(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.may_not_check().or_else(|| wrong(&request.body)) {
            return refusal;
        }
        let head = request.text("head_sha").to_owned();
        if !self.commits.contains(&head) {
            return invalid("CheckRun", "head_sha", &format!("No commit found for SHA: {head}"));
        }
        let mut run = CheckRun {
            id: self.id(),
            head,
            name: request.text("name").to_owned(),
            fields: json!({"status": "queued"}),
            annotations: Vec::new(),
        };
        run.take(&request.body);
        let answer = Answer::created(run.json());
        self.checks.push(run);
        answer
    }

    pub(super) fn update_check(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.may_not_check().or_else(|| wrong(&request.body)) {
            return refusal;
        }
        let id = request.number("check_run_id");
        let Some(run) = self.checks.iter_mut().find(|run| run.id == id) else {
            return problem(404, "Not Found").documented_elsewhere();
        };
        run.take(&request.body);
        Answer::ok(run.json())
    }

    pub(super) fn get_check(&self, request: &Request) -> Answer {
        let id = request.number("check_run_id");
        match self.checks.iter().find(|run| run.id == id) {
            Some(run) => Answer::ok(run.json()),
            None => problem(404, "Not Found").documented_elsewhere(),
        }
    }

    /// Newest first; `latest` (the default) keeps the newest one of each name.
    pub(super) fn list_checks(&self, request: &Request) -> Answer {
        let name = request.query("check_name");
        let mut runs: Vec<&CheckRun> = self.checks.iter().rev().collect();
        runs.retain(|run| run.head == request.param("ref") && name.is_none_or(|name| run.name == name));
        if request.query("filter") != Some("all") {
            let mut seen = Vec::new();
            runs.retain(|run| {
                !seen.contains(&&run.name) && {
                    seen.push(&run.name);
                    true
                }
            });
        }
        let page = request.page("per_page", 30, 100);
        let listed: Vec<Value> = page.of(runs.iter()).map(|run| run.json()).collect();
        Answer::ok(json!({"total_count": runs.len(), "check_runs": listed}))
    }

    pub(super) fn create_status(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.may_not_write() {
            return refusal;
        }
        let head = request.param("sha").to_owned();
        if !self.commits.contains(&head) {
            return invalid("Status", "sha", &format!("No commit found for SHA: {head}"));
        }
        let description = request.text("description");
        if description.chars().count() > 140 {
            return invalid("Status", "description", "description is too long (maximum is 140 characters)");
        }
        let (context, state) = (request.text("context").to_owned(), request.text("state").to_owned());
        let answer = Answer::created(json!({
            "url": format!("https://api.github.com/repos/{REPOSITORY}/statuses/{head}"), "id": self.id(), "state": state,
            "description": description, "target_url": request.body["target_url"], "context": context,
            "created_at": "2026-05-12T09:00:00Z", "updated_at": "2026-05-12T09:00:00Z", "creator": person(self.login()),
        }));
        self.statuses.push(Status { head, context, state });
        answer
    }

    fn may_not_check(&self) -> Option<Answer> {
        // Only Apps may write checks: GitHub's documentation of check runs.
        let refusal = || problem(403, "You must authenticate via a GitHub App.").documented_elsewhere();
        (self.holder == Holder::Person).then(refusal).or_else(|| self.may_not_write())
    }
}

/// What the description of annotations says in words.
fn wrong(body: &Value) -> Option<Answer> {
    let annotations = body["output"]["annotations"].as_array().into_iter().flatten();
    annotations.filter_map(refused).next().map(|why| invalid("CheckRun", "annotations", why))
}

fn refused(annotation: &Value) -> Option<&'static str> {
    let number = |field: &str| annotation[field].as_u64();
    let (start, end) = (number("start_line")?, number("end_line")?);
    let columns = number("start_column").or(number("end_column"));
    let bytes = |field: &str| annotation[field].as_str().unwrap_or_default().len();
    let title = annotation["title"].as_str().unwrap_or_default();
    match () {
        () if start == 0 || end < start => Some("end_line must not be before start_line"),
        () if columns.is_some() && start != end => Some("columns are for annotations of one line"),
        () if number("end_column") < number("start_column") => {
            Some("end_column must not be before start_column")
        }
        () if bytes("message") > MESSAGE || bytes("message") == 0 => {
            Some("message must have 1 to 65536 bytes")
        }
        () if title.chars().count() > 255 => Some("title must have 255 characters at most"),
        () if bytes("path") == 0 || annotation["path"].as_str()?.starts_with('/') => {
            Some("path must be relative")
        }
        () => None,
    }
}
