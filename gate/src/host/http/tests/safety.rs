//! The token and the path: what leaves, and where to.

use std::time::Duration;

use serde_json::json;

use super::server::{Server, answer, json as json_answer};
use super::{BUDGET, TOKEN, block_on, client, send};
use crate::host::http::{Auth, Call, Client};
use crate::host::{HostErrorKind, Secret};

#[test]
fn requests_carry_the_headers() {
    let server = Server::start(vec![json_answer(200, "{}")]);
    let client =
        client(&format!("{}/api/v4/", server.url())).header("x-github-api-version", "2022-11-28").unwrap();
    send(&client, Call::post(&["projects", "a/b", "..c"], json!({"ä": 1})).query("q", "x y&z")).unwrap();
    let request = &server.seen()[0];
    assert!(request.starts_with("POST /api/v4/projects/a%2Fb/..c?q=x%20y%26z HTTP/1.1\r\n"), "{request}");
    let lower = request.to_ascii_lowercase();
    for header in [
        format!("authorization: bearer {}", TOKEN.to_ascii_lowercase()),
        "accept: application/json".to_owned(),
        "content-type: application/json".to_owned(),
        "x-github-api-version: 2022-11-28".to_owned(),
        format!("user-agent: gitops-gate/{}", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(lower.contains(&format!("\r\n{header}\r\n")), "{header} in {request}");
    }
    assert!(request.ends_with("{\"ä\":1}"), "{request}");
}

#[test]
fn every_kind_of_authentication() {
    let secret = || Secret::new(TOKEN);
    for (auth, header) in [
        (Auth::Token(secret()), format!("authorization: token {TOKEN}")),
        (Auth::Basic("me".to_owned(), Secret::new("pass")), "authorization: Basic bWU6cGFzcw==".to_owned()),
        (Auth::Header("PRIVATE-TOKEN", secret()), format!("private-token: {TOKEN}")),
    ] {
        let server = Server::start(vec![json_answer(200, "{}")]);
        let client = Client::new(&server.url(), auth, BUDGET).unwrap();
        send(&client, Call::get(&["x"])).unwrap();
        assert!(server.seen()[0].contains(&header), "{}", server.seen()[0]);
    }
    let server = Server::start(vec![json_answer(200, "{}")]);
    send(&Client::new(&server.url(), Auth::None, BUDGET).unwrap(), Call::get(&["x"])).unwrap();
    assert!(!server.seen()[0].to_ascii_lowercase().contains("authorization"));
}

#[test]
fn nothing_goes_to_another_server() {
    let other = Server::start(vec![json_answer(200, "{}")]);
    let elsewhere = format!("{}/api/x", other.url());
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(vec![answer(status, &[&format!("Location: {elsewhere}")], "")]);
        let client = client(&format!("{}/api", server.url()));
        assert_eq!(send(&client, Call::get(&["x"])).unwrap_err().kind, HostErrorKind::Strange);
        assert_eq!(block_on(client.follow(&elsewhere)).unwrap_err().kind, HostErrorKind::Strange);
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!(other.seen(), Vec::<String>::new());
}

#[test]
fn pages_are_followed_at_home() {
    let next = |url: &str| {
        format!("Link: <{url}/api/x?page=1>; rel=\"prev\", <{url}/api/x?page=3&a=b>; rel=\"next\"")
    };
    let first = answer(200, &["Content-Type: application/json", &next("http://127.0.0.1:1")], "[]");
    let server = Server::start(vec![first, json_answer(200, "[1]")]);
    let client = client(&format!("{}/api", server.url()));
    let reply = send(&client, Call::get(&["x"])).unwrap();
    let link = reply.next_link().unwrap();
    assert_eq!(link, "http://127.0.0.1:1/api/x?page=3&a=b");
    assert_eq!(block_on(client.follow(&link)).unwrap_err().kind, HostErrorKind::Strange);
    let here = link.replace("http://127.0.0.1:1", &server.url());
    assert_eq!(block_on(client.follow(&here)).unwrap().next_link(), None);
    assert!(server.seen()[1].starts_with("GET /api/x?page=3&a=b "), "{:?}", server.seen());
}

#[test]
fn a_token_that_is_echoed_does_not_show() {
    let echo = format!("token {TOKEN} is wrong, Basic bWU6Z2xwYXQtVDBwUzNjcjN0VDBrM24=");
    let steps = [
        json_answer(401, &json!({"message": echo, "errors": [{"message": TOKEN}]}).to_string()),
        answer(403, &["Content-Type: text/plain"], &echo),
        answer(200, &[&format!("Content-Type: text/{TOKEN}")], &echo),
        answer(302, &[&format!("Location: /x/{TOKEN}")], ""),
    ];
    for step in steps {
        let server = Server::start(vec![step]);
        let auth = Auth::Basic("me".to_owned(), Secret::new(TOKEN));
        let client = Client::new(&server.url(), auth, BUDGET).unwrap();
        let failure = block_on(client.try_send(Call::get(&["x"]))).unwrap_err();
        let text = format!("{:?}", failure.error).to_ascii_lowercase();
        assert!(!text.contains(&TOKEN.to_ascii_lowercase()) && !text.contains("bwu6"), "{text}");
    }
}

#[test]
fn a_local_proxy_gets_everything_and_no_token() {
    let proxy = Server::start(vec![json_answer(200, "{}")]);
    let client = Client::new("https://api.bitbucket.example/2.0", Auth::None, BUDGET)
        .unwrap()
        .proxy(&proxy.url())
        .unwrap();
    send(&client, Call::get(&["user"])).unwrap();
    block_on(client.follow("https://api.bitbucket.example/2.0/user?page=2")).unwrap();
    let seen = proxy.seen();
    assert!(seen[0].starts_with("GET http://api.bitbucket.example/2.0/user HTTP/1.1\r\n"), "{seen:?}");
    assert!(seen[1].starts_with("GET http://api.bitbucket.example/2.0/user?page=2 HTTP/1.1\r\n"), "{seen:?}");
}

#[test]
fn tokens_that_cannot_be_sent_are_told_without_them() {
    let new = |token: &str| {
        Client::new("https://x", Auth::Bearer(Secret::new(token)), Duration::from_secs(1)).map(drop)
    };
    assert_eq!(new(" \n").unwrap_err().kind, HostErrorKind::Unauthorized);
    let error = new("ab\ncd-secret").unwrap_err();
    assert_eq!(error.kind, HostErrorKind::Setup);
    assert!(!error.message.contains("secret"), "{error}");
}
