//! AWS CodeCommit: the scenarios that all hosts share, and its own.

use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Outcome, RunNumber, Secret, Target};
use gate::model::Verdict;
use gate_tests::contract::codecommit::CodeCommit;
use gate_tests::contract::{Bench, Fault, HEAD1, HEAD2, Server};
use gate_tests::told::{Told, error};
use gate_tests::{Gate, TestRepo};

use crate::run::{next, operations, send, sound, target};

crate::scenarios::all!(gate_tests::contract::codecommit::CodeCommit);

const FILE: &str = "apps/web/deploy.yaml";

fn server() -> (Server<CodeCommit>, Target) {
    let server = Server::start(CodeCommit::fresh());
    let target = target(&server);
    (server, target)
}

#[test]
fn a_pass_approves_and_anything_else_revokes() {
    let (server, target) = server();
    assert_eq!(send(&target, Verdict::Pass, "fine", vec![]).failures, []);
    assert_eq!(server.twin().blocks(HEAD1), Some(false));
    for (run, verdict) in [(2, Verdict::Fail), (3, Verdict::Incomplete)] {
        let target = Target { run: RunNumber { run, attempt: 1 }, ..target.clone() };
        assert_eq!(send(&target, verdict, "bad", vec![]).failures, []);
        assert_eq!(server.twin().blocks(HEAD1), Some(true));
    }
    sound(&server);
}

#[test]
fn a_pass_unchanged_costs_three_calls() {
    let (server, target) = server();
    send(&target, Verdict::Pass, "fine", vec![]);
    server.clear_requests();
    assert_eq!(send(&next(&target), Verdict::Pass, "fine", vec![]).outcome, Outcome::Unchanged);
    assert_eq!(operations(&server), ["GetPullRequest", "GetCommentsForPullRequest", "GetCallerIdentity"]);
    sound(&server);
}

#[test]
fn whoever_is_named_is_not_asked_for() {
    let (server, mut target) = server();
    target.acts_as = Some(server.twin().me());
    send(&target, Verdict::Pass, "fine", vec![]);
    assert_eq!(send(&next(&target), Verdict::Pass, "fine", vec![]).outcome, Outcome::Unchanged);
    assert!(!operations(&server).contains(&"GetCallerIdentity".to_owned()));
    sound(&server);
}

/// CodeBuild gives each build a session of its own.
#[test]
fn a_comment_of_another_session_is_replaced() {
    let (server, target) = server();
    send(&target, Verdict::Pass, "fine", vec![]);
    server.twin().session = "run-2".to_owned();
    let posted = send(&next(&target), Verdict::Pass, "fine, and more", vec![]);
    assert_eq!((posted.failures, posted.comment), (vec![], true));
    let comments = server.twin().comments();
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(comments[0].body.contains("fine, and more"));
    sound(&server);
}

#[test]
fn an_approval_that_nobody_can_take_back_is_told() {
    let (server, target) = server();
    send(&target, Verdict::Pass, "fine", vec![]);
    server.twin().session = "run-2".to_owned();
    let posted = send(&next(&target), Verdict::Fail, "bad", vec![]);
    assert!(!posted.signal);
    let (_, error) = &posted.failures[0];
    assert_eq!(error.kind, HostErrorKind::Conflict);
    assert!(error.message.contains("assumed-role/GateRole/run-1 still stands"), "{error}");
    assert_eq!(server.twin().blocks(HEAD1), Some(false), "which is why it is told");
    sound(&server);
}

#[test]
fn an_approval_is_of_what_was_judged() {
    let (server, target) = server();
    server.fault(Fault::slow(Duration::from_millis(1)).on("GetCommentsForPullRequest"));
    let pushing = std::thread::scope(|scope| {
        scope.spawn(|| {
            // The push comes after the pull request was read.
            while !operations(&server).contains(&"GetPullRequest".to_owned()) {
                std::thread::sleep(Duration::from_millis(1));
            }
            server.twin().push(HEAD2);
        });
        send(&target, Verdict::Pass, "fine", vec![])
    });
    assert!(!pushing.signal, "{pushing:?}");
    assert_eq!(server.twin().blocks(HEAD2), None);
    sound(&server);
}

