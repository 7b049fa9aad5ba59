//! Every format for machines of others on a report that is hostile in each of its fields.

use proptest::prelude::*;

use super::sink_tests::elements;
use super::{Format, RenderOptions, render, sample};
use crate::model::{Excerpt, ObjectId, RepoPath, Report, Waived, WaiverOrigin};

/// What people have smuggled through reports, one by one and together.
pub(super) const EVIL: [&str; 16] = [
    "\x1b[31m\x1b]8;;https://evil.example\x07x",
    "\u{202e}gpj.exe\u{2066}",
    "\n::error file=x::owned\r\n::stop-commands::x",
    "##vso[task.setvariable variable=a]b ##[error]x",
    "</code></summary></details><script>alert(1)</script><img src=x onerror=alert(1)>",
    "@everyone @org/team !1 #1 GH-1 &1 ~bug %1 $x$ :smile:",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) ](javascript:alert(1))",
    "``` ```` ` `` \\` `a```",
    "| a \\| b |\n|---|",
    "https://evil.example www.evil.example <https://evil.example> evil@evil.example",
    "]]><![CDATA[ <!-- --> &lt; &#64; \u{fffe}\u{ffff}\u{0}",
    "a,b:c;d]e%0A%AZP25%25%3B%5D=f",
    "\n/close\n/lgtm\n# heading\n- [x] task\n~~~\n<!-- gitops-gate -->",
    "x # TODO not now",
    "\nok 1 - x\n1..1\n  ...\n  ---\nBail out! \\# SKIP #  \t skip",
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef *a* _b_ ~~c~~ $`x`$ {+ d +}",
];

/// The sample with `text` in every field that a pull request, a policy or a configuration can fill.
pub(super) fn filled(text: &str) -> Report {
    let mut report = sample::report();
    let owned = || text.to_owned();
    let path = || RepoPath::new(text.as_bytes().to_vec());
    let object =
        || Some(ObjectId { api_version: owned(), kind: owned(), namespace: Some(owned()), name: owned() });
    for finding in &mut report.findings {
        (finding.rule, finding.message, finding.hint) = (owned(), owned(), Some(owned()));
        (finding.object, finding.environment) = (object(), Some(owned()));
        finding.location.path = path();
        finding.location.pointer = owned();
        // Excerpts are lines already.
        let lines = text.lines().map(str::to_owned).collect();
        finding.location.excerpt = Some(Excerpt { first_line: finding.location.start.line, lines });
        for related in &mut finding.related {
            (related.message, related.location.path) = (owned(), path());
        }
        if let Some(fix) = &mut finding.fix {
            fix.description = owned();
        }
        if finding.waived.is_some() {
            let origin = WaiverOrigin::Annotation;
            let (reason, owner, expires, at) = (owned(), Some(owned()), owned(), Some(owned()));
            finding.waived = Some(Waived { reason, owner, expires, origin, at });
        }
        if let Some(unwaived) = &mut finding.unwaived {
            unwaived.message = owned();
        }
    }
    for failure in &mut report.failures {
        (failure.check, failure.message, failure.hint, failure.object) =
            (owned(), owned(), Some(owned()), object());
        if let Some(location) = &mut failure.location {
            location.path = path();
        }
    }
    let (change, coverage) = (&mut report.change, &mut report.coverage);
    (change.description, change.config, report.tool.version) = (owned(), owned(), owned());
    for resource in &mut coverage.resources.as_mut().unwrap().list {
        (resource.path, resource.object) = (path(), object().unwrap());
    }
    coverage.notices = vec![owned(); 3];
    coverage.environments.insert(owned(), 1);
    coverage.unknown_kinds.insert(owned(), 1);
    for effect in &mut report.configuration_changes.as_mut().unwrap().effects {
        (effect.subject, effect.before) = (owned(), Some(owned()));
    }
    let policy = coverage.policies["image-tags"].clone();
    coverage.policies.insert(owned(), policy);
    report
}

fn write(report: &Report, format: Format) -> String {
    render(report, format, &RenderOptions::default())
}

