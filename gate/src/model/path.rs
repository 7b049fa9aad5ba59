//! Paths as Git has them: bytes, slash-separated, relative to the root of the repository.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A path in a repository: bytes (Git promises no encoding), `/`-separated, relative, no leading `./`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    /// Takes the bytes as they are; the caller has made them relative and `/`-separated.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into().into())
    }

    /// The bytes as Git stores them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The last segment.
    pub fn file_name(&self) -> &[u8] {
        match memchr::memrchr(b'/', &self.0) {
            Some(slash) => &self.0[slash + 1..],
            None => &self.0,
        }
    }

    /// Everything before the last `/`; empty for a file in the root.
    pub fn directory(&self) -> &[u8] {
        memchr::memrchr(b'/', &self.0).map_or(&[], |slash| &self.0[..slash])
    }

    /// The part behind the last dot of the file name, in lower case; empty if there is none.
    pub fn extension(&self) -> String {
        let name = self.file_name();
        memchr::memrchr(b'.', name)
            .map(|dot| String::from_utf8_lossy(&name[dot + 1..]).to_ascii_lowercase())
            .unwrap_or_default()
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path.as_bytes())
    }
}

/// Text for people: valid UTF-8 as it is, each other byte as `\xNN`.
impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(&crate::text::clean_line(chunk.valid()))?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names_and_directories() {
        let path = RepoPath::from("a/b/c.Yaml");
        assert_eq!((path.file_name(), path.directory()), (&b"c.Yaml"[..], &b"a/b"[..]));
        assert_eq!(path.extension(), "yaml");
        assert_eq!(RepoPath::from("LICENSE").directory(), b"");
        assert_eq!(RepoPath::from("LICENSE").extension(), "");
    }

    #[test]
    fn shows_what_is_no_utf8() {
        assert_eq!(RepoPath::new(b"a/\xff\x1b.yaml".to_vec()).to_string(), "a/\\xff\u{fffd}.yaml");
    }
}
