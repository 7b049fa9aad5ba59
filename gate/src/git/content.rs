//! What reading a file gives: its bytes, or the reason why there are none to judge.

use std::io::Read;

/// Bytes that are searched for a NUL, as many as Git looks at.
const SNIFFED: usize = 8000;
/// Least room for a file that is larger than it was said to be, in bytes.
const GROWTH: usize = 8 << 10;
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

/// Everything in `source`, which should have `size` bytes, or `None` if it is more than `max` bytes.
pub(super) fn read_up_to(mut source: impl Read, size: u64, max: u64) -> std::io::Result<Option<Vec<u8>>> {
    // With room for a byte more, a read that gives `size` bytes has met the end: no other has to be asked for it.
    let mut bytes = vec![0; usize::try_from(size.min(max)).unwrap_or(0).saturating_add(1)];
    let mut filled = 0;
    loop {
        match source.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if filled as u64 > max {
            return Ok(None);
        }
        if filled as u64 == size {
            break;
        }
        if filled == bytes.len() {
            bytes.resize(filled.saturating_mul(2).max(GROWTH), 0);
        }
    }
    bytes.truncate(filled);
    Ok(Some(bytes))
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
        for said in 0..6 {
            assert_eq!(read_up_to(&b"abc"[..], said, 3).ok(), Some(Some(b"abc".to_vec())), "{said}");
            assert_eq!(read_up_to(&b"abcd"[..], said, 3).ok(), Some(None), "{said}");
        }
    }

    /// Gives a byte at a time, and the third only when it is asked again.
    struct Slow(u8);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            match self.0 {
                3 => Err(std::io::ErrorKind::Interrupted.into()),
                1..6 => {
                    buffer[0] = b'a' + self.0;
                    Ok(1)
                }
                _ => Ok(0),
            }
        }
    }

    #[test]
    fn what_comes_slowly_comes_whole() {
        for said in [0, 4, 5, 100] {
            assert_eq!(read_up_to(Slow(0), said, 100).ok(), Some(Some(b"bcef".to_vec())), "{said}");
        }
        assert_eq!(read_up_to(Slow(0), 2, 3).ok(), Some(Some(b"bc".to_vec())), "as much as was said");
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_read_to_its_end() {
        let text = vec![b'x'; 100_000];
        for said in [0, 1, 50_000, 99_999, 100_000, 100_001] {
            assert_eq!(read_up_to(&text[..], said, 1 << 20).ok(), Some(Some(text.clone())), "{said}");
        }
        assert_eq!(read_up_to(&text[..], 5, 99_999).ok(), Some(None));
    }
}
