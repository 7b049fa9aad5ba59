//! Markdown on the shared sample, on hostile text and within every budget.

use proptest::prelude::*;

use super::super::hostile_tests::{EVIL, filled, hostile_text};
use super::super::sample;
use super::super::sink_tests::many;
use super::{MarkdownOptions, markdown, summary};
use crate::model::{Report, Verdict};

/// The least that a host takes.
const SMALLEST: usize = 10_240;

fn within(report: &Report, budget: usize) -> String {
    let text = markdown(report, &MarkdownOptions { budget, ..MarkdownOptions::default() });
    assert!(text.len() <= budget, "{} bytes of {budget}", text.len());
    assert_sound(&text);
    text
}

/// Fences and folds are closed, tables have the columns of their head, and outside of code there is no mark that a host
/// could make anything of but ours.
pub(in crate::output) fn assert_sound(text: &str) {
    let mut fence: Option<&str> = None;
    let mut folds = 0;
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if ticks.len() >= open.len() && line == ticks => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && line[ticks.len()..] == *"text" => fence = Some(ticks),
            None => {
                folds += assert_line(line);
                assert!((0..=1).contains(&folds), "{line}");
            }
        }
    }
    assert_eq!((fence, folds), (None, 0), "{text}");
}

/// How many folds the line opens less how many it closes.
fn assert_line(line: &str) -> i32 {
    match line {
        "</details>" => return -1,
        "<details><summary>What was checked</summary>" => return 1,
        _ => {}
    }
    if let Some(summary) = line.strip_prefix("<details><summary>") {
        let summary = summary.strip_suffix("</summary>").unwrap();
        let plain = summary.replace("<code>", "").replace("</code>", "");
        assert!(!plain.contains(['<', '>', '"', '`', '[', ']', '@', '*', '_', '|']), "{line}");
        assert_eq!((summary.matches("<code>").count(), summary.matches("</code>").count()), (2, 2));
        return 1;
    }
    for link in ["- rule: [what it is for](https://", "- docs: [reference of the kind](https://"] {
        if let Some(address) = line.strip_prefix(link) {
            let address = address.strip_suffix(')').unwrap();
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:?#=&+,%".contains(&byte);
            assert!(!address.is_empty() && address.bytes().all(is_plain), "{line}");
            return 0;
        }
    }
    if line.starts_with('|') {
        let bars = line.char_indices().filter(|&(at, c)| c == '|' && !line[..at].ends_with('\\'));
        assert_eq!(bars.count(), 6, "{line}");
    }
    let bare = without_code(line);
    let bare = bare.trim_start_matches('#').replace("**", "");
    for mark in
        ["@", "<", ">", "[", "]", "`", "\\", "://", "www.", "#", "*", "_", "~", "$", "&", "{", "%", "^", "="]
    {
        assert!(!bare.contains(mark), "{mark} in {bare:?} of {line:?}");
    }
    let ours = ["|", "- ", "#", "**", "---", "Change: ", "PASS", "FAIL", "INCOMPLETE"];
    let counted = line.starts_with(|c: char| c.is_ascii_digit()) || line.starts_with("nothing introduced");
    assert!(line.is_empty() || counted || ours.iter().any(|head| line.starts_with(head)), "{line}");
    0
}

/// `line` without its code spans, read as CommonMark says.
fn without_code(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let run = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let marks = "`".repeat(run);
        let inner = &rest[start + run..];
        let ends = inner.match_indices(&marks).map(|(at, _)| at);
        let is_end = |at: &usize| !inner[..*at].ends_with('`') && !inner[at + run..].starts_with('`');
        let Some(end) = ends.into_iter().find(is_end) else { break };
        bare.push_str(&rest[..start]);
        rest = &inner[end + run..];
    }
    bare + rest
}

#[test]
fn markdown_of_the_sample() {
    let text = within(&sample::report(), 64_000);
    let number = |part: &str| text.matches(part).count();
    assert!(text.starts_with("## ❌ FAIL\n\n3 errors, 1 warning, 1 info, 3 blocking; 1 waived;"));
    assert_eq!(number("\n### 9 checks could not finish: not a pass\n"), 1);
    // Five findings count: as many rows and details, and the fold of the coverage.
    assert_eq!(number("\n| error | ") + number("\n| warning | ") + number("\n| info | "), 5);
    assert_eq!((number("<details>"), number("</details>")), (6, 6));
    let row =
        "| error | `image-tags/mutable-image-tag` | `apps/prod/web.yaml:19` | `Deployment/shop/web` | image";
    assert_eq!(number(row), 1);
    let carets = format!("   | {}{}\n", " ".repeat(15), "^".repeat(12));
    assert_eq!(number(&carets), 1);
    assert_eq!(
        number("- 1 finding in the base already, never blocking: 1 `image-tags/mutable-image-tag`\n"),
        1
    );
    assert_eq!(number("- waived "), 1);
    assert_eq!(
        number("\n### ⚠️ Once merged, this change alters the gate itself: 4 effects, 2 of them weaken it\n"),
        1
    );
    assert_eq!(number("\n- ⚠️ severity of `image-tags/mutable-image-tag`: `error` → `off`\n"), 1);
    assert!(text.find("alters the gate").unwrap() < text.find("could not finish").unwrap());
    assert_eq!(number("Left out"), 0);
    // The page of its policy, the page of ours for three (two of them of one rule), none for a policy that is not built in.
    assert_eq!(number("\n- rule: [what it is for](https://example.com/rules#mutable-image-tag)\n"), 1);
    assert_eq!(
        number("\n- rule: [what it is for](https://github.com/gitops-gate/gitops-gate/blob/main/docs/"),
        3
    );
    assert_eq!(
        number("\n- docs: [reference of the kind](https://kubernetes.io/docs/reference/generated/"),
        2
    );
    assert!(text.find("| error |").unwrap() < text.find("| warning |").unwrap());
    insta::assert_snapshot!(text);
}