#[test]
fn the_author_of_a_pull_request_cannot_approve_it() {
    let (server, target) = server();
    let me = server.twin().me();
    server.twin().author = me;
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert!(!posted.signal && posted.comment);
    let (_, error) = &posted.failures[0];
    assert_eq!(error.kind, HostErrorKind::Refused);
    assert!(error.hint.as_deref().unwrap().contains("a role of its own"), "{error:?}");
    // There is nothing to revoke, and that blocks as well.
    assert_eq!(send(&next(&target), Verdict::Fail, "bad", vec![]).failures, []);
    sound(&server);
}

#[test]
fn findings_are_comments_at_lines_and_deleted_when_fixed() {
    let (server, target) = server();
    let far = error("vendor/gone.yaml", 3);
    server.twin().unknown_paths = vec![far.path.clone()];
    let posted = send(&target, Verdict::Fail, "bad", vec![error(FILE, 5), far, error(FILE, 6)]);
    assert_eq!((posted.failures, posted.annotations), (vec![], 2));
    let seen = server.twin().annotations(HEAD1);
    assert_eq!(seen.iter().map(|one| one.line).collect::<Vec<_>>(), [5, 6]);
    let posted = send(&next(&target), Verdict::Fail, "bad", vec![error(FILE, 6)]);
    assert_eq!((posted.failures, posted.annotations, posted.resolved), (vec![], 0, 1));
    assert_eq!(server.twin().annotations(HEAD1).len(), 1);
    // It comes back: it is made anew, although the same words were sent before.
    let posted = send(&next(&next(&target)), Verdict::Fail, "bad", vec![error(FILE, 5), error(FILE, 6)]);
    assert_eq!((posted.failures, posted.annotations), (vec![], 1));
    assert_eq!(server.twin().annotations(HEAD1).len(), 2);
    sound(&server);
}

#[test]
fn all_pages_are_read_and_answers_are_no_comments_of_ours() {
    let (server, target) = server();
    server.twin().page = 3;
    for number in 0..10 {
        server.twin().comment_by_person(&format!("comment {number}"), false);
    }
    send(&target, Verdict::Pass, "fine", vec![]);
    let own = server.twin().comments().last().unwrap().body.clone();
    server.twin().comment_by_person(&own.replace("run=1.1", "run=99.1"), true);
    server.twin().forge(&own.replace("run=1.1", "run=99.1"));
    let posted = send(&next(&target), Verdict::Fail, "bad", vec![]);
    assert_eq!((posted.outcome, posted.failures), (Outcome::Done, vec![]));
    assert_eq!(server.twin().comments().len(), 13);
    sound(&server);
}

#[test]
fn lost_answers_make_no_second_comment() {
    let (server, target) = server();
    server.fault(Fault::drop_after().on("PostCommentForPullRequest").times(2));
    let posted = send(&target, Verdict::Fail, "bad", vec![error(FILE, 5)]);
    assert_eq!(posted.failures, []);
    assert_eq!(server.twin().comments().len(), 2);
    sound(&server);
}

#[test]
fn throttling_is_waited_for() {
    let (server, target) = server();
    let limited = Fault::status(400)
        .json(&serde_json::json!({ "__type": "ThrottlingException", "message": "Rate exceeded" }));
    server.fault(limited.clone().times(2));
    assert_eq!(send(&target, Verdict::Pass, "fine", vec![]).failures, []);
    server.fault(limited.always());
    let posted = send(&next(&target), Verdict::Pass, "fine", vec![]);
    assert!(posted.failures.iter().all(|(_, error)| error.kind == HostErrorKind::RateLimited), "{posted:?}");
}

