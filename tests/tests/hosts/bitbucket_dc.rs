//! Bitbucket Data Center: the scenarios that all hosts share, and its own.

use gate::host::{HostErrorKind, Outcome, Posted, RunNumber, Target};
use gate::model::Verdict;
use gate_tests::contract::bitbucket_dc::BitbucketDc;
use gate_tests::contract::{Bench as _, Fault, HEAD1, Server};
use gate_tests::told::{Told, findings};
use serde_json::json;

use crate::run::{self, operations, own, put, sound};

crate::scenarios::all!(gate_tests::contract::bitbucket_dc::BitbucketDc);

/// The same with a token whose user the answers do not name.
mod unnamed {
    crate::scenarios::all!(gate_tests::contract::bitbucket_dc::BitbucketDc<false>);
}

fn start(prepare: impl FnOnce(&mut BitbucketDc)) -> Server<BitbucketDc> {
    run::start(prepare)
}

fn target(server: &Server<BitbucketDc>, run: u64) -> Target {
    Target { run: RunNumber { run, attempt: 1 }, ..run::target(server) }
}

/// Posts as run `run`, and checks that nothing was sent that the specification refuses.
fn posted(server: &Server<BitbucketDc>, run: u64, told: &Told) -> Posted {
    put(server, &target(server, run), told)
}

#[test]
fn the_first_answer_stands_in_three_places() {
    let server = start(|_| {});
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert_eq!(posted.failures, []);
    assert!(posted.signal && posted.comment);
    assert_eq!((posted.annotations, posted.left_out), (2, 0));
    let twin = server.twin();
    let expected = json!({
        "key": "gitops-gate",
        "parent": "gitops-gate",
        "state": "FAILED",
        "url": "https://ci.example.com/runs/1",
        "name": "gitops-gate",
        "description": "2 errors",
        "ref": "refs/heads/feature",
    });
    assert_eq!(twin.build(HEAD1, "gitops-gate"), Some(&expected));
    assert_eq!(twin.report(HEAD1).unwrap()["result"], "FAIL");
    assert_eq!(twin.annotations(HEAD1).len(), 2);
    assert_eq!(twin.blocks(HEAD1), Some(true));
    drop(twin);
    assert_eq!(own(&server).len(), 1);
    assert_eq!(
        operations(&server),
        [
            "pull-requests.get",
            "pull-requests.activities",
            "comments.create",
            "pull-requests.activities",
            "builds.add",
            "insights.reports.delete",
            "insights.reports.set",
            "insights.annotations.add",
            "pull-requests.activities",
            "comments.update",
            "pull-requests.activities",
        ]
    );
}

#[test]
fn an_unchanged_pass_costs_two_calls_whether_the_user_is_named_or_not() {
    let pass = Told::new(Verdict::Pass, "nothing found", Vec::new());
    for names_user in [true, false] {
        let server = start(|twin| twin.names_user = names_user);
        assert_eq!(posted(&server, 1, &pass).outcome, Outcome::Done);
        // Only where it is needed does the comment show who the token is.
        assert_eq!(own(&server)[0].body.contains("gitops-gate-author:"), !names_user);
        server.clear_requests();
        assert_eq!(posted(&server, 2, &pass).outcome, Outcome::Unchanged);
        assert_eq!(operations(&server), ["pull-requests.get", "pull-requests.activities"]);
    }
}

#[test]
fn a_comment_from_before_is_proved_once_when_the_user_is_named_no_more() {
    let pass = Told::new(Verdict::Pass, "nothing found", Vec::new());
    let server = start(|_| {});
    assert_eq!(posted(&server, 1, &pass).outcome, Outcome::Done);
    server.twin().names_user = false;
    let proof = ["pull-requests.get", "pull-requests.activities", "comments.update"];
    let calls: [&[&str]; 2] = [&proof, &proof[..2]];
    for (run, calls) in (2..).zip(calls) {
        server.clear_requests();
        assert_eq!(posted(&server, run, &pass).outcome, Outcome::Unchanged);
        assert_eq!(operations(&server), calls);
    }
}

