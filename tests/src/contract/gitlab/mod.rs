//! The twin and bench of GitLab: one merge request of one project, with its discussions and commit statuses, behind the
//! manners that GitLab's documentation and source tell of.

mod bench;
mod json;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, HEAD1, NUMBER, Request, TOKEN, Twin, take_one};

/// Path of the project.
pub const PROJECT: &str = "group/shop";
/// Number of the project.
pub const PROJECT_ID: u64 = 42;
/// Number of the project that a merge request of a fork comes from.
pub const FORK_ID: u64 = 43;
/// A pipeline of [`HEAD1`] and every later head.
pub const PIPELINE: u64 = 1001;
/// Discussions and notes that one user may make in a minute.
const NOTES_PER_MINUTE: usize = 60;

/// A GitLab.
#[derive(Debug)]
pub struct Gitlab {
    pub(super) head: String,
    pub(super) state: &'static str,
    /// The merge request comes from project [`FORK_ID`].
    pub fork: bool,
    /// The project in which the pipeline [`PIPELINE`] runs.
    pub pipeline_of: u64,
    /// Projects in which the token may set statuses.
    pub statuses_in: Vec<u64>,
    /// `diff_refs` is not computed yet.
    pub computing: bool,
    /// Files that are not new in this merge request: path, old path, diff.
    pub changed: BTreeMap<String, (String, String)>,
    /// There is no call for diffs (before 15.7).
    pub old_server: bool,
    /// Statuses that find another one of the same commit being written.
    pub busy: usize,
    pub(super) unlimited: bool,
    pub(super) read_only: bool,
    pub(super) conflicts: usize,
    pub(super) notes: Vec<Note>,
    pub(super) statuses: Vec<Status>,
    made: Vec<Instant>,
    next: u64,
}

/// A note, the first and only one of its discussion.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) id: u64,
    pub(super) author: &'static str,
    pub(super) body: String,
    pub(super) system: bool,
    pub(super) position: Option<Value>,
    /// Who has resolved its thread.
    pub(super) resolved: Option<&'static str>,
}

/// A commit status.
#[derive(Debug, Clone)]
pub(super) struct Status {
    pub(super) project: u64,
    pub(super) sha: String,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) pipeline: u64,
}

impl Twin for Gitlab {
    fn spec(&self) -> &'static str {
        "gitlab"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.refuse(request) {
            return refusal;
        }
        let answer = self.carry_out(request);
        // GitLab's documentation of quick actions: such a line is taken out of the note and carried out.
        if request.text("body").lines().any(|line| line.trim_start().starts_with('/')) {
            return answer.violation(format!("a line of {} is a quick action", request.operation));
        }
        answer
    }
}

impl Gitlab {
    fn carry_out(&mut self, request: &Request) -> Answer {
        match request.operation.as_str() {
            "user.get" => Answer::ok(json::user(super::USER)),
            "merge-requests.get" => Answer::ok(self.merge_request()),
            "merge-requests.versions" => Answer::ok(json!([self.version()])),
            "merge-requests.diffs" if self.old_server => missing("404 Not Found"),
            "merge-requests.diffs" => page(request, self.diffs()),
            "discussions.list" => page(request, self.notes.iter().map(json::discussion).collect()),
            "discussions.create" => self.create_discussion(request),
            "discussions.resolve" => self.resolve(request),
            "notes.create" => self.limited().unwrap_or_else(|| {
                let id = self.add(super::USER, request.text("body"), None);
                Answer::created(json::note(self.note(id).unwrap()))
            }),
            "notes.update" => self.update(request),
            "notes.delete" => self.delete(request),
            "commit-statuses.create" => self.create_status(request),
            other => Answer::error(404, json!({ "error": "404 Not Found" }))
                .violation(format!("{other} is not played")),
        }
    }
}

