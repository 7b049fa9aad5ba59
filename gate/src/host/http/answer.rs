//! What an answer means: JSON of 2xx is a reply, everything else an error that says whose fault it is.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::limits;
use super::message::{one_line, words};
use super::reply::Reply;
use super::retry::{Again, Carried, Failure};
use crate::host::{HostError, HostErrorKind};

/// Parts of the addresses of sign-in pages.
const SIGN_IN: [&str; 7] = ["signin", "sign_in", "login", "/oauth", "authorize", "/saml", "/sso"];

/// What was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: Method,
    /// Without the query.
    pub(super) address: String,
    /// Texts that must not show.
    pub(super) secrets: Vec<String>,
}

/// An answer as it came.
pub(super) struct Raw {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What an answer claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Empty,
    Json,
    Html,
    Other,
}

impl Asked {
    /// `GET https://host/path`.
    pub(super) fn call(&self) -> String {
        format!("{} {}", self.method, self.address)
    }

    /// An error about this call.
    pub(super) fn error(&self, kind: HostErrorKind, what: &str) -> HostError {
        HostError::new(kind, format!("{}: {what}", self.call()))
    }

    /// Something at the host changes if the call is carried out.
    pub(super) fn changes(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }
}

/// Judges an answer that came at `now`.
pub(super) fn judge(asked: &Asked, raw: Raw, now: SystemTime) -> Result<Reply, Failure> {
    let form = raw.form();
    if raw.status.is_redirection() {
        return Err(redirected(asked, &raw));
    }
    if !raw.status.is_success() {
        return Err(refused(asked, &raw, form, now));
    }
    match form {
        Form::Empty => Ok(reply(asked, raw, Value::Null)),
        // Azure DevOps answers a token that it does not know with 203 and its sign-in page.
        Form::Html => Err(sign_in(asked, raw.status, "an HTML page instead of JSON")),
        Form::Other => {
            let kind = content_type(&raw.headers).unwrap_or_else(|| "data without a type".into());
            Err(strange(asked, raw.status, &format!("{} instead of JSON", one_line(&kind, &asked.secrets))))
        }
        Form::Json => match serde_json::from_slice(&raw.body) {
            Ok(body) => Ok(reply(asked, raw, body)),
            Err(error) => Err(strange(asked, raw.status, &format!("broken JSON ({})", at(&error)))),
        },
    }
}

fn reply(asked: &Asked, raw: Raw, body: Value) -> Reply {
    Reply { status: raw.status.as_u16(), headers: raw.headers, body, call: asked.call() }
}

/// Where reading stopped; serde's own text could quote the answer.
fn at(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

impl Raw {
    fn form(&self) -> Form {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Form::Empty;
        }
        match content_type(&self.headers).map(|kind| kind.to_ascii_lowercase()) {
            Some(kind) if kind.contains("json") => Form::Json,
            Some(kind) if kind.contains("html") => Form::Html,
            _ => Form::Other,
        }
    }
}

fn content_type(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()))
}

/// Redirects are never followed: the token must not travel. Those to a sign-in page say what is wrong.
fn redirected(asked: &Asked, raw: &Raw) -> Failure {
    let to =
        raw.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default();
    let page = to.split('?').next().unwrap_or_default();
    let lower = page.to_ascii_lowercase();
    if SIGN_IN.iter().any(|word| lower.contains(word)) {
        return sign_in(asked, raw.status, "a redirect to a sign-in page");
    }
    let place = if page.is_empty() { "nowhere".to_owned() } else { one_line(page, &asked.secrets) };
    let text = format!("{} to {place}, which is not followed", status_line(raw.status));
    let hint = "give the root of the API with the scheme, host and path that the host itself uses; a renamed \
                repository is redirected too";
    with_status(
        Failure::new(asked.error(HostErrorKind::Strange, &text).hint(hint), Carried::No, Again::Never),
        raw.status,
    )
}

fn sign_in(asked: &Asked, status: StatusCode, what: &str) -> Failure {
    let error = asked
        .error(HostErrorKind::Unauthorized, &format!("{} with {what}", status_line(status)))
        .hint("the host wants a sign-in: the token is missing, wrong, expired or of another organisation, or the root of the API is wrong");
    with_status(Failure::new(error, Carried::No, Again::Never), status)
}

