//! What a policy is handed: a document of the change, and the run's context.

use crate::Value;
use crate::json::{Error, Json, Origin};

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
    /// Name of the environment before it.
    pub promotes_from: Option<String>,
    /// Branches that deploy it, as configured.
    pub branches: Vec<String>,
    /// Kubernetes versions of its clusters: `1.33`; empty where the configuration names none.
    pub cluster_versions: Vec<String>,
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
    /// True if the source branch is in another repository, or nobody knows that it is not.
    pub from_fork: bool,
}

/// What is the same for all documents of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The repository's name at the Git host; empty where nobody knows.
    pub repository: String,
    /// Commit id of the base, hexadecimal; empty if the base is no commit.
    pub base_commit: String,
    /// Commit id of the head, hexadecimal; empty if the head is no commit.
    pub head_commit: String,
    /// The branch that the change comes from; known outside a pull request too.
    pub source_branch: Option<String>,
    /// The branch that the change goes into.
    pub target_branch: Option<String>,
    /// Every environment that is known.
    pub environments: Vec<Environment>,
    /// None outside a pull request.
    pub pull_request: Option<PullRequest>,
    /// RFC 3339: the time of the head commit.
    pub now: String,
    /// A JSON object; empty today.
    pub extensions: String,
}

impl Context {
    /// The environment with this name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }
}

/// The texts of a document, as JSON; looked at only where they are read.
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
    /// Path of its file at base, where it is another one.
    pub old_path: Option<String>,
    /// Name of the environment that it belongs to.
    pub environment: Option<String>,
    /// Names of the environments that it reaches.
    pub reaches: Vec<String>,
    /// Kubernetes versions of the clusters that it is for: `1.33`; empty where the configuration names none.
    pub cluster_versions: Vec<String>,
    /// `apps/v1`; empty where the document has none. So are `kind` and `name`.
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// `metadata.namespace`
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
    /// A JSON object, if there is one; see [`Document::kustomize_images`].
    pub extensions: Option<String>,
    context: &'c Context,
    object: Option<Json>,
    old_object: Option<Json>,
    promoted_from: Option<Json>,
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
            old_path: None,
            environment: None,
            reaches: Vec::new(),
            cluster_versions: Vec::new(),
            api_version: String::new(),
            kind: String::new(),
            namespace: None,
            name: String::new(),
            extensions: None,
            context,
            object: source.object.map(|text| Json::unchecked(text, new)),
            old_object: source.old_object.map(|text| Json::unchecked(text, old)),
            promoted_from: source.promoted_from.map(|text| Json::unchecked(text, whole)),
        }
    }

    /// The document; none when it is deleted. Of a template or a plain file: a string with its digest.
    pub fn object(&self) -> Option<Value<'_>> {
        self.object.as_ref()?.read()
    }

    /// The document at the base commit; none when it is created.
    pub fn old_object(&self) -> Option<Value<'_>> {
        self.old_object.as_ref()?.read()
    }

    /// The same document in the environment before this one in the promotion order, as the head has it.
    pub fn promoted_from(&self) -> Option<Value<'_>> {
        self.promoted_from.as_ref()?.read()
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

    /// Names of the images that get their tag or digest from the `images` of kustomizations, wherever the file of
    /// this document is used: what its own containers say of the tag does not run.
    pub fn kustomize_images(&self) -> Vec<String> {
        let Some(extensions) = &self.extensions else { return Vec::new() };
        let Ok(json) = Json::parse(extensions.as_str()) else { return Vec::new() };
        let mut images = Vec::new();
        for name in json.root().get("kustomize-images").into_iter().flat_map(Value::items) {
            images.extend(name.as_str().map(str::to_owned));
        }
        images
    }

    /// The first thing that was malformed where a text was read.
    pub(crate) fn error(&self) -> Option<Error> {
        let texts = [&self.object, &self.old_object, &self.promoted_from];
        texts.into_iter().flatten().find_map(Json::error)
    }
}
