//! What the operator may set, and what it exempts.

use gate_sdk::{Document, PullRequest, glob};
use serde::Deserialize;

/// The settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    pub(crate) production: Vec<String>,
    exempt_paths: Vec<String>,
    exempt_kinds: Vec<String>,
    exempt_authors: Vec<String>,
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
