//! What scenarios do with GitLab.

use std::time::Duration;

use gate::host::{HostKind, Target};

use super::super::{Bench, SeenAnnotation, SeenComment, Step, USER, bench};
use super::{Gitlab, PIPELINE, PROJECT, PROJECT_ID};

impl Bench for Gitlab {
    fn fresh() -> Self {
        Self::new()
    }

    fn target(&self, url: &str) -> Target {
        Target {
            pipeline: Some(PIPELINE),
            source_project: Some(PROJECT_ID),
            from_fork: Some(false),
            run_url: Some("https://gitlab.example.com/group/shop/-/jobs/5".to_owned()),
            budget: Duration::from_secs(10),
            ..bench::target(HostKind::Gitlab, format!("{url}/api/v4"), PROJECT)
        }
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["merge-requests.get"],
            Step::List => &["discussions.list"],
            Step::Create => &["notes.create"],
            Step::Update => &["notes.update"],
            Step::Signal => &["commit-statuses.create"],
        }
    }

    fn push(&mut self, head: &str) {
        head.clone_into(&mut self.head);
    }

    fn close(&mut self) {
        self.state = "merged";
    }

    fn unlimited(&mut self) {
        self.unlimited = true;
    }

    fn read_only(&mut self) {
        self.read_only = true;
    }

    fn conflict(&mut self, times: usize) {
        self.conflicts = times;
    }

    fn comments(&self) -> Vec<SeenComment> {
        let notes = self.notes.iter().filter(|note| !note.system);
        notes
            .map(|note| SeenComment {
                id: note.id.to_string(),
                author: note.author.to_owned(),
                body: note.body.clone(),
                line: note.position.as_ref().map(|position| {
                    let line = position["new_line"].as_u64().and_then(|line| line.try_into().ok());
                    (position["new_path"].as_str().unwrap_or_default().to_owned(), line.unwrap_or(0))
                }),
                resolved: note.resolved.is_some(),
            })
            .collect()
    }

    fn delete_comment(&mut self, id: &str) {
        self.notes.retain(|note| note.id.to_string() != id);
    }

    fn forge(&mut self, body: &str) {
        self.add("mallory", body, None);
    }

    /// With *Pipelines must succeed*: the newest status of each name counts.
    fn blocks(&self, head: &str) -> Option<bool> {
        let newest = self.statuses.iter().rev();
        let mut of_head = newest.filter(|status| status.sha == head && status.name == "gitops-gate");
        of_head.next().map(|status| status.state != "success")
    }

    fn annotations(&self, _: &str) -> Vec<SeenAnnotation> {
        let open = self.comments().into_iter().filter(|comment| comment.author == USER && !comment.resolved);
        open.filter_map(|comment| {
            let (path, line) = comment.line?;
            Some(SeenAnnotation { path, line, level: String::new(), text: comment.body })
        })
        .collect()
    }

    fn max_annotations(&self) -> usize {
        20
    }

    /// The merge request, the user, four looks at the discussions, the note twice, the status, the diffs, 20 discussions.
    fn max_calls_for_1200(&self) -> usize {
        30
    }
}
