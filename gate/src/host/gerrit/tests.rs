//! Reviews, sent through a program that stands in for `ssh` and its server: it writes down what it gets, and answers as
//! Gerrit does. What it got is held against Gerrit's documentation of `ReviewInput`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says so")]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Target, post};
use crate::host::{Annotation, HostErrorKind, Markup, Outcome, Pages, Posted, Publication, RunNumber};
use crate::model::Verdict;
use crate::text::LineCol;

const HEAD: &str = "1111111111111111111111111111111111111111";
const NEWER: &str = "2222222222222222222222222222222222222222";
/// Adds its arguments, one a line, and its input to files; what it answers to the n-th call of a kind is in a file, too.
const SSH: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 9
for word; do printf '%s\n' "$word"; done > args.new
kind=none
for word; do case "$word" in query|review) kind=$word;; esac; done
n=1
while [ -e "$kind.$n.args" ]; do n=$((n + 1)); done
mv args.new "$kind.$n.args"
cat > "$kind.$n.stdin"
[ -e "$kind.$n.sh" ] && . "./$kind.$n.sh"
[ "$kind" = query ] && cat query.json
exit 0
"#;

struct Gerrit {
    folder: tempfile::TempDir,
}

struct Page;

impl Pages for Page {
    fn comment(&self, limit: usize, markup: Markup) -> String {
        assert_eq!(markup, Markup::Plain);
        let text = "**failed**: 'quotes' \"and\" $(commands) `x`; ünï\n".to_owned();
        assert!(text.len() <= limit);
        text
    }
    fn summary(&self, _: usize) -> String {
        "failed".into()
    }
}

impl Gerrit {
    fn new(change: &Value) -> Self {
        let gerrit = Self { folder: tempfile::tempdir().unwrap() };
        let ssh = gerrit.path("ssh");
        std::fs::write(&ssh, SSH).unwrap();
        std::fs::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).unwrap();
        gerrit.is(change);
        gerrit
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn is(&self, change: &Value) {
        let stats = json!({ "type": "stats", "rowCount": 1, "runTimeMilliseconds": 3, "moreChanges": false });
        std::fs::write(self.path("query.json"), format!("{change}\n{stats}\n")).unwrap();
    }

    /// What the n-th call of a kind does before it answers.
    fn does(&self, call: &str, script: &str) {
        std::fs::write(self.path(&format!("{call}.sh")), script).unwrap();
    }

    fn args(&self, call: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path(&format!("{call}.args"))).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn was_called(&self, call: &str) -> bool {
        self.path(&format!("{call}.args")).exists()
    }

    /// The n-th review, which the documentation must allow.
    fn review(&self, call: &str) -> Value {
        let text = std::fs::read_to_string(self.path(&format!("{call}.stdin"))).unwrap();
        let review: Value = serde_json::from_str(&text).unwrap();
        let schema: Value = serde_json::from_str(include_str!("review-input.schema.json")).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = schema.iter_errors(&review).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {review}");
        review
    }

    fn target(&self) -> Target {
        Target {
            ssh: self.path("ssh").into(),
            host: "review.example.com".into(),
            port: 29418,
            user: Some("gate".into()),
            known_hosts: Some(self.path("known hosts")),
            change: 4711,
            patch_set: 2,
            head: HEAD.into(),
            label: "Verified".into(),
            run: RunNumber { run: 5, attempt: 1 },
            budget: Duration::from_secs(20),
        }
    }

    fn post(&self, verdict: Verdict, annotations: Vec<Annotation>) -> Posted {
        let publication = Publication { key: "default".into(), verdict, annotations, pages: &Page };
        post(&self.target(), &publication).unwrap()
    }
}

fn change() -> Value {
    json!({
        "project": "shop", "branch": "main", "id": "I0123", "number": 4711, "subject": "x", "status": "NEW", "open": true,
        "comments": [{ "timestamp": 1, "reviewer": { "username": "ann" }, "message": "Uploaded patch set 2." }],
        "currentPatchSet": {
            "number": 2, "revision": HEAD, "ref": "refs/changes/11/4711/2",
            "files": [
                { "file": "/COMMIT_MSG", "type": "ADDED", "insertions": 7, "deletions": 0 },
                { "file": "apps/web.yaml", "type": "MODIFIED", "insertions": 1, "deletions": -1 },
            ],
        },
    })
}

fn annotation(path: &str, line: u32) -> Annotation {
    Annotation {
        fingerprint: format!("{line:032x}"),
        rule: "image-tags/mutable-image-tag".into(),
        path: path.into(),
        start: LineCol { line, column: 3 },
        end: LineCol { line, column: 9 },
        title: "mutable tag".into(),
        text: "`latest` moves\nuse a version".into(),
        ..Annotation::sample()
    }
}

