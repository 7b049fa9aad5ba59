//! The commit status: what a token that may write no check runs can still set. It blocks a merge as a check run does, but
//! has no annotations; the comment has the findings.

use serde_json::json;

use super::Github;
use super::check::link;
use super::crab::{Made, made};
use crate::host::adapter::Annotated;
use crate::host::{HostError, HostErrorKind, Publication};
use crate::model::Verdict;
use crate::text::shorten;

/// Code points of a description.
const DESCRIPTION: usize = 140;

impl Github {
    /// Sets the status of the head commit; the newest one of a context counts, so that sending it again changes nothing.
    pub(super) async fn status(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        let state = if publication.verdict == Verdict::Pass { "success" } else { "failure" };
        let mut body = json!({
            "state": state,
            "context": publication.check_name(),
            "description": shorten(&publication.pages.summary(DESCRIPTION), DESCRIPTION),
        });
        if let Some(url) = link(self.target.run_url.as_deref()) {
            body["target_url"] = json!(url);
        }
        let route = self.route(&format!("statuses/{}", self.target.head));
        let sent = self.crab._post(route, Some(&body)).await;
        made(sent, Made::Written).map_err(|mut error| match error.kind {
            HostErrorKind::Forbidden | HostErrorKind::NotFound => {
                // A repository that the token may read but not write to is answered with 404 too.
                error.kind = HostErrorKind::Forbidden;
                error.hint(
                    "a personal token needs `repo:status` (fine-grained: Commit statuses, write) and the right to push",
                )
            }
            _ => error,
        })?;
        Ok(Annotated { put: 0, left_out: publication.annotations.len() })
    }
}

/// Neither a check run nor a status may be written.
pub(super) fn neither(check: &HostError, mut status: HostError) -> HostError {
    if status.kind == HostErrorKind::Forbidden {
        status.message = HostError::new(
            HostErrorKind::Forbidden,
            format!("{}; nor a commit status: {}", check.message, status.message),
        )
        .message;
        return status.hint(
            "the token needs `checks: write` (GITHUB_TOKEN, Apps) or `statuses: write` (personal tokens); runs for \
             pull requests from forks get a token that may only read",
        );
    }
    status
}
