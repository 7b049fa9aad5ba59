//! Many runs at once against a pull request in memory, in every order that chance gives: one comment is left, and it is the
//! newest run's. (The hosts' own manners are tested against contract servers.)

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::marker::Marker;
use super::publish::publish;
use super::{HostError, HostErrorKind, HostKind, Markup, Outcome, Pages, Posted};
use super::{Publication, RunNumber, Target};
use crate::model::Verdict;

const HEAD: &str = "1111111111111111111111111111111111111111";

/// A pull request that several runs share.
#[derive(Default)]
struct Place {
    comments: RefCell<Vec<Comment>>,
    ids: Cell<u64>,
    calls: Cell<usize>,
    signals: RefCell<Vec<String>>,
    random: RefCell<Option<fastrand::Rng>>,
    /// A comment that appears while the signal is sent.
    meanwhile: RefCell<Option<Comment>>,
}

#[derive(Clone)]
struct Memory(Rc<Place>);

impl Memory {
    /// A call takes some turns before and after it is carried out: the slowest twice as many as the fastest.
    async fn turns(&self) {
        let turns = self.0.random.borrow_mut().as_mut().map_or(0, |random| random.usize(2..5));
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }

    async fn call<T>(&self, act: impl FnOnce(&Place) -> T) -> T {
        self.0.calls.set(self.0.calls.get() + 1);
        self.turns().await;
        let done = act(&self.0);
        self.turns().await;
        done
    }
}

fn gone() -> HostError {
    HostError::new(HostErrorKind::NotFound, "gone")
}

impl Adapter for Memory {
    fn limits(&self) -> Limits {
        Limits { comment: 10_000, markup: Markup::Html, threads: 0 }
    }

    async fn current(&self) -> Result<Current, HostError> {
        self.call(|_| Ok(Current { head: HEAD.to_owned(), open: true })).await
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        self.call(|place| Ok(place.comments.borrow().clone())).await
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        self.call(|place| {
            place.ids.set(place.ids.get() + 1);
            let id = place.ids.get().to_string();
            let comment = Comment { id, mine: true, body: body.to_owned(), ..Comment::default() };
            place.comments.borrow_mut().push(comment);
            Ok(())
        })
        .await
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        self.call(|place| {
            let mut comments = place.comments.borrow_mut();
            let found = comments.iter_mut().find(|there| there.id == comment.id).ok_or_else(gone)?;
            found.body = body.to_owned();
            Ok(())
        })
        .await
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        self.call(|place| {
            place.comments.borrow_mut().retain(|there| there.id != comment.id);
            Ok(())
        })
        .await
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        self.call(|place| {
            place.signals.borrow_mut().push(publication.pages.summary(100));
            place.comments.borrow_mut().extend(place.meanwhile.take());
            Ok(Annotated::default())
        })
        .await
    }
}

struct Text(String);

impl Pages for Text {
    fn comment(&self, _: usize, _: Markup) -> String {
        self.0.clone()
    }

    fn summary(&self, _: usize) -> String {
        self.0.clone()
    }
}

fn target(run: u64) -> Target {
    Target {
        kind: HostKind::Gitea,
        api: "http://127.0.0.1:1".to_owned(),
        repository: "o/r".to_owned(),
        number: Some(7),
        head: HEAD.to_owned(),
        pipeline: None,
        source_project: None,
        from_fork: None,
        token: None,
        user: None,
        acts_as: None,
        run: RunNumber { run, attempt: 1 },
        run_url: None,
        local_proxy: None,
        budget: Duration::from_secs(5),
    }
}

async fn one(memory: &Memory, run: u64, verdict: Verdict) -> Posted {
    let text = Text(format!("result of run {run}\n"));
    let publication =
        Publication { key: "default".to_owned(), verdict, annotations: Vec::new(), pages: &text };
    publish(memory, &target(run), &publication).await
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, future)
}

