//! Which object or document of the head side is which of the base side of the same file.

use std::collections::VecDeque;
use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::read::Unit;
use crate::model::Role;

/// Positions in the two lists that were compared; one of them may be missing, never both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Position in the base list; none for what is new.
    pub base: Option<usize>,
    /// Position in the head list; none for what is gone.
    pub head: Option<usize>,
}

/// Matches the units of the two sides of a file: objects of the same group, kind, namespace and name; of what is
/// left, objects of the same group and kind in their order (a renamed object); other documents of the same role
/// in their order. In the order of head, then what is gone in the order of base.
pub fn pair(base: &[Unit<'_>], head: &[Unit<'_>]) -> Vec<Pair> {
    let mut partners: Vec<Option<usize>> = vec![None; head.len()];
    let mut taken = vec![false; base.len()];
    match_by(base, head, &mut partners, &mut taken, full_key);
    match_by(base, head, &mut partners, &mut taken, |unit| Some(loose_key(unit)));
    let matched = partners.iter().enumerate().map(|(at, base)| Pair { base: *base, head: Some(at) });
    let gone = (0..base.len()).filter(|&at| !taken[at]).map(|at| Pair { base: Some(at), head: None });
    matched.chain(gone).collect()
}

/// Gives each head unit without a partner the first base unit without one that has the same key.
fn match_by<'u, K: Hash + Eq>(
    base: &[Unit<'u>],
    head: &[Unit<'u>],
    partners: &mut [Option<usize>],
    taken: &mut [bool],
    key: impl Fn(&Unit<'u>) -> Option<K>,
) {
    let mut free: FxHashMap<K, VecDeque<usize>> = FxHashMap::default();
    for (at, unit) in base.iter().enumerate().filter(|(at, _)| !taken[*at]) {
        if let Some(key) = key(unit) {
            free.entry(key).or_default().push_back(at);
        }
    }
    for (unit, partner) in head.iter().zip(partners).filter(|(_, partner)| partner.is_none()) {
        *partner = key(unit).and_then(|key| free.get_mut(&key)?.pop_front());
        if let Some(at) = *partner {
            taken[at] = true;
        }
    }
}

fn full_key<'u>(unit: &Unit<'u>) -> Option<(&'u str, &'u str, Option<&'u str>, &'u str)> {
    let id = &unit.object?.id;
    Some((id.group(), &id.kind, id.namespace.as_deref(), &id.name))
}

fn loose_key<'u>(unit: &Unit<'u>) -> (Role, Option<(&'u str, &'u str)>) {
    (unit.role, unit.object.map(|object| (object.id.group(), object.id.kind.as_str())))
}
