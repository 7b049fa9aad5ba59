//! One kustomization file read for the files and directories that it names.

use super::Patch;
use crate::manifest::names::resolve;
use crate::model::RepoPath;
use crate::yaml::{self, Kind, NodeId, Tape};

/// What a kustomization uses a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// `resources`, `bases`, `components`: objects, or another kustomization's directory.
    Resource,
    /// `patches`, `patchesStrategicMerge`, `patchesJson6902`.
    Patch,
    /// Values of a Helm chart that it inflates.
    Values,
    /// Instructions to kustomize: generators, transformers, validators, replacements, configurations, OpenAPI.
    Config,
    /// Raw content of a generated ConfigMap or Secret.
    Data,
    /// A Helm chart in the repository: the whole directory.
    Chart,
}

/// A file or directory that a kustomization names, from the root of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) target: Vec<u8>,
    pub(super) used_as: Use,
}

/// What one kustomization file refers to. Reading one needs no other file, so that they can be read in parallel.
#[derive(Debug, Clone)]
pub struct Listing {
    pub(super) path: RepoPath,
    pub(super) references: Vec<Reference>,
    /// Directories of the components.
    pub(super) components: Vec<Vec<u8>>,
    pub(in crate::manifest) patches: Vec<Patch>,
    /// Names of the images that get a tag or a digest.
    pub(super) images: Vec<String>,
    pub(super) broken: bool,
}

/// A kustomization has some hundred entries; one beyond these limits is broken.
const LIMITS: yaml::Limits =
    yaml::Limits { max_depth: 1000, max_nodes: 1_000_000, max_documents: 1000, max_bytes: 16 << 20 };

impl Listing {
    /// Reads the kustomization at `path`. What cannot be read makes it broken; what could be read still counts.
    pub fn read(path: &RepoPath, bytes: Vec<u8>) -> Self {
        let parsed = yaml::parse(bytes, &LIMITS);
        let broken = parsed.problems.iter().any(yaml::Problem::is_fatal);
        let tape = &parsed.tape;
        let mut listing = Self {
            path: path.clone(),
            references: Vec::new(),
            components: Vec::new(),
            patches: Vec::new(),
            images: Vec::new(),
            broken,
        };
        for document in &parsed.documents {
            if is_kustomization(tape, document.root) {
                listing.add(tape, document.root);
            }
        }
        listing
    }

    fn add(&mut self, tape: &Tape, root: NodeId) {
        let directory = self.path.directory();
        let mut reader = Reader { tape, directory, references: Vec::new() };
        reader.read(root);
        self.references.append(&mut reader.references);
        let list = |key| tape.get(root, key).into_iter().flat_map(|list| tape.items(list));
        self.components.extend(list("components").filter_map(|item| resolve(directory, tape.text(item))));
        self.patches.extend(Patch::read_all(tape, root, directory));
        self.images.extend(list("images").filter_map(|entry| pinned_image(tape, entry)));
    }
}

/// False for objects that only share the file name, such as Flux's own `Kustomization`.
fn is_kustomization(tape: &Tape, root: NodeId) -> bool {
    let group =
        tape.str_at(root, "apiVersion").and_then(|version| version.split_once('/')).map(|(group, _)| group);
    group.is_none_or(|group| group == super::super::role::KUSTOMIZE_GROUP)
}

/// The image that an entry of `images` is for, if it sets a tag or a digest.
fn pinned_image(tape: &Tape, entry: NodeId) -> Option<String> {
    let is_set = |key| tape.get(entry, key).is_some_and(|node| !tape.text(node).is_empty());
    let name = tape.str_at(entry, "name").filter(|name| !name.is_empty());
    name.filter(|_| is_set("newTag") || is_set("digest")).map(str::to_owned)
}

struct Reader<'a> {
    tape: &'a Tape,
    directory: &'a [u8],
    references: Vec<Reference>,
}

impl Reader<'_> {
    fn read(&mut self, root: NodeId) {
        let tape = self.tape;
        for (key, value) in tape.entries(root) {
            match tape.text(key) {
                "resources" | "bases" | "components" => self.paths(value, Use::Resource),
                "patches" | "patchesStrategicMerge" | "patchesJson6902" => {
                    self.paths_or_maps(value, Use::Patch)
                }
                "generators" | "transformers" | "validators" | "configurations" | "crds" => {
                    self.paths(value, Use::Config);
                }
                "replacements" => self.paths_or_maps(value, Use::Config),
                "openapi" => self.path_at(value, "path", Use::Config),
                "configMapGenerator" | "secretGenerator" => {
                    tape.items(value).for_each(|entry| self.generator(entry));
                }
                "helmCharts" => self.helm_charts(root, value),
                "helmChartInflationGenerator" => {
                    tape.items(value).for_each(|entry| self.helm_inflation(entry));
                }
                _ => {}
            }
        }
    }

    fn generator(&mut self, entry: NodeId) {
        let tape = self.tape;
        for (key, value) in tape.entries(entry) {
            match tape.text(key) {
                "files" => tape.items(value).for_each(|file| {
                    let text = tape.text(file);
                    self.push(text.split_once('=').map_or(text, |(_, path)| path), Use::Data);
                }),
                "envs" => self.paths(value, Use::Data),
                "env" => self.path(value, Use::Data),
                _ => {}
            }
        }
    }

    fn helm_charts(&mut self, root: NodeId, charts: NodeId) {
        let tape = self.tape;
        let globals = tape.get(root, "helmGlobals");
        let home = globals.and_then(|globals| tape.str_at(globals, "chartHome")).unwrap_or("charts");
        for chart in tape.items(charts) {
            self.path_at(chart, "valuesFile", Use::Values);
            if let Some(files) = tape.get(chart, "additionalValuesFiles") {
                self.paths(files, Use::Values);
            }
            if let Some(name) = tape.str_at(chart, "name") {
                self.push(&format!("{home}/{name}"), Use::Chart);
            }
        }
    }

    fn helm_inflation(&mut self, chart: NodeId) {
        self.path_at(chart, "values", Use::Values);
        let home = self.tape.str_at(chart, "chartHome").unwrap_or("charts");
        if let Some(name) = self.tape.str_at(chart, "chartName") {
            self.push(&format!("{home}/{name}"), Use::Chart);
        }
    }

    fn paths(&mut self, list: NodeId, used_as: Use) {
        let tape = self.tape;
        tape.items(list).for_each(|item| self.path(item, used_as));
    }

    /// Items are paths, or maps with a `path`.
    fn paths_or_maps(&mut self, list: NodeId, used_as: Use) {
        let tape = self.tape;
        for item in tape.items(list) {
            self.path(item, used_as);
            self.path_at(item, "path", used_as);
        }
    }

    fn path_at(&mut self, map: NodeId, key: &str, used_as: Use) {
        if let Some(node) = self.tape.get(map, key) {
            self.path(node, used_as);
        }
    }

    fn path(&mut self, node: NodeId, used_as: Use) {
        if self.tape.kind(node) == Kind::Str {
            self.push(self.tape.text(node), used_as);
        }
    }

    fn push(&mut self, text: &str, used_as: Use) {
        if let Some(target) = resolve(self.directory, text) {
            self.references.push(Reference { target, used_as });
        }
    }
}
