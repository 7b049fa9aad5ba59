//! `plaintext-secrets`: credentials do not belong into a Git repository in clear.
//!
//! Secrets are judged by what they are; everywhere else a value must look like a credential, by its form or by
//! the name that it stands under. No message holds any part of a value.

mod keys;
mod rules;
mod scan;
mod secret;
mod settings;
mod text;
mod tokens;
mod value;

use gate_sdk::{Document, Findings, Match, Metadata, Operation, Policy, Role, SettingsIssue, glob};

pub use rules::*;
pub use settings::Settings;

/// The policy with its settings.
#[derive(Debug)]
pub struct PlaintextSecrets {
    settings: Settings,
}

impl Policy for PlaintextSecrets {
    type Settings = Settings;

    const METADATA: Metadata = Metadata {
        description: "Credentials must not be readable in the repository: Secrets in clear or base64, tokens of \
                      known forms, passwords in ConfigMaps, environment variables, arguments, Helm values, \
                      annotations and URLs.",
        matches: &[Match {
            roles: &[Role::Object, Role::Kustomization, Role::Patch, Role::Values, Role::Other],
            operations: &[Operation::Create, Operation::Update, Operation::Unchanged],
            ..Match::ANY
        }],
        reads_secret_values: true,
        rules: RULES,
        tags: &["secrets", "security"],
        ..Metadata::new("plaintext-secrets", env!("CARGO_PKG_VERSION"), "Secrets in clear")
    };

    fn new(settings: Settings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self { settings })
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        let skipped = matches!(document.kind.as_str(), "SealedSecret" | "CustomResourceDefinition");
        let Some(root) = document.object().filter(|_| !skipped) else { return };
        if !glob::any(&self.settings.exclude_paths, &document.path) {
            scan::Scan { settings: &self.settings, findings, embedded: 0 }.document(root);
        }
    }
}

gate_sdk::policy!(PlaintextSecrets);
