//! A module that is loaded to be described: compiled within limits, and asked what it is.

use crate::cli::compile_child;
use crate::cli::error::CliError;
use crate::model::Severity;
use crate::policy::{Limits, Metadata, Policy, PolicyHost};
use crate::registry::Description;
use crate::text::clean_line;

/// What every policy exports, as the WIT names it. It imports nothing, or it would not have been loaded.
pub(super) const EXPORT: &str = "gate:policy/validator@1.0.0";

/// Loads a module as `gate check` would.
pub(super) fn load(module: &[u8]) -> Result<Policy, CliError> {
    let loaded = PolicyHost::new(1)
        .and_then(|host| host.with_compiler(compile_child::compiler()).load(module, &Limits::default()));
    loaded.map_err(|error| CliError::of(vec![(error.message, error.hint)]))
}

/// What is told of the policy in its artifact.
pub(super) fn description(policy: &Policy) -> Description {
    let metadata = policy.metadata();
    Description {
        title: if metadata.title.is_empty() { metadata.id.clone() } else { metadata.title.clone() },
        version: metadata.version.clone(),
        description: metadata.description.clone(),
        url: metadata.help_url.clone(),
        exports: vec![EXPORT.to_owned()],
    }
}

/// A few lines on the policy.
pub(super) fn lines(policy: &Policy, bytes: usize) -> String {
    let Metadata { id, version, title, rules, .. } = policy.metadata();
    let named: Vec<String> = rules
        .iter()
        .map(|rule| match rule.severity {
            Severity::Error => rule.id.clone(),
            severity => format!("{} ({})", rule.id, severity.as_str()),
        })
        .collect();
    let sha256 = policy.sha256();
    let kib = bytes.div_ceil(1024);
    clean_lines(&[
        ("policy", format!("{id} {version}: {title}")),
        ("rules", named.join(", ")),
        ("module", format!("sha256 {sha256}, {kib} KiB")),
        ("imports", "nothing".to_owned()),
        ("exports", EXPORT.to_owned()),
    ])
}

/// Facts, a line each.
pub(super) fn clean_lines(facts: &[(&str, String)]) -> String {
    facts.iter().map(|(name, text)| format!("  {name:9} {}\n", clean_line(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_is_that_of_the_contract() {
        let wit = include_str!("../../../../sdk/wit/policy.wit");
        let package = wit.lines().find_map(|line| line.strip_prefix("package gate:policy@")).unwrap();
        assert_eq!(EXPORT, format!("gate:policy/validator@{}", package.trim_end_matches(';')));
        assert!(wit.contains("export validator;"));
    }
}
