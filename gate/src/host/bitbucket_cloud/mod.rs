//! Bitbucket Cloud: a build status on the commit, which merge checks count, a Code Insights report with annotations, and
//! one comment. In Pipelines without a token only the report can be put, through the proxy there.

mod report;
mod wire;

use std::cell::{Cell, RefCell};

use serde_json::json;

use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::bitbucket::{Found, Identity, slug, web};
use super::http::{Auth, Call, Client, Reply, owner_and_name, token};
use super::{HostError, HostErrorKind, Markup, Publication, Secret, Target};

/// Bytes of a comment: the limit of Data Center, for Cloud's own is not documented.
const COMMENT: usize = 32_000;
/// Pages of a hundred comments that are read at most.
const PAGES: usize = 100;
/// What the access tokens of repositories, projects and workspaces begin with; few of them may read `/user`.
const RESOURCE_TOKEN: &str = "ATCT";

pub(super) struct BitbucketCloud {
    client: Client,
    workspace: String,
    slug: String,
    number: Option<String>,
    head: String,
    run_url: Option<String>,
    /// No token: the proxy of Pipelines takes reports, nothing else.
    reports_only: bool,
    /// `/user` is worth a try, as far as the token's form or scopes tell.
    may_ask: Cell<bool>,
    /// It was tried in vain.
    refused: Cell<bool>,
    /// Source branch, as soon as the pull request was read.
    branch: RefCell<Option<String>>,
    identity: Identity,
}

impl BitbucketCloud {
    pub(super) fn new(target: &Target) -> Result<Self, HostError> {
        let (workspace, slug) = owner_and_name(target)?;
        let token = token(target);
        let (client, reports_only) = match (&token, &target.local_proxy) {
            (Ok(token), _) => {
                let auth = match &target.user {
                    Some(user) => Auth::Basic(user.clone(), token.clone()),
                    None => Auth::Bearer(token.clone()),
                };
                (Client::new(&target.api, auth, target.budget)?, false)
            }
            (Err(_), Some(proxy)) => {
                (Client::new(&target.api, Auth::None, target.budget)?.proxy(proxy)?, true)
            }
            (Err(error), None) => return Err(error.clone()),
        };
        let token = token.unwrap_or_else(|_| Secret::new(""));
        let may_ask = !token.expose().starts_with(RESOURCE_TOKEN);
        let place = format!("{}/{}", target.repository, target.number.unwrap_or_default());
        let identity = Identity::new(token, place);
        if let Some(uuid) = target.acts_as.as_deref().filter(|name| name.starts_with('{')) {
            identity.named(uuid);
        }
        Ok(Self {
            // Without it, some calls fail with "XSRF check failed".
            client: client.header("x-atlassian-token", "no-check")?,
            workspace: workspace.to_owned(),
            slug: slug.to_owned(),
            number: target.number.map(|number| number.to_string()),
            head: target.head.clone(),
            // In the URL of a status, braces are templates.
            run_url: web(target.run_url.as_deref()).map(|url| url.replace('{', "%7B").replace('}', "%7D")),
            reports_only,
            may_ask: Cell::new(may_ask),
            refused: Cell::new(false),
            branch: RefCell::default(),
            identity,
        })
    }

