//! The environments that the files of a repository speak of, as globs for a `gate.yaml`.
//!
//! What is recognised without a `gate.yaml` stays recognised by it: the globs are as narrow as they can be and still
//! have every file that [`super::detect`] finds. Clusters and overlays with names of their own come on top.

mod globs;
mod literal;
mod named;

#[cfg(test)]
mod tests;

pub use literal::{literal_folder, literal_glob, literal_name};

use super::detect::{self, DEV, KNOWN};
use crate::model::RepoPath;
use globs::{Group, is_unwieldy, narrow, wide};

/// Environments with a name of their own beyond which none of them is taken.
const MOST_NAMED: usize = 12;

/// The environments of a repository, guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guess {
    /// Those with the usual names in promotion order, then the others by name.
    pub environments: Vec<GuessedEnvironment>,
    /// Clusters and overlays that were left out because there are too many of them.
    pub left_out: usize,
}

/// One environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuessedEnvironment {
    /// Its name.
    pub name: String,
    /// Its files.
    pub globs: Vec<String>,
    /// How many of the files are in it, and in no later one.
    pub files: usize,
    /// The environment before it.
    pub promotes_from: Option<String>,
}

/// Guesses from the names of `files` (sorted), and from `deployed`: folders of this repository with the name of the
/// cluster that Argo CD deploys them to.
pub fn environments_in(files: &[RepoPath], deployed: &[(String, String)]) -> Guess {
    let mut signs = Signs::read(files);
    signs.add_deployed(files, deployed);
    let named = named::find(files, &mut signs);
    let mut found = Vec::new();
    let mut before: Option<String> = None;
    for (number, (name, _)) in KNOWN.iter().enumerate() {
        let files_of = signs.environments.iter().filter(|other| **other == Some(number)).count();
        if files_of == 0 {
            continue;
        }
        let groups: Vec<&Group> = signs.groups.iter().filter(|group| group.environment == number).collect();
        let globs = match is_unwieldy(&signs.groups) {
            true => wide(number),
            false => narrow(&groups, files, &signs.environments),
        };
        let promotes_from = before.replace((*name).to_owned());
        found.push(GuessedEnvironment { name: (*name).to_owned(), globs, files: files_of, promotes_from });
    }
    let left_out = if named.len() > MOST_NAMED { named.len() } else { 0 };
    found.extend(named.into_iter().filter(|_| left_out == 0));
    Guess { environments: found, left_out }
}

/// Which of the usual environments each file is in, and what says so.
struct Signs {
    /// For each file.
    environments: Vec<Option<usize>>,
    groups: Vec<Group>,
}

impl Signs {
    fn read(files: &[RepoPath]) -> Self {
        let mut found = Self { environments: vec![None; files.len()], groups: Vec::new() };
        let all: Vec<_> = files.iter().map(|path| detect::sign_of(path.as_bytes())).collect();
        // A namespace `development` among others, and no environment.
        let is_base =
            |path: &RepoPath| path.directory().split(|byte| *byte == b'/').any(|name| name == b"base");
        let mut of_dev =
            all.iter().zip(files).filter(|(sign, _)| sign.is_some_and(|sign| sign.environment == DEV));
        let no_dev = of_dev.all(|(_, path)| is_base(path));
        for (at, (path, sign)) in files.iter().zip(all).enumerate() {
            let Some(sign) = sign.filter(|sign| !(no_dev && sign.environment == DEV)) else { continue };
            if let Some(place) = found.environments.get_mut(at) {
                *place = Some(sign.environment);
            }
            Group::add(&mut found.groups, path, sign.environment, sign.segment, sign.is_whole);
        }
        found
    }

    fn add_deployed(&mut self, files: &[RepoPath], deployed: &[(String, String)]) {
        for (folder, cluster) in deployed {
            let Some(environment) = detect::any_word_in(cluster.as_bytes()) else { continue };
            let rivals = deployed.iter().filter(|(other, _)| other == folder);
            let mut rivals = rivals.filter_map(|(_, cluster)| detect::any_word_in(cluster.as_bytes()));
            if rivals.any(|other| other != environment) {
                continue;
            }
            let prefix = format!("{}/", folder.trim_start_matches("./").trim_end_matches('/'));
            let depth = prefix.matches('/').count() - 1;
            let start = files.partition_point(|path| path.as_bytes() < prefix.as_bytes());
            let below = files.iter().enumerate().skip(start);
            for (at, path) in below.take_while(|(_, path)| path.as_bytes().starts_with(prefix.as_bytes())) {
                self.claim(at, path, environment, depth, true);
            }
        }
    }

    /// Gives a file that no sign is at to `environment`, because of its directory at `segment`.
    fn claim(&mut self, at: usize, path: &RepoPath, environment: usize, segment: usize, is_whole: bool) {
        if let Some(place @ None) = self.environments.get_mut(at) {
            *place = Some(environment);
            Group::add(&mut self.groups, path, environment, segment, is_whole);
        }
    }
}
