//! What the host answers, as the official samples have it.

use serde_json::{Value, json};

use super::{Azure, ME};
use crate::contract::{BASE, NUMBER, USER};

pub(super) const DATE: &str = "2026-11-01T16:30:48.91Z";

impl Azure {
    pub(super) fn pull_request_page(&self) -> Value {
        let head = self.lagging.as_deref().unwrap_or(self.head());
        json!({
            "pullRequestId": NUMBER,
            "codeReviewId": NUMBER,
            "status": if self.open { "active" } else { "completed" },
            "title": "Raise replicas",
            "sourceRefName": "refs/heads/feature",
            "targetRefName": "refs/heads/main",
            "mergeStatus": if self.lagging.is_some() { "queued" } else { "succeeded" },
            "lastMergeSourceCommit": { "commitId": head },
            "lastMergeTargetCommit": { "commitId": BASE },
            "isDraft": false,
            "supportsIterations": true,
        })
    }

    pub(super) fn iterations_page(&self) -> Value {
        let page = |(index, iteration): (usize, &super::Iteration)| {
            json!({
                "id": index + 1,
                "createdDate": DATE,
                "updatedDate": DATE,
                "reason": if index == 0 { "create" } else { "push" },
                "sourceRefCommit": { "commitId": iteration.head },
                "targetRefCommit": { "commitId": BASE },
                "commonRefCommit": { "commitId": BASE },
            })
        };
        list(self.iterations.iter().enumerate().map(page).collect())
    }

    pub(super) fn thread_page(&self, index: usize) -> Value {
        self.threads[index].page(index + 1)
    }

    /// Deleted threads stay listed. The newest come first: the order is not documented.
    pub(super) fn threads_page(&self) -> Value {
        list((0..self.threads.len()).rev().map(|index| self.thread_page(index)).collect())
    }
}

pub(super) fn connection() -> Value {
    json!({
        "authenticatedUser": { "id": ME, "providerDisplayName": USER, "isActive": true },
        "authorizedUser": { "id": ME },
        "instanceId": "00000000-0000-0000-0000-000000000000",
    })
}

/// The files of the diff; see [`crate::contract::Bench::fresh`].
pub(super) fn changes() -> Value {
    let entry = |(index, path): (usize, String)| {
        json!({
            "changeId": index + 1,
            "changeTrackingId": 101 + index,
            "changeType": "add",
            "item": { "path": path, "objectId": BASE },
        })
    };
    json!({ "changeEntries": paths().enumerate().map(entry).collect::<Vec<_>>() })
}

/// How the host follows the file at `path`.
pub(super) fn tracking_id(path: &str) -> Option<u64> {
    let place = paths().position(|known| known == path)?;
    Some(101 + place as u64)
}

fn paths() -> impl Iterator<Item = String> {
    let files = (0..40).map(|number| format!("/apps/file-{number}.yaml"));
    std::iter::once("/apps/web/deploy.yaml".to_owned()).chain(files)
}

fn list(entries: Vec<Value>) -> Value {
    json!({ "count": entries.len(), "value": entries })
}
