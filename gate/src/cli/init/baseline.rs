//! Today's errors as waivers that expire: one for each rule, file and object, so that a new finding elsewhere still blocks.

use std::collections::BTreeMap;

use super::judged::Judged;
use super::quoted::{in_quotes, scalar};
use crate::config::{Config, Date, Waiver, literal_glob, literal_name};
use crate::model::{Finding, ObjectId, RepoPath};

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) expires: Date,
    pub(super) owner: &'a str,
}

/// Entries of `waivers`.
#[derive(Debug, Default)]
pub(super) struct Waivers {
    /// One for each line of `waivers`, each of several lines.
    pub(super) entries: Vec<String>,
    /// Findings that they are for.
    pub(super) findings: usize,
    /// The last day.
    pub(super) expires: String,
}

/// The waivers for what blocks today and has none.
pub(super) fn waivers(judged: &Judged, config: &Config, wish: &Wish<'_>) -> Waivers {
    let mut found: BTreeMap<(&RepoPath, &str, Option<String>), usize> = BTreeMap::new();
    let is_free = |finding: &&Finding| {
        !config.waivers.iter().any(|waiver| {
            !waiver.is_expired(&format!("{}T00:00:00Z", wish.expires)) && is_for(waiver, finding)
        })
    };
    for finding in judged.blocking().filter(is_free) {
        let object = finding.object.as_ref().and_then(pattern_of);
        *found.entry((&finding.location.path, finding.rule.as_str(), object)).or_default() += 1;
    }
    let entries = found
        .iter()
        .map(|((path, rule, object), number)| entry(path, rule, object.as_deref(), *number, wish));
    Waivers { entries: entries.collect(), findings: found.values().sum(), expires: wish.expires.to_string() }
}

/// What blocks and none of the waivers in `config` lets pass.
pub(super) fn forgotten(judged: &Judged, config: &Config) -> usize {
    let is_waived = |finding: &&Finding| config.waivers.iter().any(|waiver| is_for(waiver, finding));
    judged.blocking().filter(|finding| !is_waived(finding)).count()
}

fn is_for(waiver: &Waiver, finding: &Finding) -> bool {
    let container = finding.scope.container.as_deref();
    waiver.matches(&finding.rule, &finding.location.path, finding.object.as_ref(), container)
}

/// `Kind/namespace/name` for this object only; none if its name cannot be written, and then the file says enough.
fn pattern_of(object: &ObjectId) -> Option<String> {
    let (kind, name) = (literal_name(&object.kind)?, literal_name(&object.name)?);
    match &object.namespace {
        None => Some(format!("{kind}/{name}")),
        Some(namespace) => Some(format!("{kind}/{}/{name}", literal_name(namespace)?)),
    }
}

fn entry(path: &RepoPath, rule: &str, object: Option<&str>, number: usize, wish: &Wish<'_>) -> String {
    let mut lines =
        vec![format!("  - rule: {}", scalar(rule)), format!("    path: {}", scalar(&literal_glob(path)))];
    lines.extend(object.map(|object| format!("    object: {}", scalar(object))));
    let noun = if number == 1 { "finding" } else { "findings" };
    lines.push(format!("    reason: {}", in_quotes(&format!("there before the gate: {number} {noun}"))));
    lines.push(format!("    owner: {}", in_quotes(wish.owner)));
    lines.push(format!("    expires: {}", wish.expires));
    lines.iter().map(|line| format!("{line}\n")).collect()
}
