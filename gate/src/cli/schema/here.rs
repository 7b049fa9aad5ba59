//! The repository around the current directory, as it is on disk: its files, its configuration and its schemas.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::check::root;
use crate::cli::configuration::{self, Configuration};
use crate::cli::error::CliError;
use crate::cli::schema_args::{SchemaArgs, SchemaWishes};
use crate::cli::sources::{Files, Sources};
use crate::config::WantedKind;
use crate::engine::{self, SchemaAnswer, SchemaSources};
use crate::git::{self, Repo, Selection, Snapshot};
use crate::schema::{KindSource, KubeVersion, SchemaSet};

/// Where to look.
#[derive(Debug, Args)]
pub(super) struct HereArgs {
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    /// Kubernetes version [default: that of gate.yaml, else the newest known].
    #[arg(long, value_name = "VERSION")]
    pub(super) kubernetes: Option<String>,
    /// Fetch nothing.
    #[arg(long)]
    pub(super) no_fetch: bool,
    #[command(flatten)]
    pub(super) schemas: SchemaArgs,
}

/// A repository, or a directory that is none.
pub(super) struct Here {
    pub(super) root: PathBuf,
    pub(super) configuration: Configuration,
    pub(super) tree: Snapshot,
    wishes: SchemaWishes,
    kubernetes: Option<KubeVersion>,
}

impl Here {
    pub(super) fn new(args: &HereArgs) -> Result<Self, CliError> {
        let directory = args.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let kubernetes = match &args.kubernetes {
            None => None,
            Some(text) => Some(KubeVersion::parse(text).map_err(|error| CliError::new(error.to_string()))?),
        };
        let found = Self {
            root: root(&directory),
            configuration: configuration::here(&directory, None, None)?,
            tree: tree(&directory)?,
            wishes: args.schemas.wishes(directory, args.no_fetch),
            kubernetes,
        };
        Ok(found)
    }

    /// The places of the configuration or the command line.
    pub(super) fn sources(&self) -> Result<Sources<'_>, CliError> {
        Sources::on_disk(&self.configuration, Files::Disk(self.root.clone()), &self.wishes)
    }

    /// For a command that fetches: everything may be.
    pub(super) fn fetching(&self) -> Result<SchemaWishes, CliError> {
        match self.wishes.fetch_locked {
            true => Ok(SchemaWishes { fetch_any: true, ..self.wishes.clone() }),
            false => Err(CliError::new("schemas have to be fetched, and `--no-fetch` is given")),
        }
    }

    /// The embedded schemas and those of the repository's definitions.
    pub(super) fn set(&self, sources: &Sources<'_>) -> Result<SchemaSet, CliError> {
        Ok(engine::schemas_of(&self.tree, sources.definitions())?)
    }

    /// The versions of the clusters.
    pub(super) fn versions(&self, set: &SchemaSet) -> Vec<KubeVersion> {
        if let Some(version) = self.kubernetes {
            return vec![version];
        }
        let mut minors: Vec<u8> = self
            .configuration
            .config
            .kubernetes_versions()
            .iter()
            .map(|version| u8::try_from(version.minor).unwrap_or(u8::MAX))
            .collect();
        minors.sort_unstable();
        minors.dedup();
        if minors.is_empty() {
            vec![set.newest()]
        } else {
            minors.into_iter().map(KubeVersion::new).collect()
        }
    }

    /// The one that is shown: the newest.
    pub(super) fn version(&self, set: &SchemaSet) -> KubeVersion {
        self.versions(set).last().copied().unwrap_or_else(|| set.newest())
    }
}

/// What judges a kind, and where it is from.
pub(super) enum Judge {
    /// The set of the repository.
    Own(KindSource),
    /// A schema from elsewhere.
    Elsewhere(Box<SchemaSet>, String),
    /// Nothing.
    Nothing(Vec<String>),
}

/// What judges a kind.
pub(super) fn judge(
    sources: &Sources<'_>,
    set: &SchemaSet,
    version: KubeVersion,
    (api_version, kind): (&str, &str),
) -> Result<Judge, CliError> {
    let own = set.source_of(api_version, kind);
    if let Some(source @ (KindSource::Kubernetes | KindSource::Definition)) = own {
        return Ok(Judge::Own(source));
    }
    match sources.find(&WantedKind { api_version, kind, minor: version.minor }, own.is_some()) {
        SchemaAnswer::Embedded => Ok(own.map_or_else(|| Judge::Nothing(Vec::new()), Judge::Own)),
        SchemaAnswer::Missing { looked, .. } => Ok(Judge::Nothing(looked)),
        SchemaAnswer::Broken { message, hint } => Err(CliError::new(message).hint(hint)),
        SchemaAnswer::Schema { bytes, origin } => {
            let set = SchemaSet::from_json_schema(&bytes, api_version, kind)
                .map_err(|error| CliError::new(format!("{origin}: {error}")))?;
            Ok(Judge::Elsewhere(Box::new(set), origin))
        }
    }
}

/// The files of the work tree that are not ignored; outside of a repository all files of the directory.
fn tree(directory: &Path) -> Result<Snapshot, CliError> {
    let of_repository = || -> Result<Snapshot, git::GitError> {
        Ok(Repo::discover(directory)?.obtain(&Selection::WorkTree, None, &|_| false)?.change.head)
    };
    match of_repository() {
        Ok(tree) => Ok(tree),
        Err(_) => Ok(git::from_paths(directory, &[directory.to_owned()])?.head),
    }
}
