//! `gate post`: a saved report is hostile data. What is not exactly a report about the very commit is refused, with exit code
//! 2, before anything is sent anywhere.

use std::io::{Read, Write};
use std::net::TcpListener;

use gate_tests::{Run, TestRepo};
use serde_json::{Value, json};

use crate::{DEPLOYMENT, gate, shop};

/// A real report with one finding that blocks, and the commit that it is about.
struct Saved {
    repo: TestRepo,
    report: Value,
    head: String,
    /// Where nothing may arrive.
    host: TcpListener,
}

impl Saved {
    fn new() -> Self {
        let repo = shop();
        repo.branch("pr")
            .write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", "web:latest"))
            .commit("latest");
        let run = gate().run(repo.path(), &["check", "--base=main", "--format=json"]);
        assert_eq!(run.code, 1, "{run:?}");
        let host = TcpListener::bind("127.0.0.1:0").unwrap();
        host.set_nonblocking(true).unwrap();
        let head = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
        Self { repo, report: run.json(), head, host }
    }

    fn post(&self, report: &[u8], head: &str) -> Run {
        let url = format!("http://{}", self.host.local_addr().unwrap());
        let arguments = [
            "post",
            "-",
            "--host=github",
            "--api-url",
            &url,
            "--repository=octo-org/shop",
            "--pr=7",
            "--head",
            head,
        ];
        gate().run_with(self.repo.path(), &arguments, &[("GATE_TOKEN", "not-a-real-token")], Some(report))
    }

    /// Asserts that `report` is refused because of `expected`, and that nobody was asked anything.
    fn refuses(&self, report: &[u8], expected: &str) {
        let run = self.post(report, &self.head);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{expected}: {run:?}");
        let message = run.stderr.strip_prefix("error: standard input is no report that can be posted: ");
        assert!(message.is_some_and(|message| message.starts_with(expected)), "{expected}: {run:?}");
        assert!(run.stderr.lines().count() <= 2 && !run.stderr.contains(['\u{1b}', '\u{202e}']), "{run:?}");
        assert!(self.host.accept().is_err(), "{expected}: something was sent");
    }

    fn with(&self, pointer: &str, value: Value) -> Vec<u8> {
        let mut report = self.report.clone();
        *report.pointer_mut(pointer).unwrap() = value;
        report.to_string().into_bytes()
    }
}

#[test]
fn forged_reports_are_refused() {
    let saved = Saved::new();
    let path = "/findings/0/location/path";
    let mut empty = saved.report.clone();
    empty["findings"] = json!([]);
    for (report, expected) in [
        // A lie about the verdict, in each place where it could be told.
        (
            saved.with("/verdict", json!("pass")),
            "/verdict: the report says `pass`, its findings and failures say `fail`",
        ),
        (saved.with("/exit_code", json!(0)), "/exit_code: the exit code is not that of the verdict"),
        (saved.with("/counts/blocking", json!(0)), "/counts: the counts are not those of the findings"),
        (
            saved.with("/counts/introduced", json!({ "info": 1 })),
            "/counts: the counts are not those of the findings",
        ),
        (
            saved.with("/findings/0/status", json!("fixed")),
            "/counts: the counts are not those of the findings",
        ),
        (
            saved.with("/findings/0/severity", json!("info")),
            "/counts: the counts are not those of the findings",
        ),
        (empty.to_string().into_bytes(), "/counts: the counts are not those of the findings"),
        // Another version, another program.
        (
            saved.with("/version", json!("2.0")),
            "/version: the report has version `2.0`; versions 1.x are read",
        ),
        (saved.with("/tool/name", json!("other-gate")), "/tool: only reports of gitops-gate are read"),
        // Places outside of the repository, impossible places.
        (saved.with(path, json!("../../etc/passwd")), "/findings/0/location/path: a path below the root"),
        (saved.with(path, json!("/etc/passwd")), "/findings/0/location/path: a path below the root"),
        (
            saved.with("/findings/0/location/start/line", json!(0)),
            "/findings/0/location/start/line: a number from 1",
        ),
        (
            saved.with("/findings/0/location/end/line", json!(1)),
            "/findings/0/location: the end stands before the start",
        ),
        (saved.with("/coverage/files", json!(u64::MAX)), "/coverage/files: a count from 0"),
        (
            saved.with("/findings/0/location/end/column", json!(-7)),
            "/findings/0/location/end/column: a count from 0",
        ),
        // Identities that are none.
        (
            saved.with("/findings/0/fingerprint", json!("<script>")),
            "/findings/0/fingerprint: 32 lower-case hexadecimal",
        ),
        (
            saved.with("/change/head_commit", json!("main")),
            "/change/head_commit: 40 or 64 lower-case hexadecimal",
        ),
        // Fields that no report has, and other types.
        (
            saved.with("/tool", json!({ "name": "gitops-gate", "version": "1", "run": "rm" })),
            "/tool/run: a report of this",
        ),
        (
            saved.with("/findings/0/message", json!(["a"])),
            "/findings/0/message: a text is expected, not a list",
        ),
        (
            saved.with("/findings/0/location", json!(["apps/web.yaml"])),
            "/findings/0/location: an object is expected",
        ),
        (saved.with("/verdict", json!({ "pass": null })), "/verdict: a text is expected, not an object"),
        (
            saved.with("/block_on", json!("never\u{1b}[2J")),
            "/block_on: `never\u{fffd}[2J` is an unknown word",
        ),
    ] {
        saved.refuses(&report, expected);
    }
}

