//! Azure DevOps in the scenarios that all hosts share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gate::host::{HostKind, Target};
use serde_json::json;

use super::memory::{Thread, by_host};
use super::{Azure, COLLECTION, Iteration, PERSON, REPOSITORY};
use crate::contract::bench;
use crate::contract::{Bench, SeenAnnotation, SeenComment, Step, TOKEN};

impl Bench for Azure {
    fn fresh() -> Self {
        let mut twin = Self::new();
        twin.threads.push(by_host());
        twin
    }

    fn target(&self, url: &str) -> Target {
        Target {
            run_url: Some("https://dev.azure.com/fabrikam/_build/results?buildId=1".to_owned()),
            ..bench::target(HostKind::Azure, format!("{url}/{COLLECTION}"), REPOSITORY)
        }
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["Pull Requests_Get Pull Request"],
            Step::List => &["Pull Request Threads_List"],
            Step::Create => &["Pull Request Threads_Create"],
            Step::Update => &["Pull Request Thread Comments_Update"],
            Step::Signal => &["Pull Request Statuses_Create"],
        }
    }

    fn secrets() -> Vec<String> {
        vec![TOKEN.to_owned(), STANDARD.encode(format!(":{TOKEN}"))]
    }

    fn push(&mut self, head: &str) {
        self.iterations.push(Iteration { head: head.to_owned() });
    }

    fn close(&mut self) {
        self.open = false;
    }

    fn read_only(&mut self) {
        self.read_only = true;
    }

    fn conflict(&mut self, times: usize) {
        self.conflicts = times;
    }

    fn comments(&self) -> Vec<SeenComment> {
        let mut seen = Vec::new();
        for (index, thread) in self.threads.iter().enumerate() {
            let start = &thread.sent["threadContext"]["rightFileStart"]["line"];
            let line = start.as_u64().map(|line| (thread.path()[1..].to_owned(), line as u32));
            for (place, comment) in thread.comments.iter().enumerate() {
                if !comment.deleted && comment.kind == "text" {
                    seen.push(SeenComment {
                        id: format!("{}/{}", index + 1, place + 1),
                        author: comment.login().to_owned(),
                        body: comment.content.clone(),
                        line: line.clone(),
                        resolved: !thread.stands(),
                    });
                }
            }
        }
        seen
    }

    fn delete_comment(&mut self, id: &str) {
        let (thread, comment) = id.split_once('/').unwrap();
        let index = |text: &str| text.parse::<usize>().unwrap() - 1;
        self.threads[index(thread)].comments[index(comment)].deleted = true;
    }

    /// With everything of the gate that a person can copy.
    fn forge(&mut self, body: &str) {
        let properties = json!({ "gitops-gate.key": "default" });
        let sent = json!({ "comments": [{ "content": body }], "status": "active", "properties": properties });
        self.threads.push(Thread::sent(&sent, PERSON));
    }

    /// A required status policy for `gitops-gate/verdict` that is reset by new changes: the newest status counts if it
    /// is of the newest iteration (or of none).
    fn blocks(&self, head: &str) -> Option<bool> {
        let iteration = self.iterations.iter().rposition(|iteration| iteration.head == head)? + 1;
        let counts = |status: &&super::Status| {
            status.context == "gitops-gate/verdict" && status.iteration.is_none_or(|id| id == iteration)
        };
        self.statuses.iter().rev().find(counts).map(|status| status.state != "succeeded")
    }

    fn annotations(&self, _: &str) -> Vec<SeenAnnotation> {
        let standing = self.threads.iter().filter(|thread| thread.stands() && !thread.path().is_empty());
        standing
            .map(|thread| SeenAnnotation {
                path: thread.path()[1..].to_owned(),
                line: thread.sent["threadContext"]["rightFileStart"]["line"].as_u64().unwrap() as u32,
                level: if thread.status == "active" { "error" } else { "" }.to_owned(),
                text: thread.comments[0].content.clone(),
            })
            .collect()
    }

    fn max_annotations(&self) -> usize {
        20
    }

    /// The pull request (again if it takes long), the threads four times, who am I, the iterations, the status, the
    /// state of the comment's thread, the changed files, 20 threads, the comment twice.
    fn max_calls_for_1200(&self) -> usize {
        33
    }
}
