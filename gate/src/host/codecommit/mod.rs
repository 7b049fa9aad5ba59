//! AWS CodeCommit: there are no statuses, so the signal is an approval by the gate's own identity that an approval rule
//! asks for. Comments and findings are comments of the pull request; one that is done is deleted, for there is no way
//! to resolve it.

mod connect;
mod error;
mod identity;
mod listing;
mod revision;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell, RefCell};

use aws_sdk_codecommit::Client;
use aws_sdk_codecommit::types::{ApprovalState, Location, RelativeFileVersionEnum};

use self::error::{Calls, Failure};
use self::revision::Revision;
use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::marker::digest;
use super::{Annotation, HostError, HostErrorKind, Markup, Publication, RunNumber, Target, threads};
use crate::model::Verdict;

/// The documented 10,240 characters, counted in bytes and with some room.
const COMMENT_BYTES: usize = 10_035;
/// Each is one call and one mail to everybody who is subscribed.
const THREADS: usize = 20;
/// How often a comment at a line is tried whose answer was lost.
const TRIES: usize = 3;
/// What the host says of a place that it cannot put a comment at.
const NO_SUCH_PLACE: [&str; 5] = [
    "InvalidFileLocationException",
    "InvalidFilePositionException",
    "InvalidPathException",
    "PathDoesNotExistException",
    "PathRequiredException",
];

/// A pull request of a repository of CodeCommit.
pub(super) struct CodeCommit {
    client: Client,
    sts: aws_sdk_sts::Client,
    calls: Calls,
    repository: String,
    number: Option<String>,
    head: String,
    run: RunNumber,
    /// Comments that were asked for.
    posts: Cell<usize>,
    /// Who the credentials belong to, without the name of the session; see `identity`.
    me: OnceCell<String>,
    /// The pull request as [`Adapter::current`] saw it: what is approved is what was judged.
    revision: RefCell<Option<Revision>>,
}

impl CodeCommit {
    pub(super) async fn new(target: &Target) -> Result<Self, HostError> {
        let mut calls = Calls::within_budget(target.budget);
        let (client, sts) = connect::clients(target, &mut calls).await?;
        let me = OnceCell::new();
        if let Some(arn) = &target.acts_as {
            me.get_or_init(|| identity::principal(arn).to_owned());
        }
        Ok(Self {
            client,
            sts,
            calls,
            repository: target.repository.clone(),
            number: target.number.map(|number| number.to_string()),
            head: target.head.clone(),
            run: target.run,
            posts: Cell::new(0),
            me,
            revision: RefCell::default(),
        })
    }

    fn number(&self) -> Result<&str, HostError> {
        self.number.as_deref().ok_or_else(|| {
            HostError::new(
                HostErrorKind::Setup,
                "CodeCommit has no status of a commit, only approvals of pull requests",
            )
            .hint("give the number of the pull request")
        })
    }

    /// Who the credentials belong to. One call at most, to AWS STS, which needs no permission.
    async fn me(&self) -> Result<&str, HostError> {
        if let Some(known) = self.me.get() {
            return Ok(known);
        }
        let answer = self.calls.run("GetCallerIdentity", || self.sts.get_caller_identity().send()).await?;
        let arn = answer
            .arn()
            .ok_or_else(|| error::strange("GetCallerIdentity", "who the credentials belong to"))?;
        Ok(self.me.get_or_init(|| identity::principal(arn).to_owned()))
    }

    async fn post(&self, text: &str, place: Option<&Annotation>, revision: &Revision) -> Result<(), Failure> {
        let line = place.map(|annotation| annotation.start.line.to_string()).unwrap_or_default();
        let path = place.map(|annotation| annotation.path.as_str()).unwrap_or_default();
        let location = place.map(|annotation| {
            Location::builder()
                .file_path(&annotation.path)
                .file_position(i64::from(annotation.start.line))
                .relative_file_version(RelativeFileVersionEnum::After)
                .build()
        });
        // However often the SDK sends this, one comment is made. But each time anew when it is asked for again: the
        // comment of before may be deleted by now, and CodeCommit would give that one back.
        let count = self.posts.replace(self.posts.get() + 1);
        let run = format!("{}.{}.{count}", self.run.run, self.run.attempt);
        let (before, after) = (revision.before.as_str(), revision.after.as_str());
        let token = digest([&revision.number, before, after, path, &line, text, &run]);
        let call = self
            .client
            .post_comment_for_pull_request()
            .pull_request_id(&revision.number)
            .repository_name(&self.repository)
            .before_commit_id(before)
            .after_commit_id(after)
            .set_location(location)
            .content(text)
            .client_request_token(token);
        self.calls.run("PostCommentForPullRequest", || call.clone().send()).await.map(drop)
    }