#[test]
fn markdown_without_folds_and_of_nothing() {
    let options = MarkdownOptions { folds: false, ..MarkdownOptions::default() };
    let text = markdown(&sample::report(), &options);
    assert_sound(&text);
    assert!(!text.contains("<details>") && text.contains("\n#### error `image-tags/mutable-image-tag` at"));
    let empty = within(&sample::empty(), 64_000);
    assert!(
        empty.starts_with("## ✅ PASS\n\nnothing introduced; nothing was checked\n\n**NOTHING WAS CHECKED")
    );
    insta::assert_snapshot!(empty);
}

#[test]
fn a_thousand_findings_in_the_smallest_sink() {
    let report = many(1_200);
    let options = MarkdownOptions {
        budget: SMALLEST,
        folds: true,
        whole_report: Some("https://ci.example/run/7"),
        saved: true,
    };
    let text = markdown(&report, &options);
    assert!(text.len() <= SMALLEST && text.len() > SMALLEST / 2, "{}", text.len());
    assert_sound(&text);
    let rows = text.matches("\n| error | ").count();
    let details = text.matches("<details><summary>error").count();
    // 300 errors come before 900 warnings.
    assert!((10..300).contains(&rows) && (1..300).contains(&details), "{rows} rows, {details} details");
    assert!(!text.contains("| warning |"));
    assert!(text.contains("| error | `image-tags/mutable-image-tag` | `apps/prod/0003.yaml:19` |"));
    let left_out = format!("1,{} findings, 1,{} detailed findings. ", 200 - rows, 200 - details);
    assert!(text.ends_with(&format!("{left_out}The whole report: `https://ci.example/run/7`\n")), "{text}");
}

#[test]
fn every_budget_is_kept() {
    for report in [sample::report(), sample::empty(), many(40), filled(&EVIL.concat())] {
        for budget in (0..3_000).step_by(29).chain((3_000..30_000).step_by(901)) {
            let text = within(&report, budget);
            // From here on it is the page, not the one line.
            assert!(budget < 4_000 || text.contains("\nChange: "), "{budget}");
            assert!(summary(&report, budget).len() <= budget);
        }
    }
}

#[test]
fn the_summary_is_one_line() {
    let report = many(1_200);
    let text = summary(&report, 450);
    let numbers = "FAIL: 300 errors, 900 warnings, 300 blocking; 9 checks unfinished; 2 effects weaken the gate; \
                   6 objects judged. Worst: \
                   error image-tags/mutable-image-tag at apps/prod/0003.yaml:19; ";
    assert!(text.starts_with(numbers), "{text}");
    assert_eq!(text.matches("error image-tags").count(), 3);
    assert_eq!(
        summary(&report, 130),
        "FAIL: 300 errors, 900 warnings, 300 blocking; 9 checks unfinished; 2 effects weaken the gate; 6 objects judged"
    );
    assert_eq!((summary(&report, 20), summary(&report, 3)), ("FAIL".to_owned(), String::new()));
    for text in EVIL {
        let text = summary(&filled(text), 450);
        assert!(text.len() <= 450 && !text.contains('\n') && text == crate::text::clean(&text));
    }
}

#[test]
fn hostile_text_is_code() {
    for text in EVIL {
        within(&filled(text), 64_000);
    }
    within(&filled(&EVIL.concat()), SMALLEST);
    within(&filled(&EVIL.concat().repeat(200)), SMALLEST);
    within(&filled(&"`".repeat(20_000)), SMALLEST);
    within(&filled(&"z".repeat(100_000)), SMALLEST);
}

/// Of a saved report nobody knows who chose its addresses; and no address can be more than one.
#[test]
fn links_are_plain_and_never_of_a_saved_report() {
    let saved = MarkdownOptions { saved: true, ..MarkdownOptions::default() };
    // The sample has words like a link in code spans, where they are none.
    let number = |text: &str| {
        let is_link = |line: &&str| line.starts_with("- rule: [") || line.starts_with("- docs: [");
        text.lines().filter(is_link).count()
    };
    assert_eq!(number(&markdown(&sample::report(), &saved)), 0);
    let mut report = sample::report();
    let links = |report: &Report| number(&within(report, 64_000));
    assert_eq!(links(&report), 6);
    for bad in [
        "javascript:alert(1)",
        "http://x.example/",
        "https://a b",
        "https://a\n# x",
        &format!("https://{}", "a".repeat(400)),
    ] {
        report.findings[2].docs = Some(bad.to_owned());
        assert_eq!(links(&report), 5, "{bad}");
    }
    report.findings[2].docs = Some("https://x.example/a)[b](c)<d>`@e*_".to_owned());
    assert_eq!(
        within(&report, 64_000).matches("(https://x.example/a%29%5Bb%5D%28c%29%3Cd%3E%60%40e%2A_)\n").count(),
        1
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_text_in_any_budget(
        text in hostile_text(),
        budget in 0..40_000_usize,
        folds in any::<bool>(),
        number in 0..30_u32,
        verdict in prop::sample::select(vec![Verdict::Pass, Verdict::Fail, Verdict::Incomplete]),
    ) {
        let mut report = filled(&text);
        report.findings.extend(many(number).findings);
        report.verdict = verdict;
        let options = MarkdownOptions { budget, folds, whole_report: Some(&text), saved: folds };
        let markdown = markdown(&report, &options);
        prop_assert!(markdown.len() <= budget);
        assert_sound(&markdown);
    }
}
