//! All waivers of a run in one list, and which of them a finding has to ask.

use std::collections::HashMap;

use super::carried::Carried;
use crate::config::Waiver;
use crate::engine::Input;
use crate::model::{Finding, Location, RepoPath, UnwaivedReason, Waived, WaiverOrigin};

/// Waivers of the change's own configuration that are looked at.
pub(super) const MAX_FRESH: usize = 500;

/// A waiver, and what comes of it in this run.
pub(super) struct Permission<'a> {
    pub(super) waiver: &'a Waiver,
    pub(super) origin: WaiverOrigin,
    pub(super) at: String,
    pub(super) carried: Option<&'a Carried>,
    /// Why it holds for nothing.
    pub(super) barred: Option<UnwaivedReason>,
    /// Findings that count and that it is for.
    pub(super) covered: u64,
    /// Those of them that pass by it, or would.
    pub(super) lets_pass: u64,
}

impl<'a> Permission<'a> {
    fn of_config(
        path: &RepoPath,
        waiver: &'a Waiver,
        origin: WaiverOrigin,
        barred: Option<UnwaivedReason>,
    ) -> Self {
        let at = format!("{path}:{}:{}", waiver.place.start.line, waiver.place.start.column);
        Self { waiver, origin, at, carried: None, barred, covered: 0, lets_pass: 0 }
    }

    fn of_object(carried: &'a Carried, barred: Option<UnwaivedReason>) -> Self {
        let Location { path, start, .. } = &carried.location;
        let at = format!("{path}:{}:{}", start.line, start.column);
        let origin = if carried.is_new { WaiverOrigin::Change } else { WaiverOrigin::Annotation };
        let waiver = &carried.waiver;
        Self { waiver, origin, at, carried: Some(carried), barred, covered: 0, lets_pass: 0 }
    }

    pub(super) fn waived(&self) -> Waived {
        Waived {
            reason: self.waiver.reason.clone(),
            owner: Some(self.waiver.owner.clone()),
            expires: self.waiver.expires.to_string(),
            origin: self.origin,
            at: Some(self.at.clone()),
        }
    }

    /// An annotation that could hold, and that is for nothing.
    pub(super) fn is_idle(&self) -> bool {
        self.covered == 0 && self.barred.is_none()
    }
}

/// All waivers, in the order in which they are asked: the configuration's, those of objects, those of the change's own
/// configuration.
pub(super) fn permissions<'a>(input: &'a Input<'_>, carried: &'a [Carried]) -> Vec<Permission<'a>> {
    let config = input.config;
    let expired = |waiver: &Waiver| waiver.is_expired(&input.now).then_some(UnwaivedReason::Expired);
    let brought =
        |is_new: bool| (is_new && !config.waivers_from_change).then_some(UnwaivedReason::FromChange);
    let path = &input.config_path;
    let mut all: Vec<Permission<'a>> = config
        .waivers
        .iter()
        .map(|waiver| Permission::of_config(path, waiver, WaiverOrigin::Configuration, expired(waiver)))
        .collect();
    all.extend(carried.iter().map(|one| {
        let off = (!config.waivers_by_annotation).then_some(UnwaivedReason::AnnotationsOff);
        Permission::of_object(one, off.or_else(|| expired(&one.waiver)).or_else(|| brought(one.is_new)))
    }));
    all.extend(fresh(input).map(|waiver| {
        let barred = expired(waiver).or_else(|| brought(true));
        Permission::of_config(path, waiver, WaiverOrigin::Change, barred)
    }));
    all
}

/// The waivers of the change's own configuration that the one in force has not, or not for so much or so long.
fn fresh<'a>(input: &'a Input<'_>) -> impl Iterator<Item = &'a Waiver> {
    let mut known: HashMap<String, Vec<&Waiver>> = HashMap::new();
    for waiver in &input.config.waivers {
        known.entry(waiver.scope()).or_default().push(waiver);
    }
    let next = input.next_config.into_iter().flat_map(|next| &next.waivers);
    let is_fresh = move |waiver: &&Waiver| {
        !known.get(&waiver.scope()).is_some_and(|known| known.iter().any(|old| old.covers(waiver)))
    };
    next.filter(is_fresh).take(MAX_FRESH)
}

/// Where to look for the waivers of a finding: not at each of thousands that name another rule.
pub(super) struct Index<'a> {
    by_rule: HashMap<&'a str, Vec<usize>>,
    patterns: Vec<usize>,
    by_document: HashMap<(&'a RepoPath, (usize, bool)), Vec<usize>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(permissions: &[Permission<'a>]) -> Self {
        let mut index = Self { by_rule: HashMap::new(), patterns: Vec::new(), by_document: HashMap::new() };
        for (number, Permission { waiver, carried, .. }) in permissions.iter().enumerate() {
            match carried {
                Some(carried) => {
                    index.by_document.entry((&carried.path, carried.document)).or_default().push(number);
                }
                None if waiver.names_one_rule() => {
                    index.by_rule.entry(&waiver.rule).or_default().push(number);
                }
                None => index.patterns.push(number),
            }
        }
        index
    }

    /// The numbers of the waivers that are for `finding`, ascending.
    pub(super) fn of(&self, finding: &Finding, permissions: &[Permission<'_>]) -> Vec<usize> {
        let of_rule = self.by_rule.get(finding.rule.as_str()).into_iter().flatten();
        let of_object = finding
            .scope
            .document
            .and_then(|document| self.by_document.get(&(&finding.location.path, document)));
        let asked = of_rule.chain(&self.patterns).chain(of_object.into_iter().flatten()).copied();
        let is_for = |number: &usize| {
            let (path, object) = (&finding.location.path, finding.object.as_ref());
            permissions.get(*number).is_some_and(|permission| {
                permission.waiver.matches(&finding.rule, path, object, finding.scope.container.as_deref())
            })
        };
        let mut numbers: Vec<usize> = asked.filter(is_for).collect();
        numbers.sort_unstable();
        numbers
    }
}
