//! What the operator may set, and what it exempts.

use gate_sdk::{Document, PullRequest, SettingsSchema, glob};
use serde::Deserialize;

/// What is production, and what may be changed directly.
#[derive(Debug, Clone, Default, Deserialize, SettingsSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Names of the production environments. Empty: the last of the promotion order, and whatever is called prod,
    /// production, prd or live.
    pub(crate) production: Vec<String>,
    /// Files that may be changed in any way: `**/README.md`.
    exempt_paths: Vec<String>,
    /// Kinds of objects that may be changed in any way.
    exempt_kinds: Vec<String>,
    /// Authors of pull requests that may change production directly: a promotion bot.
    exempt_authors: Vec<String>,
    /// Labels of pull requests that may change production directly: `hotfix`. Whoever may set labels may then skip
    /// this policy.
    exempt_labels: Vec<String>,
}

impl Settings {
    pub(crate) fn exempts(&self, document: &Document<'_>) -> bool {
        glob::any(&self.exempt_paths, &document.path)
            || self.exempt_kinds.contains(&document.kind)
            || document.context().pull_request.as_ref().is_some_and(|request| self.exempts_request(request))
    }

    fn exempts_request(&self, request: &PullRequest) -> bool {
        self.exempt_authors.contains(&request.author)
            || request.labels.iter().any(|label| self.exempt_labels.contains(label))
    }
}
