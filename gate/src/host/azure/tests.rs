//! What needs no server: versions, threads as they are read and written, names of statuses.

use serde_json::{Value, json};

use super::{status, thread, version};
use crate::host::adapter::Comment;
use crate::host::{Annotation, HostErrorKind};
use crate::model::Severity;
use crate::text::LineCol;

const ME: &str = "d6245f20-2af8-44f4-9451-8107cb2767db";

fn refusal(kind: &str, newest: &str) -> Value {
    let text = format!(
        "The requested REST API version of 7.1 is out of range for this server. The latest REST API version this \
         server supports is {newest}."
    );
    json!({ "message": text, "typeKey": kind })
}

#[test]
fn an_older_version_is_tried_once_and_never_a_newer_one() {
    const KIND: &str = "VssVersionOutOfRangeException";
    for known in ["7.0", "6.0", "5.1", "5.0"] {
        assert_eq!(version::older(&refusal(KIND, known), version::NEWEST), Some(known));
    }
    assert_eq!(version::older(&refusal(KIND, "6.0"), "6.0"), None);
    assert_eq!(version::older(&refusal(KIND, "7.2"), "7.1"), None);
    assert_eq!(version::older(&refusal(KIND, "4.1"), "7.1"), None);
    assert_eq!(version::older(&refusal("AnotherException", "6.0"), "7.1"), None);
    assert_eq!(version::older(&Value::Null, "7.1"), None);
}

#[test]
fn the_name_of_the_status_never_changes() {
    assert_eq!(status::name("default").unwrap(), "verdict");
    assert_eq!(status::name("security").unwrap(), "security");
    assert_eq!(status::name("verdict").unwrap_err().kind, HostErrorKind::Setup);
}

fn read(thread: &Value, me: Option<&str>) -> Vec<Comment> {
    thread::list(std::slice::from_ref(thread)).into_iter().map(|one| one.comment(me)).collect()
}

fn page(content: &str) -> Value {
    json!({
        "id": 148, "status": "closed", "threadContext": null,
        "comments": [
            { "id": 2, "content": "a reply", "author": { "id": "x" }, "commentType": "text" },
            { "id": 1, "content": content, "author": { "id": ME, "uniqueName": "gate@example.com" }, "commentType": "text" },
        ],
    })
}

#[test]
fn a_comment_is_ours_by_its_author_alone() {
    let marked = page("<!-- gitops-gate:v=1 -->");
    assert!(read(&marked, Some(ME))[0].mine);
    assert!(read(&marked, Some("GATE@example.com"))[0].mine);
    assert!(!read(&marked, Some("somebody"))[0].mine);
    assert!(!read(&marked, None)[0].mine);
    assert!(!read(&page("no mark"), Some(ME))[0].mine);
    let comment = read(&marked, Some(ME)).remove(0);
    assert_eq!((comment.id.as_str(), comment.version, &comment.thread), ("148/1", Some(4), &None));
    assert_eq!(thread::ids(&comment).unwrap(), ("148", "1"));
}

#[test]
fn what_is_deleted_or_written_by_the_host_is_left_out() {
    let mut gone = page("text");
    gone["isDeleted"] = json!(true);
    assert_eq!(read(&gone, None), []);
    let mut first = page("text");
    first["comments"][1]["isDeleted"] = json!(true);
    assert_eq!(read(&first, None), []);
    let mut system = page("Mallory voted 10");
    system["comments"][1]["commentType"] = json!("system");
    assert_eq!(read(&system, None), []);
    for odd in [json!({}), json!({ "id": 1 }), json!({ "id": 1, "comments": [] }), json!("text"), Value::Null]
    {
        assert_eq!(read(&odd, Some(ME)), [], "{odd}");
    }
}

#[test]
fn the_oldest_thread_comes_first() {
    let thread = |id: u64| json!({ "id": id, "comments": [{ "id": 1, "content": "x" }] });
    let ids: Vec<String> = thread::list(&[thread(10), thread(2), thread(7)])
        .into_iter()
        .map(|one| one.comment(None).id)
        .collect();
    assert_eq!(ids, ["2/1", "7/1", "10/1"]);
}

#[test]
fn only_decided_threads_are_resolved() {
    for (status, resolved) in
        [("active", false), ("closed", false), ("pending", false), ("byDesign", true), ("wontFix", true)]
    {
        let mut at_line = page("x");
        at_line["status"] = json!(status);
        at_line["threadContext"] = json!({ "filePath": "/a.yaml" });
        let thread = read(&at_line, None)[0].thread.clone().unwrap();
        assert_eq!((thread.id.as_str(), thread.resolved), ("148", resolved), "{status}");
    }
}

fn finding(severity: Severity) -> Annotation {
    Annotation {
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
        severity,
        path: "apps/a b.yaml".to_owned(),
        start: LineCol { line: 3, column: 5 },
        end: LineCol { line: 4, column: 1 },
        markdown: "**text**".to_owned(),
        ..Annotation::sample()
    }
}

#[test]
fn a_finding_is_a_thread_at_its_lines() {
    let changes = json!({ "changeEntries": [
        { "changeTrackingId": 1, "item": { "path": "/other.yaml" } },
        { "changeTrackingId": 2, "item": { "path": "/apps/a b.yaml" } },
    ] });
    let body = thread::at_line(&finding(Severity::Error), "default", true, &Some((6, changes)));
    assert_eq!(body["status"], "active");
    assert_eq!(
        body["threadContext"],
        json!({
            "filePath": "/apps/a b.yaml",
            "rightFileStart": { "line": 3, "offset": 5 },
            "rightFileEnd": { "line": 4, "offset": 1 },
        })
    );
    assert_eq!(
        body["pullRequestThreadContext"],
        json!({
            "changeTrackingId": 2,
            "iterationContext": { "firstComparingIteration": 6, "secondComparingIteration": 6 },
        })
    );
    let content = body["comments"][0]["content"].as_str().unwrap();
    assert!(content.starts_with("**text**\n\n<!-- gitops-gate:finding=0123456789abcdef"), "{content}");
}

#[test]
fn a_thread_is_open_only_where_the_finding_blocks() {
    let state =
        |severity, blocks| thread::at_line(&finding(severity), "default", blocks, &None)["status"].clone();
    assert_eq!(state(Severity::Error, true), "active");
    assert_eq!(state(Severity::Warning, true), "closed");
    assert_eq!(state(Severity::Error, false), "closed");
}
