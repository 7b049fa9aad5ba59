//! Where an answer is to be put.

use std::time::Duration;

use super::{HostKind, Secret};

/// Which of two runs is the newer one: the CI's own counter, then the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct RunNumber {
    /// Number of the run; grows with time within one repository and CI. 0 where there is none.
    pub run: u64,
    /// Grows with each attempt of the run: 1, 2, …, or the number of the job (GitLab); 0 where there is none.
    pub attempt: u64,
}

impl RunNumber {
    /// `other` is the newer run. A run without a number is older than none: nothing tells which of them is the newer.
    pub(super) fn is_older_than(self, other: Self) -> bool {
        self != Self::default() && self < other
    }
}

/// A pull request (or a commit alone) at a host.
#[derive(Debug, Clone)]
pub struct Target {
    /// The host's API.
    pub kind: HostKind,
    /// Root of the API, without a slash at its end: `https://api.github.com`, `https://gitlab.example.com/api/v4`,
    /// `https://dev.azure.com/org` or `https://tfs.example.com/tfs/Collection`, `https://api.bitbucket.org/2.0`,
    /// `https://bitbucket.example.com`, `https://codecommit.eu-west-1.amazonaws.com`, `https://gitea.example.com/api/v1`.
    pub api: String,
    /// `owner/name`; GitLab: path or number of the project that the merge request is in; Azure: `project/repository`;
    /// Bitbucket Cloud: `workspace/slug`; Data Center: `KEY/slug` (`~user/slug` for personal ones); CodeCommit: name.
    pub repository: String,
    /// Number of the pull request (GitLab: iid); none: the commit alone is marked.
    pub number: Option<u64>,
    /// Full hexadecimal id of the commit that was judged as head (never the host's test merge).
    pub head: String,
    /// GitLab: number of the pipeline that this run is part of, so that the status joins it.
    pub pipeline: Option<u64>,
    /// GitLab: number of the source project, where it is another one.
    pub source_project: Option<u64>,
    /// The pull request comes from another repository, as far as the CI knows.
    pub from_fork: Option<bool>,
    /// What to authenticate with.
    pub token: Option<Secret>,
    /// Name that goes with the token where the host wants one (Basic authentication of Bitbucket Cloud);
    /// `gitlab-ci-token` says that the token is a job token of GitLab.
    pub user: Option<String>,
    /// Login that the token acts as, where it is known without asking (`github-actions[bot]`).
    pub acts_as: Option<String>,
    /// This run.
    pub run: RunNumber,
    /// Page of this run in the CI, for links.
    pub run_url: Option<String>,
    /// An HTTP proxy that adds the credentials (Bitbucket Pipelines: `http://localhost:29418`).
    pub local_proxy: Option<String>,
    /// All of posting together takes no longer than this.
    pub budget: Duration,
}
