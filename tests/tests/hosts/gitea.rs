//! Gitea and Forgejo: the scenarios that all hosts share, and its own.

use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Outcome, Posted, RunNumber, Target};
use gate_tests::contract::gitea::{Flavour, Forgejo, Gitea, Host};
use gate_tests::contract::{Bench as _, SeenComment, Server, USER};
use gate_tests::told::Told;

use crate::run::{operations, put, target};

crate::scenarios::all!(gate_tests::contract::gitea::Gitea);

/// The same with a Forgejo.
mod forgejo {
    crate::scenarios::all!(gate_tests::contract::gitea::Forgejo);
}

const FILE: &str = "apps/web/deploy.yaml";

/// Posts as run `run` and holds the requests against the specification.
fn tell<const F: bool>(server: &Server<Host<F>>, run: u64, told: &Told) -> Posted {
    let target = Target { run: RunNumber { run, attempt: 1 }, ..target(server) };
    server.clear_requests();
    put(server, &target, told)
}

fn at_lines<const F: bool>(server: &Server<Host<F>>) -> Vec<SeenComment> {
    server.twin().comments().into_iter().filter(|comment| comment.line.is_some()).collect()
}

/// Lines with an open thread of the gate.
fn open_lines<const F: bool>(server: &Server<Host<F>>) -> Vec<u32> {
    server.twin().annotations("").iter().map(|annotation| annotation.line).collect()
}

#[test]
fn one_review_holds_all_findings_and_gone_ones_are_resolved() {
    let server = Server::start(Gitea::fresh());
    let begun = Instant::now();
    let posted = tell(&server, 1, &Told::errors(&[(FILE, 3), (FILE, 9), ("apps/file-1.yaml", 5)]));
    // After three seconds the pull request is read once more.
    let slow = usize::from(begun.elapsed() > Duration::from_secs(3));
    assert!(posted.is_complete(), "{posted:?}");
    assert_eq!((posted.annotations, open_lines(&server)), (3, vec![3, 9, 5]));
    let reviews = server.requests().iter().filter(|seen| seen.is("repoCreatePullReview")).count();
    assert_eq!(reviews, 1);
    assert!((11..=11 + slow).contains(&server.requests().len()), "{:?}", operations(&server));

    let posted = tell(&server, 2, &Told::errors(&[(FILE, 9)]));
    assert_eq!((posted.resolved, posted.annotations, posted.failures), (2, 0, vec![]));
    assert_eq!(open_lines(&server), [9]);
    let resolved: Vec<bool> = at_lines(&server).iter().map(|comment| comment.resolved).collect();
    assert_eq!(resolved, [true, false, true]);
}

#[test]
fn forgejo_and_older_versions_delete_what_they_cannot_resolve() {
    let server = Server::start(Forgejo::fresh());
    tell(&server, 1, &Told::errors(&[(FILE, 3), (FILE, 9), (FILE, 12)]));
    let posted = tell(&server, 2, &Told::errors(&[(FILE, 9)]));
    assert_eq!((posted.resolved, posted.failures), (2, vec![]));
    assert_eq!(open_lines(&server), [9]);
    assert_eq!(at_lines(&server).len(), 1);
    // What the server cannot do is tried once, not for each.
    let tried = operations(&server).iter().filter(|name| *name == "repoResolvePullReviewComment").count();
    assert_eq!(tried, 1);

    let server = Server::start(Gitea::fresh());
    server.twin().flavour = Flavour::Gitea125;
    tell(&server, 1, &Told::errors(&[(FILE, 3), (FILE, 9), (FILE, 12)]));
    let posted = tell(&server, 2, &Told::pass());
    assert_eq!((posted.resolved, posted.failures), (3, vec![]));
    assert_eq!(at_lines(&server), []);
    let proofs = operations(&server).iter().filter(|name| *name == "issueGetComment").count();
    assert_eq!(proofs, 1);
}

#[test]
fn a_server_that_only_says_it_deleted_is_found_out() {
    let server = Server::start(Gitea::fresh());
    server.twin().flavour = Flavour::Gitea123;
    tell(&server, 1, &Told::errors(&[(FILE, 3)]));
    let posted = tell(&server, 2, &Told::pass());
    let [(step, error)] = posted.failures.as_slice() else { panic!("{posted:?}") };
    assert_eq!((*step, error.kind), ("resolving a thread", HostErrorKind::Strange));
    assert!(error.hint.as_ref().unwrap().contains("1.24.6"), "{error:?}");
    assert!(posted.signal && posted.comment);
}

#[test]
fn a_line_behind_the_end_of_its_file_does_not_take_the_others_down() {
    let server = Server::start(Gitea::fresh());
    let told = Told::errors(&[(FILE, 3), (FILE, 101), (FILE, 9), ("apps/file-1.yaml", 200), (FILE, 12)]);
    let posted = tell(&server, 1, &told);
    assert_eq!((posted.annotations, posted.failures), (5, vec![]));
    // Line 0: on the whole file.
    assert_eq!(open_lines(&server), [3, 0, 9, 0, 12]);
    assert_eq!(server.twin().drafts(), 0);
    assert_eq!(tell(&server, 2, &told).annotations, 0, "they are there");
}

