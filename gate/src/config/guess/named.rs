//! Clusters and overlays with names of their own: `clusters/eu-west`, `overlays/qa`.

use std::collections::BTreeMap;

use super::literal::escape;
use super::{GuessedEnvironment, Signs};
use crate::config::detect;
use crate::model::RepoPath;

/// Folders whose folders are clusters or environments.
const PARENTS: [&[u8]; 4] = [b"clusters", b"overlays", b"environments", b"envs"];
/// Folders in them that are for all of these.
const SHARED: [&str; 12] = [
    "base",
    "bases",
    "common",
    "shared",
    "components",
    "default",
    "defaults",
    "templates",
    "flux-system",
    "crds",
    "global",
    "all",
];
/// Folders in which nothing is deployed.
const ASIDE: [&str; 9] =
    ["test", "tests", "testdata", "e2e", "docs", "example", "examples", "hack", "scripts"];
/// Longest name that is taken.
const LONGEST: usize = 40;
/// Places of one name beyond which they get one glob.
const MOST_PLACES: usize = 6;

/// What is known of one name.
#[derive(Default)]
struct Found {
    files: usize,
    /// Folders of this name, as globs.
    places: Vec<String>,
    /// The names of the folders above.
    parents: Vec<String>,
}

/// The environments with names of their own. Files of those with a usual word in their name are claimed in `signs`.
pub(super) fn find(files: &[RepoPath], signs: &mut Signs) -> Vec<GuessedEnvironment> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for (at, path) in files.iter().enumerate() {
        if signs.environments.get(at) != Some(&None) {
            continue;
        }
        let Some((segment, folders)) = folder_of(path) else { continue };
        let (Some(name), Some(parent)) = (folders.get(segment), folders.get(segment - 1)) else { continue };
        if let Some(environment) = detect::any_word_in(name.as_bytes()) {
            signs.claim(at, path, environment, segment, false);
            continue;
        }
        if !is_name(name)
            || (*parent == "overlays" && !is_overlay(files, folders.get(..=segment).unwrap_or_default()))
        {
            continue;
        }
        let entry = found.entry((*name).to_owned()).or_default();
        entry.files += 1;
        let mut place = String::new();
        escape(&folders.get(..=segment).unwrap_or_default().join("/"), &mut place);
        if entry.places.last() != Some(&place) {
            entry.places.push(place);
        }
        if !entry.parents.iter().any(|known| known == parent) {
            entry.parents.push((*parent).to_owned());
        }
    }
    found.into_iter().map(|(name, found)| environment(name, found)).collect()
}

fn environment(name: String, found: Found) -> GuessedEnvironment {
    let globs = match found.places.len() {
        ..=MOST_PLACES => found.places.iter().map(|place| format!("{place}/**")).collect(),
        _ => found.parents.iter().map(|parent| format!("**/{parent}/{name}/**")).collect(),
    };
    GuessedEnvironment { name, globs, files: found.files, promotes_from: None }
}

/// The number of the folder that may be an environment, and all folders.
fn folder_of(path: &RepoPath) -> Option<(usize, Vec<&str>)> {
    let folders: Vec<&str> = std::str::from_utf8(path.directory()).ok()?.split('/').collect();
    if folders.iter().any(|name| name.starts_with('.') || ASIDE.contains(name)) {
        return None;
    }
    let parent = folders.iter().position(|name| PARENTS.contains(&name.as_bytes()))?;
    (parent + 1 < folders.len()).then_some((parent + 1, folders))
}

fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(good)
        && !SHARED.contains(&name)
}

/// True if the folder has a kustomization.
fn is_overlay(files: &[RepoPath], folders: &[&str]) -> bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|name| {
        let path = format!("{}/{name}", folders.join("/"));
        files.binary_search_by(|file| file.as_bytes().cmp(path.as_bytes())).is_ok()
    })
}
