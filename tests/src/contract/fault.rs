//! Faults: what networks and busy hosts do to requests. Each meets the next requests that it is meant for and is used up.

use std::time::Duration;

use serde_json::Value;

/// A fault with the requests that it is for: by default the next one, whatever it is.
#[derive(Debug, Clone)]
pub struct Fault {
    pub(super) kind: Kind,
    operations: Vec<&'static str>,
    method: Option<&'static str>,
    skip: usize,
    times: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// This answer; the request is not carried out.
    Answer { status: u16, headers: Vec<(String, String)>, content_type: &'static str, body: Vec<u8> },
    /// Carried out at once, answered late.
    Slow(Duration),
    /// An answer of 200 whose body comes byte by byte; not carried out.
    Trickle(Duration),
    /// The connection is closed, nothing is carried out.
    DropBefore,
    /// Carried out, then the connection is closed.
    DropAfter,
    /// Carried out, then half of the answer's body.
    Cut,
    /// An answer of 200 with so many bytes of valid JSON; not carried out.
    Huge(usize),
}

const SIGN_IN: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action=\"/login\"></form></body></html>\n";

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { kind, operations: Vec::new(), method: None, skip: 0, times: 1 }
    }

    /// An answer of `status` with an empty body.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Answer {
            status,
            headers: Vec::new(),
            content_type: "application/json",
            body: Vec::new(),
        })
    }

    /// A sign-in page, as proxies and hosts with an expired session send it.
    pub fn html(status: u16) -> Self {
        let body = SIGN_IN.as_bytes().to_vec();
        Self::new(Kind::Answer {
            status,
            headers: Vec::new(),
            content_type: "text/html; charset=utf-8",
            body,
        })
    }

    /// 200 with a body that is said to be JSON and is none.
    pub fn garbage() -> Self {
        let body = b"{\"id\": 1, \"body\": \"tr\xff\xfe".to_vec();
        Self::new(Kind::Answer { status: 200, headers: Vec::new(), content_type: "application/json", body })
    }

    /// Carried out at once; the answer comes after `delay`.
    pub fn slow(delay: Duration) -> Self {
        Self::new(Kind::Slow(delay))
    }

    /// Carried out; an answer never comes.
    pub fn hang() -> Self {
        Self::slow(Duration::from_secs(3600))
    }

    /// 200 at once, then a byte of a large body each `delay`; not carried out.
    pub fn trickle(delay: Duration) -> Self {
        Self::new(Kind::Trickle(delay))
    }

    /// The connection is closed before the request is carried out.
    pub fn drop_before() -> Self {
        Self::new(Kind::DropBefore)
    }

    /// The request is carried out, then the connection is closed without an answer.
    pub fn drop_after() -> Self {
        Self::new(Kind::DropAfter)
    }

    /// The request is carried out, then the connection breaks in the middle of the answer.
    pub fn cut() -> Self {
        Self::new(Kind::Cut)
    }

    /// 200 with `bytes` bytes of valid JSON; not carried out.
    pub fn huge(bytes: usize) -> Self {
        Self::new(Kind::Huge(bytes))
    }

    /// Another header; only for faults that are an answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        let Kind::Answer { headers, .. } = &mut self.kind else { panic!("{self:?} has no headers") };
        headers.push((name.to_owned(), value.into()));
        self
    }

    /// A JSON body; only for faults that are an answer.
    #[must_use]
    pub fn json(mut self, value: &Value) -> Self {
        let Kind::Answer { body, .. } = &mut self.kind else { panic!("{self:?} has no body") };
        *body = value.to_string().into_bytes();
        self
    }

    /// Only for this operation; called again, for each of them.
    #[must_use]
    pub fn on(mut self, operation: &'static str) -> Self {
        self.operations.push(operation);
        self
    }

    /// Only for these operations.
    #[must_use]
    pub fn on_any(mut self, operations: &[&'static str]) -> Self {
        self.operations.extend(operations);
        self
    }

    /// Only for this method.
    #[must_use]
    pub fn method(mut self, method: &'static str) -> Self {
        self.method = Some(method);
        self
    }

    /// The first `count` requests that it is for get through.
    #[must_use]
    pub fn skip(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    /// It meets `count` requests.
    #[must_use]
    pub fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    /// It meets all requests from now on.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    fn is_for(&self, method: &str, operation: Option<&str>) -> bool {
        self.method.is_none_or(|wanted| wanted == method)
            && (self.operations.is_empty()
                || operation.is_some_and(|operation| self.operations.contains(&operation)))
    }
}

/// The fault that a request meets, taken out of `faults` if it is used up.
pub(super) fn take(faults: &mut Vec<Fault>, method: &str, operation: Option<&str>) -> Option<Kind> {
    for index in 0..faults.len() {
        let fault = &mut faults[index];
        if !fault.is_for(method, operation) {
            continue;
        }
        if fault.skip > 0 {
            fault.skip -= 1;
            continue;
        }
        fault.times -= 1;
        let kind = fault.kind.clone();
        if fault.times == 0 {
            faults.remove(index);
        }
        return Some(kind);
    }
    None
}
