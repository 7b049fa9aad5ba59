//! All kustomizations of a tree, asked from the file's side: who uses it, for what, and through whom.

use rustc_hash::{FxHashMap, FxHashSet};

use super::listing::{Listing, Use};
use super::{Patch, PatchText, Target};
use crate::model::RepoPath;

/// What one kustomization does to the objects that it gets.
#[derive(Debug)]
pub struct Kustomization {
    /// Its file.
    pub path: RepoPath,
    /// Its patches.
    pub patches: Vec<Patch>,
    /// Names of the images to which it gives a tag or a digest.
    pub images: Vec<String>,
    /// Directories of the components that it applies.
    components: Vec<Vec<u8>>,
}

/// The kustomizations of one tree and what they refer to.
#[derive(Debug, Default)]
pub struct KustomizeIndex {
    /// In order of path.
    kustomizations: Vec<Kustomization>,
    /// From a directory to the number of its kustomization.
    directories: FxHashMap<Box<[u8]>, u32>,
    /// Directories with several.
    ambiguous: FxHashSet<Box<[u8]>>,
    broken: Vec<RepoPath>,
    /// From a file or directory to the kustomizations (by number) that name it.
    users: FxHashMap<Box<[u8]>, Vec<(u32, Use)>>,
    /// From a file to the patches (by kustomization and position) whose text it has.
    patches: FxHashMap<RepoPath, Vec<(u32, u32)>>,
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
            if index.directories.insert(listing.path.directory().into(), number).is_some() {
                index.ambiguous.insert(listing.path.directory().into());
            }
            for (at, patch) in (0u32..).zip(&listing.patches) {
                if let PatchText::File(path) = &patch.text {
                    index.patches.entry(path.clone()).or_default().push((number, at));
                }
            }
            index.kustomizations.push(Kustomization {
                path: listing.path,
                patches: listing.patches,
                images: listing.images,
                components: listing.components,
            });
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

    /// Whom the kustomizations that apply the file as a patch apply it to: each target once, `None` for whom the patch
    /// itself names.
    pub fn targets_of(&self, path: &RepoPath) -> FxHashSet<Option<&Target>> {
        let patches = self.patches.get(path).map(Vec::as_slice).unwrap_or_default().iter();
        let patch = |&(number, at): &(u32, u32)| {
            self.kustomizations.get(number as usize)?.patches.get(at as usize).map(Patch::target)
        };
        patches.filter_map(patch).collect()
    }

    /// True if a kustomization gives the file to a Helm chart as values.
    pub fn is_values(&self, path: &RepoPath) -> bool {
        self.uses(path).any(|used_as| used_as == Use::Values)
    }

    /// The kustomization files, in order of path, that use the file directly or through other kustomizations;
    /// a kustomization also reaches itself.
    pub fn roots_reaching(&self, path: &RepoPath) -> Vec<&RepoPath> {
        self.reaching(path).into_iter().map(|kustomization| &kustomization.path).collect()
    }

    fn reaching(&self, path: &RepoPath) -> Vec<&Kustomization> {
        let mut reached = vec![false; self.kustomizations.len()];
        let mut open: Vec<u32> = Vec::new();
        if let Ok(own) = self.kustomizations.binary_search_by(|other| other.path.cmp(path)) {
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
            open.extend(self.users_of_kustomization(number).map(|(user, _)| *user));
        }
        let reached = self.kustomizations.iter().zip(reached).filter(|(_, reached)| *reached);
        reached.map(|(kustomization, _)| kustomization).collect()
    }

    /// Where the objects of `path` come out without any kustomization on the way for which `holds`: those that no
    /// other uses, in order of path. `None` if no kustomization uses the file as a resource or patch; empty if
    /// `holds` on every way.
    pub fn ways_around(
        &self,
        path: &RepoPath,
        holds: &mut dyn FnMut(&Kustomization) -> bool,
    ) -> Option<Vec<&RepoPath>> {
        let mut seen = vec![false; self.kustomizations.len()];
        let mut open = self.builders_of(path);
        let first = self.kustomizations.get(*open.first()? as usize)?;
        let (mut out, mut held) = (Vec::new(), false);
        while let Some(number) = open.pop() {
            let Some(seen @ false) = seen.get_mut(number as usize) else { continue };
            *seen = true;
            let Some(kustomization) = self.kustomizations.get(number as usize) else { continue };
            if self.with_components(kustomization).into_iter().any(&mut *holds) {
                held = true;
                continue;
            }
            let before = open.len();
            let users = self.users_of_kustomization(number).filter(|(_, used)| *used == Use::Resource);
            open.extend(users.map(|(user, _)| *user));
            if open.len() == before {
                out.push(&kustomization.path);
            }
        }
        // A circle has no end, and nothing holds on it.
        if out.is_empty() && !held {
            out.push(&first.path);
        }
        out.sort_unstable();
        Some(out)
    }

    /// The images of the objects in `path` whose tag or digest comes from kustomizations, on every way.
    pub fn pinned_images(&self, path: &RepoPath) -> Vec<&str> {
        let used = self.reaching(path).into_iter().flat_map(|root| self.with_components(root));
        let mut names: Vec<&str> = used.flat_map(|used| used.images.iter().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| {
            let mut holds = |used: &Kustomization| used.images.iter().any(|image| image == name);
            self.ways_around(path, &mut holds).is_some_and(|ways| ways.is_empty())
        });
        names
    }

    /// True if `directory` has a kustomization.
    pub fn is_kustomized(&self, directory: &[u8]) -> bool {
        self.directories.contains_key(directory)
    }

    /// True if `directory` has several kustomizations, so that kustomize takes none.
    pub fn is_ambiguous(&self, directory: &[u8]) -> bool {
        self.ambiguous.contains(directory)
    }

    /// The kustomizations that build the objects of a file themselves.
    fn builders_of(&self, path: &RepoPath) -> Vec<u32> {
        let users = self.users_of(path.as_bytes()).iter();
        users.filter(|(_, used)| matches!(used, Use::Resource | Use::Patch)).map(|(user, _)| *user).collect()
    }

    /// A kustomization and the components that it applies, through components too.
    fn with_components<'i>(&'i self, kustomization: &'i Kustomization) -> Vec<&'i Kustomization> {
        let mut found = vec![kustomization];
        let mut at = 0;
        while let Some(&next) = found.get(at) {
            for path in &next.components {
                let number = self.directories.get(path.as_slice());
                let component = number.and_then(|&number| self.kustomizations.get(number as usize));
                let is_new = |new: &&Kustomization| !found.iter().any(|old| std::ptr::eq(*old, *new));
                found.extend(component.filter(is_new));
            }
            at += 1;
        }
        found
    }

    /// Who uses a kustomization: by its directory, or by its file.
    fn users_of_kustomization(&self, number: u32) -> impl Iterator<Item = &(u32, Use)> {
        let path = self.kustomizations.get(number as usize).map(|kustomization| &kustomization.path);
        let names = path.into_iter().flat_map(|path| [path.directory(), path.as_bytes()]);
        names.flat_map(|name| self.users_of(name))
    }

    fn users_of(&self, path: &[u8]) -> &[(u32, Use)] {
        self.users.get(path).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The directories above `path`, the nearest first, without the root.
fn ancestors(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memrchr_iter(b'/', path).map(|slash| &path[..slash])
}
