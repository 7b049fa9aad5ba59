//! Runs at the same time.

use std::time::Duration;

use gate::host::{HostErrorKind, Outcome, RunNumber};
use gate::model::Verdict;
use gate_tests::contract::{Bench, HEAD1, HEAD2, Server, Step};

use crate::run::{
    Run, blocks, count, kinds, log, not_played, nothing_written, only, own, places, seen, sound,
};

/// A slow old run finds the answer of a newer one: it leaves it.
pub(crate) fn newer_run_has_answered<B: Bench>() {
    let server = Server::start(B::fresh());
    let mut newer = Run::with(1, "the newer run");
    newer.number = RunNumber { run: 5, attempt: 2 };
    newer.arrives(&server);
    let before = server.twin().comments();
    server.clear_requests();
    for number in [RunNumber { run: 4, attempt: 9 }, RunNumber { run: 5, attempt: 1 }] {
        let mut older = Run::with(0, "the older run");
        older.number = number;
        let posted = older.arrives(&server);
        assert_eq!(posted.outcome, Outcome::Overtaken { run: newer.number });
    }
    nothing_written(&server);
    assert_eq!(server.twin().comments(), before);
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

/// The head moves while a run is writing: at the end the comment is the newer run's.
pub(crate) fn newer_run_answers_meanwhile<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(3, "three findings").arrives(&server);
    server.twin().push(HEAD2);
    Run::with(1, "one finding").head(HEAD2).number(2).arrives(&server);
    let before = server.twin().comments();
    server.clear_requests();
    let late = Run::with(3, "three findings").number(1).arrives(&server);
    assert!(matches!(late.outcome, Outcome::Stale { .. }), "{late:#?}");
    nothing_written(&server);
    assert_eq!(server.twin().comments(), before);
    sound(&server);
}

/// Somebody else was faster, once: another look settles it.
pub(crate) fn conflict_is_healed<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(1, "one finding").arrives(&server);
    server.twin().conflict(1);
    Run::with(2, "two findings").number(2).budget(20).arrives(&server);
    let second = only(&server);
    assert!(second.body.contains("two findings"), "{second:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

/// Somebody else is always faster: it is told if it hinders, with the signal in its place and without a storm of calls.
pub(crate) fn conflicts_without_end_are_told<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(1, "one finding").arrives(&server);
    server.twin().conflict(1_000_000);
    server.clear_requests();
    let posted = Run::with(0, "nothing to complain of").number(2).post(&server);
    let failed = kinds(&posted);
    // Hosts without a lock of their own: the comment is gone whenever it is to be written.
    let lost = |kind: &HostErrorKind| {
        matches!(kind, HostErrorKind::Conflict | HostErrorKind::NotFound | HostErrorKind::Unavailable)
    };
    assert!(failed.iter().all(lost), "{posted:#?}");
    assert!(server.requests().len() <= 40, "{}", log(&server));
    assert!(own(&server).len() <= 1, "{}", log(&server));
    if failed.is_empty() {
        assert!(only(&server).body.contains("nothing to complain of"), "{}", log(&server));
    }
    assert_eq!(blocks(&server, HEAD1), Some(false));
    sound(&server);
}

/// The host makes an older run wait with its signal until the newer one is done: the newer one's answer counts.
pub(crate) fn late_signal_of_an_older_run<B: Bench>() {
    if !B::says_how_long() {
        return not_played("late_signal_of_an_older_run", "how long the older run waits is its own affair");
    }
    for (older, newer) in [(0, 2), (2, 0)] {
        let server = Server::start(B::fresh());
        server.fault(B::refusal(429).header("Retry-After", "4").on_any(B::operations(Step::Signal)));
        std::thread::scope(|scope| {
            let older = scope.spawn(|| Run::with(older, "the older run").number(1).budget(30).post(&server));
            while count(&server, Step::Signal) == 0 {
                std::thread::sleep(Duration::from_millis(10));
            }
            Run::with(newer, "the newer run").number(2).budget(30).arrives(&server);
            let posted = older.join().unwrap();
            assert!(matches!(posted.outcome, Outcome::Overtaken { .. }), "{posted:#?}");
        });
        assert!(only(&server).body.contains("the newer run"));
        assert_eq!(blocks(&server, HEAD1), Some(newer > 0), "{}", log(&server));
        sound(&server);
    }
}

