//! What reading a file gives: its bytes, or the reason why there are none to judge.

use std::io::Read;

/// Bytes that are searched for a NUL, as many as Git looks at.
const SNIFFED: usize = 8000;
/// A pointer of Git LFS is smaller than this by its specification.
const LFS_MAX: usize = 1024;

/// The content of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text, as far as Git can tell.
    Bytes(Vec<u8>),
    /// A NUL byte is near its beginning (UTF-16 with a byte order mark is text).
    Binary {
        /// In bytes.
        size: u64,
    },
    /// Larger than the reader asked for; nothing was read.
    TooLarge {
        /// In bytes.
        size: u64,
    },
    /// A Git LFS pointer: the content is not in the repository.
    LfsPointer {
        /// `sha256:` and the digest, as the pointer says.
        oid: String,
        /// In bytes, as the pointer says.
        size: u64,
    },
    /// A symbolic link.
    Symlink {
        /// Where it points, as written.
        target: Vec<u8>,
    },
    /// A submodule.
    Submodule {
        /// The commit of the other repository, in hexadecimal; none if only the directory is known.
        commit: Option<String>,
    },
}

impl Content {
    /// Tells text, binary content and LFS pointers apart.
    pub(super) fn of_file(bytes: Vec<u8>) -> Self {
        if let Some((oid, size)) = lfs_pointer(&bytes) {
            return Self::LfsPointer { oid, size };
        }
        if is_binary(&bytes) {
            return Self::Binary { size: bytes.len() as u64 };
        }
        Self::Bytes(bytes)
    }
}

/// Everything in `source`, or `None` if it is more than `max` bytes.
pub(super) fn read_up_to(source: impl Read, max: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    source.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max).then_some(bytes))
}

fn is_binary(bytes: &[u8]) -> bool {
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    !utf16 && memchr::memchr(0, &bytes[..bytes.len().min(SNIFFED)]).is_some()
}

/// Object id and size that an LFS pointer names.
fn lfs_pointer(bytes: &[u8]) -> Option<(String, u64)> {
    const VERSIONS: [&str; 2] =
        ["version https://git-lfs.github.com/spec/v1", "version https://hawser.github.com/spec/v1"];
    if bytes.len() >= LFS_MAX || !bytes.starts_with(b"version ") {
        return None;
    }
    let mut lines = std::str::from_utf8(bytes).ok()?.lines();
    if !VERSIONS.contains(&lines.next()?) {
        return None;
    }
    let (mut oid, mut size) = (None, None);
    for line in lines {
        match line.split_once(' ') {
            Some(("oid", value)) => oid = Some(value.to_owned()),
            Some(("size", value)) => size = value.parse().ok(),
            _ => {}
        }
    }
    Some((oid?, size?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_lfs_pointer_is_named() {
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        let pointer = Content::LfsPointer { oid: "sha256:4d7a".into(), size: 12345 };
        assert_eq!(Content::of_file(text.into()), pointer);
    }

    #[test]
    fn a_manifest_that_begins_like_a_pointer_is_text() {
        for text in ["version 1\nsize 3\n", "version https://git-lfs.github.com/spec/v1\nsize 3\n"] {
            assert_eq!(Content::of_file(text.into()), Content::Bytes(text.into()));
        }
    }

    #[test]
    fn a_nul_makes_it_binary_unless_it_is_utf16() {
        assert_eq!(Content::of_file(b"a\0b".to_vec()), Content::Binary { size: 3 });
        assert_eq!(Content::of_file(b"\xff\xfea\0".to_vec()), Content::Bytes(b"\xff\xfea\0".to_vec()));
        let late = [vec![b'a'; SNIFFED], vec![0]].concat();
        assert_eq!(Content::of_file(late.clone()), Content::Bytes(late));
    }

    #[test]
    fn reading_stops_behind_the_limit() {
        assert_eq!(read_up_to(&b"abc"[..], 3).ok(), Some(Some(b"abc".to_vec())));
        assert_eq!(read_up_to(&b"abcd"[..], 3).ok(), Some(None));
    }
}
