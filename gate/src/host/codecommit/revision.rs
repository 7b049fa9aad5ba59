//! The pull request at one moment: its commits, and the id of the revision that an approval belongs to.

use aws_sdk_codecommit::types::{PullRequest, PullRequestStatusEnum};

use super::{CodeCommit, error};
use crate::host::{HostError, HostErrorKind};

/// What a pull request is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    /// Number of the pull request.
    pub(super) number: String,
    /// What an approval names; another one after each push.
    pub(super) id: String,
    /// Tip of the target branch.
    pub(super) before: String,
    /// Head commit.
    pub(super) after: String,
    /// It is neither merged nor closed.
    pub(super) open: bool,
}

impl CodeCommit {
    /// The revision that was seen first; asked for only if nobody did.
    pub(super) async fn revision(&self) -> Result<Revision, HostError> {
        let known = self.revision.borrow().clone();
        match known {
            Some(revision) => Ok(revision),
            None => self.read_revision().await,
        }
    }

    pub(super) async fn read_revision(&self) -> Result<Revision, HostError> {
        let call = self.client.get_pull_request().pull_request_id(self.number()?);
        let answer = self.calls.run("GetPullRequest", || call.clone().send()).await?;
        let pull_request =
            answer.pull_request().ok_or_else(|| error::strange("GetPullRequest", "a pull request"))?;
        read(pull_request, &self.repository)
    }
}

/// Numbers of pull requests are those of an account and region: one of another repository must not be written to.
pub(super) fn read(pull_request: &PullRequest, repository: &str) -> Result<Revision, HostError> {
    let mut targets = pull_request.pull_request_targets().iter();
    let target = targets.find(|target| target.repository_name() == Some(repository)).ok_or_else(|| {
        let number = pull_request.pull_request_id().unwrap_or("?");
        HostError::new(
            HostErrorKind::NotFound,
            format!("pull request {number} is not one of repository {repository}"),
        )
        .hint("check the number and the name of the repository")
    })?;
    let text = |value: Option<&str>| value.map(str::to_owned);
    let revision = (|| {
        Some(Revision {
            number: text(pull_request.pull_request_id())?,
            id: text(pull_request.revision_id())?,
            before: text(target.destination_commit())?,
            after: text(target.source_commit())?,
            open: pull_request.pull_request_status()? == &PullRequestStatusEnum::Open,
        })
    })();
    revision.ok_or_else(|| error::strange("GetPullRequest", "commits and a revision"))
}
