//! Bitbucket Data Center: a build status, which required builds find by its parent, a Code Insights report with
//! annotations, which only its creator can replace, and one comment under optimistic lock.

mod report;
mod wire;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::bitbucket::{Found, Identity, web};
use super::http::{Auth, Call, Client, Failure, Reply, owner_and_name, token};
use super::{HostError, HostErrorKind, Markup, Publication, Target};

/// Bytes of a comment; the server takes 32,768 characters.
const COMMENT: usize = 32_000;
/// Activities of a page; servers cut larger numbers down.
const PAGE: usize = 500;
/// Pages that are read at most.
const PAGES: usize = 100;
/// How often the comments are read again while others write.
const LOOKS: usize = 6;
/// What stands in a copy of the comment that has answers and can therefore not be removed.
const MOVED: &str = "The report is in the other comment of the gate on this pull request.";

pub(super) struct BitbucketDc {
    client: Client,
    api: String,
    project: String,
    slug: String,
    number: Option<String>,
    head: String,
    run_url: Option<String>,
    /// The pull request could be read: the token is good, the repository and the commit are there.
    is_read: Cell<bool>,
    /// Source branch, if it is one of the same repository.
    branch: RefCell<Option<String>>,
    identity: Identity,
}

impl BitbucketDc {
    pub(super) fn new(target: &Target) -> Result<Self, HostError> {
        let (project, slug) = owner_and_name(target)?;
        let token = token(target)?;
        let client = Client::new(&target.api, Auth::Bearer(token.clone()), target.budget)?;
        let place = format!("{}/{}", target.repository, target.number.unwrap_or_default());
        let identity = Identity::new(token, place);
        if let Some(name) = &target.acts_as {
            identity.named(name.to_lowercase());
        }
        Ok(Self {
            client: client.header("x-atlassian-token", "no-check")?,
            api: target.api.trim_end_matches('/').to_owned(),
            project: project.to_owned(),
            slug: slug.to_owned(),
            number: target.number.map(|number| number.to_string()),
            head: target.head.clone(),
            run_url: web(target.run_url.as_deref()).map(str::to_owned),
            is_read: Cell::new(false),
            branch: RefCell::default(),
            identity,
        })
    }

    /// Path of a resource of the repository; `rest` is `api` or `insights`.
    fn path<'a>(&'a self, rest: &'a str, below: &[&'a str]) -> Vec<&'a str> {
        let start = ["rest", rest, "latest", "projects", self.project.as_str(), "repos", self.slug.as_str()];
        start.into_iter().chain(below.iter().copied()).collect()
    }

    fn pull_request<'a>(&'a self, below: &[&'a str]) -> Result<Vec<&'a str>, HostError> {
        let number = self.number.as_deref().ok_or_else(|| {
            HostError::new(HostErrorKind::Setup, "there is no pull request to write to, only a commit")
        })?;
        Ok(self.path("api", &[&["pull-requests", number], below].concat()))
    }

    /// Page for people: of this run, or else of what it judged.
    fn page(&self) -> String {
        self.run_url.clone().unwrap_or_else(|| {
            wire::page(&self.api, &self.project, &self.slug, self.number.as_deref(), &self.head)
        })
    }

    async fn send(&self, call: Call<'_>) -> Result<Reply, HostError> {
        self.client.send(call).await.inspect(|reply| self.note_caller(reply))
    }

    /// Servers answer 401 to what a token may not do, as they do to a token that they do not know.
    async fn write(&self, call: Call<'_>) -> Result<Reply, HostError> {
        match self.client.try_send(call).await {
            Ok(reply) => {
                self.note_caller(&reply);
                Ok(reply)
            }
            Err(Failure { error, status: Some(401), .. }) if self.is_read.get() => Err(may_not(error)),
            Err(failure) => Err(failure.error),
        }
    }

    fn note_caller(&self, reply: &Reply) {
        if let Some(name) = wire::caller(&reply.headers) {
            self.identity.named(name);
        }
    }

    /// The text as it is sent: where the server does not say who the token is, the comment has to show it.
    fn sealed(&self, body: &str) -> String {
        if self.identity.is_nameless() { self.identity.sealed(body) } else { body.to_owned() }
    }

    async fn list(&self) -> Result<Vec<Found>, HostError> {
        let path = self.pull_request(&["activities"])?;
        let mut found = BTreeMap::new();
        let mut start = 0;
        for _ in 0..PAGES {
            let call = Call::get(&path).query("limit", PAGE).query("start", start);
            let reply = self.send(call).await?;
            // The newest come first, and one comment may have several activities.
            found.extend(reply.items("/values")?.iter().filter_map(wire::comment));
            if reply.body.get("isLastPage").and_then(Value::as_bool).unwrap_or(true) {
                return Ok(found.into_values().collect());
            }
            let next = reply.number("/nextPageStart")?;
            if next <= start {
                return Err(reply.strange("has a next page that is not a later one"));
            }
            start = next;
        }
        Err(HostError::new(HostErrorKind::Refused, "the pull request has more activities than can be read")
            .hint("open another pull request"))
    }

    /// Stores a text and gives the new version.
    async fn save(&self, comment: &Comment, text: &str) -> Result<Option<u64>, HostError> {
        let path = self.pull_request(&["comments", &comment.id])?;
        let body = json!({ "text": text, "version": comment.version.unwrap_or_default() });
        let reply = self.write(Call::put(&path, body)).await?;
        Ok(reply.number("/version").ok())
    }

    async fn status(&self, publication: &Publication<'_>) -> Result<(), HostError> {
        let branch = self.branch.borrow().clone();
        let body = report::status(publication, &self.page(), branch.as_deref());
        let path = self.path("api", &["commits", &self.head, "builds"]);
        // The same key again replaces the status.
        match self.write(Call::post(&path, body).repeatable()).await {
            // Before 7.4 there is only the resource that knows no repositories. It takes commits that do not exist, too.
            Err(error) if error.kind == HostErrorKind::NotFound && self.is_read.get() => {
                let body = report::old_status(publication, &self.page());
                let path = ["rest", "build-status", "latest", "commits", &self.head];
                self.write(Call::post(&path, body).repeatable()).await.map(drop)
            }
            result => result.map(drop),
        }
    }

    /// Puts the report and its annotations. There is no replacing of annotations: first all are taken away, and if it is
    /// not known whether some have arrived, it is all done again.
    async fn report(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        match self.put_report(publication).await {
            Err(error) if error.ambiguous => self.put_report(publication).await,
            result => result,
        }
    }

    async fn put_report(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let key = report::key(publication);
        let path = self.path("insights", &["commits", &self.head, "reports", &key]);
        HostError::unless_gone(self.write(Call::delete(&path)).await)
            .map_err(|error| not_ours(error, &key))?;
        let batches = report::annotations(publication);
        let put = batches.iter().map(Vec::len).sum();
        let left_out = publication.annotations.len().saturating_sub(put);
        let body = report::report(publication, &self.page(), left_out);
        self.write(Call::put(&path, body)).await.map_err(|error| not_ours(error, &key))?;
        let path = self.path("insights", &["commits", &self.head, "reports", &key, "annotations"]);
        for batch in batches {
            self.write(Call::post(&path, json!({ "annotations": batch }))).await?;
        }
        Ok(Annotated { put, left_out })
    }
}