fn strange(asked: &Asked, status: StatusCode, what: &str) -> Failure {
    let error = asked
        .error(HostErrorKind::Strange, &format!("{} with {what}", status_line(status)))
        .hint("check the root of the API, and whether a proxy answers in the host's place");
    // 2xx: most likely it was carried out, but nothing in the answer can be relied on.
    with_status(Failure::new(error, Carried::Unknown, Again::Never), status)
}

fn with_status(mut failure: Failure, status: StatusCode) -> Failure {
    failure.status = Some(status.as_u16());
    failure
}

/// An answer of 4xx or 5xx.
fn refused(asked: &Asked, raw: &Raw, form: Form, now: SystemTime) -> Failure {
    let status = raw.status.as_u16();
    let body = match form {
        Form::Json => serde_json::from_slice(&raw.body).unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let said = match form {
        Form::Json => words(&body, &asked.secrets),
        Form::Html => "(an HTML page, not an answer of the API)".to_owned(),
        Form::Other => one_line(&String::from_utf8_lossy(&raw.body), &asked.secrets),
        Form::Empty => String::new(),
    };
    let limited = limits::limited(status, &raw.headers, &said, now);
    let asks = limited.unwrap_or_else(|| limits::retry_after(&raw.headers, now));
    let kind = if limited.is_some() { HostErrorKind::RateLimited } else { kind_of(status) };
    let (carried, again) = again(status, limited, asks);
    let mut text = status_line(raw.status);
    if !said.is_empty() {
        text.push_str(": ");
        text.push_str(&said);
    }
    if let (Some(wait), true) = (asks, matches!(again, Again::After(_))) {
        text.push_str(&until(wait, now));
    }
    let error = asked.error(kind, &text).hint(hint(kind, status));
    Failure { error, status: Some(status), body, carried, again }
}

fn again(status: u16, limited: Option<Option<Duration>>, asks: Option<Duration>) -> (Carried, Again) {
    let after = asks.map_or(Again::Later, Again::After);
    match status {
        _ if limited.is_some() => (Carried::No, after),
        503 if asks.is_some() => (Carried::No, after),
        408 => (Carried::No, Again::Later),
        500 | 502..=504 => (Carried::Unknown, after),
        500.. => (Carried::Unknown, Again::Never),
        _ => (Carried::No, Again::Never),
    }
}

fn until(wait: Duration, now: SystemTime) -> String {
    let seconds = wait.as_secs();
    // A time that is no date any more is nothing to print (or to overflow on).
    match now.checked_add(wait).filter(|_| seconds < 100 * 366 * 86_400) {
        Some(end) => format!(" (wait {seconds} s, until {})", httpdate::fmt_http_date(end)),
        None => " (wait for ever)".to_owned(),
    }
}

fn status_line(status: StatusCode) -> String {
    format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("(unknown status)"))
}

fn kind_of(status: u16) -> HostErrorKind {
    match status {
        401 => HostErrorKind::Unauthorized,
        403 => HostErrorKind::Forbidden,
        404 => HostErrorKind::NotFound,
        // Of the proxy, not of the host.
        407 => HostErrorKind::Setup,
        409 => HostErrorKind::Conflict,
        408 | 500.. => HostErrorKind::Unavailable,
        429 => HostErrorKind::RateLimited,
        _ => HostErrorKind::Refused,
    }
}

fn hint(kind: HostErrorKind, status: u16) -> &'static str {
    match kind {
        HostErrorKind::Unauthorized => "the token is missing, wrong or expired: give another one",
        HostErrorKind::Forbidden => {
            "the token may not do this: give it the permission; runs for pull requests from forks get none"
        }
        HostErrorKind::NotFound => {
            "check the repository, the number and the commit; hosts also answer 404 to a token that may not see them"
        }
        HostErrorKind::Conflict => "somebody else changed it at the same time: run again",
        HostErrorKind::RateLimited => "run again later, or use a token of its own for the gate",
        HostErrorKind::Unavailable => "the host or the way to it is at fault: run again later",
        HostErrorKind::Setup if status == 407 => "the proxy of HTTPS_PROXY wants other credentials",
        HostErrorKind::Refused | HostErrorKind::Strange | HostErrorKind::Setup => {
            "the host does not accept the request: check that its version is supported"
        }
    }
}
