//! Bodies of answers, never larger than they may be.

use reqwest::Response;

/// What was read of a body.
pub(super) enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than allowed; what came first.
    TooLarge(Vec<u8>),
}

impl Body {
    /// Reads at most `most` bytes; the connection is given up if there are more.
    pub(super) async fn read(response: &mut Response, most: usize) -> Result<Self, reqwest::Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            let room = most - bytes.len();
            bytes.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
            if chunk.len() > room {
                return Ok(Self::TooLarge(bytes));
            }
        }
        Ok(Self::Whole(bytes))
    }

    /// What there is, whole or not.
    pub(super) fn start(self) -> Vec<u8> {
        match self {
            Self::Whole(bytes) | Self::TooLarge(bytes) => bytes,
        }
    }
}
