//! What a YAML or JSON document is to the gate, and who a Kubernetes object is.

use std::fmt;

use serde::Serialize;

/// What a document is for. Only objects are checked as objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A whole Kubernetes object.
    Object,
    /// A kustomization (also a Component): input of `kustomize build`.
    Kustomization,
    /// A partial object or a list of JSON patch operations that a kustomization applies.
    Patch,
    /// Values of a Helm chart.
    Values,
    /// A template of a Helm chart; not YAML before it is rendered.
    Template,
    /// YAML or JSON that is none of the above.
    Other,
    /// A file that is neither YAML nor JSON.
    File,
}

impl Role {
    /// All roles, in the order of the coverage table.
    pub const ALL: [Self; 7] = [
        Self::Object,
        Self::Kustomization,
        Self::Patch,
        Self::Values,
        Self::Template,
        Self::Other,
        Self::File,
    ];

    /// The word used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Kustomization => "kustomization",
            Self::Patch => "patch",
            Self::Values => "values",
            Self::Template => "template",
            Self::Other => "other",
            Self::File => "file",
        }
    }
}

/// What the change does to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Only at head.
    Create,
    /// At base and at head, and different.
    Update,
    /// Only at base.
    Delete,
    /// The same at both, or a run that has no base.
    Unchanged,
}

/// The identity of a Kubernetes object inside one repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectId {
    /// `apps/v1`, `v1`.
    pub api_version: String,
    /// `Deployment`.
    pub kind: String,
    /// `metadata.namespace`, if it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `metadata.name`, else `metadata.generateName` followed by `*`, else empty.
    pub name: String,
}

impl ObjectId {
    /// The API group: `apps` of `apps/v1`, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// `Deployment/namespace/name`, or `Deployment/name` where no namespace is set.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", crate::text::clean_line(&self.kind))?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{}/", crate::text::clean_line(namespace))?;
        }
        f.write_str(&crate::text::clean_line(&self.name))
    }
}
