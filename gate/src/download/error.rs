//! What can go wrong with a download, in words that say whose fault it is.

use std::error::Error;
use std::fmt;

use reqwest::{StatusCode, Url};

use crate::text::{clean_line, shorten};

/// Code points of a message.
const LONGEST: usize = 400;

/// A download that failed. Its text is cleaned and holds no query of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError {
    /// What happened, one line.
    pub message: String,
    /// Whose fault it is, or what to do next.
    pub hint: String,
    /// Another attempt can help.
    pub(super) passing: bool,
}

impl DownloadError {
    pub(super) fn new(url: &Url, what: impl AsRef<str>, hint: &str) -> Self {
        let whole = format!("GET {}: {}", shown(url), what.as_ref());
        Self { message: cleaned(&whole), hint: hint.to_owned(), passing: false }
    }

    /// Nothing was sent.
    pub(super) fn setup(what: impl AsRef<str>) -> Self {
        let hint = "the system needs certificates (the package ca-certificates, or SSL_CERT_FILE), and proxies must be URLs";
        Self { message: cleaned(what.as_ref()), hint: hint.to_owned(), passing: false }
    }

    pub(super) fn status(url: &Url, status: StatusCode) -> Self {
        let (hint, passing) = match status.as_u16() {
            401 | 403 => ("the server wants to know who asks; the gate sends no credentials", false),
            429 => ("the server limits the rate: run again later", true),
            500.. => ("the server is at fault: run again later", true),
            _ => ("check the address, and what stands before the server", false),
        };
        Self { passing, ..Self::new(url, status.to_string(), hint) }
    }

    /// No connection, or one that broke.
    pub(super) fn broken(url: &Url, error: &reqwest::Error) -> Self {
        let cause = chain(error).last().map_or_else(|| "unknown cause".to_owned(), ToString::to_string);
        let untrusted = chain(error).any(|cause| {
            matches!(cause.downcast_ref::<rustls::Error>(), Some(rustls::Error::InvalidCertificate(_)))
        });
        if untrusted {
            let hint = "add the server's certificate authority to the certificates of the system, or name it in SSL_CERT_FILE";
            return Self::new(url, format!("no trusted connection: {cause}"), hint);
        }
        let (what, hint) = match error.is_connect() {
            true => {
                ("no connection", "check the address, the network, and the proxy (HTTPS_PROXY, NO_PROXY)")
            }
            false => (
                "the connection broke before the answer was complete",
                "the server or the way to it is at fault: run again later",
            ),
        };
        Self { passing: true, ..Self::new(url, format!("{what}: {cause}"), hint) }
    }
}

impl fmt::Display for DownloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for DownloadError {}

/// The address for messages: without the query.
fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn cleaned(text: &str) -> String {
    shorten(&clean_line(text), LONGEST).into_owned()
}

/// The causes of an error, without itself. An error of input or output leaves out the very error that it holds.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        let held = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        held.map(|held| held as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}
