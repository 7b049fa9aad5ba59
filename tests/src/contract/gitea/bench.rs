//! The bench of Gitea and Forgejo.

use gate::host::{HostKind, Target};

use super::{Flavour, Host, Line};
use crate::contract::bench;
use crate::contract::{Bench, HEAD1, SeenAnnotation, SeenComment, Step, USER};

impl<const FORGEJO: bool> Bench for Host<FORGEJO> {
    fn fresh() -> Self {
        Self {
            flavour: if FORGEJO { Flavour::Forgejo } else { Flavour::Gitea },
            scopes: vec!["write:repository", "write:issue", "read:user"],
            unknown_user: 0,
            head: HEAD1.to_owned(),
            open: true,
            conflicts: 0,
            next_id: 100,
            statuses: Vec::new(),
            comments: Vec::new(),
            reviews: Vec::new(),
        }
    }

    fn target(&self, url: &str) -> Target {
        bench::target(HostKind::Gitea, format!("{url}/api/v1"), "acme/gitops")
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["repoGetPullRequest"],
            Step::List => &["issueGetComments"],
            Step::Create => &["issueCreateComment"],
            Step::Update => &["issueEditComment"],
            Step::Signal => &["repoCreateStatus"],
        }
    }

    fn push(&mut self, head: &str) {
        head.clone_into(&mut self.head);
    }

    fn close(&mut self) {
        self.open = false;
    }

    fn read_only(&mut self) {
        self.scopes = vec!["read:repository", "read:issue", "read:user"];
    }

    fn conflict(&mut self, times: usize) {
        self.conflicts = times;
    }

    fn comments(&self) -> Vec<SeenComment> {
        let pending =
            |line: &Line| self.reviews.iter().any(|review| review.id == line.review && review.pending);
        let shown = self.comments.iter().filter(|comment| !comment.line.as_ref().is_some_and(pending));
        shown
            .map(|comment| SeenComment {
                id: comment.id.to_string(),
                author: comment.author.clone(),
                body: comment.body.clone(),
                line: comment
                    .line
                    .as_ref()
                    .map(|line| (line.path.clone(), u32::try_from(line.number).unwrap())),
                resolved: comment.line.as_ref().is_some_and(|line| line.resolver.is_some()),
            })
            .collect()
    }

    fn delete_comment(&mut self, id: &str) {
        self.comments.retain(|comment| comment.id.to_string() != id);
    }

    fn forge(&mut self, body: &str) {
        self.comment("mallory", body, None);
    }

    /// A protected branch that wants the context `gitops-gate`: the newest status of it counts.
    fn blocks(&self, head: &str) -> Option<bool> {
        let mut mine =
            self.statuses.iter().filter(|status| status.sha == head && status.context == "gitops-gate");
        mine.next_back().map(|status| !matches!(status.state.as_str(), "success" | "skipped"))
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
        50
    }

    /// Pull request, account, comments; the comment, comments; status, reviews, the review; comments, the comment,
    /// comments.
    fn max_calls_for_1200(&self) -> usize {
        11
    }
}
