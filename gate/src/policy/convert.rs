//! Between the plain types and those that wasmtime lowers into a guest. Texts are borrowed, never copied.

use super::bindings::validator as wit;
use super::contract::{Context, Document, PullRequest};
use crate::model::{Operation, Role, Severity};

/// The lists of a call's arguments; the arguments themselves borrow from it.
pub(super) struct Arguments<'a> {
    context: &'a Context,
    documents: &'a [&'a Document],
    reaches: Vec<Vec<&'a str>>,
    branches: Vec<Vec<&'a str>>,
    labels: Vec<&'a str>,
    approvers: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(context: &'a Context, documents: &'a [&'a Document]) -> Self {
        let pull_request = context.pull_request.as_ref();
        Self {
            context,
            documents,
            reaches: documents.iter().map(|document| borrowed(&document.reaches)).collect(),
            branches: context
                .environments
                .iter()
                .map(|environment| borrowed(&environment.branches))
                .collect(),
            labels: pull_request.map(|pr| borrowed(&pr.labels)).unwrap_or_default(),
            approvers: pull_request.map(|pr| borrowed(&pr.approvers)).unwrap_or_default(),
        }
    }

    /// The documents as the guest gets them.
    pub(super) fn documents(&self) -> Vec<wit::Document<'_>> {
        self.documents.iter().zip(&self.reaches).map(|(document, reaches)| lower(document, reaches)).collect()
    }

    /// The environments as the guest gets them.
    pub(super) fn environments(&self) -> Vec<wit::Environment<'_>> {
        self.context
            .environments
            .iter()
            .zip(&self.branches)
            .map(|(environment, branches)| wit::Environment {
                name: &environment.name,
                order: environment.order,
                branches,
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
            source_branch: &pr.source_branch,
            target_branch: &pr.target_branch,
            from_fork: pr.from_fork,
        }
    }
}

fn lower<'a>(document: &'a Document, reaches: &'a [&'a str]) -> wit::Document<'a> {
    wit::Document {
        index: document.index,
        operation: document.operation.into(),
        role: document.role.into(),
        path: &document.path,
        environment: document.environment.as_deref(),
        reaches,
        cluster_version: document.cluster_version.as_deref(),
        api_version: &document.id.api_version,
        kind: &document.id.kind,
        namespace: document.id.namespace.as_deref(),
        name: &document.id.name,
        object: document.object.as_deref(),
        old_object: document.old_object.as_deref(),
        promoted_from: document.promoted_from.as_deref(),
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
