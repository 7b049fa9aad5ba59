//! Gitea and Forgejo: a commit status, one review with comments at lines, one comment. The two differ only in how a
//! comment at a line is put away; see `done`. Reviews are listed only when there is something to do, because each
//! costs a call.

use std::cell::{Cell, OnceCell};

use serde_json::{Value, json};

use self::done::Way;
use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::http::{Auth, Call, Client, client, owner_and_name, token};
use super::{Annotation, HostError, HostErrorKind, Markup, Publication, Target};
use crate::model::Verdict;

mod done;
mod open;
mod reviews;

/// The server takes more; nobody reads more.
const COMMENT_BYTES: usize = 65_536;
/// Columns of a status are text without a limit of their own; this is what lists of checks can show.
const DESCRIPTION_BYTES: usize = 255;
/// The server runs `git blame` and `git diff` for each comment of a review before it answers.
const THREADS: usize = 50;
/// Statuses that are set at the same time can meet this error, which passes.
const PASSING: &str = "user does not exist";
const STATUS_ATTEMPTS: usize = 3;

/// A pull request at Gitea or Forgejo.
pub(super) struct Gitea {
    client: Client,
    owner: String,
    name: String,
    /// Number of the pull request.
    index: String,
    head: String,
    run_url: Option<String>,
    /// Login of the token, in lower case.
    me: OnceCell<String>,
    /// There is an unsubmitted review of the token's user that is not the gate's: another review would submit it.
    draft: Cell<bool>,
    /// How this server puts a comment at a line away.
    way: Cell<Way>,
}

impl Gitea {
    /// Nothing is sent yet.
    pub(super) fn new(target: &Target) -> Result<Self, HostError> {
        let (owner, name) = owner_and_name(target)?;
        let me = target.acts_as.as_ref().map(|login| OnceCell::from(login.to_lowercase()));
        Ok(Self {
            client: client(target, Auth::Token(token(target)?))?,
            owner: owner.to_owned(),
            name: name.to_owned(),
            index: target.number.unwrap_or_default().to_string(),
            head: target.head.clone(),
            run_url: target.run_url.clone(),
            me: me.unwrap_or_default(),
            draft: Cell::new(false),
            way: Cell::new(Way::Resolve),
        })
    }

    /// Path below the repository.
    fn at<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        ["repos", &self.owner, &self.name].iter().copied().chain(rest.iter().copied()).collect()
    }

    /// Login of the token, in lower case: Gitea's logins differ by more than that.
    async fn me(&self) -> Result<&str, HostError> {
        if let Some(me) = self.me.get() {
            return Ok(me);
        }
        let reply = self.client.send(Call::get(&["user"])).await.map_err(|error| match error.kind {
            HostErrorKind::Forbidden => error.hint(
                "give the token the scope `read:user`: without it the gate cannot tell its own comments from those of others",
            ),
            _ => error,
        })?;
        let login = reply.text("/login")?.to_lowercase();
        Ok(self.me.get_or_init(|| login))
    }
}

impl Adapter for Gitea {
    fn limits(&self) -> Limits {
        Limits { comment: COMMENT_BYTES, markup: Markup::Html, threads: THREADS }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let reply = self.client.send(Call::get(&self.at(&["pulls", &self.index]))).await?;
        Ok(Current { head: reply.text("/head/sha")?.to_owned(), open: reply.text("/state")? == "open" })
    }

    /// Comments on the pull request as a whole: all of them in one call, the API has no pages here.
    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        let me = self.me().await?;
        let reply = self.client.send(Call::get(&self.at(&["issues", &self.index, "comments"]))).await?;
        Ok(reply.items("")?.iter().filter_map(|comment| read_comment(comment, me)).collect())
    }

    async fn line_comments(&self) -> Result<Vec<Comment>, HostError> {
        self.comments_of_reviews().await
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        let path = self.at(&["issues", &self.index, "comments"]);
        self.client.send(Call::post(&path, json!({ "body": body }))).await.map(drop)
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        let path = self.at(&["issues", "comments", &comment.id]);
        self.client.send(Call::patch(&path, json!({ "body": body }))).await.map(drop)
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        let path = self.at(&["issues", "comments", &comment.id]);
        HostError::unless_gone(self.client.send(Call::delete(&path)).await)
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let path = self.at(&["statuses", &self.head]);
        let status = status(publication, self.run_url.as_deref());
        let mut attempt = 1;
        loop {
            // The newest status of a context is the one that counts: a repetition does no harm.
            match self.client.try_send(Call::post(&path, status.clone()).repeatable()).await {
                Ok(_) => return Ok(Annotated::default()),
                Err(failure) if attempt < STATUS_ATTEMPTS && passes(&failure.body) => attempt += 1,
                Err(failure) => return Err(failure.error),
            }
        }
    }

    async fn open_threads(&self, annotations: &[&Annotation], key: &str) -> Result<usize, HostError> {
        self.open(annotations, key).await
    }

    async fn resolve(&self, comment: &Comment) -> Result<(), HostError> {
        self.put_away(comment).await
    }
}

fn read_comment(comment: &Value, me: &str) -> Option<Comment> {
    Some(Comment {
        id: comment["id"].as_u64()?.to_string(),
        // A comment that was migrated from another host stands under the account that migrated it.
        mine: is(&comment["user"], me) && comment["original_author"].as_str().unwrap_or_default().is_empty(),
        body: comment["body"].as_str().unwrap_or_default().to_owned(),
        ..Comment::default()
    })
}

/// `user` is the one with the login `me`.
fn is(user: &Value, me: &str) -> bool {
    user["login"].as_str().is_some_and(|login| login.to_lowercase() == me)
}

/// Never `warning` or `skipped`: some versions let both pass.
fn status(publication: &Publication<'_>, run_url: Option<&str>) -> Value {
    let state = match publication.verdict {
        Verdict::Pass => "success",
        Verdict::Fail => "failure",
        Verdict::Incomplete => "error",
    };
    let description = publication.pages.summary(DESCRIPTION_BYTES);
    let mut status =
        json!({ "state": state, "context": publication.check_name(), "description": description });
    if let Some(url) = run_url {
        status["target_url"] = json!(url);
    }
    status
}

fn passes(answer: &Value) -> bool {
    answer["message"].as_str().is_some_and(|message| message.contains(PASSING))
}
