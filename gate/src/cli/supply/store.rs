//! What was fetched from registries, kept by digest in this user's own folder. Every file is held against its name
//! when it is read, and every artifact against its pins and signatures, so that a file that somebody changed is only one
//! that is fetched again.

use std::io::{Read, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::artifact::Artifact;
use crate::cli::{code_cache, private};
use crate::registry::{Manifest, sha256};

const CONTENT: &str = code_cache::CONTENT;
const LINKS: &str = code_cache::LINKS;
/// Bytes of a file; more than a policy may have.
const MOST_BYTES: u64 = 64 << 20;
const MOST_LINKS: usize = 50;

/// The store of this user.
pub(in crate::cli) struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store, or none: where nothing is kept ([`code_cache::folder`]), or nothing can be kept safely.
    pub(in crate::cli) fn open(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let folder = code_cache::folder(variable)?;
        private::make_folder(&folder).ok()?;
        Some(Self { folder })
    }

    /// The artifact whose manifest or module has this digest, with all that was found beside it.
    pub(super) fn artifact(&self, digest: &str) -> Option<Artifact> {
        let links: Value = serde_json::from_slice(&self.read(digest, LINKS)?).ok()?;
        let content = |value: &Value| self.content(value.as_str()?);
        let bundles = links.get("bundles")?.as_array()?.iter().take(MOST_LINKS).filter_map(content).collect();
        Some(Artifact {
            module: content(links.get("module")?)?,
            manifest: Some(content(links.get("manifest")?)?),
            bundles,
        })
    }

    /// The module with this digest alone.
    pub(super) fn module(&self, digest: &str) -> Option<Artifact> {
        Some(Artifact { module: self.content(digest)?, manifest: None, bundles: Vec::new() })
    }

    /// Keeps an artifact. A folder that cannot be written is no reason to fail.
    pub(in crate::cli) fn put(&self, artifact: &Artifact) {
        let Some(manifest) = &artifact.manifest else { return };
        let contents = [&artifact.module, manifest].into_iter().chain(&artifact.bundles);
        if contents.map(|bytes| self.write(&sha256(bytes), CONTENT, bytes)).any(|written| written.is_err()) {
            return;
        }
        let bundles: Vec<String> = artifact.bundles.iter().map(|bundle| sha256(bundle)).collect();
        let (manifest, module) = (sha256(manifest), sha256(&artifact.module));
        let links = json!({ "manifest": manifest, "module": module, "bundles": bundles }).to_string();
        for name in [&manifest, &module] {
            // Links are only a way to find what is held against its digest anyway.
            let _ = self.write(name, LINKS, links.as_bytes());
        }
        code_cache::shrink(&self.folder);
    }

    fn content(&self, digest: &str) -> Option<Vec<u8>> {
        self.read(digest, CONTENT).filter(|bytes| sha256(bytes) == digest)
    }

    fn read(&self, digest: &str, ending: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = private::open(&self.path(digest, ending)?).ok()?;
        file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn write(&self, digest: &str, ending: &str, bytes: &[u8]) -> std::io::Result<()> {
        let Some(path) = self.path(digest, ending) else { return Ok(()) };
        let temporary = path.with_extension(format!("{}.new", std::process::id()));
        let written = private::create(&temporary).and_then(|mut file| file.write_all(bytes));
        let moved = written.and_then(|()| std::fs::rename(&temporary, &path));
        if moved.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        moved
    }

    /// None for a digest that is none.
    fn path(&self, digest: &str, ending: &str) -> Option<PathBuf> {
        let hexadecimal = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then(|| self.folder.join(digest).with_extension(ending))
    }
}

/// An artifact as a registry gave it.
pub(in crate::cli) fn artifact(manifest: Manifest, module: Vec<u8>, bundles: Vec<Vec<u8>>) -> Artifact {
    Artifact { module, manifest: Some(manifest.bytes), bundles }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn store(home: &Path) -> Store {
        let home = home.to_str().unwrap().to_owned();
        Store::open(&|name| (name == "HOME").then(|| home.clone())).unwrap()
    }

    fn artifact() -> Artifact {
        Artifact {
            module: b"module".to_vec(),
            manifest: Some(b"manifest".to_vec()),
            bundles: vec![b"one".to_vec()],
        }
    }

    #[test]
    fn what_was_put_is_found_by_either_digest() {
        let home = tempfile::tempdir().unwrap();
        let store = store(home.path());
        store.put(&artifact());
        assert_eq!(store.artifact(&sha256(b"manifest")), Some(artifact()));
        assert_eq!(store.artifact(&sha256(b"module")), Some(artifact()));
        assert_eq!(store.artifact(&sha256(b"one")), None);
        assert_eq!(store.module(&sha256(b"module")).map(|found| found.module), Some(b"module".to_vec()));
        assert_eq!(store.module("../../etc/passwd"), None);
    }

    #[test]
    fn a_changed_file_is_not_there() {
        let home = tempfile::tempdir().unwrap();
        let store = store(home.path());
        store.put(&artifact());
        std::fs::write(store.path(&sha256(b"module"), CONTENT).unwrap(), b"Module").unwrap();
        assert_eq!(store.artifact(&sha256(b"manifest")), None);
        assert_eq!(store.module(&sha256(b"module")), None);
        for links in ["", "[]", "{\"module\":7}", "{\"module\":\"../x\",\"manifest\":\"y\",\"bundles\":[]}"] {
            std::fs::write(store.path(&sha256(b"manifest"), LINKS).unwrap(), links).unwrap();
            assert_eq!(store.artifact(&sha256(b"manifest")), None, "{links}");
        }
    }
}
