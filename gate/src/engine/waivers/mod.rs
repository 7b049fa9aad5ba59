//! Waivers: reviewed permissions that expire, judged by the time of the head commit and never by the clock. The configuration
//! in force decides which of them hold; what the change itself brings is shown, and holds only where that is allowed.

mod carried;
mod own;
mod permission;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

pub(super) use self::carried::{Carried, collect};
use self::permission::{Index, MAX_FRESH, Permission, permissions};
pub(super) use self::rules::WaiverRule;
use super::Input;
use super::fingerprint::Fingerprints;
use crate::config::{WAIVER_RULES, Waiver};
use crate::model::{FailureKind, Finding, Unwaived, UnwaivedReason, WaiverOrigin};
use crate::text::{clean_line, shorten};

/// Sentences about waivers that the change brings.
const TOLD: usize = 20;
/// Code points of a text of a waiver.
const MAX_TEXT: usize = 240;

/// Marks the findings that count and that a waiver lets pass, adds what is wrong with waivers, and gives back a notice for
/// each waiver that the change brings. `whole`: every file was looked at.
pub(super) fn waive(
    input: &Input<'_>,
    findings: &mut Vec<Finding>,
    carried: &[Carried],
    whole: bool,
) -> Vec<String> {
    let mut permissions = permissions(input, carried);
    let index = Index::new(&permissions);
    for finding in findings.iter_mut() {
        if finding.status.counts() && !finding.rule.starts_with(WAIVER_RULES) {
            judge(input, finding, &mut permissions, &index);
        }
    }
    let saw_all = whole && sees_all(input);
    let own = permissions.iter().take(input.config.waivers.len());
    let covered: Vec<u64> = own.map(|permission| permission.covered).collect();
    let mut about = own::findings(input, &covered, saw_all);
    if saw_all {
        let mut prints = Fingerprints::default();
        let of_objects = permissions.iter().filter(|permission| permission.is_idle());
        let of_objects = of_objects
            .filter_map(|permission| permission.carried.map(|carried| (carried, carried.document.0)));
        about.extend(of_objects.map(|(carried, number)| own::unused_of_object(carried, number, &mut prints)));
    }
    findings.extend(about);
    notices(input, &permissions)
}

/// Lets `finding` pass by the first waiver that is for it and holds; else says why the first does not hold.
fn judge(input: &Input<'_>, finding: &mut Finding, permissions: &mut [Permission<'_>], index: &Index<'_>) {
    let numbers = index.of(finding, permissions);
    let fixed = input.config.not_waivable.matching(&finding.rule);
    let holds = |permission: &Permission<'_>| fixed.is_none() && permission.barred.is_none();
    let granted = numbers.iter().copied().find(|&number| permissions.get(number).is_some_and(holds));
    for &number in &numbers {
        let Some(permission) = permissions.get_mut(number) else { continue };
        permission.covered += 1;
        let would =
            granted.is_none() && fixed.is_none() && permission.barred == Some(UnwaivedReason::FromChange);
        permission.lets_pass += u64::from(granted == Some(number) || would);
    }
    match granted.and_then(|number| permissions.get(number)) {
        Some(permission) => finding.waived = Some(permission.waived()),
        None => {
            // What will hold says more than what holds no longer.
            let mut asked = numbers.iter().filter_map(|&number| permissions.get(number));
            let later = asked.clone().find(|one| one.barred == Some(UnwaivedReason::FromChange));
            finding.unwaived = later.or_else(|| asked.next()).map(|permission| unwaived(permission, fixed));
        }
    }
}

fn unwaived(permission: &Permission<'_>, fixed: Option<&str>) -> Unwaived {
    let at = format!("the waiver at {}", permission.at);
    if let Some(pattern) = fixed {
        let message = format!("{at} does not hold for this rule: `not-waivable` has `{pattern}`");
        return Unwaived { why: UnwaivedReason::NotWaivable, message };
    }
    let why = permission.barred.unwrap_or(UnwaivedReason::NotWaivable);
    let message = match why {
        UnwaivedReason::Expired => {
            format!(
                "{at} expired on {} (owner {})",
                permission.waiver.expires,
                shown(&permission.waiver.owner)
            )
        }
        UnwaivedReason::FromChange => {
            format!(
                "{at} comes with this change: it would let this pass once merged (`waivers-from-change` is not set)"
            )
        }
        UnwaivedReason::AnnotationsOff => {
            format!("{at} does not hold: `waivers-by-annotation` is not set")
        }
        UnwaivedReason::NotWaivable => format!("{at} does not hold"),
    };
    Unwaived { why, message }
}

/// What the waivers that the change brings let pass, or would.
fn notices(input: &Input<'_>, permissions: &[Permission<'_>]) -> Vec<String> {
    let holds_later = |barred| matches!(barred, None | Some(UnwaivedReason::FromChange));
    let brought: Vec<&Permission<'_>> = permissions
        .iter()
        .filter(|one| one.origin == WaiverOrigin::Change && holds_later(one.barred))
        .collect();
    let mut notices: Vec<String> = brought.iter().take(TOLD).map(|one| notice(one)).collect();
    let given = input.next_config.map_or(0, |next| next.waivers.len());
    if brought.len() > TOLD {
        notices.push(format!("{} more waivers come with this change", brought.len() - TOLD));
    }
    if given > MAX_FRESH && brought.len() >= MAX_FRESH {
        notices.push(format!("of the waivers that come with this change, only {MAX_FRESH} were looked at"));
    }
    notices
}

fn notice(permission: &Permission<'_>) -> String {
    let (scope, at) = (shown(&permission.waiver.scope()), &permission.at);
    let number = match permission.lets_pass {
        0 => "no finding".to_owned(),
        1 => "1 finding".to_owned(),
        number => format!("{number} findings"),
    };
    let what = format!("the waiver of {scope} at {at} comes with this change");
    match permission.barred {
        None => format!("{what}: it lets {number} of it pass, as `waivers-from-change` allows"),
        Some(_) => format!("{what}: it would let {number} of it pass once merged, and lets none pass now"),
    }
}

/// True if the run made every finding that the whole tree has.
fn sees_all(input: &Input<'_>) -> bool {
    let options = &input.options;
    input.change.base.is_none()
        && input.change.head_commit.is_some()
        && input.checks.schemas
        && input.checks.policies
        && input.failures.is_empty()
        && options.skip.is_empty()
        && options.ignore.is_empty()
}

/// The ids of all rules; none where a policy could not be asked for its own.
fn known_rules(input: &Input<'_>) -> Option<HashSet<String>> {
    let is_lost = |failure: &crate::model::CheckFailure| failure.kind == FailureKind::PolicyLoad;
    if !input.checks.policies || input.failures.iter().any(is_lost) {
        return None;
    }
    Some(super::rules::all_rules(input.policies).into_iter().map(|rule| rule.id).collect())
}

fn is_known(waiver: &Waiver, known: &HashSet<String>) -> bool {
    known.contains(&waiver.rule) || known.iter().any(|rule| waiver.is_for_rule(rule))
}

/// `the waiver of … (reason) expired on 2027-01-31 (owner team)`.
fn expired(waiver: &Waiver) -> String {
    let (scope, reason, owner) = (waiver.scope(), &waiver.reason, &waiver.owner);
    format!(
        "the waiver of `{}` ({}) expired on {} (owner {})",
        shown(&scope),
        shown(reason),
        waiver.expires,
        shown(owner)
    )
}

/// A text of a waiver for people: one line, cleaned, of bounded length.
fn shown(text: &str) -> String {
    shorten(&clean_line(text), MAX_TEXT).into_owned()
}
