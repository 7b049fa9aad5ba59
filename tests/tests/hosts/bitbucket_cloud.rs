//! Bitbucket Cloud: the scenarios that all hosts share, and its own.

use gate::host::{HostErrorKind, Outcome, Posted, RunNumber, Target, post};
use gate::model::Verdict;
use gate_tests::contract::bitbucket_cloud::BitbucketCloud;
use gate_tests::contract::{Bench as _, Fault, HEAD1, Server, TOKEN, USER};
use gate_tests::told::{Told, findings};
use serde_json::json;

use crate::run::{self, operations, own, put, sound};

crate::scenarios::all!(gate_tests::contract::bitbucket_cloud::BitbucketCloud);

/// The same with an access token, which may not ask who it is.
mod access_token {
    crate::scenarios::all!(gate_tests::contract::bitbucket_cloud::BitbucketCloud<false>);
}

fn start(prepare: impl FnOnce(&mut BitbucketCloud)) -> Server<BitbucketCloud> {
    run::start(prepare)
}

fn target(server: &Server<BitbucketCloud>, run: u64) -> Target {
    Target { run: RunNumber { run, attempt: 1 }, ..run::target(server) }
}

/// Posts as run `run`, and checks that nothing was sent that the specification refuses.
fn posted(server: &Server<BitbucketCloud>, run: u64, told: &Told) -> Posted {
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
        "state": "FAILED",
        "url": "https://ci.example.com/runs/1",
        "name": "gitops-gate",
        "description": "2 errors",
        "refname": "feature",
    });
    assert_eq!(twin.status(HEAD1, "gitops-gate"), Some(&expected));
    assert_eq!(twin.report(HEAD1, "gitops-gate").unwrap()["result"], "FAILED");
    assert_eq!(twin.annotations(HEAD1).len(), 2);
    assert_eq!(twin.blocks(HEAD1), Some(true));
    drop(twin);
    assert_eq!(own(&server).len(), 1);
    // Without a comment that bears the marker, nobody needs to know who the token is.
    assert_eq!(
        operations(&server),
        [
            "pullrequests.get",
            "comments.list",
            "comments.create",
            "comments.list",
            "commit-statuses.create",
            "reports.delete",
            "reports.put",
            "annotations.bulk",
            "comments.list",
            "comments.update",
            "comments.list",
        ]
    );
}

