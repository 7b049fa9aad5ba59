//! A request below the root of a host's API.

use reqwest::Method;
use serde_json::Value;

/// A request below the root of the API.
#[derive(Debug, Clone)]
pub(in crate::host) struct Call<'a> {
    pub(in crate::host) method: Method,
    /// Segments below the root, each percent-encoded on its own: a `/` or `..` from outside cannot change the path.
    pub(in crate::host) path: Vec<&'a str>,
    pub(in crate::host) query: Vec<(&'a str, String)>,
    pub(in crate::host) body: Option<Value>,
    /// Sending it twice is the same as sending it once: it is repeated even if the answer was lost. True for GET,
    /// PUT, PATCH and DELETE, false for POST unless the caller says so.
    pub(in crate::host) repeatable: bool,
}

impl<'a> Call<'a> {
    /// A call of `method`; see the fields.
    pub(in crate::host) fn new(method: Method, path: &[&'a str], body: Option<Value>) -> Self {
        let repeatable = method != Method::POST;
        Self { method, path: path.to_vec(), query: Vec::new(), body, repeatable }
    }

    /// GET of `path`.
    pub(in crate::host) fn get(path: &[&'a str]) -> Self {
        Self::new(Method::GET, path, None)
    }

    /// POST of `body` to `path`; not repeatable.
    pub(in crate::host) fn post(path: &[&'a str], body: Value) -> Self {
        Self::new(Method::POST, path, Some(body))
    }

    /// PUT of `body` to `path`.
    pub(in crate::host) fn put(path: &[&'a str], body: Value) -> Self {
        Self::new(Method::PUT, path, Some(body))
    }

    /// PATCH of `path` with `body`.
    pub(in crate::host) fn patch(path: &[&'a str], body: Value) -> Self {
        Self::new(Method::PATCH, path, Some(body))
    }

    /// DELETE of `path`.
    pub(in crate::host) fn delete(path: &[&'a str]) -> Self {
        Self::new(Method::DELETE, path, None)
    }

    /// The same with one more parameter.
    #[must_use]
    pub(in crate::host) fn query(mut self, name: &'a str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// The same, but sending it twice is the same as sending it once.
    #[must_use]
    pub(in crate::host) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}
