//! Whether a call that failed is sent again, and when. Decisions only: no clock, no network.

use std::time::Duration;

use serde_json::Value;

use crate::host::{HostError, HostErrorKind};

/// Times that a call is sent at most.
pub(super) const ATTEMPTS: u32 = 5;
/// A longest first wait; it doubles with each attempt.
const FIRST: Duration = Duration::from_millis(500);
/// No wait of our own choice is longer.
const CAP: Duration = Duration::from_secs(8);

/// Did the host do what the call asked for?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    /// Certainly not: there was no connection, or the host said so.
    No,
    /// The answer was lost or says nothing about it.
    Unknown,
}

/// Can another attempt help?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// The answer would be the same.
    Never,
    /// After a while.
    Later,
    /// Not before this time has passed.
    After(Duration),
}

/// A call that failed.
#[derive(Debug, Clone)]
pub(in crate::host) struct Failure {
    /// What is told.
    pub(in crate::host) error: HostError,
    /// Status of the answer, if there was one.
    pub(in crate::host) status: Option<u16>,
    /// The answer, if it was JSON: to look for codes in, not to be shown.
    pub(in crate::host) body: Value,
    pub(super) carried: Carried,
    pub(super) again: Again,
}

impl Failure {
    /// A failure without an answer of the host.
    pub(super) fn new(error: HostError, carried: Carried, again: Again) -> Self {
        Self { error, status: None, body: Value::Null, carried, again }
    }
}

impl From<HostError> for Failure {
    /// Nothing was sent.
    fn from(error: HostError) -> Self {
        Self::new(error, Carried::No, Again::Never)
    }
}

/// How long to wait before `failure` is tried again; `None` if it is not. `attempt` is the number of attempts made,
/// `jitter` a random number of 0 to 1.
pub(super) fn wait(
    failure: &Failure,
    repeatable: bool,
    attempt: u32,
    remaining: Duration,
    jitter: f64,
) -> Option<Duration> {
    if attempt >= ATTEMPTS || (failure.carried == Carried::Unknown && !repeatable) {
        return None;
    }
    let wait = match failure.again {
        Again::Never => return None,
        Again::Later => backoff(attempt, jitter),
        // A little of it at random, so that all who were told the same do not come back at once.
        Again::After(least) => least.saturating_add(backoff(1, jitter)),
    };
    (wait < remaining).then_some(wait)
}

/// Full jitter: anything between nothing and a bound that doubles.
fn backoff(attempt: u32, jitter: f64) -> Duration {
    let bound = FIRST.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))).min(CAP);
    bound.mul_f64(jitter.clamp(0.0, 1.0))
}

/// The error of a call after its last attempt. `lost`: an answer of this or an earlier attempt was lost.
pub(super) fn finish(mut failure: Failure, attempts: u32, lost: bool, changes: bool) -> Failure {
    failure.error.ambiguous = lost && changes;
    if attempts > 1 && failure.error.kind == HostErrorKind::Unavailable {
        failure.error.message.push_str(&format!(" ({attempts} attempts)"));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn failure(carried: Carried, again: Again) -> Failure {
        Failure::new(HostError::new(HostErrorKind::Unavailable, "x"), carried, again)
    }

    #[test]
    fn waits_double_up_to_a_cap() {
        let failure = failure(Carried::No, Again::Later);
        let longest = |attempt| wait(&failure, true, attempt, LONG, 1.0).map(|wait| wait.as_millis());
        assert_eq!([1, 2, 3, 4].map(longest), [Some(500), Some(1000), Some(2000), Some(4000)]);
        assert_eq!(longest(5), None);
        assert_eq!(backoff(30, 1.0), CAP);
        assert_eq!(wait(&failure, true, 4, LONG, 0.0), Some(Duration::ZERO));
    }

    #[test]
    fn what_may_have_been_done_is_not_done_twice() {
        let lost = failure(Carried::Unknown, Again::Later);
        assert_eq!(wait(&lost, false, 1, LONG, 1.0), None);
        assert!(wait(&lost, true, 1, LONG, 1.0).is_some());
        assert!(wait(&failure(Carried::No, Again::Later), false, 1, LONG, 1.0).is_some());
        assert_eq!(wait(&failure(Carried::No, Again::Never), true, 1, LONG, 1.0), None);
    }

    #[test]
    fn a_wait_that_does_not_fit_is_not_begun() {
        let asked = |seconds| failure(Carried::No, Again::After(Duration::from_secs(seconds)));
        assert_eq!(wait(&asked(7), false, 1, LONG, 0.0), Some(Duration::from_secs(7)));
        assert_eq!(wait(&asked(30), true, 1, LONG, 0.0), None);
        assert_eq!(wait(&asked(u64::MAX), true, 1, LONG, 1.0), None);
        assert_eq!(wait(&failure(Carried::No, Again::Later), true, 3, Duration::from_secs(1), 1.0), None);
    }

    #[test]
    fn only_a_lost_change_is_ambiguous() {
        let end = |lost, changes| finish(failure(Carried::No, Again::Later), 3, lost, changes).error;
        assert!(end(true, true).ambiguous);
        assert!(!end(true, false).ambiguous);
        assert!(!end(false, true).ambiguous);
        assert_eq!(end(false, true).message, "x (3 attempts)");
    }
}
