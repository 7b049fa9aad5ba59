//! Azure DevOps: the scenarios that all hosts share, and its own.

use gate::host::{HostErrorKind, Outcome, Secret, Target};
use gate::model::{Severity, Verdict};
use gate_tests::contract::azure::{Azure, Status};
use gate_tests::contract::{Bench, Fault, HEAD1, HEAD2, Server};
use gate_tests::told::{Told, error};

use crate::run::{next, operations, send, sound, target};

crate::scenarios::all!(gate_tests::contract::azure::Azure);

const FILE: &str = "apps/web/deploy.yaml";

fn server() -> (Server<Azure>, Target) {
    start(Azure::fresh())
}

fn start(twin: Azure) -> (Server<Azure>, Target) {
    let server = Server::start(twin);
    let target = target(&server);
    (server, target)
}

#[test]
fn the_status_is_bound_to_the_iteration_of_the_head() {
    let (server, target) = server();
    let posted = send(&target, Verdict::Fail, "one error", vec![error(FILE, 5)]);
    assert_eq!(posted.failures, []);
    let status =
        Status { context: "gitops-gate/verdict".to_owned(), state: "failed".to_owned(), iteration: Some(1) };
    assert_eq!(server.twin().statuses, [status]);
    assert_eq!(server.twin().blocks(HEAD1), Some(true));

    // A pass of the head before says nothing about the new one.
    assert_eq!(send(&next(&target), Verdict::Pass, "fine", vec![]).failures, []);
    assert_eq!(server.twin().blocks(HEAD1), Some(false));
    server.twin().push(HEAD2);
    assert_eq!(server.twin().blocks(HEAD2), None);
    sound(&server);
}

#[test]
fn other_gates_have_a_status_of_their_own() {
    let (server, target) = server();
    assert_eq!(Told::new(Verdict::Incomplete, "no time", vec![]).key("security").post(&target).failures, []);
    let status =
        Status { context: "gitops-gate/security".to_owned(), state: "error".to_owned(), iteration: Some(1) };
    assert_eq!(server.twin().statuses, [status]);
    let posted = Told::new(Verdict::Pass, "fine", vec![]).key("verdict").post(&target);
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Setup);
    assert_eq!(server.twin().statuses.len(), 1);
    sound(&server);
}

#[test]
fn a_pass_unchanged_costs_three_calls() {
    let (server, target) = server();
    assert_eq!(send(&target, Verdict::Pass, "fine", vec![]).outcome, Outcome::Done);
    server.clear_requests();
    assert_eq!(send(&next(&target), Verdict::Pass, "fine", vec![]).outcome, Outcome::Unchanged);
    let calls = ["Pull Requests_Get Pull Request", "Pull Request Threads_List", "ConnectionData_Get"];
    assert_eq!(operations(&server), calls);
    sound(&server);
}

#[test]
fn a_push_whose_test_merge_is_not_made_yet_is_seen() {
    let (server, target) = server();
    server.twin().push_without_merge(HEAD2);
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert_eq!(posted.outcome, Outcome::Stale { newer: HEAD2.to_owned() });
    let judged = Target { head: HEAD2.to_owned(), ..target };
    let posted = send(&judged, Verdict::Pass, "fine", vec![]);
    assert_eq!((posted.outcome, posted.failures), (Outcome::Done, vec![]));
    assert_eq!(server.twin().blocks(HEAD1), None);
    assert_eq!(server.twin().blocks(HEAD2), Some(false));
    sound(&server);
}

#[test]
fn threads_follow_their_files_and_only_what_blocks_is_open() {
    let (server, target) = server();
    let mut warning = error("apps/file-3.yaml", 10);
    warning.severity = Severity::Warning;
    let mut elsewhere = error("charts/not in the diff.yaml", 1);
    elsewhere.end = elsewhere.start;
    assert_eq!(send(&target, Verdict::Fail, "bad", vec![error(FILE, 5), warning, elsewhere]).failures, []);
    let twin = server.twin();
    let states = twin.states();
    let state = |path: &str| states.iter().find(|(at, _)| at == path).map(|(_, state)| *state);
    assert_eq!(state("/apps/web/deploy.yaml"), Some("active"));
    assert_eq!(state("/apps/file-3.yaml"), Some("closed"));
    assert_eq!(state(""), Some("unknown"));
    // 0 is the host's own, 1 the comment.
    let (first, third) = (twin.sent(2), twin.sent(4));
    assert_eq!(first["threadContext"]["rightFileStart"]["line"], 5);
    assert_eq!(first["threadContext"]["rightFileStart"]["offset"], 3);
    assert_eq!(first["threadContext"]["rightFileEnd"]["offset"], 9);
    assert_eq!(first["pullRequestThreadContext"]["changeTrackingId"], 101);
    assert_eq!(first["pullRequestThreadContext"]["iterationContext"]["secondComparingIteration"], 1);
    assert_eq!(first["properties"]["gitops-gate.key"], "default");
    assert_eq!(third["threadContext"]["filePath"], "/charts/not in the diff.yaml");
    assert_eq!(third["threadContext"]["rightFileEnd"]["offset"], 4);
    assert!(third["pullRequestThreadContext"].is_null());
    drop(twin);
    sound(&server);
}

