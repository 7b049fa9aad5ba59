//! What was fetched from URLs, kept by digest in this user's own folder, and for each URL how to ask for news. Content
//! is held against its digest when it is read, so that a file that somebody changed is only one that is fetched again.

use std::io::{Read, Write};
use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cli::{code_cache, private};
use crate::download::Known;
use crate::schema::MAX_SCHEMA_BYTES;
use crate::text::hexadecimal;

/// The store of this user.
pub(in crate::cli) struct SchemaStore {
    folder: PathBuf,
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub(in crate::cli) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

impl SchemaStore {
    /// The store, or none: where nothing is kept ([`code_cache::folder`]), or nothing can be kept safely.
    pub(in crate::cli) fn open(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let folder = code_cache::folder(variable)?;
        private::make_folder(&folder).ok()?;
        Some(Self { folder })
    }

    /// The content with this digest.
    pub(in crate::cli) fn content(&self, digest: &str) -> Option<Vec<u8>> {
        self.read(digest, code_cache::CONTENT).filter(|bytes| sha256(bytes) == digest)
    }

    /// What `url` gave last, and how to ask for news.
    pub(super) fn last(&self, url: &str) -> Option<(Vec<u8>, Known)> {
        let about: Value =
            serde_json::from_slice(&self.read(&sha256(url.as_bytes()), code_cache::FETCHED)?).ok()?;
        let text = |key: &str| about.get(key).and_then(Value::as_str).map(str::to_owned);
        if text("url").as_deref() != Some(url) {
            return None;
        }
        let known = Known { etag: text("etag"), modified: text("modified") };
        Some((self.content(&text("sha256")?)?, known))
    }

    /// Keeps what `url` gave. A folder that cannot be written is no reason to fail.
    pub(super) fn put(&self, url: &str, bytes: &[u8], known: &Known) {
        let digest = sha256(bytes);
        if self.write(&digest, code_cache::CONTENT, bytes).is_err() {
            return;
        }
        let about = json!({ "url": url, "sha256": digest, "etag": known.etag, "modified": known.modified });
        let _ = self.write(&sha256(url.as_bytes()), code_cache::FETCHED, about.to_string().as_bytes());
        code_cache::shrink(&self.folder);
    }

    fn read(&self, name: &str, ending: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = private::open(&self.path(name, ending)?).ok()?;
        file.take(MAX_SCHEMA_BYTES as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn write(&self, name: &str, ending: &str, bytes: &[u8]) -> std::io::Result<()> {
        let Some(path) = self.path(name, ending) else { return Ok(()) };
        let temporary = path.with_extension(format!("{ending}.{}.new", std::process::id()));
        let written = private::create(&temporary).and_then(|mut file| file.write_all(bytes));
        let moved = written.and_then(|()| std::fs::rename(&temporary, &path));
        if moved.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        moved
    }

    /// None for a name that is no digest.
    fn path(&self, name: &str, ending: &str) -> Option<PathBuf> {
        let hexadecimal = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then(|| self.folder.join(name).with_extension(ending))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_found_and_what_was_changed_is_not_there() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().to_str().unwrap().to_owned();
        let store = SchemaStore::open(&|name| (name == "HOME").then(|| path.clone())).unwrap();
        let known = Known { etag: Some("\"1\"".to_owned()), modified: None };
        store.put("https://x.example/a.json", b"schema", &known);
        assert_eq!(store.last("https://x.example/a.json"), Some((b"schema".to_vec(), known)));
        assert_eq!(store.last("https://x.example/b.json"), None);
        assert_eq!(store.content(&sha256(b"schema")), Some(b"schema".to_vec()));
        assert_eq!(store.content("../../etc/passwd"), None);
        std::fs::write(store.path(&sha256(b"schema"), code_cache::CONTENT).unwrap(), b"Schema").unwrap();
        assert_eq!(store.content(&sha256(b"schema")), None);
        assert_eq!(store.last("https://x.example/a.json"), None);
    }
}
