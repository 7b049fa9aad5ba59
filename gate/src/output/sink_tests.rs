//! The formats for CI servers and pull requests on the shared sample: snapshots, and beside them numbers that were counted
//! by hand.

use quick_xml::events::Event;
use serde_json::Value;

use super::issues::PER_LEVEL;
use super::{Format, RenderOptions, render, sample};
use crate::model::{Report, Severity, Status, Verdict};

fn write(report: &Report, format: Format) -> String {
    render(report, format, &RenderOptions::default())
}

/// Elements of `xml` with their attributes, in order; fails where it is not well-formed.
pub(super) fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    let mut open = 0_i32;
    loop {
        let event = reader.read_event().unwrap();
        open += i32::from(matches!(event, Event::Start(_))) - i32::from(matches!(event, Event::End(_)));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                found.push((start.name().as_ref().to_owned(), attributes.collect()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0);
    found
}

fn attribute<'a>(element: &'a (String, Vec<(String, String)>), key: &str) -> &'a str {
    let found = element.1.iter().find(|(name, _)| name == key);
    found.map_or_else(|| panic!("no {key} in {element:?}"), |(_, value)| value.as_str())
}

#[test]
fn junit() {
    let text = write(&sample::report(), Format::Junit);
    let elements = elements(&text);
    let named = |name: &str| elements.iter().filter(|element| element.0 == name).collect::<Vec<_>>();
    // The verdict, 9 failures, 8 findings, 2 resources that are valid and 2 that were skipped.
    assert_eq!(named("testcase").len(), 22);
    assert_eq!(named("testsuite").len(), 8);
    // Three findings that block, and the verdict.
    assert_eq!(named("failure").len(), 4);
    assert_eq!(named("error").len(), 9);
    // An info, a warning, an existing and a waived one, and 2 resources; the fixed one is a pass.
    assert_eq!(named("skipped").len(), 6);
    let total = named("testsuites")[0];
    let numbers = ["tests", "failures", "errors", "skipped"].map(|key| attribute(total, key));
    assert_eq!(numbers, ["22", "4", "9", "6"]);
    let case = named("testcase")
        .into_iter()
        .find(|case| attribute(case, "name").contains("prod/web.yaml Deployment/shop/web /spec"))
        .unwrap();
    assert_eq!(attribute(case, "classname"), "image-tags.mutable-image-tag");
    assert_eq!((attribute(case, "file"), attribute(case, "line")), ("apps/prod/web.yaml", "19"));
    insta::assert_snapshot!(text);
}

/// What the schema of Jenkins' xUnit plugin (junit-10.xsd) allows, and beyond it what GitLab and others read: the place of
/// a test, and how many were skipped of all.
#[test]
fn junit_has_only_what_its_readers_know() {
    const KNOWN: [(&str, &[&str], &[&str], &str); 6] = [
        ("testsuites", &["name", "tests", "failures", "errors", "skipped"], &["name"], ""),
        (
            "testsuite",
            &["name", "tests", "failures", "errors", "skipped"],
            &["name", "tests", "failures", "errors"],
            "testsuites",
        ),
        ("testcase", &["name", "classname", "file", "line"], &["name", "classname"], "testsuite"),
        ("failure", &["type", "message"], &["type", "message"], "testcase"),
        ("error", &["type", "message"], &["type", "message"], "testcase"),
        ("skipped", &["message"], &["message"], "testcase"),
    ];
    for report in [sample::report(), sample::empty()] {
        let elements = elements(&write(&report, Format::Junit));
        assert_eq!(elements[0].0, "testsuites");
        let mut parents: std::collections::BTreeMap<&str, usize> = [("", 0)].into();
        for (at, element) in elements.iter().enumerate() {
            let (name, known, required, parent) =
                KNOWN.iter().find(|(name, ..)| *name == element.0).unwrap_or_else(|| panic!("{element:?}"));
            let keys: Vec<&str> = element.1.iter().map(|(key, _)| key.as_str()).collect();
            assert!(keys.iter().all(|key| known.contains(key)), "{element:?}");
            assert!(required.iter().all(|key| keys.contains(key)), "{element:?}");
            assert!(parents.contains_key(parent), "{element:?}");
            // A test has one outcome.
            assert!(*parent != "testcase" || parents[parent] == at - 1, "{element:?}");
            parents.insert(name, at);
        }
    }
}

