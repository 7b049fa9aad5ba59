//! The bench of a host: its twin with handles for the scenarios of `tests/tests/hosts`, which are the same for all hosts.

use std::time::Duration;

use gate::host::{HostKind, RunNumber, Secret, Target};
use serde_json::json;

use super::{Fault, Twin};

/// Head of the pull request at first.
pub const HEAD1: &str = "1111111111111111111111111111111111111111";
/// Head after a push.
pub const HEAD2: &str = "2222222222222222222222222222222222222222";
/// Tip of the target branch and merge base.
pub const BASE: &str = "b45eb45eb45eb45eb45eb45eb45eb45eb45eb45e";
/// Number of the pull request.
pub const NUMBER: u64 = 7;
/// The token of the gate; a host that wants another form overrides [`Bench::secrets`].
pub const TOKEN: &str = "tkn-0bN9vQ2xS3cr3tZk7Yw";
/// Login of the gate.
pub const USER: &str = "gate-bot";

/// A comment that exists at a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenComment {
    /// The host's id.
    pub id: String,
    /// Login of the author; [`USER`] for the gate.
    pub author: String,
    /// Text.
    pub body: String,
    /// Path and line of a comment on a line.
    pub line: Option<(String, u32)>,
    /// The thread that it opens is resolved.
    pub resolved: bool,
}

/// A mark at a line, as a reviewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAnnotation {
    /// Path in the repository.
    pub path: String,
    /// 1-based line; 0 for a whole file.
    pub line: u32,
    /// The host's word for how bad it is; empty where it knows none.
    pub level: String,
    /// Everything that the reviewer reads there.
    pub text: String,
}

/// A kind of request that scenarios aim faults at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The pull request is read.
    Read,
    /// The comments (or threads) are listed.
    List,
    /// The comment is made.
    Create,
    /// The comment is edited.
    Update,
    /// The first request that sets the signal.
    Signal,
}

/// What scenarios do with a host.
pub trait Bench: Twin + Sized {
    /// One open pull request, number [`NUMBER`], head [`HEAD1`] onto `main` at [`BASE`], whose diff holds the lines 1 to
    /// 100 of `apps/web/deploy.yaml` and of `apps/file-N.yaml` for each N below 40 (N without leading zeros), all added.
    fn fresh() -> Self;

    /// Posts as the gate's own user [`USER`], head [`HEAD1`], run 1.1; `url` is [`super::Server::url`].
    fn target(&self, url: &str) -> Target;

    /// The ids of the operations that make a step.
    fn operations(step: Step) -> &'static [&'static str];

    /// The host's form of a refusal that others send with `status` (401, 403, 404, 409, 422; 429 with `Retry-After`, if the
    /// host has that). CodeCommit answers 400 with a type.
    fn refusal(status: u16) -> Fault {
        Fault::status(status).json(&json!({ "message": "refused by a test" }))
    }

    /// The host says in seconds how long to wait when it limits the rate.
    fn says_how_long() -> bool {
        true
    }

    /// Everything that must never be seen in a text or by another server.
    fn secrets() -> Vec<String> {
        vec![TOKEN.to_owned()]
    }

    /// The pull request gets a new head, with the same diff.
    fn push(&mut self, head: &str);

    /// The pull request is merged.
    fn close(&mut self);

    /// Limits per minute are lifted, as administrators of servers of their own do it.
    fn unlimited(&mut self) {}

    /// From now on the token is one of a fork: it may read, and writes are refused as the host refuses them.
    fn read_only(&mut self);

    /// The next `times` writes to the comment meet the host's form of a conflict: somebody else was faster.
    fn conflict(&mut self, times: usize);

    /// Comments that exist now, threads at lines included, oldest first.
    fn comments(&self) -> Vec<SeenComment>;

    /// As a person would.
    fn delete_comment(&mut self, id: &str);

    /// A comment on the pull request by another user.
    fn forge(&mut self, body: &str);

    /// What the host's merge machinery, with the settings that the documentation asks for, makes of the gate's signal on
    /// `head`: it blocks, it lets merge, or nothing is there.
    fn blocks(&self, head: &str) -> Option<bool>;

    /// What a reviewer sees at the lines of `head`: the gate's threads that are open, the annotations of its latest check
    /// run or report.
    fn annotations(&self, head: &str) -> Vec<SeenAnnotation>;

    /// How many annotations the host gets of 1,200 (which lie in its diff).
    fn max_annotations(&self) -> usize;

    /// Calls that the first answer with 1,200 findings may cost: what the limits force, as `docs/hosts.md` says.
    fn max_calls_for_1200(&self) -> usize;
}

/// What most hosts need to be told of the pull request of [`Bench::fresh`]; [`Bench::target`] of a host adds the rest.
pub(super) fn target(kind: HostKind, api: String, repository: &str) -> Target {
    Target {
        kind,
        api,
        repository: repository.to_owned(),
        number: Some(NUMBER),
        head: HEAD1.to_owned(),
        pipeline: None,
        source_project: None,
        from_fork: None,
        token: Some(Secret::new(TOKEN)),
        user: None,
        acts_as: None,
        run: RunNumber { run: 1, attempt: 1 },
        run_url: Some("https://ci.example.com/runs/1".to_owned()),
        local_proxy: None,
        budget: Duration::from_secs(30),
    }
}
