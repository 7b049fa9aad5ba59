//! Threads: the comment is the first one of a thread without a place, a finding is one of a thread at a line.

use serde_json::{Value, json};

use super::COMMENT_BYTES;
use crate::host::adapter::{Comment, Thread};
use crate::host::{Annotation, HostError, HostErrorKind, Markup, threads};
use crate::model::Severity;
use crate::text::LineCol;

pub(super) const ACTIVE: &str = "active";
pub(super) const CLOSED: &str = "closed";
pub(super) const FIXED: &str = "fixed";
/// States of a thread; the place in this list is the API's own number.
const STATES: [&str; 7] = ["unknown", ACTIVE, FIXED, "wontFix", CLOSED, "byDesign", "pending"];

/// A thread's first comment as the host has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// It may be ours: some mark of a gate is in it.
    pub(super) marked: bool,
    author: [Option<String>; 2],
    comment: Comment,
}

impl Listed {
    /// The comment, with `mine` settled; `me` is the id or the unique name of an identity.
    pub(super) fn comment(self, me: Option<&str>) -> Comment {
        let is_me = |name: &String| me.is_some_and(|me| me.eq_ignore_ascii_case(name));
        let mine = self.marked && self.author.iter().flatten().any(is_me);
        Comment { mine, ..self.comment }
    }
}

/// `threads`, oldest first, each with its first comment. Those that the host writes itself, and those whose
/// first comment was deleted, are left out.
pub(super) fn list(threads: &[Value]) -> Vec<Listed> {
    let mut all: Vec<(u64, Listed)> = threads.iter().filter_map(listed).collect();
    all.sort_by_key(|(id, _)| *id);
    all.into_iter().map(|(_, listed)| listed).collect()
}

fn listed(thread: &Value) -> Option<(u64, Listed)> {
    let id = thread["id"].as_u64()?;
    let first = thread["comments"].as_array()?.iter().min_by_key(|comment| comment["id"].as_u64())?;
    let is_deleted = |value: &Value| value["isDeleted"].as_bool() == Some(true);
    if is_deleted(thread) || is_deleted(first) || first["commentType"] == "system" {
        return None;
    }
    let body = first["content"].as_str().unwrap_or_default().to_owned();
    let text = |name: &str| first["author"][name].as_str().map(str::to_owned);
    let status = thread["status"].as_str().unwrap_or_default();
    // A thread that is fixed is over: a finding that comes back gets a new one.
    let at_line = thread["threadContext"]["filePath"].is_string() && status != FIXED;
    // A person's "closed" on a finding that is gone is made "fixed" all the same; what they decided stays.
    let resolved = matches!(status, "wontFix" | "byDesign");
    let comment = Comment {
        id: format!("{id}/{}", first["id"].as_u64()?),
        mine: false,
        version: status_number(status),
        thread: at_line.then(|| Thread { id: id.to_string(), resolved }),
        body,
    };
    let marked = comment.body.contains("gitops-gate:");
    Some((id, Listed { marked, author: [text("id"), text("uniqueName")], comment }))
}

/// The API's number of a state; kept as the version of a comment.
pub(super) fn status_number(status: &str) -> Option<u64> {
    let place = STATES.iter().position(|known| *known == status)?;
    u64::try_from(place).ok()
}

/// Ids of a comment's thread and of the comment in it.
pub(super) fn ids(comment: &Comment) -> Result<(&str, &str), HostError> {
    comment.id.split_once('/').ok_or_else(|| {
        HostError::new(
            HostErrorKind::Strange,
            format!("`{}` is no id of a comment of Azure DevOps", comment.id),
        )
        .hint("run again")
    })
}

/// A new thread for the comment on the pull request as a whole; the signal opens it where that is called for.
pub(super) fn sticky(body: &str) -> Value {
    json!({ "comments": [first(body)], "status": CLOSED, "properties": properties() })
}

/// A new thread at the lines of a finding. It is open, which may block the merge, only if the finding does.
pub(super) fn at_line(
    annotation: &Annotation,
    key: &str,
    blocks: bool,
    changes: &Option<(u64, Value)>,
) -> Value {
    let path = format!("/{}", annotation.path);
    let text = threads::text(annotation, key, Markup::Html, COMMENT_BYTES);
    let open = blocks && annotation.severity == Severity::Error;
    let (start, end) = (annotation.start, annotation.end);
    // Nothing is marked by an empty range.
    let end = if end <= start { LineCol { column: start.column + 1, ..start } } else { end };
    let mut thread = json!({
        "comments": [first(&text)],
        "status": if open { ACTIVE } else { CLOSED },
        "threadContext": { "filePath": path, "rightFileStart": position(start), "rightFileEnd": position(end) },
        "properties": properties(),
    });
    thread["properties"]["gitops-gate.key"] = json!(key);
    thread["properties"]["gitops-gate.finding"] = json!(annotation.fingerprint);
    if let Some((iteration, id)) =
        changes.as_ref().and_then(|(iteration, body)| Some((iteration, tracking(body, &path)?)))
    {
        // Twice the same iteration: the left side is where the branches parted.
        thread["pullRequestThreadContext"] = json!({
            "changeTrackingId": id,
            "iterationContext": { "firstComparingIteration": iteration, "secondComparingIteration": iteration },
        });
    }
    thread
}

/// The id of a changed file. A wrong one would hang the thread on another file.
fn tracking(changes: &Value, path: &str) -> Option<u64> {
    let entries = changes["changeEntries"].as_array()?;
    entries.iter().find(|entry| entry["item"]["path"] == path)?["changeTrackingId"].as_u64()
}

fn first(content: &str) -> Value {
    json!({ "parentCommentId": 0, "content": content, "commentType": "text" })
}

fn properties() -> Value {
    json!({ "Microsoft.TeamFoundation.Discussion.SupportsMarkdown": 1 })
}

fn position(place: LineCol) -> Value {
    json!({ "line": place.line, "offset": place.column })
}
