//! An answer of 2xx, and reading what must be in it.

use reqwest::header::{HeaderMap, LINK};
use serde_json::Value;

use crate::host::{HostError, HostErrorKind};

/// An answer of 2xx.
#[derive(Debug, Clone)]
pub(in crate::host) struct Reply {
    pub(in crate::host) status: u16,
    pub(in crate::host) headers: HeaderMap,
    /// `Null` for an empty answer.
    pub(in crate::host) body: Value,
    /// What was asked, for messages: `GET https://host/path`.
    pub(in crate::host) call: String,
}

impl Reply {
    /// The text at a JSON pointer; `Strange` if there is none.
    pub(in crate::host) fn text(&self, pointer: &str) -> Result<&str, HostError> {
        self.body.pointer(pointer).and_then(Value::as_str).ok_or_else(|| self.lacks("text", pointer))
    }

    /// The number at a JSON pointer; `Strange` if there is none.
    pub(in crate::host) fn number(&self, pointer: &str) -> Result<u64, HostError> {
        self.body.pointer(pointer).and_then(Value::as_u64).ok_or_else(|| self.lacks("number", pointer))
    }

    /// The list at a JSON pointer (empty for the answer itself); `Strange` if there is none.
    pub(in crate::host) fn items(&self, pointer: &str) -> Result<&Vec<Value>, HostError> {
        self.body.pointer(pointer).and_then(Value::as_array).ok_or_else(|| self.lacks("list", pointer))
    }

    /// An error that says what is wrong with this answer.
    pub(in crate::host) fn strange(&self, what: &str) -> HostError {
        HostError::new(HostErrorKind::Strange, format!("{}: the answer {what}", self.call)).hint(
            "check that the root of the API is that of this host, and that the host's version is supported",
        )
    }

    /// The link of the `Link` header with `rel="next"`.
    pub(in crate::host) fn next_link(&self) -> Option<String> {
        let headers = self.headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
        headers.flat_map(links).find(|(_, parameters)| is_next(parameters)).map(|(link, _)| link.to_owned())
    }

    fn lacks(&self, what: &str, pointer: &str) -> HostError {
        let place = if pointer.is_empty() { String::new() } else { format!(" at {pointer}") };
        self.strange(&format!("has no {what}{place}"))
    }
}

/// `<link>; parameters` of a `Link` header, one by one.
fn links(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split('<').skip(1).filter_map(|part| part.split_once('>'))
}

fn is_next(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("rel")
            && value.split(' ').any(|word| word.eq_ignore_ascii_case("next"))
    })
}
