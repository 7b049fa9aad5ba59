//! `require-owner`: whoever is woken at night must know whom to call. Every workload and every namespace names its
//! owner, in a label or an annotation, and only owners that the settings know are accepted.

mod rules;
mod settings;

use gate_sdk::{Document, Findings, Match, Metadata, Operation, Policy, SettingsIssue, Value, glob};

pub use rules::*;
pub use settings::Settings;

/// The policy with its settings. It is made once and then judges any number of documents.
#[derive(Debug)]
pub struct RequireOwner {
    settings: Settings,
}

impl Policy for RequireOwner {
    type Settings = Settings;

    const METADATA: Metadata = Metadata {
        description: "Workloads and namespaces must name their owner in a label or an annotation.",
        // The gate passes what matches, and nothing else: here all objects, unless the change deletes them. What
        // is deleted needs no owner any more. `roles` is empty, which means objects only.
        matches: &[Match {
            operations: &[Operation::Create, Operation::Update, Operation::Unchanged],
            ..Match::ANY
        }],
        rules: RULES,
        tags: &["ownership"],
        // The scope is that of `Metadata::new`, per object: each verdict depends on one document only, so the gate
        // may split the work over threads as it likes.
        ..Metadata::new("require-owner", env!("CARGO_PKG_VERSION"), "Workloads and namespaces have an owner")
    };

    fn new(settings: Settings) -> Result<Self, Vec<SettingsIssue>> {
        let issues = settings.issues();
        if issues.is_empty() { Ok(Self { settings }) } else { Err(issues) }
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        if !needs_owner(document) || self.settings.exempts(document) {
            return;
        }
        match self.owner(document) {
            Some(owner) => self.check_owner(owner, findings),
            None => self.report_missing(document, findings),
        }
    }
}

impl RequireOwner {
    /// The value of the label, else of the annotation.
    fn owner<'d>(&self, document: &'d Document<'_>) -> Option<Value<'d>> {
        let key = self.settings.key();
        document.label_value(key).or_else(|| document.annotation_value(key))
    }

    fn check_owner(&self, owner: Value<'_>, findings: &mut Findings) {
        let name = owner.as_text().unwrap_or("");
        if name.is_empty() {
            findings.at(owner, &MISSING_OWNER, "the owner is empty");
        } else if !glob::any(self.settings.owners(), name) {
            let known = self.settings.owners().join("`, `");
            // A finding is reported with the value that was read. Its JSON pointer comes with it, and the gate
            // makes file, line and column of that.
            findings.at(owner, &UNKNOWN_OWNER, format!("`{name}` is no known owner; known are `{known}`"));
        }
    }

    fn report_missing(&self, document: &Document<'_>, findings: &mut Findings) {
        let message = format!("no label or annotation `{}` says who owns this", self.settings.key());
        // The name is the best place to show: what should be there has none.
        match document.object().and_then(|object| object.find("/metadata/name")) {
            Some(name) => findings.at(name, &MISSING_OWNER, message),
            None => findings.on(document, &MISSING_OWNER, message),
        };
    }
}

/// Whatever makes pods is a workload, of any kind, also one that nobody has heard of.
fn needs_owner(document: &Document<'_>) -> bool {
    let is_namespace = document.api_version == "v1" && document.kind == "Namespace";
    is_namespace || document.makes_pods()
}

// The one line that makes a component of the crate when it is compiled for WebAssembly. Otherwise it does nothing.
gate_sdk::policy!(RequireOwner);
