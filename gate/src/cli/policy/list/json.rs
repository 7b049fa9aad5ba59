//! The list for programs.

use serde_json::{Value, json};

use super::{Listed, State, level};
use crate::config::{Level, Limit, PolicyConfig};
use crate::engine::ConfiguredPolicy;

/// One JSON object; foreign text is cleaned on its way out.
pub(super) fn render(source: &str, listed: &[Listed<'_>]) -> String {
    let policies: Vec<Value> = listed.iter().map(of_entry).collect();
    crate::output::pretty(&json!({ "configuration": source, "policies": policies }))
}

fn of_entry(entry: &Listed<'_>) -> Value {
    let PolicyConfig { source, sha256, settings, level: all, rules, environments, exclude, .. } =
        entry.config;
    let state = match &entry.state {
        State::Loaded(_) => "loaded",
        State::Off => "off",
        State::Failed(_) => "failed",
    };
    let failure = match &entry.state {
        State::Failed(Some(failure)) => json!({ "message": failure.message, "hint": failure.hint }),
        _ => Value::Null,
    };
    let policy = match &entry.state {
        State::Loaded(policy) => of_policy(policy),
        _ => Value::Null,
    };
    let limit =
        |limit: Limit| Some((limit.key().to_owned(), limit.write(entry.config.limits.get(limit)?).into()));
    let set: serde_json::Map<String, Value> = Limit::ALL.into_iter().filter_map(limit).collect();
    let levels: serde_json::Map<String, Value> =
        rules.iter().map(|rule| (rule.rule.clone(), level(rule.level).into())).collect();
    json!({
        "source": source.to_string(),
        "state": state,
        "policy": policy,
        "pinned": sha256,
        "environments": environments,
        "exclude": exclude.iter().map(|pattern| &pattern.text).collect::<Vec<_>>(),
        "settings": serde_json::from_str::<Value>(settings).unwrap_or_default(),
        "severity": all.map(level),
        "rules": levels,
        "limits": set,
        "failure": failure,
    })
}

fn of_policy(policy: &ConfiguredPolicy) -> Value {
    let metadata = policy.policy().metadata();
    let rule = |rule: &crate::policy::Rule| {
        let here = policy.config().level_of(&rule.id).unwrap_or(Level::Severity(rule.severity));
        json!({ "id": format!("{}/{}", metadata.id, rule.id), "severity": level(here) })
    };
    json!({
        "id": metadata.id,
        "version": metadata.version,
        "sha256": policy.policy().sha256(),
        "rules": metadata.rules.iter().map(rule).collect::<Vec<_>>(),
    })
}
