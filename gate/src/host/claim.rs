//! The one comment is also what runs of the same head order themselves by: a run writes it before its signal, with its
//! number and not yet complete, and again when all has arrived. No host has a lock for comments, so that every write is
//! followed by a look.
//!
//! Every run keeps the oldest comment of its key. Only the newest run writes into it and takes away the others; a run that
//! meets a newer one takes back its own copy, sends nothing more, and leaves the rest to that one.

use std::time::{Duration, Instant};

use super::adapter::{Adapter, Comment};
use super::http::promptly;
use super::marker::Marker;
use super::sticky::{self, Sticky};
use super::{HostError, HostErrorKind, Publication, Target};

/// Looks at the comments for one write, at most.
const LOOKS: usize = 12;
/// How often a write is tried again that met another one.
const RACES: usize = 4;
/// After this time the writes of a run that was seen beside this one have arrived.
const SETTLE: Duration = if cfg!(test) { Duration::from_millis(3) } else { Duration::from_millis(600) };
/// No host is waited for longer than this.
const MOST: Duration = Duration::from_secs(5);

/// The comment of one run.
pub(super) struct Claim<'a, A> {
    adapter: &'a A,
    target: &'a Target,
    marker: Marker,
    text: String,
    /// What the comment should be now, if this run has written it.
    written: Option<String>,
    /// Another run of the same head was seen at work.
    contested: bool,
    /// The longest that a look or a write has taken: others are no faster.
    slowest: Duration,
}

/// How a comment came to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stood {
    /// It is there, once, with the text of this run.
    Alone {
        /// Another run of the same head was seen at work.
        contested: bool,
    },
    /// A newer run has written this marker.
    Overtaken {
        newer: Marker,
        /// It stands in the comment itself, which nobody but the gate writes into, not in a copy.
        stands: bool,
    },
}

impl<'a, A: Adapter> Claim<'a, A> {
    /// The comment with `text`, not complete yet.
    pub(super) fn new(
        adapter: &'a A,
        publication: &Publication<'_>,
        target: &'a Target,
        digest: String,
        text: String,
    ) -> Self {
        let marker = Marker {
            key: publication.key.clone(),
            head: target.head.clone(),
            run: target.run,
            verdict: publication.verdict,
            digest,
            complete: false,
        };
        Self { adapter, target, marker, text, written: None, contested: false, slowest: Duration::ZERO }
    }

    /// From now on the comment says whether all has arrived.
    pub(super) fn complete(&mut self, complete: bool, contested: bool) {
        self.marker.complete = complete;
        self.contested = contested;
    }

    /// Edits the comment, or makes it, until it stands alone. The first look is at `comments`, if there are any.
    pub(super) async fn stand(&mut self, comments: Option<&[Comment]>) -> Result<Stood, HostError> {
        let body = self.marker.line(self.adapter.limits().markup) + &self.text;
        let (mut races, mut settled) = (0, false);
        for look in 0..LOOKS {
            if look > 2 {
                tokio::time::sleep(SETTLE.mul_f64(fastrand::f64())).await;
            }
            let seen;
            let comments = match comments.filter(|_| look == 0) {
                Some(comments) => comments,
                None => {
                    let begun = Instant::now();
                    seen = self.adapter.comments().await?;
                    self.slowest = self.slowest.max(begun.elapsed());
                    &seen
                }
            };
            let sticky = sticky::find(comments, &self.marker.key);
            if let Some(newest) = sticky.newest.as_ref().filter(|newest| self.is_overtaken_by(newest)) {
                self.remove(sticky.copies.iter().filter(|(_, copy)| copy.run == self.marker.run)).await?;
                let stands = sticky.comment.as_ref().is_some_and(|(_, marker)| marker == newest);
                return Ok(Stood::Overtaken { newer: newest.clone(), stands });
            }
            self.contested |= self.meets_another(&sticky);
            if sticky::is_alone(&sticky, &body) {
                if settled || !(self.contested && self.marker.complete) {
                    return Ok(Stood::Alone { contested: self.contested });
                }
                settled = true;
                tokio::time::sleep(self.settle()).await;
                continue;
            }
            settled = false;
            let begun = Instant::now();
            let written = self.write(&sticky, &body).await;
            self.slowest = self.slowest.max(begun.elapsed());
            match written {
                Ok(()) => self.written = Some(body.clone()),
                Err(error) if races < RACES && is_race(&error) => races += 1,
                Err(error) => return Err(error),
            }
        }
        Err(HostError::new(HostErrorKind::Conflict, "others write this comment again and again"))
    }

    fn settle(&self) -> Duration {
        SETTLE.max(self.slowest * 3).min(MOST)
    }

    /// A run without a number comes after all that have answered before it, and before those that answer meanwhile.
    fn is_overtaken_by(&self, newest: &Marker) -> bool {
        let meanwhile = self.written.is_some() && newest.head == self.marker.head;
        sticky::is_newer(newest, self.target) || (meanwhile && newest.run > self.marker.run)
    }

    /// An older run of the same head is at work, or somebody changed what this run has written.
    fn meets_another(&self, sticky: &Sticky<'_>) -> bool {
        match &self.written {
            Some(written) => !sticky::is_alone(sticky, written),
            None => sticky.newest.as_ref().is_some_and(|newest| {
                !newest.complete && newest.head == self.marker.head && newest.run != self.marker.run
            }),
        }
    }

    async fn write(&self, sticky: &Sticky<'_>, body: &str) -> Result<(), HostError> {
        match &sticky.comment {
            Some((comment, _)) if sticky::is_same(comment, body) => {}
            // After a wait it could lie over a newer run's text.
            Some((comment, _)) => promptly(self.adapter.update(comment, body)).await?,
            None => self.adapter.create(body).await?,
        }
        self.remove(sticky.copies.iter()).await
    }

    async fn remove<'c>(
        &self,
        copies: impl Iterator<Item = &'c (&'c Comment, Marker)>,
    ) -> Result<(), HostError> {
        for (copy, _) in copies {
            self.adapter.remove(copy).await?;
        }
        Ok(())
    }
}

/// Somebody else changed or removed the comment, or the answer was lost: a second look settles it.
fn is_race(error: &HostError) -> bool {
    error.ambiguous || matches!(error.kind, HostErrorKind::Conflict | HostErrorKind::NotFound)
}
