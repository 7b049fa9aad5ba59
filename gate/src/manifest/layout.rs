//! What the rest of the tree says about a file: listed by a kustomization, part of a Helm chart.

use rustc_hash::FxHashSet;

use super::kustomize::{KustomizeIndex, Listing, Use};
use super::names::{
    is_chart_file, is_chart_values, is_kustomization_file, is_manifest_path, is_test_directory,
    looks_like_values,
};
use crate::model::RepoPath;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// YAML or JSON.
    Manifest,
    /// In the `templates/` of a Helm chart: no YAML before it is rendered, not to be parsed.
    Template,
    /// Neither.
    File,
}

/// What the surroundings of one file say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// It is named as `kustomize build` wants its input to be named.
    pub kustomization: bool,
    /// A kustomization lists it under `resources`: it must hold objects.
    pub resource: bool,
    /// A kustomization applies it as a patch.
    pub patch: bool,
    /// It is certainly values of a Helm chart: beside one, or listed as such by a kustomization.
    pub values: bool,
    /// Its name is one that values have.
    pub values_name: bool,
    /// It instructs kustomize or Helm, or is raw content of a generated object.
    pub auxiliary: bool,
    /// It belongs to a test of Chainsaw or of the Kyverno CLI, and no kustomization lists it under `resources`.
    pub fixture: bool,
}

/// The kustomizations and Helm charts of one tree.
#[derive(Debug, Default)]
pub struct Layout {
    kustomize: KustomizeIndex,
    /// Directories with a `Chart.yaml`.
    charts: FxHashSet<Box<[u8]>>,
    /// Directories of tests.
    tests: FxHashSet<Box<[u8]>>,
}

impl Layout {
    /// The layout of a tree with these kustomizations and these `Chart.yaml` files.
    pub fn new<'p>(
        listings: impl IntoIterator<Item = Listing>,
        chart_files: impl IntoIterator<Item = &'p RepoPath>,
    ) -> Self {
        let charts = chart_files.into_iter().map(|path| Box::from(path.directory())).collect();
        Self { kustomize: KustomizeIndex::new(listings), charts, tests: FxHashSet::default() }
    }

    /// Adds the tests whose files these are; see [`super::is_test_file`].
    pub fn with_tests<'p>(mut self, test_files: impl IntoIterator<Item = &'p RepoPath>) -> Self {
        self.tests.extend(test_files.into_iter().map(|path| Box::from(path.directory())));
        self
    }

    /// The kustomizations.
    pub fn kustomize(&self) -> &KustomizeIndex {
        &self.kustomize
    }

    /// True if the directory has a `Chart.yaml`.
    pub fn has_chart(&self, directory: &[u8]) -> bool {
        self.charts.contains(directory)
    }

    /// How the file is to be read.
    pub fn file_kind(&self, path: &RepoPath) -> FileKind {
        if self.is_template(path.as_bytes()) {
            FileKind::Template
        } else if is_manifest_path(path) {
            FileKind::Manifest
        } else {
            FileKind::File
        }
    }

    /// What the tree says about the file.
    pub fn surroundings(&self, path: &RepoPath) -> Surroundings {
        let in_chart = self.charts.contains(path.directory());
        let mut found = Surroundings {
            kustomization: is_kustomization_file(path),
            values: in_chart && is_chart_values(path),
            values_name: looks_like_values(path),
            auxiliary: is_chart_file(path),
            ..Surroundings::default()
        };
        for used_as in self.kustomize.uses(path) {
            match used_as {
                Use::Resource => found.resource = true,
                Use::Patch => found.patch = true,
                Use::Values => found.values = true,
                Use::Config | Use::Data => found.auxiliary = true,
                Use::Chart => {}
            }
        }
        found.fixture = !found.resource && self.is_in_test(path.as_bytes());
        found
    }

    fn is_in_test(&self, path: &[u8]) -> bool {
        let mut above = memchr::memrchr_iter(b'/', path).filter_map(|slash| path.get(..slash));
        above.any(|directory| self.tests.contains(directory) || is_test_directory(directory))
    }

    fn is_template(&self, path: &[u8]) -> bool {
        const TEMPLATES: &[u8] = b"templates/";
        if self.charts.is_empty() {
            return false;
        }
        memchr::memmem::find_iter(path, TEMPLATES).any(|at| match at.checked_sub(1) {
            None => self.charts.contains(&[][..]),
            Some(slash) => path[slash] == b'/' && self.charts.contains(&path[..slash]),
        })
    }
}
