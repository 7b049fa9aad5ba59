//! URLs of repositories and pages, in the forms that Git and CIs write: `https://`, `ssh://` and `git@host:path`.
//! Credentials, query and fragment are dropped as soon as they are read.

use std::fmt;

use crate::text::percent_encoded;

/// An absolute URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    scheme: String,
    /// In lower case.
    pub(super) host: String,
    port: Option<u16>,
    /// Decoded, none of them empty, `.` or `..`.
    pub(super) path: Vec<String>,
}

impl Url {
    /// None for anything but an absolute URL with a host name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > 4_096 || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return None;
        }
        match text.split_once("://") {
            Some((scheme, rest)) => Self::absolute(scheme, rest),
            None => Self::of_git(text),
        }
    }

    fn absolute(scheme: &str, rest: &str) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "https" | "http" | "ssh" | "git") {
            return None;
        }
        let rest = rest.split(['?', '#']).next()?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match host.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (host, None),
        };
        Self::new(scheme, host, port, path)
    }

    /// `git@host:path`, as `git clone` takes it.
    fn of_git(text: &str) -> Option<Self> {
        let (host, path) = text.split_once(':')?;
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        // A single letter is the drive of a path on Windows.
        if host.len() < 2 || path.is_empty() || path.contains(':') {
            return None;
        }
        Self::new("ssh".to_owned(), host, None, path.split(['?', '#']).next()?)
    }

    fn new(scheme: String, host: &str, port: Option<u16>, path: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if host.is_empty() || !host.bytes().all(fits) {
            return None;
        }
        let segments = path.split('/').filter(|segment| !segment.is_empty()).map(decoded);
        let path = segments.collect::<Option<Vec<_>>>()?;
        Some(Self { scheme, host: host.to_ascii_lowercase(), port, path })
    }

    /// A page, not a clone over SSH.
    pub(super) fn is_web(&self) -> bool {
        matches!(self.scheme.as_str(), "https" | "http")
    }

    /// Scheme, host and port of the pages: for a clone over SSH, HTTPS at its usual port.
    pub(super) fn origin(&self) -> String {
        match (self.is_web(), self.port) {
            (true, Some(port)) => format!("{}://{}:{port}", self.scheme, self.host),
            (true, None) => format!("{}://{}", self.scheme, self.host),
            (false, _) => format!("https://{}", self.host),
        }
    }

    /// The path, without the `.git` of a clone.
    pub(super) fn clone_path(&self) -> Vec<&str> {
        let mut path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        if let Some(last) = path.last_mut() {
            *last = last.strip_suffix(".git").unwrap_or(last);
        }
        path
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.origin())?;
        self.path.iter().try_for_each(|segment| write!(formatter, "/{}", encoded(segment)))
    }
}

/// `segments` after `origin`, each encoded.
pub(super) fn join(origin: &str, segments: &[&str]) -> String {
    segments.iter().fold(origin.to_owned(), |url, segment| url + "/" + &encoded(segment))
}

fn encoded(segment: &str) -> String {
    percent_encoded(segment, b"-._~!$'()*,;=:@+")
}

/// None where a segment leaves its place or is no text.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
            other => other,
        });
    }
    let text = String::from_utf8(bytes).ok()?;
    let escapes = matches!(text.as_str(), "." | "..") || text.contains(['/', '\\']);
    (!escapes && crate::text::clean_line(&text) == text).then_some(text)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_git() {
        for text in [
            "https://user:secret@Git.Example.com/octo-org/shop.git",
            "ssh://git@git.example.com:7999/octo-org/shop.git",
            "git@git.example.com:octo-org/shop.git",
            "git.example.com:octo-org/shop",
        ] {
            let url = Url::parse(text).unwrap();
            assert_eq!(url.origin(), "https://git.example.com", "{text}");
            assert_eq!(url.clone_path(), ["octo-org", "shop"], "{text}");
        }
    }

    #[test]
    fn spaces_are_decoded_and_encoded_again() {
        let url = Url::parse("https://dev.azure.com/octo/My%20Project/_git/a%26b").unwrap();
        assert_eq!(url.path, ["octo", "My Project", "_git", "a&b"]);
        assert_eq!(url.to_string(), "https://dev.azure.com/octo/My%20Project/_git/a%26b");
    }

    #[test]
    fn refuses_what_could_lead_elsewhere() {
        for bad in [
            "",
            "octo-org/shop",
            "/srv/git/shop.git",
            "C:\\work\\shop",
            "file:///srv/git/shop",
            "https:///x",
            "https://host/%2e%2e/x",
            "https://host/a%2Fb",
            "https://host:99999/x",
            "https://host/%zz",
            "https://ho st/x",
            "ext::sh -c id",
            "https://evil\u{202e}.com/x",
            "https://host/a%0Ab",
        ] {
            assert_eq!(Url::parse(bad), None, "{bad:?}");
        }
    }
}
