//! The bench of Bitbucket Data Center.

use gate::host::{HostKind, Target};

use super::{Activity, BitbucketDc, REPORT, REPOSITORY, text};
use crate::contract::bench;
use crate::contract::{Bench, SeenAnnotation, SeenComment, Step};

impl<const NAMED: bool> Bench for BitbucketDc<NAMED> {
    fn fresh() -> Self {
        Self::new()
    }

    fn target(&self, url: &str) -> Target {
        bench::target(
            HostKind::BitbucketDc,
            format!("{url}{}", self.base_path.trim_end_matches("/rest")),
            REPOSITORY,
        )
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["pull-requests.get"],
            Step::List => &["pull-requests.activities"],
            Step::Create => &["comments.create"],
            Step::Update => &["comments.update"],
            Step::Signal => &["builds.add"],
        }
    }

    fn push(&mut self, head: &str) {
        self.heads.push(head.to_owned());
        self.activities.push(Activity::Rescoped);
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
        self.comments
            .iter()
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
        self.comments.retain(|comment| comment.id.to_string() != id);
    }

    fn forge(&mut self, body: &str) {
        self.add_comment("mallory", body);
    }

    /// Two merge checks: a required build found by its parent, and a required report that must pass.
    fn blocks(&self, head: &str) -> Option<bool> {
        let build = self.builds.iter().find(|((commit, _), build)| {
            commit == head
                && (build["parent"] == "gitops-gate" || (self.old && build["key"] == "gitops-gate"))
        });
        let report = self.reports.get(&(head.to_owned(), REPORT.to_owned()));
        match (build, report) {
            (None, None) => None,
            (Some((_, build)), Some(report)) => {
                Some(build["state"] != "SUCCESSFUL" || report.fields["result"] != "PASS")
            }
            _ => Some(true),
        }
    }

    fn annotations(&self, head: &str) -> Vec<SeenAnnotation> {
        let reports = self.reports.iter().filter(|((commit, _), _)| commit == head);
        let annotations = reports.flat_map(|(_, report)| &report.annotations);
        annotations
            .map(|annotation| SeenAnnotation {
                path: text(annotation, "path"),
                line: annotation["line"].as_u64().and_then(|line| line.try_into().ok()).unwrap_or_default(),
                level: text(annotation, "severity"),
                text: text(annotation, "message"),
            })
            .collect()
    }

    fn max_annotations(&self) -> usize {
        1_000
    }

    /// Pull request, activities, the comment, activities, build, report taken away and put, all annotations, activities,
    /// the comment, activities.
    fn max_calls_for_1200(&self) -> usize {
        11
    }
}
