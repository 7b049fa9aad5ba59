//! What is sent again, when, and what is not.

use std::time::{Duration, Instant, SystemTime};

use serde_json::json;

use super::server::{Server, Step, answer, json as json_answer};
use super::{TOKEN, block_on, client, send};
use crate::host::http::{Auth, Call, Client};
use crate::host::{HostErrorKind, Secret};

const JSON: &str = "Content-Type: application/json";

fn post<'a>() -> Call<'a> {
    Call::post(&["x"], json!({"a": 1}))
}

fn fine() -> Step {
    json_answer(200, "{}")
}

#[test]
fn reads_are_repeated_until_they_succeed() {
    let broken = || json_answer(500, "{}");
    for bad in [
        broken(),
        json_answer(502, ""),
        json_answer(503, ""),
        json_answer(504, ""),
        Step::DropBefore,
        Step::DropAfter,
    ] {
        let server = Server::start(vec![bad.clone(), bad, fine()]);
        assert!(send(&client(&server.url()), Call::get(&["x"])).is_ok());
        assert_eq!(server.seen().len(), 3);
    }
}

#[test]
fn five_attempts_with_growing_waits() {
    let server = Server::start(vec![json_answer(502, r#"{"message": "busy"}"#)]);
    let client = client(&server.url());
    let error = send(&client, Call::put(&["x"], json!({}))).unwrap_err();
    assert_eq!((error.kind, error.ambiguous), (HostErrorKind::Unavailable, true));
    assert!(error.message.ends_with("502 Bad Gateway: busy (5 attempts)"), "{error}");
    assert_eq!(server.seen().len(), 5);
    let waits = client.clock.waits();
    assert_eq!(waits.len(), 4);
    for (wait, bound) in waits.iter().zip([500, 1000, 2000, 4000]) {
        assert!(wait.as_millis() <= bound, "{waits:?}");
    }
}

#[test]
fn a_post_is_not_repeated_when_it_may_have_been_carried_out() {
    let cut = Step::Cut(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{".to_vec(),
    );
    for bad in [json_answer(500, "{}"), json_answer(503, ""), Step::DropAfter, cut] {
        let server = Server::start(vec![bad, fine()]);
        let error = send(&client(&server.url()), post()).unwrap_err();
        assert_eq!((error.kind, error.ambiguous), (HostErrorKind::Unavailable, true));
        assert_eq!(server.seen().len(), 1);
    }
    let server = Server::start(vec![Step::DropAfter, fine()]);
    assert!(send(&client(&server.url()), post().repeatable()).is_ok());
}

#[test]
fn a_post_is_repeated_when_it_was_certainly_not_carried_out() {
    for bad in [
        answer(429, &[JSON], "{}"),
        answer(503, &[JSON, "Retry-After: 1"], "{}"),
        answer(403, &[JSON, "Retry-After: 1"], "{}"),
    ] {
        let server = Server::start(vec![bad, fine()]);
        assert!(send(&client(&server.url()), post()).is_ok());
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|request| request.ends_with(r#"{"a":1}"#)), "{seen:?}");
    }
}

#[test]
fn nobody_listens() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = client(&format!("http://{free}"));
    let error = send(&client, post()).unwrap_err();
    assert_eq!((error.kind, error.ambiguous), (HostErrorKind::Unavailable, false));
    assert!(error.message.contains("no connection: ") && error.message.ends_with("(5 attempts)"), "{error}");
}

#[test]
fn retry_after_is_honoured_in_both_forms() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(10));
    for header in ["Retry-After: 9".to_owned(), format!("Retry-After: {date}")] {
        let server = Server::start(vec![answer(429, &[JSON, &header], "{}"), fine()]);
        let client = client(&server.url());
        assert!(send(&client, Call::get(&["x"])).is_ok());
        let waits = client.clock.waits();
        assert!(waits[0].as_millis() >= 8_000 && waits[0].as_millis() <= 10_500, "{waits:?}");
    }
}

#[test]
fn a_limit_beyond_the_budget_is_told_at_once() {
    let reset = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + 1800;
    let primary = format!("x-ratelimit-reset: {reset}");
    for step in [
        answer(429, &[JSON, "Retry-After: 1800"], "{}"),
        answer(
            403,
            &[JSON, "x-ratelimit-remaining: 0", &primary],
            r#"{"message": "API rate limit exceeded"}"#,
        ),
    ] {
        let server = Server::start(vec![step]);
        let client = client(&server.url());
        let error = send(&client, Call::get(&["x"])).unwrap_err();
        assert_eq!(error.kind, HostErrorKind::RateLimited);
        assert!(error.message.contains(" s, until ") && error.message.ends_with("GMT)"), "{error}");
        assert_eq!((server.seen().len(), client.clock.waits().len()), (1, 0));
    }
}

#[test]
fn an_answer_can_ask_to_slow_down() {
    let slow = answer(200, &[JSON, "Retry-After: 4"], "{}");
    let server =
        Server::start(vec![slow, fine(), fine(), answer(200, &[JSON, "Retry-After: 4000"], "{}"), fine()]);
    let client = client(&server.url());
    for _ in 0..3 {
        assert!(send(&client, Call::get(&["x"])).is_ok());
    }
    assert_eq!(client.clock.waits(), [Duration::from_secs(4)]);
    for _ in 0..2 {
        assert!(send(&client, Call::get(&["x"])).is_ok());
    }
    assert!(client.clock.waits()[1] < Duration::from_secs(14), "{:?}", client.clock.waits());
}

#[test]
fn refusals_are_final() {
    for status in [400, 401, 403, 404, 409, 422] {
        let server = Server::start(vec![json_answer(status, "{}")]);
        assert!(send(&client(&server.url()), Call::get(&["x"])).is_err());
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[test]
fn the_budget_is_a_wall() {
    let server = Server::start(vec![Step::Slow(Duration::from_secs(5))]);
    let budget = Duration::from_millis(400);
    let client = Client::new(&server.url(), Auth::Bearer(Secret::new(TOKEN)), budget).unwrap();
    let begin = Instant::now();
    let error = send(&client, Call::get(&["x"])).unwrap_err();
    assert!(begin.elapsed() < Duration::from_millis(900), "{:?}", begin.elapsed());
    assert_eq!(error.kind, HostErrorKind::Unavailable);
    assert!(error.message.contains("no answer within 0.4 s"), "{error}");
    let late = block_on(client.send(post())).unwrap_err();
    assert!(late.message.contains("the time for posting is used up") && !late.ambiguous, "{late}");
    assert_eq!(server.seen().len(), 1);
}
