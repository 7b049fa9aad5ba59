//! Schemas: what the API server of a Kubernetes version accepts, checked along the tape of a document in one walk.
//!
//! The schemas of all Kubernetes versions and of many custom resources are one flat table inside the program
//! (`gate/schemas`); CustomResourceDefinitions of the repository are compiled into the same form. Nothing is read
//! from files or fetched here.

mod branches;
mod catalog;
mod cel_rules;
mod check;
mod compile;
mod compile_values;
mod crd;
mod crd_check;
mod crd_lists;
mod crd_schema;
mod crd_value;
mod crd_values;
mod cron;
mod defaults;
mod describe;
mod documents;
mod error;
mod explain;
mod format;
mod forms;
pub mod immutable;
pub mod json;
pub mod json_patch;
mod junctors;
mod keywords;
mod links;
mod lists;
mod lookup;
mod mend;
mod metadata;
mod names;
mod near;
mod node;
mod pack;
mod partial;
mod reader;
mod rules;
mod scalar;
mod set;
mod shapes;
mod standalone;
mod strfmt;
mod table;
mod tables;
mod verify;
mod version;
mod walk;
mod words;
mod writer;

#[cfg(test)]
mod immutable_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod value_tests;

pub use catalog::{KindSource, KnownKind};
pub use cel_rules::RuleFailure;
pub use describe::Field;
pub use documents::DocumentSchema;
pub use error::SchemaError;
pub use lookup::{Lookup, SchemaRef, Scope};
pub use mend::Mend;
pub use near::Near;
pub use pack::PackBuilder;
pub use rules::SchemaRule;
pub use set::SchemaSet;
pub use standalone::MAX_SCHEMA_BYTES;
pub use version::KubeVersion;

use crate::model::Severity;
use crate::yaml::NodeId;

/// One thing that is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The rule.
    pub rule: SchemaRule,
    /// How much it weighs: the rule's severity, or less where the schema may be older than the cluster's.
    pub severity: Severity,
    /// The exact node; for an unknown field its key, for a missing one the mapping that lacks it.
    pub node: NodeId,
    /// The name of a field that is missing from the mapping at `node`.
    pub missing: Option<String>,
    /// What is wrong, one line; no value of a Secret is in it.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The one change that mends it, where there is one.
    pub mend: Option<Mend>,
}
