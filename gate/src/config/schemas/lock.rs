//! `gate.lock`: what each URL of a schema gave when it was reviewed. One line for each, in order, so that two branches
//! that add different kinds merge.

use std::collections::BTreeMap;

/// The name of the lock file, beside gate.yaml.
pub const LOCK_NAME: &str = "gate.lock";
/// Largest lock file, in bytes.
pub const MAX_LOCK_BYTES: u64 = 4 << 20;

const HEAD: &str =
    "# What the schemas that gate.yaml takes from URLs must be; written by `gate schema add`.\n";
const ABSENT: &str = "absent";
const SHA256: &str = "sha256:";

/// What a URL gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// A schema with this SHA-256 digest: 64 lower-case hexadecimal digits.
    Digest(String),
    /// There is none: this source does not have the kind.
    Absent,
}

/// What every URL gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaLock {
    entries: BTreeMap<String, Locked>,
}

impl SchemaLock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// The first line that cannot be read: its number and what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| format!("{LOCK_NAME} is no text"))?;
        let mut entries = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end_matches('\r');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: &str| format!("{LOCK_NAME}:{number}: {what}");
            let (url, what) =
                line.split_once(' ').ok_or_else(|| wrong("a line is a URL, a space and what it gave"))?;
            let what = locked(what).ok_or_else(|| {
                wrong("behind the URL stands `sha256:` with 64 lower-case hexadecimal digits, or `absent`")
            })?;
            if entries.insert(url.to_owned(), what).is_some() {
                return Err(wrong("this URL has two lines"));
            }
        }
        Ok(Self { entries })
    }

    /// The file.
    pub fn write(&self) -> String {
        let mut text = HEAD.to_owned();
        for (url, what) in &self.entries {
            text.push_str(url);
            text.push(' ');
            text.push_str(&shown(what));
            text.push('\n');
        }
        text
    }

    /// What `url` gave.
    pub fn get(&self, url: &str) -> Option<&Locked> {
        self.entries.get(url)
    }

    /// Says what `url` gave.
    pub fn put(&mut self, url: &str, what: Locked) {
        self.entries.insert(url.to_owned(), what);
    }

    /// True if nothing is locked.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, by URL.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Locked)> {
        self.entries.iter().map(|(url, what)| (url.as_str(), what))
    }

    /// What differs between two lock files: URL, before, after.
    pub fn changes(&self, after: &Self) -> Vec<(String, Option<String>, Option<String>)> {
        let urls: std::collections::BTreeSet<&String> =
            self.entries.keys().chain(after.entries.keys()).collect();
        urls.into_iter()
            .filter(|url| self.entries.get(*url) != after.entries.get(*url))
            .map(|url| (url.clone(), self.get(url).map(shown), after.get(url).map(shown)))
            .collect()
    }
}

fn locked(text: &str) -> Option<Locked> {
    if text == ABSENT {
        return Some(Locked::Absent);
    }
    let digest = text.strip_prefix(SHA256)?;
    let is_digest =
        digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_digest.then(|| Locked::Digest(digest.to_owned()))
}

fn shown(what: &Locked) -> String {
    match what {
        Locked::Digest(digest) => format!("{SHA256}{digest}"),
        Locked::Absent => ABSENT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_in_order() {
        let digest = "0123456789abcdef".repeat(4);
        let mut lock = SchemaLock::default();
        assert!(lock.is_empty());
        lock.put("https://x.example/b.json", Locked::Absent);
        lock.put("https://x.example/a.json", Locked::Digest(digest.clone()));
        let text = lock.write();
        let expected =
            format!("{HEAD}https://x.example/a.json sha256:{digest}\nhttps://x.example/b.json absent\n");
        assert_eq!(text, expected);
        assert_eq!(SchemaLock::parse(text.as_bytes()), Ok(lock.clone()));
        assert_eq!(SchemaLock::parse(text.replace('\n', "\r\n").as_bytes()), Ok(lock.clone()));
        assert_eq!(lock.get("https://x.example/b.json"), Some(&Locked::Absent));
        assert_eq!(lock.get("https://x.example/c.json"), None);
        let changes = lock.changes(&SchemaLock::parse(b"https://x.example/b.json absent").unwrap());
        assert_eq!(
            changes,
            [("https://x.example/a.json".to_owned(), Some(format!("sha256:{digest}")), None)]
        );
    }

    #[test]
    fn mistakes_have_a_line() {
        let upper = "A".repeat(64);
        for (text, expected) in [
            ("# x\nhttps://x\n".to_owned(), "gate.lock:2: a line is a URL"),
            ("https://x sha256:12\n".to_owned(), "gate.lock:1: behind the URL"),
            (format!("https://x sha256:{upper}\n"), "gate.lock:1: behind the URL"),
            ("https://x  absent\n".to_owned(), "gate.lock:1: behind the URL"),
            ("<<<<<<< HEAD\n".to_owned(), "gate.lock:1: behind the URL"),
            ("https://x absent\n\nhttps://x absent\n".to_owned(), "gate.lock:3: this URL has two lines"),
        ] {
            let error = SchemaLock::parse(text.as_bytes()).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        assert!(SchemaLock::parse(b"\xff").is_err());
    }
}
