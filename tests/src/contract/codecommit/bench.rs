//! CodeCommit in the scenarios that all hosts share.

use gate::host::{HostKind, Target};

use super::{CodeCommit, Comment, KEY, PERSON, REPOSITORY, ROLE, Revision};
use crate::contract::bench;
use crate::contract::{BASE, Bench, SeenAnnotation, SeenComment, Step, USER};

impl CodeCommit {
    /// A comment by a person; `reply`: an answer to the first comment.
    pub fn comment_by_person(&mut self, body: &str, reply: bool) {
        self.comments.push(Comment {
            content: body.to_owned(),
            author: PERSON.to_owned(),
            place: None,
            before: BASE.to_owned(),
            after: self.revisions.last().unwrap().head.clone(),
            token: String::new(),
            reply,
            deleted: false,
        });
    }
}

impl Bench for CodeCommit {
    fn fresh() -> Self {
        Self::new()
    }

    fn target(&self, url: &str) -> Target {
        Target {
            user: Some(KEY.to_owned()),
            run_url: Some("https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/1".to_owned()),
            ..bench::target(HostKind::CodeCommit, url.to_owned(), REPOSITORY)
        }
    }

    fn operations(step: Step) -> &'static [&'static str] {
        match step {
            Step::Read => &["GetPullRequest"],
            Step::List => &["GetCommentsForPullRequest"],
            Step::Create => &["PostCommentForPullRequest"],
            Step::Update => &["UpdateComment"],
            Step::Signal => &["UpdatePullRequestApprovalState"],
        }
    }

    fn push(&mut self, head: &str) {
        let number = self.revisions.len() + 1;
        self.revisions.push(Revision::new(number, head));
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
        let exist = self.comments.iter().enumerate().filter(|(_, comment)| !comment.deleted);
        exist
            .map(|(index, comment)| SeenComment {
                id: format!("comment-{index}"),
                author: if comment.author.starts_with(ROLE) { USER } else { "mallory" }.to_owned(),
                body: comment.content.clone(),
                line: comment.place.clone(),
                resolved: false,
            })
            .collect()
    }

    fn delete_comment(&mut self, id: &str) {
        let index: usize = id.strip_prefix("comment-").unwrap().parse().unwrap();
        self.comments[index].deleted = true;
    }

    fn forge(&mut self, body: &str) {
        self.comment_by_person(body, false);
    }

    /// An approval rule that wants one approval by the gate's role.
    fn blocks(&self, head: &str) -> Option<bool> {
        let revision = self.revisions.iter().rev().find(|revision| revision.head == head)?;
        (!revision.approvals.is_empty()).then(|| !revision.approved())
    }

    fn annotations(&self, _: &str) -> Vec<SeenAnnotation> {
        let own = self.comments.iter().filter(|comment| !comment.deleted && comment.author.starts_with(ROLE));
        own.filter_map(|comment| {
            let (path, line) = comment.place.clone()?;
            Some(SeenAnnotation { path, line, level: String::new(), text: comment.content.clone() })
        })
        .collect()
    }

    fn max_annotations(&self) -> usize {
        20
    }

    /// The pull request (again if it takes long), the comments four times, who am I, the approval taken back and looked
    /// at, 20 comments at lines, the comment twice.
    fn max_calls_for_1200(&self) -> usize {
        31
    }
}
