//! `octocrab` over this program's HTTP client: its requests go through the same budget, retries and checks of origin as
//! those for every other host, and its errors become the same errors.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body_util::BodyExt;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use reqwest::{Method, Url};
use serde_json::Value;
use tower::Service;

use crate::host::http::{Call, Client, Reply};
use crate::host::{HostError, HostErrorKind};

/// Media type that asks for the documented JSON.
pub(super) const ACCEPT: &str = "application/vnd.github+json";
/// Version of the API; Enterprise Server knows it from 3.9 on.
pub(super) const VERSION: &str = "2022-11-28";

/// octocrab over `client`, which authenticates. Needs a running runtime.
pub(super) fn over(client: Arc<Client>) -> Octocrab {
    match OctocrabBuilder::new_empty().with_service(Transport(client)).with_auth(AuthState::None).build() {
        Ok(crab) => crab,
        Err(never) => match never {},
    }
}

#[derive(Clone)]
struct Transport(Arc<Client>);

impl Service<http::Request<OctoBody>> for Transport {
    type Response = http::Response<String>;
    type Error = HostError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, HostError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), HostError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<OctoBody>) -> Self::Future {
        let client = Arc::clone(&self.0);
        Box::pin(async move { response(exchange(&client, request).await?) })
    }
}

async fn exchange(client: &Client, request: http::Request<OctoBody>) -> Result<Reply, HostError> {
    let (parts, body) = request.into_parts();
    // Links to further pages are absolute.
    if parts.uri.authority().is_some() && parts.method == Method::GET {
        return client.follow(&parts.uri.to_string()).await;
    }
    let bytes = body.collect().await.map_err(|error| unsent(&error.to_string()))?.to_bytes();
    let body = if bytes.is_empty() {
        None
    } else {
        Some(serde_json::from_slice(&bytes).map_err(|error| unsent(&error.to_string()))?)
    };
    let query = pairs(parts.uri.query().unwrap_or_default());
    let path: Vec<&str> = parts.uri.path().trim_start_matches('/').split('/').collect();
    let mut call = Call::new(parts.method, &path, body);
    call.repeatable = repeatable(&call);
    for (name, value) in &query {
        call = call.query(name, value);
    }
    client.send(call).await
}

/// Annotations are added to those that are there, so that sending them twice shows them twice. A commit status replaces
/// the one before it.
fn repeatable(call: &Call<'_>) -> bool {
    let annotations = call.body.as_ref().and_then(|body| body.pointer("/output/annotations"));
    match call.method {
        Method::PATCH => annotations.and_then(Value::as_array).is_none_or(Vec::is_empty),
        Method::POST => call.path.get(3) == Some(&"statuses"),
        _ => call.repeatable,
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let url = Url::parse(&format!("http://localhost/?{query}"));
    url.map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default()
}

fn response(reply: Reply) -> Result<http::Response<String>, HostError> {
    let body = if reply.body.is_null() { String::new() } else { reply.body.to_string() };
    let mut response = http::Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or_default();
    *response.headers_mut() = reply.headers;
    Ok(response)
}

fn unsent(why: &str) -> HostError {
    HostError::new(HostErrorKind::Setup, format!("a request to GitHub cannot be written: {why}"))
        .hint("this is a fault of the gate: report it")
}

/// What a call does, for errors that come after its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// Nothing changes.
    Read,
    /// Something changed.
    Written,
}

/// The result of octocrab as one of this program.
pub(super) fn made<T>(result: octocrab::Result<T>, made: Made) -> Result<T, HostError> {
    result.map_err(|error| {
        let mut error = host_error(error);
        // The request was carried out, only its answer could not be read.
        error.ambiguous |= made == Made::Written && error.kind == HostErrorKind::Strange;
        error
    })
}

fn host_error(error: octocrab::Error) -> HostError {
    let what = match error {
        octocrab::Error::Service { source, .. } => match source.downcast::<HostError>() {
            Ok(error) => return *error,
            Err(other) => other.to_string(),
        },
        octocrab::Error::Json { source, .. } => {
            format!("an answer of GitHub is not of the documented form at `{}`", source.path())
        }
        octocrab::Error::Serde { source, .. } => {
            format!("an answer of GitHub is not of the documented form ({:?} error)", source.classify())
        }
        other => other.to_string(),
    };
    HostError::new(HostErrorKind::Strange, what).hint(
        "check that the root of the API is GitHub's, and that this version of Enterprise Server is supported",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_adds_is_not_sent_twice() {
        let path = ["repos", "o", "r", "check-runs", "7"];
        let with = |annotations: Value| Call::patch(&path, json!({"output": {"annotations": annotations}}));
        assert!(!repeatable(&with(json!([{}]))));
        assert!(repeatable(&with(json!([]))));
        assert!(repeatable(&Call::patch(&path, json!({"body": "x"}))));
        assert!(!repeatable(&Call::post(&path[..4], json!({}))));
        assert!(repeatable(&Call::post(&["repos", "o", "r", "statuses", "abc"], json!({}))));
        assert!(repeatable(&Call::get(&path)) && repeatable(&Call::delete(&path)));
    }

    #[test]
    fn queries_are_decoded_once() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("check_name=a%2Fb&per_page=100"),
            [pair("check_name", "a/b"), pair("per_page", "100")]
        );
        assert_eq!(pairs(""), []);
    }
}
