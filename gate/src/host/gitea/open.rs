//! Opening threads: one review with a comment for each finding.

use serde_json::{Value, json};

use super::Gitea;
use crate::host::adapter::Comment;
use crate::host::http::Call;
use crate::host::{Annotation, HostError, HostErrorKind, Markup, threads};

/// Findings whose line the server does not know, at most; each costs some calls.
const MISPLACED: usize = 5;

impl Gitea {
    /// Comments on the lines of `annotations`. The server answers 500 to a line behind the end of its file (where errors
    /// of syntax like to be), and keeps the comments before it in a review that is not submitted: that one is sent again
    /// as a comment on the whole file.
    pub(super) async fn open(&self, annotations: &[&Annotation], key: &str) -> Result<usize, HostError> {
        let mut waiting: Vec<Value> = annotations.iter().map(|annotation| at_line(annotation, key)).collect();
        for misplaced in 0.. {
            self.check_draft()?;
            let review =
                json!({ "event": "COMMENT", "body": "", "commit_id": self.head, "comments": waiting });
            let path = self.at(&["pulls", &self.index, "reviews"]);
            let Err(failure) = self.client.try_send(Call::post(&path, review)).await else { break };
            if failure.status != Some(500) || misplaced == MISPLACED {
                return Err(failure.error);
            }
            let there = self.comments_of_reviews().await?;
            waiting.retain(|comment| !there.iter().any(|other| is_same(comment, other)));
            match waiting.first_mut() {
                None => break,
                Some(first) if first["new_position"] == 0 => return Err(failure.error),
                Some(first) => first["new_position"] = json!(0),
            }
        }
        Ok(annotations.len())
    }

    fn check_draft(&self) -> Result<(), HostError> {
        if !self.draft.get() {
            return Ok(());
        }
        let text = "the account of the token has an unsubmitted review on this pull request, which another review would submit";
        Err(HostError::new(HostErrorKind::Conflict, text)
            .hint("submit or delete that review, or give the gate an account of its own"))
    }
}

/// The positions of the API are line numbers of the file; 0 is none.
fn at_line(annotation: &Annotation, key: &str) -> Value {
    let body = annotation.markdown.clone() + &threads::mark(&annotation.fingerprint, key, Markup::Html);
    json!({ "path": annotation.path, "body": body, "new_position": annotation.start.line, "old_position": 0 })
}

/// `other` is what became of `comment`, and is still open.
fn is_same(comment: &Value, other: &Comment) -> bool {
    let open = other.thread.as_ref().is_some_and(|thread| !thread.resolved);
    other.mine
        && open
        && comment["body"].as_str().is_some_and(|body| body.trim_end() == other.body.trim_end())
}
