//! GitLab: the scenarios that all hosts share, and its own.

use gate::host::{HostErrorKind, Outcome, Posted, Secret, Target};
use gate_tests::contract::gitlab::{FORK_ID, Gitlab, PIPELINE, PROJECT_ID};
use gate_tests::contract::{Bench as _, Fault, HEAD1, Server, Step};
use serde_json::json;

use crate::run::{self, Run, blocks, count, kinds, log, only, own, places, seen, sound};

crate::scenarios::all!(gate_tests::contract::gitlab::Gitlab);

fn start(prepare: impl FnOnce(&mut Gitlab)) -> Server<Gitlab> {
    run::start(prepare)
}

/// Posts to a target that `change` has changed.
fn post(server: &Server<Gitlab>, run: &Run, change: impl FnOnce(&mut Target)) -> Posted {
    let mut target = run.target(server);
    change(&mut target);
    let posted = run.send::<Gitlab>(&target);
    sound(server);
    posted
}

/// Of a merge request from a fork whose pipeline runs in project `pipeline_of`.
fn fork(pipeline_of: u64, statuses_in: &[u64]) -> Server<Gitlab> {
    start(|twin| {
        twin.fork = true;
        twin.pipeline_of = pipeline_of;
        twin.statuses_in = statuses_in.to_vec();
    })
}

fn states(server: &Server<Gitlab>) -> Vec<(u64, u64, String)> {
    server.twin().statuses()
}

#[test]
fn the_project_may_be_a_number() {
    let server = start(|_| {});
    let posted =
        post(&server, &Run::with(1, "one finding"), |target| target.repository = PROJECT_ID.to_string());
    assert!(posted.is_complete(), "{posted:#?}");
    let paths: Vec<_> = server.requests().into_iter().map(|seen| seen.raw.path).collect();
    assert!(
        paths.iter().all(|path| path.starts_with("/api/v4/projects/42/") || path == "/api/v4/user"),
        "{paths:?}"
    );
}

#[test]
fn the_path_is_one_segment_and_the_token_is_in_its_header() {
    let server = start(|_| {});
    Run::with(1, "one finding").arrives(&server);
    for seen in server.requests() {
        assert!(seen.raw.header("private-token").is_some() && seen.raw.header("authorization").is_none());
        let path = seen.raw.path;
        assert!(path == "/api/v4/user" || path.starts_with("/api/v4/projects/group%2Fshop/"), "{path}");
    }
}

/// It may read the merge request, and that is all that is tried with it.
#[test]
fn a_job_token_writes_nothing_and_says_what_to_do() {
    type Change = fn(&mut Target);
    let changes: [Change; 2] = [
        |target| target.token = Some(Secret::new("glcbt-64_abcdefgh")),
        |target| target.user = Some("gitlab-ci-token".to_owned()),
    ];
    for change in changes {
        let server = start(|_| {});
        let posted = post(&server, &Run::with(2, "two findings"), change);
        assert!(kinds(&posted).iter().all(|kind| *kind == HostErrorKind::Forbidden), "{posted:#?}");
        assert!(posted.failures.iter().all(|(_, error)| error.hint.as_ref().unwrap().contains("scope api")));
        assert_eq!((posted.failures.len(), server.requests().len()), (3, 1), "{posted:#?}\n{}", log(&server));
        assert!(server.requests()[0].raw.header("job-token").is_some());
        server.twin().push(gate_tests::contract::HEAD2);
        let posted = post(&server, &Run::with(2, "two findings"), change);
        assert!(matches!(posted.outcome, Outcome::Stale { .. }), "{posted:#?}");
    }
}

#[test]
fn a_known_login_needs_no_question() {
    let server = start(|_| {});
    for number in [1, 2] {
        let run = Run::with(1, "one finding").number(number);
        let posted = post(&server, &run, |target| target.acts_as = Some("gate-bot".to_owned()));
        assert!(posted.is_complete(), "{posted:#?}");
    }
    only(&server);
    assert!(!server.requests().iter().any(|seen| seen.is("user.get")));
}

#[test]
fn the_status_of_a_fork_goes_where_its_pipeline_is() {
    let run = Run::with(1, "one finding");
    let of_fork = |target: &mut Target| target.source_project = None;
    let server = fork(FORK_ID, &[FORK_ID, PROJECT_ID]);
    assert!(post(&server, &run, of_fork).is_complete());
    assert_eq!(states(&server), [(FORK_ID, PIPELINE, "failed".to_owned())]);
    // The pipeline runs in the parent project.
    let server = fork(PROJECT_ID, &[FORK_ID, PROJECT_ID]);
    assert!(post(&server, &run, |target| target.source_project = Some(FORK_ID)).is_complete());
    assert_eq!(states(&server), [(PROJECT_ID, PIPELINE, "failed".to_owned())]);
    // The token is one of the parent project: it may not write in the fork, and the parent has no such pipeline.
    let server = fork(FORK_ID, &[PROJECT_ID]);
    let posted = post(&server, &run, of_fork);
    assert_eq!(kinds(&posted), [HostErrorKind::Forbidden], "{posted:#?}");
    assert!(posted.comment && !posted.signal && states(&server).is_empty());
}

/// The pipeline of a merged result is not one of the head commit.
#[test]
fn a_pipeline_that_is_not_of_the_commit_is_left_to_gitlab() {
    let server = start(|_| {});
    let posted = post(&server, &Run::with(0, "nothing"), |target| target.pipeline = Some(9999));
    assert!(posted.is_complete(), "{posted:#?}");
    assert_eq!(states(&server), [(PROJECT_ID, PIPELINE, "success".to_owned())]);
    assert_eq!(count(&server, Step::Signal), 2);
}

