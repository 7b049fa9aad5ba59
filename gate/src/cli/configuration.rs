//! Which `gate.yaml` a run obeys: the base revision's, so that a pull request cannot change its own judge.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::CheckArgs;
use super::check::{from_head, root};
use super::error::CliError;
use super::sources;
use super::supply::{self, BESIDE};
use crate::config::{Config, ConfigProblem, FILE_NAME, Known, PolicySource, SignatureRule};
use crate::engine::EngineError;
use crate::git::{Change, Content, Repo, Snapshot};
use crate::model::RepoPath;
use crate::schema::{KubeVersion, SchemaSet};

/// Largest configuration file, in bytes.
pub(super) const MAX_BYTES: u64 = 1 << 20;

/// A configuration and where it came from.
pub(super) struct Configuration {
    pub(super) config: Config,
    /// For messages.
    pub(super) path: RepoPath,
    /// For the report.
    pub(super) source: String,
    pub(super) notices: Vec<String>,
    files: Files,
    /// The folder of a configuration on disk.
    folder: Option<PathBuf>,
}

/// Where the configuration's own files (policy modules) are read from.
enum Files {
    /// The base side of the change; head, if it has none.
    Base,
    /// The head side.
    Head,
    /// Where the configuration itself is from: a folder on disk, or the state before a push.
    Beside(Snapshot),
}

impl Configuration {
    /// True if it is the base's own: the change cannot alter it, and replaces it once it is merged.
    pub(super) fn is_the_base_s(&self, change: &Change) -> bool {
        matches!(self.files, Files::Base) && change.base.is_some()
    }

    /// What its own files are read from, where there is no change: none if they are the change's.
    pub(super) fn own_files(&self) -> Option<&Snapshot> {
        match &self.files {
            Files::Beside(snapshot) => Some(snapshot),
            Files::Base | Files::Head => None,
        }
    }

    /// What schemas and their lock file are read from.
    pub(super) fn schema_files<'a>(&'a self, change: &'a Change) -> sources::Files<'a> {
        match &self.folder {
            Some(folder) => sources::Files::Disk(folder.clone()),
            None => sources::Files::Tree(self.files(change)),
        }
    }

    /// What the configuration's own files (policy modules) are read from.
    pub(super) fn files<'a>(&'a self, change: &'a Change) -> &'a Snapshot {
        match &self.files {
            Files::Base => change.base.as_ref().unwrap_or(&change.head),
            Files::Head => &change.head,
            Files::Beside(snapshot) => snapshot,
        }
    }
}

/// Reads the configuration that the arguments ask for; without one, the defaults.
pub(super) fn read(args: &CheckArgs, change: &Change) -> Result<Configuration, CliError> {
    if let Some(file) = &args.config {
        from_file(file)
    } else if !args.paths.is_empty() {
        beside(args)
    } else {
        from_change(args, change)
    }
}

