//! What is wrong with the waivers of the configuration: a finding at its place, compared with the configuration as the
//! change leaves it like any other.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::rules::WaiverRule;
use super::{expired, shown};
use crate::config::{Config, Waiver, idle_paths};
use crate::engine::Input;
use crate::engine::fingerprint::{Fingerprints, Identity};
use crate::engine::raw::Side;
use crate::engine::triage::{Judged, triage};
use crate::model::{Finding, Location, ObjectId, RepoPath, Scope, Status};
use crate::text::closest;

/// What is found of one waiver: the rule, the message and what to do.
type Problem = (WaiverRule, String, String);

/// The findings about the configuration's waivers. `covered`: for each, how many findings that count it is for; `whole`: the
/// run saw all that it could be for.
pub(super) fn findings(input: &Input<'_>, covered: &[u64], whole: bool) -> Vec<Finding> {
    let by_scope: HashMap<String, u64> =
        input.config.waivers.iter().map(Waiver::scope).zip(covered.iter().copied()).collect();
    let known = super::known_rules(input).filter(|_| has_same_policies(input));
    let of_side = |side: Side, config: &Config| {
        let idle = idle(input, side, &config.waivers);
        let mut prints = Fingerprints::default();
        let mut judged = Vec::new();
        for (waiver, is_idle) in config.waivers.iter().zip(idle) {
            let covered = by_scope.get(&waiver.scope()).copied();
            let facts = Facts { now: &input.now, known: known.as_ref(), covered, is_idle, whole };
            if let Some(problem) = facts.problem(waiver) {
                let finding = finding(&input.config_path, waiver, problem, side, &mut prints);
                judged.push(Judged { finding, side, file: input.config_path.clone() });
            }
        }
        judged
    };
    let now = of_side(Side::Base, input.config);
    if input.change.base.is_none() {
        let present = |judged: Judged| Finding { status: Status::Present, ..judged.finding };
        return now.into_iter().map(present).collect();
    }
    // Files may be gone although the configuration is the same.
    let next = of_side(Side::Head, input.next_config.unwrap_or(input.config));
    triage([now, next].concat(), true)
}

/// False where the change brings other policies, whose rules nobody knows yet.
fn has_same_policies(input: &Input<'_>) -> bool {
    let sources = |config: &Config| {
        config.policies.iter().map(|policy| policy.source.to_string()).collect::<HashSet<_>>()
    };
    input.next_config.is_none_or(|next| sources(next) == sources(input.config))
}

/// For each waiver, whether its `path` matches no file of that side.
fn idle(input: &Input<'_>, side: Side, waivers: &[Waiver]) -> Vec<bool> {
    let change = input.change;
    let none = || vec![false; waivers.len()];
    // What was named on the command line is not the tree.
    if change.base.is_none() && change.head_commit.is_none() {
        return none();
    }
    if waivers.iter().all(|waiver| waiver.paths.is_empty()) {
        return none();
    }
    let Ok(entries) = change.head.entries() else { return none() };
    let (added, gone): (Vec<_>, Vec<_>) = match side {
        Side::Base if change.base.is_some() => (
            change.files.iter().filter_map(|file| file.head.as_ref()).map(|entry| &entry.path).collect(),
            change.files.iter().filter_map(|file| file.base.as_ref()).map(|entry| &entry.path).collect(),
        ),
        _ => (Vec::new(), Vec::new()),
    };
    let added: HashSet<&RepoPath> = added.into_iter().collect();
    let kept = entries.iter().map(|entry| &entry.path).filter(|path| !added.contains(path));
    idle_paths(waivers, kept.chain(gone))
}

/// What is known of a waiver.
struct Facts<'a> {
    now: &'a str,
    known: Option<&'a HashSet<String>>,
    covered: Option<u64>,
    is_idle: bool,
    whole: bool,
}

impl Facts<'_> {
    fn problem(&self, waiver: &Waiver) -> Option<Problem> {
        let of = format!("the waiver of `{}` ({})", shown(&waiver.scope()), shown(&waiver.reason));
        if waiver.is_expired(self.now) {
            let message = format!("{}; {}", expired(waiver), self.covered());
            let hint = "mend what it covered and remove it, or agree with its owner on a new last day";
            return Some((WaiverRule::Expired, message, hint.to_owned()));
        }
        if let Some(known) = self.known.filter(|known| !super::is_known(waiver, known)) {
            let message = format!("{of} is for no rule of the gate or of its policies");
            let hint = match closest(
                &waiver.rule,
                known.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter(),
            ) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`gate explain` lists all rules".to_owned(),
            };
            return Some((WaiverRule::UnknownRule, message, hint));
        }
        let why = match self {
            Self { is_idle: true, .. } => "its `path` matches no file",
            Self { whole: true, covered: Some(0), .. } => "it covers no finding of the whole tree",
            _ => return None,
        };
        Some((WaiverRule::Unused, format!("nothing needs {of}: {why}"), "remove it".to_owned()))
    }

    fn covered(&self) -> String {
        match self.covered {
            None | Some(0) if self.whole => "it covers nothing any more".to_owned(),
            None | Some(0) => "what it covered counts again".to_owned(),
            Some(1) => "1 finding of this run that it covered counts again".to_owned(),
            Some(number) => format!("{number} findings of this run that it covered count again"),
        }
    }
}

fn finding(
    path: &RepoPath,
    waiver: &Waiver,
    (rule, message, hint): Problem,
    side: Side,
    prints: &mut Fingerprints,
) -> Finding {
    let location = Location {
        path: path.clone(),
        span: waiver.place.span,
        start: waiver.place.start,
        end: waiver.end,
        pointer: String::new(),
        excerpt: None,
    };
    let identity = Identity::Document(path.clone(), 0);
    let fingerprint = prints.make(side, rule.id(), &identity, &waiver.scope());
    plain(rule, message, hint, location, None, fingerprint)
}

/// A finding about a waiver that an object carries and that nothing needs.
pub(super) fn unused_of_object(
    carried: &super::Carried,
    number: usize,
    prints: &mut Fingerprints,
) -> Finding {
    let waiver = &carried.waiver;
    let message =
        format!("nothing needs the waiver of `{}`: its object breaks no such rule", shown(&waiver.scope()));
    let identity = Identity::Document(carried.path.clone(), u32::try_from(number).unwrap_or(u32::MAX));
    let fingerprint = prints.make(Side::Head, WaiverRule::Unused.id(), &identity, &waiver.scope());
    let (location, object) = (carried.location.clone(), carried.object.clone());
    plain(WaiverRule::Unused, message, "remove it".to_owned(), location, object, fingerprint)
}

fn plain(
    rule: WaiverRule,
    message: String,
    hint: String,
    location: Location,
    object: Option<ObjectId>,
    fingerprint: String,
) -> Finding {
    Finding {
        rule: rule.id().to_owned(),
        severity: rule.severity(),
        status: Status::Present,
        message,
        location,
        related: Vec::new(),
        hint: Some(hint),
        docs: None,
        object,
        environment: None,
        fingerprint,
        fix: None,
        waived: None,
        unwaived: None,
        scope: Scope::default(),
    }
}
