//! Pairs a deleted file with an added one that has the same or a similar content, by the rules of
//! `git diff --find-renames`: equal content first, then files that keep a name that is unique, then the best of all
//! combinations. Contents that cannot be read are no candidates: a rename is a courtesy to the reader, and
//! deletion plus addition is as true.

use std::cell::{Cell, OnceCell};
use std::cmp::Reverse;
use std::collections::HashMap;

use super::compare::Pair;
use super::entry::Entry;
use super::similarity::{Fingerprint, MAX_SCORE};
use super::snapshot::Snapshot;

/// Half of the larger file is found in the other.
const MINIMUM: u64 = MAX_SCORE / 2;
/// Asked of two files that share a unique name, before all combinations are tried.
const MINIMUM_SAME_NAME: u64 = MAX_SCORE * 3 / 4;
/// Combinations of deleted and added files up to which all are tried: Git's limit of 1,000 by 1,000.
const MAX_COMBINATIONS: usize = 1_000_000;
/// Larger files are renamed only if they are equal, in bytes.
const MAX_COMPARED: u64 = 4 * 1024 * 1024;
/// What is compared altogether, in bytes.
const MAX_COMPARED_TOTAL: u64 = 256 * 1024 * 1024;
/// Deleted files of equal content that are looked at for one that keeps its name.
const MAX_ALIKE: usize = 100;
/// Deleted files kept as possible origin of each added file.
const BEST: usize = 4;

/// Replaces deletion and addition of a moved file by one pair.
pub(super) fn detect(mut pairs: Vec<Pair>, base: &Snapshot, head: &Snapshot) -> Vec<Pair> {
    pairs.sort_by(|a, b| path(a).cmp(&path(b)));
    let budget = Cell::new(MAX_COMPARED_TOTAL);
    let sources = pairs.iter().enumerate().filter(|(_, pair)| pair.head.is_none());
    let targets = pairs.iter().enumerate().filter(|(_, pair)| pair.base.is_none());
    let mut finder = Finder {
        sources: sources
            .filter_map(|(at, pair)| Candidate::new(at, pair.base.as_ref()?, base, &budget))
            .collect(),
        targets: targets
            .filter_map(|(at, pair)| Candidate::new(at, pair.head.as_ref()?, head, &budget))
            .collect(),
    };
    for stage in [Finder::exact, Finder::by_name, Finder::by_content] {
        if finder.is_done() {
            break;
        }
        stage(&mut finder);
    }
    let found = finder.found();
    apply(pairs, &found)
}

fn path(pair: &Pair) -> Option<&[u8]> {
    pair.head.as_ref().or(pair.base.as_ref()).map(|entry| entry.path.as_bytes())
}

/// Merges the pairs at the given places: addition → deletion.
fn apply(mut pairs: Vec<Pair>, found: &HashMap<usize, usize>) -> Vec<Pair> {
    for (&target, &source) in found {
        let base = pairs.get_mut(source).and_then(|pair| pair.base.take());
        if let Some(pair) = pairs.get_mut(target) {
            pair.base = base;
        }
    }
    pairs.retain(|pair| pair.base.is_some() || pair.head.is_some());
    pairs
}

/// One side of a possible rename.
struct Candidate<'a> {
    /// Place in the list of pairs.
    at: usize,
    entry: &'a Entry,
    side: &'a Snapshot,
    budget: &'a Cell<u64>,
    fingerprint: OnceCell<Option<Fingerprint>>,
    /// Place in the list of sources, once found (targets only).
    source: Option<usize>,
    /// Has a partner.
    taken: bool,
}

impl<'a> Candidate<'a> {
    fn new(at: usize, entry: &'a Entry, side: &'a Snapshot, budget: &'a Cell<u64>) -> Option<Self> {
        entry.id?;
        Some(Self { at, entry, side, budget, fingerprint: OnceCell::new(), source: None, taken: false })
    }

