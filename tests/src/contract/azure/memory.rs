//! Threads and their comments.

use serde_json::{Value, json};

use super::pages::DATE;
use super::{ME, PERSON};
use crate::contract::USER;

/// States of a thread, at the places of the API's own numbers.
const STATES: [&str; 7] = ["unknown", "active", "fixed", "wontFix", "closed", "byDesign", "pending"];

/// A thread of the pull request.
pub(super) struct Thread {
    pub(super) comments: Vec<Comment>,
    pub(super) status: &'static str,
    /// The body of the request that made it.
    pub(super) sent: Value,
}

/// A comment in a thread.
pub(super) struct Comment {
    id: usize,
    pub(super) author: &'static str,
    pub(super) content: String,
    pub(super) kind: &'static str,
    pub(super) deleted: bool,
}

impl Thread {
    /// The thread that a request asks for.
    pub(super) fn sent(body: &Value, author: &'static str) -> Self {
        let content = |comment: &Value| comment["content"].as_str().unwrap_or_default().to_owned();
        let comments = body["comments"].as_array().unwrap().iter().enumerate();
        Self {
            comments: comments
                .map(|(index, comment)| Comment::new(index + 1, author, content(comment)))
                .collect(),
            status: state(&body["status"]),
            sent: body.clone(),
        }
    }

    /// All of its comments are.
    pub(super) fn is_deleted(&self) -> bool {
        self.comments.iter().all(|comment| comment.deleted)
    }

    /// Empty for the pull request as a whole.
    pub(super) fn path(&self) -> &str {
        self.sent["threadContext"]["filePath"].as_str().unwrap_or_default()
    }

    /// A reviewer has something to do with it, or at least something to see.
    pub(super) fn stands(&self) -> bool {
        !self.is_deleted() && !matches!(self.status, "fixed" | "wontFix" | "byDesign")
    }

    pub(super) fn page(&self, id: usize) -> Value {
        let properties = self.sent["properties"].as_object().into_iter().flatten();
        let properties: serde_json::Map<String, Value> =
            properties.map(|(name, value)| (name.clone(), typed(value))).collect();
        json!({
            "id": id,
            "publishedDate": DATE,
            "lastUpdatedDate": DATE,
            "comments": self.comments.iter().map(Comment::page).collect::<Vec<_>>(),
            "status": self.status,
            "threadContext": self.sent["threadContext"],
            "pullRequestThreadContext": self.sent["pullRequestThreadContext"],
            "properties": properties,
            "isDeleted": self.is_deleted(),
        })
    }
}

impl Comment {
    pub(super) fn new(id: usize, author: &'static str, content: String) -> Self {
        Self { id, author, content, kind: "text", deleted: false }
    }

    pub(super) fn login(&self) -> &'static str {
        if self.author == ME { USER } else { "mallory@example.com" }
    }

    pub(super) fn page(&self) -> Value {
        let mut page = json!({
            "id": self.id,
            "parentCommentId": 0,
            // Names that people see are free to choose: a person may take the gate's.
            "author": { "id": self.author, "displayName": "Gate", "uniqueName": self.login() },
            "publishedDate": DATE,
            "lastUpdatedDate": DATE,
            "lastContentUpdatedDate": DATE,
            "commentType": self.kind,
        });
        if self.deleted {
            page["isDeleted"] = json!(true);
        } else {
            page["content"] = json!(self.content);
        }
        page
    }
}

/// The state that a request names, by word or by number.
pub(super) fn state(value: &Value) -> &'static str {
    let by_number = value.as_u64().and_then(|number| STATES.get(number as usize));
    by_number.or_else(|| STATES.iter().find(|state| value == **state)).copied().unwrap_or("unknown")
}

/// A thread that the host writes itself: somebody voted.
pub(super) fn by_host() -> Thread {
    let mut comment = Comment::new(1, PERSON, "Mallory voted 10".to_owned());
    comment.kind = "system";
    let properties = json!({ "CodeReviewThreadType": "VoteUpdate" });
    Thread { comments: vec![comment], status: "unknown", sent: json!({ "properties": properties }) }
}

fn typed(value: &Value) -> Value {
    let kind = if value.is_string() { "System.String" } else { "System.Int32" };
    json!({ "$type": kind, "$value": value })
}