#[test]
fn errors_are_of_their_kinds() {
    let kind = |code: &str| {
        let (server, target) = server();
        let body = serde_json::json!({ "__type": code, "message": "words" });
        server.fault(Fault::status(400).json(&body).always());
        let posted = send(&target, Verdict::Pass, "fine", vec![]);
        let (_, error) = &posted.failures[0];
        assert!(error.message.starts_with(&format!("GetPullRequest: {code}: words")), "{error}");
        error.kind
    };
    assert_eq!(kind("UnrecognizedClientException"), HostErrorKind::Unauthorized);
    assert_eq!(kind("ExpiredTokenException"), HostErrorKind::Unauthorized);
    assert_eq!(kind("AccessDeniedException"), HostErrorKind::Forbidden);
    assert_eq!(kind("PullRequestDoesNotExistException"), HostErrorKind::NotFound);
    assert_eq!(kind("InvalidPullRequestIdException"), HostErrorKind::Refused);
    assert_eq!(kind("EncryptionKeyAccessDeniedException"), HostErrorKind::Forbidden);
}

#[test]
fn answers_of_others_are_told_as_such() {
    for (fault, kind) in [
        (Fault::html(200), HostErrorKind::Strange),
        (Fault::html(403), HostErrorKind::Forbidden),
        (Fault::html(404), HostErrorKind::NotFound),
        (Fault::garbage(), HostErrorKind::Strange),
        (Fault::status(503), HostErrorKind::Unavailable),
        (Fault::drop_before(), HostErrorKind::Unavailable),
    ] {
        let (server, target) = server();
        let described = format!("{fault:?}");
        server.fault(fault.always());
        let posted = send(&target, Verdict::Pass, "fine", vec![]);
        assert!(!posted.signal);
        let (_, error) = &posted.failures[0];
        assert_eq!(error.kind, kind, "{described}: {error}");
    }
}

#[test]
fn a_host_that_hangs_does_not_hold_up_the_run() {
    let (server, mut target) = server();
    target.budget = Duration::from_millis(700);
    server.fault(Fault::hang().always());
    let begun = Instant::now();
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    assert!(!posted.signal && !posted.failures.is_empty());
    assert!(posted.failures.iter().all(|(_, error)| error.kind == HostErrorKind::Unavailable), "{posted:?}");
}

#[test]
fn a_pull_request_of_another_repository_is_not_touched() {
    let (server, target) = server();
    server.twin().repository = "another".to_owned();
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert!(!posted.signal && !posted.comment);
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::NotFound);
    assert_eq!(server.twin().blocks(HEAD1), None);
    assert_eq!(server.twin().comments(), []);
    sound(&server);
}

/// The program, started where AWS has put nothing. (Without the switch it would ask the metadata service of EC2 first.)
#[test]
fn missing_credentials_are_told() {
    let (server, target) = server();
    let repo = TestRepo::new();
    repo.write("a.yaml", "a: 1\n").commit("base");
    repo.branch("pr").write("a.yaml", "a: 2\n").commit("change");
    let head = repo.git(&["rev-parse", "HEAD"]);
    server.twin().push(head.trim());
    let variables = [
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("GATE_HOST", "codecommit"),
        ("GATE_API_URL", &target.api),
        ("GATE_REPOSITORY", &target.repository),
        ("GATE_PR", "7"),
        ("GATE_HEAD", head.trim()),
    ];
    let gate = Gate::new(env!("CARGO_BIN_EXE_gate-under-test"));
    let run = gate.run_with(repo.path(), &["check", "--base", "main", "--post"], &variables, None);
    assert!(run.stderr.contains("no AWS credentials were found"), "{run:?}");
    assert!(run.stderr.contains("give this job a role"), "{run:?}");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn half_of_a_key_is_refused() {
    let (_server, mut target) = server();
    target.user = None;
    let told = Told::pass();
    assert_eq!(gate::host::post(&target, &told.publication()).unwrap_err().kind, HostErrorKind::Setup);
    target.token = Some(Secret::new("x"));
    assert_eq!(gate::host::post(&target, &told.publication()).unwrap_err().kind, HostErrorKind::Setup);
}

#[test]
fn a_commit_alone_cannot_be_marked() {
    let (server, mut target) = server();
    target.number = None;
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Setup);
    assert_eq!(server.requests().len(), 0);
}
