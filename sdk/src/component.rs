//! The component's side of the contract: generated bindings, and the conversion from and to this crate's types.
#![allow(unsafe_code, missing_docs, unreachable_pub, clippy::all, reason = "generated bindings")]

use std::marker::PhantomData;

use crate::{Failure, Match, Operation, Policy, Role, Rule, Scope, SettingsIssue, Severity, Source};

wit_bindgen::generate!({
    path: "wit",
    world: "policy",
    pub_export_macro: true,
    export_macro_name: "export_component",
    default_bindings_module: "gate_sdk::component",
});

use exports::gate::policy::validator as wit;

/// Implements the generated interface for any policy.
#[derive(Debug)]
pub struct Component<P>(PhantomData<P>);

impl<P: Policy> wit::Guest for Component<P> {
    fn describe() -> wit::Metadata {
        metadata(&P::METADATA, crate::settings_schema::<P>())
    }

    fn check_settings(settings: String) -> Vec<wit::SettingsIssue> {
        issues(crate::check_settings::<P>(&settings))
    }

    fn validate(
        settings: String,
        ctx: wit::Context,
        documents: Vec<wit::Document>,
    ) -> Result<Vec<wit::Finding>, wit::PolicyError> {
        let context = context(ctx);
        let documents: Vec<_> = documents.into_iter().map(|given| document(given, &context)).collect();
        let answer = crate::evaluate::<P>(&settings, &documents);
        // The instance ends with this call: tidying up would be for nobody.
        std::mem::forget(documents);
        match answer {
            Ok(findings) => Ok(findings.into_iter().map(finding).collect()),
            Err(Failure::Settings(found)) => Err(wit::PolicyError::Settings(issues(found))),
            Err(Failure::Other(message)) => Err(wit::PolicyError::Other(message)),
        }
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn metadata(given: &crate::Metadata, settings_schema: String) -> wit::Metadata {
    wit::Metadata {
        id: given.id.to_owned(),
        version: given.version.to_owned(),
        title: given.title.to_owned(),
        description: given.description.to_owned(),
        scope: match given.scope {
            Scope::PerObject => wit::Scope::PerObject,
            Scope::ChangeSet => wit::Scope::ChangeSet,
        },
        matches: given.matches.iter().map(match_rule).collect(),
        reads_secret_values: given.reads_secret_values,
        settings_schema,
        rules: given.rules.iter().map(rule).collect(),
        help_url: given.help_url.map(str::to_owned),
        tags: strings(given.tags),
        properties: properties(given.properties),
    }
}

fn match_rule(given: &Match) -> wit::MatchRule {
    wit::MatchRule {
        roles: given.roles.iter().map(|role| wit_role(*role)).collect(),
        api_groups: strings(given.api_groups),
        kinds: strings(given.kinds),
        operations: given.operations.iter().map(|operation| wit_operation(*operation)).collect(),
    }
}

fn rule(given: &Rule) -> wit::Rule {
    wit::Rule {
        id: given.id.to_owned(),
        title: given.title.to_owned(),
        help: given.help_text(),
        severity: severity(given.severity),
        properties: Vec::new(),
    }
}

fn properties(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn severity(given: Severity) -> wit::Severity {
    match given {
        Severity::Info => wit::Severity::Info,
        Severity::Warning => wit::Severity::Warning,
        Severity::Error => wit::Severity::Error,
    }
}

fn issues(found: Vec<SettingsIssue>) -> Vec<wit::SettingsIssue> {
    found
        .into_iter()
        .map(|issue| wit::SettingsIssue { pointer: issue.pointer, message: issue.message })
        .collect()
}

fn wit_role(given: Role) -> wit::Role {
    match given {
        Role::Object => wit::Role::Object,
        Role::Kustomization => wit::Role::Kustomization,
        Role::Patch => wit::Role::Patch,
        Role::Values => wit::Role::Values,
        Role::Template => wit::Role::Template,
        Role::Other => wit::Role::Other,
        Role::File => wit::Role::File,
    }
}

fn role(given: wit::Role) -> Role {
    match given {
        wit::Role::Object => Role::Object,
        wit::Role::Kustomization => Role::Kustomization,
        wit::Role::Patch => Role::Patch,
        wit::Role::Values => Role::Values,
        wit::Role::Template => Role::Template,
        wit::Role::Other => Role::Other,
        wit::Role::File => Role::File,
    }
}

fn wit_operation(given: Operation) -> wit::Operation {
    match given {
        Operation::Create => wit::Operation::Create,
        Operation::Update => wit::Operation::Update,
        Operation::Delete => wit::Operation::Delete,
        Operation::Unchanged => wit::Operation::Unchanged,
    }
}

fn operation(given: wit::Operation) -> Operation {
    match given {
        wit::Operation::Create => Operation::Create,
        wit::Operation::Update => Operation::Update,
        wit::Operation::Delete => Operation::Delete,
        wit::Operation::Unchanged => Operation::Unchanged,
    }
}

fn context(given: wit::Context) -> crate::Context {
    crate::Context {
        repository: given.repository,
        base_commit: given.base_commit,
        head_commit: given.head_commit,
        source_branch: given.source_branch,
        target_branch: given.target_branch,
        environments: given.environments.into_iter().map(environment).collect(),
        pull_request: given.pull_request.map(pull_request),
        now: given.now,
        extensions: given.extensions,
    }
}

fn environment(given: wit::Environment) -> crate::Environment {
    crate::Environment {
        name: given.name,
        order: given.order,
        promotes_from: given.promotes_from,
        branches: given.branches,
        cluster_versions: given.cluster_versions,
        declared: given.declared,
    }
}

fn pull_request(given: wit::PullRequest) -> crate::PullRequest {
    crate::PullRequest {
        number: given.number,
        title: given.title,
        author: given.author,
        labels: given.labels,
        approvers: given.approvers,
        from_fork: given.from_fork,
    }
}

fn document(given: wit::Document, context: &crate::Context) -> crate::Document<'_> {
    let source =
        Source { object: given.object, old_object: given.old_object, promoted_from: given.promoted_from };
    let mut document = crate::Document::new(given.index, operation(given.operation), source, context);
    document.role = role(given.role);
    document.path = given.path;
    document.old_path = given.old_path;
    document.environment = given.environment;
    document.reaches = given.reaches;
    document.cluster_versions = given.cluster_versions;
    document.api_version = given.api_version;
    document.kind = given.kind;
    document.namespace = given.namespace;
    document.name = given.name;
    document.extensions = given.extensions;
    document
}

fn finding(given: crate::Finding) -> wit::Finding {
    wit::Finding {
        document: given.document,
        rule: given.rule.to_owned(),
        message: given.message,
        severity: given.severity.map(severity),
        pointer: given.pointer,
        sensitive: given.sensitive,
        fix: given
            .fix
            .map(|fix| wit::SuggestedFix { description: fix.description, json_patch: fix.json_patch }),
        related: given.related.into_iter().map(related).collect(),
        properties: given.properties,
    }
}

fn related(given: crate::Related) -> wit::Related {
    wit::Related { document: given.document, pointer: given.pointer, message: given.message }
}
