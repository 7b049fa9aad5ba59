//! What the operator may set. The derived JSON Schema says the same to the gate and to editors: the doc comments are its
//! descriptions, and the defaults are those of `Default`.

use gate_sdk::{Document, SettingsIssue, SettingsSchema, glob};
use serde::Deserialize;

/// Who may own what. Every field has a default, so the policy also runs without any settings.
#[derive(Debug, Clone, Deserialize, SettingsSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// The label or annotation that names the owner: `owner`, `example.com/team`.
    key: String,
    /// Patterns of accepted owners: `team-*`. By default everyone.
    #[schema(min_items = 1, items(min_length = 1))]
    owners: Vec<String>,
    /// Patterns of namespaces that need no owner: `kube-*`.
    #[schema(items(min_length = 1))]
    exempt_namespaces: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { key: "owner".to_owned(), owners: vec!["**".to_owned()], exempt_namespaces: Vec::new() }
    }
}

impl Settings {
    /// The name of the label or annotation.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Patterns of accepted owners.
    pub(crate) fn owners(&self) -> &[String] {
        &self.owners
    }

    /// True for namespaces that need no owner, and for whatever is in them.
    pub(crate) fn exempts(&self, document: &Document<'_>) -> bool {
        let namespace = match &document.namespace {
            Some(namespace) => namespace,
            None if document.kind == "Namespace" => &document.name,
            None => return false,
        };
        glob::any(&self.exempt_namespaces, namespace)
    }

    /// What a schema cannot say well: whether the key is one that Kubernetes takes, `name` or `prefix/name`.
    pub(crate) fn issues(&self) -> Vec<SettingsIssue> {
        let name = self.key.rsplit_once('/').map_or(self.key.as_str(), |(_, name)| name);
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !name.is_empty() && name.len() <= 63 && name.bytes().all(known) {
            return Vec::new();
        }
        vec![SettingsIssue::new("/key", format!("`{}` cannot be the key of a label", self.key))]
    }
}
