//! Azure DevOps Services and Server: a pull request status on the iteration of the judged commit, one thread for the
//! comment, threads at lines. All of it is on the REST API of Git, which Services and Server share.

mod status;
#[cfg(test)]
mod tests;
mod thread;
mod version;

use std::cell::{Cell, OnceCell, RefCell};
use std::time::Duration;

use serde_json::{Value, json};

use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::http::{self, Auth, Call, Client, Reply};
use super::{Annotation, HostError, HostErrorKind, Markup, Publication, Target, threads};
use crate::model::Verdict;

/// The documented 150,000 characters, counted in bytes and with some room.
const COMMENT_BYTES: usize = 147_000;
/// Each thread is one call, mails the reviewers and counts against the rate limit of everything else that this
/// identity does; more than these nobody reads.
const THREADS: usize = 20;
/// Before a thread that may be there or not is looked for; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// A pull request in an organization of Services or a collection of Server.
pub(super) struct Azure {
    client: Client,
    project: String,
    repository: String,
    number: Option<String>,
    head: String,
    run_url: Option<String>,
    /// Id or unique name of the identity of the token, if somebody said so.
    acts_as: Option<String>,
    me: OnceCell<String>,
    version: Cell<&'static str>,
    /// The iteration of `head`, once it is known.
    iteration: Cell<Option<u64>>,
    /// The answer is no pass.
    blocks: Cell<bool>,
    /// The thread of the comment that this run has written last, and the number of its state.
    sticky: RefCell<Option<(String, Option<u64>)>>,
}

impl Azure {
    pub(super) fn new(target: &Target) -> Result<Self, HostError> {
        let (project, repository) = names(target)?;
        // Without the header, a bad token is answered with a redirect to a page for people.
        let client = http::client(target, auth(target)?)?.header("x-tfs-fedauthredirect", "Suppress")?;
        Ok(Self {
            client,
            project: project.to_owned(),
            repository: repository.to_owned(),
            number: target.number.map(|number| number.to_string()),
            head: target.head.clone(),
            run_url: target.run_url.clone(),
            acts_as: target.acts_as.clone(),
            me: OnceCell::new(),
            version: Cell::new(version::NEWEST),
            iteration: Cell::new(None),
            blocks: Cell::new(true),
            sticky: RefCell::default(),
        })
    }

