//! Answers of Gitea: comments, users and errors as it writes them.

use serde_json::{Value, json};

use super::Comment;
use crate::contract::{Answer, HEAD1, USER};

pub(super) const TIME: &str = "2026-05-12T09:00:00Z";

pub(super) fn error(status: u16, message: &str) -> Answer {
    Answer::error(
        status,
        json!({ "message": message, "url": "https://gitea.example.com/api/swagger", "errors": null }),
    )
}

pub(super) fn no_comment() -> Answer {
    error(404, "not found")
}

pub(super) fn user(login: &str) -> Value {
    let id = if login == USER { 3 } else { 4 };
    json!({ "id": id, "login": login, "full_name": "", "email": format!("{login}@noreply.example.com"),
        "avatar_url": "https://gitea.example.com/avatars/1" })
}

pub(super) fn show(comment: &Comment) -> Value {
    let mut shown = json!({
        "id": comment.id, "user": user(&comment.author), "body": comment.body, "created_at": TIME, "updated_at": TIME,
        "html_url": "https://gitea.example.com/x", "pull_request_url": "https://gitea.example.com/x",
    });
    match &comment.line {
        None => {
            shown["issue_url"] = json!("");
            shown["original_author"] = json!(comment.original_author);
        }
        Some(line) => {
            shown["pull_request_review_id"] = json!(line.review);
            shown["path"] = json!(line.path);
            shown["position"] = json!(line.number);
            shown["original_position"] = json!(0);
            shown["commit_id"] = json!(HEAD1);
            shown["original_commit_id"] = json!("");
            shown["diff_hunk"] = json!("@@ -0,0 +1,100 @@");
            shown["resolver"] = line.resolver.as_deref().map_or(Value::Null, user);
        }
    }
    shown
}