impl Gitlab {
    /// A merge request with head [`HEAD1`].
    pub(super) fn new() -> Self {
        let mut gitlab = Self {
            head: HEAD1.to_owned(),
            state: "opened",
            fork: false,
            pipeline_of: PROJECT_ID,
            statuses_in: vec![PROJECT_ID],
            computing: false,
            changed: BTreeMap::new(),
            old_server: false,
            busy: 0,
            unlimited: false,
            read_only: false,
            conflicts: 0,
            notes: Vec::new(),
            statuses: Vec::new(),
            made: Vec::new(),
            next: 300,
        };
        let id = gitlab.add("author", "added 1 commit", None);
        gitlab.notes.iter_mut().filter(|note| note.id == id).for_each(|note| note.system = true);
        gitlab
    }

    /// As if somebody else had used up all but `left` of this minute's notes.
    pub fn notes_left(&mut self, left: usize) {
        self.made = vec![Instant::now(); NOTES_PER_MINUTE - left];
    }

    /// A person resolves all threads.
    pub fn resolve_all(&mut self) {
        self.notes
            .iter_mut()
            .filter(|note| note.position.is_some())
            .for_each(|note| note.resolved = Some("ada"));
    }

    /// Projects, pipelines and states of the statuses so far.
    pub fn statuses(&self) -> Vec<(u64, u64, String)> {
        self.statuses.iter().map(|status| (status.project, status.pipeline, status.state.clone())).collect()
    }

    /// Who asks, for what, and may they?
    fn refuse(&self, request: &Request) -> Option<Answer> {
        let unauthorized = || Answer::error(401, json!({ "message": "401 Unauthorized" }));
        let token = request.header("private-token");
        let job = request.header("job-token");
        let writes = !["get", "list", "versions", "diffs"].iter().any(|end| request.operation.ends_with(end));
        match (token, job) {
            (Some(TOKEN), None) => {}
            (None, Some(_)) if writes || request.operation == "user.get" => return Some(unauthorized()),
            (None, Some(_)) => {}
            _ => return Some(unauthorized()),
        }
        let wanted = request.params.get("id").map(String::as_str);
        let known = wanted.is_none_or(|id| {
            id == PROJECT || [PROJECT_ID, FORK_ID].iter().any(|number| id == number.to_string())
        });
        if !known {
            return Some(missing("404 Project Not Found"));
        }
        let numbers = ["merge_request_iid", "noteable_id"];
        if numbers
            .iter()
            .any(|name| request.params.get(*name).is_some_and(|text| *text != NUMBER.to_string()))
        {
            return Some(missing("404 Not Found"));
        }
        // The description of most operations leaves 403 to the list of status codes of the REST documentation.
        (self.read_only && writes)
            .then(|| Answer::error(403, json!({ "message": "403 Forbidden" })).documented_elsewhere())
    }

    /// 429, with the words and the headers of GitLab's rate limits for users.
    fn limited(&mut self) -> Option<Answer> {
        self.made.retain(|made| made.elapsed() < Duration::from_secs(60));
        if self.unlimited || self.made.len() < NOTES_PER_MINUTE {
            self.made.push(Instant::now());
            return None;
        }
        let said = "This endpoint has been requested too many times. Try again later.";
        let answer = Answer::error(429, json!({ "message": { "error": said } }));
        // Documented with the rate limits, not with the operations.
        Some(answer.header("Retry-After", "60").documented_elsewhere())
    }

    fn add(&mut self, author: &'static str, body: &str, position: Option<Value>) -> u64 {
        self.next += 1;
        let body = body.trim_end().to_owned();
        self.notes.push(Note { id: self.next, author, body, system: false, position, resolved: None });
        self.next
    }

    fn note(&mut self, id: u64) -> Option<&mut Note> {
        self.notes.iter_mut().find(|note| note.id == id && !note.system)
    }

    fn create_discussion(&mut self, request: &Request) -> Answer {
        if let Some(limited) = self.limited() {
            return limited;
        }
        let position = &request.body["position"];
        if position.is_object() && !self.is_in_the_diff(position) {
            let said =
                r#"400 Bad request - Note {:line_code=>["can't be blank", "must be a valid line code"]}"#;
            return Answer::error(400, json!({ "message": said }));
        }
        let id = self.add(super::USER, request.text("body"), Some(position.clone()));
        Answer::created(json::discussion(self.note(id).unwrap()))
    }

