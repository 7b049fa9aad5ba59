//! Flags about where schemas are from.

use std::path::PathBuf;

use clap::Args;

/// Where schemas are looked for.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Schemas")]
pub(super) struct SchemaArgs {
    /// Where schemas of custom resources are looked for, as kubeconform's `-schema-location`: a template of a path or an https
    /// URL, a directory, or `default` for the embedded ones; may be given several times, the first that has the kind
    /// counts. Takes the place of the locations in gate.yaml.
    #[arg(long, value_name = "LOCATION")]
    pub(super) schema_location: Vec<String>,
    /// Fetch schemas from URLs that `gate.lock` does not name, too; what they are is then up to the server.
    #[arg(long, conflicts_with = "no_fetch")]
    pub(super) fetch_schemas: bool,
}

/// What may be fetched, and where schemas are looked for instead of the configuration's locations.
#[derive(Debug, Clone, Default)]
pub(super) struct SchemaWishes {
    /// Locations of the command line.
    pub(super) locations: Vec<String>,
    /// What their paths are relative to.
    pub(super) directory: PathBuf,
    /// URLs that `gate.lock` names.
    pub(super) fetch_locked: bool,
    /// All other URLs.
    pub(super) fetch_any: bool,
}

impl SchemaArgs {
    /// With what else was said.
    pub(super) fn wishes(&self, directory: PathBuf, no_fetch: bool) -> SchemaWishes {
        SchemaWishes {
            locations: self.schema_location.clone(),
            directory,
            fetch_locked: !no_fetch,
            fetch_any: self.fetch_schemas,
        }
    }
}
