//! How much the text report shows, what it says once, `--quiet`, links and time: numbers counted by hand.

use std::time::Duration;

use super::sample;
use super::{Format, Links, RenderOptions, render};
use crate::model::{Counts, Finding, RepoPath, Report, Severity, Verdict};

const PLAIN: RenderOptions<'_> = RenderOptions {
    color: false,
    width: 100,
    verbose: false,
    quiet: false,
    summary: false,
    elapsed: None,
    links: None,
};

fn text(report: &Report, options: &RenderOptions<'_>) -> String {
    render(report, Format::Text, options)
}

fn lines_with(text: &str, part: &str) -> usize {
    text.lines().filter(|line| line.contains(part)).count()
}

fn finding(rule: &str, severity: Severity, path: &str, line: u32) -> Finding {
    let mut finding = sample::report().findings.remove(4);
    finding.rule = rule.to_owned();
    finding.severity = severity;
    finding.location.path = RepoPath::from(path);
    (finding.location.start.line, finding.location.end.line) = (line, line);
    (finding.hint, finding.docs, finding.location.excerpt) = (None, None, None);
    finding.message = format!("line {line}");
    finding
}

fn report(findings: Vec<Finding>) -> Report {
    let counts = Counts::of(&findings, Severity::Error);
    let (verdict, exit_code) = match counts.blocking {
        0 => (Verdict::Pass, 0),
        _ => (Verdict::Fail, 1),
    };
    let mut report = Report { counts, verdict, exit_code, findings, ..sample::empty() };
    (report.coverage.files, report.coverage.objects) = (9, 14);
    report
}

/// Of `a/x` 11 warnings in a.yaml and 12 errors in b.yaml, of `a/y` 2 warnings in a.yaml.
fn many() -> Report {
    let mut findings: Vec<_> = (1..=11).map(|at| finding("a/x", Severity::Warning, "a.yaml", at)).collect();
    findings.extend([12, 13].map(|at| finding("a/y", Severity::Warning, "a.yaml", at)));
    findings.extend((1..=12).map(|at| finding("a/x", Severity::Error, "b.yaml", at)));
    report(findings)
}

#[test]
fn ten_of_each_rule_are_shown_errors_first() {
    let text = text(&many(), &PLAIN);
    let head = |line: &&str| line.starts_with("error[") || line.starts_with("warning[");
    let shown: Vec<_> = text.lines().filter(head).collect();
    let expected: Vec<_> = (1..=10)
        .map(|at| format!("error[a/x]: line {at}"))
        .chain([12, 13].map(|at| format!("warning[a/y]: line {at}")))
        .collect();
    assert_eq!(shown, expected);
    let files: Vec<_> = text.lines().filter(|line| line.starts_with(['a', 'b'])).collect();
    assert_eq!(files, ["b.yaml  12 errors (2 not shown)", "a.yaml  13 warnings (11 not shown)"]);
    assert_eq!(lines_with(&text, "Introduced by this change: 12 errors, 13 warnings in 2 files"), 1);
    // 23 of a/x, of which 10 are shown.
    let more = "  … and 13 more of a/x in 2 files (all: gate check --format json, or -v)";
    assert_eq!((lines_with(&text, more), lines_with(&text, "… and")), (1, 1));
    assert_eq!(
        text.lines().last(),
        Some("fail: 12 errors and 13 warnings introduced in 14 objects of 9 files")
    );
}

#[test]
fn a_file_of_which_nothing_is_shown_is_not_named() {
    let mut findings: Vec<_> = (1..=10).map(|at| finding("a/x", Severity::Error, "a.yaml", at)).collect();
    findings.push(finding("a/x", Severity::Error, "z.yaml", 1));
    let text = text(&report(findings), &PLAIN);
    assert_eq!((lines_with(&text, "z.yaml"), lines_with(&text, "not shown")), (0, 0));
    assert_eq!(lines_with(&text, "… and 1 more of a/x in 1 file ("), 1);
}

#[test]
fn verbose_and_all_other_formats_have_everything() {
    let report = many();
    let verbose = text(&report, &RenderOptions { verbose: true, ..PLAIN });
    assert_eq!((lines_with(&verbose, "[a/"), lines_with(&verbose, "… and")), (25, 0));
    let number = |format, part: &str| render(&report, format, &PLAIN).matches(part).count();
    assert_eq!(number(Format::Json, "\"fingerprint\":"), 25);
    assert_eq!(number(Format::Sarif, "\"ruleId\":"), 25);
    assert_eq!(number(Format::Gitlab, "\"fingerprint\":"), 25);
    // The verdict is a test of its own, and so is its failure.
    assert_eq!((number(Format::Junit, "<testcase "), number(Format::Junit, "<failure ")), (26, 13));
}

#[test]
fn what_is_the_same_is_said_once_for_each_rule() {
    let of = |rule: &str, line, hint: &str| {
        let mut finding = finding(rule, Severity::Error, "a.yaml", line);
        finding.hint = Some(hint.to_owned());
        finding.docs = Some("https://docs.example/page".to_owned());
        finding
    };
    let mut report = report(vec![
        of("image-tags/mutable-image-tag", 1, "name a version"),
        of("image-tags/mutable-image-tag", 2, "name a version"),
        of("image-tags/mutable-image-tag", 3, "name another"),
        of("image-tags/odd", 4, "name a version"),
    ]);
    report.rules = sample::report().rules;
    let text = text(&report, &PLAIN);
    assert_eq!(lines_with(&text, "= hint: name a version"), 2, "once for each of two rules");
    assert_eq!(lines_with(&text, "= hint: name another"), 1);
    assert_eq!(lines_with(&text, "= docs: https://docs.example/page"), 2);
    assert_eq!(lines_with(&text, "= why: What was tried out is not what runs."), 2);
    assert_eq!(lines_with(&text, "= object: "), 4);
    assert_eq!(lines_with(&text, "gate explain RULE"), 1);
}