#[test]
fn an_unchanged_pass_costs_three_calls_at_most() {
    let asked = ["pullrequests.get", "comments.list", "user.get"];
    // The seal in the comment shows who an access token is.
    let sealed = ["pullrequests.get", "comments.list"];
    let access_token = "ATCTT3xFfGN0-0bN9vQ2xS3cr3tZk7Yw";
    let kinds: [(&str, Option<&'static str>, bool, &[&str]); 3] = [
        (TOKEN, None, true, &asked),
        (TOKEN, Some("repository, pullrequest:write"), false, &sealed),
        (access_token, None, false, &sealed),
    ];
    let pass = Told::new(Verdict::Pass, "nothing found", Vec::new());
    for (token, scopes, account, calls) in kinds {
        let server = start(|twin| (twin.token, twin.scopes, twin.account) = (token, scopes, account));
        assert_eq!(posted(&server, 1, &pass).outcome, Outcome::Done);
        server.clear_requests();
        assert_eq!(posted(&server, 2, &pass).outcome, Outcome::Unchanged);
        assert_eq!(operations(&server), calls, "{token} {scopes:?}");
    }
}

#[test]
fn a_user_who_may_not_be_asked_for_is_found_all_the_same() {
    let pass = Told::new(Verdict::Pass, "nothing found", Vec::new());
    let server = start(|twin| twin.account = false);
    assert_eq!(posted(&server, 1, &pass).outcome, Outcome::Done);
    // Once it is asked in vain; then the comment bears a seal.
    let proof = ["pullrequests.get", "comments.list", "user.get", "comments.update"];
    let calls: [&[&str]; 2] = [&proof, &proof[..2]];
    for (run, calls) in (2..).zip(calls) {
        server.clear_requests();
        assert_eq!(posted(&server, run, &pass).outcome, Outcome::Unchanged);
        assert_eq!(operations(&server), calls);
    }
}

#[test]
fn a_new_access_token_proves_itself_once() {
    let pass = Told::new(Verdict::Pass, "nothing found", Vec::new());
    let server = start(|twin| (twin.account, twin.scopes) = (false, Some("repository, pullrequest:write")));
    assert_eq!(posted(&server, 1, &pass).outcome, Outcome::Done);
    assert!(!own(&server)[0].body.contains(TOKEN));
    server.twin().token = "tkn-another-0bN9vQ2xS3cr3t";
    let proof = ["pullrequests.get", "comments.list", "comments.update"];
    let calls: [&[&str]; 2] = [&proof, &proof[..2]];
    for (run, calls) in (2..).zip(calls) {
        server.clear_requests();
        assert_eq!(posted(&server, run, &pass).outcome, Outcome::Unchanged);
        assert_eq!(operations(&server), calls);
    }
    assert_eq!(own(&server).len(), 1);
}

#[test]
fn without_a_page_of_the_run_the_status_leads_to_what_was_judged() {
    for (number, page) in [
        (Some(7), "https://bitbucket.org/my-workspace/my-repo/pull-requests/7".to_owned()),
        (None, format!("https://bitbucket.org/my-workspace/my-repo/commits/{HEAD1}")),
    ] {
        let server = start(|_| {});
        let mut target = target(&server, 1);
        (target.run_url, target.number) = (Some("file:///runs/1".to_owned()), number);
        let told = Told::new(Verdict::Pass, "nothing found", Vec::new());
        assert_eq!(told.post(&target).failures, []);
        sound(&server);
        assert_eq!(server.twin().status(HEAD1, "gitops-gate").unwrap()["url"], page);
        assert_eq!(server.twin().report(HEAD1, "gitops-gate").unwrap()["link"], page);
    }
}

#[test]
fn a_named_account_is_not_asked_for() {
    let pass = Told::new(Verdict::Pass, "nothing found", Vec::new());
    let server = start(|_| {});
    assert_eq!(posted(&server, 1, &pass).outcome, Outcome::Done);
    server.clear_requests();
    let digits: String = USER.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut target = target(&server, 2);
    target.acts_as = Some(format!("{{{digits:0<32}}}"));
    assert_eq!(post(&target, &pass.publication()).unwrap().outcome, Outcome::Unchanged);
    assert_eq!(operations(&server), ["pullrequests.get", "comments.list"]);
}

#[test]
fn an_access_token_finds_its_own_comment_among_forged_ones() {
    let server = start(|twin| (twin.account, twin.scopes) = (false, Some("repository, pullrequest:write")));
    posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    let genuine = own(&server)[0].clone();
    let forged = genuine.body.replace("run=1.1", "run=99.1");
    server.twin().forge(&forged);
    server.clear_requests();
    let posted = posted(&server, 2, &Told::new(Verdict::Pass, "nothing found", Vec::new()));
    assert_eq!((posted.outcome, posted.failures), (Outcome::Done, Vec::new()));
    let comments = server.twin().comments();
    assert_eq!(comments.len(), 2);
    assert_eq!(comments[0].id, genuine.id);
    assert!(comments[0].body.contains("nothing found") && comments[0].body.contains("run=2.1"));
    assert_eq!(comments[1].body, forged);
    assert_eq!(server.twin().blocks(HEAD1), Some(false));
}

#[test]
fn a_forged_comment_that_comes_first_is_left_alone() {
    let server = start(|twin| (twin.account, twin.scopes) = (false, Some("repository, pullrequest:write")));
    let marker = format!(
        "[//]: # (gitops-gate:v=1;key=default;head={HEAD1};run=99.1;verdict=pass;digest=0;complete=1)\n\nall fine"
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

#[test]
fn twelve_hundred_findings_are_a_thousand_annotations_in_ten_requests() {
    let server = start(|_| {});
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "1200 errors", findings(1_200)));
    assert_eq!((posted.annotations, posted.left_out), (1_000, 200));
    assert_eq!(server.twin().annotations(HEAD1).len(), 1_000);
    let calls = operations(&server);
    assert_eq!(calls.iter().filter(|call| *call == "annotations.bulk").count(), 10);
    assert_eq!(calls.len() + 1, server.twin().max_calls_for_1200());
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
fn without_a_token_the_proxy_of_pipelines_takes_the_report() {
    let server = start(|_| {});
    let mut target = target(&server, 1);
    target.api = "https://api.bitbucket.org/2.0".to_owned();
    target.local_proxy = Some(server.url());
    target.token = None;
    let told = Told::new(Verdict::Fail, "2 errors", findings(2));
    let posted = told.post(&target);
    sound(&server);
    assert!(!posted.signal && !posted.comment);
    assert!(!posted.failures.is_empty());
    for (step, error) in &posted.failures {
        assert_eq!(error.kind, HostErrorKind::Unauthorized, "{step}");
        assert!(error.hint.as_deref().is_some_and(|hint| hint.contains("access token")), "{step}");
    }
    let requests = server.requests();
    assert!(
        requests.iter().all(|seen| seen.raw.authority.as_deref() == Some("api.bitbucket.org")),
        "{requests:#?}"
    );
    assert!(requests.iter().all(|seen| seen.raw.header("authorization").is_none()));
    assert_eq!(operations(&server), ["reports.delete", "reports.put", "annotations.bulk"]);
    assert_eq!(server.twin().annotations(HEAD1).len(), 2);
    assert_eq!(server.twin().status(HEAD1, "gitops-gate"), None);
}

#[test]
fn a_token_is_used_even_if_there_is_a_proxy() {
    let server = start(|_| {});
    let mut target = target(&server, 1);
    target.local_proxy = Some("http://127.0.0.1:9".to_owned());
    let told = Told::new(Verdict::Pass, "nothing found", Vec::new());
    assert_eq!(told.post(&target).failures, []);
}

#[test]
fn without_token_and_proxy_nothing_is_sent() {
    let server = start(|_| {});
    let mut target = target(&server, 1);
    target.token = None;
    let told = Told::new(Verdict::Pass, "nothing found", Vec::new());
    assert_eq!(post(&target, &told.publication()).unwrap_err().kind, HostErrorKind::Unauthorized);
    assert!(server.requests().is_empty());
}

#[test]
fn comments_are_read_to_the_last_page() {
    let server = start(|twin| {
        for number in 0..250 {
            twin.forge(&format!("comment {number}"));
        }
    });
    posted(&server, 1, &Told::new(Verdict::Fail, "first", findings(1)));
    posted(&server, 2, &Told::new(Verdict::Fail, "second", findings(1)));
    let own = own(&server);
    assert_eq!(own.len(), 1);
    assert!(own[0].body.contains("second"));
}

#[test]
fn a_link_to_another_host_is_not_followed() {
    let elsewhere = start(|_| {});
    let other = Box::leak(elsewhere.url().into_boxed_str());
    let server = start(|twin| {
        twin.page = 1;
        twin.next_host = Some(other);
        twin.forge("one");
        twin.forge("two");
    });
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert_eq!(
        posted.failures.iter().map(|(_, error)| error.kind).collect::<Vec<_>>(),
        [HostErrorKind::Strange]
    );
    assert!(posted.signal && !posted.comment);
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn a_token_of_a_user_goes_with_the_address_of_its_account() {
    let server = start(|twin| twin.user = Some("gate@example.com"));
    assert_eq!(posted(&server, 1, &Told::new(Verdict::Pass, "nothing found", Vec::new())).failures, []);
}

#[test]
fn a_status_of_somebody_else_is_told_and_the_report_still_put() {
    let server = start(|twin| {
        twin.set_status(
            "mallory",
            HEAD1,
            json!({ "key": "gitops-gate", "state": "SUCCESSFUL", "refname": "feature" }),
        );
    });
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert!(!posted.signal && posted.comment);
    assert_eq!(posted.failures.len(), 1);
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Forbidden);
    assert_eq!(server.twin().annotations(HEAD1).len(), 2);
}

#[test]
fn a_status_names_the_branch_even_if_the_pull_request_was_hard_to_read() {
    let server = start(|_| {});
    server.fault(Fault::garbage().on("pullrequests.get"));
    let posted = posted(&server, 1, &Told::new(Verdict::Fail, "2 errors", findings(2)));
    assert_eq!(posted.failures.len(), 1);
    assert_eq!(server.twin().blocks(HEAD1), Some(true));
}

#[test]
fn a_crowd_of_forgers_gets_no_second_comment_out_of_the_gate() {
    let server = start(|twin| (twin.account, twin.scopes) = (false, Some("repository, pullrequest:write")));
    posted(&server, 1, &Told::new(Verdict::Fail, "first", findings(1)));
    let marker = own(&server)[0].body.clone();
    for _ in 0..200 {
        server.twin().forge(&marker);
    }
    posted(&server, 2, &Told::new(Verdict::Fail, "second", findings(1)));
    let own = own(&server);
    assert_eq!(own.len(), 1);
    assert!(own[0].body.contains("second"));
}

#[test]
fn the_token_is_in_no_message() {
    let server = start(|_| {});
    let echo = json!({ "type": "error", "error": { "message": format!("no such token: {TOKEN}") } });
    server.fault(Fault::status(400).json(&echo).always());
    let told = Told::new(Verdict::Fail, "2 errors", findings(2));
    let posted = told.post(&target(&server, 1));
    assert!(!posted.failures.is_empty());
    assert!(!format!("{posted:?}").contains(TOKEN));
}
