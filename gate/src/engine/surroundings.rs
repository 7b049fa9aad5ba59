//! What the rest of the tree says about the changed files: kustomizations and Helm charts, of both sides.
//! The kustomizations of head are all read (in parallel); base differs from head only in the changed files.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::parallel;
use super::raw::Side;
use super::{EngineError, Input};
use crate::config::Config;
use crate::git::{Content, Entry, Snapshot};
use crate::manifest::{
    FLUX_GROUP, FluxKustomization, Layout, Listing, is_chart_file, is_kustomization_file, is_manifest_path,
    is_test_file,
};
use crate::model::RepoPath;
use crate::yaml;

/// Largest kustomization that is read, in bytes.
const MAX_KUSTOMIZATION: u64 = 16 << 20;

/// The layouts of both sides.
pub(super) struct Surroundings {
    head: Arc<Layout>,
    base: Arc<Layout>,
    /// Flux's Kustomizations of head; looked for when first asked for.
    flux: OnceLock<Vec<FluxKustomization>>,
}

impl Surroundings {
    /// Reads what the changed manifests need; nothing if no manifest changed.
    pub(super) fn read(input: &Input<'_>) -> Result<Self, EngineError> {
        let change = input.change;
        if !change.files.iter().any(|file| is_manifest_path(&file.path)) {
            let none = Arc::new(Layout::default());
            return Ok(Self::of_layouts(none.clone(), none));
        }
        let matters = |entry: &&Entry| tells(&entry.path);
        let head: Vec<&Entry> = change.head.entries()?.iter().filter(matters).collect();
        let head_layout = Arc::new(layout(&change.head, &head));
        let (Some(base), true) = (&change.base, change.files.iter().any(layout_differs)) else {
            return Ok(Self::of_layouts(head_layout.clone(), head_layout));
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
        Ok(Self::of_layouts(head_layout, base_layout))
    }

    fn of_layouts(head: Arc<Layout>, base: Arc<Layout>) -> Self {
        Self { head, base, flux: OnceLock::new() }
    }

    pub(super) fn of(&self, side: Side) -> &Layout {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }

    /// Flux's Kustomizations of head, none in a tree of which no path speaks of Flux. Only what seems incomplete
    /// asks for them: it takes reading the whole tree.
    pub(super) fn flux(&self, input: &Input<'_>) -> &[FluxKustomization] {
        self.flux.get_or_init(|| flux_kustomizations(&input.change.head))
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

/// True for files that say what others are.
fn tells(path: &RepoPath) -> bool {
    is_kustomization_file(path) || is_chart_file(path) || is_test_file(path)
}

fn layout_differs(file: &crate::git::ChangedFile) -> bool {
    let entries = [&file.base, &file.head];
    entries.into_iter().flatten().any(|entry| tells(&entry.path))
}

fn layout(snapshot: &Snapshot, entries: &[&Entry]) -> Layout {
    let (kustomizations, others): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| is_kustomization_file(&entry.path));
    let named =
        |is: fn(&RepoPath) -> bool| others.iter().map(|entry| &entry.path).filter(move |path| is(path));
    // One that cannot be read refers to nothing; if it is part of the change, its own check says so.
    let listings = parallel::map(&kustomizations, |entry| match snapshot.read(entry, MAX_KUSTOMIZATION) {
        Ok(Content::Bytes(bytes)) => Some(Listing::read(&entry.path, bytes)),
        _ => None,
    });
    Layout::new(listings.into_iter().flatten(), named(is_chart_file)).with_tests(named(is_test_file))
}

/// One file after the other: this runs inside of a parallel pass, whose other threads wait for it.
fn flux_kustomizations(snapshot: &Snapshot) -> Vec<FluxKustomization> {
    let Ok(entries) = snapshot.entries() else { return Vec::new() };
    let speaks = |entry: &Entry| memchr::memmem::find(entry.path.as_bytes(), b"flux").is_some();
    if !entries.iter().any(speaks) {
        return Vec::new();
    }
    let manifests = entries.iter().filter(|entry| entry.mode.is_file() && is_manifest_path(&entry.path));
    manifests.flat_map(|entry| flux_of(snapshot, entry)).collect()
}

fn flux_of(snapshot: &Snapshot, entry: &Entry) -> Vec<FluxKustomization> {
    let Ok(Content::Bytes(bytes)) = snapshot.read(entry, MAX_KUSTOMIZATION) else { return Vec::new() };
    if memchr::memmem::find(&bytes, FLUX_GROUP.as_bytes()).is_none() {
        return Vec::new();
    }
    let parsed = yaml::parse(bytes, &yaml::Limits::default());
    let read = |document: &yaml::Document| FluxKustomization::read(&parsed.tape, document.root);
    parsed.documents.iter().filter_map(read).collect()
}