    fn resolve(&mut self, request: &Request) -> Answer {
        let id = request.param("discussion_id").to_owned();
        let Some(note) = self.notes.iter_mut().find(|note| json::discussion_id(note) == id) else {
            return missing("404 Discussion Not Found");
        };
        note.resolved = (request.body["resolved"] == true).then_some(super::USER);
        Answer::ok(json::discussion(note))
    }

    fn update(&mut self, request: &Request) -> Answer {
        if take_one(&mut self.conflicts) {
            // In the list of status codes of the REST documentation.
            return Answer::error(409, json!({ "message": "409 Conflict" })).documented_elsewhere();
        }
        let body = request.text("body").trim_end().to_owned();
        match self.note(request.number("note_id")) {
            Some(note) if note.author != super::USER => {
                Answer::error(403, json!({ "message": "403 Forbidden" })).documented_elsewhere()
            }
            Some(note) => {
                note.body = body;
                Answer::ok(json::note(note))
            }
            None => missing("404 Note Not Found"),
        }
    }

    fn delete(&mut self, request: &Request) -> Answer {
        let id = request.number("note_id");
        match self.notes.iter().position(|note| note.id == id && !note.system) {
            Some(at) if self.notes[at].author == super::USER => {
                self.notes.remove(at);
                Answer::empty()
            }
            Some(_) => Answer::error(403, json!({ "message": "403 Forbidden" })).documented_elsewhere(),
            None => missing("404 Note Not Found"),
        }
    }

    /// As `Ci::CreateCommitStatusService` of GitLab's source does it: the pipeline must be one of this project and commit;
    /// without a number the newest one is taken, or an external one is made.
    fn create_status(&mut self, request: &Request) -> Answer {
        let id = request.param("id");
        let project = if id == PROJECT { PROJECT_ID } else { id.parse().unwrap() };
        let sha = request.param("sha").to_owned();
        if self.busy > 0 {
            self.busy -= 1;
            let said = "Another update to this commit status is in progress";
            return Answer::error(409, json!({ "message": said }));
        }
        if sha != self.head && sha != HEAD1 {
            return missing("404 Commit Not Found");
        }
        let pipeline = request.body["pipeline_id"].as_u64();
        if pipeline.is_some_and(|pipeline| (pipeline, project) != (PIPELINE, self.pipeline_of)) {
            return missing("404 Pipeline for pipeline_id, sha and ref Not Found");
        }
        if !self.statuses_in.contains(&project) {
            return Answer::error(403, json!({ "message": "403 Forbidden" }));
        }
        let state = request.text("state").to_owned();
        let name = request.body["name"].as_str().or(request.body["context"].as_str()).unwrap_or("default");
        let own = if project == self.pipeline_of { PIPELINE } else { 2000 + project };
        let status = Status { project, sha, name: name.to_owned(), state, pipeline: pipeline.unwrap_or(own) };
        let answer = Answer::created(json::status(&status, &request.body));
        self.statuses.push(status);
        answer
    }
}

fn missing(said: &str) -> Answer {
    Answer::error(404, json!({ "message": said }))
}

/// A page of a list: `per_page` is 20 unless told, 100 at most; `Link` and `x-next-page` name the next one.
fn page(request: &Request, items: Vec<Value>) -> Answer {
    let page = request.page("per_page", 20, 100);
    let shown: Vec<Value> = page.of(items.iter()).cloned().collect();
    let answer = Answer::ok(json!(shown));
    if page.is_last(items.len()) {
        return answer.header("x-next-page", "");
    }
    let next = (page.number + 1).to_string();
    let links = format!(
        "<{}>; rel=\"first\", <{}>; rel=\"next\"",
        request.link("page", "1"),
        request.link("page", &next)
    );
    answer.header("Link", links).header("x-next-page", next)
}
