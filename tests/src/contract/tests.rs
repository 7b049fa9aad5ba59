//! The framework itself: it must notice what is wrong, else nothing that is tested with it means anything.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, Fault, Request, Server, Twin};

/// GitLab with two memories: the bodies of notes, and what it says to each request.
struct Notes {
    bodies: Vec<String>,
    answer: fn(&Request) -> Answer,
}

impl Twin for Notes {
    fn spec(&self) -> &'static str {
        "gitlab"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if request.operation == "notes.create" {
            self.bodies.push(request.text("body").to_owned());
        }
        (self.answer)(request)
    }
}

/// An answer that fits.
fn sound(request: &Request) -> Answer {
    match request.operation.as_str() {
        "notes.list" => Answer::ok(json!([])),
        "notes.create" => Answer::created(note()),
        other => panic!("{other}"),
    }
}

fn note() -> Value {
    let person = json!({
        "id": 1, "username": "x", "name": "x", "state": "active", "locked": false, "avatar_url": null, "web_url": "http://x/x",
    });
    json!({
        "id": 301, "type": null, "body": "x", "author": person, "created_at": "2026-05-12T09:00:00.000Z",
        "updated_at": "2026-05-12T09:00:00.000Z", "system": false, "noteable_id": 2, "noteable_type": "MergeRequest",
        "project_id": 5, "resolvable": false, "confidential": false, "internal": false, "noteable_iid": 2,
    })
}

fn server() -> Server<Notes> {
    Server::start(Notes { bodies: Vec::new(), answer: sound })
}

const NOTES: &str = "/api/v4/projects/group%2Fname/merge_requests/7/notes";

