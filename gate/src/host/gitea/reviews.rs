//! Comments at lines: which reviews of this gate there are, and what is in them.

use serde_json::{Value, json};

use super::{Gitea, is};
use crate::host::adapter::{Comment, Thread};
use crate::host::http::Call;
use crate::host::{HostError, HostErrorKind, threads};

/// Servers send no more than this at once, and some fewer.
const PAGE: usize = 50;
/// Pages that are read at most.
const PAGES: usize = 40;
/// Gitea wants some text with a review that is submitted.
const TEXT: &str = "Findings at lines:";

/// A review by the account of the token.
struct Review {
    id: String,
    pending: bool,
    body: String,
}

impl Gitea {
    /// The comments of all reviews by the account of the token, oldest first, without those that it has resolved.
    pub(super) async fn comments_of_reviews(&self) -> Result<Vec<Comment>, HostError> {
        let mut found = Vec::new();
        for review in self.reviews().await? {
            let comments = self.comments_of(&review).await?;
            if review.pending {
                self.settle(&review, &comments).await?;
            }
            found.extend(comments);
        }
        Ok(found)
    }

    /// Reviews with comments at lines, and those that are not submitted.
    async fn reviews(&self) -> Result<Vec<Review>, HostError> {
        let me = self.me().await?;
        let (mut found, mut seen) = (Vec::new(), 0);
        for page in 1..=PAGES {
            let path = self.at(&["pulls", &self.index, "reviews"]);
            let reply = self.client.send(Call::get(&path).query("page", page).query("limit", PAGE)).await?;
            let items = reply.items("")?;
            seen += items.len();
            found.extend(items.iter().filter_map(|review| read_review(review, me)));
            // Reviews that others have not submitted are counted but not shown, so that even an empty page is no end.
            let total =
                reply.headers.get("x-total-count").and_then(|total| total.to_str().ok()?.parse().ok());
            let total: usize = total.unwrap_or(if items.is_empty() { seen } else { usize::MAX });
            if seen >= total || (items.is_empty() && page * PAGE >= total) {
                break;
            }
        }
        Ok(found)
    }

    async fn comments_of(&self, review: &Review) -> Result<Vec<Comment>, HostError> {
        let me = self.me().await?;
        let path = self.at(&["pulls", &self.index, "reviews", &review.id, "comments"]);
        let reply = self.client.send(Call::get(&path)).await?;
        // The server sends them in the order of a hash table.
        let mut comments: Vec<_> =
            reply.items("")?.iter().filter_map(|comment| read_comment(comment, &review.id, me)).collect();
        comments.sort_by_key(|(id, _)| *id);
        Ok(comments.into_iter().map(|(_, comment)| comment).collect())
    }

    /// The server adds all further comments to a review that is not submitted. One that a run of the gate has left, or
    /// one at the same time is just making, is submitted; one that a person is writing is not touched.
    async fn settle(&self, review: &Review, comments: &[Comment]) -> Result<(), HostError> {
        let empty = review.body.trim().is_empty();
        if !empty || !comments.iter().all(|comment| threads::is_marked(&comment.body)) {
            self.draft.set(true);
            return Ok(());
        }
        if comments.is_empty() {
            return Ok(());
        }
        let path = self.at(&["pulls", &self.index, "reviews", &review.id]);
        match self.client.send(Call::post(&path, json!({ "event": "COMMENT", "body": TEXT }))).await {
            // 422: the run at the same time was faster.
            Err(error) if error.kind != HostErrorKind::Refused => Err(error),
            _ => Ok(()),
        }
    }
}

fn read_review(review: &Value, me: &str) -> Option<Review> {
    let pending = review["state"] == "PENDING";
    if !is(&review["user"], me) || (!pending && review["comments_count"] == 0) {
        return None;
    }
    let body = review["body"].as_str().unwrap_or_default().to_owned();
    Some(Review { id: review["id"].as_u64()?.to_string(), pending, body })
}

fn read_comment(comment: &Value, review: &str, me: &str) -> Option<(u64, Comment)> {
    let id = comment["id"].as_u64()?;
    // Put away by the gate itself: should the finding come back, it needs a new one.
    if is(&comment["resolver"], me) {
        return None;
    }
    let thread = Thread { id: review.to_owned(), resolved: !comment["resolver"].is_null() };
    Some((
        id,
        Comment {
            id: id.to_string(),
            mine: is(&comment["user"], me),
            body: comment["body"].as_str().unwrap_or_default().to_owned(),
            version: None,
            thread: Some(thread),
        },
    ))
}