/// All runs at once; the comments that are left.
fn all_at_once(seed: u64, runs: u64) -> (Vec<Comment>, String) {
    let memory = Memory(Rc::new(Place::default()));
    block_on(async {
        if seed % 2 == 1 {
            one(&memory, 0, Verdict::Fail).await;
        }
        *memory.0.random.borrow_mut() = Some(fastrand::Rng::with_seed(seed));
        let mut order: Vec<u64> = (1..=runs).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut order);
        let tasks = order.into_iter().map(|run| {
            let memory = memory.clone();
            tokio::task::spawn_local(async move { one(&memory, run, Verdict::Fail).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            let posted = task.await.unwrap();
            assert!(posted.is_complete(), "seed {seed}: {posted:?}");
        }
    });
    (memory.0.comments.take(), memory.0.signals.take().pop().unwrap())
}

#[test]
fn one_comment_is_left_of_many_runs_and_it_is_the_newest_runs() {
    for seed in 0..40 {
        for runs in [2, 3, 50] {
            let (left, signal) = all_at_once(seed, runs);
            assert_eq!(left.len(), 1, "seed {seed}, {runs} runs: {left:#?}");
            assert_eq!(signal, format!("result of run {runs}\n"), "seed {seed}");
            assert!(left[0].body.contains(&format!("result of run {runs}\n")), "seed {seed}: {left:#?}");
        }
    }
}

#[test]
fn an_unchanged_pass_costs_two_calls_and_writes_nothing() {
    let memory = Memory(Rc::default());
    block_on(async {
        let first = one(&memory, 1, Verdict::Pass).await;
        assert_eq!((first.outcome, first.signal, first.comment), (Outcome::Done, true, true));
        let calls = memory.0.calls.replace(0);
        // current, comments, create, comments, signal, comments, update, comments.
        assert_eq!(calls, 8);
        let again = one(&memory, 1, Verdict::Pass).await;
        assert_eq!(again.outcome, Outcome::Unchanged);
    });
    assert_eq!(memory.0.calls.get(), 2);
    assert_eq!(*memory.0.signals.borrow(), ["result of run 1\n"]);
}

#[test]
fn an_unchanged_failure_sends_its_signal_again() {
    let memory = Memory(Rc::default());
    block_on(async {
        one(&memory, 1, Verdict::Fail).await;
        one(&memory, 1, Verdict::Fail).await;
    });
    assert_eq!(*memory.0.signals.borrow(), ["result of run 1\n", "result of run 1\n"]);
    assert_eq!(memory.0.comments.borrow().len(), 1);
}

#[test]
fn an_older_run_of_the_same_head_writes_nothing() {
    let memory = Memory(Rc::default());
    block_on(async {
        one(&memory, 9, Verdict::Fail).await;
        let late = one(&memory, 8, Verdict::Pass).await;
        assert_eq!(late.outcome, Outcome::Overtaken { run: RunNumber { run: 9, attempt: 1 } });
        assert!(!late.signal && !late.comment);
    });
    assert_eq!(*memory.0.signals.borrow(), ["result of run 9\n"]);
    let marker = Marker::read(&memory.0.comments.borrow()[0].body).unwrap();
    assert_eq!((marker.run.run, marker.complete), (9, true));
}

/// Another program with the same account repeats what it is told: a marker in a comment of its own turns no failure into a
/// pass.
#[test]
fn a_failure_gives_way_to_no_pass_that_is_only_said() {
    let memory = Memory(Rc::default());
    let marker = Marker {
        key: "default".to_owned(),
        head: HEAD.to_owned(),
        run: RunNumber { run: 9, attempt: 1 },
        verdict: Verdict::Pass,
        digest: "0".repeat(32),
        complete: true,
    };
    let body = marker.line(Markup::Html) + "echo";
    let echo = Comment { id: "echo".to_owned(), mine: true, body, ..Comment::default() };
    memory.0.meanwhile.replace(Some(echo));
    block_on(one(&memory, 1, Verdict::Fail));
    assert_eq!(*memory.0.signals.borrow(), ["result of run 1\n"]);
}

#[test]
fn a_run_without_a_number_is_not_older_than_one_with_a_number() {
    let memory = Memory(Rc::default());
    block_on(async {
        one(&memory, 9, Verdict::Pass).await;
        let text = Text("result of a run\n".to_owned());
        let (key, verdict) = ("default".to_owned(), Verdict::Fail);
        let publication = Publication { key, verdict, annotations: Vec::new(), pages: &text };
        let unnumbered = Target { run: RunNumber::default(), ..target(0) };
        let posted = publish(&memory, &unnumbered, &publication).await;
        assert_eq!((posted.outcome, posted.signal, posted.comment), (Outcome::Done, true, true));
    });
    assert_eq!(*memory.0.signals.borrow(), ["result of run 9\n", "result of a run\n"]);
    assert!(memory.0.comments.borrow()[0].body.contains("result of a run\n"));
}
