//! Reports as an attacker would write them: each is refused with the place of the lie, or comes out tame.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{MAX_REPORT_BYTES, ReportError};
use crate::model::{Report, Status, Verdict, WaiverOrigin};

/// An honest report: one error that blocks, one waived warning, one check that could not finish.
fn honest() -> Value {
    let place = json!({
        "path": "apps/web.yaml", "start": { "line": 16, "column": 18 }, "end": { "line": 16, "column": 30 },
        "pointer": "/spec/x", "excerpt": { "first_line": 15, "lines": ["a: b", "c: d"] }
    });
    let object =
        json!({ "api_version": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web" });
    let mut finding = json!({
        "rule": "image-tags/mutable-image-tag", "severity": "error", "status": "introduced",
        "message": "the tag moves", "location": place, "hint": "pin it", "docs": "https://example.com/kind", "object": object, "environment": "prod",
        "fingerprint": "0123456789abcdef0123456789abcdef",
        "related": [{ "message": "the same", "location": place }],
        "fix": { "description": "pin it", "json_patch": "[]" }
    });
    let mut waived = finding.clone();
    waived["severity"] = json!("warning");
    waived["waived"] = json!({
        "reason": "vendor", "owner": "team", "expires": "2027-01-31", "origin": "annotation", "at": "a.yaml:7:3"
    });
    let unwaived = json!({ "why": "from-change", "message": "it comes with this change" });
    finding["unwaived"] = unwaived;
    json!({
        "version": "1.3",
        "tool": { "name": "gitops-gate", "version": "0.1.0" },
        "verdict": "fail", "exit_code": 1, "block_on": "error",
        "change": {
            "description": "main against HEAD", "config": "gate.yaml",
            "base_commit": "1a".repeat(20), "head_commit": "2b".repeat(20), "merged_commit": "3c".repeat(20)
        },
        "counts": { "introduced": { "error": 1 }, "existing": 0, "fixed": 0, "waived": 1, "blocking": 1 },
        "findings": [finding, waived],
        "failures": [{ "check": "schema", "kind": "no-schema", "message": "unknown", "hint": "add it",
                       "location": place, "object": object }],
        "rules": [{ "id": "image-tags/mutable-image-tag", "title": "Tag that moves", "help": "## What",
                    "severity": "error", "help_url": "https://example.com" }],
        "coverage": {
            "files": 1, "documents": { "object": 1 }, "objects": 1, "base_objects": 1, "schema_checked": 1,
            "resources": { "files": 1, "valid": 1, "invalid": 0, "errors": 0, "skipped": 0,
                           "list": [{ "path": "a.yaml", "line": 1, "object": object, "outcome": "valid" }] },
            "unknown_kinds": { "x/v1/Y": 1 }, "environments": { "": 1 },
            "policies": { "image-tags": { "source": "builtin:image-tags", "sha256": "ab".repeat(32),
                                          "version": "1", "documents": 1, "findings": 1 } },
            "skipped": [{ "path": "README.md", "document": 0, "reason": "not-a-manifest" }],
            "notices": ["a notice"]
        },
        "configuration_changes": {
            "effects": [{ "subject": "block-on", "before": "error", "after": "info", "weakens": false }],
            "total": 1, "weakening": 0
        }
    })
}

fn read(report: &Value) -> Result<Report, ReportError> {
    Report::from_json(report.to_string().as_bytes())
}

fn with(pointer: &str, value: Value) -> Value {
    let mut report = honest();
    *report.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
    report
}

fn refused(report: &Value) -> String {
    read(report).expect_err("an attack").to_string()
}

#[test]
fn an_honest_report_comes_back_as_it_was() {
    let report = read(&honest()).unwrap();
    assert_eq!(serde_json::to_value(&report).unwrap(), honest());
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Fail, 2));
    assert_eq!(report.findings[1].status, Status::Introduced);
    let older = {
        let mut older = with("/version", json!("1.0"));
        older.as_object_mut().unwrap().remove("configuration_changes");
        older
    };
    assert_eq!(read(&older).unwrap().configuration_changes, None);
    // Before 1.3, a waiver was one of the configuration, and nothing said why one does not hold.
    let mut older = with("/version", json!("1.2"));
    older["findings"][0].as_object_mut().unwrap().remove("unwaived");
    older["findings"][1]["waived"] = json!({ "reason": "vendor", "owner": "team", "expires": "2027-01-31" });
    let older = read(&older).unwrap();
    let waived = older.findings[1].waived.as_ref().unwrap();
    assert_eq!((waived.origin, &waived.at), (WaiverOrigin::Configuration, &None));
    assert_eq!(older.findings[0].unwaived, None);
}

