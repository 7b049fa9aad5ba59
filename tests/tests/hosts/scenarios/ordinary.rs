//! What happens every day: findings come and go, commits are pushed, people tidy up.

use gate::host::{Outcome, Publication, post};
use gate::model::{ChangeSummary, Counts, Coverage, REPORT_VERSION, Report, Severity, ToolInfo, Verdict};
use gate::output::{MarkdownOptions, markdown, summary};
use gate_tests::contract::{Bench, HEAD1, HEAD2, Server, Step};

use crate::run::{Run, blocks, count, log, nothing_written, only, own, places, seen, sound};

/// One comment, one signal that blocks, and the findings at their lines.
pub(crate) fn first_run<B: Bench>() {
    let server = Server::start(B::fresh());
    let posted = Run::with(3, "three findings").arrives(&server);
    assert_eq!(posted.outcome, Outcome::Done);
    assert!(posted.signal && posted.comment, "{posted:#?}");
    assert_eq!((posted.annotations, posted.left_out, posted.resolved), (3, 0, 0));
    let comment = only(&server);
    assert!(comment.body.contains("three findings") && comment.body.contains("gitops-gate:"), "{comment:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(true));
    assert_eq!(seen(&server, HEAD1), places(3));
    for (index, annotation) in server.twin().annotations(HEAD1).iter().enumerate() {
        assert!(annotation.text.contains("is here"), "{index}: {annotation:#?}");
    }
    sound(&server);
}

/// The comment is edited, what is gone is resolved, and only what is left stands at its line.
pub(crate) fn second_run_with_fewer_findings<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(3, "three findings").arrives(&server);
    let first = only(&server);
    server.twin().push(HEAD2);
    let posted = Run::with(1, "one finding").head(HEAD2).number(2).arrives(&server);
    let second = only(&server);
    assert_eq!(first.id, second.id);
    assert!(second.body.contains("one finding") && !second.body.contains("three findings"), "{second:#?}");
    assert_eq!(seen(&server, HEAD2), places(1), "{posted:#?}");
    assert_eq!(blocks(&server, HEAD2), Some(true));
    assert_eq!(blocks(&server, HEAD1), Some(true), "the signal of the old commit was touched");
    sound(&server);
}

/// The CI runs again for the same commit, and finds something else (the target branch has moved on).
pub(crate) fn same_commit_again<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(3, "three findings").arrives(&server);
    let first = only(&server);
    let mut again = Run::with(2, "two findings");
    again.number.attempt = 2;
    again.arrives(&server);
    let second = only(&server);
    assert_eq!(first.id, second.id);
    assert!(second.body.contains("two findings"), "{second:#?}");
    assert_eq!(seen(&server, HEAD1), places(2));
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

pub(crate) fn pass_after_fail<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(3, "three findings").arrives(&server);
    let first = only(&server);
    server.twin().push(HEAD2);
    Run::with(0, "nothing to complain of").head(HEAD2).number(2).arrives(&server);
    let second = only(&server);
    assert_eq!(first.id, second.id);
    assert!(second.body.contains("nothing to complain of"), "{second:#?}");
    assert_eq!(blocks(&server, HEAD2), Some(false));
    assert_eq!(seen(&server, HEAD2), []);
    sound(&server);
}

/// What was mended and is broken again is seen again at its line.
pub(crate) fn a_finding_that_comes_back<B: Bench>() {
    let server = Server::start(B::fresh());
    for (number, findings) in [(1, 1), (2, 0), (3, 1)] {
        Run::with(findings, "so many findings").number(number).arrives(&server);
        assert_eq!(seen(&server, HEAD1), places(findings), "run {number}");
    }
    sound(&server);
}

/// Of the same commit: a signal that lets merge is taken back.
pub(crate) fn fail_after_pass<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(0, "nothing to complain of").arrives(&server);
    assert_eq!(blocks(&server, HEAD1), Some(false));
    Run::with(1, "one finding").number(2).arrives(&server);
    assert_eq!(blocks(&server, HEAD1), Some(true));
    assert_eq!(seen(&server, HEAD1), places(1));
    only(&server);
    sound(&server);
}

/// A run that could not finish must not let anything through, though it found nothing.
pub(crate) fn incomplete_blocks<B: Bench>() {
    let server = Server::start(B::fresh());
    let mut run = Run::with(0, "a check could not finish");
    run.told.verdict = Verdict::Incomplete;
    run.arrives(&server);
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

/// The same pass once more costs three calls at most, and changes nothing.
pub(crate) fn unchanged_pass<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(0, "nothing to complain of").arrives(&server);
    let before = server.twin().comments();
    server.clear_requests();
    let posted = Run::with(0, "nothing to complain of").number(2).arrives(&server);
    assert_eq!(posted.outcome, Outcome::Unchanged);
    assert!(server.requests().len() <= 3, "{}", log(&server));
    nothing_written(&server);
    assert_eq!(server.twin().comments(), before);
    assert_eq!(blocks(&server, HEAD1), Some(false));
    sound(&server);
}

/// A signal that blocks is sent again whatever the comment says: it must not be lost.
pub(crate) fn unchanged_fail_signals_again<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(2, "two findings").arrives(&server);
    let first = only(&server);
    server.clear_requests();
    Run::with(2, "two findings").number(2).arrives(&server);
    assert!(count(&server, Step::Signal) > 0, "{}", log(&server));
    assert_eq!(only(&server).id, first.id);
    assert_eq!(seen(&server, HEAD1), places(2), "annotations were repeated");
    sound(&server);
}

