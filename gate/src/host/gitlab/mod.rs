//! GitLab, gitlab.com and self-managed: the signal is a commit status in the pipeline, findings stand as threads at the
//! lines of the diff, the comment is a note of the merge request. One list of discussions serves notes and threads.

mod commands;
mod diff;
mod lines;
mod notes;
mod status;

use std::cell::{OnceCell, RefCell};

use serde_json::Value;

use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::http::{self, Auth, Call, Client, Reply};
use super::{Annotation, HostError, HostErrorKind, Markup, Publication, Target};

/// GitLab takes a million characters; pages of the web interface become slow long before.
const NOTE_BYTES: usize = 250_000;
/// gitlab.com takes 60 new notes a minute from one user, for all its merge requests.
const THREADS: usize = 20;

/// One merge request, or one commit.
pub(super) struct Gitlab {
    client: Client,
    /// Path or number of the project of the merge request.
    project: String,
    number: Option<String>,
    head: String,
    pipeline: Option<u64>,
    source_project: Option<u64>,
    run_url: Option<String>,
    /// The token is that of a CI job, which may read but not write.
    job_token: bool,
    user: OnceCell<User>,
    merge_request: RefCell<MergeRequest>,
}

/// Who the token belongs to.
enum User {
    Id(u64),
    Name(String),
}

/// What reading the merge request has told.
#[derive(Debug, Clone, Default)]
struct MergeRequest {
    source_project: Option<u64>,
    target_project: Option<u64>,
    refs: Option<lines::Refs>,
}

impl Gitlab {
    /// Nothing is sent yet.
    pub(super) fn new(target: &Target) -> Result<Self, HostError> {
        let token = http::token(target)?;
        // Job tokens have a prefix of their own, and a user name that no person can have.
        let job_token =
            token.expose().starts_with("glcbt-") || target.user.as_deref() == Some("gitlab-ci-token");
        let header = if job_token { "JOB-TOKEN" } else { "PRIVATE-TOKEN" };
        if target.repository.trim_matches('/').is_empty() {
            return Err(HostError::new(HostErrorKind::Setup, "no project is named")
                .hint("give the path of the project, as in its address, or its number"));
        }
        let user = OnceCell::new();
        if let Some(name) = target.acts_as.clone() {
            // It was empty.
            let _ = user.set(User::Name(name));
        }
        Ok(Self {
            client: http::client(target, Auth::Header(header, token))?,
            project: target.repository.trim_matches('/').to_owned(),
            number: target.number.map(|number| number.to_string()),
            head: target.head.clone(),
            pipeline: target.pipeline,
            source_project: target.source_project,
            run_url: target.run_url.clone(),
            job_token,
            user,
            merge_request: RefCell::default(),
        })
    }

    /// Segments of the merge request's address, with `rest` behind.
    fn path<'p>(&'p self, rest: &[&'p str]) -> Result<Vec<&'p str>, HostError> {
        let number = self.number.as_deref().ok_or_else(|| {
            HostError::new(HostErrorKind::Setup, "no merge request is named").hint("give its number")
        })?;
        Ok([&["projects", &self.project, "merge_requests", number], rest].concat())
    }

    /// Who the token belongs to; asked once.
    async fn user(&self) -> Result<&User, HostError> {
        if self.user.get().is_none() {
            let id = self.client.send(Call::get(&["user"])).await?.number("/id")?;
            // It was empty.
            let _ = self.user.set(User::Id(id));
        }
        self.user.get().ok_or_else(|| HostError::new(HostErrorKind::Strange, "no user"))
    }

    /// An error before anything is written with a job token.
    fn may_write(&self) -> Result<(), HostError> {
        if !self.job_token {
            return Ok(());
        }
        Err(HostError::new(HostErrorKind::Forbidden, "GitLab lets the token of a CI job read but not write").hint(
            "give a project access token (role Developer, scope api) in a masked variable that is not protected; \
             until then the job's exit code blocks where pipelines must succeed, and the Code Quality report shows \
             the findings",
        ))
    }
}

impl User {
    fn wrote(&self, note: &Value) -> bool {
        self.is(&note["author"])
    }

    fn is(&self, user: &Value) -> bool {
        match self {
            Self::Id(id) => user["id"].as_u64() == Some(*id),
            Self::Name(name) => user["username"].as_str() == Some(name),
        }
    }
}

impl MergeRequest {
    fn read(reply: &Reply) -> Self {
        let number = |pointer: &str| reply.body.pointer(pointer).and_then(Value::as_u64);
        Self {
            source_project: number("/source_project_id"),
            target_project: number("/target_project_id"),
            refs: lines::Refs::of_merge_request(&reply.body),
        }
    }
}

impl Adapter for Gitlab {
    fn limits(&self) -> Limits {
        Limits { comment: NOTE_BYTES, markup: Markup::Html, threads: THREADS }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let reply = self.client.send(Call::get(&self.path(&[])?)).await?;
        *self.merge_request.borrow_mut() = MergeRequest::read(&reply);
        let state = reply.text("/state")?;
        // `locked` is for the moment of merging, which may still fail.
        Ok(Current { head: reply.text("/sha")?.to_owned(), open: matches!(state, "opened" | "locked") })
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        self.list_notes().await
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        self.create_note(body).await
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        self.update_note(comment, body).await
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        self.remove_note(comment).await
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        self.set_status(publication).await.map(|()| Annotated::default())
    }

    async fn open_threads(&self, annotations: &[&Annotation], key: &str) -> Result<usize, HostError> {
        self.open_discussions(annotations, key).await
    }

    async fn resolve(&self, comment: &Comment) -> Result<(), HostError> {
        self.resolve_discussion(comment).await
    }
}
