//! JUnit XML as CI servers read it. JUnit knows no warnings: a test fails if a finding blocks, is an error if a check could
//! not finish, and is skipped, with the reason, if a finding does not block. A test named `verdict` stands for the run, so
//! that the colour of the suites is that of the exit code.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::xml::{attribute, content};
use super::{sums, words};
use crate::model::{CheckFailure, Finding, Location, ObjectId, RepoPath, Report, Status, Verdict};
use crate::text::shorten;

/// Code points of a message or a name.
const MAX_TEXT: usize = 4_000;

/// How a test ended; `message` is its short text, `text` its long one.
enum Outcome {
    Passed,
    Failed { kind: String, message: String, text: String },
    Broken { kind: String, message: String, text: String },
    Skipped(String),
}

/// One test: a finding, a failure or the verdict.
struct Case<'a> {
    class: String,
    name: String,
    place: Option<&'a Location>,
    outcome: Outcome,
}

#[derive(Default, Clone, Copy)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Totals {
    fn of(cases: &[Case<'_>]) -> Self {
        let number = |is: fn(&Outcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
        Self {
            tests: cases.len(),
            failures: number(|outcome| matches!(outcome, Outcome::Failed { .. })),
            errors: number(|outcome| matches!(outcome, Outcome::Broken { .. })),
            skipped: number(|outcome| matches!(outcome, Outcome::Skipped(_))),
        }
    }

    fn add(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }

    fn attributes(self) -> String {
        let Self { tests, failures, errors, skipped } = self;
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

/// One suite for the run and one for each file.
pub(super) fn render(report: &Report) -> String {
    let suites = suites(report);
    let totals = suites.iter().map(|(_, cases)| Totals::of(cases)).fold(Totals::default(), Totals::add);
    let name = attribute(&report.tool.name);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {}>\n",
        totals.attributes()
    );
    for (name, cases) in &suites {
        suite(&mut out, name, cases);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suites(report: &Report) -> Vec<(String, Vec<Case<'_>>)> {
    let mut names = Names::default();
    let mut of_run = vec![verdict(report)];
    let mut of_files: BTreeMap<&RepoPath, Vec<Case<'_>>> = BTreeMap::new();
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
    let of_files = of_files.into_iter().map(|(path, cases)| (path.to_string(), cases));
    std::iter::once((report.tool.name.clone(), of_run)).chain(of_files).collect()
}

fn verdict(report: &Report) -> Case<'_> {
    let message = format!("{}: {}", sums::verdict(report.verdict), sums::numbers(report));
    let text = words::exit_code(report);
    let kind = report.verdict.as_str().to_owned();
    let outcome = match (report.verdict, sums::nothing(report)) {
        (Verdict::Fail, _) => Outcome::Failed { kind, message, text },
        (Verdict::Incomplete, _) => Outcome::Broken { kind, message, text },
        (Verdict::Pass, Some(nothing)) => Outcome::Skipped(nothing),
        (Verdict::Pass, None) => Outcome::Passed,
    };
    Case { class: report.tool.name.clone(), name: "verdict".to_owned(), place: None, outcome }
}

fn of_finding<'a>(finding: &'a Finding, report: &Report, names: &mut Names) -> Case<'a> {
    let class = finding.rule.replace('/', ".");
    let message = format!("{}: {}", finding.severity.as_str(), finding.message);
    let outcome = match (finding.status, &finding.waived) {
        (Status::Fixed, _) => Outcome::Passed,
        (Status::Existing, _) => Outcome::Skipped(format!("existing, not blocking: {message}")),
        (_, Some(waived)) => Outcome::Skipped(format!("waived {}: {message}", words::waived(waived))),
        (_, None) if finding.severity < report.block_on => {
            Outcome::Skipped(format!("not blocking: {message}"))
        }
        (_, None) => Outcome::Failed { kind: finding.rule.clone(), message, text: details(finding) },
    };
    let name = names.unique(&class, name(Some(&finding.location), finding.object.as_ref()));
    Case { class, name, place: Some(&finding.location), outcome }
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
    for line in [environment, hint, fix].into_iter().flatten() {
        text.push('\n');
        text.push_str(&line);
    }
    text
}

fn of_failure<'a>(failure: &'a CheckFailure, names: &mut Names) -> Case<'a> {
    let kind = words::failure_kind(failure.kind);
    let class = format!("incomplete.{kind}");
    let subject = name(failure.location.as_ref(), failure.object.as_ref());
    let name = names.unique(&class, format!("{} {subject}", failure.check).trim_end().to_owned());
    let message = format!("check could not finish: {}: {}", failure.check, failure.message);
    let text = format!("to do: {}", words::advice(failure));
    let outcome = Outcome::Broken { kind: kind.to_owned(), message, text };
    Case { class, name, place: failure.location.as_ref(), outcome }
}

fn suite(out: &mut String, name: &str, cases: &[Case<'_>]) {
    let name = attribute(&shorten(name, MAX_TEXT));
    let _ = writeln!(out, "  <testsuite name=\"{name}\" {}>", Totals::of(cases).attributes());
    cases.iter().for_each(|case| write_case(out, case));
    out.push_str("  </testsuite>\n");
}

fn write_case(out: &mut String, case: &Case<'_>) {
    let short = |text: &str| attribute(&shorten(text, MAX_TEXT));
    let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", short(&case.class), short(&case.name));
    if let Some(place) = case.place {
        let path = short(&place.path.to_string());
        let _ = write!(out, " file=\"{path}\" line=\"{}\"", place.start.line.max(1));
    }
    let (element, kind, message, text) = match &case.outcome {
        Outcome::Passed => return out.push_str("/>\n"),
        Outcome::Skipped(message) => {
            let _ = writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", short(message));
            return;
        }
        Outcome::Failed { kind, message, text } => ("failure", kind, message, text),
        Outcome::Broken { kind, message, text } => ("error", kind, message, text),
    };
    let (kind, message, text) = (short(kind), short(message), content(&shorten(text, MAX_TEXT)));
    let _ = writeln!(
        out,
        ">\n      <{element} type=\"{kind}\" message=\"{message}\">{text}</{element}>\n    </testcase>"
    );
}

/// Names that were given out: of equal ones in a class, the second gets a number.
#[derive(Default)]
struct Names(HashMap<(String, String), usize>);

impl Names {
    fn unique(&mut self, class: &str, name: String) -> String {
        let number = self.0.entry((class.to_owned(), name.clone())).or_default();
        *number += 1;
        if *number == 1 { name } else { format!("{name} ({number})") }
    }
}
