//! Runs a policy over documents: the one code path of the component and of native tests.

use crate::{Document, Finding, Findings, Json, Policy, SettingsIssue};

/// Why a policy could not judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The settings are not acceptable.
    Settings(Vec<SettingsIssue>),
    /// Anything else; a check failure, never a pass.
    Other(String),
}

/// Reads settings and makes the policy.
fn configure<P: Policy>(settings: &str) -> Result<P, Vec<SettingsIssue>> {
    let text = if settings.trim_ascii().is_empty() { "{}" } else { settings };
    let json = Json::parse(text).map_err(|error| vec![SettingsIssue::new("", error.to_string())])?;
    P::new(crate::from_value(json.root()).map_err(|issue| vec![issue])?)
}

/// The JSON Schema (2020-12) of the policy's settings, as the gate and editors get it.
pub fn settings_schema<P: Policy>() -> String {
    crate::schema::text::<P::Settings>()
}

/// What is wrong with a settings document (JSON); nothing if it is fine.
pub fn check_settings<P: Policy>(settings: &str) -> Vec<SettingsIssue> {
    configure::<P>(settings).err().unwrap_or_default()
}

/// Judges documents with one settings document (JSON).
///
/// # Errors
/// The settings are refused, or the text of a document is no JSON.
pub fn evaluate<P: Policy>(settings: &str, documents: &[Document<'_>]) -> Result<Vec<Finding>, Failure> {
    let policy: P = configure(settings).map_err(Failure::Settings)?;
    let mut findings = Findings::default();
    policy.check_all(documents, &mut findings);
    for document in documents {
        if let Some(error) = document.error() {
            return Err(Failure::Other(format!("document {}: {error}", document.index)));
        }
    }
    Ok(findings.into_list())
}
