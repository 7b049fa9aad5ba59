//! Flux's Kustomizations: which directory they build, and the patches that they put over what comes out.

use super::kustomize::Patch;
use super::names::resolve;
use crate::yaml::{NodeId, Tape};

/// The group of Flux's Kustomizations.
pub const FLUX_GROUP: &str = "kustomize.toolkit.fluxcd.io";

/// One of Flux's Kustomizations.
#[derive(Debug)]
pub struct FluxKustomization {
    /// `spec.path`, from the root of its source.
    directory: Vec<u8>,
    /// The patches of its `spec`.
    pub patches: Vec<Patch>,
}

impl FluxKustomization {
    /// Reads the object at `root`; none if it is another kind or names no directory.
    pub fn read(tape: &Tape, root: NodeId) -> Option<Self> {
        let (group, _) = tape.str_at(root, "apiVersion")?.split_once('/')?;
        if group != FLUX_GROUP || tape.str_at(root, "kind") != Some("Kustomization") {
            return None;
        }
        let spec = tape.get(root, "spec")?;
        let directory = resolve(&[], tape.str_at(spec, "path")?)?;
        Some(Self { directory, patches: Patch::read_all(tape, spec, &[]) })
    }

    /// True if it may build `directory` of the repository. Its source may be only a part of the repository, so that
    /// its path is the end of the directory's.
    pub fn may_build(&self, directory: &[u8]) -> bool {
        match directory.strip_suffix(self.directory.as_slice()) {
            Some(before) if !self.directory.is_empty() => before.is_empty() || before.ends_with(b"/"),
            _ => directory == self.directory,
        }
    }
}
