//! The host says no: to this token, to this request, for the moment.

use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Posted, post};
use gate_tests::contract::{Bench, Fault, HEAD1, Server, Step};

use crate::run::{Run, blocks, count, kinds, log, only, own, seen, sound};

fn is_denied(posted: &Posted) -> bool {
    !posted.failures.is_empty() && posted.failures.iter().all(|(_, error)| error.is_denied())
}

/// The token of a fork may read and not write: it is told, once per step, and nothing is tried again.
pub(crate) fn fork<B: Bench>() {
    let server = Server::start(B::fresh());
    server.twin().read_only();
    let posted = Run::with(3, "three findings").post(&server);
    assert!(is_denied(&posted), "{posted:#?}\n{}", log(&server));
    assert!(!posted.signal && !posted.comment, "{posted:#?}");
    assert!(server.requests().len() <= 8, "{}", log(&server));
    assert!(own(&server).is_empty());
    assert_eq!(seen(&server, HEAD1), []);
    sound(&server);
}

/// A wrong token: every request is answered with `status`; few are made, and each failure is one of `kinds`.
fn refused_always<B: Bench>(status: u16, expected: &[HostErrorKind]) -> Posted {
    let server = Server::start(B::fresh());
    server.fault(B::refusal(status).always());
    let posted = Run::with(3, "three findings").post(&server);
    let failed = kinds(&posted);
    assert!(!failed.is_empty() && failed.iter().all(|kind| expected.contains(kind)), "{posted:#?}");
    assert!(!posted.signal && !posted.comment, "{posted:#?}");
    assert!(server.requests().len() <= 8, "{}", log(&server));
    sound(&server);
    posted
}

pub(crate) fn unauthorized<B: Bench>() {
    refused_always::<B>(401, &[HostErrorKind::Unauthorized, HostErrorKind::Forbidden]);
}

pub(crate) fn forbidden<B: Bench>() {
    refused_always::<B>(403, &[HostErrorKind::Forbidden]);
}

/// Hosts answer so to a token that may not know that there is something.
pub(crate) fn not_found<B: Bench>() {
    refused_always::<B>(404, &[HostErrorKind::NotFound, HostErrorKind::Forbidden]);
}

/// The comment is refused for what it is: the signal stands all the same, and the failure is told.
pub(crate) fn refused_comment<B: Bench>() {
    let server = Server::start(B::fresh());
    server.fault(B::refusal(422).on_any(B::operations(Step::Create)).always());
    let posted = Run::with(0, "nothing to complain of").post(&server);
    assert_eq!(kinds(&posted), [HostErrorKind::Refused], "{posted:#?}");
    assert!(posted.signal && !posted.comment, "{posted:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(false));
    sound(&server);
}

/// The signal is refused: the comment stands, and the next run, though unchanged, tries again.
pub(crate) fn refused_signal<B: Bench>() {
    let server = Server::start(B::fresh());
    server.fault(B::refusal(422).on_any(B::operations(Step::Signal)).always());
    let posted = Run::with(0, "nothing to complain of").post(&server);
    assert!(!posted.is_complete() && !posted.signal && posted.comment, "{posted:#?}");
    assert_ne!(blocks(&server, HEAD1), Some(false));
    server.clear_faults();
    let posted = Run::with(0, "nothing to complain of").number(2).arrives(&server);
    assert!(posted.signal, "{posted:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(false));
    only(&server);
    sound(&server);
}

pub(crate) fn conflict_on_the_comment<B: Bench>() {
    let server = Server::start(B::fresh());
    server.fault(B::refusal(409).on_any(B::operations(Step::Create)));
    Run::with(1, "one finding").arrives(&server);
    only(&server);
    sound(&server);
}

fn limit<B: Bench>(seconds: &str) -> Fault {
    let refusal = B::refusal(429);
    if B::says_how_long() { refusal.header("Retry-After", seconds) } else { refusal }
}

/// A limit that is over in time is waited for.
pub(crate) fn limited_for_a_moment<B: Bench>() {
    for step in [Step::Read, Step::List, Step::Create, Step::Signal] {
        let server = Server::start(B::fresh());
        server.fault(limit::<B>("1").on_any(B::operations(step)));
        let begun = Instant::now();
        Run::with(1, "one finding").budget(20).arrives(&server);
        let waited = begun.elapsed() >= Duration::from_secs(1);
        assert!(waited || !B::says_how_long(), "{step:?}: the host was not given its second");
        only(&server);
        assert_eq!(blocks(&server, HEAD1), Some(true));
        sound(&server);
    }
}

/// A limit that is not over in time is not waited for: the other steps are done, and it is told.
pub(crate) fn limited_beyond_the_budget<B: Bench>() {
    let server = Server::start(B::fresh());
    server.fault(limit::<B>("600").on_any(B::operations(Step::Create)).always());
    let posted = Run::with(0, "nothing to complain of").budget(6).post(&server);
    assert_eq!(kinds(&posted), [HostErrorKind::RateLimited], "{posted:#?}\n{}", log(&server));
    assert!(posted.signal, "{posted:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(false));
    let tries = if B::says_how_long() { 3 } else { 8 };
    assert!(count(&server, Step::Create) <= tries, "{}", log(&server));
    sound(&server);
}

/// Nothing is sent without a token; what the host may answer to nobody is not asked for.
pub(crate) fn no_token<B: Bench>() {
    let server = Server::start(B::fresh());
    let run = Run::with(1, "one finding").budget(3);
    let mut target = run.target(&server);
    if target.token.is_none() {
        // The credentials of this host come from elsewhere.
        return;
    }
    target.token = None;
    let error = post(&target, &run.told.publication()).unwrap_err();
    assert!(error.is_denied() && error.hint.is_some(), "{error:?}");
    assert!(server.requests().is_empty(), "{}", log(&server));
}