#[test]
fn a_failure_is_a_vote_a_message_and_comments() {
    let gerrit = Gerrit::new(&change());
    let annotations = vec![annotation("apps/web.yaml", 16), annotation("other/file.yaml", 2)];
    let posted = gerrit.post(Verdict::Fail, annotations);
    assert_eq!((&posted.outcome, posted.failures.len()), (&Outcome::Done, 0), "{posted:?}");
    assert_eq!((posted.signal, posted.comment, posted.annotations, posted.left_out), (true, true, 1, 1));
    let review = gerrit.review("review.1");
    assert_eq!(review["labels"], json!({ "Verified": -1 }));
    assert_eq!(review["tag"], "autogenerated:gitops-gate");
    assert_eq!(review["notify"], "OWNER");
    assert!(
        review["message"]
            .as_str()
            .unwrap()
            .starts_with("**failed**: 'quotes' \"and\" $(commands) `x`; ünï\n")
    );
    let comment = json!({
        "line": 16, "message": "mutable tag\n\n`latest` moves\nuse a version", "unresolved": false
    });
    assert_eq!(review["comments"], json!({ "apps/web.yaml": [comment] }));
}

#[test]
fn the_command_line_is_of_plain_words() {
    let gerrit = Gerrit::new(&change());
    gerrit.post(Verdict::Fail, vec![annotation("apps/web.yaml", 16)]);
    let known = format!("UserKnownHostsFile=\"{}\"", gerrit.path("known hosts").display());
    let options = [
        "-T",
        "-p",
        "29418",
        "-o",
        "BatchMode=yes",
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        "ForwardAgent=no",
        "-o",
        "ClearAllForwardings=yes",
        "-o",
        "ConnectTimeout=20",
        "-o",
        known.as_str(),
        "-l",
        "gate",
        "--",
        "review.example.com",
    ];
    let query =
        ["--format=JSON", "--current-patch-set", "--files", "--comments", "--", "change:4711", "limit:1"];
    assert_eq!(gerrit.args("query.1"), [&options[..], &["gerrit", "query"], &query].concat());
    assert_eq!(gerrit.args("review.1"), [&options[..], &["gerrit", "review", "--json", "4711,2"]].concat());
}

#[test]
fn a_pass_votes_plus_one_and_everything_else_minus_one() {
    for (verdict, vote, notify) in
        [(Verdict::Pass, 1, "NONE"), (Verdict::Fail, -1, "OWNER"), (Verdict::Incomplete, -1, "OWNER")]
    {
        let gerrit = Gerrit::new(&change());
        gerrit.post(verdict, vec![]);
        let review = gerrit.review("review.1");
        assert_eq!((&review["labels"]["Verified"], &review["notify"]), (&json!(vote), &json!(notify)));
    }
}

#[test]
fn a_newer_patch_set_or_a_closed_change_is_left_alone() {
    let mut newer = change();
    newer["currentPatchSet"]["number"] = json!(3);
    newer["currentPatchSet"]["revision"] = json!(NEWER);
    let gerrit = Gerrit::new(&newer);
    assert_eq!(gerrit.post(Verdict::Fail, vec![]).outcome, Outcome::Stale { newer: NEWER.into() });
    let mut closed = change();
    closed["open"] = json!(false);
    gerrit.is(&closed);
    assert_eq!(gerrit.post(Verdict::Fail, vec![]).outcome, Outcome::Closed);
    let mut other = change();
    other["currentPatchSet"]["revision"] = json!(NEWER);
    gerrit.is(&other);
    let posted = gerrit.post(Verdict::Fail, vec![]);
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Setup, "{posted:?}");
    assert!(!gerrit.was_called("review.1"));
}

/// The change after `review`, as `author` would have written it.
fn answered(review: &Value, author: &str) -> Value {
    let mut change = change();
    let message = format!("Patch Set 2: Verified+1\n\n{}", review["message"].as_str().unwrap());
    let message = json!({ "timestamp": 2, "reviewer": { "username": author }, "message": message });
    change["comments"].as_array_mut().unwrap().push(message);
    change
}

#[test]
fn a_pass_is_said_once() {
    let gerrit = Gerrit::new(&change());
    gerrit.post(Verdict::Pass, vec![]);
    let review = gerrit.review("review.1");
    gerrit.is(&answered(&review, "gate"));
    assert_eq!(gerrit.post(Verdict::Pass, vec![]).outcome, Outcome::Unchanged);
    assert!(!gerrit.was_called("review.2"));
    gerrit.is(&answered(&review, "mallory"));
    assert_eq!(
        gerrit.post(Verdict::Pass, vec![]).outcome,
        Outcome::Done,
        "what others write is not believed"
    );
    assert!(gerrit.was_called("review.2"));
}

#[test]
fn a_newer_run_is_not_overwritten() {
    let gerrit = Gerrit::new(&change());
    gerrit.post(Verdict::Fail, vec![]);
    let mut review = gerrit.review("review.1");
    review["message"] = json!(review["message"].as_str().unwrap().replace("run=5.1", "run=6.1"));
    gerrit.is(&answered(&review, "gate"));
    let expected = Outcome::Overtaken { run: RunNumber { run: 6, attempt: 1 } };
    assert_eq!(gerrit.post(Verdict::Pass, vec![]).outcome, expected);
}

