//! `my-policy`: a rolling update must not take a service down. Deployments have enough replicas, and their containers say
//! when they are ready. It is a beginning: rename the rules, read other fields, and change the cases in `cases` with them.

use gate_sdk::{Document, Findings, Match, Metadata, Operation, Policy, SettingsIssue, SettingsSchema, Value, glob};
use serde::Deserialize;

// The rules. Each doc comment is the rule's page for users, in Markdown; the tests ask for its four headings. An id names
// the bad thing. What stands before it is the severity: `info`, `warning` or `error`.
gate_sdk::rules! {
    /// ### What it does
    /// Finds Deployments with fewer replicas than the setting `minimum`.
    ///
    /// ### Why is this bad
    /// With one replica, the service is down while its node is drained.
    ///
    /// ### Example
    /// ```yaml
    /// spec:
    ///   replicas: 1
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// spec:
    ///   replicas: 2
    /// ```
    pub TOO_FEW_REPLICAS = error "too-few-replicas": "Deployment with too few replicas";

    /// ### What it does
    /// Finds containers of Deployments without a `readinessProbe`.
    ///
    /// ### Why is this bad
    /// A pod gets traffic as soon as its containers run, although the program in it may still be starting.
    ///
    /// ### Example
    /// ```yaml
    /// containers:
    ///   - name: web
    ///     image: web:1.2.3
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// containers:
    ///   - name: web
    ///     image: web:1.2.3
    ///     readinessProbe: { httpGet: { path: /ready, port: 8080 } }
    /// ```
    pub MISSING_READINESS_PROBE = warning "missing-readiness-probe": "Container without a readiness probe";
}

/// What the operator may set in `gate.yaml`. Every field has a default, and an unknown one is an error. The gate checks the
/// settings with a JSON Schema that is made of this type: a field's comment is its description.
#[derive(Debug, Clone, Deserialize, SettingsSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Fewest replicas of a Deployment.
    minimum: i64,
    /// Patterns of namespaces that are not looked at: `dev-*`.
    exempt_namespaces: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { minimum: 2, exempt_namespaces: Vec::new() }
    }
}

/// The policy with its settings. It is made once, and then judges any number of documents.
#[derive(Debug)]
pub struct MyPolicy {
    settings: Settings,
}

impl Policy for MyPolicy {
    type Settings = Settings;

    const METADATA: Metadata = Metadata {
        description: "Deployments have enough replicas, and their containers say when they are ready.",
        // The gate passes what matches and nothing else: here Deployments, unless the change deletes them.
        matches: &[Match {
            api_groups: &["apps"],
            kinds: &["Deployment"],
            operations: &[Operation::Create, Operation::Update, Operation::Unchanged],
            ..Match::ANY
        }],
        rules: RULES,
        ..Metadata::new("my-policy", env!("CARGO_PKG_VERSION"), "Updates without downtime")
    };

    // What the schema cannot say is checked here. An issue names the setting by its JSON pointer.
    fn new(settings: Settings) -> Result<Self, Vec<SettingsIssue>> {
        match settings.minimum {
            1.. => Ok(Self { settings }),
            _ => Err(vec![SettingsIssue::new("/minimum", "a Deployment needs at least one replica")]),
        }
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        let namespace = document.namespace.as_deref().unwrap_or("default");
        let Some(object) = document.object() else { return };
        if glob::any(&self.settings.exempt_namespaces, namespace) {
            return;
        }
        self.check_replicas(object, findings);
        for container in document.containers() {
            if container.role == gate_sdk::ContainerRole::Main && container.value.get("readinessProbe").is_none() {
                let message = format!("container `{}` has no readiness probe", container.name());
                findings.at(container.value, &MISSING_READINESS_PROBE, message);
            }
        }
    }
}

impl MyPolicy {
    fn check_replicas(&self, object: Value<'_>, findings: &mut Findings) {
        let minimum = self.settings.minimum;
        let replicas = object.find("/spec/replicas");
        // Kubernetes makes one where nothing is said.
        let number = replicas.map_or(Some(1), Value::as_i64);
        if number.is_none_or(|number| number >= minimum) {
            return;
        }
        // A finding is reported with the value that was read: the gate makes file, line and column of it. What is missing
        // has no place, so the name stands in for it.
        let place = replicas.or_else(|| object.find("/metadata/name")).unwrap_or(object);
        findings.at(place, &TOO_FEW_REPLICAS, format!("at least {minimum} replicas are needed"));
    }
}

// Makes a component of the crate when it is compiled for WebAssembly, and nothing otherwise.
gate_sdk::policy!(MyPolicy);