/// Two gates with different keys do not touch each other's comment.
pub(crate) fn two_keys_live_side_by_side<B: Bench>() {
    let server = Server::start(B::fresh());
    let run = Run::with(0, "one gate");
    run.arrives(&server);
    let report = report();
    let pages = Real(&report);
    let other = Publication { key: "network".to_owned(), ..pages.publication() };
    let posted = post(&run.target(&server), &other).unwrap();
    assert!(posted.is_complete(), "{posted:#?}");
    post(&run.target(&server), &other).unwrap();
    let own = own(&server);
    assert_eq!(own.len(), 2, "{own:#?}");
    assert!(own[0].body.contains("one gate") && own[1].body.contains("key=network"), "{own:#?}");
    sound(&server);
}

struct Real<'a>(&'a Report);

impl gate::host::Pages for Real<'_> {
    fn comment(&self, limit: usize, markup: gate::host::Markup) -> String {
        let folds = markup == gate::host::Markup::Html;
        markdown(self.0, &MarkdownOptions { budget: limit, folds, ..MarkdownOptions::default() })
    }

    fn summary(&self, limit: usize) -> String {
        summary(self.0, limit)
    }
}

impl Real<'_> {
    fn publication(&self) -> Publication<'_> {
        Publication {
            key: "default".to_owned(),
            verdict: Verdict::Fail,
            annotations: Vec::new(),
            pages: self,
        }
    }
}

fn report() -> Report {
    Report {
        version: REPORT_VERSION.to_owned(),
        tool: ToolInfo { name: "gitops-gate".to_owned(), version: "0.1.0".to_owned() },
        verdict: Verdict::Fail,
        exit_code: 1,
        block_on: Severity::Error,
        change: ChangeSummary { description: "main and HEAD".to_owned(), ..ChangeSummary::default() },
        counts: Counts::default(),
        configuration_changes: Default::default(),
        findings: Vec::new(),
        failures: Vec::new(),
        rules: Vec::new(),
        coverage: Coverage::default(),
    }
}

/// What the real Markdown format writes arrives as it is.
pub(crate) fn real_report<B: Bench>() {
    let server = Server::start(B::fresh());
    let report = report();
    let pages = Real(&report);
    let posted = post(&Run::with(0, "").target(&server), &pages.publication()).unwrap();
    assert!(posted.is_complete(), "{posted:#?}");
    let comment = only(&server);
    assert!(comment.body.contains("## ❌ ") && comment.body.contains("Made by"), "{comment:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

/// Without a pull request the commit alone is marked; a host that cannot says so.
pub(crate) fn commit_without_a_pull_request<B: Bench>() {
    let server = Server::start(B::fresh());
    let report = report();
    let pages = Real(&report);
    let mut target = Run::with(0, "").target(&server);
    target.number = None;
    let posted = post(&target, &pages.publication());
    assert_eq!(server.twin().comments(), []);
    match posted {
        Ok(posted) if posted.is_complete() => assert!(posted.signal, "{posted:#?}"),
        Ok(posted) => assert!(posted.failures.iter().all(|(_, error)| error.hint.is_some()), "{posted:#?}"),
        Err(error) => assert!(error.hint.is_some(), "{error:?}"),
    }
    sound(&server);
}

/// Somebody has pushed: a newer run will answer.
pub(crate) fn stale_head<B: Bench>() {
    let server = Server::start(B::fresh());
    server.twin().push(HEAD2);
    let posted = Run::with(3, "three findings").arrives(&server);
    let Outcome::Stale { newer } = &posted.outcome else { panic!("{posted:#?}") };
    assert!(HEAD2.starts_with(newer.as_str()) && newer.len() >= 7, "{newer}");
    nothing_written(&server);
    assert_eq!(server.twin().comments(), []);
    assert_eq!((blocks(&server, HEAD1), blocks(&server, HEAD2)), (None, None));
    sound(&server);
}

pub(crate) fn closed_pull_request<B: Bench>() {
    let server = Server::start(B::fresh());
    server.twin().close();
    let posted = Run::with(3, "three findings").arrives(&server);
    assert_eq!(posted.outcome, Outcome::Closed);
    nothing_written(&server);
    assert_eq!(server.twin().comments(), []);
    sound(&server);
}

/// A person removes the comment; the next run makes it once.
pub(crate) fn comment_deleted_between_runs<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(1, "one finding").arrives(&server);
    let first = only(&server).id;
    server.twin().delete_comment(&first);
    assert!(own(&server).is_empty());
    Run::with(1, "one finding").number(2).arrives(&server);
    assert_ne!(only(&server).id, first);
    sound(&server);
}

/// The same at the worst moment.
pub(crate) fn comment_deleted_before_the_update<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(1, "one finding").arrives(&server);
    let first = only(&server).id;
    let gone = first.clone();
    server.before(B::operations(Step::Update), move |twin| twin.delete_comment(&gone));
    Run::with(2, "two findings").number(2).arrives(&server);
    let second = only(&server);
    assert_ne!(second.id, first);
    assert!(second.body.contains("two findings"), "{second:#?}");
    sound(&server);
}