/// What GitLab asks of an issue, and what its widget needs: a severity that it knows, paths relative to the repository.
#[test]
fn gitlab_issues_have_what_gitlab_asks_for() {
    let severities = ["info", "minor", "major", "critical", "blocker"];
    for report in [sample::report(), many(300)] {
        let issues: Vec<Value> = serde_json::from_str(&write(&report, Format::Gitlab)).unwrap();
        assert!(issues.len() > 10);
        let mut prints = std::collections::BTreeSet::new();
        for issue in &issues {
            let text = |key: &str| issue[key].as_str().filter(|text| !text.is_empty()).unwrap();
            assert!(!text("description").contains('\n') && text("description").chars().count() <= 1_000);
            assert!(severities.contains(&text("severity")) && text("check_name").contains('/'));
            assert!(prints.insert(text("fingerprint").to_owned()), "{issue}");
            let path = issue["location"]["path"].as_str().unwrap();
            assert!(!path.is_empty() && !path.starts_with(['/', '.']), "{path}");
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        }
    }
}

/// The run's own test has the colour of the exit code, also where nothing else is tested.
#[test]
fn junit_has_the_colour_of_the_verdict() {
    let mut report = sample::empty();
    assert!(write(&report, Format::Junit).contains("<skipped message=\"NOTHING WAS CHECKED"));
    report.coverage.objects = 1;
    assert!(write(&report, Format::Junit).contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""));
    (report.verdict, report.exit_code) = (Verdict::Incomplete, 3);
    assert!(write(&report, Format::Junit).contains("tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""));
    (report.verdict, report.exit_code) = (Verdict::Fail, 1);
    assert!(write(&report, Format::Junit).contains("tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""));
}

#[test]
fn github() {
    let text = write(&sample::report(), Format::Github);
    let number = |level: &str| text.lines().filter(|line| line.starts_with(level)).count();
    // Seven of nine failures and three findings; the verdict is the second notice.
    assert_eq!((number("::error "), number("::warning "), number("::notice ")), (10, 1, 2));
    assert_eq!(text.lines().count(), 13);
    let place = "file=apps/prod/web.yaml,line=19,endLine=19,col=16,endColumn=28";
    let head = format!("::error {place},title=image-tags/mutable-image-tag::image `nginx:latest` has");
    assert_eq!(text.lines().filter(|line| line.starts_with(&head)).count(), 1);
    // The span ends before the first character of line 44.
    assert!(text.contains("file=apps/prod/web.yaml,line=41,endLine=43,title=plaintext-secrets/"));
    assert!(text.lines().last().unwrap().contains("%0A2 more issues are not shown here"));
    insta::assert_snapshot!(text);
}

#[test]
fn azure() {
    let text = write(&sample::report(), Format::Azure);
    let number = |kind: &str| text.matches(&format!("##vso[task.logissue type={kind};")).count();
    assert_eq!((number("error"), number("warning")), (10, 1));
    // Eleven issues, the verdict, four effects and their title, two notices, the number of what is not shown.
    assert_eq!(text.lines().count(), 20);
    assert!(text.contains("\ngitops-gate: weakens: severity of image-tags/mutable-image-tag: error → off\n"));
    assert!(text.contains("sourcepath=apps/prod/web.yaml;linenumber=19;columnnumber=16;code=image-tags/"));
    assert!(text.contains("\ngitops-gate: 3 more issues are not shown here"));
    insta::assert_snapshot!(text);
}

#[test]
fn gitlab() {
    let text = write(&sample::report(), Format::Gitlab);
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    // 9 failures; of 8 findings all but the fixed and the waived one.
    assert_eq!(issues.len(), 15);
    let number = |severity: &str| issues.iter().filter(|issue| issue["severity"] == severity).count();
    assert_eq!((number("blocker"), number("critical"), number("minor"), number("info")), (9, 4, 1, 1));
    let fingerprints: std::collections::BTreeSet<_> =
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), 15);
    let place = serde_json::json!({ "path": "apps/prod/web.yaml", "lines": { "begin": 19 } });
    assert_eq!(issues.iter().filter(|issue| issue["location"] == place).count(), 1);
    insta::assert_snapshot!(text);
}

#[test]
fn gitlab_fingerprints_know_the_path_and_not_the_line() {
    let fingerprint = |change: &dyn Fn(&mut Report)| {
        let mut report = sample::empty();
        report.findings = vec![sample::report().findings.remove(1)];
        change(&mut report);
        let issues: Value = serde_json::from_str(&write(&report, Format::Gitlab)).unwrap();
        issues[0]["fingerprint"].as_str().unwrap().to_owned()
    };
    let same = fingerprint(&|_| {});
    assert_eq!(same.len(), 32);
    assert_eq!(same, fingerprint(&|report| report.findings[0].location.start.line = 77));
    assert_ne!(same, fingerprint(&|report| report.findings[0].location.path = "x.yaml".into()));
}

/// `number` findings that count, each in a place of its own; every fourth is an error.
pub(super) fn many(number: u32) -> Report {
    let mut report = sample::report();
    let one = report.findings.remove(1);
    report.findings = (0..number)
        .map(|at| {
            let mut finding = one.clone();
            finding.severity = if at % 4 == 3 { Severity::Error } else { Severity::Warning };
            finding.status = Status::Introduced;
            finding.location.path = format!("apps/prod/{at:04}.yaml").as_str().into();
            finding
        })
        .collect();
    report.counts = crate::model::Counts::of(&report.findings, Severity::Error);
    report
}

#[test]
fn runners_get_what_they_show_worst_first() {
    let report = many(1_200);
    let text = write(&report, Format::Github);
    let errors: Vec<_> = text.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), PER_LEVEL);
    assert_eq!(errors.iter().filter(|line| line.contains("could not finish")).count(), 3);
    assert!(errors[3].contains("apps/prod/0003.yaml") && errors[9].contains("apps/prod/0027.yaml"));
    assert_eq!(text.matches("::warning ").count(), PER_LEVEL);
    // 1,200 findings and 9 failures less twenty.
    assert!(text.contains("1189 more issues are not shown here"));
    let azure = write(&report, Format::Azure);
    assert_eq!(azure.matches("##vso[").count(), 2 * PER_LEVEL);
}

