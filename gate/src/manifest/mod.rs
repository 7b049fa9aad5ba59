//! Files to documents told apart: objects, kustomizations, patches, Helm values and templates, and the rest.
//! What a document is depends on what it says and on what its surroundings say about it; [`Layout`] knows the
//! surroundings, [`Manifest::read`] reads one file in them, [`pair`] matches what base and head have in common.

mod advice;
mod flux;
mod kustomize;
mod layout;
mod names;
mod objects;
mod pair;
mod problem;
mod read;
mod role;

#[cfg(test)]
mod tests;

pub use flux::{FLUX_GROUP, FluxKustomization};
pub use kustomize::{Kustomization, KustomizeIndex, Listing, Patch, PatchText, Spot, Target, Use};
pub use layout::{FileKind, Layout, Surroundings};
pub use names::{
    is_chart_file, is_kustomization_file, is_like_manifest, is_manifest_path, is_requirements_file,
    is_test_file,
};
pub use objects::Object;
pub use pair::{Pair, pair};
pub use problem::{Problem, RULE_IDS, rules};
pub use read::{Document, Manifest, Unit};