    /// Segments of a path below the repository.
    fn below<'a>(&'a self, tail: &[&'a str]) -> Vec<&'a str> {
        let mut path = vec![self.project.as_str(), "_apis", "git", "repositories", self.repository.as_str()];
        path.extend(tail);
        path
    }

    /// Segments of a path below the pull request.
    fn pull_request<'a>(&'a self, tail: &[&'a str]) -> Result<Vec<&'a str>, HostError> {
        let number = self.number.as_deref().ok_or_else(|| {
            HostError::new(
                HostErrorKind::Setup,
                "a pull request of Azure DevOps is needed, but no number is known",
            )
            .hint("give the number of the pull request")
        })?;
        let mut path = self.below(&["pullRequests", number]);
        path.extend(tail);
        Ok(path)
    }

    /// Sends `call` in the newest version of the API that the server speaks.
    async fn send(&self, call: Call<'_>) -> Result<Reply, HostError> {
        self.send_as(call, "").await
    }

    async fn send_as(&self, call: Call<'_>, suffix: &str) -> Result<Reply, HostError> {
        let version = self.version.get();
        let first =
            self.client.try_send(call.clone().query("api-version", format!("{version}{suffix}"))).await;
        let older = first.as_ref().err().and_then(|failure| version::older(&failure.body, version));
        let reply = match older {
            None => first,
            Some(older) => {
                self.version.set(older);
                self.client.try_send(call.query("api-version", format!("{older}{suffix}"))).await
            }
        };
        reply.map_err(|failure| explain(failure.error))
    }

    /// Id (or unique name) of the identity that the token belongs to. One call at most.
    async fn me(&self) -> Result<&str, HostError> {
        if let Some(known) = self.acts_as.as_deref().or_else(|| self.me.get().map(String::as_str)) {
            return Ok(known);
        }
        // Never left the stage of a preview.
        let reply = self.send_as(Call::get(&["_apis", "connectionData"]), "-preview").await?;
        let id = reply.text("/authenticatedUser/id")?;
        Ok(self.me.get_or_init(|| id.to_owned()))
    }

    /// Sets the state of a thread.
    async fn set_status(&self, thread: &str, status: &str) -> Result<(), HostError> {
        let path = self.pull_request(&["threads", thread])?;
        self.send(Call::patch(&path, json!({ "status": status }))).await.map(drop)
    }

    /// Opens the thread of the comment, or closes it. Under the policy "Check for comment resolution" an open thread
    /// blocks the merge too.
    async fn signal_by_thread(&self) -> Result<(), HostError> {
        let wanted = if self.blocks.get() { thread::ACTIVE } else { thread::CLOSED };
        let Some((thread, status)) = self.sticky.borrow().clone() else { return Ok(()) };
        if status == thread::status_number(wanted) {
            return Ok(());
        }
        // Another run has taken this copy away meanwhile.
        HostError::unless_gone(self.set_status(&thread, wanted).await)?;
        self.sticky.replace(Some((thread, thread::status_number(wanted))));
        Ok(())
    }

    /// Opens one thread. One whose answer is lost is looked for before it is tried again.
    async fn open_thread(&self, body: Value, fingerprint: &str, key: &str) -> Result<(), HostError> {
        let path = self.pull_request(&["threads"])?;
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.send(Call::post(&path, body.clone())).await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            let lost = error.ambiguous || error.kind == HostErrorKind::Conflict;
            if !lost || pause > LAST_PAUSE {
                return Err(error);
            }
            tokio::time::sleep(pause.min(self.client.remaining())).await;
            pause *= 2;
            if threads::has(&self.comments().await?, fingerprint, key) {
                return Ok(());
            }
        }
    }
}

impl Adapter for Azure {
    fn limits(&self) -> Limits {
        Limits { comment: COMMENT_BYTES, markup: Markup::Html, threads: THREADS }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let reply = self.send(Call::get(&self.pull_request(&[])?)).await?;
        let open = reply.text("/status")? == "active";
        // This is the commit of the last test merge, which is made some time after a push.
        let merged = reply.text("/lastMergeSourceCommit/commitId").ok();
        let settled = reply.body["mergeStatus"] != "queued";
        let head = match merged.filter(|head| !open || settled && head.eq_ignore_ascii_case(&self.head)) {
            Some(head) => head.to_owned(),
            None => self.newest_iteration().await?.map_or_else(|| self.head.clone(), |(_, head)| head),
        };
        Ok(Current { head, open })
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        let reply = self.send(Call::get(&self.pull_request(&["threads"])?)).await?;
        let listed = thread::list(reply.items("/value")?);
        let me = if listed.iter().any(|one| one.marked) { Some(self.me().await?) } else { None };
        Ok(listed.into_iter().map(|one| one.comment(me)).collect())
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        let path = self.pull_request(&["threads"])?;
        let reply = self.send(Call::post(&path, thread::sticky(body))).await?;
        let id = reply.number("/id").ok();
        self.sticky.replace(id.map(|id| (id.to_string(), thread::status_number(thread::CLOSED))));
        Ok(())
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        let (thread, id) = thread::ids(comment)?;
        let path = self.pull_request(&["threads", thread, "comments", id])?;
        self.send(Call::patch(&path, json!({ "content": body }))).await?;
        self.sticky.replace(Some((thread.to_owned(), comment.version)));
        Ok(())
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        let (thread, id) = thread::ids(comment)?;
        HostError::unless_gone(
            self.send(Call::delete(&self.pull_request(&["threads", thread, "comments", id])?)).await,
        )
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        self.blocks.set(publication.verdict != Verdict::Pass);
        self.put_status(publication).await?;
        self.signal_by_thread().await?;
        Ok(Annotated::default())
    }

    async fn open_threads(&self, annotations: &[&Annotation], key: &str) -> Result<usize, HostError> {
        let changes = self.changes().await;
        for annotation in annotations {
            let body = thread::at_line(annotation, key, self.blocks.get(), &changes);
            self.open_thread(body, &annotation.fingerprint, key).await?;
        }
        Ok(annotations.len())
    }

    async fn resolve(&self, comment: &Comment) -> Result<(), HostError> {
        let (thread, _) = thread::ids(comment)?;
        self.set_status(thread, thread::FIXED).await
    }
}

/// Project and repository, by name or by id.
fn names(target: &Target) -> Result<(&str, &str), HostError> {
    http::owner_and_name(target)
        .map_err(|error| error.hint("give it as `project/repository`, by names or by ids"))
}

/// `System.AccessToken` and tokens of Entra are JSON Web Tokens; a personal access token is a password without a user.
fn auth(target: &Target) -> Result<Auth, HostError> {
    let token = http::token(target).map_err(|error| {
        error.hint("in a pipeline, map it: `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`")
    })?;
    let is_jwt = token.expose().starts_with("eyJ") && token.expose().matches('.').count() == 2;
    Ok(if is_jwt { Auth::Bearer(token) } else { Auth::Basic(String::new(), token) })
}

/// Says which permission is missing, in the words of the settings page.
fn explain(error: HostError) -> HostError {
    match error.kind {
        HostErrorKind::Forbidden => error.hint(
            "allow `Contribute to pull requests` on the repository to the identity of the token (in a pipeline: \
             `<project> Build Service (<organization>)`)",
        ),
        _ => error,
    }
}
