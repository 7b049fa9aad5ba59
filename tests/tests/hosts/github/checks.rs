//! The check run: its annotations, and what becomes of it when something goes wrong on the way.

use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Posted};
use gate::model::Verdict;
use gate_tests::contract::github::Github;
use gate_tests::contract::{Bench as _, Fault, HEAD1, Server};
use serde_json::json;

use super::{Run, count, put, start};
use crate::run::{operations, target};

const CREATE: &str = "checks/create";
const UPDATE: &str = "checks/update";

fn post(server: &Server<Github>, run: Run) -> Posted {
    put(server, &target(server), run)
}

/// Name and conclusion of each check run.
fn conclusions(server: &Server<Github>) -> Vec<(String, Option<String>)> {
    server.twin().conclusions(HEAD1)
}

fn one(conclusion: &str) -> Vec<(String, Option<String>)> {
    vec![("gitops-gate".to_owned(), Some(conclusion.to_owned()))]
}

#[test]
fn the_first_answer_blocks_at_the_lines() {
    let server = start(|_| {});
    let posted = post(&server, Run(Verdict::Fail, 3));
    assert_eq!((posted.failures.len(), posted.annotations, posted.left_out), (0, 3, 0));
    assert!(posted.signal && posted.comment);
    let requests = server.requests();
    let check = &requests.iter().find(|seen| seen.is(CREATE)).unwrap().body;
    assert_eq!(check["name"], "gitops-gate");
    assert_eq!(check["head_sha"], HEAD1);
    assert!(check["external_id"].as_str().unwrap().starts_with("gate:1.1:"), "{check}");
    assert_eq!((&check["status"], &check["conclusion"]), (&json!("completed"), &json!("failure")));
    assert_eq!(check["details_url"], "https://github.com/acme/deploy/actions/runs/1");
    assert_eq!(check["output"]["title"], "fail with 3 findings");
    assert_eq!(
        check["output"]["annotations"][1],
        json!({
            "path": "apps/file-1.yaml", "start_line": 1, "end_line": 1, "start_column": 3, "end_column": 8,
            "annotation_level": "warning", "title": "finding 1 is here",
            "message": "finding 1 is here\nobject: Deployment web\nhelp: pin it",
        })
    );
    let levels: Vec<String> = server.twin().annotations(HEAD1).into_iter().map(|seen| seen.level).collect();
    assert_eq!(levels, ["failure", "warning", "notice"]);
    assert_eq!(server.twin().blocks(HEAD1), Some(true));
}

#[test]
fn only_a_pass_lets_merge() {
    for (verdict, blocks) in [(Verdict::Pass, false), (Verdict::Fail, true), (Verdict::Incomplete, true)] {
        let server = start(|_| {});
        assert!(post(&server, Run(verdict, 0)).is_complete());
        assert_eq!(server.twin().blocks(HEAD1), Some(blocks), "{verdict:?}");
    }
}

#[test]
fn a_commit_alone_costs_one_call() {
    let server = start(|_| {});
    let mut target = target(&server);
    target.number = None;
    assert!(put(&server, &target, Run(Verdict::Pass, 50)).signal);
    assert_eq!(operations(&server), [CREATE]);
    assert_eq!(conclusions(&server), one("success"));
}

#[test]
fn twelve_hundred_findings_take_as_few_requests_as_the_limit_allows() {
    let server = start(|_| {});
    let posted = post(&server, Run(Verdict::Fail, 1200));
    assert_eq!((posted.failures.len(), posted.annotations, posted.left_out), (0, 1200, 0));
    assert_eq!((count(&server, CREATE), count(&server, UPDATE)), (1, 23));
    assert!(server.requests().len() <= server.twin().max_calls_for_1200());
    let twin = server.twin();
    let seen = twin.annotations(HEAD1);
    assert_eq!((seen.len(), twin.blocks(HEAD1)), (1200, Some(true)));
    assert!(
        seen.iter().enumerate().all(|(at, seen)| seen.text.starts_with(&format!("finding {at} is here\n")))
    );
}

