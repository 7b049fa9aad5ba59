//! An App that is given by its private key.

use gate::host::{HostErrorKind, Outcome, Target, post};
use gate::model::Verdict;
use gate_tests::contract::github::{Github, Holder};
use gate_tests::contract::{Bench as _, Fault, HEAD1, Server};
use gate_tests::told::Told;
use serde_json::json;

use super::{Run, put, start};
use crate::run::{operations, own};

const KEY: &str = include_str!("../../../data/rsa-key.pem");

fn with_key(server: &Server<Github>) -> Target {
    let url = server.url();
    server.twin().app_target(&url, KEY)
}

#[test]
fn the_key_is_exchanged_for_a_token_of_this_repository() {
    let server = start(|twin| twin.holder = Holder::App);
    let posted = put(&server, &with_key(&server), Run(Verdict::Fail, 2));
    assert!(posted.is_complete() && posted.signal, "{:?}", posted.failures);
    let requests = server.requests();
    let asked = &requests.iter().find(|seen| seen.is("apps/create-installation-access-token")).unwrap().body;
    let permissions = json!({"checks": "write", "pull_requests": "write"});
    assert_eq!(*asked, json!({"repositories": ["deploy"], "permissions": permissions}));
    assert_eq!(own(&server).len(), 1);
    assert_eq!(server.twin().blocks(HEAD1), Some(true));
    // The key itself never leaves.
    let secret = KEY.lines().nth(2).unwrap();
    assert!(!requests.iter().any(|seen| format!("{seen:?}").contains(secret)));
    server.clear_requests();
    put(&server, &with_key(&server), Run(Verdict::Pass, 0));
    assert_eq!(server.twin().comments().len(), 1);
}

#[test]
fn an_unchanged_pass_costs_its_two_calls_and_those_of_the_key() {
    let server = start(|twin| twin.holder = Holder::App);
    put(&server, &with_key(&server), Run(Verdict::Pass, 0));
    let exchange = ["apps/get-repo-installation", "apps/create-installation-access-token"];
    let look = ["pulls/get", "issues/list-comments"];
    let known = Target { user: Some("123456/42".to_owned()), ..with_key(&server) };
    for (target, calls) in [
        (with_key(&server), [&exchange[..], &look].concat()),
        // With a known installation nothing has told the App's name.
        (known, vec![exchange[1], look[0], "graphql/viewer", look[1]]),
    ] {
        server.clear_requests();
        assert_eq!(put(&server, &target, Run(Verdict::Pass, 0)).outcome, Outcome::Unchanged);
        assert_eq!(operations(&server), calls);
    }
}

#[test]
fn a_key_that_is_not_taken_is_told_before_anything_is_put() {
    let server = start(|twin| twin.holder = Holder::App);
    let told = Told::pass();
    let other = Target { user: Some("999".to_owned()), ..with_key(&server) };
    let error = post(&other, &told.publication()).unwrap_err();
    assert_eq!(error.kind, HostErrorKind::Unauthorized);
    assert!(error.hint.unwrap().contains("private key"));
    let none = Target { user: None, ..with_key(&server) };
    assert_eq!(post(&none, &told.publication()).unwrap_err().kind, HostErrorKind::Setup);
    let refusal = json!({"message": "The permissions requested are not granted to this installation."});
    server.fault(Fault::status(422).json(&refusal).on("apps/create-installation-access-token"));
    let error = post(&with_key(&server), &told.publication()).unwrap_err();
    assert_eq!(error.kind, HostErrorKind::Refused);
    assert!(error.hint.unwrap().contains("Checks: write"));
    assert_eq!(server.twin().comments(), []);
}
