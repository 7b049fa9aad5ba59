//! References to artifacts in OCI registries: `oci://registry/repository:tag@sha256:digest`.

use std::fmt;

use super::problem::Complaint;

/// How a reference begins.
const SCHEME: &str = "oci://";
const LONGEST_REPOSITORY: usize = 255;
const LONGEST_TAG: usize = 128;
const EXAMPLE: &str =
    "write `oci://registry.example.com/team/policy:1.2.0`, or `@sha256:…` in place of the tag";

/// An artifact in a registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Host and port: `registry.example.com:5000`.
    pub registry: String,
    /// Path at the registry: `team/policy`.
    pub repository: String,
    /// A name that can be moved.
    pub tag: Option<String>,
    /// Digest of the manifest, 64 lower-case hexadecimal digits.
    pub digest: Option<String>,
}

impl Reference {
    /// Reads `oci://registry/repository`, with a tag, a digest or both.
    ///
    /// # Errors
    /// What is wrong with the text, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|complaint| match complaint.hint {
            Some(hint) => format!("{}: {hint}", complaint.message),
            None => complaint.message,
        })
    }

    pub(super) fn read(text: &str) -> Result<Self, Complaint> {
        let wrong = |what: &str| Complaint::new(format!("`{text}` {what}")).hint(EXAMPLE);
        let rest = text.strip_prefix(SCHEME).ok_or_else(|| wrong("does not begin with `oci://`"))?;
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => {
                let hex = digest.strip_prefix("sha256:").filter(|hex| is_digest(hex));
                (rest, Some(hex.ok_or_else(|| wrong("has no digest `sha256:` and 64 hexadecimal digits"))?))
            }
            None => (rest, None),
        };
        let (registry, path) = rest.split_once('/').ok_or_else(|| wrong("names no repository"))?;
        if !is_registry(registry) {
            return Err(wrong("names no registry: a host with a dot or a port, or `localhost`"));
        }
        let (repository, tag) = match path.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (path, None),
        };
        if repository.len() > LONGEST_REPOSITORY || !repository.split('/').all(is_component) {
            return Err(wrong(
                "names no repository: lower-case letters, digits and `/`, `.`, `_`, `-` between them",
            ));
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(wrong("has no proper tag"));
        }
        if tag.is_none() && digest.is_none() {
            return Err(wrong("has neither a tag nor a digest"));
        }
        Ok(Self {
            registry: registry.to_ascii_lowercase(),
            repository: repository.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_ascii_lowercase),
        })
    }

    /// The registry is this machine.
    pub fn is_local(&self) -> bool {
        let host = match self.registry.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &self.registry,
        };
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    }

    /// Without tag and digest: what stays the same from version to version.
    pub fn place(&self) -> String {
        format!("{SCHEME}{}/{}", self.registry, self.repository)
    }

    /// The same with this digest and no tag.
    #[must_use]
    pub fn at(&self, digest: &str) -> Self {
        Self { tag: None, digest: Some(digest.to_owned()), ..self.clone() }
    }
}

/// `oci://registry/repository:tag@sha256:digest`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@sha256:{digest}"),
            None => Ok(()),
        }
    }
}

/// 64 hexadecimal digits.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A host with a dot or a port, as container tools have it: anything else would be a path at Docker Hub to them.
fn is_registry(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("[::1]") {
        return rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(label)
        && port.is_none_or(is_port)
        && (host.contains('.') || port.is_some() || host.eq_ignore_ascii_case("localhost"))
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port != 0) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Letters and digits, joined by `.`, `_`, `__` or dashes.
fn is_component(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let whole = text.bytes().all(|byte| plain(byte) || b"._-".contains(&byte));
    let ends = [text.bytes().next(), text.bytes().last()];
    let joints = text.split(|c: char| c.is_ascii_alphanumeric());
    whole
        && ends.iter().all(|end| end.is_some_and(plain))
        && joints
            .into_iter()
            .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|b| b == b'-'))
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=LONGEST_TAG).contains(&text.len())
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || b".-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    #[test]
    fn references_are_read_and_shown_again() {
        for text in [
            "oci://registry.example.com/team/policy:1.2.0".to_owned(),
            format!("oci://registry.example.com:5000/x@sha256:{HEX}"),
            format!("oci://localhost/a.b/c__d/e---f:v_1.-2@sha256:{HEX}"),
            "oci://[::1]:5000/x:1".to_owned(),
            "oci://host:1/x:1".to_owned(),
        ] {
            assert_eq!(Reference::parse(&text).map(|found| found.to_string()), Ok(text));
        }
        let upper = format!("oci://GHCR.io/x@sha256:{}", HEX.to_uppercase());
        assert_eq!(Reference::parse(&upper).unwrap().to_string(), format!("oci://ghcr.io/x@sha256:{HEX}"));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "ghcr.io/x:1",
            "oci://team/policy:1",
            "oci://ghcr.io",
            "oci://ghcr.io/",
            "oci://ghcr.io/x",
            "oci://ghcr.io/X:1",
            "oci://ghcr.io/a//b:1",
            "oci://ghcr.io/a/../b:1",
            "oci://ghcr.io/.a:1",
            "oci://ghcr.io/a..b:1",
            "oci://ghcr.io/a___b:1",
            "oci://ghcr.io/a:",
            "oci://ghcr.io/a:-1",
            "oci://ghcr.io/a:1:2",
            "oci://ghcr.io/a:1@sha256:abc",
            "oci://ghcr.io/a:1@sha512:abc",
            "oci://user@ghcr.io/a:1",
            "oci://ghcr.io:0/a:1",
            "oci://ghcr.io:99999/a:1",
            "oci://ghcr.io:+5/a:1",
            "oci://ghcr.io/a?x=1:1",
            "oci://-ghcr.io/a:1",
            "oci://[::2]/a:1",
        ] {
            assert!(Reference::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_local() {
        for (text, local) in [
            ("oci://localhost/x:1", true),
            ("oci://localhost:5000/x:1", true),
            ("oci://127.0.0.1:5000/x:1", true),
            ("oci://[::1]:5000/x:1", true),
            ("oci://localhost.example.com/x:1", false),
            ("oci://127.0.0.1.example.com/x:1", false),
            ("oci://registry:5000/x:1", false),
        ] {
            assert_eq!(Reference::parse(text).unwrap().is_local(), local, "{text}");
        }
    }
}
