//! One attempt: a request and its answer, within a time and a size.

use std::error::Error;
use std::time::{Duration, SystemTime};

use reqwest::Request;

use super::answer::{Asked, Raw, judge};
use super::message::one_line;
use super::reply::Reply;
use super::retry::{Again, Carried, Failure};
use crate::host::HostErrorKind;

/// Bytes of an answer; a page of a hundred comments of the longest kind is about 7 MB.
const MOST: usize = 16 << 20;
/// Seconds that one attempt may take.
const LONGEST: Duration = Duration::from_secs(10);

/// Sends `request` once; never takes longer than `remaining`.
pub(super) async fn attempt(
    http: &reqwest::Client,
    request: Request,
    asked: &Asked,
    remaining: Duration,
    now: SystemTime,
) -> Result<Reply, Failure> {
    let limit = LONGEST.min(remaining);
    match tokio::time::timeout(limit, receive(http, request, asked)).await {
        Ok(raw) => judge(asked, raw?, now),
        Err(_) => {
            let text = format!("no answer within {:.1} s", limit.as_secs_f64());
            let error = asked
                .error(HostErrorKind::Unavailable, &text)
                .hint("the host or the way to it is slow: run again later, or allow more time for posting");
            Err(Failure::new(error, Carried::Unknown, Again::Later))
        }
    }
}

async fn receive(http: &reqwest::Client, request: Request, asked: &Asked) -> Result<Raw, Failure> {
    let mut response = http.execute(request).await.map_err(|error| broken(asked, &error))?;
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(asked, &error))? {
        if body.len() + chunk.len() > MOST {
            return Err(too_large(asked));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Raw { status, headers, body })
}

fn too_large(asked: &Asked) -> Failure {
    let error = asked
        .error(HostErrorKind::Strange, &format!("an answer of more than {} MiB", MOST >> 20))
        .hint("no answer of the host's API is that large: check the root of the API");
    Failure::new(error, Carried::Unknown, Again::Never)
}

/// No connection, or one that broke.
fn broken(asked: &Asked, error: &reqwest::Error) -> Failure {
    let cause = one_line(&cause(error), &asked.secrets);
    if is_certificate(error) {
        let error = asked.error(HostErrorKind::Unavailable, &format!("no trusted connection: {cause}")).hint(
            "add the host's certificate authority to the certificates of the system, or name it in SSL_CERT_FILE",
        );
        return Failure::new(error, Carried::No, Again::Never);
    }
    if error.is_connect() {
        let error = asked
            .error(HostErrorKind::Unavailable, &format!("no connection: {cause}"))
            .hint("check the root of the API, the network, and the proxy (HTTPS_PROXY, NO_PROXY)");
        return Failure::new(error, Carried::No, Again::Later);
    }
    if error.is_builder() {
        let error = asked.error(HostErrorKind::Setup, &format!("cannot be sent: {cause}"));
        return Failure::from(error.hint("check the root of the API and the other arguments"));
    }
    let error = asked
        .error(
            HostErrorKind::Unavailable,
            &format!("the connection broke before the answer was complete: {cause}"),
        )
        .hint("the host or the way to it is at fault: run again later");
    Failure::new(error, Carried::Unknown, Again::Later)
}

/// The innermost cause; the outer ones repeat the address, with its query.
fn cause(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(|| "unknown cause".to_owned(), ToString::to_string)
}

fn is_certificate(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| {
        matches!(cause.downcast_ref::<rustls::Error>(), Some(rustls::Error::InvalidCertificate(_)))
    })
}

/// The causes of an error, without itself. An error of input or output leaves out the very error that it holds.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        let held = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        held.map(|held| held as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}
