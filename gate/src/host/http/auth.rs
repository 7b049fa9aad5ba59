//! How a request proves who sends it, and what of it must not show in any text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::host::{HostError, HostErrorKind, Secret};

/// How a request proves who sends it.
#[derive(Debug, Clone)]
pub(in crate::host) enum Auth {
    /// `Authorization: Bearer TOKEN`.
    Bearer(Secret),
    /// `Authorization: token TOKEN` (Gitea).
    Token(Secret),
    /// `Authorization: Basic base64(user:token)`.
    Basic(String, Secret),
    /// Another header with the token as its value (`PRIVATE-TOKEN`, `JOB-TOKEN`).
    Header(&'static str, Secret),
    /// A proxy adds it.
    None,
}

impl Auth {
    /// The header, its value marked as sensitive; an error if the token is empty or cannot be sent.
    pub(super) fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, HostError> {
        let (name, text) = match self {
            Self::None => return Ok(None),
            Self::Bearer(token) => (AUTHORIZATION, format!("Bearer {}", token.expose())),
            Self::Token(token) => (AUTHORIZATION, format!("token {}", token.expose())),
            Self::Basic(user, token) => (AUTHORIZATION, format!("Basic {}", basic(user, token))),
            Self::Header(name, token) => {
                (HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?, token.expose().to_owned())
            }
        };
        if self.token().is_none_or(str::is_empty) {
            return Err(HostError::new(HostErrorKind::Unauthorized, "the token is empty")
                .hint("set the variable that holds the token; in CI, check that this run may read it"));
        }
        let mut value = HeaderValue::from_str(&text).map_err(|_| unusable())?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }

    /// Texts that must not be shown, the longest first.
    pub(super) fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.token().map(str::to_owned).into_iter().collect();
        if let Self::Basic(user, token) = self {
            secrets.insert(0, basic(user, token));
        }
        // Replacing a text of a letter or two would hide nothing and garble everything.
        secrets.retain(|secret| secret.len() >= 4);
        secrets
    }

    fn token(&self) -> Option<&str> {
        match self {
            Self::Bearer(token) | Self::Token(token) | Self::Basic(_, token) | Self::Header(_, token) => {
                Some(token.expose())
            }
            Self::None => None,
        }
    }
}

fn basic(user: &str, token: &Secret) -> String {
    STANDARD.encode(format!("{user}:{}", token.expose()))
}

fn unusable() -> HostError {
    HostError::new(HostErrorKind::Setup, "the token holds characters that no HTTP header can carry")
        .hint("check the variable that holds the token: it may have a line break or quotes in it")
}
