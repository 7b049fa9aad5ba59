//! Which `gate.yaml` a run obeys: the base revision's, so that a pull request cannot change its own judge.

use std::path::Path;

use super::args::CheckArgs;
use super::check::{from_head, root};
use super::error::CliError;
use crate::config::{Config, FILE_NAME, Known};
use crate::engine::EngineError;
use crate::git::{Change, Content, Snapshot};
use crate::model::RepoPath;
use crate::schema::{KubeVersion, SchemaSet};

/// Largest configuration file, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A configuration and where it came from.
pub(super) struct Configuration {
    pub(super) config: Config,
    /// For messages.
    pub(super) path: RepoPath,
    /// For the report.
    pub(super) source: String,
    pub(super) notices: Vec<String>,
    from_head: bool,
}

impl Configuration {
    /// The side that the configuration's own files (policy modules) are read from.
    pub(super) fn files<'a>(&self, change: &'a Change) -> Option<&'a Snapshot> {
        Some(if self.from_head { &change.head } else { change.base.as_ref().unwrap_or(&change.head) })
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
    parse(path, &bytes, source, false)
}

/// For files that are judged as they are: the `gate.yaml` at the root of the work tree, or of the directory that
/// the run starts from.
fn beside(args: &CheckArgs) -> Result<Configuration, CliError> {
    let directory = args.directory.as_deref().unwrap_or(Path::new("."));
    let file = root(directory).join(FILE_NAME);
    if file.is_file() { from_file(&file) } else { Ok(defaults(false)) }
}

fn from_change(args: &CheckArgs, change: &Change) -> Result<Configuration, CliError> {
    let head_wanted = from_head(args);
    let (side, name, commit) = match (&change.base, head_wanted) {
        (Some(base), false) => (base, "base", &change.base_commit),
        _ => (&change.head, "head", &change.head_commit),
    };
    let unprotected = head_wanted && change.base.is_some();
    let mut found = match side.entry(FILE_NAME.as_bytes())? {
        None => defaults(head_wanted),
        Some(entry) => match side.read(&entry, MAX_BYTES)? {
            Content::Bytes(bytes) => {
                let at = commit.as_deref().map_or(String::new(), |commit| format!(" ({commit})"));
                parse(FILE_NAME.into(), &bytes, format!("{FILE_NAME} of {name}{at}"), head_wanted)?
            }
            _ => {
                return Err(CliError::new(format!(
                    "{FILE_NAME} of {name} is no text file of at most {MAX_BYTES} bytes"
                ))
                .hint("it must be a plain file: no link, no LFS pointer, no binary"));
            }
        },
    };
    if unprotected {
        found
            .notices
            .push("unprotected: the configuration is the change's own (--config-from head)".to_owned());
    }
    Ok(found)
}

fn parse(path: RepoPath, bytes: &[u8], source: String, from_head: bool) -> Result<Configuration, CliError> {
    let policies: Vec<&str> = crate::policy::builtins().iter().map(|builtin| builtin.id).collect();
    let versions = SchemaSet::embedded().map_err(EngineError::from)?.versions();
    let minor = |version: Option<&KubeVersion>| version.map_or(0, |version| u16::from(version.minor));
    let known = Known { policies: &policies, kubernetes: (minor(versions.first()), minor(versions.last())) };
    let config = Config::parse(&path, bytes, &known)?;
    Ok(Configuration { config, path, source, notices: Vec::new(), from_head })
}

fn defaults(from_head: bool) -> Configuration {
    Configuration {
        config: Config::default(),
        path: FILE_NAME.into(),
        source: "built-in defaults".to_owned(),
        notices: Vec::new(),
        from_head,
    }
}
