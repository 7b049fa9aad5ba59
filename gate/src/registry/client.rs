//! Answers and broken connections in words.

use std::error::Error;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::error::{RegistryError, RegistryErrorKind as Kind};
use crate::config::Reference;
use crate::text::shorten;

pub(super) const NO_CLIENT: &str =
    "the system needs certificates (the package ca-certificates, or SSL_CERT_FILE), and proxies must be URLs";
/// Code points that are shown of a registry's own words.
const WORDS: usize = 200;

/// What was asked, for messages.
pub(super) struct Asked<'a> {
    pub(super) reference: &'a Reference,
    pub(super) method: Method,
    /// Without the query, which may hold what nobody else shall see.
    pub(super) address: String,
    pub(super) who: &'a str,
}

impl Asked<'_> {
    fn error(&self, kind: Kind, what: &str) -> RegistryError {
        RegistryError::new(kind, self.reference, format!("{} {}: {what}", self.method, self.address))
    }
}

/// The error for an answer with this status.
pub(super) fn refused(asked: &Asked<'_>, status: StatusCode, body: &[u8]) -> RegistryError {
    let what = match words(body) {
        Some(words) => format!("{status}: {words}"),
        None => status.to_string(),
    };
    let login = format!(
        "asked {}; log in with `docker login {}`, or set GATE_REGISTRY_USERNAME and GATE_REGISTRY_PASSWORD",
        asked.who, asked.reference.registry
    );
    match status.as_u16() {
        401 => asked.error(Kind::Unauthorized, &what).hint(login),
        403 => asked.error(Kind::Forbidden, &what).hint(format!("these credentials may not do this; {login}")),
        404 => asked.error(Kind::NotFound, &what).hint(
            "check the registry, the repository and the tag or digest; many registries hide what one may not read",
        ),
        429 => asked.error(Kind::Unavailable, &what).hint("the registry limits the rate: run again later, or log in"),
        500.. => asked.error(Kind::Unavailable, &what).hint("the registry is at fault: run again later"),
        _ => asked.error(Kind::Strange, &what).hint("check that this is an OCI registry, and what stands before it"),
    }
}

/// The registry's own words: its error envelope, if it is one.
fn words(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let first = answer.get("errors")?.as_array()?.first()?;
    let text = |name: &str| first.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let words = match (text("code"), text("message")) {
        (Some(code), Some(message)) => format!("{code}, {message}"),
        (code, message) => code.or(message)?.to_owned(),
    };
    Some(shorten(&words, WORDS).into_owned())
}

pub(super) fn out_of_time(asked: &Asked<'_>, patience: Duration) -> RegistryError {
    asked
        .error(Kind::Unavailable, &format!("not done within {} s", patience.as_secs()))
        .hint("the registry or the way to it is slow: run again later")
}

/// No connection, or one that broke.
pub(super) fn broken(asked: &Asked<'_>, error: &reqwest::Error) -> RegistryError {
    let cause = chain(error).last().map_or_else(|| "unknown cause".to_owned(), ToString::to_string);
    let untrusted = chain(error).any(|cause| {
        matches!(cause.downcast_ref::<rustls::Error>(), Some(rustls::Error::InvalidCertificate(_)))
    });
    if untrusted {
        return asked.error(Kind::Unavailable, &format!("no trusted connection: {cause}")).hint(
            "add the registry's certificate authority to the certificates of the system, or name it in SSL_CERT_FILE",
        );
    }
    if error.is_connect() {
        return asked
            .error(Kind::Unavailable, &format!("no connection: {cause}"))
            .hint("check the registry's name, the network, and the proxy (HTTPS_PROXY, NO_PROXY)");
    }
    asked
        .error(Kind::Unavailable, &format!("the connection broke before the answer was complete: {cause}"))
        .hint("the registry or the way to it is at fault: run again later")
}

/// The causes of an error, without itself. An error of input or output leaves out the very error that it holds.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        let held = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        held.map(|held| held as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}