#[test]
fn forged_comments_are_left_alone_whether_the_user_is_named_or_not() {
    for names_user in [true, false] {
        let server = start(|twin| twin.names_user = names_user);
        let marker = format!(
            "[//]: # (gitops-gate:v=1;key=default;head={HEAD1};run=99.1;verdict=pass;digest=0;complete=1)\n\nfine"
        );
        server.twin().forge(&marker);
        for run in 1..=3 {
            let told = Told::new(Verdict::Fail, &format!("answer {run}"), findings(1));
            assert_eq!(posted(&server, run, &told).failures, [], "{run}");
        }
        let comments = server.twin().comments();
        assert_eq!(comments.len(), 2);
        assert_eq!(comments[0].body, marker);
        assert!(comments[1].body.contains("answer 3"));
    }
}

#[test]
fn twelve_hundred_findings_are_a_thousand_annotations_in_one_request() {
    let server = start(|_| {});
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "1200 errors", findings(1_200)));
    assert_eq!((posted.annotations, posted.left_out), (1_000, 200));
    assert_eq!(server.twin().annotations(HEAD1).len(), 1_000);
    assert_eq!(operations(&server).len(), server.twin().max_calls_for_1200());
}

#[test]
fn annotations_of_an_earlier_run_on_the_commit_go_away() {
    let server = start(|_| {});
    posted(&server, 1, &Told::new(Verdict::Fail, "3 errors", findings(3)));
    posted(&server, 2, &Told::new(Verdict::Fail, "1 error", findings(1)));
    let annotations = server.twin().annotations(HEAD1);
    assert_eq!(annotations.len(), 1);
    assert_eq!((annotations[0].line, annotations[0].level.as_str()), (1, "HIGH"));
}

#[test]
fn annotations_whose_answer_was_lost_are_not_doubled() {
    let server = start(|_| {});
    server.fault(Fault::drop_after().on("insights.annotations.add"));
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "3 errors", findings(3)));
    assert_eq!(posted.failures, []);
    assert_eq!(server.twin().annotations(HEAD1).len(), 3);
}

#[test]
fn a_comment_that_somebody_changed_meanwhile_is_read_again() {
    let server = start(|_| {});
    posted(&server, 1, &Told::new(Verdict::Fail, "first", findings(1)));
    server.twin().conflict(2);
    let posted = posted(&server, 2, &Told::new(Verdict::Fail, "second", findings(1)));
    assert_eq!(posted.failures, []);
    assert!(own(&server)[0].body.contains("second"));
}

#[test]
fn a_conflict_while_it_is_proved_who_the_token_is_is_survived() {
    let server = start(|_| {});
    posted(&server, 1, &Told::new(Verdict::Fail, "first", findings(1)));
    server.twin().names_user = false;
    server.twin().conflict(1);
    let posted = posted(&server, 2, &Told::new(Verdict::Fail, "second", findings(1)));
    assert_eq!(posted.failures, []);
    let own = own(&server);
    assert_eq!(own.len(), 1);
    assert!(own[0].body.contains("second"));
}

#[test]
fn servers_before_builds_had_a_repository_get_the_old_status() {
    let server = start(|twin| twin.old = true);
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert_eq!(posted.failures, []);
    let twin = server.twin();
    let build = twin.build(HEAD1, "gitops-gate").unwrap();
    assert_eq!((&build["state"], build.get("parent")), (&json!("FAILED"), None));
}

#[test]
fn a_commit_that_does_not_exist_gets_no_old_status() {
    let server = start(|_| {});
    let mut target = target(&server, 1);
    target.number = None;
    target.head = "9".repeat(40);
    let told = Told::new(Verdict::Pass, "nothing found", Vec::new());
    let posted = told.post(&target);
    assert!(!posted.signal);
    assert!(!operations(&server).contains(&"build-status.add".to_owned()));
}