#[test]
fn a_status_that_is_being_written_is_waited_for() {
    let server = start(|twin| twin.busy = 2);
    Run::with(1, "one finding").arrives(&server);
    assert_eq!(blocks(&server, HEAD1), Some(true));
    let server = start(|twin| twin.busy = 1_000);
    let posted = Run::with(1, "one finding").post(&server);
    assert_eq!(kinds(&posted), [HostErrorKind::Conflict], "{posted:#?}");
    assert!(count(&server, Step::Signal) <= 5 && posted.comment, "{}", log(&server));
}

/// GitLab says so when a status has the wanted state; from another state it is a refusal.
#[test]
fn only_the_wanted_state_counts_as_set() {
    for (from, is_set) in [("failed", true), ("success", false), ("canceled", false)] {
        let server = start(|_| {});
        let said =
            format!("Cannot transition status via :drop from :{from} (Reason(s): Status cannot transition)");
        let refusal = Fault::status(400).json(&json!({ "message": said }));
        server.fault(refusal.on_any(Gitlab::operations(Step::Signal)).always());
        let posted = Run::with(1, "one finding").post(&server);
        assert_eq!((posted.signal, posted.is_complete()), (is_set, is_set), "{from}: {posted:#?}");
    }
}

/// A file of the merge request that was there before: line 11 is new, the lines around it are not.
const CHANGED: &str = "@@ -10,3 +10,4 @@ 10,10 -,11 11,12 12,13 20,21\n a\n+b\n c\n d\n";

#[test]
fn unchanged_lines_have_two_numbers_and_lines_elsewhere_stay_in_the_note() {
    let server = start(|twin| {
        twin.changed.insert("apps/new.yaml".to_owned(), ("apps/old.yaml".to_owned(), CHANGED.to_owned()));
    });
    let mut run = Run::with(6, "six findings");
    for (annotation, line) in run.told.annotations.iter_mut().zip([11, 12, 10, 21]) {
        annotation.path = "apps/new.yaml".to_owned();
        annotation.start.line = line;
    }
    // Not in the diff: not even tried. In it, but GitLab knows better: tried once.
    run.told.annotations[4].path = "apps/elsewhere.yaml".to_owned();
    run.told.annotations[5].start.line = 400;
    let posted = run.arrives(&server);
    assert_eq!((posted.annotations, posted.left_out), (4, 2), "{}", log(&server));
    let lines: Vec<u32> = seen(&server, HEAD1).into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, [10, 11, 12, 21]);
    let tried = server.requests().iter().filter(|seen| seen.is("discussions.create")).count();
    assert_eq!(tried, 5);
    assert!(only(&server).body.contains("six findings"));
    sound(&server);
}

#[test]
fn a_server_without_diffs_takes_what_it_knows() {
    let server = start(|twin| twin.old_server = true);
    let mut run = Run::with(3, "three findings");
    run.told.annotations[2].path = "apps/elsewhere.yaml".to_owned();
    let posted = run.arrives(&server);
    assert_eq!((posted.annotations, posted.left_out), (2, 1), "{posted:#?}");
    assert_eq!(seen(&server, HEAD1), places(2));
    sound(&server);
}

#[test]
fn commits_that_are_not_computed_yet_come_from_the_versions() {
    let server = start(|twin| twin.computing = true);
    Run::with(2, "two findings").arrives(&server);
    assert_eq!(seen(&server, HEAD1), places(2));
    assert!(server.requests().iter().any(|seen| seen.is("merge-requests.versions")));
    sound(&server);
}

/// Others have used up most of the minute: the note comes first, then as many threads as there is room for.
#[test]
fn notes_of_the_minute_are_used_up() {
    let server = start(|twin| twin.notes_left(6));
    let posted = Run::with(10, "ten findings").budget(6).arrives(&server);
    assert_eq!((posted.annotations, posted.left_out), (5, 5), "{posted:#?}");
    assert_eq!(seen(&server, HEAD1), places(5));
    only(&server);
    sound(&server);
    let server = start(|twin| twin.notes_left(0));
    let posted = Run::with(0, "nothing to complain of").budget(6).post(&server);
    assert_eq!(kinds(&posted), [HostErrorKind::RateLimited], "{posted:#?}");
    assert!(own(&server).is_empty());
    assert_eq!(blocks(&server, HEAD1), Some(false));
}

/// A person has resolved a thread: it stays so while the finding is there.
#[test]
fn a_thread_that_a_person_resolved_is_not_opened_again() {
    let server = start(|_| {});
    Run::with(2, "two findings").arrives(&server);
    server.twin().resolve_all();
    Run::with(2, "two findings").number(2).arrives(&server);
    assert_eq!(seen(&server, HEAD1), []);
    assert_eq!(server.twin().comments().len(), 3);
    sound(&server);
}

/// Lines that begin with a slash are commands with the rights of the gate's token (the twin takes none).
#[test]
fn no_line_is_a_quick_action() {
    let server = start(|_| {});
    let mut run = Run::with(1, "/merge\n  /approve\n\n/assign @mallory");
    run.told.annotations[0].markdown = "/close\n/unlabel ~blocked".to_owned();
    run.arrives(&server);
    run.number(2).arrives(&server);
    assert!(only(&server).body.contains("\n\\/merge\n  \\/approve\n"), "{:#?}", only(&server));
    assert_eq!(server.twin().comments().len(), 2);
    sound(&server);
}