#[test]
fn a_comment_that_is_refused_does_not_take_the_vote_with_it() {
    let gerrit = Gerrit::new(&change());
    gerrit.does("review.1", "echo 'error: file apps/web.yaml not found in revision 4711,2' >&2; exit 1");
    let posted = gerrit.post(Verdict::Fail, vec![annotation("apps/web.yaml", 16)]);
    assert_eq!((posted.signal, posted.annotations, posted.left_out), (true, 0, 1), "{posted:?}");
    assert_eq!(posted.failures[0].0, "commenting on lines");
    assert_eq!(gerrit.review("review.2")["labels"], json!({ "Verified": -1 }));
    assert!(gerrit.review("review.2")["comments"].is_null());
}

#[test]
fn twelve_hundred_findings_are_one_review_of_a_hundred_comments() {
    let gerrit = Gerrit::new(&change());
    let posted =
        gerrit.post(Verdict::Fail, (1..=1200).map(|line| annotation("apps/web.yaml", line)).collect());
    assert_eq!((posted.annotations, posted.left_out), (100, 1100));
    let review = gerrit.review("review.1");
    let comments = review["comments"]["apps/web.yaml"].as_array().unwrap();
    assert_eq!((comments.len(), &comments[0]["line"]), (100, &json!(1)));
    assert!(!gerrit.was_called("query.2") && !gerrit.was_called("review.2"));
}

#[test]
fn errors_say_whose_fault_it_is() {
    for (call, script, kind) in [
        (
            "query.1",
            "echo 'gate@h: Permission denied (publickey).' >&2; exit 255",
            HostErrorKind::Unauthorized,
        ),
        ("query.1", "echo 'Host key verification failed.' >&2; exit 255", HostErrorKind::Setup),
        ("query.1", "echo '{\"type\":\"stats\",\"rowCount\":0}'; exit 0", HostErrorKind::NotFound),
        ("query.1", "echo '<html>Sign in</html>'; exit 0", HostErrorKind::Strange),
        (
            "review.1",
            "echo 'error: Applying label \"Verified\": -1 is restricted' >&2; exit 1",
            HostErrorKind::Forbidden,
        ),
        (
            "review.1",
            "echo 'error: label \"Verified\" is not a configured label' >&2; exit 1",
            HostErrorKind::Setup,
        ),
    ] {
        let gerrit = Gerrit::new(&change());
        gerrit.does(call, script);
        let posted = gerrit.post(Verdict::Fail, vec![]);
        assert_eq!((posted.signal, posted.failures[0].1.kind), (false, kind), "{script}: {posted:?}");
    }
}

#[test]
fn a_connection_that_breaks_is_tried_again_and_never_doubles_a_review() {
    let broken = "echo 'Connection reset by peer' >&2; exit 255";
    let gerrit = Gerrit::new(&change());
    gerrit.does("query.1", broken);
    gerrit.does("review.1", broken);
    let posted = gerrit.post(Verdict::Pass, vec![]);
    assert_eq!((posted.signal, posted.failures.len()), (true, 0), "{posted:?}");
    assert!(gerrit.was_called("review.2"), "the first one has not arrived");
    let first = gerrit.review("review.1");

    let gerrit = Gerrit::new(&change());
    std::fs::write(gerrit.path("after.json"), answered(&first, "gate").to_string() + "\n").unwrap();
    gerrit.does("review.1", &format!("cp after.json query.json; {broken}"));
    let posted = gerrit.post(Verdict::Pass, vec![]);
    assert_eq!((posted.signal, posted.failures.len()), (true, 0), "{posted:?}");
    assert!(!gerrit.was_called("review.2"), "it has arrived, only the answer was lost");
}

#[test]
fn a_server_that_hangs_is_given_up() {
    let gerrit = Gerrit::new(&change());
    gerrit.does("query.1", "sleep 60");
    let target = Target { budget: Duration::from_secs(1), ..gerrit.target() };
    let publication =
        Publication { key: "default".into(), verdict: Verdict::Pass, annotations: vec![], pages: &Page };
    let started = Instant::now();
    let posted = post(&target, &publication).unwrap();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(posted.failures[0].1.kind, HostErrorKind::Unavailable, "{posted:?}");
}

#[test]
fn what_is_no_target_is_refused_before_anything_is_sent() {
    let gerrit = Gerrit::new(&change());
    let publication =
        Publication { key: "default".into(), verdict: Verdict::Pass, annotations: vec![], pages: &Page };
    for target in [
        Target { host: "-oProxyCommand=touch x".into(), ..gerrit.target() },
        Target { host: "h; id".into(), ..gerrit.target() },
        Target { user: Some("-x".into()), ..gerrit.target() },
        Target { known_hosts: Some("a\"b".into()), ..gerrit.target() },
        Target { label: String::new(), ..gerrit.target() },
        Target { change: 0, ..gerrit.target() },
    ] {
        assert_eq!(post(&target, &publication).unwrap_err().kind, HostErrorKind::Setup, "{target:?}");
    }
    assert!(!gerrit.was_called("query.1"));
}
