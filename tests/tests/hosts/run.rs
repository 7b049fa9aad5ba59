//! One run of the gate against a contract server: what it has found, and what became of it.

use std::io::Write as _;
use std::time::{Duration, Instant};

use gate::host::{Annotation, HostErrorKind, Posted, RunNumber, Target};
use gate::model::Verdict;
use gate_tests::contract::{Bench, HEAD1, SeenComment, Server, Step, USER};
use gate_tests::told::{Told, findings};

/// A run: by default number 1.1 of [`HEAD1`], with 10 s for posting.
pub(crate) struct Run {
    pub(crate) told: Told,
    pub(crate) head: &'static str,
    pub(crate) number: RunNumber,
    pub(crate) budget: Duration,
}

impl Run {
    /// A run with the first `count` of all findings; it fails if there are any.
    pub(crate) fn with(count: usize, word: &str) -> Self {
        let verdict = if count == 0 { Verdict::Pass } else { Verdict::Fail };
        Self {
            told: Told::new(verdict, word, findings(count)),
            head: HEAD1,
            number: RunNumber { run: 1, attempt: 1 },
            budget: Duration::from_secs(10),
        }
    }

    /// The same, later.
    pub(crate) fn number(mut self, run: u64) -> Self {
        self.number.run = run;
        self
    }

    /// The same for another commit.
    pub(crate) fn head(mut self, head: &'static str) -> Self {
        self.head = head;
        self
    }

    /// The same with another budget.
    pub(crate) fn budget(mut self, seconds: u64) -> Self {
        self.budget = Duration::from_secs(seconds);
        self
    }

    /// The same with a comment as long as it may be.
    pub(crate) fn long(mut self) -> Self {
        self.told.long = true;
        self
    }

    /// Where it posts to.
    pub(crate) fn target<B: Bench>(&self, server: &Server<B>) -> Target {
        Target { head: self.head.to_owned(), run: self.number, budget: self.budget, ..target(server) }
    }

    /// Posts, and checks what is always true: it ends in time, no secret is in what it says, an error has one line.
    pub(crate) fn post<B: Bench>(&self, server: &Server<B>) -> Posted {
        self.send::<B>(&self.target(server))
    }

    /// The same to another address.
    pub(crate) fn post_to<B: Bench>(&self, server: &Server<B>, url: &str) -> Posted {
        let api = server.twin().target(url).api;
        self.send::<B>(&Target { api, ..self.target(server) })
    }

    /// The same to any target.
    pub(crate) fn send<B: Bench>(&self, target: &Target) -> Posted {
        let begun = Instant::now();
        let posted = self.told.post(target);
        let spent = begun.elapsed();
        assert!(spent < self.budget + Duration::from_secs(1), "{spent:?} of {:?}", self.budget);
        let said = format!("{posted:?}");
        for secret in B::secrets() {
            assert!(!said.contains(&secret), "{said}");
        }
        for (step, error) in &posted.failures {
            assert!(!error.message.contains(['\n', '\r', '\u{1b}']), "{step}: {error:?}");
            assert!(error.hint.is_some(), "{step}: no hint in {error:?}");
        }
        posted
    }

    /// Posts; everything must arrive.
    pub(crate) fn arrives<B: Bench>(&self, server: &Server<B>) -> Posted {
        let posted = self.post(server);
        assert!(posted.is_complete(), "{posted:#?}\n{}", log(server));
        posted
    }
}

/// A server for a twin that `prepare` has changed.
pub(crate) fn start<B: Bench>(prepare: impl FnOnce(&mut B)) -> Server<B> {
    let mut twin = B::fresh();
    prepare(&mut twin);
    Server::start(twin)
}

/// Where the gate posts to, as its first run.
pub(crate) fn target<B: Bench>(server: &Server<B>) -> Target {
    let url = server.url();
    server.twin().target(&url)
}

/// The same for the run after that of `target`.
pub(crate) fn next(target: &Target) -> Target {
    Target { run: RunNumber { run: target.run.run + 1, attempt: 1 }, ..target.clone() }
}

