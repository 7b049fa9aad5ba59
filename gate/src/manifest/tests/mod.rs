//! Files as they are found in repositories: roles, objects, problems, and what uses what.

mod kustomize;
mod layout;
mod objects;
mod pairing;
mod patches;
mod problems;
mod roles;

use super::{Manifest, Surroundings};
use crate::model::RepoPath;
use crate::yaml::Limits;

/// Reads `text` as the file `path` in `around`.
fn read_in(path: &str, text: &str, around: &Surroundings) -> Manifest {
    Manifest::read(&RepoPath::from(path), text.as_bytes().to_vec(), around, &Limits::default())
}

fn read(text: &str) -> Manifest {
    read_in("a.yaml", text, &Surroundings::default())
}

/// The objects as `Kind/namespace/name`.
fn names(manifest: &Manifest) -> Vec<String> {
    manifest.objects().map(|object| object.id.to_string()).collect()
}