#[test]
fn threads_are_fixed_and_the_comment_is_closed_when_all_is_well() {
    let (server, target) = server();
    send(&target, Verdict::Fail, "bad", vec![error(FILE, 5), error(FILE, 6)]);
    assert_eq!(
        server.twin().states()[1..].iter().map(|(_, state)| *state).collect::<Vec<_>>(),
        ["active"; 3]
    );
    // A reviewer has looked at one and left it.
    server.twin().set_state(2, "wontFix");
    server.clear_requests();
    let posted = send(&next(&target), Verdict::Pass, "fine", vec![]);
    assert_eq!((posted.failures, posted.resolved), (vec![], 1));
    let states: Vec<&str> = server.twin().states()[1..].iter().map(|(_, state)| *state).collect();
    assert_eq!(states, ["closed", "wontFix", "fixed"]);
    assert_eq!(server.twin().annotations(HEAD1), []);

    // It is bad again: the comment blocks again.
    send(&next(&next(&target)), Verdict::Fail, "bad", vec![error(FILE, 7)]);
    let states: Vec<&str> = server.twin().states()[1..].iter().map(|(_, state)| *state).collect();
    assert_eq!(states, ["active", "wontFix", "fixed", "active"]);
    sound(&server);
}

#[test]
fn what_is_said_by_others_is_left_alone() {
    let (server, target) = server();
    send(&target, Verdict::Pass, "fine", vec![]);
    let own = server.twin().comments().into_iter().last().unwrap();
    let later = own.body.replace("run=1.1", "run=999.1");
    server.twin().forge(&later);
    let posted = send(&next(&target), Verdict::Fail, "bad", vec![]);
    assert_eq!((posted.outcome, posted.failures), (Outcome::Done, vec![]));
    let comments = server.twin().comments();
    assert_eq!(comments.len(), 2);
    assert_eq!(comments[1].body, later);
    assert!(comments[0].body.contains("bad"));
    sound(&server);
}

#[test]
fn old_servers_are_asked_in_their_own_version() {
    for version in ["7.0", "6.0", "5.1", "5.0"] {
        let (server, target) = start(Azure::fresh().speaking(version));
        send(&target, Verdict::Pass, "fine", vec![]);
        let posted = send(&next(&target), Verdict::Fail, "bad", vec![error(FILE, 5)]);
        assert_eq!(posted.failures, []);
        let requests = server.requests();
        let refused = requests.iter().filter(|seen| seen.status == Some(400));
        assert_eq!(refused.count(), 2, "once for each run");
        sound(&server);
    }
    let (server, target) = start(Azure::fresh().speaking("4.1"));
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert!(posted.failures[0].1.message.contains("server supports is 4.1"), "{posted:?}");
    assert_eq!(server.requests().iter().filter(|seen| seen.status == Some(200)).count(), 0);
}

#[test]
fn tokens_of_pipelines_are_bearers() {
    let token = "eyJ0eXAiOiJKV1QifQ.eyJuYW1laWQiOiJ4In0.c2lnbmF0dXJl";
    let (server, mut target) = start(Azure::fresh().with_bearer(token));
    target.token = Some(Secret::new(token));
    assert_eq!(send(&target, Verdict::Pass, "fine", vec![]).failures, []);
    sound(&server);
}

#[test]
fn whoever_is_named_is_not_asked_for() {
    let (server, mut target) = server();
    target.acts_as = Some("D6245F20-2AF8-44F4-9451-8107CB2767DB".to_owned());
    server.twin().anonymous = true;
    send(&target, Verdict::Pass, "fine", vec![]);
    assert_eq!(send(&next(&target), Verdict::Pass, "fine", vec![]).outcome, Outcome::Unchanged);
    assert!(!operations(&server).contains(&"ConnectionData_Get".to_owned()));
    sound(&server);
}

#[test]
fn a_sign_in_page_is_told_as_what_it_is() {
    for fault in [
        Fault::html(203),
        Fault::html(302)
            .header("location", "https://spsprodweu2.vssps.visualstudio.com/_signin?realm=dev.azure.com"),
    ] {
        let (server, target) = server();
        server.fault(fault.always());
        let posted = send(&target, Verdict::Pass, "fine", vec![]);
        assert!(!posted.signal);
        assert!(
            posted.failures.iter().all(|(_, error)| error.kind == HostErrorKind::Unauthorized),
            "{posted:?}"
        );
    }
}

#[test]
fn a_missing_permission_is_named() {
    let (server, target) = server();
    server.twin().read_only();
    let posted = send(&target, Verdict::Fail, "bad", vec![error(FILE, 5)]);
    assert!(!posted.signal && !posted.comment);
    let (_, denied) = &posted.failures[0];
    assert_eq!(denied.kind, HostErrorKind::Forbidden);
    assert!(denied.message.contains("TF401027"), "{denied}");
    assert!(denied.hint.as_deref().unwrap().contains("Contribute to pull requests"), "{denied:?}");
    sound(&server);
}

#[test]
fn a_commit_alone_is_marked() {
    let (server, mut target) = server();
    target.number = None;
    let posted = send(&target, Verdict::Pass, "fine", vec![]);
    assert!(posted.signal && posted.failures.is_empty(), "{posted:?}");
    assert_eq!(operations(&server), ["Statuses_Create"]);
    sound(&server);
}

#[test]
fn a_thread_that_may_be_there_is_not_made_twice() {
    let (server, target) = server();
    // The first one is the comment.
    server.fault(Fault::drop_after().on("Pull Request Threads_Create").skip(1));
    let posted = send(&target, Verdict::Fail, "bad", vec![error(FILE, 5), error(FILE, 6)]);
    assert_eq!((posted.failures, posted.annotations), (vec![], 2));
    assert_eq!(server.twin().annotations(HEAD1).len(), 2);
    sound(&server);
}
