//! Secrets as objects, and secrets that a kustomization generates.

use gate_sdk::{Findings, Json, Value};

use crate::keys::{self, Suspicion};
use crate::rules::PLAINTEXT_SECRET;
use crate::settings::Settings;
use crate::{text, tokens, value};

/// Last words of keys that stand in a Secret without being secret.
const HARMLESS: &[&str] = &[
    "username",
    "user",
    "host",
    "hostname",
    "port",
    "server",
    "url",
    "uri",
    "endpoint",
    "name",
    "type",
    "project",
    "database",
    "dbname",
    "db",
    "region",
    "bucket",
    "namespace",
    "email",
    "insecure",
    "version",
    "enabled",
    "kind",
    "driver",
    "dialect",
    "mode",
    "level",
    "engine",
    "schema",
];

/// Reports the readable values of a Secret, whole or partial.
pub(crate) fn check_object(object: Value<'_>, settings: &Settings, findings: &mut Findings) {
    for (field, is_base64) in [("data", true), ("stringData", false)] {
        for (key, value) in object.get(field).into_iter().flat_map(Value::entries) {
            let Some(text) = value.as_text() else { continue };
            if let Some(how) = readable(key, text, is_base64, settings) {
                let message = format!("`{field}.{key}` {how}");
                findings.at(value, &PLAINTEXT_SECRET, message).sensitive();
            }
        }
    }
}

/// Reports the literals of secret generators of a kustomization.
pub(crate) fn check_generators(generators: Value<'_>, settings: &Settings, findings: &mut Findings) {
    let literals =
        generators.items().filter_map(|generator| generator.get("literals")).flat_map(Value::items);
    for literal in literals {
        let Some((key, text)) = literal.as_str().and_then(|text| text.split_once('=')) else { continue };
        let text = text::trim(text, "\"'");
        if let Some(how) = readable(key, text, false, settings) {
            let message = format!("the literal `{key}` of a secret generator {how}");
            findings.at(literal, &PLAINTEXT_SECRET, message).sensitive();
        }
    }
}

/// How a value can be read; none if it is no secret, or only stands for one.
fn readable(key: &str, text: &str, is_base64: bool, settings: &Settings) -> Option<String> {
    if settings.excludes_key(key) || stands_in(text, settings) {
        return None;
    }
    let decoded = if is_base64 { value::decode_base64(text) } else { None };
    let how = if decoded.is_some() { "is only encoded as base64" } else { "is in clear" };
    let plain = match decoded.map(String::from_utf8) {
        Some(Ok(plain)) => plain,
        Some(Err(_)) => return Some(format!("{how}, with binary content")),
        None => text.to_owned(),
    };
    if let Some(token) = tokens::find(&plain) {
        return Some(format!("{how}: a {token}"));
    }
    (!is_harmless(key, &plain, settings)).then(|| how.to_owned())
}

/// True for a placeholder; also for a longer text whose secrets are all gaps.
fn stands_in(text: &str, settings: &Settings) -> bool {
    let has_credential = || text::pairs(text).any(|(name, part)| credential(name, part, settings));
    value::is_placeholder(text, &settings.placeholders)
        && tokens::find(text).is_none()
        && !(value::is_template(text) && has_credential())
}

/// True if a value under this name is a credential in clear.
pub(crate) fn credential(name: &str, text: &str, settings: &Settings) -> bool {
    let Some(suspicion) = keys::suspicion(name) else { return false };
    let stands_in = settings.excludes_key(name) || value::is_placeholder(text, &settings.placeholders);
    let looks_real = match suspicion {
        Suspicion::Strong => value::is_password(text) || value::is_random(text),
        Suspicion::Weak => value::is_random(text),
    };
    looks_real && !stands_in && !value::is_public(name, text)
}

fn is_harmless(key: &str, plain: &str, settings: &Settings) -> bool {
    let short_number = plain.len() <= 5 && plain.bytes().all(|byte| byte.is_ascii_digit());
    let by_key = keys::suspicion(key).is_none()
        && (short_number || HARMLESS.contains(&keys::last_word(key).as_str()))
        && value::url_password(plain).is_none();
    by_key || stands_in(plain, settings) || value::is_public(key, plain) || has_no_text(plain)
}

/// JSON of numbers and booleans alone: options.
fn has_no_text(plain: &str) -> bool {
    plain.trim_start().starts_with('{')
        && Json::parse(plain)
            .is_ok_and(|json| !json.root().walk().any(|visit| visit.value.as_str().is_some()))
}
