//! Requests and answers, as a twin sees them and as a test finds them afterwards.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;

/// A request as it came, before anything of it was checked.
#[derive(Debug, Clone)]
pub struct RawRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// As in the request line, still percent-encoded, without the query.
    pub path: String,
    /// Without the question mark, still percent-encoded.
    pub query: String,
    /// Scheme and host of the request line, where it named them: the request of a client that talks to a proxy.
    pub authority: Option<String>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawRequest {
    /// Value of the header `name` (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// A request that fits the specification.
#[derive(Debug, Clone)]
pub struct Request {
    /// Id of the operation.
    pub operation: String,
    /// Parameters of the path, decoded.
    pub params: BTreeMap<String, String>,
    /// Parameters of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// `Null` if there was none.
    pub body: Value,
    /// Root of this server, `http://127.0.0.1:PORT`: for links in answers.
    pub origin: String,
    /// Path and query of the request line, for links to further pages.
    pub target: String,
}

impl Request {
    /// Parameter `name` of the path.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_else(|| panic!("{} has no path parameter {name}", self.operation))
    }

    /// Parameter `name` of the path as a number.
    pub fn number(&self, name: &str) -> u64 {
        self.param(name).parse().unwrap_or_else(|_| panic!("path parameter {name} is no number"))
    }

    /// Parameter `name` of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Parameter `name` of the query as a number, or `default`.
    pub fn query_number(&self, name: &str, default: usize) -> usize {
        self.query(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }

    /// The page that is asked for by `page` and by `size`, which is `usual` unless told and `most` at the most.
    pub fn page(&self, size: &str, usual: usize, most: usize) -> Page {
        let number = self.query_number("page", 1).max(1);
        Page { number, size: self.query_number(size, usual).clamp(1, most) }
    }

    /// Value of the header `name` (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Text at `name` of the body; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    /// Absolute link to this request with `value` for `name` in the query.
    pub fn link(&self, name: &str, value: &str) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let others = query.split('&').filter(|part| !part.is_empty() && part.split('=').next() != Some(name));
        let mut parts: Vec<String> = others.map(str::to_owned).collect();
        parts.push(format!("{name}={value}"));
        format!("{}{path}?{}", self.origin, parts.join("&"))
    }
}

/// A page of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The first one is 1.
    pub number: usize,
    /// How many of the list it holds at most; not 0.
    pub size: usize,
}

impl Page {
    /// What of `all` is on it.
    pub fn of<I: Iterator>(self, all: I) -> impl Iterator<Item = I::Item> {
        all.skip((self.number - 1) * self.size).take(self.size)
    }

    /// None comes after it in a list of `length`.
    pub fn is_last(self, length: usize) -> bool {
        self.number * self.size >= length
    }
}

/// What a twin answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Besides `Content-Type`.
    pub headers: Vec<(String, String)>,
    /// JSON, if any.
    pub body: Option<Value>,
    pub(super) documented_elsewhere: bool,
    pub(super) violation: Option<String>,
}

impl Answer {
    /// `status` with `body`.
    pub fn new(status: u16, body: Option<Value>) -> Self {
        Self { status, headers: Vec::new(), body, documented_elsewhere: false, violation: None }
    }

    /// 200.
    pub fn ok(body: Value) -> Self {
        Self::new(200, Some(body))
    }

    /// `status` with a body that is no JSON but `text` of this type.
    pub fn text(status: u16, content_type: &str, text: &str) -> Self {
        Self::new(status, Some(Value::String(text.to_owned()))).header("content-type", content_type)
    }

    /// 201.
    pub fn created(body: Value) -> Self {
        Self::new(201, Some(body))
    }

    /// 204.
    pub fn empty() -> Self {
        Self::new(204, None)
    }

    /// `status` (4xx, 5xx) with `body`.
    pub fn error(status: u16, body: Value) -> Self {
        Self::new(status, Some(body))
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The description of the operation does not name this status; other documentation of the host does: say which in a
    /// comment next to the call.
    #[must_use]
    pub fn documented_elsewhere(mut self) -> Self {
        self.documented_elsewhere = true;
        self
    }

    /// The request should never have been sent: `text` becomes one of the violations.
    #[must_use]
    pub fn violation(mut self, text: impl Into<String>) -> Self {
        self.violation = Some(text.into());
        self
    }
}

/// A request as a test finds it afterwards.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The request, tokens included.
    pub raw: RawRequest,
    /// Id of the operation, if there is such a one.
    pub operation: Option<String>,
    /// The body as JSON; `Null` if it is none.
    pub body: Value,
    /// When it came.
    pub at: Instant,
    /// Status of the answer; none if the connection was closed instead, or the answer is still to come.
    pub status: Option<u16>,
    /// The request met a fault.
    pub fault: bool,
}

impl Seen {
    /// True if the request is for `operation`.
    pub fn is(&self, operation: &str) -> bool {
        self.operation.as_deref() == Some(operation)
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
