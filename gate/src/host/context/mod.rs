//! What a run knows of the pull request from the CI that it runs in: a pure function of variables, the bytes of the
//! event file and a few facts of the clone, all of which the caller looks up. A CI is one file with a `read`, one variant
//! of [`Ci`] and its recorded cases in `tests/data/ci`. Every value is hostile: it is checked and cleaned as it is read,
//! and a value that is wrong is left out and told, never guessed.

mod actions;
mod azure_pipelines;
mod bitbucket_pipelines;
mod ci;
mod circleci;
mod codebuild;
mod detect;
mod drone;
mod fact;
mod forge;
mod gitea_actions;
mod github_actions;
mod gitlab_ci;
mod jenkins;
mod link;
mod listing;
mod overrides;
mod posting;
mod reader;
mod tekton;
mod token;
mod url;
mod values;
mod woodpecker;

#[cfg(test)]
mod tests;

pub use self::ci::Ci;
pub use self::detect::detect;
pub use self::fact::{Fact, Source};
pub use self::link::host_of;
pub use self::listing::Listed;
pub use self::overrides::Overrides;
pub use self::token::{Token, TokenKind};

use super::{HostKind, RunNumber};

/// Bytes of an event file that are read; GitHub caps the payload of an event at 25 MB.
pub const MAX_EVENT_BYTES: u64 = 25 << 20;

/// What the caller looks up: nothing here touches files, the environment or Git.
pub struct Surroundings<'a> {
    /// The value of an environment variable, if it is set and text.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The bytes of the event file at this path (at most [`MAX_EVENT_BYTES`]), or what is wrong: "cannot be read: …".
    pub event: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// The URL of the clone's remote `origin`.
    pub remote: &'a dyn Fn() -> Option<String>,
    /// The full id of the commit that a full reference name (`refs/remotes/origin/PR-7`) points to.
    pub reference: &'a dyn Fn(&str) -> Option<String>,
}

/// The merge that a host or CI made of the pull request, to be judged but never to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Full id of the merge commit.
    pub commit: String,
    /// The commit of the target branch that it was made on, where the CI says; else its first parent is.
    pub base: Option<String>,
}

/// What is known of a run. A fact that is not there is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The CI.
    pub ci: Option<Fact<Ci>>,
    /// What started the run, in the CI's word.
    pub event: Option<Fact<String>>,
    /// The Git host; another matter than the CI.
    pub host: Option<Fact<HostKind>>,
    /// Root of its API, as [`super::Target::api`].
    pub api: Option<Fact<String>>,
    /// Page of the repository.
    pub web: Option<Fact<String>>,
    /// The repository that the pull request is in, as [`super::Target::repository`].
    pub repository: Option<Fact<String>>,
    /// Number of the pull request (GitLab: iid).
    pub number: Option<Fact<u64>>,
    /// Title of the pull request, one line.
    pub title: Option<Fact<String>>,
    /// Login of its author as the host has it; never the author of a commit, who can be anybody.
    pub author: Option<Fact<String>>,
    /// Names of its labels.
    pub labels: Option<Fact<Vec<String>>>,
    /// Logins of those who approved its head; few CIs know any.
    pub approvers: Option<Fact<Vec<String>>>,
    /// It is a draft.
    pub draft: Option<Fact<bool>>,
    /// It comes from another repository.
    pub fork: Option<Fact<bool>>,
    /// The branch that it goes into.
    pub base_branch: Option<Fact<String>>,
    /// The commit that the change starts from: the target branch's tip or the merge base. May be abbreviated.
    pub base: Option<Fact<String>>,
    /// The branch that it comes from.
    pub head_branch: Option<Fact<String>>,
    /// Full id of its head commit, never of a test merge.
    pub head: Option<Fact<String>>,
    /// The merge that the CI checked out.
    pub merge: Option<Fact<Merge>>,
    /// The run is for a merge queue or train: what is judged is the target branch as it would become.
    pub queue: Option<Fact<bool>>,
    /// Which of two runs is the newer.
    pub run: Option<Fact<RunNumber>>,
    /// Page of the run.
    pub run_url: Option<Fact<String>>,
    /// GitLab: the pipeline.
    pub pipeline: Option<Fact<u64>>,
    /// GitLab: the source project, where it is another one.
    pub source_project: Option<Fact<u64>>,
    /// Bitbucket Pipelines: the proxy that adds credentials.
    pub local_proxy: Option<Fact<String>>,
    /// The variable with the token.
    pub token: Option<Token>,
    /// The user name that goes with the token.
    pub user: Option<Fact<String>>,
    /// What was wrong or could not be decided, one line each.
    pub problems: Vec<String>,
}

impl Context {
    /// True if the run is for a pull request, be it in a merge queue.
    pub fn is_pull_request(&self) -> bool {
        self.number.is_some() || self.queue.is_some()
    }
}
