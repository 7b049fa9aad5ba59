//! The list for people.

use super::{Listed, State, level, limits};
use crate::cli::policy::shown;
use crate::config::{Level, PolicySource};
use crate::engine::ConfiguredPolicy;

/// The whole list.
pub(super) fn render(source: &str, listed: &[Listed<'_>]) -> String {
    let mut lines = vec![format!("configuration: {source}")];
    if listed.is_empty() {
        lines.push("no policy would run".to_owned());
    }
    for entry in listed {
        lines.push(String::new());
        of_entry(entry, &mut lines);
    }
    shown::lines(&lines)
}

fn of_entry(entry: &Listed<'_>, lines: &mut Vec<String>) {
    let config = entry.config;
    match &entry.state {
        State::Loaded(policy) => {
            let metadata = policy.policy().metadata();
            lines.push(format!("{} {}  {}", metadata.id, metadata.version, config.source));
        }
        State::Off => lines.push(format!("{}  off: it is not loaded", config.source)),
        State::Failed(failure) => {
            lines.push(format!("{}  cannot be loaded", config.source));
            if let Some(failure) = failure {
                lines.push(field("failure", &failure.message));
                lines.extend(failure.hint.as_ref().map(|hint| field("hint", hint)));
            }
        }
    }
    lines.push(field("where", &places(entry)));
    lines.push(field("settings", &config.settings));
    lines.extend(severities(entry).map(|text| field("severity", &text)));
    for (name, given, usual) in limits(config) {
        lines.push(field("limit", &format!("{name} {given} (usually {usual})")));
    }
    lines.push(field("digest", &digest(entry)));
    if let State::Loaded(policy) = &entry.state {
        lines.extend(rules(policy));
    }
}

fn field(name: &str, value: &str) -> String {
    format!("  {name:9} {value}")
}

/// `prod, stage; not in tests/**`
fn places(entry: &Listed<'_>) -> String {
    let environments = match &entry.config.environments[..] {
        [] => "everywhere".to_owned(),
        names => names.join(", "),
    };
    let excluded: Vec<&str> = entry.config.exclude.iter().map(|pattern| pattern.text.as_str()).collect();
    if excluded.is_empty() { environments } else { format!("{environments}; not in {}", excluded.join(", ")) }
}

/// What the configuration says of severities.
fn severities(entry: &Listed<'_>) -> Option<String> {
    let all = entry.config.level.map(|all| format!("all rules: {}", level(all)));
    let single = entry.config.rules.iter().map(|rule| format!("{}: {}", rule.rule, level(rule.level)));
    let told: Vec<String> = all.into_iter().chain(single).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn digest(entry: &Listed<'_>) -> String {
    match (&entry.config.sha256, &entry.state, &entry.config.source) {
        (Some(digest), ..) => format!("{digest} (pinned)"),
        (None, State::Loaded(policy), PolicySource::Builtin(_)) => {
            format!("{} (part of this program)", policy.policy().sha256())
        }
        (None, State::Loaded(policy), _) => format!("{} (not pinned)", policy.policy().sha256()),
        (None, ..) => "not pinned".to_owned(),
    }
}

/// Every rule with the severity that its findings have here.
fn rules(policy: &ConfiguredPolicy) -> Vec<String> {
    let metadata = policy.policy().metadata();
    let word = |rule: &crate::policy::Rule| {
        level(policy.config().level_of(&rule.id).unwrap_or(Level::Severity(rule.severity)))
    };
    let width = metadata.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let line = |rule| format!("    {}/{:width$}  {}", metadata.id, rule_id(rule), word(rule));
    std::iter::once("  rules".to_owned()).chain(metadata.rules.iter().map(line)).collect()
}

fn rule_id(rule: &crate::policy::Rule) -> &str {
    &rule.id
}
