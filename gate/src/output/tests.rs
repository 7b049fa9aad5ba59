//! Every format on the shared sample: snapshots for the eye, and beside them numbers that were counted by hand.

use serde_json::Value;

use super::sample::{self, FAILURE_KINDS, HOSTILE, SKIP_REASONS};
use super::{Format, RenderOptions, render};
use crate::model::{FailureKind, Report, Severity, SkipReason, Status, Verdict};

const REPORT_SCHEMA: &str = include_str!("../../../docs/report.schema.json");
const SARIF_SCHEMA: &str = include_str!("../../../tests/data/sarif-2.1.0.schema.json");
const WIDE: RenderOptions<'_> = RenderOptions {
    color: false,
    width: 100,
    verbose: false,
    quiet: false,
    summary: false,
    elapsed: None,
    links: None,
};
const VERBOSE: RenderOptions<'_> =
    RenderOptions { color: true, width: 80, verbose: true, summary: true, ..WIDE };

fn json(report: &Report, format: Format) -> Value {
    serde_json::from_str(&render(report, format, &WIDE)).unwrap()
}

fn validator(schema: &str) -> jsonschema::Validator {
    // In the official SARIF schema, `]` is not escaped in the pattern of a language: ECMAScript takes that, Rust does not.
    let schema: Value = serde_json::from_str(&schema.replace("{2}]?$", "{2}\\\\]?$")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn problems(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The JSON value at an RFC 6901 pointer.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

fn lines_with(text: &str, part: &str) -> usize {
    text.lines().filter(|line| line.contains(part)).count()
}

#[test]
fn colour_adds_styles_and_nothing_else() {
    let colored = render(&sample::report(), Format::Text, &VERBOSE);
    let plain = render(&sample::report(), Format::Text, &RenderOptions { color: false, ..VERBOSE });
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((head, tail)) = rest.split_once('\x1b') {
        stripped.push_str(head);
        let (style, tail) = tail.split_once('m').unwrap();
        assert!(style.strip_prefix('[').unwrap().bytes().all(|byte| byte.is_ascii_digit() || byte == b';'));
        rest = tail;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[test]
fn the_sample_is_what_the_tests_count() {
    let report = sample::report();
    assert_eq!(report.findings.len(), 8);
    assert_eq!(report.counts.introduced[&Severity::Error], 3);
    assert_eq!(report.counts.introduced[&Severity::Warning], 1);
    assert_eq!(report.counts.introduced[&Severity::Info], 1);
    let counts = &report.counts;
    assert_eq!((counts.existing, counts.fixed, counts.waived, counts.blocking), (1, 1, 1, 3));
    for status in [Status::Introduced, Status::Present, Status::Existing, Status::Fixed] {
        assert!(report.findings.iter().any(|finding| finding.status == status));
    }
    assert!(HOSTILE.contains('\x1b'));
}

#[test]
fn text() {
    let text = render(&sample::report(), Format::Text, &WIDE);
    for place in [
        "--> apps/prod/web.yaml:19:16",
        "--> apps/prod/web.yaml:31:7",
        "--> apps/prod/web.yaml:41:8",
        "--> apps/prod/web.yaml:51:3",
        "--> apps/stage/web.yaml:5:1",
        "--> apps/dev/broken.yaml:2:9",
    ] {
        assert_eq!(lines_with(&text, place), 1, "{place}");
    }
    // The escape character of the path is gone, the byte that is no UTF-8 is written out.
    assert_eq!(lines_with(&text, "--> ::error::/a b#\u{fffd}[2J\\xff%.yaml:7:305"), 1);
    assert_eq!(lines_with(&text, "incomplete["), 9);
    assert_eq!(lines_with(&text, "alters the gate itself: 4 effects, 2 of them weaken it"), 1);
    assert_eq!(lines_with(&text, "  weakens  severity of image-tags/mutable-image-tag: error → off"), 1);
    assert_eq!((lines_with(&text, "  weakens  "), lines_with(&text, "    kubernetes: 1.32 → 1.33")), (2, 1));
    assert_eq!(lines_with(&text, "9 checks could not finish"), 1);
    assert_eq!(lines_with(&text, "Introduced by this change: 3 errors, 1 warning in 1 file"), 1);
    assert_eq!(lines_with(&text, "Present (there is no base to compare with): 1 info in 1 file"), 1);
    assert_eq!(lines_with(&text, "apps/stage/cache.yaml"), 0);
    assert!(text.lines().all(|line| line.chars().count() < 1_000));
    let (_, end) = text.rsplit_once("\n\n").unwrap();
    assert_eq!(
        end,
        "exit code 1: at least one finding that counts is at or above `error`\n\
         fail: 3 errors, 1 warning and 1 info introduced, 1 existing, 1 fixed, 1 waived, 9 checks could not\n      \
         finish, 2 effects weaken the gate in 6 objects of 20 files\n"
    );
    insta::assert_snapshot!(text);
}

/// Columns counted by hand: 8 spaces and `image: ` are 15 characters; `  日本: ` is 6 characters and 8 cells.
#[test]
fn text_underlines_exactly_the_span() {
    let text = render(&sample::report(), Format::Text, &WIDE);
    let lines: Vec<&str> = text.lines().collect();
    let below = |part: &str| {
        let line = lines.iter().position(|line| line.contains(part)).unwrap();
        lines[line + 1]
    };
    assert_eq!(
        below("19 |         image: nginx:latest"),
        format!("   | {}{}", " ".repeat(15), "^".repeat(12))
    );
    assert_eq!(below("31 |   日本"), format!("   | {}{}", " ".repeat(8), "^".repeat(16)));
    assert_eq!(below("41 |     key: |"), format!("   |  {}^", "_".repeat(8)));
    assert_eq!(below("43 | |     ****"), format!("   | |{}^", "_".repeat(12)));
    assert_eq!(below("78 | |   line78: x"), format!("   | |{}^", "_".repeat(11)));
}

/// Places that no honest report has must not stop a report.
#[test]
fn text_survives_impossible_places() {
    const NUMBERS: [u32; 6] = [0, 1, 2, 3, 40, u32::MAX];
    let mut report = sample::empty();
    report.findings = vec![sample::report().findings.remove(2)];
    for number in 0..NUMBERS.len().pow(5) {
        let pick = |place: u32| NUMBERS[number / NUMBERS.len().pow(place) % NUMBERS.len()];
        let location = &mut report.findings[0].location;
        (location.start.line, location.start.column) = (pick(0), pick(1));
        (location.end.line, location.end.column) = (pick(2), pick(3));
        let lines = ["", "日本: x", "\t"].map(str::to_owned).to_vec();
        location.excerpt = Some(crate::model::Excerpt { first_line: pick(4), lines });
        let text = render(&report, Format::Text, &RenderOptions { width: 1, ..WIDE });
        assert!(text.lines().all(|line| line.len() < 400));
    }
}

#[test]
fn the_documentation_shows_real_output() {
    let text = render(&sample::report(), Format::Text, &WIDE);
    let start = text.find("error[image-tags/mutable-image-tag]").unwrap();
    let end = text.find("\nerror[plaintext-secrets/plaintext-secret]").unwrap();
    let documentation = include_str!("../../../docs/output.md");
    assert!(documentation.contains(&text[start..end]), "{}", &text[start..end]);
}

#[test]
fn text_verbose_in_colour() {
    let text = render(&sample::report(), Format::Text, &VERBOSE);
    assert_eq!(lines_with(&text, "apps/stage/cache.yaml:9:12"), 1);
    assert_eq!(lines_with(&text, "apps/stage/old.yaml:3:8"), 1);
    assert_eq!(lines_with(&text, "skipped/"), 14);
    insta::assert_snapshot!(text.replace('\x1b', "␛"));
}

#[test]
fn text_when_nothing_was_checked() {
    let text = render(&sample::empty(), Format::Text, &WIDE);
    assert_eq!(lines_with(&text, "NOTHING WAS CHECKED"), 1);
    assert_eq!(lines_with(&text, "exit code 0"), 1);
    insta::assert_snapshot!(text);
}

#[test]
fn text_of_an_incomplete_run() {
    let mut report = sample::report();
    report.findings.clear();
    report.failures.truncate(1);
    report.counts = Default::default();
    (report.verdict, report.exit_code) = (Verdict::Incomplete, 3);
    let text = render(&report, Format::Text, &RenderOptions { width: 0, ..WIDE });
    assert_eq!(
        text.lines().last(),
        Some(
            "incomplete: nothing introduced, 1 check could not finish, 2 effects weaken the gate in 6 objects of 20 files"
        )
    );
}

#[test]
fn json_snapshot() {
    let text = render(&sample::report(), Format::Json, &WIDE);
    let value = json(&sample::report(), Format::Json);
    assert_eq!(at(&value, "/version"), "1.3");
    assert_eq!(at(&value, "/exit_code"), 1);
    assert_eq!(at(&value, "/counts/introduced/error"), 3);
    assert_eq!(at(&value, "/findings/1/location/start"), &serde_json::json!({ "line": 19, "column": 16 }));
    assert_eq!(at(&value, "/findings/1/location/end"), &serde_json::json!({ "line": 19, "column": 28 }));
    assert_eq!(at(&value, "/findings/2/location/end/column"), 22);
    assert_eq!(at(&value, "/failures").as_array().unwrap().len(), 9);
    assert_eq!(at(&value, "/coverage/skipped").as_array().unwrap().len(), 15);
    let resources = serde_json::json!({ "files": 5, "valid": 2, "invalid": 1, "errors": 1, "skipped": 2 });
    assert_eq!(at(&value, "/coverage/resources"), &resources, "one by one only with --verbose");
    assert_eq!(at(&value, "/configuration_changes/total"), 4);
    assert_eq!(at(&value, "/configuration_changes/effects/0/after"), "off");
    let keys = ["version", "tool", "verdict", "exit_code", "block_on", "change", "counts", "findings"];
    let places: Vec<_> = keys.iter().map(|key| text.find(&format!("\n  \"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "keys in the order of the fields");
    insta::assert_snapshot!(text.replace(&"z".repeat(50_000), "z…"));
}

#[test]
fn json_follows_its_schema() {
    let validator = validator(REPORT_SCHEMA);
    for report in [sample::report(), sample::empty()] {
        assert_eq!(problems(&validator, &json(&report, Format::Json)), [""; 0]);
    }
}

/// Every object of the report refuses a key that it does not know, and refuses to do without one that is required.
#[test]
fn json_schema_is_strict() {
    const OPTIONAL: [&str; 25] = [
        "after",
        "at",
        "base_commit",
        "before",
        "configuration_changes",
        "docs",
        "document",
        "environment",
        "excerpt",
        "fix",
        "head_commit",
        "help_url",
        "hint",
        "list",
        "location",
        "merged_commit",
        "namespace",
        "object",
        "origin",
        "owner",
        "related",
        "resources",
        "unwaived",
        "waived",
        "<number>",
    ];
    let validator = validator(REPORT_SCHEMA);
    let report: Value = serde_json::from_str(&render(&sample::report(), Format::Json, &VERBOSE)).unwrap();
    let mut optional = std::collections::BTreeSet::new();
    for pointer in objects(&report) {
        let mut more = report.clone();
        let map = more.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        map.insert("zzz".to_owned(), Value::from("x"));
        assert!(!validator.is_valid(&more), "{pointer} takes any key");
        for (key, value) in at(&report, &pointer).as_object().unwrap() {
            let mut less = report.clone();
            less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(key);
            if validator.is_valid(&less) {
                let free = value.is_u64() || pointer == "/coverage/policies";
                optional.insert(if free && key != "document" { "<number>" } else { key.as_str() }.to_owned());
            }
        }
    }
    assert_eq!(optional, OPTIONAL.into_iter().map(str::to_owned).collect());
}

/// Pointers of all objects in `value`.
fn objects(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![(String::new(), value)];
    while let Some((pointer, value)) = todo.pop() {
        match value {
            Value::Object(map) => {
                todo.extend(
                    map.iter().map(|(key, value)| (format!("{pointer}/{}", key.replace('/', "~1")), value)),
                );
                found.push(pointer);
            }
            Value::Array(items) => {
                todo.extend(items.iter().enumerate().map(|(at, value)| (format!("{pointer}/{at}"), value)));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn json_schema_refuses_wrong_values() {
    let validator = validator(REPORT_SCHEMA);
    let wrong = [
        ("/version", Value::from("2.0")),
        ("/exit_code", Value::from(2)),
        ("/verdict", Value::from("maybe")),
        ("/findings/0/severity", Value::from("fatal")),
        ("/findings/0/status", Value::from("new")),
        ("/findings/0/fingerprint", Value::from("xyz")),
        ("/findings/0/location/start/line", Value::from(0)),
        ("/failures/0/kind", Value::from("boredom")),
        ("/configuration_changes/effects/0/weakens", Value::from("no")),
        ("/coverage/skipped/0/reason", Value::from("lazy")),
        ("/change/head_commit", Value::from("HEAD")),
    ];
    for (pointer, value) in wrong {
        let mut report = json(&sample::report(), Format::Json);
        *report.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
}

#[test]
fn sarif_snapshot() {
    let log = json(&sample::report(), Format::Sarif);
    let results = at(&log, "/runs/0/results").as_array().unwrap();
    let states: Vec<_> = results.iter().map(|result| result["baselineState"].as_str()).collect();
    let (new, unchanged, absent) = (Some("new"), Some("unchanged"), Some("absent"));
    assert_eq!(states, [None, new, new, new, new, unchanged, new, absent]);
    let levels: Vec<_> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["note", "error", "warning", "error", "error", "error", "error", "warning"]);
    let rules: Vec<_> = results.iter().map(|result| result["ruleIndex"].as_u64()).collect();
    assert_eq!(rules, [Some(1), Some(0), None, Some(2), None, Some(0), Some(0), Some(0)]);
    let waived: Vec<_> =
        results.iter().map(|result| result["suppressions"].as_array().unwrap().len()).collect();
    assert_eq!(waived, [0, 0, 0, 0, 0, 0, 1, 0]);
    let region = at(&results[1], "/locations/0/physicalLocation/region");
    let expected = serde_json::json!({ "startLine": 19, "startColumn": 16, "endLine": 19, "endColumn": 28 });
    assert_eq!(region, &expected);
    let uri = at(&results[0], "/locations/0/physicalLocation/artifactLocation/uri");
    assert_eq!(uri, "%3A%3Aerror%3A%3A/a%20b%23%1B%5B2J%FF%25.yaml");
    assert_eq!(at(&log, "/runs/0/invocations/0/exitCode"), 1);
    assert_eq!(at(&log, "/runs/0/invocations/0/executionSuccessful"), false);
    assert_eq!(at(&log, "/runs/0/invocations/0/toolExecutionNotifications").as_array().unwrap().len(), 9);
    let notices = at(&log, "/runs/0/invocations/0/toolConfigurationNotifications").as_array().unwrap();
    let levels: Vec<_> = notices.iter().map(|notice| notice["level"].as_str().unwrap()).collect();
    // Four effects, two of which weaken the gate, and two notices.
    assert_eq!(levels, ["warning", "warning", "note", "note", "warning", "warning"]);
    assert!(!at(&results[0], "/message/text").as_str().unwrap().contains("]("));
    insta::assert_snapshot!(render(&sample::report(), Format::Sarif, &WIDE));
}

#[test]
fn sarif_follows_the_official_schema() {
    let validator = validator(SARIF_SCHEMA);
    for report in [sample::report(), sample::empty()] {
        assert_eq!(problems(&validator, &json(&report, Format::Sarif)), [""; 0]);
    }
    let mut log = json(&sample::report(), Format::Sarif);
    *log.pointer_mut("/runs/0/results/0/level").unwrap() = Value::from("fatal");
    assert!(!validator.is_valid(&log));
}

#[test]
fn sarif_says_when_nothing_was_checked() {
    let log = json(&sample::empty(), Format::Sarif);
    let notification = at(&log, "/runs/0/invocations/0/toolExecutionNotifications/0");
    assert_eq!(notification["descriptor"]["id"], "nothing-checked");
    assert_eq!(at(&log, "/runs/0/invocations/0/executionSuccessful"), true);
}

/// The matches have no wildcard: a new variant does not compile before the sample and the schema know it.
#[test]
fn the_sample_has_every_kind_and_the_schema_knows_it() {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).unwrap();
    let listed = |name: &str| at(&schema, &format!("/$defs/{name}/enum")).as_array().unwrap().clone();
    for kind in FAILURE_KINDS {
        match kind {
            FailureKind::Syntax
            | FailureKind::Unreadable
            | FailureKind::NoSchema
            | FailureKind::SchemaRule
            | FailureKind::PolicyLoad => {}
            FailureKind::PolicyError | FailureKind::PolicyLimit | FailureKind::PolicyContract => {}
            FailureKind::Internal => {}
        }
        let word = serde_json::to_value(kind).unwrap();
        assert_eq!(word, super::words::failure_kind(kind));
        assert!(listed("failure_kind").contains(&word), "{word}");
    }
    for reason in SKIP_REASONS {
        match reason {
            SkipReason::NotAManifest | SkipReason::Kustomization | SkipReason::Patch => {}
            SkipReason::HelmValues
            | SkipReason::HelmTemplate
            | SkipReason::NotAnObject
            | SkipReason::TestFixture
            | SkipReason::Empty => {}
            SkipReason::SchemaNotRequired | SkipReason::Binary | SkipReason::Symlink => {}
            SkipReason::Submodule | SkipReason::LfsPointer => {}
            SkipReason::Excluded | SkipReason::KindSkipped => {}
        }
        assert!(listed("skip_reason").contains(&serde_json::to_value(reason).unwrap()), "{reason:?}");
    }
    assert_eq!(listed("failure_kind").len(), FAILURE_KINDS.len());
    assert_eq!(listed("skip_reason").len(), SKIP_REASONS.len());
}