fn from_file(file: &Path) -> Result<Configuration, CliError> {
    let bytes = std::fs::read(file)
        .map_err(|error| CliError::new(format!("{} cannot be read: {error}", file.display())))?;
    let path = RepoPath::new(file.as_os_str().as_encoded_bytes());
    let source = format!("{path}, as it is on disk");
    let mut found = parse(path, &bytes, source, Files::Base)?;
    found.files = Files::Beside(modules(file, &found.config)?);
    found.folder = Some(folder_of(file).to_owned());
    Ok(found)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The policy modules that are named in a configuration on disk, relative to its folder, with their signatures and keys.
/// What is not there is left out: whoever loads it complains with its place.
fn modules(file: &Path, config: &Config) -> Result<Snapshot, CliError> {
    let folder = folder_of(file);
    let mut named = BTreeSet::new();
    for policy in &config.policies {
        if let PolicySource::File(path) = &policy.source {
            named.extend(BESIDE.map(|ending| supply::beside(path, ending)));
            named.insert(path.clone());
        }
        named.extend(policy.signature.iter().flat_map(SignatureRule::files).cloned());
    }
    let paths = named.iter().filter_map(|path| path.as_str().map(|path| folder.join(path)));
    let there: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    Ok(crate::git::from_paths(folder, &there)?.head)
}

/// For files that are judged as they are: the `gate.yaml` at the root of the work tree, or of the directory that
/// the run starts from.
fn beside(args: &CheckArgs) -> Result<Configuration, CliError> {
    at(args.directory.as_deref().unwrap_or(Path::new(".")))
}

/// Without a change: the file, else the `gate.yaml` of `revision`, else that of the work tree.
pub(super) fn here(
    directory: &Path,
    file: Option<&Path>,
    revision: Option<&str>,
) -> Result<Configuration, CliError> {
    match (file, revision) {
        (Some(file), _) => from_file(file),
        (None, None) => at(directory),
        (None, Some(revision)) => {
            let tree = Repo::discover(directory)?.snapshot(revision)?;
            let mut found = from_tree(&tree, revision, None, Files::Base)?;
            found.files = Files::Beside(tree);
            Ok(found)
        }
    }
}

fn at(directory: &Path) -> Result<Configuration, CliError> {
    let file = root(directory).join(FILE_NAME);
    if file.is_file() { from_file(&file) } else { Ok(defaults(Files::Base)) }
}

fn from_change(args: &CheckArgs, change: &Change) -> Result<Configuration, CliError> {
    let head_wanted = from_head(args);
    let (side, name, commit, files) = match (&change.base, head_wanted) {
        (Some(base), false) => (base, "base", &change.base_commit, Files::Base),
        _ => (&change.head, "head", &change.head_commit, Files::Head),
    };
    let unprotected = head_wanted && change.base.is_some();
    let mut found = from_tree(side, name, commit.as_deref(), files)?;
    if unprotected {
        found
            .notices
            .push("unprotected: the configuration is the change's own (--config-from head)".to_owned());
    }
    Ok(found)
}

/// For a push: the file, else what holds before the push, else the defaults. What is pushed is never asked.
pub(super) fn of_push(
    file: Option<&Path>,
    rules: Option<(Snapshot, String)>,
) -> Result<Configuration, CliError> {
    match (file, rules) {
        (Some(file), _) => from_file(file),
        // Nothing can be read from an empty tree: a policy module that the defaults would name is not there.
        (None, None) => Ok(defaults(Files::Base)),
        (None, Some((tree, commit))) => {
            let mut found = from_tree(&tree, "the state before the push", Some(&commit), Files::Base)?;
            found.files = Files::Beside(tree);
            Ok(found)
        }
    }
}

/// The `gate.yaml` of one tree.
fn from_tree(
    tree: &Snapshot,
    name: &str,
    commit: Option<&str>,
    files: Files,
) -> Result<Configuration, CliError> {
    let Some(entry) = tree.entry(FILE_NAME.as_bytes())? else { return Ok(defaults(files)) };
    match tree.read(&entry, MAX_BYTES)? {
        Content::Bytes(bytes) => {
            let at = commit.map_or(String::new(), |commit| format!(" ({commit})"));
            parse(FILE_NAME.into(), &bytes, format!("{FILE_NAME} of {name}{at}"), files)
        }
        _ => {
            Err(CliError::new(format!("{FILE_NAME} of {name} is no text file of at most {MAX_BYTES} bytes"))
                .hint("it must be a plain file: no link, no LFS pointer, no binary"))
        }
    }
}

fn parse(path: RepoPath, bytes: &[u8], source: String, files: Files) -> Result<Configuration, CliError> {
    let config = parse_config(&path, bytes)??;
    Ok(Configuration { config, path, source, notices: Vec::new(), files, folder: None })
}

/// A configuration, or all that is wrong with it; the outer error is a fault of the gate.
pub(super) fn parse_config(
    path: &RepoPath,
    bytes: &[u8],
) -> Result<Result<Config, Vec<ConfigProblem>>, CliError> {
    let policies: Vec<&str> = crate::policy::builtins().iter().map(|builtin| builtin.id).collect();
    let versions = SchemaSet::embedded().map_err(EngineError::from)?.versions();
    let minor = |version: Option<&KubeVersion>| version.map_or(0, |version| u16::from(version.minor));
    let known = Known { policies: &policies, kubernetes: (minor(versions.first()), minor(versions.last())) };
    Ok(Config::parse(path, bytes, &known))
}

/// A configuration that is about to be written, for a tree as a whole.
pub(super) fn of_text(text: &str) -> Result<Configuration, CliError> {
    let source = format!("{FILE_NAME}, as it is about to be written");
    parse(FILE_NAME.into(), text.as_bytes(), source, Files::Head)
}

fn defaults(files: Files) -> Configuration {
    Configuration {
        config: Config::default(),
        path: FILE_NAME.into(),
        source: "built-in defaults".to_owned(),
        notices: Vec::new(),
        files,
        folder: None,
    }
}
