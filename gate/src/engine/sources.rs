//! Schemas from elsewhere: asked for once for each kind and version, compiled once, shared by all threads. Who fetches
//! and reads them is not known here; what is handed over has been held against its digest.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::Input;
use crate::config::WantedKind;
use crate::schema::{KindSource, KubeVersion, SchemaSet};

/// What the sources say of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaAnswer {
    /// This JSON Schema is the kind's.
    Schema {
        /// The schema.
        bytes: Vec<u8>,
        /// Where it is from, for messages.
        origin: String,
    },
    /// The embedded schema comes first.
    Embedded,
    /// No source has one.
    Missing {
        /// Where was looked, and what was there.
        looked: Vec<String>,
        /// What to do next, if there is more to say than that the schema has to be had from somewhere.
        hint: Option<String>,
    },
    /// A source has one that cannot be used, or cannot say whether it has one. Nobody else is asked then.
    Broken {
        /// What happened.
        message: String,
        /// Whose fault it is, or what to do next.
        hint: String,
    },
}

/// Where schemas are from that are neither embedded nor defined in the repository.
pub trait SchemaSources: Sync {
    /// True if there are none.
    fn is_empty(&self) -> bool;

    /// The first source that has the kind. `embedded` says that the gate carries a schema of it.
    fn find(&self, wanted: &WantedKind<'_>, embedded: bool) -> SchemaAnswer;

    /// Files with CustomResourceDefinitions that are not in the repository.
    fn definitions(&self) -> &[Vec<u8>];
}

/// No sources.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSources;

impl SchemaSources for NoSources {
    fn is_empty(&self) -> bool {
        true
    }

    fn find(&self, _: &WantedKind<'_>, _: bool) -> SchemaAnswer {
        SchemaAnswer::Embedded
    }

    fn definitions(&self) -> &[Vec<u8>] {
        &[]
    }
}

/// What a kind is judged by.
#[derive(Clone)]
pub(super) enum Resolved {
    /// The embedded schemas and those of the repository.
    Own,
    /// A schema from elsewhere.
    Elsewhere(Arc<SchemaSet>),
    /// Nothing; where was looked, and what to do next.
    Missing(Arc<[String]>, Option<String>),
    /// Nothing, for this reason, and what to do next.
    Broken(String, String),
}

/// A kind in a version.
type Key = (u8, String, String);

/// What was asked so far.
#[derive(Clone, Default)]
pub(super) struct Sourced {
    known: Arc<Mutex<FxHashMap<Key, Arc<OnceLock<Resolved>>>>>,
}

impl Sourced {
    /// What judges a kind, beside what `own` has.
    pub(super) fn resolve(
        &self,
        input: &Input<'_>,
        own: &SchemaSet,
        version: KubeVersion,
        (api_version, kind): (&str, &str),
    ) -> Resolved {
        if input.sources.is_empty() {
            return Resolved::Own;
        }
        let source = own.source_of(api_version, kind);
        if matches!(source, Some(KindSource::Kubernetes | KindSource::Definition)) {
            return Resolved::Own;
        }
        let key = (version.minor, api_version.to_owned(), kind.to_owned());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        let wanted = WantedKind { api_version, kind, minor: version.minor };
        known.get_or_init(|| ask(input.sources, &wanted, source.is_some())).clone()
    }
}

fn ask(sources: &dyn SchemaSources, wanted: &WantedKind<'_>, embedded: bool) -> Resolved {
    match sources.find(wanted, embedded) {
        SchemaAnswer::Embedded => Resolved::Own,
        SchemaAnswer::Missing { looked, hint } => Resolved::Missing(looked.into(), hint),
        SchemaAnswer::Broken { message, hint } => Resolved::Broken(message, hint),
        SchemaAnswer::Schema { bytes, origin } => {
            match SchemaSet::from_json_schema(&bytes, wanted.api_version, wanted.kind) {
                Ok(set) => Resolved::Elsewhere(Arc::new(set)),
                Err(error) => Resolved::Broken(
                    format!("{origin}: {error}"),
                    "whoever provides the schema has to mend it; until then nothing of the kind can be judged".to_owned(),
                ),
            }
        }
    }
}
