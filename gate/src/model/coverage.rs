//! What a run looked at and what it did not, so that nothing is green by accident.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{RepoPath, Resources, Role};

/// Why a file or document was not checked as an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// Neither YAML nor JSON by its name.
    NotAManifest,
    /// A kustomization: its own fields are judged, what it builds once it is rendered.
    Kustomization,
    /// A patch: judged by what it says, what comes of it once it is applied.
    Patch,
    /// Helm values.
    HelmValues,
    /// A Helm template: judged once it is rendered.
    HelmTemplate,
    /// YAML without `apiVersion` and `kind`.
    NotAnObject,
    /// An object of a test whose kind has no schema (the kinds of test tools have none); policies see it.
    TestFixture,
    /// A document with nothing in it.
    Empty,
    /// Its kind has no schema, and the configuration or the command line allows that.
    SchemaNotRequired,
    /// The command line leaves its kind out of the schema check; policies see it.
    KindSkipped,
    /// Binary content.
    Binary,
    /// A symbolic link: never followed.
    Symlink,
    /// A submodule: named, never entered.
    Submodule,
    /// A Git LFS pointer: the content is not in the repository.
    LfsPointer,
    /// The configuration or the command line excludes it.
    Excluded,
}

/// One file, or one document of it, that was not checked as an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The file.
    pub path: RepoPath,
    /// 0-based number of the document in the file; none for the file as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<u32>,
    /// Why.
    pub reason: SkipReason,
}

/// What one policy was called with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PolicyCoverage {
    /// Where the module came from: `builtin:image-tags`, `./policies/x.wasm`.
    pub source: String,
    /// SHA-256 of the module, lower-case hexadecimal.
    pub sha256: String,
    /// The policy's own version.
    pub version: String,
    /// Documents of the head side that it was called with.
    pub documents: u64,
    /// Findings it reported for the head side, before the change was taken into account.
    pub findings: u64,
}

/// What was judged and what was not. Counts are of the head side unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// Files that differ (or all files, in a whole-tree run).
    pub files: u64,
    /// Documents found in them, by role.
    pub documents: BTreeMap<Role, u64>,
    /// Objects judged at head.
    pub objects: u64,
    /// Objects judged at base.
    pub base_objects: u64,
    /// Objects checked against a schema at head.
    pub schema_checked: u64,
    /// Objects at head by what their schema check gave; none if no schema was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// Kinds without a schema (`group/version/Kind`), with how many objects of the head side.
    pub unknown_kinds: BTreeMap<String, u64>,
    /// Objects of the head side by environment; those outside any environment under the empty name.
    pub environments: BTreeMap<String, u64>,
    /// Policies, by policy id.
    pub policies: BTreeMap<String, PolicyCoverage>,
    /// What was not checked and why, in order of path.
    pub skipped: Vec<Skipped>,
    /// Sentences for the reader: a glob that matched nothing, a policy that matched nothing, an unprotected
    /// configuration.
    pub notices: Vec<String>,
}

impl Coverage {
    /// Kustomizations and patches that were held against their schemas; what they build is none of it.
    pub fn partial_documents(&self) -> [(Role, u64); 2] {
        let number = |role| match self.resources {
            Some(_) => self.documents.get(&role).copied().unwrap_or_default(),
            None => 0,
        };
        [Role::Kustomization, Role::Patch].map(|role| (role, number(role)))
    }

    /// True if no object was judged, at head or at base.
    pub fn has_no_object(&self) -> bool {
        self.objects == 0 && self.base_objects == 0
    }

    /// True if no object was judged, and nothing else either: then a pass says nothing.
    pub fn is_of_nothing(&self) -> bool {
        self.has_no_object() && self.partial_documents().iter().all(|(_, number)| *number == 0)
    }
}
