//! What answers mean.

use serde_json::json;

use super::server::{Server, Step, answer, json as json_answer};
use super::{client, send};
use crate::host::http::Call;
use crate::host::{HostError, HostErrorKind};

fn error_of(step: Step) -> HostError {
    let server = Server::start(vec![step]);
    send(&client(&server.url()), Call::get(&["x"])).unwrap_err()
}

#[test]
fn json_and_nothing_are_replies() {
    let server = Server::start(vec![
        json_answer(200, r#"{"a": {"b": [1]}, "c": "d", "n": 7}"#),
        answer(204, &[], ""),
        answer(201, &["Content-Type: application/vnd.github+json"], "[1]"),
    ]);
    let client = client(&server.url());
    let reply = send(&client, Call::get(&["x"])).unwrap();
    assert_eq!((reply.status, reply.text("/c").unwrap(), reply.number("/n").unwrap()), (200, "d", 7));
    assert_eq!(reply.items("/a/b").unwrap().len(), 1);
    let error = reply.text("/a/b").unwrap_err();
    assert_eq!(error.kind, HostErrorKind::Strange);
    assert!(error.message.ends_with("/x: the answer has no text at /a/b"), "{error}");
    assert!(send(&client, Call::delete(&["x"])).unwrap().body.is_null());
    assert_eq!(send(&client, Call::get(&["x"])).unwrap().body, json!([1]));
}

#[test]
fn every_status_has_its_kind() {
    for (status, kind) in [
        (400, HostErrorKind::Refused),
        (401, HostErrorKind::Unauthorized),
        (403, HostErrorKind::Forbidden),
        (404, HostErrorKind::NotFound),
        (405, HostErrorKind::Refused),
        (407, HostErrorKind::Setup),
        (409, HostErrorKind::Conflict),
        (410, HostErrorKind::Refused),
        (413, HostErrorKind::Refused),
        (422, HostErrorKind::Refused),
        (429, HostErrorKind::RateLimited),
        (500, HostErrorKind::Unavailable),
        (501, HostErrorKind::Unavailable),
        (502, HostErrorKind::Unavailable),
        (503, HostErrorKind::Unavailable),
        (504, HostErrorKind::Unavailable),
        (301, HostErrorKind::Strange),
        (304, HostErrorKind::Strange),
    ] {
        let error = error_of(json_answer(status, r#"{"message": "why it is so"}"#));
        assert_eq!(error.kind, kind, "{status}");
        assert!(error.message.starts_with("GET http://127.0.0.1:"), "{error}");
        assert!(error.message.contains(&format!("/x: {status} ")), "{error}");
        assert!(status < 400 || error.message.contains("why it is so"), "{error}");
        assert!(error.hint.is_some(), "{status}");
        assert!(!error.ambiguous, "{status}");
    }
}

#[test]
fn a_sign_in_page_is_a_matter_of_the_token() {
    let html = "Content-Type: text/html; charset=utf-8";
    for status in [200, 203] {
        let error = error_of(answer(status, &[html], "<html>Sign in</html>"));
        assert_eq!(error.kind, HostErrorKind::Unauthorized, "{status}");
        assert!(error.hint.unwrap().contains("token"), "{status}");
    }
    let location = "Location: https://spsprodweu5.vssps.visualstudio.com/_signin?realm=dev.azure.com&t=1";
    let error = error_of(answer(302, &[location], ""));
    assert_eq!(error.kind, HostErrorKind::Unauthorized);
    let error = error_of(answer(302, &["Location: https://git.example.com/users/sign_in"], ""));
    assert_eq!(error.kind, HostErrorKind::Unauthorized);
}

#[test]
fn other_forms_are_strange_or_of_their_status() {
    assert_eq!(error_of(answer(200, &["Content-Type: text/plain"], "ok")).kind, HostErrorKind::Strange);
    assert_eq!(error_of(answer(200, &[], "{}")).kind, HostErrorKind::Strange);
    assert_eq!(error_of(json_answer(200, "{\"a\": ")).kind, HostErrorKind::Strange);
    let html = error_of(answer(502, &["Content-Type: text/html"], "<h1>Bad Gateway</h1>"));
    assert_eq!(html.kind, HostErrorKind::Unavailable);
    assert!(html.message.contains("an HTML page") && !html.message.contains("<h1>"), "{html}");
    let plain = error_of(answer(403, &["Content-Type: text/plain"], "no\u{1b}[2J entry"));
    assert_eq!(plain.kind, HostErrorKind::Forbidden);
    assert!(plain.message.ends_with("no\u{fffd}[2J entry"), "{plain}");
}

#[test]
fn a_huge_answer_is_not_read_to_its_end() {
    let body = format!("[\"{}\"]", "x".repeat(17 << 20));
    let error = error_of(json_answer(200, &body));
    assert_eq!(error.kind, HostErrorKind::Strange);
    assert!(error.message.contains("more than 16 MiB"), "{error}");
}

#[test]
fn a_write_whose_answer_cannot_be_read_is_ambiguous() {
    let server = Server::start(vec![json_answer(201, "{")]);
    let error = send(&client(&server.url()), Call::post(&["x"], json!({}))).unwrap_err();
    assert_eq!((error.kind, error.ambiguous), (HostErrorKind::Strange, true));
}

#[test]
fn the_failure_has_the_status_and_the_body() {
    let server = Server::start(vec![json_answer(400, r#"{"message": "Cannot transition"}"#)]);
    let client = client(&server.url());
    let failure = super::block_on(client.try_send(Call::get(&["x"]))).unwrap_err();
    assert_eq!((failure.status, &failure.body["message"]), (Some(400), &json!("Cannot transition")));
}
