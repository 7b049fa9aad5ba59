//! Comments of the pull request.

use serde_json::{Value, json};

use super::{Github, REPOSITORY, invalid, person, problem};
use crate::contract::{Answer, NUMBER, Request, take_one};

/// Code points of a comment.
const LONGEST: usize = 65_536;

/// A comment that is kept.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
}

impl Stored {
    fn json(&self) -> Value {
        let id = self.id;
        let api = format!("https://api.github.com/repos/{REPOSITORY}");
        json!({
            "id": id, "node_id": format!("IC_{id}"), "url": format!("{api}/issues/comments/{id}"),
            "html_url": format!("https://github.com/{REPOSITORY}/pull/{NUMBER}#issuecomment-{id}"), "body": self.body,
            // The account of an author can be gone.
            "user": if self.author.is_empty() { Value::Null } else { person(&self.author) },
            "created_at": "2026-05-12T09:00:00Z", "updated_at": "2026-05-12T09:00:00Z",
            "issue_url": format!("{api}/issues/{NUMBER}"), "author_association": "NONE",
        })
    }
}

impl Github {
    pub(super) fn store(&mut self, author: &str, body: &str) -> Value {
        let stored = Stored { id: self.id(), author: author.to_owned(), body: body.to_owned() };
        let json = stored.json();
        self.comments.push(stored);
        json
    }

    pub(super) fn list_comments(&self, request: &Request) -> Answer {
        if request.number("issue_number") != NUMBER {
            return problem(404, "Not Found");
        }
        let page = request.page("per_page", 30, 100);
        let comments: Vec<Value> = page.of(self.comments.iter()).map(Stored::json).collect();
        let answer = Answer::ok(Value::from(comments));
        if page.is_last(self.comments.len()) {
            return answer;
        }
        let link = |number: usize| request.link("page", &number.to_string());
        let (next, last) = (page.number + 1, self.comments.len().div_ceil(page.size));
        answer.header("link", format!("<{}>; rel=\"next\", <{}>; rel=\"last\"", link(next), link(last)))
    }

    pub(super) fn create_comment(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.may_not_write().or_else(|| too_long(request.text("body"))) {
            return refusal;
        }
        if request.number("issue_number") != NUMBER {
            return problem(404, "Not Found");
        }
        if std::mem::take(&mut self.copied) {
            self.store(self.login(), request.text("body"));
        }
        Answer::created(self.store(self.login(), request.text("body")))
    }

    pub(super) fn update_comment(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.may_not_write().or_else(|| too_long(request.text("body"))) {
            return refusal;
        }
        let id = request.number("comment_id");
        if take_one(&mut self.conflicts) {
            // 409: GitHub's documentation of errors, for "another request at the same time".
            return problem(409, "Conflict").documented_elsewhere();
        }
        if std::mem::take(&mut self.deleted) {
            self.comments.retain(|comment| comment.id != id);
        }
        let login = self.login();
        let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == id) else {
            return problem(404, "Not Found").documented_elsewhere();
        };
        let answer = if comment.author == login {
            comment.body = request.text("body").to_owned();
            Answer::ok(comment.json())
        } else {
            problem(403, "Must have admin rights").violation("another user's comment was to be changed")
        };
        answer.documented_elsewhere()
    }

    pub(super) fn delete(&mut self, request: &Request) -> Answer {
        if let Some(refusal) = self.may_not_write() {
            return refusal;
        }
        let id = request.number("comment_id");
        let Some(comment) = self.comments.iter().find(|comment| comment.id == id) else {
            return problem(404, "Not Found").documented_elsewhere();
        };
        if comment.author != self.login() {
            return problem(403, "x")
                .documented_elsewhere()
                .violation("another user's comment was to be deleted");
        }
        self.comments.retain(|comment| comment.id != id);
        Answer::empty()
    }
}

fn too_long(body: &str) -> Option<Answer> {
    if body.trim().is_empty() {
        return Some(invalid("IssueComment", "body", "Body cannot be blank"));
    }
    (body.chars().count() > LONGEST)
        .then(|| invalid("IssueComment", "body", "Body is too long (maximum is 65536 characters)"))
}
