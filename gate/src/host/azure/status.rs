//! The merge-blocking signal: a pull request status, bound to the iteration (push) that was judged, so that a pass does
//! not count for what is pushed after it.

use serde_json::{Value, json};

use super::Azure;
use crate::host::http::Call;
use crate::host::{HostError, HostErrorKind, Publication};
use crate::model::Verdict;

/// First half of the status that a branch policy names. Never to be changed: policies would wait for ever.
const GENRE: &str = "gitops-gate";
/// Second half for the default key.
const NAME: &str = "verdict";
/// Bytes of the line next to the status.
const DESCRIPTION_BYTES: usize = 200;

impl Azure {
    /// Puts the status: on the iteration, or on the commit where there is no pull request. There is no update; the
    /// newest status of a name counts.
    pub(super) async fn put_status(&self, publication: &Publication<'_>) -> Result<(), HostError> {
        let mut status = json!({
            "state": state(publication.verdict),
            "description": publication.pages.summary(DESCRIPTION_BYTES),
            "context": { "genre": GENRE, "name": name(&publication.key)? },
        });
        if let Some(url) = &self.run_url {
            status["targetUrl"] = json!(url);
        }
        let path = if self.number.is_some() {
            if let Some(iteration) = self.find_iteration().await? {
                status["iterationId"] = json!(iteration);
            }
            self.pull_request(&["statuses"])?
        } else {
            self.below(&["commits", &self.head, "statuses"])
        };
        self.send(Call::post(&path, status).repeatable()).await.map(drop)
    }

    /// The newest iteration, which must be the one of the head; none for a pull request that has none at all (made
    /// before Azure DevOps knew them).
    async fn find_iteration(&self) -> Result<Option<u64>, HostError> {
        let Some((iteration, head)) = self.newest_iteration().await? else { return Ok(None) };
        if !head.eq_ignore_ascii_case(&self.head) {
            return Err(HostError::new(
                HostErrorKind::Conflict,
                format!("the pull request is at {head} meanwhile, {} was judged", self.head),
            )
            .hint("the run of the newer push answers; this one need not be repeated"));
        }
        self.iteration.set(Some(iteration));
        Ok(Some(iteration))
    }

    /// The newest push: its number and its commit.
    pub(super) async fn newest_iteration(&self) -> Result<Option<(u64, String)>, HostError> {
        let reply = self.send(Call::get(&self.pull_request(&["iterations"])?)).await?;
        Ok(reply.items("/value")?.iter().filter_map(iteration).max())
    }

    /// How Azure DevOps follows each changed file: ids by path, and the iteration that they belong to. Without them
    /// a thread still stands at its line, but does not move with it; so a failure is no failure.
    pub(super) async fn changes(&self) -> Option<(u64, Value)> {
        let iteration = self.iteration.get()?;
        let id = iteration.to_string();
        let path = self.pull_request(&["iterations", &id, "changes"]).ok()?;
        let reply = self.send(Call::get(&path).query("$top", 2000).query("$compareTo", 0)).await.ok()?;
        Some((iteration, reply.body))
    }
}

fn iteration(iteration: &Value) -> Option<(u64, String)> {
    Some((iteration["id"].as_u64()?, iteration["sourceRefCommit"]["commitId"].as_str()?.to_owned()))
}

fn state(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "succeeded",
        Verdict::Fail => "failed",
        Verdict::Incomplete => "error",
    }
}

/// Name of the status of the gate with this key.
pub(super) fn name(key: &str) -> Result<&str, HostError> {
    match key {
        "default" => Ok(NAME),
        NAME => Err(HostError::new(
            HostErrorKind::Setup,
            "the key `verdict` is the name of the default gate's status",
        )
        .hint("choose another key")),
        key => Ok(key),
    }
}
