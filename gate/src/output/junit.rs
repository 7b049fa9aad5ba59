//! JUnit XML as CI servers read it. JUnit knows no warnings: a test fails if a finding blocks, is an error if a check could
//! not finish, and is skipped, with the reason, if a finding does not block. A test named `verdict` stands for the run, so
//! that the colour of the suites is that of the exit code.

use std::collections::BTreeMap;

use super::suites::{Names, TestCase, TestOutcome, TestSuite};
use super::{sums, words};
use crate::model::{
    CheckFailure, Finding, Location, ObjectId, Outcome, RepoPath, Report, Resource, Status, Verdict,
};

/// One suite for the run and one for each file.
pub(super) fn render(report: &Report) -> String {
    super::suites::junit(&report.tool.name, &suites(report))
}

fn suites(report: &Report) -> Vec<TestSuite> {
    let mut names = Names::default();
    let mut of_run = vec![verdict(report)];
    let mut of_files: BTreeMap<&RepoPath, Vec<TestCase>> = BTreeMap::new();
    for failure in &report.failures {
        let case = of_failure(failure, &mut names);
        match &failure.location {
            Some(place) => of_files.entry(&place.path).or_default().push(case),
            None => of_run.push(case),
        }
    }
    for finding in &report.findings {
        let case = of_finding(finding, report, &mut names);
        of_files.entry(&finding.location.path).or_default().push(case);
    }
    let list = report.coverage.resources.iter().flat_map(|resources| &resources.list);
    for resource in list {
        let case = of_resource(resource, &mut names);
        of_files.entry(&resource.path).or_default().extend(case);
    }
    let of_run = TestSuite { name: report.tool.name.clone(), cases: of_run };
    let of_files = of_files.into_iter().map(|(path, cases)| TestSuite { name: path.to_string(), cases });
    std::iter::once(of_run).chain(of_files).collect()
}

fn verdict(report: &Report) -> TestCase {
    let message = format!("{}: {}", sums::verdict(report.verdict), sums::numbers(report));
    let text = words::exit_code(report);
    let kind = report.verdict.as_str().to_owned();
    let outcome = match (report.verdict, sums::nothing(report)) {
        (Verdict::Fail, _) => TestOutcome::Failed { kind, message, text },
        (Verdict::Incomplete, _) => TestOutcome::Broken { kind, message, text },
        (Verdict::Pass, Some(nothing)) => TestOutcome::Skipped(nothing),
        (Verdict::Pass, None) => TestOutcome::Passed,
    };
    TestCase { class: report.tool.name.clone(), name: "verdict".to_owned(), place: None, outcome }
}

fn of_finding(finding: &Finding, report: &Report, names: &mut Names) -> TestCase {
    let class = finding.rule.replace('/', ".");
    let message = format!("{}: {}", finding.severity.as_str(), finding.message);
    let outcome = match (finding.status, &finding.waived) {
        (Status::Fixed, _) => TestOutcome::Passed,
        (Status::Existing, _) => TestOutcome::Skipped(format!("existing, not blocking: {message}")),
        (_, Some(waived)) => TestOutcome::Skipped(format!("waived {}: {message}", words::waived(waived))),
        (_, None) if finding.severity < report.block_on => {
            TestOutcome::Skipped(format!("not blocking: {message}"))
        }
        (_, None) => TestOutcome::Failed { kind: finding.rule.clone(), message, text: details(finding) },
    };
    let name = names.unique(&class, name(Some(&finding.location), finding.object.as_ref()));
    TestCase { class, name, place: Some(place(&finding.location)), outcome }
}

/// A resource that is in order, or that no schema was asked of; the findings and failures of others are tests already.
fn of_resource(resource: &Resource, names: &mut Names) -> Option<TestCase> {
    let outcome = match resource.outcome {
        Outcome::Valid => TestOutcome::Passed,
        Outcome::Skipped => TestOutcome::Skipped("no schema was asked".to_owned()),
        Outcome::Invalid | Outcome::Error => return None,
    };
    let class = "resource".to_owned();
    let object = &resource.object;
    let name = format!("{} {object} {}", resource.path, object.api_version);
    let name = names.unique(&class, name);
    Some(TestCase { class, name, place: Some((resource.path.to_string(), resource.line)), outcome })
}

/// `apps/web.yaml Deployment/shop/web /spec/replicas`: no line in it, so that servers recognise a test of an earlier run.
fn name(location: Option<&Location>, object: Option<&ObjectId>) -> String {
    let path = location.map(|place| place.path.to_string());
    let pointer = location.map(|place| place.pointer.clone()).filter(|pointer| !pointer.is_empty());
    [path, object.map(ToString::to_string), pointer].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Where and what to do, in lines.
fn details(finding: &Finding) -> String {
    let place = &finding.location;
    let mut text = format!("{}:{}:{}", place.path, place.start.line, place.start.column);
    let environment = finding.environment.as_ref().map(|name| format!("environment: {name}"));
    let hint = finding.hint.as_ref().map(|hint| format!("hint: {hint}"));
    let fix = finding.fix.as_ref().map(|fix| format!("fix: {}", fix.description));
    let docs = finding.docs.as_ref().map(|docs| format!("docs: {docs}"));
    let waiver = finding.unwaived.as_ref().map(|unwaived| format!("waiver: {}", unwaived.message));
    for line in [environment, hint, fix, docs, waiver].into_iter().flatten() {
        text.push('\n');
        text.push_str(&line);
    }
    text
}

fn of_failure(failure: &CheckFailure, names: &mut Names) -> TestCase {
    let kind = words::failure_kind(failure.kind);
    let class = format!("incomplete.{kind}");
    let subject = name(failure.location.as_ref(), failure.object.as_ref());
    let name = names.unique(&class, format!("{} {subject}", failure.check).trim_end().to_owned());
    let message = format!("check could not finish: {}: {}", failure.check, failure.message);
    let text = format!("to do: {}", words::advice(failure));
    let outcome = TestOutcome::Broken { kind: kind.to_owned(), message, text };
    TestCase { class, name, place: failure.location.as_ref().map(place), outcome }
}

fn place(location: &Location) -> (String, u32) {
    (location.path.to_string(), location.start.line)
}