#[test]
fn what_is_no_strict_json_is_refused() {
    let saved = Saved::new();
    let text = saved.report.to_string();
    let message = saved.report["findings"][0]["message"].as_str().unwrap();
    assert!(text.contains(message), "{text}");
    let put = |new: &str| text.replace(message, new).into_bytes();
    let twice = text.replacen("\"verdict\":", "\"verdict\":\"pass\",\"verdict\":", 1);
    let mut no_utf8 = put("X");
    no_utf8.iter_mut().filter(|byte| **byte == b'X').for_each(|byte| *byte = 0xff);
    for (report, expected) in [
        (twice.into_bytes(), "it is no usable JSON: the key `verdict` comes twice in one object"),
        (put("\\ud800"), "it is no usable JSON: unexpected end of hex escape"),
        (put("\u{0}"), "it is no usable JSON: control character"),
        (no_utf8, "it is no usable JSON: invalid unicode"),
        ("[".repeat(500_000).into_bytes(), "it is no usable JSON: it is nested too deeply"),
        (
            format!("[{}0]", "0,".repeat(5_000_000)).into_bytes(),
            "it is no usable JSON: it has too many values",
        ),
        (
            text.replacen("\"files\":", "\"files\":1e99999,\"x\":", 1).into_bytes(),
            "it is no usable JSON: number out of range",
        ),
        (format!("{text}{text}").into_bytes(), "it is no usable JSON: trailing characters"),
        (b"<html>".to_vec(), "it is no usable JSON: expected value"),
        (Vec::new(), "it is no usable JSON: EOF while parsing"),
        (vec![b' '; (32 << 20) + 1], "it has more than 33554432 bytes"),
    ] {
        saved.refuses(&report, expected);
    }
}

#[test]
fn a_report_about_another_commit_is_refused() {
    let saved = Saved::new();
    let honest = saved.report.to_string().into_bytes();
    let other = "ab".repeat(20);
    let run = saved.post(&honest, &other);
    let expected = format!("error: the report is about the commit {}, not about {other}\n", saved.head);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.starts_with(&expected), "{run:?}");
    let mut none = saved.report.clone();
    none["change"].as_object_mut().unwrap().remove("head_commit");
    let run = saved.post(none.to_string().as_bytes(), &saved.head);
    assert!(run.code == 2 && run.stderr.contains("the report is about no commit, not about"), "{run:?}");
    assert!(saved.host.accept().is_err(), "something was sent");
}

#[test]
fn arguments_are_checked_first() {
    let saved = Saved::new();
    let report = saved.report.to_string();
    let post = |more: &[&str]| {
        let arguments = [&["post", "-"][..], more].concat();
        gate().run_with(saved.repo.path(), &arguments, &[], Some(report.as_bytes()))
    };
    for key in ["Two Gates", "a;key=b", "-a", "a--b", "", "x".repeat(25).as_str()] {
        let run = post(&[&format!("--key={key}")]);
        assert!(run.code == 2 && run.stderr.contains("is no name of a gate"), "{key}: {run:?}");
    }
    let missing = gate().run(saved.repo.path(), &["post", "no-such-file.json"]);
    assert!(missing.code == 2 && missing.stderr.contains("no-such-file.json cannot be read"), "{missing:?}");
    let help = gate().run(saved.repo.path(), &["post", "--help"]);
    assert!(help.code == 0 && help.stdout.contains("--key") && help.stdout.contains("--head"), "{help:?}");
}

/// An honest report, with text in it that is anything but, is not held back by the reader. What the host makes of it is
/// tested with each host; this one knows nobody.
#[test]
fn an_honest_report_is_taken() {
    let saved = Saved::new();
    saved.host.set_nonblocking(false).unwrap();
    let host = saved.host.try_clone().unwrap();
    std::thread::spawn(move || host.incoming().flatten().for_each(turn_away));
    let evil = "\u{1b}[31m\u{202e}::error::x ##vso[task.x]y <script> @everyone | a | \u{0} [x](https://evil.example)";
    let reports = [
        saved.report.to_string().into_bytes(),
        saved.with("/findings/0/message", json!(evil)),
        saved.with("/findings/0/message", json!("é".repeat(1_000_000))),
        saved.with("/version", json!("1.0")),
    ];
    for report in reports {
        let run = saved.post(&report, &saved.head);
        assert!(
            !run.stderr.contains("no report that can be posted") && !run.stderr.contains("is about"),
            "{run:?}"
        );
        assert!(
            !run.stderr.contains("not-a-real-token") && !run.stdout.contains("not-a-real-token"),
            "{run:?}"
        );
        assert!(run.code != 0 && run.code != 1, "it was not posted, and posting has no verdict: {run:?}");
    }
}

fn turn_away(mut stream: std::net::TcpStream) {
    let answer = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
                  Connection: close\r\n\r\n{}";
    // Who has hung up already needs no answer.
    let _ = stream.read(&mut [0; 65_536]).and_then(|_| stream.write_all(answer.as_bytes()));
}
