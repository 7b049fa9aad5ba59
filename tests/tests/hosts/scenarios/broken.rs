//! The network and the host break: what can be tried again is, what cannot is told, nothing is done twice.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Posted};
use gate_tests::contract::{Bench, Fault, HEAD1, Server, Step, TOKEN};
use serde_json::json;

use crate::run::{Run, blocks, kinds, log, only, own, places, seen, sound};

const STEPS: [Step; 4] = [Step::Read, Step::List, Step::Create, Step::Signal];

/// `fault` at each step of its own run: everything arrives, once.
fn heals<B: Bench>(steps: &[Step], fault: impl Fn() -> Fault) {
    for step in steps {
        let server = Server::start(B::fresh());
        if *step == Step::Update {
            Run::with(1, "before").arrives(&server);
        }
        server.fault(fault().on_any(B::operations(*step)));
        let posted = Run::with(2, "two findings").number(2).budget(25).post(&server);
        assert!(posted.is_complete(), "{step:?}: {posted:#?}\n{}", log(&server));
        assert!(server.requests().iter().any(|seen| seen.fault), "{step:?}: the fault met nothing");
        let comment = only(&server);
        assert!(comment.body.contains("two findings"), "{step:?}: {comment:#?}");
        assert_eq!(blocks(&server, HEAD1), Some(true), "{step:?}");
        assert_eq!(seen(&server, HEAD1), places(2), "{step:?}\n{}", log(&server));
        sound(&server);
    }
}

pub(crate) fn server_error_once<B: Bench>() {
    heals::<B>(&STEPS, || Fault::status(500).json(&json!({ "message": "oh no" })));
    heals::<B>(&[Step::Update], || Fault::status(502));
}

pub(crate) fn unavailable_thrice<B: Bench>() {
    heals::<B>(&STEPS, || Fault::status(503).times(3));
}

pub(crate) fn dropped_before<B: Bench>() {
    heals::<B>(&STEPS, Fault::drop_before);
    heals::<B>(&[Step::Update], Fault::drop_before);
}

/// The host has done what it was asked for, and nobody heard: it is not done twice.
pub(crate) fn dropped_after<B: Bench>() {
    heals::<B>(&[Step::Create, Step::Update, Step::Signal], Fault::drop_after);
}

/// The same with half an answer.
pub(crate) fn broken_off<B: Bench>() {
    heals::<B>(&[Step::List, Step::Create, Step::Signal], Fault::cut);
}

/// Each failure is one of `expected`, and few requests were made.
fn told<B: Bench>(fault: Fault, budget: u64, expected: &[HostErrorKind]) -> Posted {
    let server = Server::start(B::fresh());
    server.fault(fault.always());
    let posted = Run::with(1, "one finding").budget(budget).post(&server);
    let failed = kinds(&posted);
    assert!(!failed.is_empty() && failed.iter().all(|kind| expected.contains(kind)), "{posted:#?}");
    assert!(!posted.signal && !posted.comment, "{posted:#?}");
    assert!(server.requests().len() <= 40, "{}", log(&server));
    sound(&server);
    posted
}

pub(crate) fn unavailable_for_ever<B: Bench>() {
    told::<B>(Fault::status(503), 3, &[HostErrorKind::Unavailable]);
}

/// A proxy or an expired session: a sign-in page instead of JSON, whatever the status.
pub(crate) fn sign_in_page<B: Bench>() {
    for status in [200, 203] {
        let begun = Instant::now();
        told::<B>(Fault::html(status), 5, &[HostErrorKind::Unauthorized, HostErrorKind::Strange]);
        assert!(begun.elapsed() < Duration::from_secs(4), "it was tried again and again");
    }
}

pub(crate) fn garbage<B: Bench>() {
    told::<B>(Fault::garbage(), 5, &[HostErrorKind::Strange, HostErrorKind::Unavailable]);
}

/// 300 MB of JSON are not read.
pub(crate) fn huge_answer<B: Bench>() {
    let server = Server::start(B::fresh());
    server.fault(Fault::huge(300_000_000).on_any(B::operations(Step::List)).always());
    let posted = Run::with(1, "one finding").budget(8).post(&server);
    let failed = kinds(&posted);
    let expected = |kind: &HostErrorKind| matches!(kind, HostErrorKind::Strange | HostErrorKind::Unavailable);
    assert!(!failed.is_empty() && failed.iter().all(expected), "{posted:#?}");
    assert!(own(&server).is_empty(), "a comment was made blindly");
    sound(&server);
}

