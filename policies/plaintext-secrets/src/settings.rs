//! What the operator may set.

use gate_sdk::{SettingsSchema, glob};
use serde::Deserialize;

/// What is not judged, and what only stands for a secret.
#[derive(Debug, Clone, Default, Deserialize, SettingsSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Files that are not judged: `**/tests/**`.
    pub(crate) exclude_paths: Vec<String>,
    /// Keys whose values are no secrets here, whatever their name suggests. `*` and `?` are wildcards.
    pub(crate) exclude_keys: Vec<String>,
    /// More values that only stand for a secret. `*` and `?` are wildcards; capitals do not matter.
    pub(crate) placeholders: Vec<String>,
}

impl Settings {
    pub(crate) fn excludes_key(&self, key: &str) -> bool {
        glob::any(&self.exclude_keys, key)
    }
}
