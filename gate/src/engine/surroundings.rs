//! What the rest of the tree says about the changed files: kustomizations and Helm charts, of both sides.
//! The kustomizations of head are all read (in parallel); base differs from head only in the changed files.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::parallel;
use super::raw::Side;
use super::{EngineError, Input};
use crate::config::Config;
use crate::git::{Content, Entry, Snapshot};
use crate::manifest::{Layout, Listing, is_chart_file, is_kustomization_file, is_manifest_path};
use crate::model::RepoPath;

/// Largest kustomization that is read, in bytes.
const MAX_KUSTOMIZATION: u64 = 16 << 20;

/// The layouts of both sides.
pub(super) struct Surroundings {
    head: Arc<Layout>,
    base: Arc<Layout>,
}

impl Surroundings {
    /// Reads what the changed manifests need; nothing if no manifest changed.
    pub(super) fn read(input: &Input<'_>) -> Result<Self, EngineError> {
        let change = input.change;
        if !change.files.iter().any(|file| is_manifest_path(&file.path)) {
            let none = Arc::new(Layout::default());
            return Ok(Self { head: none.clone(), base: none });
        }
        let matters = |entry: &&Entry| is_kustomization_file(&entry.path) || is_chart_file(&entry.path);
        let head: Vec<&Entry> = change.head.entries()?.iter().filter(matters).collect();
        let head_layout = Arc::new(layout(&change.head, &head));
        let (Some(base), true) = (&change.base, change.files.iter().any(layout_differs)) else {
            return Ok(Self { base: head_layout.clone(), head: head_layout });
        };
        let changed: FxHashSet<&[u8]> = change
            .files
            .iter()
            .filter_map(|file| file.head.as_ref())
            .map(|entry| entry.path.as_bytes())
            .collect();
        // What did not change is read from head: the same path holds the same bytes on both sides.
        let kept = head.iter().copied().filter(|entry| !changed.contains(entry.path.as_bytes()));
        let old = change.files.iter().filter_map(|file| file.base.as_ref()).filter(matters);
        let base_entries: Vec<&Entry> = kept.chain(old).collect();
        let base_layout = Arc::new(layout(base, &base_entries));
        Ok(Self { head: head_layout, base: base_layout })
    }

    pub(super) fn of(&self, side: Side) -> &Layout {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }

    /// The kustomizations of head that could not be read in full.
    pub(super) fn broken(&self) -> impl Iterator<Item = &RepoPath> {
        self.head.kustomize().broken().iter()
    }

    /// The environments that a changed file reaches: its own, else those of the kustomizations that use it, in
    /// promotion order.
    pub(super) fn reach(&self, config: &Config, path: &RepoPath, side: Side) -> Vec<String> {
        if let Some(own) = config.environment_of(path) {
            return vec![own.name.clone()];
        }
        let roots = self.of(side).kustomize().roots_reaching(path);
        let reached: FxHashSet<&str> = roots
            .iter()
            .filter_map(|root| config.environment_of(root))
            .map(|found| found.name.as_str())
            .collect();
        let names = config.environments.iter().map(|environment| environment.name.as_str());
        names.filter(|name| reached.contains(name)).map(str::to_owned).collect()
    }
}

fn layout_differs(file: &crate::git::ChangedFile) -> bool {
    let entries = [&file.base, &file.head];
    entries.into_iter().flatten().any(|e| is_kustomization_file(&e.path) || is_chart_file(&e.path))
}

fn layout(snapshot: &Snapshot, entries: &[&Entry]) -> Layout {
    let (kustomizations, charts): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| is_kustomization_file(&entry.path));
    // One that cannot be read refers to nothing; if it is part of the change, its own check says so.
    let listings = parallel::map(&kustomizations, |entry| match snapshot.read(entry, MAX_KUSTOMIZATION) {
        Ok(Content::Bytes(bytes)) => Some(Listing::read(&entry.path, bytes)),
        _ => None,
    });
    Layout::new(listings.into_iter().flatten(), charts.iter().map(|entry| &entry.path))
}