/// What holds of each format for a machine, whatever is in the report.
fn assert_tame(report: &Report) {
    let plain = sample::report();
    for format in [
        Format::Junit,
        Format::Tap,
        Format::Pretty,
        Format::Markdown,
        Format::Html,
        Format::Github,
        Format::Azure,
        Format::Gitlab,
    ] {
        let text = write(report, format);
        assert_eq!(text, crate::text::clean(&text), "{format:?}");
        match format {
            Format::Junit => {
                let is_xml =
                    |c: char| c == '\n' || c == '\t' || (c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}');
                assert!(text.chars().all(is_xml));
                let names = |xml: &str| elements(xml).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
                let mut expected = names(&write(&plain, format));
                let mut found = names(&text);
                // One path for all findings: fewer suites.
                for names in [&mut expected, &mut found] {
                    names.retain(|name| name != "testsuite");
                    names.sort();
                }
                assert_eq!(found, expected);
            }
            Format::Tap => assert_tap(&text),
            Format::Pretty => {
                assert!(text.lines().all(|line| line.starts_with("✖ ")), "{text}");
            }
            Format::Github => assert_commands(&text, &["::error ", "::warning ", "::notice "], 13),
            Format::Azure => assert_commands(&text, &["##vso[task.logissue ", "gitops-gate: "], 21),
            Format::Gitlab => {
                let issues: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
                let prints: std::collections::BTreeSet<_> =
                    issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
                assert_eq!((issues.len(), prints.len()), (15, 15));
            }
            _ => {}
        }
    }
}

/// A test for each of the 5 resources, for 3 more findings or failures at least, and for the verdict: no text makes one more, and none
/// of those that failed has a directive that a reader would let it pass by.
fn assert_tap(text: &str) {
    let (mut number, mut in_block) = (0, false);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 13"));
    for line in lines {
        match line {
            "  ---" | "  ..." => in_block = line == "  ---",
            line if in_block => assert!(line.starts_with("    ") || line.ends_with("s:"), "{line}"),
            line if line.starts_with("1..") => assert_eq!(line, format!("1..{number}")),
            line => {
                number += 1;
                let good = line.strip_prefix(&format!("ok {number} - "));
                let bad = line.strip_prefix(&format!("not ok {number} - "));
                let (title, is_bad) =
                    good.map(|title| (title, false)).or(bad.map(|title| (title, true))).unwrap();
                let title =
                    title.strip_suffix(" # SKIP nothing was checked").filter(|_| !is_bad).unwrap_or(title);
                let words = title.to_ascii_lowercase().replace([' ', '\u{fffd}'], "");
                assert!(!words.contains("#skip") && !words.contains("#todo"), "{line}");
                assert!(!title.replace("\\#", "").replace("\\\\", "").contains('#'), "{line}");
            }
        }
    }
    assert!(number >= 9, "{text}");
}

/// Every line is one of ours, and no line has a second command that a runner would find.
fn assert_commands(text: &str, heads: &[&str], lines: usize) {
    assert_eq!(text.lines().count(), lines, "{text}");
    for line in text.lines() {
        let head = heads.iter().find(|head| line.starts_with(**head));
        let rest = &line[head.unwrap_or_else(|| panic!("{line}")).len()..];
        for command in ["##vso[", "##["] {
            assert!(!rest.contains(command), "{line}");
        }
        if line.starts_with("::") {
            let (properties, _) = rest.split_once("::").unwrap();
            let known = ["file=", "line=", "endLine=", "col=", "endColumn=", "title="];
            assert!(properties.split(',').all(|one| known.iter().any(|key| one.starts_with(key))), "{line}");
        } else if line.starts_with("##") {
            let (properties, _) = rest.split_once(']').unwrap();
            let known = ["type=", "sourcepath=", "linenumber=", "columnnumber=", "code="];
            assert!(properties.split(';').all(|one| known.iter().any(|key| one.starts_with(key))), "{line}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    for text in EVIL {
        assert_tame(&filled(text));
    }
    assert_tame(&filled(&EVIL.concat()));
    assert_tame(&filled(&EVIL.concat().repeat(50)));
}

/// Any text made of what is dangerous and of anything else.
pub(super) fn hostile_text() -> impl Strategy<Value = String> {
    let evil = prop::sample::select(EVIL.to_vec()).prop_map(str::to_owned);
    let marks = prop::collection::vec(
        prop::sample::select("`|\\<>[]()!@#*_:% \nab1-.&".chars().collect::<Vec<_>>()),
        0..24,
    );
    let any = prop::collection::vec(any::<char>(), 0..24);
    let piece = prop_oneof![evil, marks.prop_map(String::from_iter), any.prop_map(String::from_iter),];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_text_stays_text(text in hostile_text()) {
        assert_tame(&filled(&text));
    }
}
