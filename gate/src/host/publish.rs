//! The order in which an answer is put on a pull request, the same for every host:
//!
//! 1. Is the head still the one that was judged? If not, nothing is written: a newer run will answer.
//! 2. What did the last run leave? A newer run of the same head wins; an unchanged pass is left as it is.
//! 3. The comment is written, and with it this run claims the pull request: see `claim`.
//! 4. The merge-blocking signal with its annotations; threads at lines.
//! 5. The comment records that all has arrived.
//!
//! A step that fails does not stop the later ones, but it is told.

use std::time::{Duration, Instant};

use super::adapter::{Adapter, Annotated, Comment};
use super::claim::{Claim, Stood};
use super::marker::{MARKER_BYTES, Marker, digest};
use super::sticky;
use super::{
    HostError, HostErrorKind, Markup, Outcome, Pages, Posted, Publication, RunNumber, Target, threads,
};
use crate::model::Verdict;

/// The head is compared again before the comment is written if this much time has gone by.
const RECHECK: Duration = Duration::from_secs(3);

/// The step that blocks a merge.
const SIGNAL: &str = "setting the status";

/// Puts `publication` where `target` says.
pub(super) async fn publish<A: Adapter>(
    adapter: &A,
    target: &Target,
    publication: &Publication<'_>,
) -> Posted {
    let mut run = Run { adapter, target, publication, signalled: false, posted: Posted::default() };
    match target.number {
        Some(_) => run.pull_request().await,
        None => run.signal().await,
    }
    run.posted
}

struct Run<'a, A> {
    adapter: &'a A,
    target: &'a Target,
    publication: &'a Publication<'a>,
    /// The signal was sent, whether it arrived or not.
    signalled: bool,
    posted: Posted,
}

/// Pages of a run that a newer one has overtaken.
struct Elsewhere(RunNumber);

impl Pages for Elsewhere {
    fn comment(&self, limit: usize, _: Markup) -> String {
        self.summary(limit)
    }

    fn summary(&self, limit: usize) -> String {
        let RunNumber { run, attempt } = self.0;
        let whole = format!("run {run}.{attempt} has answered: see its comment");
        if whole.len() <= limit { whole } else { String::new() }
    }
}

