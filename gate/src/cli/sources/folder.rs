//! A folder of JSON Schemas under the names that kubeconform's catalogs give them, and of CustomResourceDefinitions.

use std::path::{Path, PathBuf};

use super::places::Files;
use super::web::Fetched;
use crate::cli::error::CliError;
use crate::config::{SchemaTemplate, WantedKind};
use crate::model::RepoPath;

/// The names of files, most telling first. What stands before them in a path does not matter.
const LAYOUTS: [&str; 2] =
    ["{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json", "{{.ResourceKind}}{{.KindSuffix}}.json"];
/// Files of a folder.
const MOST_FILES: usize = 100_000;
/// Folders inside of each other.
const DEEPEST: usize = 30;
/// Largest file that is searched for definitions, in bytes, and all of them together.
const MOST_BYTES: u64 = 16 << 20;
const MOST_TOGETHER: u64 = 256 << 20;

/// The schemas below one folder.
pub(in crate::cli) struct Folder {
    name: String,
    /// In order.
    files: Vec<String>,
}

impl Folder {
    /// The JSON files among `paths`.
    pub(super) fn new(name: &str, paths: impl Iterator<Item = RepoPath>) -> Self {
        let is_json = |path: &RepoPath| path.extension() == "json";
        let texts = paths.filter(is_json).filter_map(|path| path.as_str().map(str::to_owned));
        let mut files: Vec<String> = texts.collect();
        files.sort();
        Self { name: name.to_owned(), files }
    }

    /// Reads the names of a folder on the disk, and the definitions in its files.
    pub(super) fn read(folder: &Path) -> Result<(Self, Vec<Vec<u8>>), CliError> {
        let found = files_below(folder)?;
        let definitions = of_files(&found)?;
        let relative = found.iter().filter_map(|path| path.strip_prefix(folder).ok());
        let paths = relative.map(|path| RepoPath::new(path.as_os_str().as_encoded_bytes()));
        Ok((Self::new(&folder.display().to_string(), paths), definitions))
    }

    /// True if there is no schema.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The schema of a kind.
    pub(super) fn find(&self, wanted: &WantedKind<'_>, files: &Files<'_>) -> Fetched {
        match self.path(wanted) {
            Some(path) => files.find(path),
            None => Fetched::Absent(format!("{} (no file with the name of this kind)", self.name)),
        }
    }

    /// Where several files have the name: strict schemas and those of the very version first.
    fn path(&self, wanted: &WantedKind<'_>) -> Option<&str> {
        let version = format!("v1.{}.0", wanted.minor);
        for layout in LAYOUTS {
            let name = SchemaTemplate::parse(layout).ok()?.expand(wanted)?;
            let is_it = |path: &&String| {
                path.strip_suffix(&name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            let rank = |path: &&String| (!path.contains(&version), !path.contains("-strict/"));
            if let Some(found) = self.files.iter().filter(is_it).min_by_key(rank) {
                return Some(found);
            }
        }
        None
    }
}

/// The contents of those of `files` that hold definitions.
pub(super) fn of_files(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, CliError> {
    let (mut definitions, mut together) = (Vec::new(), 0);
    for path in files {
        let size = path.metadata().map_or(0, |about| about.len());
        if !is_manifest(path) || size > MOST_BYTES || together > MOST_TOGETHER {
            continue;
        }
        together += size;
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        if is_definition(&bytes) {
            definitions.push(bytes);
        }
    }
    Ok(definitions)
}

/// All files below a folder, in order; links are not followed, `.git` is not entered.
pub(in crate::cli) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let (mut open, mut found) = (vec![(folder.to_owned(), 0)], Vec::new());
    while let Some((at, depth)) = open.pop() {
        let entries = std::fs::read_dir(&at).map_err(|error| unreadable(&at, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&at, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&at, &error))?;
            if kind.is_dir() && depth < DEEPEST && entry.file_name() != ".git" {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                found.push(entry.path());
            }
            if found.len() > MOST_FILES {
                let message = format!("{} has more than {MOST_FILES} files", folder.display());
                return Err(CliError::new(message).hint("name the folder that the schemas are in"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// True for content that mentions CustomResourceDefinitions.
pub(in crate::cli) fn is_definition(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"CustomResourceDefinition").is_some()
}

fn is_manifest(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| matches!(ending, "yaml" | "yml" | "json"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(format!("{} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str], api_version: &str, kind: &str) -> Option<String> {
        let folder = Folder::new("x", files.iter().map(|path| RepoPath::from(*path)));
        folder.path(&WantedKind { api_version, kind, minor: 33 }).map(str::to_owned)
    }

    #[test]
    fn files_are_known_by_the_names_of_the_catalogs() {
        for (files, api_version, kind, expected) in [
            (
                &["s/cert-manager.io/issuer_v1.json"][..],
                "cert-manager.io/v1",
                "Issuer",
                Some("s/cert-manager.io/issuer_v1.json"),
            ),
            (
                &["issuer-cert-manager-v1.json"],
                "cert-manager.io/v1",
                "Issuer",
                Some("issuer-cert-manager-v1.json"),
            ),
            (&["xissuer-cert-manager-v1.json"], "cert-manager.io/v1", "Issuer", None),
            (&["s/x.cert-manager.io/issuer_v1.json"], "cert-manager.io/v1", "Issuer", None),
            (&["issuer_v1.json"], "cert-manager.io/v1", "Issuer", None),
            (&["cert-manager.io/issuer_v1.yaml"], "cert-manager.io/v1", "Issuer", None),
            (&["a/x-a-v1.json", "a.io/x_v1.json"], "a.io/v1", "X", Some("a.io/x_v1.json")),
            (
                &[
                    "v1.32.0-standalone-strict/x-a-v1.json",
                    "v1.33.0-standalone-strict/x-a-v1.json",
                    "v1.33.0-standalone/x-a-v1.json",
                ],
                "a.io/v1",
                "X",
                Some("v1.33.0-standalone-strict/x-a-v1.json"),
            ),
            (&["a.io/x_v1.json"], "../a.io/v1", "X", None),
        ] {
            assert_eq!(found(files, api_version, kind).as_deref(), expected, "{files:?}");
        }
    }

    #[test]
    fn a_folder_is_read_without_its_links() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("a/.git")).unwrap();
        std::fs::write(home.path().join("a/x.yaml"), "kind: CustomResourceDefinition").unwrap();
        std::fs::write(home.path().join("a/y.yaml"), "kind: Pod").unwrap();
        std::fs::write(home.path().join("a/.git/z.yaml"), "kind: CustomResourceDefinition").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(home.path(), home.path().join("a/loop")).unwrap();
        let (folder, definitions) = Folder::read(home.path()).unwrap();
        assert!(folder.is_empty());
        assert_eq!(definitions, [b"kind: CustomResourceDefinition".to_vec()]);
        assert_eq!(files_below(home.path()).unwrap().len(), 2);
    }
}
