//! Schemas that are neither embedded nor defined in the repository: from templates of paths and URLs, from directories
//! and from JSON Schemas among the repository's own files. All of it is read from where gate.yaml is read from: a
//! change cannot bring the schemas that it is judged by, nor the addresses that are asked.

mod folder;
mod lock;
mod places;
mod store;
mod web;

pub(super) use folder::{files_below, is_definition};
pub(super) use lock::read as read_lock;
pub(super) use places::{Files, Place, places};
pub(super) use store::sha256;
pub(super) use web::{Fetched, Web};

use super::configuration::Configuration;
use super::error::CliError;
use super::schema_args::SchemaWishes;
use crate::config::{SchemaLocation, WantedKind};
use crate::engine::{SchemaAnswer, SchemaSources};
use crate::git::Change;

/// All places of a run, in order.
pub(super) struct Sources<'a> {
    places: Vec<Place<'a>>,
    web: Web,
    definitions: Vec<Vec<u8>>,
}

impl<'a> Sources<'a> {
    /// Those of the configuration, or of the command line in their place.
    ///
    /// # Errors
    /// A location that is none, a directory that cannot be listed, a lock file that cannot be read.
    pub(super) fn new(
        configuration: &'a Configuration,
        change: &'a Change,
        wishes: &SchemaWishes,
    ) -> Result<Self, CliError> {
        Self::on_disk(configuration, configuration.schema_files(change), wishes)
    }

    /// As [`Self::new`], where there is no change.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn on_disk(
        configuration: &Configuration,
        files: Files<'a>,
        wishes: &SchemaWishes,
    ) -> Result<Self, CliError> {
        let (places, definitions) = places(&configuration.config, &files, wishes)?;
        let lock = if has_url(&places) { read_lock(&files)? } else { Default::default() };
        Ok(Self { places, web: Web::new(lock, wishes), definitions })
    }
}

fn has_url(places: &[Place<'_>]) -> bool {
    places.iter().any(|place| matches!(place, Place::Location(SchemaLocation::Url(_), _)))
}

impl SchemaSources for Sources<'_> {
    fn is_empty(&self) -> bool {
        self.places.iter().all(|place| matches!(place, Place::Location(SchemaLocation::Embedded, _)))
            && !self.places.is_empty()
    }

    fn find(&self, wanted: &WantedKind<'_>, embedded: bool) -> SchemaAnswer {
        let mut looked = Vec::new();
        for place in &self.places {
            let found = match place {
                Place::Location(SchemaLocation::Embedded, _) if embedded => return SchemaAnswer::Embedded,
                Place::Location(SchemaLocation::Embedded, _) => continue,
                Place::Location(SchemaLocation::Url(template), _) => match template.expand(wanted) {
                    Some(url) => self.web.get(&url, &template.to_string()),
                    None => Fetched::Absent(format!("{template} (no address can be made of this kind)")),
                },
                Place::Location(location @ SchemaLocation::Path(template), files) => {
                    match location.address(wanted) {
                        Some(path) => files.find(&path),
                        None => Fetched::Absent(format!("{template} (no address can be made of this kind)")),
                    }
                }
                Place::Folder(folder, files) => folder.find(wanted, files),
            };
            match found {
                Fetched::Schema { bytes, origin } => return SchemaAnswer::Schema { bytes, origin },
                Fetched::Absent(why) => looked.push(why),
                Fetched::Unavailable { what, hint } => {
                    looked.push(what);
                    return SchemaAnswer::Missing { looked, hint: Some(hint) };
                }
                Fetched::Broken { message, hint } => return SchemaAnswer::Broken { message, hint },
            }
        }
        SchemaAnswer::Missing { looked, hint: None }
    }

    fn definitions(&self) -> &[Vec<u8>] {
        &self.definitions
    }
}