impl<A: Adapter> Run<'_, A> {
    async fn pull_request(&mut self) {
        let begun = Instant::now();
        if self.has_moved().await {
            return;
        }
        let comments = match self.adapter.comments().await {
            Ok(comments) => Some(comments),
            Err(error) => {
                self.failed("reading the comments", error);
                None
            }
        };
        let sticky = comments.as_deref().map(|comments| sticky::find(comments, &self.publication.key));
        let last = sticky.as_ref().and_then(|sticky| sticky.newest.clone());
        if let Some(last) = last.as_ref().filter(|last| sticky::is_newer(last, self.target)) {
            self.posted.outcome = Outcome::Overtaken { run: last.run };
            return;
        }
        let body = self.body();
        let wanted = self.digest(&body);
        if last.as_ref().is_some_and(|last| self.is_unchanged(last, &wanted))
            && sticky.as_ref().is_some_and(|sticky| sticky.copies.is_empty())
        {
            self.posted.outcome = Outcome::Unchanged;
            return;
        }
        let mut claim = Claim::new(self.adapter, self.publication, self.target, wanted, body);
        let mut standing = None;
        if let Some(comments) = &comments {
            // A host that is slow with comments leaves two thirds of the time to the signal.
            standing = self.stand(&mut claim, Some(comments), self.target.budget / 3).await;
            if matches!(self.posted.outcome, Outcome::Overtaken { .. }) {
                return;
            }
        }
        self.signal().await;
        if let Some(comments) = &comments {
            self.threads(comments).await;
        }
        let Some(contested) = standing else { return };
        if begun.elapsed() > RECHECK && self.has_moved().await {
            return;
        }
        claim.complete(self.posted.failures.is_empty(), contested);
        let left = self.target.budget.saturating_sub(begun.elapsed());
        if self.stand(&mut claim, None, left).await == Some(true) {
            self.signal_again().await;
        }
    }

    /// Another run may have written its signal after this one, the newer, or have been in its way.
    async fn signal_again(&mut self) {
        let stood = self.posted.signal.then_some((self.posted.annotations, self.posted.left_out));
        self.posted.failures.retain(|(step, _)| *step != SIGNAL);
        self.signal().await;
        if let Some(counts) = stood {
            (self.posted.annotations, self.posted.left_out) = counts;
        }
    }

    /// Writes the comment; whether another run was seen at it, or nothing if it does not stand.
    async fn stand(
        &mut self,
        claim: &mut Claim<'_, A>,
        comments: Option<&[Comment]>,
        time: Duration,
    ) -> Option<bool> {
        let late = || {
            HostError::new(HostErrorKind::Unavailable, "the host was too slow with the comment")
                .hint("run again later, or allow more time for posting")
        };
        let stood = tokio::time::timeout(time, claim.stand(comments)).await.unwrap_or_else(|_| Err(late()));
        match stood {
            Ok(Stood::Alone { contested }) => {
                self.posted.comment = true;
                return Some(contested);
            }
            Ok(Stood::Overtaken { newer, stands }) => {
                self.posted.comment = false;
                self.posted.outcome = Outcome::Overtaken { run: newer.run };
                // What this run could not put need not stand any more.
                self.posted.failures.clear();
                // A pass is taken from the gate's own comment only: another program with the same account may repeat
                // what somebody tells it. The newer run sends its signal again by itself, having met this one.
                if stands || newer.verdict != Verdict::Pass {
                    self.give_way(&newer).await;
                }
            }
            Err(error) => self.failed("writing the comment", error),
        }
        None
    }

    /// A newer run has answered since this one has signalled: if they differ, the later signal must not be the older run's.
    async fn give_way(&mut self, newer: &Marker) {
        if !self.signalled || newer.verdict == self.publication.verdict {
            return;
        }
        let (key, verdict) = (self.publication.key.clone(), newer.verdict);
        let pages = Elsewhere(newer.run);
        let publication = Publication { key, verdict, annotations: Vec::new(), pages: &pages };
        if let Err(error) = self.adapter.signal(&publication).await {
            self.failed("giving way to a newer run", error);
        }
    }

    /// The pull request is not what was judged any more. A token that cannot read it may still write the signal.
    async fn has_moved(&mut self) -> bool {
        match self.adapter.current().await {
            Ok(current) if !same_commit(&current.head, &self.target.head) => {
                self.posted.outcome = Outcome::Stale { newer: current.head };
            }
            Ok(current) if !current.open => self.posted.outcome = Outcome::Closed,
            Ok(_) => return false,
            Err(error) => {
                self.failed("reading the pull request", error);
                return false;
            }
        }
        true
    }

    /// A pass that has been put already, whole. Anything else is sent again: a signal that blocks must not be lost.
    fn is_unchanged(&self, last: &Marker, wanted: &str) -> bool {
        self.publication.verdict == Verdict::Pass
            && last.complete
            && last.head == self.target.head
            && last.digest == wanted
    }

    fn body(&self) -> String {
        let limits = self.adapter.limits();
        self.publication.pages.comment(limits.comment.saturating_sub(MARKER_BYTES), limits.markup)
    }

    fn digest(&self, body: &str) -> String {
        let annotations = self.publication.annotations.iter();
        let parts =
            annotations.flat_map(|annotation| [annotation.fingerprint.as_str(), annotation.text.as_str()]);
        digest([self.publication.verdict.as_str(), body].into_iter().chain(parts))
    }

    async fn signal(&mut self) {
        self.signalled = true;
        match self.adapter.signal(self.publication).await {
            Ok(signalled) => {
                self.posted.signal = true;
                self.add(signalled);
            }
            Err(error) => self.failed(SIGNAL, error),
        }
    }

    fn add(&mut self, Annotated { put, left_out }: Annotated) {
        self.posted.annotations += put;
        self.posted.left_out += left_out;
    }

    async fn threads(&mut self, comments: &[Comment]) {
        let room = self.adapter.limits().threads;
        if room == 0 {
            return;
        }
        let line_comments = match self.adapter.line_comments().await {
            Ok(line_comments) => line_comments,
            Err(error) => return self.failed("reading the comments on lines", error),
        };
        let comments = [comments, &line_comments].concat();
        let plan = threads::plan(&comments, &self.publication.annotations, &self.publication.key, room);
        self.posted.left_out += plan.left_out;
        if !plan.open.is_empty() {
            match self.adapter.open_threads(&plan.open, &self.publication.key).await {
                Ok(opened) => {
                    self.add(Annotated { put: opened, left_out: plan.open.len().saturating_sub(opened) })
                }
                Err(error) => self.failed("commenting on lines", error),
            }
        }
        for comment in plan.resolve {
            match self.adapter.resolve(comment).await {
                Ok(()) => self.posted.resolved += 1,
                Err(error) if error.kind == HostErrorKind::NotFound => {}
                Err(error) => {
                    self.failed("resolving a thread", error);
                    break;
                }
            }
        }
    }

    fn failed(&mut self, step: &'static str, error: HostError) {
        self.posted.failures.push((step, error));
    }
}

/// The same commit; one of the ids may be abbreviated (to 12 digits by Bitbucket Cloud).
fn same_commit(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    length >= 7 && one.as_bytes()[..length].eq_ignore_ascii_case(&other.as_bytes()[..length])
}