/// Posts an answer of the default gate.
pub(crate) fn send(target: &Target, verdict: Verdict, text: &str, annotations: Vec<Annotation>) -> Posted {
    Told::new(verdict, text, annotations).post(target)
}

/// Posts, and checks that nothing was sent that the specification refuses.
pub(crate) fn put<B: Bench>(server: &Server<B>, target: &Target, told: &Told) -> Posted {
    let posted = told.post(target);
    sound(server);
    posted
}

/// Places of the first `count` findings, sorted.
pub(crate) fn places(count: usize) -> Vec<(String, u32)> {
    let mut places: Vec<_> =
        findings(count).into_iter().map(|finding| (finding.path, finding.start.line)).collect();
    places.sort();
    places
}

/// Places of the annotations that a reviewer of `head` sees, sorted.
pub(crate) fn seen<B: Bench>(server: &Server<B>, head: &str) -> Vec<(String, u32)> {
    let annotations = server.twin().annotations(head);
    let mut places: Vec<_> = annotations.into_iter().map(|seen| (seen.path, seen.line)).collect();
    places.sort();
    places
}

/// The gate's comments on the pull request as a whole.
pub(crate) fn own<B: Bench>(server: &Server<B>) -> Vec<SeenComment> {
    let comments = server.twin().comments();
    comments.into_iter().filter(|comment| comment.author == USER && comment.line.is_none()).collect()
}

/// The gate's only comment.
pub(crate) fn only<B: Bench>(server: &Server<B>) -> SeenComment {
    let mut own = own(server);
    assert_eq!(own.len(), 1, "{own:#?}\n{}", log(server));
    own.remove(0)
}

/// What the merge machinery makes of the signal on `head`.
pub(crate) fn blocks<B: Bench>(server: &Server<B>, head: &str) -> Option<bool> {
    server.twin().blocks(head)
}

/// No request and no answer has broken the specification.
pub(crate) fn sound<B: Bench>(server: &Server<B>) {
    let violations = server.violations();
    assert!(violations.is_empty(), "{violations:#?}");
}

/// The operations of the requests so far, in order; empty for a request that is none.
pub(crate) fn operations<B: Bench>(server: &Server<B>) -> Vec<String> {
    server.requests().into_iter().map(|seen| seen.operation.unwrap_or_default()).collect()
}

/// Requests for `step` that came so far.
pub(crate) fn count<B: Bench>(server: &Server<B>, step: Step) -> usize {
    let operations = B::operations(step);
    server.requests().iter().filter(|seen| operations.iter().any(|operation| seen.is(operation))).count()
}

/// Nothing of the pull request was written since the requests were cleared.
pub(crate) fn nothing_written<B: Bench>(server: &Server<B>) {
    for step in [Step::Create, Step::Update, Step::Signal] {
        assert_eq!(count(server, step), 0, "{step:?}\n{}", log(server));
    }
}

/// The kinds of the failures.
pub(crate) fn kinds(posted: &Posted) -> Vec<HostErrorKind> {
    posted.failures.iter().map(|(_, error)| error.kind).collect()
}

/// The requests, for messages.
pub(crate) fn log<B: Bench>(server: &Server<B>) -> String {
    let requests = server.requests();
    let line = |seen: &gate_tests::contract::Seen| {
        format!(
            "{} {} -> {:?}{}",
            seen.raw.method,
            seen.raw.path,
            seen.status,
            if seen.fault { " (fault)" } else { "" }
        )
    };
    let shown = requests.iter().take(80).map(line).collect::<Vec<_>>().join("\n");
    format!("{} requests:\n{shown}", requests.len())
}

/// Says that a scenario makes no sense at a host, past the test runner, which keeps what passing tests print to itself.
pub(crate) fn not_played(scenario: &str, why: &str) {
    // Without a standard error nobody is left to tell.
    let _ = writeln!(
        std::io::stderr(),
        "\nSKIPPED: {scenario}, at a host that does not say how long to wait: {why}"
    );
}
