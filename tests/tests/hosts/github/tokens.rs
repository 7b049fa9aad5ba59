//! Kinds of tokens: what each may, and how the gate finds out who it is.

use gate::host::{HostErrorKind, Outcome, Secret, Target, post};
use gate::model::Verdict;
use gate_tests::contract::github::{Github, Holder};
use gate_tests::contract::{Bench as _, HEAD1, Server, TOKEN};
use gate_tests::told::Told;

use super::{Run, put, start};
use crate::run::{operations, own, target};

fn with_prefix(server: &Server<Github>, prefix: &str) -> Target {
    Target { token: Some(Secret::new(format!("{prefix}{TOKEN}"))), acts_as: None, ..target(server) }
}

#[test]
fn who_the_token_is_takes_one_call() {
    for (holder, prefix, calls) in [
        (Holder::Actions, "ghs_", &["graphql/viewer"][..]),
        (Holder::Person, "ghp_", &["users/get-authenticated"]),
        (Holder::Person, "github_pat_", &["users/get-authenticated"]),
        // Of a form that is not known.
        (Holder::Actions, "", &["graphql/viewer"]),
        (Holder::Person, "", &["graphql/viewer"]),
    ] {
        let server = start(|twin| twin.holder = holder);
        let pass = || Run(Verdict::Pass, 0);
        let first = put(&server, &with_prefix(&server, prefix), pass());
        assert!(first.is_complete(), "{prefix}: {:?}", first.failures);
        server.clear_requests();
        assert_eq!(
            put(&server, &with_prefix(&server, prefix), pass()).outcome,
            Outcome::Unchanged,
            "{prefix}"
        );
        let expected: Vec<&str> =
            ["pulls/get"].into_iter().chain(calls.iter().copied()).chain(["issues/list-comments"]).collect();
        assert_eq!(operations(&server), expected, "{prefix}");
    }
}

#[test]
fn a_wrong_guess_of_the_login_does_not_pile_up_comments() {
    let server = start(|twin| twin.holder = Holder::App);
    let url = server.url();
    let key = include_str!("../../../data/rsa-key.pem");
    // Another App's token in the variable of the workflow's own.
    let guess = Some("github-actions[bot]".to_owned());
    let target = Target { acts_as: guess, ..server.twin().app_target(&url, key) };
    for verdict in [Verdict::Fail, Verdict::Pass, Verdict::Fail] {
        let posted = put(&server, &target, Run(verdict, 1));
        assert!(posted.is_complete(), "{:?}", posted.failures);
        assert_eq!(own(&server).len(), 1, "{verdict:?}");
    }
}

#[test]
fn a_person_sets_a_status_that_blocks() {
    for (prefix, refusals) in [("ghp_", 0), ("github_pat_", 0), ("0123456789", 1)] {
        let server = start(|twin| twin.holder = Holder::Person);
        let posted = put(&server, &with_prefix(&server, prefix), Run(Verdict::Fail, 3));
        assert!(posted.is_complete() && posted.signal && posted.comment, "{:?}", posted.failures);
        // The findings are in the comment.
        assert_eq!((posted.annotations, posted.left_out), (0, 3));
        assert_eq!(server.twin().statuses(HEAD1), [("gitops-gate".to_owned(), "failure".to_owned())]);
        assert_eq!(server.twin().blocks(HEAD1), Some(true));
        let tried = operations(&server).iter().filter(|operation| *operation == "checks/create").count();
        assert_eq!(tried, refusals, "{prefix}");
    }
}

#[test]
fn a_token_of_a_fork_is_refused_and_told_why() {
    let server = start(|twin| twin.holder = Holder::Fork);
    let posted = put(&server, &target(&server), Run(Verdict::Fail, 3));
    assert!(!posted.signal && !posted.comment);
    assert_eq!(posted.failures.len(), 2);
    for (_, error) in &posted.failures {
        assert!(error.is_denied(), "{error}");
        assert!(error.message.contains("Resource not accessible by integration"), "{error}");
        assert!(error.hint.as_ref().unwrap().contains("forks"), "{error:?}");
    }
    assert_eq!(own(&server).len(), 0);
}

#[test]
fn a_wrong_token_is_told_and_shown_nowhere() {
    let server = start(|_| {});
    let target = Target { token: Some(Secret::new("ghs_wr0ngT0kenS3cret")), ..target(&server) };
    let posted = put(&server, &target, Run(Verdict::Pass, 0));
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Unauthorized);
    assert!(!format!("{posted:?}").contains("wr0ngT0ken"));
}

#[test]
fn without_a_token_or_with_a_wrong_name_nothing_is_sent() {
    let server = start(|_| {});
    let none = Target { token: None, ..target(&server) };
    let wrong = Target { repository: "acme/../deploy".to_owned(), ..target(&server) };
    let short = Target { head: "1111111".to_owned(), ..target(&server) };
    for (target, kind) in
        [(none, HostErrorKind::Unauthorized), (wrong, HostErrorKind::Setup), (short, HostErrorKind::Setup)]
    {
        assert_eq!(post(&target, &Told::pass().publication()).map_err(|error| error.kind), Err(kind));
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn enterprise_server_is_below_its_own_root() {
    let server = Server::start(Github::enterprise());
    let posted = put(&server, &target(&server), Run(Verdict::Fail, 60));
    assert!(posted.is_complete(), "{:?}", posted.failures);
    assert!(server.requests().iter().all(|seen| seen.raw.path.starts_with("/api/v3/repos/acme/deploy/")));
    assert_eq!(server.twin().blocks(HEAD1), Some(true));
}
