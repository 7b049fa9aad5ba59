//! The places where schemas are looked for, and the files of a revision or of the disk behind them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::folder::{Folder, files_below, of_files};
use super::web::Fetched;
use crate::cli::error::CliError;
use crate::cli::schema_args::SchemaWishes;
use crate::config::{Config, SchemaLocation};
use crate::git::{Content, Snapshot};
use crate::model::RepoPath;
use crate::schema::MAX_SCHEMA_BYTES;

/// Where files are read from.
#[derive(Clone)]
pub(in crate::cli) enum Files<'a> {
    /// A revision.
    Tree(&'a Snapshot),
    /// A folder on the disk.
    Disk(PathBuf),
}

/// One place.
pub(in crate::cli) enum Place<'a> {
    /// A template, or the embedded schemas.
    Location(SchemaLocation, Files<'a>),
    /// A folder of schemas, by their usual names.
    Folder(Folder, Files<'a>),
}

impl Files<'_> {
    /// The content of a file; none if it is not there.
    pub(in crate::cli) fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Tree(tree) => {
                let unreadable = |error: crate::git::GitError| format!("{path}: {error}");
                let Some(entry) = tree.entry(path.as_bytes()).map_err(unreadable)? else { return Ok(None) };
                match tree.read(&entry, most).map_err(unreadable)? {
                    Content::Bytes(bytes) => Ok(Some(bytes)),
                    _ => Err(format!("{path} is no plain file of at most {most} bytes")),
                }
            }
            Self::Disk(folder) => from_disk(&folder.join(path), most),
        }
    }

    /// A schema at this path.
    pub(super) fn find(&self, path: &str) -> Fetched {
        match self.read(path, MAX_SCHEMA_BYTES as u64) {
            Ok(Some(bytes)) => Fetched::Schema { bytes, origin: path.to_owned() },
            Ok(None) => Fetched::Absent(format!("{path} (no such file)")),
            Err(message) => Fetched::Broken {
                message,
                hint: "a schema is a plain file; it is read from where gate.yaml is read from".to_owned(),
            },
        }
    }

    /// The paths of all files.
    fn paths(&self) -> Result<Vec<RepoPath>, CliError> {
        match self {
            Self::Tree(tree) => {
                let files = tree.entries()?.iter().filter(|entry| entry.mode.is_file());
                Ok(files.map(|entry| entry.path.clone()).collect())
            }
            Self::Disk(folder) => {
                let found = files_below(folder)?;
                let relative = found.iter().filter_map(|path| path.strip_prefix(folder).ok());
                Ok(relative.map(|path| RepoPath::new(path.as_os_str().as_encoded_bytes())).collect())
            }
        }
    }
}

fn from_disk(path: &Path, most: u64) -> Result<Option<Vec<u8>>, String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let about = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        about => about.map_err(unreadable)?,
    };
    if !about.is_file() || about.len() > most {
        return Err(format!("{} is no plain file of at most {most} bytes", path.display()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(Some(bytes))
}

/// All places in order, and the definitions in directories of the command line.
pub(in crate::cli) fn places<'a>(
    config: &Config,
    files: &Files<'a>,
    wishes: &SchemaWishes,
) -> Result<(Vec<Place<'a>>, Vec<Vec<u8>>), CliError> {
    let (mut places, mut definitions) = (Vec::new(), Vec::new());
    if wishes.locations.is_empty() {
        if !config.schemas.is_empty() {
            let matched = files.paths()?.into_iter().filter(|path| config.schemas.matches(path));
            let matched: Vec<RepoPath> = matched.collect();
            if let Files::Disk(folder) = files {
                // Those of a revision are read with the rest of it.
                definitions = of_files(
                    &matched.iter().filter_map(|path| Some(folder.join(path.as_str()?))).collect::<Vec<_>>(),
                )?;
            }
            let folder = Folder::new("the files of `schemas`", matched.into_iter());
            places.extend((!folder.is_empty()).then(|| Place::Folder(folder, files.clone())));
        }
        let own = config.schema_locations.iter().cloned();
        places.extend(own.map(|location| Place::Location(location, files.clone())));
        if !config.schema_locations.contains(&SchemaLocation::Embedded) {
            places.push(Place::Location(SchemaLocation::Embedded, files.clone()));
        }
        return Ok((places, definitions));
    }
    for text in &wishes.locations {
        let folder = wishes.directory.join(text.strip_prefix("file://").unwrap_or(text));
        if text != "default" && !text.contains("{{") && folder.is_dir() {
            let (found, more) = Folder::read(&folder)?;
            definitions.extend(more);
            places.push(Place::Folder(found, Files::Disk(folder)));
            continue;
        }
        let location = SchemaLocation::parse(text).map_err(|why| {
            CliError::new(format!("--schema-location `{text}`: {why}"))
                .hint("write `https://host/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`, such a path, a directory or `default`")
        })?;
        places.push(Place::Location(location, Files::Disk(wishes.directory.clone())));
    }
    Ok((places, definitions))
}
