//! A module for programs.

use serde_json::{Value, json};

use super::Inspected;
use super::target::Signature;
use super::text::{operation, scope};
use crate::policy::{MatchRule, Metadata};

/// One JSON object; text of the module is cleaned on its way out.
pub(super) fn render(inspected: &Inspected) -> String {
    let Inspected { target, anatomy, code_bytes, policy } = inspected;
    let signature = match &target.signature {
        Signature::Beside { file, is_there: true } => json!({ "file": file, "verified": false }),
        _ => Value::Null,
    };
    let problem = policy.as_ref().err().map(|error| json!({ "message": error.message, "hint": error.hint }));
    let loaded = policy.as_ref().ok();
    let compile = loaded.and_then(|policy| policy.compile_time()).map(|time| time.as_secs_f64() * 1e3);
    crate::output::pretty(&json!({
        "source": target.source,
        "kind": anatomy.kind.as_str(),
        "bytes": target.bytes,
        "sha256": target.sha256,
        "imports": anatomy.imports,
        "exports": anatomy.exports,
        "whole": anatomy.whole,
        "signature": signature,
        "compile-ms": compile,
        "machine-code-bytes": (*code_bytes > 0).then_some(code_bytes),
        "describe-fuel": loaded.map(|policy| policy.describe_fuel()),
        "policy": loaded.map(|policy| of_policy(policy.metadata())),
        "problem": problem,
    }))
}

fn of_policy(metadata: &Metadata) -> Value {
    let rules: Vec<Value> = metadata
        .rules
        .iter()
        .map(|rule| json!({ "id": rule.id, "title": rule.title, "severity": rule.severity, "help": rule.help }))
        .collect();
    json!({
        "id": metadata.id,
        "version": metadata.version,
        "title": metadata.title,
        "description": metadata.description,
        "scope": scope(metadata.scope),
        "matches": metadata.matches.iter().map(matches).collect::<Vec<_>>(),
        "rules": rules,
        "settings-schema": metadata.settings_schema,
        "help-url": metadata.help_url,
        "tags": metadata.tags,
    })
}

fn matches(rule: &MatchRule) -> Value {
    json!({
        "roles": rule.roles,
        "api-groups": rule.api_groups,
        "kinds": rule.kinds,
        "operations": rule.operations.iter().copied().map(operation).collect::<Vec<_>>(),
    })
}
