//! The proxies of the environment. Variables are those of a process: each case runs in one of its own.

use std::process::Command;

use super::server::{Server, json};
use super::{client, send};
use crate::host::HostErrorKind;
use crate::host::http::Call;

const VARIABLES: [&str; 8] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// Runs `case` of this file with `variables` and no others about proxies.
fn run(case: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in VARIABLES {
        command.env_remove(name);
    }
    let name = format!("host::http::tests::proxy::{case}");
    let output =
        command.args(["--exact", &name, "--ignored"]).envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn the_environment_names_the_proxy() {
    let proxy = Server::start(vec![json(200, "{}")]);
    let url = proxy.url();
    run("through", &[("HTTP_PROXY", &url)]);
    run("through", &[("http_proxy", &url), ("NO_PROXY", "other.invalid")]);
    let seen = proxy.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].starts_with("GET http://git.example.invalid/api/x HTTP/1.1\r\n"), "{seen:?}");
}

#[test]
fn some_hosts_are_reached_without() {
    let proxy = Server::start(vec![json(200, "{}")]);
    let url = proxy.url();
    run("past", &[("HTTP_PROXY", &url), ("NO_PROXY", "localhost,.example.invalid")]);
    run("loopback", &[("HTTP_PROXY", &url), ("ALL_PROXY", &url)]);
    assert_eq!(proxy.seen(), Vec::<String>::new());
}

#[test]
fn encrypted_requests_go_through_a_tunnel() {
    let proxy = Server::start(vec![json(502, "{}")]);
    run("tunnel", &[("HTTPS_PROXY", &proxy.url())]);
    let seen = proxy.seen();
    assert!(seen[0].starts_with("CONNECT git.example.invalid:443 HTTP/1.1\r\n"), "{seen:?}");
    assert!(!seen.iter().any(|seen| seen.contains(super::TOKEN)), "{seen:?}");
}

#[test]
#[ignore = "a case of the tests above, with their variables"]
fn through() {
    assert!(send(&client("http://git.example.invalid/api"), Call::get(&["x"])).is_ok());
}

#[test]
#[ignore = "a case of the tests above, with their variables"]
fn past() {
    let error = send(&client("http://git.example.invalid/api"), Call::get(&["x"])).unwrap_err();
    assert_eq!(error.kind, HostErrorKind::Unavailable);
}

#[test]
#[ignore = "a case of the tests above, with their variables"]
fn loopback() {
    let server = Server::start(vec![json(200, "{}")]);
    assert!(send(&client(&server.url()), Call::get(&["x"])).is_ok());
}

#[test]
#[ignore = "a case of the tests above, with their variables"]
fn tunnel() {
    let error = send(&client("https://git.example.invalid/api"), Call::get(&["x"])).unwrap_err();
    assert_eq!((error.kind, error.ambiguous), (HostErrorKind::Unavailable, false));
}
