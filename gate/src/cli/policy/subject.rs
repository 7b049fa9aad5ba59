//! A component in the sandbox as what cases are run against. Cases and their comparison are the SDK's own, so that
//! `cargo test` and `gate policy test` cannot disagree about what a case means.

use gate_sdk::testing::{Answer, Found, Input, Subject};

use crate::model::{ObjectId, Operation, Role, Severity};
use crate::policy::{Context, Document, Environment, Policy, PullRequest, RawFinding, SettingsIssue};

/// A loaded component.
pub(super) struct Component<'p> {
    policy: &'p Policy,
}

impl<'p> Component<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        Self { policy }
    }

    /// What the schema of the settings says against them; as when a configuration is loaded, it is asked first.
    fn against_schema(&self, settings: &str) -> Result<Vec<gate_sdk::SettingsIssue>, String> {
        let value: serde_json::Value =
            serde_json::from_str(settings).map_err(|error| format!("the settings are no JSON: {error}"))?;
        let found = crate::schema::json::validate(&self.policy.metadata().settings_schema, &value)
            .map_err(|error| format!("its settings schema cannot be used: {error}"))?;
        Ok(found
            .into_iter()
            .map(|(pointer, message)| {
                gate_sdk::SettingsIssue::new(pointer, format!("by its schema: {message}"))
            })
            .collect())
    }
}

impl Subject for Component<'_> {
    fn rules(&self) -> Vec<String> {
        self.policy.metadata().rules.iter().map(|rule| rule.id.clone()).collect()
    }

    fn settings_schema(&self) -> String {
        self.policy.metadata().settings_schema.to_string()
    }

    fn wants(&self, input: &Input) -> bool {
        let (role, operation) = (role(input.role), operation(input.operation));
        self.policy.metadata().matches(role, input.api_group(), &input.kind, operation)
    }

    fn check_settings(&self, settings: &str) -> Result<Vec<gate_sdk::SettingsIssue>, String> {
        let issues = self.policy.check_settings(settings).map_err(|failure| failure.message)?;
        let issue = |SettingsIssue { pointer, message }| gate_sdk::SettingsIssue { pointer, message };
        Ok(issues.into_iter().map(issue).collect())
    }

    fn judge(&self, settings: &str, given: &gate_sdk::Context, inputs: &[Input]) -> Answer {
        let failed = |failure: String| Answer { failures: vec![failure], ..Answer::default() };
        match self.against_schema(settings).and_then(|issues| match issues.is_empty() {
            true => self.check_settings(settings),
            false => Ok(issues),
        }) {
            Ok(issues) if issues.is_empty() => {}
            Ok(issues) => return Answer { issues, ..Answer::default() },
            Err(failure) => return failed(failure),
        }
        let documents: Vec<Document> = inputs.iter().map(document).collect();
        let outcome = self.policy.run(settings, &context(given), &documents.iter().collect::<Vec<_>>());
        Answer {
            found: outcome.findings.into_iter().map(found).collect(),
            issues: Vec::new(),
            failures: outcome.failures.into_iter().map(|failure| failure.message).collect(),
        }
    }
}

/// The document of a case as the gate hands it over.
pub(super) fn document(input: &Input) -> Document {
    let shared = |text: &Option<String>| text.as_deref().map(Into::into);
    Document {
        index: input.index,
        operation: operation(input.operation),
        role: role(input.role),
        path: input.path.clone(),
        old_path: input.old_path.clone(),
        environment: input.environment.clone(),
        reaches: input.reaches.clone(),
        cluster_versions: input.cluster_versions.clone(),
        id: ObjectId {
            api_version: input.api_version.clone(),
            kind: input.kind.clone(),
            namespace: input.namespace.clone(),
            name: input.name.clone(),
        },
        object: shared(&input.source.object),
        old_object: shared(&input.source.old_object),
        promoted_from: shared(&input.source.promoted_from),
        extensions: shared(&input.extensions),
    }
}

/// The context of a case as the gate hands it over.
pub(super) fn context(given: &gate_sdk::Context) -> Context {
    Context {
        repository: given.repository.clone(),
        base_commit: given.base_commit.clone(),
        head_commit: given.head_commit.clone(),
        source_branch: given.source_branch.clone(),
        target_branch: given.target_branch.clone(),
        environments: given.environments.iter().map(environment).collect(),
        pull_request: given.pull_request.as_ref().map(pull_request),
        now: given.now.clone(),
        extensions: given.extensions.clone(),
    }
}

fn environment(given: &gate_sdk::Environment) -> Environment {
    Environment {
        name: given.name.clone(),
        order: given.order,
        promotes_from: given.promotes_from.clone(),
        branches: given.branches.clone(),
        cluster_versions: given.cluster_versions.clone(),
        declared: given.declared,
    }
}

fn pull_request(given: &gate_sdk::PullRequest) -> PullRequest {
    PullRequest {
        number: given.number,
        title: given.title.clone(),
        author: given.author.clone(),
        labels: given.labels.clone(),
        approvers: given.approvers.clone(),
        from_fork: given.from_fork,
    }
}

fn found(finding: RawFinding) -> Found {
    let RawFinding { document, rule, message, severity, pointer, sensitive, .. } = finding;
    let severity = severity.map(|severity| match severity {
        Severity::Info => gate_sdk::Severity::Info,
        Severity::Warning => gate_sdk::Severity::Warning,
        Severity::Error => gate_sdk::Severity::Error,
    });
    Found { document, rule, message, severity, pointer, sensitive }
}

fn role(given: gate_sdk::Role) -> Role {
    match given {
        gate_sdk::Role::Object => Role::Object,
        gate_sdk::Role::Kustomization => Role::Kustomization,
        gate_sdk::Role::Patch => Role::Patch,
        gate_sdk::Role::Values => Role::Values,
        gate_sdk::Role::Template => Role::Template,
        gate_sdk::Role::Other => Role::Other,
        gate_sdk::Role::File => Role::File,
    }
}

fn operation(given: gate_sdk::Operation) -> Operation {
    match given {
        gate_sdk::Operation::Create => Operation::Create,
        gate_sdk::Operation::Update => Operation::Update,
        gate_sdk::Operation::Delete => Operation::Delete,
        gate_sdk::Operation::Unchanged => Operation::Unchanged,
    }
}