impl Adapter for BitbucketDc {
    fn limits(&self) -> Limits {
        Limits { comment: COMMENT, markup: Markup::Plain, threads: 0 }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let reply = self.send(Call::get(&self.pull_request(&[])?)).await?;
        let head = reply.text("/fromRef/latestCommit")?.to_owned();
        let open = reply.text("/state")? == "OPEN";
        *self.branch.borrow_mut() = wire::branch(&reply.body);
        self.is_read.set(true);
        Ok(Current { head, open })
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        let save = async |comment: &Comment, text: &str| self.save(comment, text).await;
        let mut looks = 1;
        loop {
            match self.identity.settle(self.list().await?, &save).await {
                // Somebody changed the comment that was to show who the token is; perhaps it does now.
                Err(error) if error.kind == HostErrorKind::Conflict && looks < LOOKS => looks += 1,
                result => return result,
            }
        }
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        let path = self.pull_request(&["comments"])?;
        let reply = self.write(Call::post(&path, json!({ "text": self.sealed(body) }))).await?;
        if let Ok(name) = reply.text("/author/name") {
            self.identity.learn(name.to_lowercase());
        }
        Ok(())
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        self.save(comment, &self.sealed(body)).await.map(drop)
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        let path = self.pull_request(&["comments", &comment.id])?;
        let call = Call::delete(&path).query("version", comment.version.unwrap_or_default());
        match self.write(call).await {
            Err(error) if error.kind == HostErrorKind::NotFound => Ok(()),
            // A comment with answers cannot be removed; without its marker it is not found again.
            Err(error) if error.kind == HostErrorKind::Conflict => self.save(comment, MOVED).await.map(drop),
            result => result.map(drop),
        }
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let status = self.status(publication).await;
        let report = self.report(publication).await;
        // Merge checks may be set to either: only both together are the signal.
        status.and(report)
    }
}

fn may_not(error: HostError) -> HostError {
    let hint = "the token can read, but may not do this: give it write access to the repository";
    HostError { kind: HostErrorKind::Forbidden, ..error }.hint(hint)
}

/// A report that was refused is, as a rule, one that somebody else has put under this key.
fn not_ours(error: HostError, key: &str) -> HostError {
    if error.kind != HostErrorKind::Forbidden {
        return error;
    }
    error.hint(format!(
        "a report can be replaced by its creator only: if somebody else has put one under {key}, let an administrator of \
         the repository delete it; else give the token read access to the repository"
    ))
}