#[test]
fn tap() {
    let options = RenderOptions { summary: true, ..RenderOptions::default() };
    let text = render(&sample::report(), Format::Tap, &options);
    let number = |head: &str| text.lines().filter(|line| line.starts_with(head)).count();
    // Five resources, of which two have findings that block; nine failures; the verdict.
    assert_eq!((number("ok "), number("not ok "), number("1..15")), (3, 12, 1));
    assert_eq!(text.lines().filter(|line| line.ends_with(" # SKIP nothing was checked")).count(), 2);
    assert_eq!(
        number("# Summary: 6 resources found in 5 files - Valid: 2, Invalid: 1, Errors: 1, Skipped: 2"),
        1
    );
    assert!(text.contains("\nok 4 - apps/stage/cache.yaml (apps/v1/Deployment/shop/web)\n"));
    assert!(
        text.contains(
            "\nnot ok 3 - apps/prod/web.yaml (v1/Secret//token): a private key in clear (line 41)\n"
        )
    );
    insta::assert_snapshot!(text);
}

#[test]
fn tap_has_the_colour_of_the_verdict() {
    let mut report = sample::empty();
    let write = |report: &Report| write(report, Format::Tap);
    assert!(write(&report).contains("\nok 1 - verdict PASS: nothing introduced; nothing was checked # SKIP"));
    report.coverage.objects = 1;
    assert!(write(&report).contains("\nok 1 - verdict PASS: nothing introduced; 1 object judged\n1..1\n"));
    (report.verdict, report.exit_code) = (Verdict::Incomplete, 3);
    assert!(write(&report).contains("\nnot ok 1 - verdict INCOMPLETE: "));
}

#[test]
fn pretty() {
    let options = RenderOptions { summary: true, color: true, ..RenderOptions::default() };
    let text = render(&sample::report(), Format::Pretty, &options);
    // Two resources, nine failures and the verdict.
    assert_eq!(text.lines().filter(|line| line.contains("✖")).count(), 12);
    assert!(!text.contains("✔"));
    let all = render(&sample::report(), Format::Pretty, &RenderOptions { verbose: true, ..options });
    assert_eq!((all.matches("✔").count(), all.lines().filter(|line| line.contains("m- ")).count()), (1, 2));
    insta::assert_snapshot!(all.replace('\x1b', "␛"));
}
