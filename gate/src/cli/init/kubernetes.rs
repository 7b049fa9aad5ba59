//! The versions of the clusters, from the places that name one.

use std::collections::BTreeMap;

use crate::engine::{Strength, VersionSign};
use crate::model::RepoPath;

/// Versions that CI tests with, beyond which only the newest counts: a matrix is no fleet.
const MOST_TESTED: usize = 3;

/// What `kubernetes` shall be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Versions {
    /// Minor versions of Kubernetes 1, ascending; never empty.
    pub(super) minors: Vec<u16>,
    /// The places that say so, one for each version; none if nobody does.
    pub(super) from: Vec<VersionSign>,
    /// The same by environment, where each of the places is in one and they differ.
    pub(super) by_environment: BTreeMap<String, Vec<u16>>,
    /// Versions that are named and that the gate has no schemas of.
    pub(super) unknown: Vec<u16>,
}

/// Chooses: the strongest places count, and all of them. `known` is the oldest and the newest that there are schemas of.
pub(super) fn choose(
    signs: &[VersionSign],
    known: (u16, u16),
    environment_of: impl Fn(&RepoPath) -> Option<String>,
) -> Versions {
    let (oldest, newest) = known;
    let is_known = |sign: &&VersionSign| (oldest..=newest).contains(&sign.minor);
    let mut unknown: Vec<u16> = signs.iter().filter(|sign| !is_known(sign)).map(|sign| sign.minor).collect();
    unknown.sort_unstable();
    unknown.dedup();
    let Some(strength) = signs.iter().filter(is_known).map(|sign| sign.strength).max() else {
        return Versions { minors: vec![newest], unknown, ..Versions::default() };
    };
    let mut found: Vec<&VersionSign> =
        signs.iter().filter(is_known).filter(|sign| sign.strength == strength).collect();
    let mut minors: Vec<u16> = found.iter().map(|sign| sign.minor).collect();
    minors.sort_unstable();
    minors.dedup();
    let only_newest =
        strength == Strength::Client || strength == Strength::Tested && minors.len() > MOST_TESTED;
    if only_newest {
        minors.drain(..minors.len().saturating_sub(1));
        found.retain(|sign| minors.contains(&sign.minor));
    }
    let from = minors.iter().filter_map(|minor| found.iter().find(|sign| sign.minor == *minor));
    let from = from.map(|sign| (*sign).clone()).collect();
    let by_environment = by_environment(&found, minors.len(), environment_of).unwrap_or_default();
    Versions { minors, from, by_environment, unknown }
}

fn by_environment(
    found: &[&VersionSign],
    versions: usize,
    environment_of: impl Fn(&RepoPath) -> Option<String>,
) -> Option<BTreeMap<String, Vec<u16>>> {
    let mut map: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for sign in found {
        let minors = map.entry(environment_of(&sign.path)?).or_default();
        if !minors.contains(&sign.minor) {
            minors.push(sign.minor);
            minors.sort_unstable();
        }
    }
    (versions > 1 && map.len() > 1).then_some(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(path: &str, minor: u16, strength: Strength) -> VersionSign {
        VersionSign { path: path.into(), line: 1, text: String::new(), minor, strength }
    }

    fn chosen(signs: &[VersionSign]) -> Versions {
        let environment =
            |path: &RepoPath| path.to_string().split_once('/').map(|(first, _)| first.to_owned());
        choose(signs, (11, 36), environment)
    }

    #[test]
    fn the_strongest_places_count() {
        use Strength::{Client, Cluster, Node, Tested};
        type Case<'a> = (&'a [(u16, Strength)], &'a [u16]);
        let cases: &[Case<'_>] = &[
            (&[], &[36]),
            (&[(33, Tested), (31, Cluster), (35, Client)], &[31]),
            (&[(33, Node), (31, Node), (33, Node)], &[31, 33]),
            (&[(33, Client), (34, Client)], &[34]),
            (&[(31, Tested), (32, Tested), (33, Tested)], &[31, 32, 33]),
            (&[(31, Tested), (32, Tested), (33, Tested), (34, Tested)], &[34]),
            (&[(99, Cluster), (33, Tested)], &[33]),
        ];
        for (signs, expected) in cases {
            let signs: Vec<_> =
                signs.iter().map(|(minor, strength)| sign("a.yaml", *minor, *strength)).collect();
            assert_eq!(chosen(&signs).minors, *expected, "{signs:?}");
        }
        assert_eq!(chosen(&[sign("a", 99, Cluster)]).unknown, [99]);
    }

    #[test]
    fn clusters_of_environments_have_their_own() {
        let both = [sign("dev/a", 33, Strength::Cluster), sign("prod/a", 32, Strength::Cluster)];
        let found = chosen(&both);
        assert_eq!(
            found.by_environment,
            BTreeMap::from([("dev".into(), vec![33]), ("prod".into(), vec![32])])
        );
        let one_outside = [sign("a", 33, Strength::Cluster), sign("prod/a", 32, Strength::Cluster)];
        assert!(chosen(&one_outside).by_environment.is_empty());
        let same = [sign("dev/a", 33, Strength::Cluster), sign("prod/a", 33, Strength::Cluster)];
        assert!(chosen(&same).by_environment.is_empty());
    }
}
