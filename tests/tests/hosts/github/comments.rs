//! The comment: found on any page, by its author, and what GitHub's limits do to it.

use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Outcome};
use gate::model::Verdict;
use gate_tests::contract::github::Github;
use gate_tests::contract::{Bench as _, Fault, HEAD1, Server, USER};
use serde_json::json;

use super::{Run, count, put, start};
use crate::run::{operations, own, target};

#[test]
fn a_pass_that_stands_already_costs_two_calls() {
    let server = start(|_| {});
    put(&server, &target(&server), Run(Verdict::Pass, 3));
    server.clear_requests();
    let posted = put(&server, &target(&server), Run(Verdict::Pass, 3));
    assert_eq!(posted.outcome, Outcome::Unchanged);
    assert_eq!(operations(&server), ["pulls/get", "issues/list-comments"]);
}

#[test]
fn the_comment_is_found_behind_many_others() {
    let server = start(|twin| twin.chatter(250));
    put(&server, &target(&server), Run(Verdict::Fail, 1));
    assert_eq!(own(&server).len(), 1);
    server.clear_requests();
    put(&server, &target(&server), Run(Verdict::Pass, 0));
    assert_eq!(own(&server).len(), 1);
    assert_eq!(count(&server, "issues/create-comment"), 0);
    assert!(own(&server)[0].body.contains("pass with 0 findings"));
}

#[test]
fn what_others_paste_is_not_touched() {
    let server = start(|_| {});
    put(&server, &target(&server), Run(Verdict::Pass, 0));
    let genuine = own(&server)[0].body.clone();
    let server = start(|twin| twin.forge(&genuine));
    let posted = put(&server, &target(&server), Run(Verdict::Pass, 0));
    assert_eq!(posted.outcome, Outcome::Done);
    let comments = server.twin().comments();
    assert_eq!((comments.len(), comments[0].author.as_str()), (2, "mallory"));
    assert_eq!(comments[0].body, genuine);
}

#[test]
fn a_page_at_another_server_is_not_fetched() {
    let other: Server<Github> = start(|_| {});
    let server = start(|_| {});
    let link = format!("<{}/repos/acme/deploy/issues/7/comments?page=2>; rel=\"next\"", other.url());
    server.fault(Fault::status(200).json(&json!([])).header("link", link).on("issues/list-comments"));
    let posted = put(&server, &target(&server), Run(Verdict::Fail, 1));
    let (step, error) = &posted.failures[0];
    assert_eq!((*step, error.kind), ("reading the comments", HostErrorKind::Strange));
    assert!(posted.signal);
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn a_list_of_another_form_is_told() {
    let server = start(|_| {});
    server.fault(Fault::status(200).json(&json!([{"id": "x"}])).on("issues/list-comments"));
    let posted = put(&server, &target(&server), Run(Verdict::Fail, 1));
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Strange);
    assert_eq!(own(&server).len(), 0);
    assert_eq!(server.twin().blocks(HEAD1), Some(true));
}

#[test]
fn the_secondary_limit_is_told_at_once() {
    let server = start(|twin| twin.busy(0));
    let begin = Instant::now();
    let posted = put(&server, &target(&server), Run(Verdict::Fail, 1));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(!posted.signal && !posted.comment);
    for (_, error) in &posted.failures {
        assert_eq!(error.kind, HostErrorKind::RateLimited);
        assert!(
            error.message.contains("secondary rate limit") && error.message.contains("until "),
            "{error}"
        );
    }
    // One request for each step: a limit is not argued with.
    assert_eq!(operations(&server).len(), 4);
}

#[test]
fn the_limit_within_a_run_ends_it_as_failed_or_says_that_it_hangs() {
    // The comment and the first request of the check run get through.
    let server = start(|twin| twin.busy(2));
    let posted = put(&server, &target(&server), Run(Verdict::Pass, 130));
    let (_, error) = &posted.failures[0];
    assert_eq!(error.kind, HostErrorKind::RateLimited);
    assert!(error.message.contains("could not be ended either"), "{error}");
    assert_eq!(server.twin().blocks(HEAD1), Some(true));
}

#[test]
fn a_comment_that_somebody_deletes_is_made_anew() {
    let server = start(|_| {});
    put(&server, &target(&server), Run(Verdict::Fail, 1));
    server.twin().deleted = true;
    let posted = put(&server, &target(&server), Run(Verdict::Pass, 0));
    assert!(posted.is_complete(), "{:?}", posted.failures);
    assert_eq!(own(&server).len(), 1);
}

#[test]
fn two_runs_that_make_it_at_once_leave_one() {
    let server = start(|twin| twin.copied = true);
    let posted = put(&server, &target(&server), Run(Verdict::Fail, 1));
    assert!(posted.is_complete(), "{:?}", posted.failures);
    assert_eq!(own(&server).len(), 1);
    assert_eq!(own(&server)[0].author, USER);
}