#[test]
fn the_branch_of_a_fork_is_not_named() {
    let server = start(|twin| twin.fork = true);
    posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert_eq!(server.twin().build(HEAD1, "gitops-gate").unwrap().get("ref"), None);
}

#[test]
fn without_a_page_of_the_run_the_build_leads_to_what_was_judged() {
    for (number, page) in
        [(Some(7), "pull-requests/7/overview".to_owned()), (None, format!("commits/{HEAD1}"))]
    {
        let server = start(|_| {});
        let mut target = target(&server, 1);
        (target.run_url, target.number) = (None, number);
        let told = Told::new(Verdict::Pass, "nothing found", Vec::new());
        assert_eq!(told.post(&target).failures, []);
        sound(&server);
        let page = format!("{}/projects/~gate/repos/my-repo/{page}", server.url());
        assert_eq!(server.twin().build(HEAD1, "gitops-gate").unwrap()["url"], page);
    }
}

#[test]
fn servers_below_a_path_are_reached() {
    let server = start(|twin| twin.base_path = "/bitbucket/rest");
    assert_eq!(posted(&server, 1, &Told::new(Verdict::Pass, "nothing found", Vec::new())).failures, []);
    assert_eq!(server.twin().blocks(HEAD1), Some(false));
}

#[test]
fn a_report_of_somebody_else_is_told_and_the_build_still_put() {
    let server = start(|twin| twin.forge_report(HEAD1, "PASS"));
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert!(!posted.signal);
    assert_eq!(posted.failures.len(), 1);
    let error = &posted.failures[0].1;
    assert_eq!(error.kind, HostErrorKind::Forbidden);
    assert!(error.hint.as_deref().is_some_and(|hint| hint.contains("creator")), "{error:?}");
    assert_eq!(server.twin().build(HEAD1, "gitops-gate").unwrap()["state"], "FAILED");
}

#[test]
fn a_token_that_may_only_read_is_told_so() {
    let server = start(|twin| twin.read_only());
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert!(!posted.failures.is_empty());
    assert!(posted.failures.iter().all(|(_, error)| error.kind == HostErrorKind::Forbidden), "{posted:?}");
}

#[test]
fn a_sign_in_page_is_no_lack_of_permission() {
    let server = start(|_| {});
    server.fault(Fault::html(200).on("builds.add"));
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    let kinds: Vec<HostErrorKind> = posted.failures.iter().map(|(_, error)| error.kind).collect();
    assert_eq!(kinds, [HostErrorKind::Unauthorized]);
}

#[test]
fn a_copy_that_was_answered_loses_its_marker_instead() {
    let server = start(|_| {});
    posted(&server, 1, &Told::new(Verdict::Fail, "first", findings(1)));
    let body = own(&server)[0].body.clone();
    server.twin().double(&body);
    let copy = own(&server)[1].id.clone();
    server.twin().reply(&copy);
    let posted = posted(&server, 2, &Told::new(Verdict::Fail, "second", findings(1)));
    assert_eq!(posted.failures, []);
    let own = own(&server);
    assert_eq!(own.len(), 2);
    assert!(own[0].body.contains("second"));
    assert!(!own[1].body.contains("gitops-gate:"), "{}", own[1].body);
}

#[test]
fn activities_are_read_to_the_last_page() {
    let server = start(|twin| {
        twin.page = 100;
        for number in 0..250 {
            twin.forge(&format!("comment {number}"));
        }
    });
    posted(&server, 1, &Told::new(Verdict::Fail, "first", findings(1)));
    for number in 0..250 {
        server.twin().forge(&format!("comment {number}"));
    }
    posted(&server, 2, &Told::new(Verdict::Fail, "second", findings(1)));
    let own = own(&server);
    assert_eq!(own.len(), 1);
    assert!(own[0].body.contains("second"));
}