/// An answer that comes too late for the budget: no second comment, in this run or the next.
pub(crate) fn slow_answer<B: Bench>() {
    let server = Server::start(B::fresh());
    server.fault(Fault::slow(Duration::from_secs(20)).on_any(B::operations(Step::Create)));
    let posted = Run::with(0, "slow").budget(3).post(&server);
    assert!(own(&server).len() <= 1, "{:#?}", own(&server));
    assert!(posted.is_complete() || kinds(&posted).contains(&HostErrorKind::Unavailable), "{posted:#?}");
    Run::with(0, "quick").number(2).arrives(&server);
    assert!(only(&server).body.contains("quick"));
    assert_eq!(blocks(&server, HEAD1), Some(false));
    sound(&server);
}

/// A host that takes requests and says nothing: the budget is kept (every run checks that), and it is told.
pub(crate) fn hanging_host<B: Bench>() {
    told::<B>(Fault::hang(), 2, &[HostErrorKind::Unavailable]);
}

/// A byte now and then.
pub(crate) fn trickling_host<B: Bench>() {
    told::<B>(Fault::trickle(Duration::from_millis(50)), 2, &[HostErrorKind::Unavailable]);
}

/// The second page of the comments cannot be had. Our comment may be on it: none is made.
pub(crate) fn truncated_list<B: Bench>() {
    let server = Server::start(B::fresh());
    (0..250).for_each(|index| server.twin().forge(&format!("comment {index}")));
    Run::with(1, "one finding").budget(30).arrives(&server);
    let first = only(&server);
    server.fault(Fault::status(500).on_any(B::operations(Step::List)).skip(1).always());
    let posted = Run::with(0, "nothing to complain of").number(2).budget(5).post(&server);
    assert_eq!(only(&server).id, first.id, "{posted:#?}");
    sound(&server);
}

/// Another server, named in a redirect, gets neither token nor request.
pub(crate) fn redirect_elsewhere<B: Bench>() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let elsewhere = format!("http://{}/", trap.local_addr().unwrap());
    for status in [301, 302, 307, 308] {
        let server = Server::start(B::fresh());
        server.fault(Fault::status(status).header("Location", elsewhere.clone()).always());
        let posted = Run::with(1, "one finding").budget(3).post(&server);
        assert!(!posted.is_complete() && !posted.signal && !posted.comment, "{posted:#?}");
        assert!(server.requests().len() <= 12, "{}", log(&server));
        assert!(trap.accept().is_err(), "the redirect was followed");
    }
}

/// The host echoes the token in its error, in every form that it knows; `post` of the tests looks for it.
pub(crate) fn echoed_token<B: Bench>() {
    let server = Server::start(B::fresh());
    let header = |server: &Server<B>| {
        server.fault(Fault::status(403).always());
        Run::with(1, "one finding").post(server);
        let names = ["authorization", "private-token", "job-token"];
        let requests = server.requests();
        let value =
            names.iter().find_map(|name| requests.first()?.raw.header(name)).unwrap_or_default().to_owned();
        server.clear_faults();
        value
    };
    let sent = header(&server);
    let sent = sent.rsplit(' ').next().unwrap_or_default();
    let token = if sent.is_empty() { "nothing" } else { TOKEN };
    let said = json!({ "message": format!("token {token} ({sent}) is bad"), "error": sent });
    for status in [400, 401, 403, 404, 409, 422, 500] {
        server.fault(Fault::status(status).header("X-Token", sent).json(&said).always());
        let posted = Run::with(1, "one finding").budget(2).post(&server);
        assert!(!posted.is_complete(), "{posted:#?}");
        assert!(sent.is_empty() || !format!("{posted:?}").contains(sent), "{posted:#?}");
        server.clear_faults();
    }
    sound(&server);
}

/// The address is wrong.
pub(crate) fn nobody_listens<B: Bench>() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::start(B::fresh());
    let posted = Run::with(1, "one finding").budget(3).post_to(&server, &format!("http://{free}"));
    assert!(kinds(&posted).iter().all(|kind| *kind == HostErrorKind::Unavailable), "{posted:#?}");
    assert!(!posted.is_complete() && server.requests().is_empty());
}
