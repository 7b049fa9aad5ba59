//! Policies of registries for one run: asked for once, kept if they are pinned, checked whenever they are handed out.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::artifact::Artifact;
use super::store::{self, Store};
use super::{access, signatures};
use crate::cli::progress::{self, Phase};
use crate::cli::surroundings::variable;
use crate::config::{Config, PolicyConfig, PolicySource, Reference};
use crate::engine::{ModuleError, Modules};
use crate::git::Snapshot;
use crate::registry::{Pin, Registry, RegistryError};

/// Reference, pin, and whether signatures were asked for.
type Key = (String, Option<String>, bool);

/// Where policies come from, for all configurations of a run.
pub(in crate::cli) struct Source {
    /// Registries may be asked.
    fetch: bool,
    store: Option<Store>,
    /// The configuration that is obeyed names no more than one registry.
    is_one_registry: bool,
    /// What was fetched in this run, with or without signatures.
    known: RefCell<BTreeMap<Key, Result<Artifact, ModuleError>>>,
}

/// What one configuration gets, whose own files are `files`.
pub(in crate::cli) struct Supply<'a> {
    source: &'a Source,
    files: Option<&'a Snapshot>,
}

impl Source {
    /// For `config`; nothing is asked of registries unless `fetch`.
    pub(in crate::cli) fn new(config: &Config, fetch: bool) -> Self {
        let registries: BTreeSet<&str> = config
            .policies
            .iter()
            .filter_map(reference)
            .map(|reference| reference.registry.as_str())
            .collect();
        let store = if registries.is_empty() { None } else { Store::open(&variable) };
        Self { fetch, store, is_one_registry: registries.len() <= 1, known: RefCell::default() }
    }

    /// The artifact from where it was kept, if the policy is pinned: what a tag means can change.
    fn kept(&self, policy: &PolicyConfig, reference: &Reference) -> Option<Artifact> {
        let store = self.store.as_ref()?;
        let found = match (&reference.digest, &policy.sha256) {
            (Some(digest), _) => store.artifact(digest),
            (None, Some(sha256)) if policy.signature.is_some() => store.artifact(sha256),
            (None, Some(sha256)) => store.module(sha256),
            (None, None) => None,
        };
        found.filter(|artifact| artifact.check(policy).is_ok())
    }

    /// The artifact from its registry, once for a run.
    fn asked(
        &self,
        policy: &PolicyConfig,
        reference: &Reference,
        most: usize,
    ) -> Result<Artifact, ModuleError> {
        let key = (reference.to_string(), policy.sha256.clone(), policy.signature.is_some());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let asked = match self.fetch {
            true => progress::during(Phase::Downloads, || self.fetched(policy, reference, most)),
            false => Err(unfetched(reference)),
        };
        self.known.borrow_mut().insert(key, asked.clone());
        asked
    }

    fn fetched(
        &self,
        policy: &PolicyConfig,
        reference: &Reference,
        most: usize,
    ) -> Result<Artifact, ModuleError> {
        let access = access(reference, false, self.is_one_registry, &variable).map_err(|message| {
            ModuleError { is_mistake: false, message: format!("{reference}: {message}"), hint: None }
        })?;
        let registry = Registry::open(reference, access)?;
        let pulled = registry.pull(&Pin { module: policy.sha256.clone(), most })?;
        let bundles = match &policy.signature {
            Some(_) => registry.bundles(&pulled.manifest.digest)?,
            None => Vec::new(),
        };
        let artifact = store::artifact(pulled.manifest, pulled.module, bundles);
        if let Some(store) = &self.store {
            store.put(&artifact);
        }
        Ok(artifact)
    }
}

impl<'a> Supply<'a> {
    /// For a configuration whose own files are `files`.
    pub(in crate::cli) fn new(source: &'a Source, files: Option<&'a Snapshot>) -> Self {
        Self { source, files }
    }

    /// Pins and signature of the artifact are those that the configuration asks for.
    fn checked(&self, policy: &PolicyConfig, artifact: Artifact) -> Result<Vec<u8>, ModuleError> {
        artifact.check(policy).map_err(|why| ModuleError {
            is_mistake: true,
            message: format!("{}: {why}", policy.source),
            hint: Some("if the policy was changed on purpose, review it and change its pin".to_owned()),
        })?;
        let Artifact { module, manifest, bundles } = artifact;
        signatures::verify(policy, self.files, &module, manifest.as_deref(), &bundles)?;
        Ok(module)
    }
}

impl Modules for Supply<'_> {
    fn fetched(&self, policy: &PolicyConfig, most: usize) -> Result<Vec<u8>, ModuleError> {
        let Some(reference) = reference(policy) else { return Err(unfetched_file(policy)) };
        if let Some(kept) = self.source.kept(policy, reference) {
            let checked = self.checked(policy, kept);
            // It may have been signed since it was kept.
            if checked.is_ok() || !self.source.fetch {
                return checked;
            }
        }
        let artifact = self.source.asked(policy, reference, most)?;
        self.checked(policy, artifact)
    }

    fn signed(&self, policy: &PolicyConfig, module: &[u8]) -> Result<(), ModuleError> {
        signatures::verify_beside(policy, self.files, module)
    }
}

impl From<RegistryError> for ModuleError {
    fn from(error: RegistryError) -> Self {
        Self { is_mistake: error.is_mistake(), message: error.message, hint: error.hint }
    }
}

fn reference(policy: &PolicyConfig) -> Option<&Reference> {
    match &policy.source {
        PolicySource::Oci(reference) => Some(reference),
        PolicySource::Builtin(_) | PolicySource::File(_) => None,
    }
}

fn unfetched(reference: &Reference) -> ModuleError {
    ModuleError {
        is_mistake: false,
        message: format!("{reference} is not in the cache of this user, and `--no-fetch` is given"),
        hint: Some(format!(
            "`gate policy pull {reference}` puts it there; on CI nothing is kept unless GATE_CACHE_DIR is set"
        )),
    }
}

fn unfetched_file(policy: &PolicyConfig) -> ModuleError {
    ModuleError { is_mistake: true, message: format!("{} is in no registry", policy.source), hint: None }
}
