//! A document of a case as plain texts: what a policy in this process and a component in a sandbox are made the same
//! document of.

use crate::{Context, Document, Operation, Role, Source};

/// A document that is about to be judged; see [`Document`] for what the fields mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its number in the case, from 0.
    pub index: u32,
    /// What the change does to it.
    pub operation: Operation,
    /// What it is for.
    pub role: Role,
    /// Repository path of its file.
    pub path: String,
    /// Its path at the base, where that is another one.
    pub old_path: Option<String>,
    /// Name of the environment that it belongs to.
    pub environment: Option<String>,
    /// Names of the environments that it reaches.
    pub reaches: Vec<String>,
    /// Kubernetes versions of the clusters that it is for: `1.33`.
    pub cluster_versions: Vec<String>,
    /// `apps/v1`; empty where the document has none. So are `kind` and `name`.
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// `metadata.namespace`
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
    /// More facts of it: a JSON object.
    pub extensions: Option<String>,
    /// Its texts, in JSON.
    pub source: Source,
}

impl Input {
    /// The document as a policy in this process reads it.
    pub fn document<'c>(&self, context: &'c Context) -> Document<'c> {
        let mut document = Document::new(self.index, self.operation, self.source.clone(), context);
        document.role = self.role;
        document.path.clone_from(&self.path);
        document.environment.clone_from(&self.environment);
        document.reaches.clone_from(&self.reaches);
        document.old_path.clone_from(&self.old_path);
        document.cluster_versions.clone_from(&self.cluster_versions);
        document.extensions.clone_from(&self.extensions);
        document.api_version.clone_from(&self.api_version);
        document.kind.clone_from(&self.kind);
        document.namespace.clone_from(&self.namespace);
        document.name.clone_from(&self.name);
        document
    }

    /// `apps` of `apps/v1`; empty for the core group.
    pub fn api_group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// True if `pointer` (RFC 6901) leads to something in the document; in what it was, for a deletion.
    pub(super) fn has(&self, pointer: &str) -> bool {
        let text = self.source.object.as_ref().or(self.source.old_object.as_ref());
        let Some(text) = text else { return pointer.is_empty() };
        let value: Result<serde_json::Value, _> = serde_json::from_str(text);
        // A text that is no JSON is the policy's to refuse.
        value.map_or(true, |value| value.pointer(pointer).is_some())
    }
}
