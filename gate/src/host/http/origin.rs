//! Where requests may go: below the root of one API, and nowhere else. The token is safe because no other address is
//! ever made.

use reqwest::Url;

use crate::host::{HostError, HostErrorKind};
use crate::text::{UNRESERVED, percent_encoded};

/// Root of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    url: Url,
    /// A proxy on the way makes https of http: links of answers may have either scheme.
    either_scheme: bool,
}

impl Root {
    /// Reads an API root of `http` or `https` without user, query and fragment.
    pub(super) fn parse(api: &str) -> Result<Self, HostError> {
        let url = Url::parse(api.trim().trim_end_matches('/')).map_err(|_| unusable("it is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(unusable("it is not http or https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(unusable("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(unusable("it has a query or fragment"));
        }
        Ok(Self { url, either_scheme: false })
    }

    /// The same over plain HTTP, for a proxy that adds credentials and encryption.
    pub(super) fn plain(mut self) -> Self {
        self.either_scheme = self.url.set_scheme("http").is_ok();
        self
    }

    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// The host is this machine: no proxy elsewhere could reach it.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// Address of `segments` below the root.
    pub(super) fn join(&self, segments: &[&str], query: &[(&str, String)]) -> Result<Url, HostError> {
        let mut text = self.url.as_str().trim_end_matches('/').to_owned();
        for segment in segments {
            // URL parsers drop `.` and go up at `..`, percent-encoded or not: there is no safe way to send them.
            if matches!(*segment, "" | "." | "..") {
                return Err(HostError::new(
                    HostErrorKind::Setup,
                    format!("`{segment}` cannot be a part of the path of a request: {}", segments.join("/")),
                )
                .hint("check the name of the repository and the other arguments"));
            }
            text.push('/');
            text.push_str(&percent_encoded(segment, UNRESERVED));
        }
        for (index, (name, value)) in query.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(&percent_encoded(name, UNRESERVED));
            text.push('=');
            text.push_str(&percent_encoded(value, UNRESERVED));
        }
        Url::parse(&text).map_err(|_| unusable("no address can be made of it"))
    }

    /// An absolute link that the host gave: only its own origin and below the root is followed.
    pub(super) fn link(&self, link: &str) -> Result<Url, HostError> {
        let strange = |why: &str| {
            Err(HostError::new(HostErrorKind::Strange, format!("{} answered with a link {why}", self.url))
                .hint(
                    "it was not followed; check the root of the API and what stands between it and the gate",
                ))
        };
        let Ok(mut url) = Url::parse(link) else { return strange("that is none") };
        if self.either_scheme && url.scheme() == "https" {
            // If it cannot be changed, the origin is another one.
            let _ = url.set_scheme("http");
        }
        if url.origin() != self.url.origin() {
            return strange("to another server");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return strange("with a user name in it");
        }
        let root = self.url.path().trim_end_matches('/');
        let below = url.path().strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
        // Some servers decode before they look for `..`.
        if !below || climbs(url.path()) {
            return strange("that leads out of its API");
        }
        url.set_fragment(None);
        Ok(url)
    }
}

/// The address for messages: without the query, which may be long.
pub(super) fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn climbs(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.contains("%2f..") || lower.contains("..%2f") || lower.contains("%5c") || lower.contains("%2e%2e")
}

fn unusable(why: &str) -> HostError {
    HostError::new(HostErrorKind::Setup, format!("the root of the API cannot be used: {why}"))
        .hint("give the root of the host's API, such as https://api.github.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> Root {
        Root::parse("https://git.example.com/api/v4/").unwrap()
    }

    fn joined(segments: &[&str]) -> String {
        root().join(segments, &[]).unwrap().to_string()
    }

    #[test]
    fn segments_stay_segments() {
        assert_eq!(joined(&["projects", "a/b", "x"]), "https://git.example.com/api/v4/projects/a%2Fb/x");
        assert_eq!(joined(&["ä ?#%\\", "..."]), "https://git.example.com/api/v4/%C3%A4%20%3F%23%25%5C/...");
        assert_eq!(joined(&["%2e%2e", "x"]), "https://git.example.com/api/v4/%252e%252e/x");
    }

    #[test]
    fn no_segment_climbs() {
        for segment in ["..", ".", ""] {
            let error = root().join(&["projects", segment, "x"], &[]).unwrap_err();
            assert_eq!(error.kind, HostErrorKind::Setup, "{segment}");
        }
    }

    #[test]
    fn parameters_are_encoded() {
        let url = root().join(&["x"], &[("q", "a=\"b\"&c d+".to_owned()), ("page", "2".to_owned())]).unwrap();
        assert_eq!(url.query(), Some("q=a%3D%22b%22%26c%20d%2B&page=2"));
        assert_eq!(shown(&url), "https://git.example.com/api/v4/x");
    }

    #[test]
    fn links_stay_at_home() {
        let same = root().link("https://git.example.com:443/api/v4/x?page=2#top").unwrap();
        assert_eq!(same.as_str(), "https://git.example.com/api/v4/x?page=2");
        for link in [
            "https://git.example.com.evil.org/api/v4/x",
            "https://git.example.com:8443/api/v4/x",
            "http://git.example.com/api/v4/x",
            "https://user@git.example.com/api/v4/x",
            "https://git.example.com/other",
            "https://git.example.com/api/v40/x",
            "https://git.example.com/api/v4/../../admin",
            "https://git.example.com/api/v4/%2e%2e/%2e%2e/admin",
            "https://git.example.com/api/v4/..%2f..%2fadmin",
            "//evil.org/api/v4/x",
            "/api/v4/x",
            "javascript:alert(1)",
        ] {
            assert_eq!(root().link(link).map_err(|error| error.kind), Err(HostErrorKind::Strange), "{link}");
        }
    }

    #[test]
    fn a_local_proxy_sees_plain_requests_and_both_kinds_of_links() {
        let root = Root::parse("https://api.example.com/2.0").unwrap().plain();
        assert_eq!(root.join(&["user"], &[]).unwrap().as_str(), "http://api.example.com/2.0/user");
        let link = root.link("https://api.example.com/2.0/x?page=2").unwrap();
        assert_eq!(link.as_str(), "http://api.example.com/2.0/x?page=2");
        assert!(root.link("https://example.com/2.0/x").is_err());
    }

    #[test]
    fn roots_are_checked() {
        for api in
            ["", "git.example.com", "ftp://x", "https://u:p@x", "https://x/?a=1", "https://x/#a", "https://"]
        {
            assert_eq!(Root::parse(api).map_err(|error| error.kind), Err(HostErrorKind::Setup), "{api}");
        }
        assert!(Root::parse("http://127.0.0.1:1/api").unwrap().is_loopback());
        assert!(Root::parse("http://[::1]:1").unwrap().is_loopback());
        assert!(!Root::parse("https://127.0.0.1.example.com").unwrap().is_loopback());
    }
}