/// The host makes an older run wait before it may edit the comment, and the newer one is done meanwhile: what the older run
/// has looked at before it waited is out of date.
pub(crate) fn late_comment_of_an_older_run<B: Bench>() {
    if !B::says_how_long() {
        return not_played("late_comment_of_an_older_run", "how long the older run waits is its own affair");
    }
    for (older, newer) in [(0, 2), (2, 0)] {
        let server = Server::start(B::fresh());
        Run::with(1, "a run before").number(0).arrives(&server);
        server.fault(B::refusal(429).header("Retry-After", "4").on_any(B::operations(Step::Update)));
        std::thread::scope(|scope| {
            let before = count(&server, Step::Update);
            let older = scope.spawn(|| Run::with(older, "the older run").number(1).budget(30).post(&server));
            while count(&server, Step::Update) == before {
                std::thread::sleep(Duration::from_millis(10));
            }
            Run::with(newer, "the newer run").number(2).budget(30).arrives(&server);
            let posted = older.join().unwrap();
            assert!(matches!(posted.outcome, Outcome::Overtaken { .. }), "{posted:#?}");
        });
        assert!(only(&server).body.contains("the newer run"), "{}", log(&server));
        assert_eq!(blocks(&server, HEAD1), Some(newer > 0), "{}", log(&server));
        sound(&server);
    }
}

fn at_once<B: Bench>(server: &Server<B>, runs: impl Iterator<Item = Run>) {
    std::thread::scope(|scope| {
        let threads: Vec<_> = runs.map(|run| scope.spawn(move || (run.number, run.post(server)))).collect();
        for thread in threads {
            let (number, posted) = thread.join().unwrap();
            assert!(posted.is_complete(), "{number:?}: {posted:#?}");
        }
    });
}

/// One comment is left, the newest run's, and so is the signal; whether the newest run comes first or last, and whether
/// there was a comment before.
pub(crate) fn fifty_runs_at_once<B: Bench>() {
    for (there_before, newest_first) in [(false, false), (true, true)] {
        let server = Server::start(B::fresh());
        server.twin().unlimited();
        if there_before {
            Run::with(0, "run 0").number(0).arrives(&server);
        }
        let number = |index: u64| if newest_first { 50 - index } else { index + 1 };
        let run = |number: u64| {
            let mut run = Run::with(0, &format!("run {number}.")).number(number).budget(60);
            run.told.verdict = if number == 50 { Verdict::Fail } else { Verdict::Pass };
            run
        };
        at_once(&server, (0..50).map(|index| run(number(index))));
        let comment = only(&server);
        assert!(comment.body.contains("run 50."), "{comment:#?}");
        assert_eq!(blocks(&server, HEAD1), Some(true), "the signal is an older run's: {}", log(&server));
        sound(&server);
    }
}

/// The findings stand at their lines once.
pub(crate) fn four_runs_with_findings_at_once<B: Bench>() {
    let server = Server::start(B::fresh());
    at_once(&server, (1..=4).map(|number| Run::with(3, &format!("run {number}.")).number(number).budget(30)));
    assert!(only(&server).body.contains("run 4."));
    assert_eq!(blocks(&server, HEAD1), Some(true));
    // Whatever is doubled for a moment is single after the next run.
    Run::with(3, "run 5.").number(5).arrives(&server);
    assert_eq!(seen(&server, HEAD1), places(3), "{}", log(&server));
    sound(&server);
}
