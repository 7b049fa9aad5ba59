//! GitHub: the scenarios that all hosts share, and its own.

mod app;
mod checks;
mod comments;
mod tokens;

use gate::host::{Posted, Target};
use gate::model::{Severity, Verdict};
use gate_tests::contract::Server;
use gate_tests::contract::github::Github;
use gate_tests::told::{Told, findings};

use crate::run;

crate::scenarios::all!(gate_tests::contract::github::Github);

/// The answer of a run: verdict, and how many findings.
struct Run(Verdict, usize);

fn start(prepare: impl FnOnce(&mut Github)) -> Server<Github> {
    run::start(prepare)
}

/// Posts the first findings of all: an error, a warning and a note in turn.
fn put(server: &Server<Github>, target: &Target, Run(verdict, count): Run) -> Posted {
    let mut told =
        Told::new(verdict, &format!("{} with {count} findings", verdict.as_str()), findings(count));
    let severities = [Severity::Error, Severity::Warning, Severity::Info];
    for (annotation, severity) in told.annotations.iter_mut().zip(severities.into_iter().cycle()) {
        annotation.severity = severity;
    }
    run::put(server, target, &told)
}

fn count(server: &Server<Github>, operation: &str) -> usize {
    server.requests().iter().filter(|seen| seen.is(operation)).count()
}