    /// A comment at a line. One whose answer is lost for good is looked for before it is tried again.
    async fn open(
        &self,
        text: &str,
        annotation: &Annotation,
        revision: &Revision,
        key: &str,
    ) -> Result<(), Failure> {
        let mut tries = 0;
        loop {
            let failure = match self.post(text, Some(annotation), revision).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            tries += 1;
            if tries == TRIES || !failure.is_lost() {
                return Err(failure);
            }
            let comments = self.comments().await.map_err(Failure::from)?;
            if threads::has(&comments, &annotation.fingerprint, key) {
                return Ok(());
            }
        }
    }

    async fn delete(&self, id: &str) -> Result<(), HostError> {
        let call = self.client.delete_comment_content().comment_id(id);
        let deleted: Result<_, HostError> =
            self.calls.run("DeleteCommentContent", || call.clone().send()).await.map_err(Into::into);
        HostError::unless_gone(deleted)
    }

    /// Takes the approval back, and looks whether that is enough: an approval belongs to one session of a role, so
    /// one of an earlier run can still stand, and nobody but that session can take it back.
    async fn revoke(&self, revision: &Revision) -> Result<(), HostError> {
        match self.approval(revision, ApprovalState::Revoke).await {
            // Nothing of the author's counts as an approval.
            Err(failure) if failure.is("PullRequestCannotBeApprovedByAuthorException") => return Ok(()),
            other => other?,
        }
        let call = self
            .client
            .get_pull_request_approval_states()
            .pull_request_id(&revision.number)
            .revision_id(&revision.id);
        let answer = self.calls.run("GetPullRequestApprovalStates", || call.clone().send()).await?;
        let approved = |state: Option<&ApprovalState>| state == Some(&ApprovalState::Approve);
        let standing = answer.approvals().iter().filter(|approval| approved(approval.approval_state()));
        let arns: Vec<&str> = standing.filter_map(|approval| approval.user_arn()).collect();
        if arns.is_empty() {
            return Ok(());
        }
        let me = self.me().await?;
        match arns.into_iter().find(|arn| identity::principal(arn) == me) {
            None => Ok(()),
            Some(other) => Err(HostError::new(
                HostErrorKind::Conflict,
                format!("the approval by {other} still stands: only that session can revoke it"),
            )
            .hint(
                "let all runs of the gate assume its role under one session name; a push ends the approval",
            )),
        }
    }

    async fn approval(&self, revision: &Revision, state: ApprovalState) -> Result<(), Failure> {
        let call = self
            .client
            .update_pull_request_approval_state()
            .pull_request_id(&revision.number)
            .revision_id(&revision.id)
            .approval_state(state);
        self.calls.run("UpdatePullRequestApprovalState", || call.clone().send()).await.map(drop)
    }
}

impl Adapter for CodeCommit {
    fn limits(&self) -> Limits {
        Limits { comment: COMMENT_BYTES, markup: Markup::Plain, threads: THREADS }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let revision = self.read_revision().await?;
        let current = Current { head: revision.after.clone(), open: revision.open };
        self.revision.replace(Some(revision));
        Ok(current)
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        let listed = self.list().await?;
        let me = if listed.iter().any(listing::Listed::is_marked) { Some(self.me().await?) } else { None };
        Ok(listed.into_iter().map(|one| one.comment(me)).collect())
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        let revision = self.revision().await?;
        Ok(self.post(body, None, &revision).await?)
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        let call = self.client.update_comment().comment_id(&comment.id).content(body);
        match self.calls.run("UpdateComment", || call.clone().send()).await {
            // Another session of the same role wrote it. A new one takes its place; first the new one, so that
            // there is always one.
            Err(failure) if failure.is("CommentNotCreatedByCallerException") => {
                self.create(body).await?;
                self.delete(&comment.id).await
            }
            other => Ok(other.map(drop)?),
        }
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        self.delete(&comment.id).await
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let revision = self.revision().await?;
        if !revision.after.eq_ignore_ascii_case(&self.head) {
            return Err(HostError::new(
                HostErrorKind::Conflict,
                format!("the pull request is at {}, {} was judged", revision.after, self.head),
            )
            .hint("the run of the newer push answers; this one need not be repeated"));
        }
        match publication.verdict {
            Verdict::Pass => self.approval(&revision, ApprovalState::Approve).await?,
            Verdict::Fail | Verdict::Incomplete => self.revoke(&revision).await?,
        }
        Ok(Annotated::default())
    }

    async fn open_threads(&self, annotations: &[&Annotation], key: &str) -> Result<usize, HostError> {
        let revision = self.revision().await?;
        let mut opened = 0;
        for annotation in annotations {
            let text = threads::text(annotation, key, Markup::Plain, COMMENT_BYTES);
            match self.open(&text, annotation, &revision, key).await {
                Ok(()) => opened += 1,
                // The comment on the whole tells of it all the same.
                Err(failure) if NO_SUCH_PLACE.iter().any(|code| failure.is(code)) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(opened)
    }

    async fn resolve(&self, comment: &Comment) -> Result<(), HostError> {
        self.delete(&comment.id).await
    }
}
