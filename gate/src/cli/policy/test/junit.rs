//! The results as JUnit XML: a suite for each case file, a test for each case.

use gate_sdk::testing::{Difference, Ran};

use super::{Tested, text};
use crate::output::{Names, TestCase, TestOutcome, TestSuite, junit_of_tests};

/// The whole document; the same bytes on every run.
pub(super) fn render(tested: &Tested<'_>) -> String {
    let id = &tested.policy.metadata().id;
    let mut names = Names::default();
    let mut suites = Vec::new();
    for file in &tested.files {
        let path = file.path.display().to_string();
        let class = format!("{id}.{}", file.path.file_stem().unwrap_or_default().to_string_lossy());
        let cases = match &file.cases {
            Err(error) => vec![unreadable(&class, &path, error)],
            Ok(_) => {
                let mine = tested.ran.iter().filter(|ran| ran.path == file.path);
                mine.map(|ran| of_case(ran, &class, &path, &mut names)).collect()
            }
        };
        suites.push(TestSuite { name: path, cases });
    }
    suites.push(TestSuite { name: id.clone(), cases: of_whole(tested, id) });
    suites.retain(|suite| !suite.cases.is_empty());
    junit_of_tests("gate policy test", &suites)
}

fn of_case(ran: &Ran, class: &str, path: &str, names: &mut Names) -> TestCase {
    let outcome = match &ran.result.differences[..] {
        [] => TestOutcome::Passed,
        differences => outcome(differences),
    };
    TestCase {
        class: class.to_owned(),
        name: names.unique(class, ran.case.name.clone()),
        place: Some((path.to_owned(), line(ran.case.line))),
        outcome,
    }
}

/// A case that did not come to an end is broken; every other one that differs has failed.
fn outcome(differences: &[Difference]) -> TestOutcome {
    let lines = text::details(differences);
    let message = lines.first().cloned().unwrap_or_default();
    let text = lines.join("\n");
    match differences.iter().any(|difference| matches!(difference, Difference::Failed(_))) {
        true => TestOutcome::Broken { kind: "policy".to_owned(), message, text },
        false => TestOutcome::Failed { kind: "findings".to_owned(), message, text },
    }
}

fn unreadable(class: &str, path: &str, error: &str) -> TestCase {
    TestCase {
        class: class.to_owned(),
        name: "case file".to_owned(),
        place: Some((path.to_owned(), 1)),
        outcome: TestOutcome::Broken {
            kind: "unreadable".to_owned(),
            message: error.to_owned(),
            text: error.to_owned(),
        },
    }
}

/// What belongs to no file: the manifests, and the coverage where it is asked for.
fn of_whole(tested: &Tested<'_>, id: &str) -> Vec<TestCase> {
    let mut cases = Vec::new();
    let mut push = |name: &str, problems: Vec<String>| {
        let failed = |problems: Vec<String>| TestOutcome::Failed {
            kind: name.to_owned(),
            message: problems.first().cloned().unwrap_or_default(),
            text: problems.join("\n"),
        };
        let outcome = if problems.is_empty() { TestOutcome::Passed } else { failed(problems) };
        cases.push(TestCase { class: id.to_owned(), name: name.to_owned(), place: None, outcome });
    };
    if let Some(manifests) = &tested.manifests {
        push("manifests", manifests.problems());
    }
    if tested.require_coverage {
        let coverage = &tested.coverage;
        let told = |what: &str, names: Vec<&str>| -> Vec<String> {
            names.into_iter().map(|name| format!("{what}: {name}")).collect()
        };
        let unset = coverage.unset.iter().map(String::as_str).collect();
        let parts = [
            told("found by no case", coverage.never()),
            told("found by every case", coverage.always()),
            told("set by no case", unset),
        ];
        push("coverage", parts.concat());
    }
    cases
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
