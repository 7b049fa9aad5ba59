//! Gerrit, over SSH: one vote on a label (which blocks the submission where the label is required), the report as the
//! message of a review, findings as comments at lines. The system's `ssh` is started by `git::Program`, without a shell;
//! on the command line there are only numbers and words from here, all else is JSON on standard input.
//!
//! What is sent is `ReviewInput` of Gerrit's REST API, by `gerrit review --json` (Gerrit's cmd-review and
//! rest-api-changes). A message cannot be edited: each run that has something new to say writes one, under a tag that
//! Gerrit folds away when the next one comes.

mod query;
mod review;
mod ssh;
#[cfg(all(test, unix))]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use query::Change;
use ssh::Ssh;

use super::marker::Marker;
use super::{HostError, HostErrorKind, Outcome, Posted, Publication, RunNumber};
use crate::model::Verdict;

/// One patch set of a change.
#[derive(Debug, Clone)]
pub struct Target {
    /// The program to connect with: `ssh`.
    pub ssh: OsString,
    /// Name or address of the server.
    pub host: String,
    /// Gerrit's own port: 29418.
    pub port: u16,
    /// Account; none: the one of ssh's configuration. Without it the gate cannot know its own messages again, and
    /// writes one in every run.
    pub user: Option<String>,
    /// File with the server's key; none: those of ssh's configuration. An unknown key is refused in any case.
    pub known_hosts: Option<PathBuf>,
    /// Number of the change.
    pub change: u64,
    /// Number of the patch set that was judged.
    pub patch_set: u32,
    /// Full hexadecimal id of the commit that was judged as head.
    pub head: String,
    /// Label to vote on, from -1 to +1: `Verified`.
    pub label: String,
    /// This run.
    pub run: RunNumber,
    /// All of posting together takes no longer than this.
    pub budget: Duration,
}

/// Puts `publication` on the patch set of `target`, unless there is a newer one or a newer run has answered.
///
/// # Errors
/// Arguments that are none: nothing was sent. What fails later is in the result.
pub fn post(target: &Target, publication: &Publication<'_>) -> Result<Posted, HostError> {
    let ssh = Ssh::new(target)?;
    if target.label.is_empty() || target.change == 0 || target.patch_set == 0 {
        let message = "a review needs a label and the numbers of a change and of a patch set";
        return Err(HostError::new(HostErrorKind::Setup, message));
    }
    let mut run = Run { ssh: &ssh, target, publication, posted: Posted::default() };
    if let Err(error) = run.all() {
        run.posted.failures.push(("reviewing", error));
    }
    Ok(run.posted)
}

struct Run<'a> {
    ssh: &'a Ssh,
    target: &'a Target,
    publication: &'a Publication<'a>,
    posted: Posted,
}

impl Run<'_> {
    fn all(&mut self) -> Result<(), HostError> {
        let change = self.current()?;
        if let Some(outcome) = self.outdated(&change)? {
            self.posted.outcome = outcome;
            return Ok(());
        }
        let review = review::Review::new(self.target, self.publication, &change.files);
        let last = change.last(self.target.user.as_deref(), &self.publication.key);
        if let Some(outcome) = self.settled(last.as_ref(), &review.marker) {
            self.posted.outcome = outcome;
            return Ok(());
        }
        self.send(&review)
    }

    /// A second attempt costs nothing: it only reads.
    fn current(&self) -> Result<Change, HostError> {
        let ask = || query::ask(self.ssh, self.target.change);
        ask().or_else(|error| if error.kind == HostErrorKind::Unavailable { ask() } else { Err(error) })
    }

    fn outdated(&self, change: &Change) -> Result<Option<Outcome>, HostError> {
        if change.patch_set > self.target.patch_set {
            return Ok(Some(Outcome::Stale { newer: change.revision.clone() }));
        }
        if !change.open {
            return Ok(Some(Outcome::Closed));
        }
        let (number, patch_set) = (self.target.change, self.target.patch_set);
        if change.patch_set < patch_set || !change.revision.eq_ignore_ascii_case(&self.target.head) {
            let message = format!(
                "change {number} is at patch set {} ({}), not at {patch_set} ({})",
                change.patch_set, change.revision, self.target.head
            );
            return Err(HostError::new(HostErrorKind::Setup, message)
                .hint("judge the very commit that Gerrit has, or name its change and patch set"));
        }
        Ok(None)
    }

    fn settled(&self, last: Option<&Marker>, own: &Marker) -> Option<Outcome> {
        let last = last.filter(|last| last.head == own.head)?;
        if own.run.is_older_than(last.run) {
            return Some(Outcome::Overtaken { run: last.run });
        }
        let is_pass = self.publication.verdict == Verdict::Pass;
        (is_pass && last.complete && last.digest == own.digest).then_some(Outcome::Unchanged)
    }

    fn send(&mut self, review: &review::Review) -> Result<(), HostError> {
        self.posted.left_out = review.left_out;
        match self.review(review, true) {
            Ok(()) => self.posted.annotations = review.comments,
            // One comment that Gerrit does not take refuses all: the vote must stand without them.
            Err(error) if error.kind == HostErrorKind::Refused && review.comments > 0 => {
                self.review(review, false)?;
                self.posted.left_out += review.comments;
                self.posted.failures.push(("commenting on lines", error));
            }
            Err(error) => return Err(error),
        }
        self.posted.signal = true;
        self.posted.comment = true;
        Ok(())
    }

    /// If the connection broke, a look at the change tells whether the review has arrived.
    fn review(&self, review: &review::Review, with_comments: bool) -> Result<(), HostError> {
        let json = review.json(with_comments);
        let target = format!("{},{}", self.target.change, self.target.patch_set);
        let send = || self.ssh.run(&["gerrit", "review", "--json", &target], json.clone()).map(|_| ());
        let Err(error) = send() else { return Ok(()) };
        if !error.ambiguous || self.target.user.is_none() {
            return Err(error);
        }
        let last = self.current()?.last(self.target.user.as_deref(), &self.publication.key);
        match last {
            Some(last) if last == review.marker => Ok(()),
            _ => send(),
        }
    }
}
