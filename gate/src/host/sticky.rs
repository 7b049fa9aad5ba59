//! The one comment that is edited, never repeated: found by author and marker.

use super::Target;
use super::adapter::Comment;
use super::marker::Marker;

/// What there is of this gate's comment on a pull request.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Sticky<'a> {
    /// The oldest comment of ours with the marker of this key.
    pub(super) comment: Option<(&'a Comment, Marker)>,
    /// Copies of it: two runs made one at the same time.
    pub(super) copies: Vec<(&'a Comment, Marker)>,
    /// The newest run that any of them names.
    pub(super) newest: Option<Marker>,
}

/// Finds the comment of `key` among `comments`, which are oldest first. What others wrote is not looked at, whatever
/// marker is in it.
pub(super) fn find<'a>(comments: &'a [Comment], key: &str) -> Sticky<'a> {
    let mut sticky = Sticky::default();
    for comment in comments.iter().filter(|comment| comment.mine) {
        let Some(marker) = Marker::read(&comment.body).filter(|marker| marker.key == key) else { continue };
        if sticky.newest.as_ref().is_none_or(|newest| newest.run < marker.run) {
            sticky.newest = Some(marker.clone());
        }
        match sticky.comment {
            None => sticky.comment = Some((comment, marker)),
            Some(_) => sticky.copies.push((comment, marker)),
        }
    }
    sticky
}

/// `last` was written by a newer run of the same head than that of `target`. (One of another head is never newer: the head
/// of the pull request has been compared.)
pub(super) fn is_newer(last: &Marker, target: &Target) -> bool {
    last.head == target.head && target.run.is_older_than(last.run)
}

/// The comment says what it should, and there is no copy of it.
pub(super) fn is_alone(sticky: &Sticky<'_>, body: &str) -> bool {
    sticky.copies.is_empty() && sticky.comment.as_ref().is_some_and(|(comment, _)| is_same(comment, body))
}

/// Hosts trim comments and change their line ends.
pub(super) fn is_same(comment: &Comment, body: &str) -> bool {
    comment.body.trim_end().lines().eq(body.trim_end().lines())
}