    fn path<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        let start = ["repositories", self.workspace.as_str(), self.slug.as_str()];
        start.into_iter().chain(rest.iter().copied()).collect()
    }

    /// Path of the pull request, and below it.
    fn pull_request<'a>(&'a self, rest: &[&'a str]) -> Result<Vec<&'a str>, HostError> {
        if self.reports_only {
            return Err(no_token());
        }
        let number = self.number.as_deref().ok_or_else(|| {
            HostError::new(HostErrorKind::Setup, "there is no pull request to write to, only a commit")
        })?;
        Ok(self.path(&[&["pullrequests", number], rest].concat()))
    }

    /// Page for people: of this run, or else of what it judged. A build status must have one.
    fn page(&self) -> String {
        self.run_url
            .clone()
            .unwrap_or_else(|| wire::page(&self.workspace, &self.slug, self.number.as_deref(), &self.head))
    }

    async fn list(&self) -> Result<Vec<Found>, HostError> {
        let call = Call::get(&self.pull_request(&["comments"])?);
        // The rendered text would double what is read.
        let call = call.query("pagelen", 100).query("fields", "-values.content.html");
        let mut reply = self.client.send(call).await?;
        let mut found = Vec::new();
        for _ in 0..PAGES {
            self.note_scopes(&reply);
            found.extend(reply.items("/values")?.iter().filter_map(wire::comment));
            match wire::next(&reply) {
                Some(next) => reply = self.client.follow(&next).await?,
                None => {
                    found.sort_by_key(|(id, _)| *id);
                    return Ok(found.into_iter().map(|(_, found)| found).collect());
                }
            }
        }
        Err(reply.strange("is the last of too many pages of comments"))
    }

    fn note_scopes(&self, reply: &Reply) {
        if let Some(granted) = wire::may_read_account(&reply.headers) {
            self.may_ask.set(granted);
        }
    }

    /// Who the token is, if it may ask.
    async fn ask(&self) -> Result<(), HostError> {
        match self.client.send(Call::get(&["user"])).await {
            Ok(reply) => {
                self.identity.named(reply.text("/uuid")?);
                Ok(())
            }
            // Access tokens get 403, or 401 with "not supported for this endpoint"; the token itself has just worked.
            Err(error) if error.is_denied() || error.kind == HostErrorKind::NotFound => {
                self.refused.set(true);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn write(&self, comment: &Comment, text: &str) -> Result<(), HostError> {
        let path = self.pull_request(&["comments", &comment.id])?;
        self.client.send(Call::put(&path, json!({ "content": { "raw": text } }))).await?;
        Ok(())
    }

    /// The text as it is sent: where nobody can be asked who the token is, the comment has to show it.
    fn sealed(&self, body: &str) -> String {
        let asks = self.may_ask.get() && !self.refused.get();
        if self.identity.is_nameless() && !asks { self.identity.sealed(body) } else { body.to_owned() }
    }

    async fn status(&self, publication: &Publication<'_>) -> Result<(), HostError> {
        if self.reports_only {
            return Err(no_token());
        }
        if self.number.is_some() && self.branch.borrow().is_none() {
            // The pull request could not be read. Without its branch, the status would not count for it: once more.
            let _ = self.current().await;
        }
        let branch = self.branch.borrow().clone();
        let body = report::status(publication, &self.page(), branch.as_deref());
        let path = self.path(&["commit", &self.head, "statuses", "build"]);
        // The same key again replaces the status.
        self.client.send(Call::post(&path, body).repeatable()).await?;
        Ok(())
    }

    /// Nothing of a report of an earlier run may stay, and annotations can only be taken away with their report or one
    /// by one: one call more, whether there is one or not.
    async fn report(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let id = slug(&publication.check_name(), report::KEY);
        let path = self.path(&["commit", &self.head, "reports", &id]);
        HostError::unless_gone(self.client.send(Call::delete(&path)).await)?;
        let batches = report::annotations(publication);
        let put = batches.iter().map(Vec::len).sum();
        let left_out = publication.annotations.len().saturating_sub(put);
        let body = report::report(publication, &self.page(), left_out);
        self.client.send(Call::put(&path, body)).await?;
        let path = self.path(&["commit", &self.head, "reports", &id, "annotations"]);
        for batch in batches {
            // The same external ids again replace the annotations.
            self.client.send(Call::post(&path, batch.into()).repeatable()).await?;
        }
        Ok(Annotated { put, left_out })
    }
}

impl Adapter for BitbucketCloud {
    fn limits(&self) -> Limits {
        Limits { comment: COMMENT, markup: Markup::Plain, threads: 0 }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let reply = self.client.send(Call::get(&self.pull_request(&[])?)).await?;
        self.note_scopes(&reply);
        *self.branch.borrow_mut() = reply.text("/source/branch/name").ok().map(str::to_owned);
        let head = reply.text("/source/commit/hash")?.to_owned();
        Ok(Current { head, open: reply.text("/state")? == "OPEN" })
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        let found = self.list().await?;
        if self.may_ask.get() && !self.refused.get() && self.identity.is_open(&found) {
            self.ask().await?;
        }
        let save = async |comment: &Comment, text: &str| self.write(comment, text).await.map(|()| None);
        self.identity.settle(found, save).await
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        let path = self.pull_request(&["comments"])?;
        let call = Call::post(&path, json!({ "content": { "raw": self.sealed(body) } }));
        if let Ok(uuid) = self.client.send(call).await?.text("/user/uuid") {
            self.identity.learn(uuid);
        }
        Ok(())
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        self.write(comment, &self.sealed(body)).await
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        let path = self.pull_request(&["comments", &comment.id])?;
        HostError::unless_gone(self.client.send(Call::delete(&path)).await)
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let status = self.status(publication).await;
        let report = self.report(publication).await;
        // Each is worth something without the other, but only both together are the signal.
        status.and(report)
    }
}

fn no_token() -> HostError {
    let text = "there is no token for Bitbucket Cloud: the proxy of Pipelines takes the Code Insights report, nothing else";
    HostError::new(HostErrorKind::Unauthorized, text).hint(
        "make an access token for the repository (Repositories: Read, Pull requests: Write) and give it to the step as \
         a secured variable",
    )
}
