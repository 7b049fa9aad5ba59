//! Credentials for registries, and where Docker's `config.json` keeps them.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// Where Docker keeps the credentials of its own registry.
const DOCKER_HUB: &str = "index.docker.io";

/// A name and a password. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    username: String,
    password: String,
}

impl Credentials {
    /// Keeps both.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self { username: username.into(), password: password.into() }
    }

    /// The value of an `Authorization` header.
    pub(super) fn basic(&self) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", self.username, self.password)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What Docker's `config.json` says of one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerConfig {
    /// Nothing.
    Nothing,
    /// These.
    Credentials(Credentials),
    /// A program has them: its name.
    Helper(String),
}

impl DockerConfig {
    /// Reads the file for the registry at `host` (with its port).
    ///
    /// # Errors
    /// What is wrong with the file, in words that hold nothing of it.
    pub fn read(bytes: &[u8], host: &str) -> Result<Self, String> {
        let config: Value = serde_json::from_slice(bytes).map_err(|_| "it is no JSON".to_owned())?;
        let host = if host == "docker.io" { DOCKER_HUB } else { host };
        let entry = |map: &str| {
            let entries = config.get(map)?.as_object()?;
            entries.iter().find(|(key, _)| host_of(key) == host).map(|(_, value)| value)
        };
        let word = |value: Option<&Value>| {
            value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        if let Some(found) = entry("auths").map(credentials).transpose()?.flatten() {
            return Ok(Self::Credentials(found));
        }
        let helper = word(entry("credHelpers")).or_else(|| word(config.get("credsStore")));
        Ok(helper.map_or(Self::Nothing, Self::Helper))
    }
}

/// `https://index.docker.io/v1/` is about `index.docker.io`.
fn host_of(key: &str) -> &str {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn credentials(entry: &Value) -> Result<Option<Credentials>, String> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let (Some(username), Some(password)) = (text("username"), text("password")) {
        return Ok(Some(Credentials::new(username, password)));
    }
    if text("identitytoken").is_some() || text("registrytoken").is_some() {
        return Err("it has a token for the registry in place of a name and a password".to_owned());
    }
    let Some(auth) = text("auth") else { return Ok(None) };
    let wrong = || "`auth` is no name and password in base64".to_owned();
    let decoded = BASE64_STANDARD.decode(auth.trim()).map_err(|_| wrong())?;
    let decoded = String::from_utf8(decoded).map_err(|_| wrong())?;
    let (username, password) = decoded.trim_end_matches('\0').split_once(':').ok_or_else(wrong)?;
    Ok(Some(Credentials::new(username, password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_found_by_host() {
        let config = br#"{
            "auths": {
                "ghcr.io": { "auth": "am9lOnM6M2NyZXQ=" },
                "https://index.docker.io/v1/": { "username": "me", "password": "p" },
                "localhost:5000": {},
                "broken.example.com": { "auth": "!" },
                "acr.example.com": { "auth": "AAAA", "identitytoken": "t" }
            },
            "credHelpers": { "gcr.io": "gcloud" },
            "credsStore": "pass"
        }"#;
        let read = |host| DockerConfig::read(config, host);
        assert_eq!(read("ghcr.io"), Ok(DockerConfig::Credentials(Credentials::new("joe", "s:3cret"))));
        assert_eq!(read("docker.io"), Ok(DockerConfig::Credentials(Credentials::new("me", "p"))));
        assert_eq!(read("gcr.io"), Ok(DockerConfig::Helper("gcloud".to_owned())));
        assert_eq!(read("localhost:5000"), Ok(DockerConfig::Helper("pass".to_owned())));
        assert_eq!(read("ghcr.io.evil.com"), Ok(DockerConfig::Helper("pass".to_owned())));
        assert!(read("broken.example.com").unwrap_err().contains("base64"));
        assert!(read("acr.example.com").unwrap_err().contains("token"));
        assert_eq!(DockerConfig::read(b"{}", "ghcr.io"), Ok(DockerConfig::Nothing));
        assert_eq!(DockerConfig::read(b"[]", "ghcr.io"), Ok(DockerConfig::Nothing));
        assert!(DockerConfig::read(b"nonsense", "ghcr.io").is_err());
    }

    #[test]
    fn nothing_shows_credentials() {
        let shown = format!("{:?}", DockerConfig::Credentials(Credentials::new("joe", "secret")));
        assert!(!shown.contains("joe") && !shown.contains("secret"), "{shown}");
    }
}