#[test]
fn a_lost_answer_doubles_nothing() {
    // The first request, one in the middle, and the last.
    let cases = [(CREATE, 0), (UPDATE, 0), (UPDATE, 1)];
    for fault in [Fault::drop_before, Fault::drop_after, Fault::cut] {
        for (operation, skip) in cases {
            let server = start(|_| {});
            server.fault(fault().on(operation).skip(skip));
            let posted = post(&server, Run(Verdict::Pass, 130));
            assert_eq!((posted.failures.len(), posted.annotations), (0, 130), "{operation} {skip}");
            assert_eq!(conclusions(&server), one("success"), "{operation} {skip}");
            assert_eq!(server.twin().annotations(HEAD1).len(), 130, "{operation} {skip}");
        }
    }
}

#[test]
fn a_run_that_cannot_be_completed_blocks() {
    for skip in [0, 1] {
        let server = start(|_| {});
        server.fault(Fault::status(422).json(&json!({"message": "Invalid request"})).on(UPDATE).skip(skip));
        let posted = post(&server, Run(Verdict::Pass, 130));
        assert!(!posted.signal);
        let (_, error) = &posted.failures[0];
        assert_eq!(error.kind, HostErrorKind::Refused);
        assert!(error.message.contains("Invalid request; the check run was ended as failed"), "{error}");
        assert_eq!(conclusions(&server), one("failure"));
        assert_eq!(server.twin().blocks(HEAD1), Some(true));
    }
}

#[test]
fn a_refused_annotation_does_not_cost_the_signal() {
    let server = start(|_| {});
    server.fault(Fault::status(422).json(&json!({"message": "Invalid path"})).on(CREATE));
    let posted = post(&server, Run(Verdict::Fail, 2));
    let (_, error) = &posted.failures[0];
    assert!(error.message.contains("the check run was made without annotations"), "{error}");
    assert_eq!(conclusions(&server), one("failure"));
}

#[test]
fn a_slow_host_gets_the_end_of_the_run_all_the_same() {
    let server = start(|_| {});
    server.fault(Fault::hang().on(UPDATE).skip(1));
    let mut target = target(&server);
    target.number = None;
    target.budget = Duration::from_secs(4);
    let begin = Instant::now();
    let posted = put(&server, &target, Run(Verdict::Fail, 1200));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!((posted.failures.len(), posted.annotations, posted.left_out), (0, 100, 1100));
    assert_eq!(conclusions(&server), one("failure"));
}

#[test]
fn a_host_that_hangs_is_left_in_time() {
    let server = start(|_| {});
    server.fault(Fault::hang().on(UPDATE).always());
    let mut target = target(&server);
    target.number = None;
    target.budget = Duration::from_secs(2);
    let begin = Instant::now();
    let posted = put(&server, &target, Run(Verdict::Pass, 130));
    assert!(begin.elapsed() < Duration::from_millis(2700), "{:?}", begin.elapsed());
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Unavailable);
}

#[test]
fn each_posting_has_a_run_of_its_own() {
    let server = start(|_| {});
    post(&server, Run(Verdict::Fail, 60));
    let mut later = target(&server);
    later.run.attempt = 2;
    put(&server, &later, Run(Verdict::Pass, 0));
    assert_eq!(conclusions(&server).len(), 2);
    assert_eq!(server.twin().blocks(HEAD1), Some(false));
    assert_eq!(server.twin().annotations(HEAD1), []);
}

#[test]
fn links_that_are_none_of_the_web_are_not_sent() {
    let server = start(|_| {});
    let mut target = target(&server);
    target.run_url = Some("javascript:alert(1)".to_owned());
    assert!(put(&server, &target, Run(Verdict::Fail, 1)).is_complete());
    assert!(server.requests().iter().all(|seen| seen.body.get("details_url").is_none()));
}

#[test]
fn the_calls_are_those_that_the_documentation_names() {
    for (findings, calls) in [(0, 8), (50, 8), (51, 9), (1200, 31)] {
        let server = start(|_| {});
        let begin = Instant::now();
        assert!(post(&server, Run(Verdict::Fail, findings)).is_complete());
        // After three seconds the pull request is read once more.
        let slow = usize::from(begin.elapsed() > Duration::from_secs(3));
        assert!(
            (calls..=calls + slow).contains(&server.requests().len()),
            "{findings}: {:?}",
            operations(&server)
        );
    }
}
