//! Kubernetes minor versions. Only the minor number is kept: there is one major version, and patch releases do
//! not change an API.

use std::fmt;

use super::SchemaError;

/// A Kubernetes minor version `1.N`; ordered by age, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubeVersion {
    /// The `N` of `1.N`.
    pub minor: u8,
}

impl KubeVersion {
    /// Version `1.minor`.
    pub fn new(minor: u8) -> Self {
        Self { minor }
    }

    /// Reads `1.33`, `v1.33`, `1.33.4`, `v1.33.4+k3s1` or `1.33.0-rc.1`.
    ///
    /// # Errors
    /// If the text is none of these, or the major version is not 1.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let error = || SchemaError::Version { text: text.to_owned() };
        let plain = text.strip_prefix('v').unwrap_or(text);
        let mut parts = plain.splitn(3, '.');
        if parts.next() != Some("1") {
            return Err(error());
        }
        let minor = parts.next().filter(|minor| !minor.starts_with('+')).ok_or_else(error)?;
        let patch_is_number =
            parts.next().is_none_or(|patch| patch.starts_with(|c: char| c.is_ascii_digit()));
        let minor = minor.parse().map_err(|_| error())?;
        if patch_is_number { Ok(Self { minor }) } else { Err(error()) }
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for text in ["1.33", "v1.33", "1.33.4", "v1.33.4+k3s1", "1.33.0-rc.1"] {
            assert_eq!(KubeVersion::parse(text).ok(), Some(KubeVersion::new(33)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in ["", "1", "1.", "2.0", "latest", "1.x", "1.33.", "1.+3", "1.300", "v", "1.3 3", "1.33.x"]
        {
            assert!(KubeVersion::parse(text).is_err(), "{text}");
        }
    }
}
