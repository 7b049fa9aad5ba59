//! Waivers: reviewed, expiring permissions to break one rule at one place.

use super::calendar::Date;
use super::globs::{NameGlob, Patterns, is_literal};
use super::problem::{Complaint, Place};
use crate::model::{ObjectId, RepoPath};
use crate::text::LineCol;

/// The part before the `/` of the rules about waivers: no waiver is for them.
pub const WAIVER_RULES: &str = "waiver/";

/// A permission to break a rule at a place until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule, as written: `image-tags/mutable-image-tag`, `image-tags/*`.
    pub rule: String,
    /// The files; all if empty.
    pub paths: Patterns,
    /// The objects, as written; all, and documents that are no objects, if none.
    pub object: Option<String>,
    /// The containers, as written; every place, inside of a container or not, if none.
    pub container: Option<String>,
    /// Why, for the reader of the report.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds, in UTC.
    pub expires: Date,
    /// Where it stands: in the configuration, or in the text of an annotation.
    pub place: Place,
    /// One past its last character.
    pub end: LineCol,
    pub(super) rules: NameGlob,
    pub(super) objects: Option<ObjectPattern>,
    pub(super) containers: Option<NameGlob>,
}

impl Waiver {
    /// True if the waiver is for this finding; whether it still holds is [`Waiver::is_expired`]'s to say.
    pub fn matches(
        &self,
        rule: &str,
        path: &RepoPath,
        object: Option<&ObjectId>,
        container: Option<&str>,
    ) -> bool {
        self.is_for_rule(rule)
            && (self.paths.is_empty() || self.paths.matches(path))
            && self.objects.as_ref().is_none_or(|pattern| object.is_some_and(|id| pattern.matches(id)))
            && self.containers.as_ref().is_none_or(|glob| container.is_some_and(|name| glob.is_match(name)))
    }

    /// True if the waiver is for this rule, wherever it is broken.
    pub fn is_for_rule(&self, rule: &str) -> bool {
        !rule.starts_with(WAIVER_RULES) && self.rules.is_match(rule)
    }

    /// True if it names one rule, without a pattern.
    pub fn names_one_rule(&self) -> bool {
        self.rules.is_literal()
    }

    /// True once the last day is over at `now` (RFC 3339). A `now` that is no time has every waiver expired.
    pub fn is_expired(&self, now: &str) -> bool {
        Date::of_time(now).is_none_or(|today| today > self.expires)
    }

    /// True if `other` allows nothing that this one does not allow: the same place, and no later day.
    pub fn covers(&self, other: &Self) -> bool {
        self.scope() == other.scope() && other.expires <= self.expires
    }

    /// What it is for: two waivers of the same scope differ in reason, owner and last day only.
    pub fn scope(&self) -> String {
        let path = self.paths.iter().next().map(|path| format!(" at {}", path.text)).unwrap_or_default();
        let object = self.object.as_deref().map(|object| format!(" for {object}")).unwrap_or_default();
        let container = self.container.as_deref().map(|name| format!(" in container {name}"));
        format!("{}{path}{object}{}", self.rule, container.unwrap_or_default())
    }
}

/// For each waiver, whether its `path` matches none of `paths`. None is, where all patterns together are too large to compile.
pub fn idle_paths<'a>(waivers: &[Waiver], paths: impl Iterator<Item = &'a RepoPath>) -> Vec<bool> {
    let with_path = waivers.iter().enumerate();
    let with_path =
        with_path.filter_map(|(number, waiver)| Some((number, waiver.paths.iter().next()?.clone())));
    let (numbers, patterns): (Vec<usize>, Vec<_>) = with_path.unzip();
    let mut idle = vec![false; waivers.len()];
    let Ok(patterns) = Patterns::new(patterns) else { return idle };
    let mut is_used = vec![false; numbers.len()];
    for path in paths {
        for at in patterns.matching(path) {
            if let Some(used) = is_used.get_mut(at) {
                *used = true;
            }
        }
    }
    for (number, used) in numbers.into_iter().zip(is_used) {
        if let Some(idle) = idle.get_mut(number) {
            *idle = !used;
        }
    }
    idle
}

/// Patterns of rules: `plaintext-secrets/*`.
#[derive(Debug, Clone, Default)]
pub struct RulePatterns(Vec<NameGlob>);

impl RulePatterns {
    /// Those of `texts` that are patterns; others have been complained of.
    pub(super) fn new(texts: Vec<String>) -> Self {
        Self(texts.iter().filter_map(|text| NameGlob::new(text).ok()).collect())
    }

    /// The first pattern that `rule` fits, as written.
    pub fn matching(&self, rule: &str) -> Option<&str> {
        self.0.iter().find(|glob| glob.is_match(rule)).map(NameGlob::text)
    }

    /// The patterns as written.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(NameGlob::text)
    }

    /// Why a waiver of `rule` is for nothing: it names one rule of these, or one of these patterns itself.
    pub(super) fn refused(&self, rule: &str) -> Option<Complaint> {
        if rule.starts_with(WAIVER_RULES) {
            let complaint = Complaint::new(format!("`{rule}` cannot be waived"));
            return Some(complaint.hint("mend or remove the waiver that it is about"));
        }
        let pattern =
            if is_literal(rule) { self.matching(rule)? } else { self.texts().find(|text| *text == rule)? };
        let message = format!("`{rule}` cannot be waived: `not-waivable` has `{pattern}`");
        Some(Complaint::new(message).hint("mend what breaks the rule"))
    }
}

/// `Kind/name` (in any namespace or none) or `Kind/namespace/name`, each part a glob.
#[derive(Debug, Clone)]
pub(super) struct ObjectPattern {
    kind: NameGlob,
    namespace: Option<NameGlob>,
    name: NameGlob,
}

impl ObjectPattern {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts.as_slice() {
            [kind, name] => (*kind, None, *name),
            [kind, namespace, name] => (*kind, Some(*namespace), *name),
            _ => return Err(wrong(text)),
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(wrong(text));
        }
        let namespace = namespace.map(NameGlob::new).transpose()?;
        Ok(Self { kind: NameGlob::new(kind)?, namespace, name: NameGlob::new(name)? })
    }

    fn matches(&self, id: &ObjectId) -> bool {
        let namespace = id.namespace.as_deref().unwrap_or_default();
        self.kind.is_match(&id.kind)
            && self.namespace.as_ref().is_none_or(|pattern| pattern.is_match(namespace))
            && self.name.is_match(&id.name)
    }
}

fn wrong(text: &str) -> Complaint {
    Complaint::new(format!("`{text}` is no object"))
        .hint("write `Kind/name` or `Kind/namespace/name`, as in `Deployment/web/*`")
}
