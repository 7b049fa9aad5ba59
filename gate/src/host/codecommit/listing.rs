//! The comments of a pull request, those at lines among them.

use aws_sdk_codecommit::types::CommentsForPullRequest;

use super::{CodeCommit, identity};
use crate::host::HostError;
use crate::host::adapter::{Comment, Thread};

/// Comments of one page; the most that the host gives.
const PAGE: i32 = 500;

/// A comment with its author.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Seconds and nanoseconds since 1970.
    created: (i64, u32),
    author: String,
    comment: Comment,
}

impl Listed {
    /// It may be ours: some mark of a gate is in it.
    pub(super) fn is_marked(&self) -> bool {
        self.comment.body.contains("gitops-gate:")
    }

    /// The comment, with `mine` settled; `me` is a principal.
    pub(super) fn comment(self, me: Option<&str>) -> Comment {
        let mine = self.is_marked() && me == Some(identity::principal(&self.author));
        Comment { mine, ..self.comment }
    }
}

impl CodeCommit {
    /// All comments of the pull request, oldest first.
    pub(super) async fn list(&self) -> Result<Vec<Listed>, HostError> {
        let mut listed = Vec::new();
        let mut page: Option<String> = None;
        loop {
            // Without the name of the repository: with it, the host wants two commits as well and lists theirs only.
            let call = self
                .client
                .get_comments_for_pull_request()
                .pull_request_id(self.number()?)
                .max_results(PAGE)
                .set_next_token(page.clone());
            let answer = self.calls.run("GetCommentsForPullRequest", || call.clone().send()).await?;
            listed.extend(answer.comments_for_pull_request_data().iter().flat_map(of_place));
            let next = answer.next_token().map(str::to_owned);
            if next.is_none() || next == page {
                break;
            }
            page = next;
        }
        listed.sort_by_key(|one| one.created);
        Ok(listed)
    }
}

/// The comments at one place; answers and what was deleted are left out.
fn of_place(place: &CommentsForPullRequest) -> Vec<Listed> {
    let at_line = place.location().is_some_and(|location| location.file_path().is_some());
    let own = place.comments().iter().filter(|comment| !comment.deleted() && comment.in_reply_to().is_none());
    own.filter_map(|comment| {
        let id = comment.comment_id()?.to_owned();
        let created = comment.creation_date().map_or((0, 0), |date| (date.secs(), date.subsec_nanos()));
        Some(Listed {
            created,
            author: comment.author_arn().unwrap_or_default().to_owned(),
            comment: Comment {
                thread: at_line.then(|| Thread { id: id.clone(), resolved: false }),
                id,
                mine: false,
                body: comment.content().unwrap_or_default().to_owned(),
                version: None,
            },
        })
    })
    .collect()
}
