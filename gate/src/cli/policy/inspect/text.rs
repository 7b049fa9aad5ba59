//! A module for people.

use super::Inspected;
use super::target::Signature;
use crate::cli::policy::shown;
use crate::model::{Operation, Role};
use crate::policy::{LoadError, MatchRule, Metadata, ModuleKind, Policy, Scope, grouped};

/// The whole page.
pub(super) fn render(inspected: &Inspected) -> String {
    let mut lines = Vec::new();
    match &inspected.policy {
        Ok(policy) => {
            let metadata = policy.metadata();
            lines.push(format!("{} {}  {}", metadata.id, metadata.version, metadata.title));
        }
        Err(LoadError { message, hint, .. }) => {
            lines.push(format!("{} is no policy for this gate", inspected.target.source));
            lines.push(field("what is wrong", message));
            lines.extend(hint.as_ref().map(|hint| field("hint", hint)));
        }
    }
    lines.push(String::new());
    of_module(inspected, &mut lines);
    if let Ok(policy) = &inspected.policy {
        of_run(inspected, policy, &mut lines);
        lines.push(String::new());
        of_policy(policy.metadata(), &mut lines);
    }
    shown::lines(&lines)
}

fn field(name: &str, value: &str) -> String {
    format!("  {name:13} {value}")
}

fn of_module(inspected: &Inspected, lines: &mut Vec<String>) {
    let (target, anatomy) = (&inspected.target, &inspected.anatomy);
    lines.push(field("module", &target.source));
    lines.push(field("kind", &format!("{}, {} bytes", anatomy.kind.as_str(), grouped(target.bytes))));
    lines.push(field("sha256", &target.sha256));
    if anatomy.kind != ModuleKind::Unknown {
        lines.push(field("imports", &names(&anatomy.imports)));
        lines.push(field("exports", &names(&anatomy.exports)));
        if !anatomy.whole {
            lines.push(field("", "(its sections could not all be read: there may be more)"));
        }
    }
    lines.push(field("signature", &signature(&target.signature)));
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn signature(signature: &Signature) -> String {
    match signature {
        Signature::BuiltIn => "none: it is part of this program".to_owned(),
        Signature::JustBuilt => "none: it has just been built".to_owned(),
        Signature::Beside { file, is_there: true } => {
            format!("{file} (not verified here; `gate policy verify` does that)")
        }
        Signature::Beside { file, is_there: false } => format!("none: there is no {file}"),
    }
}

fn of_run(inspected: &Inspected, policy: &Policy, lines: &mut Vec<String>) {
    let time = policy.compile_time().unwrap_or_default().as_secs_f64() * 1e3;
    let code = grouped(inspected.code_bytes);
    lines.push(field("compiled", &format!("in {time:.1} ms to {code} bytes of machine code")));
    lines.push(field("describe", &format!("{} units of fuel", grouped(policy.describe_fuel()))));
}

fn of_policy(metadata: &Metadata, lines: &mut Vec<String>) {
    lines.push(field("scope", scope(metadata.scope)));
    match &metadata.matches[..] {
        [] => lines.push(field("matches", "every object")),
        all => lines.extend(all.iter().map(|rule| field("matches", &matches(rule)))),
    }
    lines.extend(metadata.help_url.as_ref().map(|url| field("help", url)));
    if !metadata.tags.is_empty() {
        lines.push(field("tags", &metadata.tags.join(", ")));
    }
    lines.push(String::new());
    lines.push("  rules".to_owned());
    let width = metadata.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in &metadata.rules {
        lines.push(format!("    {:width$}  {:7}  {}", rule.id, rule.severity.as_str(), rule.title));
    }
    lines.push(String::new());
    lines.push("  settings (JSON Schema)".to_owned());
    let schema = serde_json::to_string_pretty(&metadata.settings_schema).unwrap_or_default();
    lines.extend(shown::block(&schema, 4));
    if !metadata.description.is_empty() {
        lines.push(String::new());
        lines.push("  description".to_owned());
        lines.extend(shown::block(&metadata.description, 4));
    }
}

/// In words.
pub(super) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::PerObject => "per object",
        Scope::ChangeSet => "change set",
    }
}

/// `object, patch; groups apps; kinds Deployment; create, update`
fn matches(rule: &MatchRule) -> String {
    let roles = match &rule.roles[..] {
        [] => Role::Object.as_str().to_owned(),
        roles => roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", "),
    };
    let group = |group: &String| if group.is_empty() { "core".to_owned() } else { group.clone() };
    let groups: Vec<String> = rule.api_groups.iter().map(group).collect();
    let operations: Vec<&str> = rule.operations.iter().copied().map(operation).collect();
    let mut parts = vec![roles];
    for (name, list) in
        [("groups ", groups.join(", ")), ("kinds ", rule.kinds.join(", ")), ("", operations.join(", "))]
    {
        if !list.is_empty() {
            parts.push(format!("{name}{list}"));
        }
    }
    parts.join("; ")
}

/// In words.
pub(super) fn operation(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
        Operation::Unchanged => "unchanged",
    }
}