#[test]
fn lies_are_refused_at_their_place() {
    for (pointer, value, expected) in [
        ("/version", json!("2.0"), "/version: the report has version `2.0`; versions 1.x are read"),
        ("/version", json!("1"), "/version: the report has version `1`"),
        ("/version", json!("1.x\u{1b}"), "/version: the report has version `1.x\u{fffd}`"),
        ("/version", json!(1.1), "/version: a text is expected, not a number that is no count"),
        ("/tool/name", json!("gitops-gate\u{200b}"), "/tool: only reports of gitops-gate are read"),
        ("/verdict", json!("pass"), "/verdict: the report says `pass`, its findings and failures say `fail`"),
        ("/verdict", json!("incomplete"), "/verdict: the report says `incomplete`"),
        ("/verdict", json!({ "pass": null }), "/verdict: a text is expected, not an object"),
        ("/verdict", json!("maybe"), "/verdict: `maybe` is an unknown word"),
        ("/exit_code", json!(0), "/exit_code: the exit code is not that of the verdict"),
        ("/exit_code", json!(2), "/exit_code: 0, 1 or 3 is expected"),
        ("/exit_code", json!(257), "/exit_code: 0, 1 or 3 is expected"),
        ("/counts/introduced", json!({}), "/counts: the counts are not those of the findings"),
        ("/counts/blocking", json!(0), "/counts: the counts are not those of the findings"),
        ("/counts/waived", json!(2), "/counts: the counts are not those of the findings"),
        ("/counts/introduced", json!({ "fatal": 1 }), "/counts/introduced/fatal: an unknown word"),
        ("/findings", json!([]), "/counts: the counts are not those of the findings"),
        ("/findings/0/status", json!("existing"), "/counts: the counts are not those of the findings"),
        ("/findings/0/severity", json!("warning"), "/counts: the counts are not those of the findings"),
        ("/findings/0/severity", json!("fatal"), "/findings/0/severity: `fatal` is an unknown word"),
        ("/findings/0/location/path", json!("../secret"), "/findings/0/location/path: a path below"),
        ("/findings/0/location/path", json!("a/../../b"), "/findings/0/location/path: a path below"),
        ("/findings/0/location/path", json!("/etc/passwd"), "/findings/0/location/path: a path below"),
        ("/findings/0/location/path", json!(""), "/findings/0/location/path: a path below"),
        (
            "/findings/0/related/0/location/path",
            json!("a//b"),
            "/findings/0/related/0/location/path: a path below",
        ),
        ("/coverage/skipped/0/path", json!("./x"), "/coverage/skipped/0/path: a path below"),
        ("/findings/0/location/start/line", json!(0), "/findings/0/location/start/line: a number from 1"),
        ("/findings/0/location/start/line", json!(-1), "/findings/0/location/start/line: a count from 0"),
        (
            "/findings/0/location/start/line",
            json!(1u64 << 33),
            "/findings/0/location/start/line: a number from 1",
        ),
        (
            "/findings/0/location/start/line",
            json!(17),
            "/findings/0/location: the end stands before the start",
        ),
        ("/findings/0/location/end/column", json!(1.5), "/findings/0/location/end/column: a count from 0"),
        (
            "/findings/0/location/start",
            json!([1, 1]),
            "/findings/0/location/start: an object is expected, not a list",
        ),
        (
            "/findings/0/fingerprint",
            json!("xyz"),
            "/findings/0/fingerprint: 32 lower-case hexadecimal digits",
        ),
        ("/findings/0/fingerprint", json!("A".repeat(32)), "/findings/0/fingerprint: 32 lower-case"),
        ("/findings/0/hint", Value::Null, "/findings/0/hint: a text is expected, not null"),
        ("/findings/0/related", json!([]), "/findings/0: `related` is left out where there is none"),
        ("/findings/1/waived/expires", json!("tomorrow"), "/findings/1/waived/expires: a date is expected"),
        (
            "/findings/1/waived/origin",
            json!("heaven"),
            "/findings/1/waived/origin: `heaven` is an unknown word",
        ),
        ("/findings/0/unwaived/why", json!("x"), "/findings/0/unwaived/why: `x` is an unknown word"),
        ("/change/head_commit", json!("HEAD"), "/change/head_commit: 40 or 64 lower-case hexadecimal digits"),
        ("/change/base_commit", json!("2B".repeat(20)), "/change/base_commit: 40 or 64 lower-case"),
        ("/coverage/files", json!(u64::MAX), "/coverage/files: a count from 0 to 1099511627776 is expected"),
        ("/coverage/documents", json!({ "virus": 1 }), "/coverage/documents/virus: an unknown word"),
        (
            "/coverage/policies/image-tags/sha256",
            json!("ab"),
            "/coverage/policies/image-tags/sha256: 64 lower-case",
        ),
        (
            "/coverage/skipped/0/reason",
            json!("lazy"),
            "/coverage/skipped/0/reason: `lazy` is an unknown word",
        ),
        ("/failures/0/kind", json!("boredom"), "/failures/0/kind: `boredom` is an unknown word"),
        (
            "/configuration_changes/total",
            json!(0),
            "/configuration_changes: the numbers do not fit the effects",
        ),
        (
            "/configuration_changes/weakening",
            json!(1),
            "/configuration_changes: the numbers do not fit the effects",
        ),
        (
            "/findings/0/location/excerpt/lines",
            json!(vec![""; 101]),
            "/findings/0/location/excerpt/lines: 101 items",
        ),
        ("", json!([]), "an object is expected, not a list"),
        ("", json!("pass"), "an object is expected, not a text"),
    ] {
        let found = refused(&with(pointer, value));
        assert!(found.starts_with(expected), "{expected}\n  found {found}");
    }
}

