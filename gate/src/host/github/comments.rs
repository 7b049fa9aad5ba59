//! Comments of the pull request. Of an answer only what is needed is read: octocrab's own type wants every field of an
//! author, and a list must not be lost over one that a host leaves out.

use octocrab::Page;
use serde_json::json;

use super::Github;
use super::crab::{Made, made};
use crate::host::adapter::Comment;
use crate::host::{HostError, HostErrorKind};

#[derive(serde::Deserialize)]
struct IssueComment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    /// None: the account is gone.
    user: Option<Author>,
}

#[derive(serde::Deserialize)]
struct Author {
    login: String,
}

impl Github {
    pub(super) async fn list_comments(&self, login: &str) -> Result<Vec<Comment>, HostError> {
        let route = self.route(&format!("issues/{}/comments", self.number()?));
        let parameters = [("per_page", "100")];
        let mut page: Page<IssueComment> = made(self.crab.get(route, Some(&parameters)).await, Made::Read)?;
        let mut comments = Vec::new();
        loop {
            comments.extend(page.take_items().into_iter().map(|comment| comment.into_comment(login)));
            match made(self.crab.get_page(&page.next).await, Made::Read)? {
                Some(next) => page = next,
                None => return Ok(comments),
            }
        }
    }

    pub(super) async fn create_comment(&self, body: &str) -> Result<(), HostError> {
        let route = self.route(&format!("issues/{}/comments", self.number()?));
        let sent = self.crab.post::<_, IssueComment>(route, Some(&json!({ "body": body }))).await;
        let comment = made(sent, Made::Written).map_err(|mut error| {
            // The pull request was read before: it is there, but not for this token to write to.
            if error.kind == HostErrorKind::NotFound {
                error.kind = HostErrorKind::Forbidden;
            }
            may_not_comment(error)
        })?;
        if let Some(author) = comment.user {
            self.learn(&author.login);
        }
        Ok(())
    }

    pub(super) async fn update_comment(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        let route = self.route(&format!("issues/comments/{}", comment.id));
        let sent = self.crab._patch(route, Some(&json!({ "body": body }))).await;
        made(sent, Made::Written).map(drop).map_err(may_not_comment)
    }

    pub(super) async fn remove_comment(&self, comment: &Comment) -> Result<(), HostError> {
        let route = self.route(&format!("issues/comments/{}", comment.id));
        HostError::unless_gone(made(self.crab._delete(route, None::<&()>).await, Made::Written))
            .map_err(may_not_comment)
    }
}

impl IssueComment {
    fn into_comment(self, login: &str) -> Comment {
        Comment {
            id: self.id.to_string(),
            mine: self.user.is_some_and(|user| user.login.eq_ignore_ascii_case(login)),
            body: self.body.unwrap_or_default(),
            version: None,
            thread: None,
        }
    }
}

fn may_not_comment(error: HostError) -> HostError {
    if error.kind != HostErrorKind::Forbidden {
        return error;
    }
    error.hint(
        "the token needs `pull-requests: write` (an App and a fine-grained token: Pull requests, write); \
         runs for pull requests from forks get a token that may only read",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Comment {
        serde_json::from_str::<IssueComment>(text).unwrap().into_comment("gate[bot]")
    }

    #[test]
    fn the_author_decides_and_may_be_gone() {
        assert!(comment(r#"{"id": 1, "body": "x", "user": {"login": "Gate[bot]"}}"#).mine);
        assert!(!comment(r#"{"id": 1, "body": "x", "user": {"login": "gate"}}"#).mine);
        assert!(!comment(r#"{"id": 1, "body": null, "user": null}"#).mine);
        assert_eq!(comment(r#"{"id": 18446744073709551615, "user": null}"#).id, "18446744073709551615");
    }
}
