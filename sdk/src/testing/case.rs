//! The form of a case file.

use serde::Deserialize;
use serde_yaml::Value as Yaml;

use super::{Expectation, Input};
use crate::{Context, Environment, Operation, PullRequest, Role, Source};

/// One case: what the policy is given, and what it must find.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// What the case shows, as a sentence.
    pub name: String,
    /// Line of the file, 1-based, on which it starts.
    #[serde(skip)]
    pub line: usize,
    #[serde(default)]
    settings: Option<Yaml>,
    #[serde(default)]
    context: ContextCase,
    #[serde(default)]
    documents: Vec<DocumentCase>,
    /// All findings, in any order.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// Pointers into the settings that must be refused; the documents are not looked at then.
    #[serde(default)]
    pub refused: Vec<String>,
}

/// One document of a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DocumentCase {
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    old_path: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    operation: Option<String>,
    #[serde(default)]
    environment: Option<String>,
    #[serde(default)]
    reaches: Vec<String>,
    #[serde(default)]
    cluster_versions: Vec<String>,
    #[serde(default)]
    object: Option<Yaml>,
    #[serde(default)]
    old_object: Option<Yaml>,
    #[serde(default)]
    promoted_from: Option<Yaml>,
    #[serde(default)]
    extensions: Option<Yaml>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct ContextCase {
    repository: String,
    source_branch: Option<String>,
    target_branch: Option<String>,
    environments: Vec<EnvironmentCase>,
    pull_request: Option<PullRequestCase>,
    now: String,
    extensions: Option<Yaml>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct EnvironmentCase {
    name: String,
    order: Option<u32>,
    promotes_from: Option<String>,
    branches: Vec<String>,
    cluster_versions: Vec<String>,
    declared: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct PullRequestCase {
    number: Option<u64>,
    title: String,
    author: String,
    labels: Vec<String>,
    approvers: Vec<String>,
    from_fork: bool,
}

impl Case {
    pub(super) fn check(&self) -> Result<(), String> {
        for document in &self.documents {
            document.role()?;
            document.operation()?;
        }
        Ok(())
    }

    /// The settings as JSON; `{}` if there are none.
    pub fn settings_json(&self) -> String {
        self.settings.as_ref().map_or_else(|| "{}".to_owned(), json)
    }

    /// The run's context.
    pub fn context(&self) -> Context {
        let given = self.context.clone();
        Context {
            repository: given.repository,
            base_commit: String::new(),
            head_commit: String::new(),
            source_branch: given.source_branch,
            target_branch: given.target_branch,
            environments: given.environments.into_iter().map(EnvironmentCase::into_environment).collect(),
            pull_request: given.pull_request.map(PullRequestCase::into_pull_request),
            now: given.now,
            extensions: given.extensions.as_ref().map_or_else(|| "{}".to_owned(), json),
        }
    }

    /// The documents, numbered from 0.
    pub fn inputs(&self) -> Vec<Input> {
        (0..).zip(&self.documents).map(|(index, given)| given.input(index)).collect()
    }
}

impl EnvironmentCase {
    fn into_environment(self) -> Environment {
        Environment {
            name: self.name,
            order: self.order,
            promotes_from: self.promotes_from,
            branches: self.branches,
            cluster_versions: self.cluster_versions,
            declared: self.declared,
        }
    }
}

impl PullRequestCase {
    fn into_pull_request(self) -> PullRequest {
        PullRequest {
            number: self.number,
            title: self.title,
            author: self.author,
            labels: self.labels,
            approvers: self.approvers,
            from_fork: self.from_fork,
        }
    }
}

impl DocumentCase {
    fn role(&self) -> Result<Role, String> {
        match self.role.as_deref() {
            None | Some("object") => Ok(Role::Object),
            Some("kustomization") => Ok(Role::Kustomization),
            Some("patch") => Ok(Role::Patch),
            Some("values") => Ok(Role::Values),
            Some("template") => Ok(Role::Template),
            Some("other") => Ok(Role::Other),
            Some("file") => Ok(Role::File),
            Some(other) => Err(format!("unknown role `{other}`")),
        }
    }

    fn operation(&self) -> Result<Operation, String> {
        match (self.operation.as_deref(), &self.object, &self.old_object) {
            (Some("create"), ..) | (None, Some(_), None) => Ok(Operation::Create),
            (Some("update"), ..) | (None, Some(_), Some(_)) => Ok(Operation::Update),
            (Some("delete"), ..) | (None, None, Some(_)) => Ok(Operation::Delete),
            (Some("unchanged"), ..) => Ok(Operation::Unchanged),
            (Some(other), ..) => Err(format!("unknown operation `{other}`")),
            (None, None, None) => Err("a document needs `object` or `old-object`".to_owned()),
        }
    }

    fn input(&self, index: u32) -> Input {
        let shown = self.object.as_ref().or(self.old_object.as_ref());
        let text = |keys: &[&str]| {
            let found = keys.iter().try_fold(shown?, |value, key| value.get(*key))?;
            found.as_str().map(str::to_owned)
        };
        Input {
            index,
            operation: self.operation().unwrap_or(Operation::Unchanged),
            role: self.role().unwrap_or(Role::Object),
            path: self.path.clone().unwrap_or_else(|| format!("document-{index}.yaml")),
            old_path: self.old_path.clone(),
            environment: self.environment.clone(),
            reaches: self.reaches.clone(),
            cluster_versions: self.cluster_versions.clone(),
            extensions: self.extensions.as_ref().map(json),
            api_version: text(&["apiVersion"]).unwrap_or_default(),
            kind: text(&["kind"]).unwrap_or_default(),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]).unwrap_or_default(),
            source: Source {
                object: self.object.as_ref().map(json),
                old_object: self.old_object.as_ref().map(json),
                promoted_from: self.promoted_from.as_ref().map(json),
            },
        }
    }
}

/// YAML that has no form in JSON becomes a text that the policy refuses.
fn json(value: &Yaml) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}
