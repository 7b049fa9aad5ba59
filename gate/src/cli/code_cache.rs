//! Machine code of foreign policies, kept between runs. What is in the cache is executed, so that a file counts only if this
//! user alone can have written it: the folder is the user's own with mode 0700, every file carries a message
//! authentication code, and its key lies in another folder.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::private;

/// Folder of the cache.
const FOLDER_VARIABLE: &str = "GATE_CACHE_DIR";
const FOLDER: &str = "gitops-gate";
const KEY_FILE: &str = "cache.key";
const ENDING: &str = "code";
/// What was fetched from registries lies in the same folder; see `supply`.
pub(super) const CONTENT: &str = "content";
/// Which manifest, module and signatures belong together.
pub(super) const LINKS: &str = "links";
/// What a URL of a schema gave last; see `sources`.
pub(super) const FETCHED: &str = "fetched";
/// First bytes of every file; another layout gets another number.
const MAGIC: &[u8] = b"gitops-gate code 1\n";
const MAC_BYTES: usize = 32;
/// All files together, in bytes; the ones that were not used for longest go first.
const MOST_BYTES: u64 = 512 << 20;

/// The cache of this user.
pub(super) struct CodeCache {
    folder: PathBuf,
    secret: [u8; 32],
}

/// Looks a variable of the environment up.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

impl CodeCache {
    /// The cache, or none: on CI (unless `GATE_CACHE_DIR` is set: what pull requests can write must not be run), without
    /// a home, and wherever the folders are not this user's alone.
    pub(super) fn open(variable: Variable<'_>) -> Option<Self> {
        let folder = folder(variable)?;
        private::make_folder(&folder).ok()?;
        let secret = secret(&state_folder(variable)?).ok()?;
        Some(Self { folder, secret })
    }

    /// The machine code of `key`, if it is there and as this user's gate wrote it.
    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        let path = self.path(key)?;
        let mut file = private::open(&path).ok()?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?;
        let (mac, code) = rest.split_at_checked(MAC_BYTES)?;
        self.mac(key, code)?.verify_slice(mac).ok()?;
        // Marks it as used; a file system that cannot just forgets earlier.
        let _ = file.set_modified(SystemTime::now());
        let start = bytes.len() - code.len();
        Some(bytes.split_off(start))
    }

    /// Keeps machine code. A cache that cannot be written is no reason to fail.
    pub(super) fn put(&self, key: &str, code: &[u8]) {
        let _ = self.write(key, code);
        shrink(&self.folder);
    }

    fn write(&self, key: &str, code: &[u8]) -> std::io::Result<()> {
        let (Some(path), Some(mac)) = (self.path(key), self.mac(key, code)) else { return Ok(()) };
        let temporary = path.with_extension(format!("{}.new", std::process::id()));
        let mut file = private::create(&temporary)?;
        let mac = mac.finalize().into_bytes();
        let written = [MAGIC, mac.as_slice(), code].iter().try_for_each(|part| file.write_all(part));
        // Another process that wrote the same key meanwhile wrote the same code.
        let moved = written.and_then(|()| fs::rename(&temporary, &path));
        if moved.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        moved
    }

    fn mac(&self, key: &str, code: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(key.as_bytes());
        mac.update(code);
        Some(mac)
    }

    /// None for a key that is none.
    fn path(&self, key: &str) -> Option<PathBuf> {
        let hexadecimal = key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then(|| self.folder.join(key).with_extension(ENDING))
    }
}

/// Removes what was not used for longest, until the rest is small enough. Failing to do so does no harm.
pub(super) fn shrink(folder: &Path) {
    let _ = shrink_to(folder, MOST_BYTES);
}

fn shrink_to(folder: &Path, most: u64) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if !is_ours(&entry.path()) {
            continue;
        }
        files.push((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), about.len(), entry.path()));
    }
    files.sort();
    let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if total <= most {
            break;
        }
        fs::remove_file(path)?;
        total -= bytes;
    }
    Ok(())
}

/// The folder of the cache, whether it is there or not.
pub(super) fn folder(variable: Variable<'_>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| Path::new(value).is_absolute()).map(PathBuf::from);
    if let Some(folder) = set(FOLDER_VARIABLE) {
        return Some(folder);
    }
    if variable("CI").is_some_and(|value| !value.is_empty() && value != "false") {
        return None;
    }
    let base = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(base.join(FOLDER))
}

