//! Environments: named parts of the repository, their promotion order, and where a file of one would be in another.

use super::detect::{self, KNOWN};
use super::globs::{Patterns, compile_name};
use super::units::KubernetesVersion;
use crate::model::RepoPath;

/// A named part of the repository and its clusters.
#[derive(Debug, Clone)]
pub struct Environment {
    /// As declared; `dev`, `stage` or `prod` if it was recognised.
    pub name: String,
    /// Place in the promotion order, 0 first; none outside it.
    pub order: Option<u32>,
    /// The environment before it in the promotion order.
    pub promotes_from: Option<String>,
    /// Branches (globs) that deploy it; empty if it is known by path only.
    pub branches: Vec<String>,
    /// Versions of its clusters; empty if it has none of its own.
    pub kubernetes: Vec<KubernetesVersion>,
    /// True if the configuration names it, false if the gate recognises it by its path.
    pub declared: bool,
    /// Its files; empty if it is recognised, or known by branch only.
    pub paths: Patterns,
    /// Path words that are special to it: how its paths differ from those of other environments.
    pub(super) words: Vec<String>,
}

impl Environment {
    /// True if `branch` (without `refs/heads/`) deploys the environment.
    pub fn has_branch(&self, branch: &str) -> bool {
        self.branches.iter().any(|glob| compile_name(glob).is_ok_and(|glob| glob.is_match(branch)))
    }
}

/// All environments of a repository, in promotion order; those outside it last, in the order of the file.
#[derive(Debug, Clone)]
pub struct Environments {
    list: Vec<Environment>,
}

impl Environments {
    /// Environments as the configuration declares them, in the order of the file.
    pub(super) fn declared(mut list: Vec<Environment>) -> Self {
        if list.iter().all(|environment| environment.promotes_from.is_none()) {
            order_by_convention(&mut list);
        } else {
            order_by_promotion(&mut list);
        }
        for environment in &mut list {
            environment.words = words_of(environment);
        }
        list.sort_by_key(|environment| environment.order.unwrap_or(u32::MAX));
        Self { list }
    }

    /// Takes the versions of their clusters from all of them.
    pub(super) fn forget_versions(&mut self) {
        self.list.iter_mut().for_each(|environment| environment.kubernetes.clear());
    }

    /// Environments that are recognised by their paths.
    pub(super) fn recognised() -> Self {
        let mut before = None;
        let list = (0u32..).zip(KNOWN).map(|(order, (name, words))| Environment {
            name: name.to_owned(),
            order: Some(order),
            promotes_from: before.replace(name.to_owned()),
            branches: Vec::new(),
            kubernetes: Vec::new(),
            declared: false,
            paths: Patterns::default(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        });
        Self { list: list.collect() }
    }

    /// All, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Environment> {
        self.list.iter()
    }

    /// The environment of this name.
    pub fn get(&self, name: &str) -> Option<&Environment> {
        self.list.iter().find(|environment| environment.name == name)
    }

    /// The environment that `path` belongs to. Where several claim it, the latest of the promotion order has
    /// it: a doubt makes the gate stricter, never looser.
    pub fn of_path(&self, path: &RepoPath) -> Option<&Environment> {
        let recognised = detect::environment_of(path.as_bytes()).map(|number| KNOWN[number].0);
        self.list
            .iter()
            .rev()
            .filter(|environment| match environment.declared {
                true => environment.paths.matches(path),
                false => recognised == Some(environment.name.as_str()),
            })
            .max_by_key(|environment| environment.order)
    }

    /// The environments that `branch` deploys, in order.
    pub fn of_branch(&self, branch: &str) -> Vec<&Environment> {
        self.list.iter().filter(|environment| environment.has_branch(branch)).collect()
    }

    /// Where the file `path` of the environment `from` would be in the environment `to`: its paths with the
    /// words of one environment replaced by those of the other, the likeliest first. None of them need exist.
    pub fn counterpart_paths(&self, path: &RepoPath, from: &Environment, to: &Environment) -> Vec<RepoPath> {
        let mut found: Vec<RepoPath> = Vec::new();
        let special = |word: &String, other: &Environment| !other.words.contains(word);
        for old in from.words.iter().filter(|word| special(word, to)) {
            for new in to.words.iter().filter(|word| special(word, from)) {
                let candidates = [replace(path, old, new, &[]), replace(path, old, new, b"-_.")];
                for candidate in candidates.map(RepoPath::new) {
                    let there = self.of_path(&candidate).is_some_and(|found| found.name == to.name);
                    if there && candidate != *path && !found.contains(&candidate) {
                        found.push(candidate);
                    }
                }
            }
        }
        found
    }
}

/// `path` with each word `old` replaced by `new`; words end at `/` and at any of `separators`.
fn replace(path: &RepoPath, old: &str, new: &str, separators: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.as_bytes().len() + new.len());
    for piece in path.as_bytes().split_inclusive(|b| *b == b'/' || separators.contains(b)) {
        let (word, end) = match piece.split_last() {
            Some((last, word)) if *last == b'/' || separators.contains(last) => (word, &piece[word.len()..]),
            _ => (piece, &[][..]),
        };
        out.extend_from_slice(if word == old.as_bytes() { new.as_bytes() } else { word });
        out.extend_from_slice(end);
    }
    out
}

/// The literal segments of the environment's patterns, and the usual words for its name.
fn words_of(environment: &Environment) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        if !word.is_empty() && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    };
    for pattern in environment.paths.iter() {
        pattern.text.split('/').filter(|part| !part.contains(['*', '?', '[', '{', '\\'])).for_each(&mut add);
    }
    add(&environment.name);
    if let Some(number) = detect::known(environment.name.as_bytes()) {
        KNOWN[number].1.iter().copied().for_each(add);
    }
    words
}

/// Environments that promote from none and to none stay outside the order.
fn order_by_promotion(list: &mut [Environment]) {
    for _ in 0..list.len() {
        for at in 0..list.len() {
            let order = match &list[at].promotes_from {
                Some(from) => {
                    list.iter().find(|other| other.name == *from).and_then(|other| other.order).map(|o| o + 1)
                }
                None => {
                    let feeds = list.iter().any(|other| other.promotes_from.as_ref() == Some(&list[at].name));
                    feeds.then_some(0)
                }
            };
            list[at].order = order;
        }
    }
}

/// Where no environment says what it promotes from, those with the usual names are in the usual order.
fn order_by_convention(list: &mut [Environment]) {
    let mut before: Option<String> = None;
    let mut order = 0;
    for number in 0..KNOWN.len() {
        let mut same = list.iter_mut().filter(|entry| detect::known(entry.name.as_bytes()) == Some(number));
        if let (Some(environment), None) = (same.next(), same.next()) {
            environment.order = Some(order);
            environment.promotes_from = before.replace(environment.name.clone());
            order += 1;
        }
    }
}
