//! Effects on policies: which run, where, with what settings, and how much their findings weigh.

use std::collections::BTreeSet;

use super::super::limits::{Limit, Limits};
use super::super::policies::{Level, PolicyConfig, PolicySource, SecretValues};
use super::{Collector, Weakens, pairs, settings, texts};
use crate::model::Severity;

/// A rule of a policy and the severity that it has where the configuration gives it none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDefault {
    /// The policy.
    pub source: PolicySource,
    /// Without the policy's id: `mutable-image-tag`.
    pub rule: String,
    /// As the policy declares it.
    pub severity: Severity,
}

pub(super) fn compare(
    out: &mut Collector,
    (base, head): (&[PolicyConfig], &[PolicyConfig]),
    rules: &[RuleDefault],
) {
    for (before, after) in matched(base, head) {
        match (before, after) {
            (Some(before), None) => out.removed("policy", &whole(before), true),
            (None, Some(after)) => out.added("policy", &whole(after), false),
            (Some(before), Some(after)) => policy(out, before, after, rules),
            (None, None) => {}
        }
    }
}

/// One policy may stand there several times, each for its own environments: the same ones belong together.
fn matched<'a>(
    base: &'a [PolicyConfig],
    head: &'a [PolicyConfig],
) -> Vec<(Option<&'a PolicyConfig>, Option<&'a PolicyConfig>)> {
    let (exact, rest): (Vec<_>, Vec<_>) = pairs(base, head, |policy| (module(policy), places(policy)))
        .into_iter()
        .partition(|(before, after)| before.is_some() && after.is_some());
    let before: Vec<&PolicyConfig> = rest.iter().filter_map(|(before, _)| *before).collect();
    let after: Vec<&PolicyConfig> = rest.iter().filter_map(|(_, after)| *after).collect();
    let loose = pairs(&before, &after, |policy| module(policy));
    exact.into_iter().chain(loose.into_iter().map(|(a, b)| (a.copied(), b.copied()))).collect()
}

/// What stays the same from version to version of a policy.
fn module(policy: &PolicyConfig) -> String {
    match &policy.source {
        PolicySource::Oci(reference) => reference.place(),
        source => source.to_string(),
    }
}

/// `image-tags`, `./policies/x.wasm`, `oci://registry/team/x`.
fn name(policy: &PolicyConfig) -> String {
    match &policy.source {
        PolicySource::Builtin(id) => id.clone(),
        PolicySource::File(_) | PolicySource::Oci(_) => module(policy),
    }
}

/// `image-tags for prod`; everywhere without a word.
fn whole(policy: &PolicyConfig) -> String {
    if policy.environments.is_empty() {
        name(policy)
    } else {
        format!("{} for {}", name(policy), places(policy))
    }
}

/// The environments of a policy, in one order.
fn places(policy: &PolicyConfig) -> String {
    let names: BTreeSet<&str> = policy.environments.iter().map(String::as_str).collect();
    if names.is_empty() { "everywhere".to_owned() } else { names.into_iter().collect::<Vec<_>>().join(", ") }
}

fn policy(out: &mut Collector, before: &PolicyConfig, after: &PolicyConfig, rules: &[RuleDefault]) {
    let name = name(after);
    let of = |what: &str| format!("{what} of policy {name}");
    let source = |policy: &PolicyConfig| policy.source.to_string();
    out.changed(&of("version"), &source(before), &source(after), true);
    let digest = |policy: &PolicyConfig| policy.sha256.clone().unwrap_or_else(|| "any".to_owned());
    out.changed(&of("sha256"), &digest(before), &digest(after), before.sha256.is_some());
    let signed = |policy: &PolicyConfig| {
        policy.signature.as_ref().map_or_else(|| "by nobody".to_owned(), |rule| format!("by {rule}"))
    };
    out.changed(&of("signature"), &signed(before), &signed(after), before.signature.is_some());
    settings::compare(out, &of("settings"), (&before.settings, &after.settings));
    levels(out, (before, after), rules);
    let is_gone = |environment: &String| !after.environments.contains(environment);
    let fewer = !after.environments.is_empty()
        && (before.environments.is_empty() || before.environments.iter().any(is_gone));
    out.changed(&of("environments"), &places(before), &places(after), fewer);
    out.list(&of("exclude"), (texts(&before.exclude), texts(&after.exclude)), Weakens::ADDING);
    let (old, new) = (before.secrets, after.secrets);
    out.changed(&of("secrets"), old.as_str(), new.as_str(), new == SecretValues::Clear);
    limits(out, &of("limits"), (before.limits, after.limits));
}

/// The severity of each rule that is known or named; of the policy as a whole where its rules are not known.
fn levels(out: &mut Collector, (before, after): (&PolicyConfig, &PolicyConfig), rules: &[RuleDefault]) {
    let known: Vec<&RuleDefault> = rules.iter().filter(|rule| rule.source == after.source).collect();
    let name = name(after);
    if known.is_empty() {
        level(out, &format!("severity of policy {name}"), (before.level, after.level), None);
    }
    let named = before.rules.iter().chain(&after.rules).map(|level| level.rule.as_str());
    let all: BTreeSet<&str> = known.iter().map(|rule| rule.rule.as_str()).chain(named).collect();
    for rule in all {
        let default = known.iter().find(|known| known.rule == rule).map(|known| known.severity);
        let levels = (before.level_of(rule), after.level_of(rule));
        level(out, &format!("severity of {name}/{rule}"), levels, default);
    }
}

/// A policy may give a finding another severity than its rule has; a level of the configuration is for all findings.
fn level(
    out: &mut Collector,
    subject: &str,
    (before, after): (Option<Level>, Option<Level>),
    default: Option<Severity>,
) {
    if before == after {
        return;
    }
    let (mut old, mut new) = (Weight::new(before, default), Weight::new(after, default));
    if old.words == new.words {
        let own = if before.is_none() { &mut old } else { &mut new };
        own.words.push_str(" unless the policy says otherwise");
        (own.least, own.most) = (rank(Severity::Info), rank(Severity::Error));
    }
    out.changed(subject, &old.words, &new.words, new.least < old.most);
}

/// How much findings weigh, in words and as the range that it can be: 0 is `off`, 3 is `error`.
struct Weight {
    words: String,
    least: u8,
    most: u8,
}

impl Weight {
    fn new(level: Option<Level>, default: Option<Severity>) -> Self {
        let (words, least, most) = match (level, default) {
            (Some(Level::Off), _) => ("off", 0, 0),
            (Some(Level::Severity(severity)), _) | (None, Some(severity)) => {
                (severity.as_str(), rank(severity), rank(severity))
            }
            (None, None) => ("as the policy says", rank(Severity::Info), rank(Severity::Error)),
        };
        Self { words: words.to_owned(), least, most }
    }
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 1,
        Severity::Warning => 2,
        Severity::Error => 3,
    }
}

/// A limit that is hit is a failure, so that none of them lets anything pass.
fn limits(out: &mut Collector, subject: &str, (before, after): (Limits, Limits)) {
    for limit in Limit::ALL {
        let words = |limits: &Limits| {
            limits.get(limit).map_or_else(|| "the gate's own".to_owned(), |value| limit.write(value))
        };
        out.changed(&format!("{subject}: {}", limit.key()), &words(&before), &words(&after), false);
    }
}