    fn name(&self) -> &'a [u8] {
        self.entry.path.file_name()
    }

    fn fingerprint(&self) -> Option<&Fingerprint> {
        self.fingerprint.get_or_init(|| self.read()).as_ref()
    }

    fn read(&self) -> Option<Fingerprint> {
        if !self.entry.mode.is_file() {
            return None;
        }
        let bytes = self.side.raw(self.entry, MAX_COMPARED.min(self.budget.get())).ok()?.ok()?;
        self.budget.set(self.budget.get().saturating_sub(bytes.len() as u64));
        Some(Fingerprint::of(&bytes))
    }

    /// Breaks ties between sources that are equally alike, for which Git leaves the choice to chance: the same name
    /// first, then as many directories in common as possible, from either end of the path, so that the copies of a
    /// file in several environments stay each in its own.
    fn kinship(&self, other: &Self) -> (bool, usize) {
        let segments = |candidate: &Self| candidate.entry.path.as_bytes().split(|&byte| byte == b'/');
        let begin = segments(self).zip(segments(other)).take_while(|(a, b)| a == b).count();
        let end = segments(self).rev().zip(segments(other).rev()).take_while(|(a, b)| a == b).count();
        (self.name() == other.name(), begin + end)
    }

    fn score(&self, other: &Self, minimum: u64) -> Option<u64> {
        self.fingerprint()?.score(other.fingerprint()?, minimum)
    }
}

struct Finder<'a> {
    sources: Vec<Candidate<'a>>,
    targets: Vec<Candidate<'a>>,
}

impl<'a> Finder<'a> {
    fn is_done(&self) -> bool {
        free(&self.sources).next().is_none() || free(&self.targets).next().is_none()
    }

    fn found(&self) -> HashMap<usize, usize> {
        let origin = |target: &Candidate<'_>| Some((target.at, self.sources.get(target.source?)?.at));
        self.targets.iter().filter_map(origin).collect()
    }

    fn join(&mut self, source: usize, target: usize) {
        self.sources[source].taken = true;
        self.targets[target].taken = true;
        self.targets[target].source = Some(source);
    }

    /// Equal content; among several, the nearest kin.
    fn exact(&mut self) {
        let mut by_id: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, source) in self.sources.iter().enumerate() {
            by_id.entry(source.entry.id).or_default().push(at);
        }
        for target in 0..self.targets.len() {
            let wanted = &self.targets[target];
            let alike = by_id.get(&wanted.entry.id).map_or(&[][..], Vec::as_slice);
            let fitting = alike
                .iter()
                .filter(|&&at| !self.sources[at].taken)
                .filter(|&&at| self.sources[at].entry.mode.same_type(wanted.entry.mode))
                .take(MAX_ALIKE);
            let best = fitting.min_by_key(|&&at| Reverse(self.sources[at].kinship(wanted)));
            if let Some(&source) = best {
                self.join(source, target);
            }
        }
    }

    /// A name that only one deleted and only one added file has.
    fn by_name(&mut self) {
        let (sources, targets) = (unique_names(&self.sources), unique_names(&self.targets));
        for (name, source) in sources {
            let (Some(source), Some(&Some(target))) = (source, targets.get(name)) else { continue };
            if self.targets[target].score(&self.sources[source], MINIMUM_SAME_NAME).is_some() {
                self.join(source, target);
            }
        }
    }

    /// The best of all combinations, best first.
    fn by_content(&mut self) {
        if free(&self.sources).count() * free(&self.targets).count() > MAX_COMBINATIONS {
            return;
        }
        let mut combinations: Vec<_> =
            free(&self.targets).flat_map(|(at, target)| self.origins_of(at, target)).collect();
        combinations.sort_by_key(|one| one.rank);
        for Combination { source, target, .. } in combinations {
            if !self.sources[source].taken && !self.targets[target].taken {
                self.join(source, target);
            }
        }
    }

    fn origins_of(&self, at: usize, target: &Candidate<'_>) -> Vec<Combination> {
        let mut origins: Vec<_> = free(&self.sources)
            .filter_map(|(source, candidate)| {
                let score = target.score(candidate, MINIMUM)?;
                let rank = Reverse((score, candidate.kinship(target)));
                Some(Combination { rank, source, target: at })
            })
            .collect();
        origins.sort_by_key(|one| one.rank);
        origins.truncate(BEST);
        origins
    }
}

/// One deleted and one added file that are similar enough.
struct Combination {
    /// Score, then [`Candidate::kinship`]; the best first.
    rank: Reverse<(u64, (bool, usize))>,
    source: usize,
    target: usize,
}

fn free<'a, 'b>(candidates: &'b [Candidate<'a>]) -> impl Iterator<Item = (usize, &'b Candidate<'a>)> {
    candidates.iter().enumerate().filter(|(_, candidate)| !candidate.taken)
}

/// Name → place of the only free candidate that has it, `None` if several have it.
fn unique_names<'a>(candidates: &[Candidate<'a>]) -> HashMap<&'a [u8], Option<usize>> {
    let mut names = HashMap::new();
    for (at, candidate) in free(candidates) {
        names.entry(candidate.name()).and_modify(|place| *place = None).or_insert(Some(at));
    }
    names
}
