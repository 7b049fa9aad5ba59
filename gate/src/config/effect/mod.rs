//! What would be otherwise if one configuration took the place of another: effects, not lines of the file. Comments,
//! order and spelling have none. Where it is not certain that nothing is let pass that is refused now, an effect counts as
//! one that weakens the gate.

mod environments;
mod policies;
mod settings;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

pub use policies::RuleDefault;

use super::globs::Patterns;
use super::units::KubernetesVersion;
use super::{Config, Waiver};
use crate::model::Effect;

/// The effects of putting `head` in the place of `base`, in the order of the file's keys. `rules` are those of the
/// policies that are known; of others only what the configuration says of them is compared.
pub fn effects(base: &Config, head: &Config, rules: &[RuleDefault]) -> Vec<Effect> {
    let mut out = Collector::default();
    versions(&mut out, "kubernetes", NEWEST, (&base.kubernetes, &head.kubernetes));
    environments::compare(&mut out, &base.environments, &head.environments);
    policies::compare(&mut out, (&base.policies, &head.policies), rules);
    let required = |config: &Config| if config.require_signatures { "true" } else { "false" };
    out.changed("require-signatures", required(base), required(head), base.require_signatures);
    out.list("exclude", (texts(&base.exclude), texts(&head.exclude)), Weakens::ADDING);
    schemas(&mut out, base, head);
    let kinds = |config: &Config| config.allow_missing_schemas.iter().map(|kind| kind.text.clone()).collect();
    out.list("allow-missing-schemas", (kinds(base), kinds(head)), Weakens::ADDING);
    let lets_more_pass = head.block_on > base.block_on;
    out.changed("block-on", base.block_on.as_str(), head.block_on.as_str(), lets_more_pass);
    waivers(&mut out, &base.waivers, &head.waivers);
    permissions(&mut out, base, head);
    out.0
}

/// Files in any order, then locations, whose order decides which one is asked first.
fn schemas(out: &mut Collector, base: &Config, head: &Config) {
    let locations = |config: &Config| -> Vec<String> {
        config.schema_locations.iter().map(ToString::to_string).collect()
    };
    let all = |config: &Config| [texts(&config.schemas), locations(config)].concat();
    let known = out.0.len();
    out.list("schemas", (all(base), all(head)), Weakens::ANY);
    if out.0.len() == known {
        let order = |config: &Config| locations(config).join(", ");
        out.changed("order of schemas", &order(base), &order(head), true);
    }
}

/// What an empty list of versions means, for the whole file.
const NEWEST: &str = "the newest that the gate knows";

/// Which changes of a list weaken the gate.
#[derive(Debug, Clone, Copy)]
struct Weakens {
    adding: bool,
    removing: bool,
}

impl Weakens {
    const ADDING: Self = Self { adding: true, removing: false };
    const ANY: Self = Self { adding: true, removing: true };
}

/// The effects so far.
#[derive(Default)]
struct Collector(Vec<Effect>);

impl Collector {
    /// Another value; none if it is the same.
    fn changed(&mut self, subject: &str, before: &str, after: &str, weakens: bool) {
        if before != after {
            self.0.push(Effect::new(subject, Some(before), Some(after), weakens));
        }
    }

    fn added(&mut self, subject: &str, what: &str, weakens: bool) {
        self.0.push(Effect::new(subject, None, Some(what), weakens));
    }

    fn removed(&mut self, subject: &str, what: &str, weakens: bool) {
        self.0.push(Effect::new(subject, Some(what), None, weakens));
    }

    /// What is in one list and not in the other, one by one.
    fn list(&mut self, subject: &str, (before, after): (Vec<String>, Vec<String>), weakens: Weakens) {
        let (old, new): (BTreeSet<&String>, BTreeSet<&String>) =
            (before.iter().collect(), after.iter().collect());
        old.difference(&new).for_each(|gone| self.removed(subject, gone, weakens.removing));
        new.difference(&old).for_each(|fresh| self.added(subject, fresh, weakens.adding));
    }
}

fn texts(patterns: &Patterns) -> Vec<String> {
    patterns.iter().map(|pattern| pattern.text.clone()).collect()
}

/// An older newest version, or fewer versions, lets more pass: what was removed later is not refused any more.
fn versions(
    out: &mut Collector,
    subject: &str,
    none: &str,
    (before, after): (&[KubernetesVersion], &[KubernetesVersion]),
) {
    let newest = |list: &[KubernetesVersion]| list.iter().map(|v| v.minor).max().unwrap_or(u16::MAX);
    let weakens = newest(after) < newest(before) || after.len().max(1) < before.len();
    let words = |list: &[KubernetesVersion]| {
        let mut minors: Vec<(u16, u16)> = list.iter().map(|v| (v.major, v.minor)).collect();
        minors.sort_unstable();
        let words: Vec<String> = minors.iter().map(|(major, minor)| format!("{major}.{minor}")).collect();
        if words.is_empty() { none.to_owned() } else { words.join(", ") }
    };
    out.changed(subject, &words(before), &words(after), weakens);
}

fn waivers(out: &mut Collector, base: &[Waiver], head: &[Waiver]) {
    for (before, after) in pairs(base, head, Waiver::scope) {
        match (before, after) {
            (Some(before), None) => out.removed("waiver", &whole(before), false),
            (None, Some(after)) => out.added("waiver", &whole(after), true),
            (Some(before), Some(after)) => waiver(out, before, after),
            (None, None) => {}
        }
    }
}

/// What waivers there may be.
fn permissions(out: &mut Collector, base: &Config, head: &Config) {
    let fixed = |config: &Config| config.not_waivable.texts().map(str::to_owned).collect();
    out.list("not-waivable", (fixed(base), fixed(head)), Weakens { adding: false, removing: true });
    let word = |is_set: bool| if is_set { "true" } else { "false" };
    for (key, before, after) in [
        ("waivers-from-change", base.waivers_from_change, head.waivers_from_change),
        ("waivers-by-annotation", base.waivers_by_annotation, head.waivers_by_annotation),
    ] {
        out.changed(key, word(before), word(after), after);
    }
}

fn waiver(out: &mut Collector, before: &Waiver, after: &Waiver) {
    let of = |what: &str| format!("{what} of the waiver of {}", after.scope());
    let day = |waiver: &Waiver| waiver.expires.to_string();
    out.changed(&of("last day"), &day(before), &day(after), after.expires > before.expires);
    out.changed(&of("owner"), &before.owner, &after.owner, false);
    out.changed(&of("reason"), &before.reason, &after.reason, false);
}

fn whole(waiver: &Waiver) -> String {
    format!("{} until {} ({}): {}", waiver.scope(), waiver.expires, waiver.owner, waiver.reason)
}

/// Each element of `base` with the first one of `head` that has the same key and no partner yet.
fn pairs<'a, T, K: Eq + Hash>(
    base: &'a [T],
    head: &'a [T],
    key: impl Fn(&T) -> K,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (at, after) in head.iter().enumerate() {
        waiting.entry(key(after)).or_default().push_back(at);
    }
    let mut alone: Vec<Option<&T>> = head.iter().map(Some).collect();
    let mut take = |at: usize| alone.get_mut(at).and_then(Option::take);
    let partner = |before: &T| waiting.get_mut(&key(before)).and_then(VecDeque::pop_front);
    let partners: Vec<Option<usize>> = base.iter().map(partner).collect();
    let mut pairs: Vec<_> =
        base.iter().zip(partners).map(|(before, at)| (Some(before), at.and_then(&mut take))).collect();
    pairs.extend(alone.into_iter().flatten().map(|after| (None, Some(after))));
    pairs
}