/// Sends a request; what comes back until the connection ends, headers included.
fn send<T: Twin>(server: &Server<T>, method: &str, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A broken connection is one of the answers.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

const JSON: &str = "Content-Type: application/json\r\n";

fn get(server: &Server<Notes>, path: &str) -> String {
    send(server, "GET", path, "", "")
}

fn post(server: &Server<Notes>, body: &str) -> String {
    send(server, "POST", NOTES, JSON, body)
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

#[test]
fn a_sound_request_is_carried_out() {
    let server = server();
    let answer = post(&server, r#"{"body": "hello"}"#);
    assert_eq!(status(&answer), 201, "{answer}");
    assert_eq!(status(&get(&server, &format!("{NOTES}?sort=asc&per_page=100"))), 200);
    assert_eq!(server.twin().bodies, ["hello"]);
    assert_eq!(server.violations(), [""; 0]);
    let seen = server.requests();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].is("notes.create") && seen[1].is("notes.list"));
    assert_eq!((seen[0].status, seen[0].body["body"].as_str()), (Some(201), Some("hello")));
    assert_eq!(seen[0].raw.header("content-type"), Some("application/json"));
}

#[test]
fn requests_that_the_specification_refuses_are_refused() {
    for (method, path, headers, body, says) in [
        ("POST", NOTES, JSON, r#"{"body": 1}"#, "is not of type"),
        ("POST", NOTES, JSON, r#"{}"#, "required"),
        ("POST", NOTES, JSON, r#"{"body": "x", "boddy": "y"}"#, "boddy"),
        ("POST", NOTES, JSON, r#"{"body": ""}"#, "documented rule"),
        ("POST", NOTES, JSON, "", "the body is missing"),
        ("POST", NOTES, JSON, "{", "not JSON"),
        ("POST", NOTES, "Content-Type: text/plain\r\n", r#"{"body": "x"}"#, "content type"),
        ("GET", NOTES, JSON, r#"{"body": "x"}"#, "does not take"),
        ("PATCH", NOTES, JSON, r#"{"body": "x"}"#, "no such operation"),
        ("GET", "/api/v4/projects/1/merge_requests/7/nodes", "", "", "no such operation"),
        ("GET", "/projects/1/merge_requests/7/notes", "", "", "no such operation"),
        ("GET", "/api/v4/projects/group/name/merge_requests/7/notes", "", "", "no such operation"),
        ("GET", "/api/v4/projects//merge_requests/7/notes", "", "", "no such operation"),
        ("GET", "/api/v4/projects/1/merge_requests/seven/notes", "", "", "noteable_id"),
        ("GET", "/api/v4/projects/%zz/merge_requests/7/notes", "", "", "percent-encoded"),
        ("GET", &format!("{NOTES}?perpage=1"), "", "", "unknown query parameter perpage"),
        ("GET", &format!("{NOTES}?page=one"), "", "", "query parameter page"),
        ("GET", &format!("{NOTES}?page=1&page=2"), "", "", "query parameter page"),
        ("GET", &format!("{NOTES}?sort=up"), "", "", "query parameter sort"),
    ] {
        let server = server();
        let answer = send(&server, method, path, headers, body);
        assert!([404, 422].contains(&status(&answer)), "{method} {path} {body}: {answer}");
        let violations = server.violations();
        assert_eq!(violations.len(), 1, "{method} {path} {body}: {violations:?}");
        assert!(violations[0].contains(says), "{violations:?} instead of {says}");
        assert!(server.twin().bodies.is_empty(), "{method} {path} {body} was carried out");
    }
}

#[test]
fn answers_that_break_the_specification_are_noticed() {
    let broken = |answer: fn(&Request) -> Answer| {
        let server = Server::start(Notes { bodies: Vec::new(), answer });
        get(&server, NOTES);
        server.violations()
    };
    assert!(broken(|_| Answer::ok(json!([{ "id": "301" }])))[0].contains("notes.list: answer at"));
    assert!(broken(|_| Answer::ok(json!({}))).len() == 1);
    assert_eq!(broken(|_| Answer::new(200, None)), ["notes.list: status 200 without a body"]);
    assert_eq!(broken(|_| Answer::error(418, json!({}))), ["notes.list: status 418 is not declared"]);
    assert_eq!(broken(|_| Answer::error(418, json!({})).documented_elsewhere()), [""; 0]);
    assert_eq!(broken(|_| Answer::ok(json!([])).violation("odd")), ["odd"]);
    assert_eq!(broken(|_| panic!("the twin is broken on purpose")), ["notes.list: the twin panicked"]);
}

#[test]
fn faults_do_what_they_say() {
    let server = server();
    let faulty = |fault: Fault| {
        server.fault(fault);
        let before = server.twin().bodies.len();
        let answer = post(&server, r#"{"body": "x"}"#);
        let carried_out = server.twin().bodies.len() > before;
        assert!(server.requests().last().unwrap().fault, "the fault met nothing");
        (answer, carried_out)
    };
    let (answer, carried_out) =
        faulty(Fault::status(429).header("Retry-After", "3").json(&json!({ "message": "slow down" })));
    assert!(
        status(&answer) == 429 && answer.to_lowercase().contains("retry-after: 3\r\n") && !carried_out,
        "{answer}"
    );
    assert!(answer.ends_with(r#"{"message":"slow down"}"#), "{answer}");
    let (answer, carried_out) = faulty(Fault::html(203));
    assert!(
        status(&answer) == 203 && answer.contains("text/html") && answer.contains("Sign in") && !carried_out
    );
    let (answer, carried_out) = faulty(Fault::garbage());
    assert!(status(&answer) == 200 && answer.contains("application/json") && !carried_out);
    assert_eq!(faulty(Fault::drop_before()), (String::new(), false));
    assert_eq!(faulty(Fault::drop_after()), (String::new(), true));
    let (answer, carried_out) = faulty(Fault::cut());
    assert!(
        status(&answer) == 201 && answer.contains("{\"") && !answer.ends_with('}') && carried_out,
        "{answer}"
    );
    let (answer, carried_out) = faulty(Fault::huge(3_000_000));
    assert!(status(&answer) == 200 && answer.len() > 3_000_000 && !carried_out);
    let begun = Instant::now();
    let (answer, carried_out) = faulty(Fault::slow(Duration::from_millis(300)));
    assert!(status(&answer) == 201 && carried_out && begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(server.violations(), [""; 0]);
}

#[test]
fn a_trickle_never_ends() {
    let server = server();
    server.fault(Fault::trickle(Duration::from_millis(20)));
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    stream.write_all(format!("GET {NOTES} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
    let (begun, mut bytes) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_millis(400) {
        let mut buffer = [0; 512];
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "it ended");
        bytes += read;
    }
    assert!(bytes < 2_000);
}

#[test]
fn a_fault_meets_only_the_requests_that_it_is_for() {
    let server = server();
    server.fault(Fault::status(500).on("notes.list").skip(1).times(2));
    server.fault(Fault::status(503).method("POST"));
    assert_eq!(status(&post(&server, r#"{"body": "x"}"#)), 503);
    assert_eq!(status(&post(&server, r#"{"body": "x"}"#)), 201);
    let statuses: Vec<u16> = (0..4).map(|_| status(&get(&server, NOTES))).collect();
    assert_eq!(statuses, [200, 500, 500, 200]);
    server.fault(Fault::status(500).always());
    server.clear_faults();
    assert_eq!(status(&get(&server, NOTES)), 200);
}

#[test]
fn something_happens_right_before_a_request() {
    let server = server();
    server.before(&["notes.create"], |twin| twin.bodies.push("somebody else's".to_owned()));
    get(&server, NOTES);
    assert!(server.twin().bodies.is_empty());
    post(&server, r#"{"body": "x"}"#);
    post(&server, r#"{"body": "y"}"#);
    assert_eq!(server.twin().bodies, ["somebody else's", "x", "y"]);
}

/// A request that breaks the specification is noticed though a fault answers it.
#[test]
fn a_fault_hides_no_violation() {
    let server = server();
    server.fault(Fault::status(500));
    assert_eq!(status(&post(&server, r#"{"boddy": "x"}"#)), 500);
    assert_eq!(server.violations().len(), 1);
}

#[test]
fn links_keep_the_rest_of_the_query() {
    let server = Server::start(Notes {
        bodies: Vec::new(),
        answer: |request| {
            Answer::ok(json!([])).header("Link", format!("<{}>; rel=\"next\"", request.link("page", "2")))
        },
    });
    let answer = get(&server, &format!("{NOTES}?page=1&per_page=100"));
    assert!(answer.contains(&format!("<{}{NOTES}?per_page=100&page=2>", server.url())), "{answer}");
}

/// CodeCommit has one path: the operation is in a header, and others are required.
struct Aws;

impl Twin for Aws {
    fn spec(&self) -> &'static str {
        "codecommit"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        assert_eq!((request.operation.as_str(), request.text("pullRequestId")), ("GetPullRequest", "7"));
        Answer::error(400, json!({ "__type": "PullRequestDoesNotExistException", "message": "none" }))
    }
}

#[test]
fn operations_are_told_by_header_too() {
    let server = Server::start(Aws);
    let send = |target: &str, signed: &str, body: &str| {
        let headers = format!(
            "X-Amz-Target: CodeCommit_20150413.{target}\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Date: x\r\n\
             Authorization: {signed}\r\n"
        );
        status(&send(&server, "POST", "/", &headers, body))
    };
    let signed = "AWS4-HMAC-SHA256 Credential=x";
    let answered = send("GetPullRequest", signed, r#"{"pullRequestId": "7"}"#);
    assert_eq!((answered, server.violations()), (400, vec![]));
    assert_eq!(send("GetPullRequest", "Basic x", r#"{"pullRequestId": "7"}"#), 422);
    assert_eq!(send("GetPullRequests", signed, r#"{"pullRequestId": "7"}"#), 404);
    assert_eq!(server.violations().len(), 2);
}

/// Azure DevOps requires a query parameter and matches paths in any case; its errors have one form for all operations.
struct Azure;

impl Twin for Azure {
    fn spec(&self) -> &'static str {
        "azure-devops"
    }

    fn base_path(&self) -> &'static str {
        "/tfs"
    }

    fn answer(&mut self, request: &Request) -> Answer {
        assert_eq!((request.param("project"), request.number("pullRequestId")), ("a b", 7));
        Answer::error(404, json!({ "message": 7 }))
    }
}

#[test]
fn required_queries_cases_and_error_schemas() {
    let server = Server::start(Azure);
    let threads = "/tfs/org/a%20b/_apis/git/repositories/r/pullrequests/7/threads";
    assert_eq!(status(&send(&server, "GET", threads, "", "")), 422);
    assert_eq!(status(&send(&server, "GET", &format!("{threads}?api-version=7.1"), "", "")), 404);
    let violations = server.violations();
    assert_eq!(violations.len(), 2, "{violations:?}");
    assert!(violations[0].contains("query parameter api-version is missing"), "{violations:?}");
    assert!(violations[1].contains(r#"answer at "/message""#), "{violations:?}");
}

/// Every specification can be used whole: each of its samples passes, with request objects closed.
#[test]
fn official_samples_pass() {
    for name in ["azure-devops", "bitbucket-cloud", "bitbucket-dc", "codecommit", "gitea", "github", "gitlab"]
    {
        let (checked, mut problems) = super::spec::Spec::load(name).check_samples();
        assert!(checked > 5, "{name}: {checked} samples");
        // Samples of annotations have a field that Atlassian's own schema of annotations does not know.
        problems.retain(|problem| {
            !(problem.starts_with("annotations.") && problem.contains("('title' was unexpected)"))
        });
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}
