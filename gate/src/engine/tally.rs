//! Counting what was judged, unit by unit; the sums do not depend on the order.

use std::collections::BTreeMap;

use crate::model::{Coverage, Resources, Role, Skipped};
use crate::text::clean_line;

/// The part of the coverage that one unit knows.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) files: u64,
    pub(super) documents: BTreeMap<Role, u64>,
    pub(super) objects: u64,
    pub(super) base_objects: u64,
    pub(super) schema_checked: u64,
    pub(super) resources: Resources,
    pub(super) unknown_kinds: BTreeMap<String, u64>,
    pub(super) environments: BTreeMap<String, u64>,
    /// By number of the policy: documents it was called with and findings it gave, of the head side.
    pub(super) policies: BTreeMap<usize, (u64, u64)>,
    pub(super) skipped: Vec<Skipped>,
}

impl Tally {
    /// Adds what this unit counted to the run's coverage; the policies are for the caller, who knows their names.
    pub(super) fn add_to(self, coverage: &mut Coverage) -> BTreeMap<usize, (u64, u64)> {
        coverage.files += self.files;
        coverage.objects += self.objects;
        coverage.base_objects += self.base_objects;
        coverage.schema_checked += self.schema_checked;
        coverage.skipped.extend(self.skipped);
        if let Some(resources) = &mut coverage.resources {
            resources.add(self.resources);
        }
        for (role, count) in self.documents {
            *coverage.documents.entry(role).or_default() += count;
        }
        for (kind, count) in self.unknown_kinds {
            // Two keys of the report that look the same would be one key twice.
            *coverage.unknown_kinds.entry(clean_line(&kind).into_owned()).or_default() += count;
        }
        for (environment, count) in self.environments {
            *coverage.environments.entry(environment).or_default() += count;
        }
        self.policies
    }
}
