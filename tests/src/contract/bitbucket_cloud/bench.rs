//! The bench of Bitbucket Cloud.

use gate::host::{HostKind, Secret, Target};
use serde_json::Value;

use super::{BRANCH, BitbucketCloud, REPOSITORY, text};
use crate::contract::bench;
use crate::contract::{Bench, SeenAnnotation, SeenComment, Step, USER};

impl<const USERS: bool> Bench for BitbucketCloud<USERS> {
    fn fresh() -> Self {
        Self::new()
    }

    fn target(&self, url: &str) -> Target {
        Target {
            token: Some(Secret::new(self.token)),
            user: self.user.map(str::to_owned),
            ..bench::target(HostKind::BitbucketCloud, format!("{url}/2.0"), REPOSITORY)
        }
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["pullrequests.get"],
            Step::List => &["comments.list"],
            Step::Create => &["comments.create"],
            Step::Update => &["comments.update"],
            Step::Signal => &["commit-statuses.create"],
        }
    }

    fn push(&mut self, head: &str) {
        self.heads.push(head.to_owned());
    }

    fn close(&mut self) {
        self.state = "MERGED";
    }

    fn read_only(&mut self) {
        self.read_only = true;
    }

    fn conflict(&mut self, times: usize) {
        self.conflicts = times;
    }

    fn comments(&self) -> Vec<SeenComment> {
        let there = self.comments.iter().filter(|comment| !comment.deleted);
        there
            .map(|comment| SeenComment {
                id: comment.id.to_string(),
                author: comment.author.to_owned(),
                body: comment.body.clone(),
                line: None,
                resolved: false,
            })
            .collect()
    }

    fn delete_comment(&mut self, id: &str) {
        let comment = self.comments.iter_mut().find(|comment| comment.id.to_string() == id);
        comment.unwrap_or_else(|| panic!("there is no comment {id}")).deleted = true;
    }

    fn forge(&mut self, body: &str) {
        self.add_comment("mallory", body);
    }

    /// Merge checks: at least one build of the last commit has passed, none has failed or is in progress. Statuses count
    /// for the pull request whose source branch they name.
    fn blocks(&self, head: &str) -> Option<bool> {
        let statuses = self.statuses.iter().filter(|((commit, _), _)| commit == head);
        let states: Vec<&Value> = statuses
            .filter(|(_, status)| status.fields["refname"] == BRANCH && status.author == USER)
            .map(|(_, status)| &status.fields["state"])
            .collect();
        (!states.is_empty()).then(|| states.iter().any(|state| *state != "SUCCESSFUL"))
    }

    fn annotations(&self, head: &str) -> Vec<SeenAnnotation> {
        let reports = self.reports.iter().filter(|((commit, _), _)| commit == head);
        let annotations = reports.flat_map(|(_, report)| &report.annotations);
        annotations
            .map(|annotation| SeenAnnotation {
                path: text(annotation, "path"),
                line: annotation["line"].as_u64().and_then(|line| line.try_into().ok()).unwrap_or_default(),
                level: text(annotation, "severity"),
                text: format!("{}\n{}", text(annotation, "summary"), text(annotation, "details")),
            })
            .collect()
    }

    fn max_annotations(&self) -> usize {
        1_000
    }

    /// Pull request, comments, who the token is, the comment, comments, status, report taken away and put, ten times a
    /// hundred annotations, comments, the comment, comments. A first answer need not know who the token is.
    fn max_calls_for_1200(&self) -> usize {
        21
    }
}
