//! `post`: one answer, one host, one time budget. The only place where a runtime for asynchronous calls is made.

use super::adapter::Adapter;
use super::{HostError, HostErrorKind, HostKind, Publication, RunNumber, Target, publish};

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// It was put, as far as `failures` does not say otherwise.
    #[default]
    Done,
    /// The last run has put the very same.
    Unchanged,
    /// The pull request has a newer head: nothing was written.
    Stale {
        /// That head.
        newer: String,
    },
    /// A newer run of the same head has answered: nothing (more) was written.
    Overtaken {
        /// That run.
        run: RunNumber,
    },
    /// The pull request is merged or closed: nothing was written.
    Closed,
}

/// What was put, and what not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    /// In short.
    pub outcome: Outcome,
    /// The merge-blocking signal stands.
    pub signal: bool,
    /// The comment stands.
    pub comment: bool,
    /// Annotations and threads that were put.
    pub annotations: usize,
    /// Annotations that the host has no room for.
    pub left_out: usize,
    /// Threads that were resolved because their finding is gone.
    pub resolved: usize,
    /// Steps that failed: what was tried, and why.
    pub failures: Vec<(&'static str, HostError)>,
}

impl Posted {
    /// True if the answer stands at the host, or need not.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Puts `publication` on the pull request (or commit) of `target`. Never takes longer than the target's budget, whatever
/// the host does. An error says that nothing could even be tried.
pub fn post(target: &Target, publication: &Publication<'_>) -> Result<Posted, HostError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        HostError::new(HostErrorKind::Setup, format!("no runtime for network calls: {error}"))
    })?;
    let posted = runtime.block_on(dispatch(target, publication));
    // A look-up of a name cannot be broken off; dropping the runtime would wait for it, beyond the budget.
    runtime.shutdown_background();
    posted
}

async fn dispatch(target: &Target, publication: &Publication<'_>) -> Result<Posted, HostError> {
    match target.kind {
        HostKind::Github => run(super::github::Github::new(target).await?, target, publication).await,
        HostKind::Gitlab => run(super::gitlab::Gitlab::new(target)?, target, publication).await,
        HostKind::Azure => run(super::azure::Azure::new(target)?, target, publication).await,
        HostKind::BitbucketCloud => {
            run(super::bitbucket_cloud::BitbucketCloud::new(target)?, target, publication).await
        }
        HostKind::BitbucketDc => {
            run(super::bitbucket_dc::BitbucketDc::new(target)?, target, publication).await
        }
        #[cfg(feature = "codecommit")]
        HostKind::CodeCommit => {
            run(super::codecommit::CodeCommit::new(target).await?, target, publication).await
        }
        #[cfg(not(feature = "codecommit"))]
        HostKind::CodeCommit => {
            Err(HostError::new(HostErrorKind::Setup, "this binary was built without AWS CodeCommit")
                .hint("build it with `--features codecommit`, or use a release"))
        }
        HostKind::Gitea => run(super::gitea::Gitea::new(target)?, target, publication).await,
    }
}

async fn run<A: Adapter>(
    adapter: A,
    target: &Target,
    publication: &Publication<'_>,
) -> Result<Posted, HostError> {
    Ok(publish::publish(&adapter, target, publication).await)
}
