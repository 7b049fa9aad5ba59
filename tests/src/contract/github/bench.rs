//! Handles for the scenarios.

use gate::host::{HostKind, Secret, Target};
use serde_json::Value;

use super::{Github, Holder, REPOSITORY, tokens};
use crate::contract::bench;
use crate::contract::{Bench, SeenAnnotation, SeenComment, Step, USER};

/// The signal of any gate: its name, or its name and a key.
const SIGNAL: &str = "gitops-gate";

impl Github {
    /// As [`Bench::target`], for an App that is given by its key.
    pub fn app_target(&self, url: &str, key: &str) -> Target {
        let user = Some(tokens::APP.to_owned());
        Target { token: Some(Secret::new(key)), user, acts_as: None, ..self.target(url) }
    }

    /// Whether the newest check run of each name on `head` is over, and how it ended.
    pub fn conclusions(&self, head: &str) -> Vec<(String, Option<String>)> {
        let runs = self.checks.iter().filter(|run| run.head == head);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        runs.map(|run| (run.name.clone(), text(&run.fields["conclusion"]))).collect()
    }

    /// The newest commit status of each post on `head`: context and state.
    pub fn statuses(&self, head: &str) -> Vec<(String, String)> {
        let statuses = self.statuses.iter().filter(|status| status.head == head);
        statuses.map(|status| (status.context.clone(), status.state.clone())).collect()
    }

    /// `count` comments of another user, the last one without an account.
    pub fn chatter(&mut self, count: usize) {
        for number in 1..count {
            self.store("dev", &format!("remark {number}"));
        }
        self.store("", "a remark of somebody who is gone");
    }
}

impl Bench for Github {
    fn fresh() -> Self {
        Self::default()
    }

    fn target(&self, url: &str) -> Target {
        Target {
            from_fork: Some(false),
            acts_as: Some(tokens::BOT.to_owned()),
            run_url: Some("https://github.com/acme/deploy/actions/runs/1".to_owned()),
            ..bench::target(HostKind::Github, format!("{url}{}", self.base_path), REPOSITORY)
        }
    }

    fn unlimited(&mut self) {
        self.unlimited = true;
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["pulls/get"],
            Step::List => &["issues/list-comments"],
            Step::Create => &["issues/create-comment"],
            Step::Update => &["issues/update-comment"],
            Step::Signal => &["checks/create"],
        }
    }

    fn push(&mut self, head: &str) {
        self.head = head.to_owned();
        self.commits.push(head.to_owned());
    }

    fn close(&mut self) {
        self.open = false;
    }

    fn read_only(&mut self) {
        self.holder = Holder::Fork;
    }

    fn conflict(&mut self, times: usize) {
        self.conflicts = times;
    }

    fn comments(&self) -> Vec<SeenComment> {
        let seen = self.comments.iter().map(|comment| SeenComment {
            id: comment.id.to_string(),
            author: if comment.author == self.login() { USER.to_owned() } else { comment.author.clone() },
            body: comment.body.clone(),
            line: None,
            resolved: false,
        });
        seen.collect()
    }

    fn delete_comment(&mut self, id: &str) {
        self.comments.retain(|comment| comment.id.to_string() != id);
    }

    fn forge(&mut self, body: &str) {
        self.store("mallory", body);
    }

    /// A ruleset that wants the gate's check. A commit status of the same name is wanted too, where there is one.
    fn blocks(&self, head: &str) -> Option<bool> {
        let mut signals = std::collections::BTreeMap::new();
        for run in self.checks.iter().filter(|run| run.head == head && run.name.starts_with(SIGNAL)) {
            signals.insert(("check", &run.name), run.lets_merge());
        }
        for status in
            self.statuses.iter().filter(|status| status.head == head && status.context.starts_with(SIGNAL))
        {
            signals.insert(("status", &status.context), status.state == "success");
        }
        (!signals.is_empty()).then(|| signals.values().any(|lets_merge| !lets_merge))
    }

    fn annotations(&self, head: &str) -> Vec<SeenAnnotation> {
        let mut latest = std::collections::BTreeMap::new();
        for run in self.checks.iter().filter(|run| run.head == head) {
            latest.insert(&run.name, run);
        }
        latest.values().flat_map(|run| &run.annotations).map(seen).collect()
    }

    fn max_annotations(&self) -> usize {
        1200
    }

    /// Pull request, comments, the comment and a look at it, 24 requests of 50 annotations, pull request again, comments,
    /// the comment and a look at it.
    fn max_calls_for_1200(&self) -> usize {
        32
    }
}

fn seen(annotation: &Value) -> SeenAnnotation {
    let text = |field: &str| annotation[field].as_str().unwrap_or_default();
    SeenAnnotation {
        path: text("path").to_owned(),
        line: annotation["start_line"].as_u64().and_then(|line| u32::try_from(line).ok()).unwrap_or_default(),
        level: text("annotation_level").to_owned(),
        text: format!("{}\n{}", text("title"), text("message")),
    }
}
