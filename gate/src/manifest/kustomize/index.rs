//! All kustomizations of a tree, asked from the file's side: who uses it, for what, and through whom.

use rustc_hash::FxHashMap;

use super::listing::{Listing, Use};
use crate::model::RepoPath;

/// The kustomizations of one tree and what they refer to.
#[derive(Debug, Default)]
pub struct KustomizeIndex {
    /// In order of path.
    kustomizations: Vec<RepoPath>,
    broken: Vec<RepoPath>,
    /// From a file or directory to the kustomizations (by number) that name it.
    users: FxHashMap<Box<[u8]>, Vec<(u32, Use)>>,
}

impl KustomizeIndex {
    /// Joins what each kustomization of the tree refers to.
    pub fn new(listings: impl IntoIterator<Item = Listing>) -> Self {
        let mut listings: Vec<Listing> = listings.into_iter().collect();
        listings.sort_by(|a, b| a.path.cmp(&b.path));
        let mut index = Self::default();
        for (number, listing) in (0u32..).zip(listings) {
            if listing.broken {
                index.broken.push(listing.path.clone());
            }
            index.kustomizations.push(listing.path);
            for reference in listing.references {
                let users = index.users.entry(reference.target.into_boxed_slice()).or_default();
                if !users.contains(&(number, reference.used_as)) {
                    users.push((number, reference.used_as));
                }
            }
        }
        index
    }

    /// The kustomizations that could not be read in full: what they refer to may be missing here.
    pub fn broken(&self) -> &[RepoPath] {
        &self.broken
    }

    /// Number of kustomizations.
    pub fn len(&self) -> usize {
        self.kustomizations.len()
    }

    /// True if the tree has no kustomization.
    pub fn is_empty(&self) -> bool {
        self.kustomizations.is_empty()
    }

    /// What kustomizations use the file for; a file may have several uses, or the same one several times.
    pub fn uses(&self, path: &RepoPath) -> impl Iterator<Item = Use> + '_ {
        self.users_of(path.as_bytes()).iter().map(|(_, used_as)| *used_as)
    }

    /// True if a kustomization applies the file as a patch.
    pub fn is_patch(&self, path: &RepoPath) -> bool {
        self.uses(path).any(|used_as| used_as == Use::Patch)
    }

    /// True if a kustomization gives the file to a Helm chart as values.
    pub fn is_values(&self, path: &RepoPath) -> bool {
        self.uses(path).any(|used_as| used_as == Use::Values)
    }

    /// The kustomization files, in order of path, that use the file directly or through other kustomizations;
    /// a kustomization also reaches itself.
    pub fn roots_reaching(&self, path: &RepoPath) -> Vec<&RepoPath> {
        let mut reached = vec![false; self.kustomizations.len()];
        let mut open: Vec<u32> = Vec::new();
        if let Ok(own) = self.kustomizations.binary_search(path) {
            open.push(own as u32);
        }
        open.extend(self.users_of(path.as_bytes()).iter().map(|(user, _)| *user));
        for chart in ancestors(path.as_bytes()) {
            let users = self.users_of(chart).iter().filter(|(_, used_as)| *used_as == Use::Chart);
            open.extend(users.map(|(user, _)| *user));
        }
        while let Some(number) = open.pop() {
            let Some(seen @ false) = reached.get_mut(number as usize) else { continue };
            *seen = true;
            let kustomization = &self.kustomizations[number as usize];
            for name in [kustomization.directory(), kustomization.as_bytes()] {
                open.extend(self.users_of(name).iter().map(|(user, _)| *user));
            }
        }
        self.kustomizations
            .iter()
            .zip(reached)
            .filter(|(_, reached)| *reached)
            .map(|(path, _)| path)
            .collect()
    }

    fn users_of(&self, path: &[u8]) -> &[(u32, Use)] {
        self.users.get(path).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The directories above `path`, the nearest first, without the root.
fn ancestors(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memrchr_iter(b'/', path).map(|slash| &path[..slash])
}
