//! One request and its answer, and the client that sends it.

use std::sync::Once;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};

use super::body::Body;

/// Bytes of an error or a token.
pub(super) const SMALL: usize = 256 << 10;

/// A request to the registry.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    /// Below `/v2/REPOSITORY/`, percent-encoded where needed.
    pub(super) path: String,
    pub(super) accept: Option<&'a str>,
    pub(super) body: Option<(&'a str, &'a [u8])>,
    /// Largest answer, in bytes.
    pub(super) most: usize,
}

/// An answer whose status the caller judges.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl<'a> Call<'a> {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), accept: None, body: None, most: SMALL }
    }

    pub(super) fn get(path: impl Into<String>, accept: &'a str, most: usize) -> Self {
        Self { accept: Some(accept), most, ..Self::new(Method::GET, path) }
    }

    pub(super) fn body(self, media_type: &'a str, bytes: &'a [u8]) -> Self {
        Self { body: Some((media_type, bytes)), ..self }
    }
}

/// A status that another attempt can change.
pub(super) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// The request that `call` is at `url`.
pub(super) fn request(call: &Call<'_>, url: &Url, authorization: Option<&HeaderValue>) -> Request {
    let mut request = Request::new(call.method.clone(), url.clone());
    let headers = request.headers_mut();
    if let Some(accept) = call.accept.and_then(|accept| HeaderValue::from_str(accept).ok()) {
        headers.insert(ACCEPT, accept);
    }
    if let Some(authorization) = authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    if let Some((media_type, bytes)) = call.body {
        if let Ok(media_type) = HeaderValue::from_str(media_type) {
            headers.insert(CONTENT_TYPE, media_type);
        }
        *request.body_mut() = Some(bytes.to_vec().into());
    }
    request
}

/// A client that follows no redirect by itself and tries nothing twice.
pub(super) fn build(plain: bool, local: bool) -> Result<reqwest::Client, String> {
    static PROVIDER: Once = Once::new();
    // The error says that there is one already, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("gitops-gate/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(30));
    if local {
        builder = builder.no_proxy();
    }
    if plain {
        // No certificates are needed, and images without any must do.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string)
    })
}
