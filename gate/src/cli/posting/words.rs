//! What became of an answer that was put on a pull request, in words.

use super::Place;
use crate::cli::surroundings::defused;
use crate::host::{Outcome, Posted};

/// One line for the log.
pub(in crate::cli) fn words(place: &Place, posted: &Posted) -> String {
    let place = place.name();
    let line = match &posted.outcome {
        Outcome::Done => done(&place, posted),
        Outcome::Unchanged => format!("{place} has this very answer already"),
        Outcome::Stale { newer } => {
            format!("not posted: {place} has a newer head, {newer}, whose own run answers")
        }
        Outcome::Overtaken { run } => {
            format!("not posted: run {}.{} of the same commit has answered on {place}", run.run, run.attempt)
        }
        Outcome::Closed => format!("not posted: {place} is merged or closed"),
    };
    format!("{}\n", defused(&line))
}

fn done(place: &str, posted: &Posted) -> String {
    let parts = [
        posted.signal.then(|| "status set".to_owned()),
        posted.comment.then(|| "comment written".to_owned()),
        number(posted.annotations, "annotation put", "annotations put"),
        number(
            posted.left_out,
            "annotation left out for want of room",
            "annotations left out for want of room",
        ),
        number(posted.resolved, "thread resolved", "threads resolved"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        format!("nothing could be posted to {place}")
    } else {
        format!("{place}: {}", parts.join(", "))
    }
}

fn number(number: usize, one: &str, many: &str) -> Option<String> {
    (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }))
}

/// The steps that failed, each with what to do.
pub(in crate::cli) fn failures(posted: &Posted) -> Vec<(String, Option<String>)> {
    let failures = posted.failures.iter();
    failures.map(|(step, error)| (format!("{step} failed: {error}"), error.hint.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::host::{HostError, HostErrorKind, HostKind, RunNumber, Target};

    fn target(number: Option<u64>) -> Place {
        Place::Host(Box::new(Target {
            kind: HostKind::Github,
            api: "https://api.github.com".to_owned(),
            repository: "octo-org/shop".to_owned(),
            number,
            head: "2b".repeat(20),
            pipeline: None,
            source_project: None,
            from_fork: None,
            token: None,
            user: None,
            acts_as: None,
            run: RunNumber::default(),
            run_url: None,
            local_proxy: None,
            budget: Duration::from_secs(30),
        }))
    }

    #[test]
    fn every_outcome_has_its_words() {
        let posted = Posted {
            signal: true,
            comment: true,
            annotations: 12,
            left_out: 1,
            resolved: 2,
            ..Posted::default()
        };
        assert_eq!(
            words(&target(Some(7)), &posted),
            "GitHub, pull request 7 of octo-org/shop: status set, comment written, 12 annotations put, 1 annotation left \
             out for want of room, 2 threads resolved\n"
        );
        let outcome = |outcome| words(&target(Some(7)), &Posted { outcome, ..Posted::default() });
        let place = "GitHub, pull request 7 of octo-org/shop";
        assert_eq!(outcome(Outcome::Done), format!("nothing could be posted to {place}\n"));
        assert_eq!(outcome(Outcome::Unchanged), format!("{place} has this very answer already\n"));
        assert_eq!(outcome(Outcome::Closed), format!("not posted: {place} is merged or closed\n"));
        let newer = Outcome::Stale { newer: "c0ffee\u{1b}".to_owned() };
        assert_eq!(
            outcome(newer),
            format!("not posted: {place} has a newer head, c0ffee\u{fffd}, whose own run answers\n")
        );
        let run = Outcome::Overtaken { run: RunNumber { run: 5, attempt: 2 } };
        assert_eq!(outcome(run), format!("not posted: run 5.2 of the same commit has answered on {place}\n"));
        assert!(words(&target(None), &posted).starts_with("GitHub, commit 2b2b"));
    }

    #[test]
    fn failures_say_which_step_and_what_to_do() {
        let error = HostError::new(HostErrorKind::Forbidden, "POST /x: 403 Forbidden")
            .hint("give the token more rights");
        let posted = Posted { failures: vec![("setting the status", error)], ..Posted::default() };
        let expected = (
            "setting the status failed: POST /x: 403 Forbidden".to_owned(),
            Some("give the token more rights".to_owned()),
        );
        assert_eq!(failures(&posted), [expected]);
    }
}
