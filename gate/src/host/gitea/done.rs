//! Putting away a comment at a line whose finding is gone. Gitea resolves it from 1.26 on; Forgejo and Gitea from 1.24.6
//! on can only delete it; older ones answer a deletion with success and do nothing.

use reqwest::Method;

use super::Gitea;
use crate::host::adapter::Comment;
use crate::host::http::Call;
use crate::host::{HostError, HostErrorKind};

/// Ways to put a comment at a line away, from the best to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Gitea 1.26: the conversation is marked as resolved.
    Resolve,
    /// Forgejo: a single comment of a review is deleted.
    DeleteOfReview,
    /// Gitea before that: it is deleted like a comment on the whole; not known yet whether the server does it.
    Delete,
    /// The same, and the server does it.
    DeleteProven,
}

impl Way {
    fn next(self) -> Option<Self> {
        match self {
            Self::Resolve => Some(Self::DeleteOfReview),
            Self::DeleteOfReview => Some(Self::Delete),
            Self::Delete | Self::DeleteProven => None,
        }
    }
}

impl Gitea {
    /// Resolves `comment`, or deletes it where the server cannot resolve, or not with this token.
    pub(super) async fn put_away(&self, comment: &Comment) -> Result<(), HostError> {
        let mut way = self.way.get();
        loop {
            let failure = match self.client.try_send(self.call(way, comment)).await {
                Ok(_) => break,
                Err(failure) => failure,
            };
            // An unknown path and a comment that is gone look the same: both end with the last way.
            match way.next().filter(|_| matches!(failure.status, Some(403..=405))) {
                Some(next) => way = next,
                None => return Err(failure.error),
            }
        }
        if way == Way::Delete {
            self.prove(comment).await?;
            way = Way::DeleteProven;
        }
        self.way.set(way);
        Ok(())
    }

    fn call<'a>(&'a self, way: Way, comment: &'a Comment) -> Call<'a> {
        let review = comment.thread.as_ref().map(|thread| thread.id.as_str()).unwrap_or_default();
        match way {
            Way::Resolve => {
                Call::new(Method::POST, &self.at(&["pulls", "comments", &comment.id, "resolve"]), None)
                    .repeatable()
            }
            Way::DeleteOfReview => {
                Call::delete(&self.at(&["pulls", &self.index, "reviews", review, "comments", &comment.id]))
            }
            Way::Delete | Way::DeleteProven => Call::delete(&self.at(&["issues", "comments", &comment.id])),
        }
    }

    /// Gitea before 1.24.6 answers 204 to the deletion of a comment at a line, and keeps it.
    async fn prove(&self, comment: &Comment) -> Result<(), HostError> {
        match self.client.send(Call::get(&self.at(&["issues", "comments", &comment.id]))).await {
            Err(error) if error.kind == HostErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(reply) => Err(reply.strange("still has a comment that was deleted").hint(
                "this version can neither resolve nor delete comments at lines: use Gitea 1.24.6 or newer",
            )),
        }
    }
}
