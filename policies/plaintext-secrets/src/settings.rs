//! What the operator may set.

use gate_sdk::glob;
use serde::Deserialize;

/// The settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    pub(crate) exclude_paths: Vec<String>,
    pub(crate) exclude_keys: Vec<String>,
    pub(crate) placeholders: Vec<String>,
}

impl Settings {
    pub(crate) fn excludes_key(&self, key: &str) -> bool {
        glob::any(&self.exclude_keys, key)
    }
}