#[test]
fn the_review_that_a_person_is_writing_is_not_submitted() {
    let server = Server::start(Gitea::fresh());
    server.twin().draft(USER, "Hm, is this right?");
    let posted = tell(&server, 1, &Told::errors(&[(FILE, 3)]));
    let [(step, error)] = posted.failures.as_slice() else { panic!("{posted:?}") };
    assert_eq!((*step, error.kind), ("commenting on lines", HostErrorKind::Conflict));
    assert!(error.hint.as_ref().unwrap().contains("account of its own"), "{error:?}");
    assert!(posted.signal && posted.comment);
    assert_eq!(server.twin().drafts(), 1);
    assert_eq!(at_lines(&server), []);
}

#[test]
fn an_empty_review_that_is_not_submitted_hinders_nobody() {
    let server = Server::start(Gitea::fresh());
    server.twin().draft(USER, "");
    assert!(tell(&server, 1, &Told::pass()).is_complete());
    assert_eq!(server.twin().drafts(), 1, "there is nothing to submit");
    let posted = tell(&server, 2, &Told::errors(&[(FILE, 3)]));
    assert_eq!((posted.annotations, posted.failures), (1, vec![]));
    assert_eq!(server.twin().drafts(), 0);
}

#[test]
fn what_a_broken_run_has_left_is_put_in_order() {
    let server = Server::start(Gitea::fresh());
    let told = Told::errors(&[(FILE, 3), (FILE, 9)]);
    let body = |line: usize| {
        let annotation = &told.annotations[line];
        format!(
            "{}\n\n<!-- gitops-gate:finding={};key=default -->",
            annotation.markdown, annotation.fingerprint
        )
    };
    server.twin().draft(USER, &body(0));
    let posted = tell(&server, 1, &told);
    assert_eq!((posted.annotations, posted.failures), (1, vec![]));
    assert_eq!(server.twin().drafts(), 0);
    assert_eq!(
        at_lines(&server).iter().map(|comment| &comment.body).collect::<Vec<_>>(),
        [&body(0), &body(1)]
    );
}

#[test]
fn a_finding_that_comes_back_is_told_again_unless_a_person_closed_it() {
    let server = Server::start(Gitea::fresh());
    let (both, one) = (Told::errors(&[(FILE, 3), (FILE, 9)]), Told::errors(&[(FILE, 9)]));
    tell(&server, 1, &both);
    tell(&server, 2, &one);
    assert_eq!(open_lines(&server), [9]);
    let nine = at_lines(&server).iter().find(|comment| !comment.resolved).unwrap().id.clone();
    server.twin().resolve_by(&nine, "reviewer");
    assert_eq!(tell(&server, 3, &both).annotations, 1);
    assert_eq!(open_lines(&server), [3]);
}

#[test]
fn comments_brought_along_from_another_host_are_not_its_own() {
    let server = Server::start(Gitea::fresh());
    tell(&server, 1, &Told::pass());
    let own = server.twin().comments()[0].body.clone();
    let id = server.twin().comments()[0].id.clone();
    server.twin().delete_comment(&id);
    server.twin().migrated(&own);
    let posted = tell(&server, 2, &Told::pass());
    assert_eq!(posted.outcome, Outcome::Done);
    assert_eq!(server.twin().comments().len(), 2);
}

#[test]
fn without_the_scope_to_know_itself_the_status_stands_all_the_same() {
    let server = Server::start(Gitea::fresh());
    server.twin().scopes = vec!["write:repository", "write:issue"];
    let posted = tell(&server, 1, &Told::errors(&[(FILE, 3)]));
    assert!(posted.signal && !posted.comment, "{posted:?}");
    let [(step, error)] = posted.failures.as_slice() else { panic!("{posted:?}") };
    assert_eq!((*step, error.kind), ("reading the comments", HostErrorKind::Forbidden));
    assert!(error.hint.as_ref().unwrap().contains("read:user"), "{error:?}");
    assert_eq!(server.twin().blocks(gate_tests::contract::HEAD1), Some(true));

    // With the login known from elsewhere it is not asked for.
    let target = Target { acts_as: Some(USER.to_uppercase()), ..target(&server) };
    let posted = Told::errors(&[(FILE, 3)]).post(&target);
    assert!(posted.is_complete() && posted.comment, "{posted:?}");
}

#[test]
fn the_error_that_passes_is_waited_out() {
    let server = Server::start(Gitea::fresh());
    server.twin().unknown_user = 2;
    assert!(tell(&server, 1, &Told::pass()).is_complete());
    server.twin().unknown_user = 9;
    let posted = tell(&server, 2, &Told::errors(&[(FILE, 3)]));
    assert!(!posted.signal && posted.comment, "{posted:?}");
    assert_eq!(server.requests().iter().filter(|seen| seen.is("repoCreateStatus")).count(), 3);
}

#[test]
fn its_reviews_are_found_on_all_pages_and_behind_those_that_are_hidden() {
    let server = Server::start(Gitea::fresh());
    for _ in 0..70 {
        server.twin().draft("somebody", "not submitted");
    }
    tell(&server, 1, &Told::errors(&[(FILE, 3)]));
    let posted = tell(&server, 2, &Told::errors(&[(FILE, 3), (FILE, 9)]));
    assert_eq!((posted.annotations, posted.failures), (1, vec![]));
    assert_eq!(open_lines(&server), [3, 9]);
}

#[test]
fn reviews_are_not_listed_when_nothing_has_changed() {
    let server = Server::start(Gitea::fresh());
    tell(&server, 1, &Told::pass());
    assert_eq!(tell(&server, 2, &Told::pass()).outcome, Outcome::Unchanged);
    assert_eq!(operations(&server), ["repoGetPullRequest", "userGetCurrent", "issueGetComments"]);
}