/// True for the name of a file that the cache makes, finished or not.
pub(super) fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (key, ending) = name.split_once('.').unwrap_or((name, ""));
    key.len() == 64
        && key.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (matches!(ending, ENDING | CONTENT | LINKS | FETCHED) || ending.ends_with(".new"))
}

/// Where the key lies: never in the folder of the cache, so that restoring that one from elsewhere brings no key.
fn state_folder(variable: Variable<'_>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| Path::new(value).is_absolute()).map(PathBuf::from);
    let base = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local").join("state")))?;
    Some(base.join(FOLDER))
}

/// The key of this user; made when it is needed first.
fn secret(folder: &Path) -> std::io::Result<[u8; 32]> {
    private::make_folder(folder)?;
    let path = folder.join(KEY_FILE);
    let mut secret = [0; 32];
    match private::open(&path) {
        Ok(mut file) => {
            file.read_exact(&mut secret)?;
            Ok(secret)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            getrandom::fill(&mut secret).map_err(|error| std::io::Error::other(error.to_string()))?;
            private::create(&path)?.write_all(&secret)?;
            Ok(secret)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(home: &Path) -> CodeCache {
        let home = home.to_str().unwrap().to_owned();
        CodeCache::open(&|name| (name == "HOME").then(|| home.clone())).unwrap()
    }

    fn key(digit: char) -> String {
        digit.to_string().repeat(64)
    }

    #[test]
    fn what_was_put_is_there_for_the_same_key_only() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        cache.put(&key('a'), b"code");
        assert_eq!(cache.get(&key('a')).as_deref(), Some(&b"code"[..]));
        assert_eq!(cache.get(&key('b')), None);
        assert_eq!(cache.get("../../etc/passwd"), None);
        assert_eq!(super::tests::cache(home.path()).get(&key('a')).as_deref(), Some(&b"code"[..]));
    }

    #[test]
    fn a_changed_or_moved_file_does_not_count() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        cache.put(&key('a'), b"code");
        let path = cache.path(&key('a')).unwrap();
        let good = fs::read(&path).unwrap();
        fs::copy(&path, cache.path(&key('b')).unwrap()).unwrap();
        assert_eq!(cache.get(&key('b')), None);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert_eq!(cache.get(&key('a')), None, "byte {at}");
        }
        for length in 0..good.len() {
            fs::write(&path, &good[..length]).unwrap();
            assert_eq!(cache.get(&key('a')), None, "{length} bytes");
        }
        fs::write(&path, good).unwrap();
        assert!(cache.get(&key('a')).is_some());
    }

    #[test]
    fn the_file_of_another_key_does_not_count() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (one, other) = (cache(one.path()), cache(other.path()));
        one.put(&key('a'), b"code");
        fs::copy(one.path(&key('a')).unwrap(), other.path(&key('a')).unwrap()).unwrap();
        assert_eq!(other.get(&key('a')), None);
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        for digit in ['a', 'b', 'c'] {
            cache.put(&key(digit), &[0; 100]);
            let file = fs::File::options().write(true).open(cache.path(&key(digit)).unwrap()).unwrap();
            let age = std::time::Duration::from_secs(u64::from('z' as u32 - digit as u32));
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        assert!(cache.get(&key('a')).is_some());
        shrink_to(&cache.folder, 320).unwrap();
        let left = ['a', 'b', 'c'].map(|digit| cache.get(&key(digit)).is_some());
        assert_eq!(left, [true, false, true]);
    }

    #[test]
    fn ci_keeps_nothing_unless_it_names_a_folder() {
        let of = |variables: &[(&str, &str)]| {
            folder(&|name| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[("HOME", "/h")]), Some("/h/.cache/gitops-gate".into()));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")]), Some("/x/gitops-gate".into()));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CACHE_HOME", "rel")]), Some("/h/.cache/gitops-gate".into()));
        assert_eq!(of(&[("HOME", "/h"), ("CI", "true")]), None);
        assert_eq!(of(&[("GATE_CACHE_DIR", "/c"), ("CI", "true")]), Some("/c".into()));
        assert_eq!(of(&[("GATE_CACHE_DIR", "c"), ("CI", "true")]), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_can_write_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".cache").join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        let path = home.path().to_str().unwrap().to_owned();
        let open = || CodeCache::open(&|name| (name == "HOME").then(|| path.clone()));
        assert!(open().is_none());
        fs::remove_dir(&folder).unwrap();
        std::os::unix::fs::symlink(home.path(), &folder).unwrap();
        assert!(open().is_none());
    }
}
