//! What a policy is handed: a document of the change, and the run's context.

use crate::Value;
use crate::json::{Error, Json, Lazy, Origin};

/// What the change does to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// New in this change.
    Create,
    /// In both, and different.
    Update,
    /// Gone with this change.
    Delete,
    /// The same on both sides, or judged without a change.
    Unchanged,
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A whole Kubernetes object.
    Object,
    /// Input of `kustomize build`.
    Kustomization,
    /// A partial object, or JSON patch operations, that a kustomization applies.
    Patch,
    /// Values of a Helm chart.
    Values,
    /// A template of a Helm chart, not rendered.
    Template,
    /// YAML or JSON that is none of the above.
    Other,
    /// A file that is neither YAML nor JSON.
    File,
}

/// A named part of the repository and its clusters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// `prod`
    pub name: String,
    /// Place in the promotion order, 0 first; none outside it.
    pub order: Option<u32>,
    /// Branches that deploy it, as configured.
    pub branches: Vec<String>,
    /// True if the configuration names it; false if the gate recognised it by its path.
    pub declared: bool,
}

/// The pull request that is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRequest {
    /// Its number on the Git host.
    pub number: Option<u64>,
    /// Its title.
    pub title: String,
    /// Who opened it.
    pub author: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Who approved it.
    pub approvers: Vec<String>,
    /// The branch that it brings.
    pub source_branch: String,
    /// The branch that it goes into.
    pub target_branch: String,
    /// True if the source branch is in another repository.
    pub from_fork: bool,
}

/// What is the same for all documents of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The repository's name.
    pub repository: String,
    /// Commit id of the base, hexadecimal; empty if the base is no commit.
    pub base_commit: String,
    /// Commit id of the head, hexadecimal; empty if the head is no commit.
    pub head_commit: String,
    /// Every environment that is known.
    pub environments: Vec<Environment>,
    /// None outside a pull request.
    pub pull_request: Option<PullRequest>,
    /// RFC 3339: the time of the head commit.
    pub now: String,
    /// A JSON object; see [`Document::kustomize_images`].
    pub extensions: String,
}

impl Context {
    /// The environment with this name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }
}

/// The texts of a document, as JSON; parsed only when read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The document; none when it is deleted.
    pub object: Option<String>,
    /// The document at the base commit; none when it is created.
    pub old_object: Option<String>,
    /// The same document in the environment before this one in the promotion order.
    pub promoted_from: Option<String>,
}

/// One document of the change.
#[derive(Debug)]
pub struct Document<'c> {
    /// Its number in the run.
    pub index: u32,
    /// What the change does to it.
    pub operation: Operation,
    /// What it is for.
    pub role: Role,
    /// Repository path of its file.
    pub path: String,
    /// Name of the environment that it belongs to.
    pub environment: Option<String>,
    /// Names of the environments that it reaches.
    pub reaches: Vec<String>,
    /// `1.33`
    pub cluster_version: Option<String>,
    /// `apps/v1`; empty where the document has none. So are `kind` and `name`.
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// `metadata.namespace`
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
    context: &'c Context,
    object: Lazy,
    old_object: Lazy,
    promoted_from: Lazy,
}

impl<'c> Document<'c> {
    /// A document with these texts and nothing else known about it yet; the rest is set on the fields.
    pub fn new(index: u32, operation: Operation, source: Source, context: &'c Context) -> Self {
        let deleted = operation == Operation::Delete;
        let exact = Origin::Object { document: index };
        let whole = Origin::Inside { document: index, place: None };
        let (new, old) = if deleted { (whole.clone(), exact) } else { (exact, whole.clone()) };
        Self {
            index,
            operation,
            role: Role::Object,
            path: String::new(),
            environment: None,
            reaches: Vec::new(),
            cluster_version: None,
            api_version: String::new(),
            kind: String::new(),
            namespace: None,
            name: String::new(),
            context,
            object: Lazy::new(source.object, new),
            old_object: Lazy::new(source.old_object, old),
            promoted_from: Lazy::new(source.promoted_from, whole),
        }
    }

    /// The document; none when it is deleted. Of a template or a plain file: a string with its digest.
    pub fn object(&self) -> Option<Value<'_>> {
        self.object.root()
    }

    /// The document at the base commit; none when it is created.
    pub fn old_object(&self) -> Option<Value<'_>> {
        self.old_object.root()
    }

    /// The same document in the environment before this one in the promotion order, as the head has it.
    pub fn promoted_from(&self) -> Option<Value<'_>> {
        self.promoted_from.root()
    }

    /// What is the same for all documents of the run.
    pub fn context(&self) -> &'c Context {
        self.context
    }

    /// The environment that the document belongs to, if the context knows it.
    pub fn environment(&self) -> Option<&'c Environment> {
        self.context.environment(self.environment.as_deref()?)
    }

    /// `apps` of `apps/v1`; empty for the core group.
    pub fn api_group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// `metadata.labels[key]`
    pub fn label(&self, key: &str) -> Option<&str> {
        self.object()?.get("metadata")?.get("labels")?.str_at(key)
    }

    /// `metadata.annotations[key]`
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.object()?.get("metadata")?.get("annotations")?.str_at(key)
    }

    /// Names of the images that get their tag or digest from the `images` of kustomizations, wherever the file of
    /// this document is used: what its own containers say of the tag does not run.
    pub fn kustomize_images(&self) -> Vec<String> {
        let extensions = &self.context.extensions;
        // Most documents have none; the text is parsed for the others only.
        if !extensions.contains(&self.path) {
            return Vec::new();
        }
        let Ok(json) = Json::parse(extensions.as_str()) else { return Vec::new() };
        let files = json.root().get("kustomize-images");
        let names = files.and_then(|files| files.get(&self.path)).into_iter().flat_map(Value::items);
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// What could not be read so far.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.object.error().or_else(|| self.old_object.error()).or_else(|| self.promoted_from.error())
    }
}
