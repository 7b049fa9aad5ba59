//! Between the plain types and those that wasmtime lowers into a guest. Texts are borrowed, never copied.

use super::bindings::validator as wit;
use super::contract::{Context, Document, Environment, PullRequest};
use crate::model::{Operation, Role, Severity};

/// The lists of a call's arguments; the arguments themselves borrow from it.
pub(super) struct Arguments<'a> {
    context: &'a Context,
    documents: Vec<(&'a Document, Lists<'a>)>,
    environments: Vec<(&'a Environment, Lists<'a>)>,
    labels: Vec<&'a str>,
    approvers: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(context: &'a Context, documents: &'a [&'a Document]) -> Self {
        let pull_request = context.pull_request.as_ref();
        let of_document = |document: &&'a Document| (*document, Lists::of_document(document));
        let of_environment = |environment| (environment, Lists::of_environment(environment));
        Self {
            context,
            documents: documents.iter().map(of_document).collect(),
            environments: context.environments.iter().map(of_environment).collect(),
            labels: pull_request.map(|pr| borrowed(&pr.labels)).unwrap_or_default(),
            approvers: pull_request.map(|pr| borrowed(&pr.approvers)).unwrap_or_default(),
        }
    }

    /// The documents as the guest gets them.
    pub(super) fn documents(&self) -> Vec<wit::Document<'_>> {
        self.documents.iter().map(|(document, lists)| lower(document, lists)).collect()
    }

    /// The environments as the guest gets them.
    pub(super) fn environments(&self) -> Vec<wit::Environment<'_>> {
        self.environments
            .iter()
            .map(|(environment, lists)| wit::Environment {
                name: &environment.name,
                order: environment.order,
                promotes_from: environment.promotes_from.as_deref(),
                branches: &lists.names,
                cluster_versions: &lists.cluster_versions,
                declared: environment.declared,
            })
            .collect()
    }

    /// The context as the guest gets it; `environments` is what [`Arguments::environments`] gave.
    pub(super) fn context<'b>(&'b self, environments: &'b [wit::Environment<'b>]) -> wit::Context<'b> {
        let context = self.context;
        wit::Context {
            repository: &context.repository,
            base_commit: &context.base_commit,
            head_commit: &context.head_commit,
            source_branch: context.source_branch.as_deref(),
            target_branch: context.target_branch.as_deref(),
            environments,
            pull_request: context.pull_request.as_ref().map(|pr| self.pull_request(pr)),
            now: &context.now,
            extensions: &context.extensions,
        }
    }

    fn pull_request<'b>(&'b self, pr: &'b PullRequest) -> wit::PullRequest<'b> {
        wit::PullRequest {
            number: pr.number,
            title: &pr.title,
            author: &pr.author,
            labels: &self.labels,
            approvers: &self.approvers,
            from_fork: pr.from_fork,
        }
    }
}

/// The lists of a document or of an environment.
struct Lists<'a> {
    /// Environments that a document reaches; branches of an environment.
    names: Vec<&'a str>,
    cluster_versions: Vec<&'a str>,
}

impl<'a> Lists<'a> {
    fn of_document(document: &'a Document) -> Self {
        let cluster_versions = borrowed(&document.cluster_versions);
        Self { names: borrowed(&document.reaches), cluster_versions }
    }

    fn of_environment(environment: &'a Environment) -> Self {
        let cluster_versions = borrowed(&environment.cluster_versions);
        Self { names: borrowed(&environment.branches), cluster_versions }
    }
}

fn lower<'a>(document: &'a Document, lists: &'a Lists<'_>) -> wit::Document<'a> {
    wit::Document {
        index: document.index,
        operation: document.operation.into(),
        role: document.role.into(),
        path: &document.path,
        old_path: document.old_path.as_deref(),
        environment: document.environment.as_deref(),
        reaches: &lists.names,
        cluster_versions: &lists.cluster_versions,
        api_version: &document.id.api_version,
        kind: &document.id.kind,
        namespace: document.id.namespace.as_deref(),
        name: &document.id.name,
        object: document.object.as_deref(),
        old_object: document.old_object.as_deref(),
        promoted_from: document.promoted_from.as_deref(),
        extensions: document.extensions.as_deref(),
    }
}

fn borrowed(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// The same enum on both sides, in both directions.
macro_rules! same {
    ($ours:ident: $($case:ident),+) => {
        impl From<wit::$ours> for $ours {
            fn from(theirs: wit::$ours) -> Self {
                match theirs {
                    $(wit::$ours::$case => Self::$case,)+
                }
            }
        }

        impl From<$ours> for wit::$ours {
            fn from(ours: $ours) -> Self {
                match ours {
                    $($ours::$case => Self::$case,)+
                }
            }
        }
    };
}

same!(Role: Object, Kustomization, Patch, Values, Template, Other, File);
same!(Operation: Create, Update, Delete, Unchanged);
same!(Severity: Info, Warning, Error);
