//! What the metadata of a policy must have beyond what the compiler asks for.

use crate::{Json, Policy};

/// What is missing, one line each.
pub(super) fn metadata_problems<P: Policy>() -> Vec<String> {
    let metadata = P::METADATA;
    let kebab = |id: &str| {
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let mut problems = Vec::new();
    if !kebab(metadata.id) || metadata.title.is_empty() || metadata.description.is_empty() {
        problems.push("the policy needs a kebab-case id, a title and a description".to_owned());
    }
    if let Err(error) = Json::parse(crate::settings_schema::<P>()) {
        problems.push(format!("settings schema: {error}"));
    }
    for (at, rule) in metadata.rules.iter().enumerate() {
        if !kebab(rule.id) || metadata.rules.iter().take(at).any(|other| other.id == rule.id) {
            problems.push(format!("rule id `{}` is not kebab-case or not unique", rule.id));
        }
        for section in ["What it does", "Why is this bad", "Example", "Use instead"] {
            if !rule.help.contains(section) {
                problems.push(format!("the help of {} has no section `{section}`", rule.id));
            }
        }
    }
    problems
}
