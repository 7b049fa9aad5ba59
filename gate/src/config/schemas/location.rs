//! One place where schemas are looked for, as gate.yaml or the command line names it.

use std::fmt;

use super::template::{SchemaTemplate, WantedKind};

/// A place where schemas are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaLocation {
    /// `default`: the schemas that the gate carries.
    Embedded,
    /// A template of URLs.
    Url(SchemaTemplate),
    /// A template of paths, relative to the root of the repository or to where the gate was started.
    Path(SchemaTemplate),
}

impl SchemaLocation {
    /// True for an entry of `schemas` in gate.yaml that is a location, and no glob of files of the repository.
    pub(in crate::config) fn is_meant(text: &str) -> bool {
        text == "default" || text.contains("{{") || text.contains("://")
    }

    /// Reads an entry of gate.yaml: paths stay within the repository.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub(in crate::config) fn of_repository(text: &str) -> Result<Self, String> {
        let found = Self::parse(text)?;
        if let Self::Path(template) = &found {
            let shown = template.to_string();
            if shown.starts_with('/') || shown.contains('\\') || shown.split('/').any(|part| part == "..") {
                return Err("a path is relative to the root of the repository, and stays in it".to_owned());
            }
        }
        Ok(found)
    }

    /// Reads what kubeconform takes for `-schema-location`. `default` stands for the schemas that the gate carries: they take
    /// the place of the ones that kubeconform fetches.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "default" {
            return Ok(Self::Embedded);
        }
        if text.is_empty() {
            return Err("a location is a URL, a path or `default`".to_owned());
        }
        let template = SchemaTemplate::parse(text.strip_prefix("file://").unwrap_or(text))?;
        if text.starts_with("file://") || !text.contains("://") {
            return Ok(Self::Path(template));
        }
        check_url(template.start())?;
        Ok(Self::Url(template))
    }

    /// True if the file at `path` of the repository may be a schema of this location.
    pub fn may_have(&self, path: &str) -> bool {
        match self {
            Self::Path(template) => {
                let start = template.start();
                path.ends_with("json") && path.starts_with(start.strip_prefix("./").unwrap_or(start))
            }
            Self::Embedded | Self::Url(_) => false,
        }
    }

    /// The address of the schema of a kind; none where this location can have none.
    pub fn address(&self, kind: &WantedKind<'_>) -> Option<String> {
        match self {
            Self::Embedded => None,
            Self::Url(template) => template.expand(kind),
            Self::Path(template) => {
                template.expand(kind).map(|path| path.strip_prefix("./").map_or(path.clone(), str::to_owned))
            }
        }
    }
}

impl fmt::Display for SchemaLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("default"),
            Self::Url(template) | Self::Path(template) => template.fmt(f),
        }
    }
}

/// Host and port stand before the first variable: no object may choose who is asked.
fn check_url(start: &str) -> Result<(), String> {
    let (rest, is_plain) = match (start.strip_prefix("https://"), start.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => return Err("schemas are fetched by https only".to_owned()),
    };
    let Some((authority, _)) = rest.split_once('/') else {
        return Err("the host of a URL cannot be a variable: only what follows it can".to_owned());
    };
    if authority.is_empty() || authority.contains(['@', '\\', ' ', '?', '#', '%']) {
        return Err("a URL has a host, and neither user name nor password before it".to_owned());
    }
    if start.contains(['?', '#']) || start.contains(' ') {
        return Err("a URL of schemas has no query, no fragment and no space".to_owned());
    }
    if is_plain && !is_this_machine(authority) {
        return Err("schemas are fetched by https only (http is for servers on this machine)".to_owned());
    }
    Ok(())
}

/// `localhost`, `127.0.0.1` or `[::1]`, with a port or without.
fn is_this_machine(authority: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| {
        let port = authority.strip_prefix(own).map(|rest| rest.strip_prefix(':').unwrap_or(rest));
        port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_told_apart() {
        const KIND: WantedKind<'static> = WantedKind { api_version: "a.io/v1", kind: "X", minor: 30 };
        let address = |text: &str| SchemaLocation::parse(text).unwrap().address(&KIND);
        assert_eq!(SchemaLocation::parse("default"), Ok(SchemaLocation::Embedded));
        assert_eq!(address("default"), None);
        assert_eq!(
            address("https://h.example:8443/{{.ResourceKind}}.json").as_deref(),
            Some("https://h.example:8443/x.json")
        );
        assert_eq!(
            address("http://127.0.0.1:80/{{.ResourceKind}}.json").as_deref(),
            Some("http://127.0.0.1:80/x.json")
        );
        assert_eq!(address("./s/{{.ResourceKind}}.json").as_deref(), Some("s/x.json"));
        assert_eq!(address("/s/{{.ResourceKind}}.json").as_deref(), Some("/s/x.json"));
        assert_eq!(address("file:///s/{{.ResourceKind}}.json").as_deref(), Some("/s/x.json"));
        assert_eq!(address("s").as_deref(), Some("s/v1.30.0-standalone-strict/x-a-v1.json"));
    }

    #[test]
    fn nobody_but_the_operator_chooses_the_host() {
        for (text, expected) in [
            ("http://h.example/{{.ResourceKind}}.json", "https only"),
            ("http://127.0.0.1.example/{{.ResourceKind}}.json", "https only"),
            ("http://localhost:80x/{{.ResourceKind}}.json", "https only"),
            ("ftp://h.example/{{.ResourceKind}}.json", "https only"),
            ("https://{{.Group}}/{{.ResourceKind}}.json", "cannot be a variable"),
            ("https://h{{.ResourceKind}}.json", "cannot be a variable"),
            ("https:///{{.ResourceKind}}.json", "has a host"),
            ("https://u:p@h.example/{{.ResourceKind}}.json", "neither user name nor password"),
            ("https://h.example/?x=1/{{.ResourceKind}}.json", "no query"),
            ("", "a URL, a path or `default`"),
        ] {
            let error = SchemaLocation::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_path_of_the_repository_stays_in_it() {
        for text in [
            "/etc/{{.ResourceKind}}.json",
            "../{{.ResourceKind}}.json",
            "a/../../{{.ResourceKind}}.json",
            "a\\{{.ResourceKind}}.json",
        ] {
            assert!(SchemaLocation::of_repository(text).is_err(), "{text}");
        }
        assert!(SchemaLocation::of_repository("s/{{.Group}}/{{.ResourceKind}}.json").is_ok());
    }
}