#[test]
fn failures_are_limited_by_kind_and_their_advice_is_said_once() {
    let mut report = sample::report();
    report.findings.clear();
    // The failures of the sample: the third is a kind without a schema.
    let (syntax, no_schema) = (report.failures[0].clone(), report.failures[2].clone());
    report.failures = vec![no_schema; 11].into_iter().chain([syntax.clone(), syntax]).collect();
    let text = text(&report, &PLAIN);
    assert_eq!(
        (lines_with(&text, "incomplete[no-schema]"), lines_with(&text, "incomplete[syntax]")),
        (10, 2)
    );
    assert_eq!(lines_with(&text, "  … and 1 more of no-schema ("), 1);
    assert_eq!(lines_with(&text, "= to do: "), 2);
    assert_eq!(lines_with(&text, "13 checks could not finish: not a pass"), 1);
}

#[test]
fn quiet_says_what_blocks_and_the_verdict() {
    let quiet = RenderOptions { quiet: true, verbose: true, ..PLAIN };
    let passes = report(vec![finding("a/y", Severity::Warning, "a.yaml", 1)]);
    assert_eq!(text(&passes, &quiet), "pass: 1 warning introduced in 14 objects of 9 files\n");
    let fails = text(&many(), &quiet);
    assert!(
        fails.starts_with(
            "Introduced by this change: 12 errors in 1 file\n\nb.yaml  12 errors (2 not shown)\n"
        )
    );
    assert_eq!((lines_with(&fails, "error[a/x]"), lines_with(&fails, "warning[")), (10, 0));
    assert_eq!(
        (lines_with(&fails, "… and 2 more of a/x in 1 file ("), lines_with(&fails, "Checked")),
        (1, 0)
    );
    assert_eq!(
        fails.lines().last(),
        Some("fail: 12 errors and 13 warnings introduced in 14 objects of 9 files")
    );
    let sample = text(&sample::report(), &quiet);
    assert_eq!((lines_with(&sample, "error["), lines_with(&sample, "incomplete[")), (3, 9));
}

#[test]
fn time_is_in_the_last_line_of_the_text_and_nowhere_else() {
    let timed = RenderOptions { elapsed: Some(Duration::from_millis(64)), ..PLAIN };
    let shown = text(&many(), &timed);
    assert_eq!(
        shown.lines().last(),
        Some("fail: 12 errors and 13 warnings introduced in 14 objects of 9 files, 0.06 s")
    );
    assert_eq!(lines_with(&shown, "0.06 s"), 1);
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Text) {
        assert_eq!(render(&many(), format, &timed), render(&many(), format, &PLAIN), "{}", format.as_str());
    }
}

/// Two files and six places of findings (one is a note's), one of a failure; of five findings, the rule of one has no page.
#[test]
fn links_lead_to_files_and_rules_and_add_nothing_else() {
    let linked = RenderOptions { links: Some(Links { files: Some("file:///srv/repo/") }), ..PLAIN };
    let (with, without) = (text(&sample::report(), &linked), text(&sample::report(), &PLAIN));
    let mut rest = with.as_str();
    let (mut stripped, mut targets) = (String::new(), Vec::new());
    while let Some((before, after)) = rest.split_once("\x1b]8;;") {
        let (target, after) = after.split_once("\x1b\\").unwrap();
        stripped.push_str(before);
        targets.push(target);
        rest = after;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, without);
    assert!(targets.iter().all(|target| target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'[')));
    let number = |part: &str| targets.iter().filter(|target| target.starts_with(part)).count();
    assert_eq!(number("file:///srv/repo/"), 2 + 6 + 1);
    assert_eq!(number("file:///srv/repo/%3A%3Aerror%3A%3A/a%20b%23%1B%5B2J%FF%25.yaml"), 2);
    assert_eq!(number("https://example.com/rules#mutable-image-tag"), 1);
    assert_eq!(number("https://github.com/gitops-gate/gitops-gate/blob/main/docs/rules.md#"), 3);
    // Each is closed by an empty one.
    assert_eq!((targets.iter().filter(|target| target.is_empty()).count(), targets.len()), (13, 26));
}

#[test]
fn long_sentences_hang_under_their_beginning() {
    let mut finding = finding("a/x", Severity::Error, "a.yaml", 1);
    finding.message = "aaaa ".repeat(20).trim_end().to_owned();
    finding.hint = Some("bbbb ".repeat(20).trim_end().to_owned());
    let text = text(&report(vec![finding]), &RenderOptions { width: 60, ..PLAIN });
    let block: Vec<_> = text.lines().filter(|line| line.contains("aaaa") || line.contains("bbbb")).collect();
    assert_eq!(
        block,
        [
            // 12 columns and 9 words of 4, 8 spaces between them: 56; a tenth word would end in column 61.
            format!("error[a/x]: {}", ["aaaa"; 9].join(" ")),
            format!("  {}", ["aaaa"; 11].join(" ")),
            // The line number is one column wide: 10 columns before the text, 6 before the rest of it.
            format!("  = hint: {}", ["bbbb"; 10].join(" ")),
            format!("      {}", ["bbbb"; 10].join(" ")),
        ]
    );
}
