//! Waivers: reviewed, expiring permissions to break one rule at one place.

use globset::GlobMatcher;

use super::calendar::Date;
use super::globs::{Patterns, compile_name};
use super::problem::{Complaint, Place};
use crate::model::{ObjectId, RepoPath};

/// A permission to break a rule at a place until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule, as written: `image-tags/mutable-image-tag`, `image-tags/*`.
    pub rule: String,
    /// The files; all if empty.
    pub paths: Patterns,
    /// The objects, as written; all, and documents that are no objects, if none.
    pub object: Option<String>,
    /// Why, for the reader of the report.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds, in UTC.
    pub expires: Date,
    /// Where it stands in the configuration.
    pub place: Place,
    pub(super) rules: GlobMatcher,
    pub(super) objects: Option<ObjectPattern>,
}

impl Waiver {
    /// True if the waiver is for this finding; whether it still holds is [`Waiver::is_expired`]'s to say.
    pub fn matches(&self, rule: &str, path: &RepoPath, object: Option<&ObjectId>) -> bool {
        self.rules.is_match(rule)
            && (self.paths.is_empty() || self.paths.matches(path))
            && self.objects.as_ref().is_none_or(|pattern| object.is_some_and(|id| pattern.matches(id)))
    }

    /// True once the last day is over at `now` (RFC 3339). A `now` that is no time has every waiver expired.
    pub fn is_expired(&self, now: &str) -> bool {
        Date::of_time(now).is_none_or(|today| today > self.expires)
    }
}

/// `Kind/name` (in any namespace or none) or `Kind/namespace/name`, each part a glob.
#[derive(Debug, Clone)]
pub(super) struct ObjectPattern {
    kind: GlobMatcher,
    namespace: Option<GlobMatcher>,
    name: GlobMatcher,
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
        let namespace = namespace.map(compile_name).transpose()?;
        Ok(Self { kind: compile_name(kind)?, namespace, name: compile_name(name)? })
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
