//! JUnit XML of tests of any kind, as CI servers read it: suites of cases, each passed, failed, broken or skipped.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::xml::{attribute, content};
use crate::text::shorten;

/// Code points of a message or a name.
const MAX_TEXT: usize = 4_000;

/// Tests that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSuite {
    /// Such as the file that they are in.
    pub name: String,
    /// In the order in which they are shown.
    pub cases: Vec<TestCase>,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// What servers group it by: words with dots between them.
    pub class: String,
    /// Unique in its class (see [`Names`]), and the same in every run.
    pub name: String,
    /// File and line, 1-based.
    pub place: Option<(String, u32)>,
    /// How it ended.
    pub outcome: TestOutcome,
}

/// How a test ended; `message` is its short text, `text` its long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// As it should.
    Passed,
    /// Not as it should.
    Failed {
        /// One word.
        kind: String,
        /// Short.
        message: String,
        /// Long.
        text: String,
    },
    /// It did not come to an end.
    Broken {
        /// One word.
        kind: String,
        /// Short.
        message: String,
        /// Long.
        text: String,
    },
    /// Not run, or it does not count; and why.
    Skipped(String),
}

#[derive(Default, Clone, Copy)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Totals {
    fn of(cases: &[TestCase]) -> Self {
        let number = |is: fn(&TestOutcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
        Self {
            tests: cases.len(),
            failures: number(|outcome| matches!(outcome, TestOutcome::Failed { .. })),
            errors: number(|outcome| matches!(outcome, TestOutcome::Broken { .. })),
            skipped: number(|outcome| matches!(outcome, TestOutcome::Skipped(_))),
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

/// Writes `suites`, which together are called `name`. All text is cleaned and escaped here.
pub fn junit(name: &str, suites: &[TestSuite]) -> String {
    let totals = suites.iter().map(|suite| Totals::of(&suite.cases)).fold(Totals::default(), Totals::add);
    let name = attribute(name);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {}>\n",
        totals.attributes()
    );
    for TestSuite { name, cases } in suites {
        suite(&mut out, name, cases);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, name: &str, cases: &[TestCase]) {
    let name = attribute(&shorten(name, MAX_TEXT));
    let _ = writeln!(out, "  <testsuite name=\"{name}\" {}>", Totals::of(cases).attributes());
    cases.iter().for_each(|case| write_case(out, case));
    out.push_str("  </testsuite>\n");
}

fn write_case(out: &mut String, case: &TestCase) {
    let short = |text: &str| attribute(&shorten(text, MAX_TEXT));
    let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", short(&case.class), short(&case.name));
    if let Some((path, line)) = &case.place {
        let _ = write!(out, " file=\"{}\" line=\"{}\"", short(path), line.max(&1));
    }
    let (element, kind, message, text) = match &case.outcome {
        TestOutcome::Passed => return out.push_str("/>\n"),
        TestOutcome::Skipped(message) => {
            let _ = writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", short(message));
            return;
        }
        TestOutcome::Failed { kind, message, text } => ("failure", kind, message, text),
        TestOutcome::Broken { kind, message, text } => ("error", kind, message, text),
    };
    let (kind, message, text) = (short(kind), short(message), content(&shorten(text, MAX_TEXT)));
    let _ = writeln!(
        out,
        ">\n      <{element} type=\"{kind}\" message=\"{message}\">{text}</{element}>\n    </testcase>"
    );
}

/// Names that were given out: of equal ones in a class, the second gets a number.
#[derive(Debug, Default)]
pub struct Names(HashMap<(String, String), usize>);

impl Names {
    /// `name`, with a number behind it if the class has it already.
    pub fn unique(&mut self, class: &str, name: String) -> String {
        let number = self.0.entry((class.to_owned(), name.clone())).or_default();
        *number += 1;
        if *number == 1 { name } else { format!("{name} ({number})") }
    }
}