#[test]
fn fields_are_all_there_and_no_other_is() {
    const OPTIONAL: [&str; 23] = [
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
    ];
    let honest = honest();
    let mut todo = vec![(String::new(), &honest)];
    let mut optional = std::collections::BTreeSet::new();
    while let Some((pointer, value)) = todo.pop() {
        match value {
            Value::Array(items) => {
                todo.extend(items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{at}"), item)));
            }
            Value::Object(map) => {
                let mut more = honest.clone();
                more.pointer_mut(&pointer).unwrap()["zzz"] = json!("x");
                let found = refused(&more);
                assert!(found.starts_with(&format!("{pointer}/zzz: ")), "{pointer}: {found}");
                for (key, value) in map {
                    let mut less = honest.clone();
                    less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(key);
                    if read(&less).is_ok() {
                        optional.insert(key.clone());
                    }
                    todo.push((format!("{pointer}/{}", key.replace('/', "~1")), value));
                }
            }
            _ => {}
        }
    }
    // Words of the run as keys may be missing, and without its waiver a finding is counted otherwise.
    for free in ["", "image-tags", "object", "x/v1/Y"] {
        optional.remove(free);
    }
    let expected = OPTIONAL.into_iter().filter(|key| *key != "object").map(str::to_owned).collect();
    assert_eq!(optional, expected);
}

#[test]
fn what_is_no_plain_json_is_refused() {
    let honest = honest().to_string();
    let twice = |key: &str, more: &str| honest.replacen(key, &format!("{more}{key}"), 1);
    for (bytes, expected) in [
        (Vec::new(), "it is no usable JSON: EOF"),
        (b"version: '1.1'".to_vec(), "it is no usable JSON: expected value"),
        (format!("{honest}{{}}").into_bytes(), "it is no usable JSON: trailing characters"),
        (format!("\u{feff}{honest}").into_bytes(), "it is no usable JSON: expected value"),
        (honest.replace("the tag moves", "\\ud800").into_bytes(), "it is no usable JSON: "),
        (honest.replace("the tag moves", "\u{1}").into_bytes(), "it is no usable JSON: control character"),
        (
            honest
                .replace("the tag moves", "X")
                .into_bytes()
                .into_iter()
                .map(|b| if b == b'X' { 0xff } else { b })
                .collect(),
            "it is no usable JSON: invalid unicode",
        ),
        (
            honest.replace("\"files\":1", "\"files\":1e999").into_bytes(),
            "it is no usable JSON: number out of range",
        ),
        (
            twice("\"verdict\":", "\"verdict\":\"pass\",").into_bytes(),
            "it is no usable JSON: the key `verdict` comes twice",
        ),
        (
            twice("\"verdict\":", "\"verd\\u0069ct\":\"pass\",").into_bytes(),
            "it is no usable JSON: the key `verdict` comes twice",
        ),
        (
            twice("\"error\":1", "\"error\":0,").into_bytes(),
            "it is no usable JSON: the key `error` comes twice",
        ),
        (
            twice("\"image-tags\":", "\"image-tags\":{},").into_bytes(),
            "it is no usable JSON: the key `image-tags` comes",
        ),
        (
            format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(),
            "it is no usable JSON: it is nested too",
        ),
        (
            format!("{}1{}", "{\"a\":".repeat(50), "}".repeat(50)).into_bytes(),
            "it is no usable JSON: it is nested too",
        ),
        (
            format!("[{}0]", "0,".repeat(4_000_000)).into_bytes(),
            "it is no usable JSON: it has too many values",
        ),
        (vec![b' '; MAX_REPORT_BYTES + 1], "it has more than 33554432 bytes"),
    ] {
        let found = Report::from_json(&bytes).expect_err("an attack").to_string();
        assert!(found.starts_with(expected), "{expected}\n  found {found}");
        assert!(found.len() < 300 && found == crate::text::clean_line(&found), "{found:?}");
    }
}

#[test]
fn too_many_findings_are_refused() {
    let finding = honest()["findings"][0].clone();
    let small = json!({ "rule": "r", "severity": "info", "status": "existing", "message": "m", "location": {
        "path": "p", "start": { "line": 1, "column": 1 }, "end": { "line": 1, "column": 1 }, "pointer": "" },
        "fingerprint": finding["fingerprint"] });
    let mut report = with("/findings", Value::Array(vec![small; 100_001]));
    let found = read(&report).expect_err("too many");
    assert_eq!(found.to_string(), "/findings: 100001 items: at most 100000 are taken");
    report["findings"].as_array_mut().unwrap().pop();
    report["counts"] =
        json!({ "introduced": {}, "existing": 100_000, "fixed": 0, "waived": 0, "blocking": 0 });
    (report["verdict"], report["exit_code"]) = (json!("incomplete"), json!(3));
    assert_eq!(read(&report).unwrap().findings.len(), 100_000);
}

#[test]
fn text_comes_out_clean_and_bounded() {
    let evil = "\u{1b}[31m\u{202e}\u{200b}\r\n::error::x\u{0}";
    for pointer in [
        "/findings/0/message",
        "/findings/0/hint",
        "/findings/0/object/name",
        "/tool/version",
        "/change/description",
        "/coverage/notices/0",
        "/rules/0/help_url",
        "/failures/0/check",
        "/findings/0/location/pointer",
        "/configuration_changes/effects/0/subject",
    ] {
        let report = serde_json::to_value(read(&with(pointer, json!(evil))).unwrap()).unwrap();
        let text = report.pointer(pointer).unwrap().as_str().unwrap();
        assert_eq!(text, crate::text::clean(text), "{pointer}");
        assert!(text.contains("::error::x"), "{pointer}: {text:?}");
    }
    let path = read(&with("/findings/0/location/path", json!("a\n\u{1b}b.yaml"))).unwrap();
    assert_eq!(path.findings[0].location.path.to_string(), "a \u{fffd}b.yaml");
    let line = read(&with("/findings/0/location/excerpt/lines/0", json!("a\n```\n# b"))).unwrap();
    assert_eq!(line.findings[0].location.excerpt.as_ref().unwrap().lines[0], "a ``` # b");
    let long = read(&with("/findings/0/message", json!("é".repeat(1_000_000)))).unwrap();
    assert_eq!(long.findings[0].message.chars().count(), 65_536);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    /// Whatever is done to a report: it is refused, or it says what its findings say and comes back the same again.
    #[test]
    fn a_damaged_report_never_lies(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = honest().to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            match byte {
                0..32 => drop(bytes.drain(at..(at + usize::from(byte)).min(bytes.len()))),
                32..64 => bytes.insert(at, b"{}[]\",:0-1ea\\u/."[usize::from(byte) % 16]),
                _ => bytes[at] = byte,
            }
            if bytes.is_empty() { break }
        }
        let Ok(report) = Report::from_json(&bytes) else { return Ok(()) };
        let counts = crate::model::Counts::of(&report.findings, report.block_on);
        prop_assert_eq!(Verdict::of(&counts, &report.failures), report.verdict);
        let again = Report::from_json(serde_json::to_string(&report).unwrap().as_bytes());
        prop_assert_eq!(again, Ok(report));
    }
}
