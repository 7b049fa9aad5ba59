//! Policy modules and keys that are files of the repository: what a change does to those in use, and whether the modules that
//! the next configuration names could be loaded. A module that was not reviewed is neither compiled nor run: only its
//! presence and its digest are looked at. Of registries, only what the configuration in force names is asked for.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::is_touched;
use crate::cli::compile_child;
use crate::cli::error::CliError;
use crate::cli::supply::{Source, Supply};
use crate::config::{Config, ConfigProblem, FILE_NAME, Limit, PolicyConfig, PolicySource, SignatureRule};
use crate::engine::{Checks, PolicyLoadProblem, load_policies};
use crate::git::{Change, Snapshot};
use crate::model::{Effect, RepoPath};
use crate::text::hexadecimal;

/// Policies of the next configuration that are tried out.
const TRIED: usize = 100;
/// Digits of a digest that tell two modules apart for a reader.
const DIGITS: usize = 16;

/// The modules and keys of the repository that `config` names.
pub(super) fn named(config: &Config) -> BTreeSet<RepoPath> {
    let keys = config.policies.iter().flat_map(|policy| &policy.signature).flat_map(SignatureRule::files);
    config.policies.iter().filter_map(file_of).chain(keys).cloned().collect()
}

fn file_of(policy: &PolicyConfig) -> Option<&RepoPath> {
    match &policy.source {
        PolicySource::File(path) => Some(path),
        PolicySource::Builtin(_) | PolicySource::Oci(_) => None,
    }
}

/// Modules and keys in use whose content the change alters.
pub(super) fn effects(
    modules: &BTreeSet<RepoPath>,
    base: &Snapshot,
    change: &Change,
) -> Result<Vec<Effect>, CliError> {
    let mut effects = Vec::new();
    for path in modules.iter().filter(|path| is_touched(change, path.as_bytes())) {
        let (before, after) = (digest(base, path)?, digest(&change.head, path)?);
        if before != after {
            let words = |digest: Option<String>| match digest {
                Some(digest) => format!("sha256 {}…", digest.get(..DIGITS).unwrap_or_default()),
                None => "no such file".to_owned(),
            };
            let is_module = path.as_bytes().ends_with(b".wasm");
            let what = if is_module { "content of policy" } else { "what signatures are held against:" };
            let subject = format!("{what} ./{path}");
            effects.push(Effect::new(&subject, Some(&words(before)), Some(&words(after)), true));
        }
    }
    Ok(effects)
}

/// The next configuration beside the one in force.
pub(super) struct Tried<'a> {
    pub(super) base: &'a Config,
    pub(super) next: &'a Config,
    pub(super) source: &'a Source,
    pub(super) checks: Checks,
}

impl Tried<'_> {
    /// The configuration in force has this very policy of a registry: it has been asked for already.
    fn is_in_force(&self, policy: &PolicyConfig) -> bool {
        let same = |other: &PolicyConfig| {
            other.source == policy.source
                && other.sha256 == policy.sha256
                && other.signature.is_some() == policy.signature.is_some()
        };
        self.base.policies.iter().any(same)
    }
}

/// What would keep the policies of the next configuration from being loaded.
pub(super) fn problems(
    tried: &Tried<'_>,
    base: &Snapshot,
    change: &Change,
) -> Result<Vec<ConfigProblem>, CliError> {
    let config = tried.next;
    let mut problems = Vec::new();
    let mut trusted = Config { policies: Vec::new(), ..config.clone() };
    let mut digests = BTreeMap::new();
    for policy in config.policies.iter().take(TRIED) {
        let digests = match file_of(policy) {
            None => None,
            Some(path) if digests.contains_key(path) => digests.get(path),
            Some(path) => {
                let both = (digest(base, path)?, digest(&change.head, path)?);
                Some(&*digests.entry(path.clone()).or_insert(both))
            }
        };
        match digests {
            Some((before, after)) => {
                problems.extend(mistake(policy, after.as_deref()));
                if after.is_some() && before == after {
                    trusted.policies.push(policy.clone());
                }
            }
            None if matches!(policy.source, PolicySource::Oci(_)) && !tried.is_in_force(policy) => {}
            None => trusted.policies.push(policy.clone()),
        }
    }
    if let Some(first) = config.policies.get(TRIED) {
        problems.push(problem(first, format!("more than {TRIED} policies: they are not all tried out")));
    }
    if tried.checks.policies && problems.is_empty() {
        problems.extend(loaded(&trusted, &change.head, tried.source));
    }
    Ok(problems)
}

/// What is wrong with the file of a policy, of which only the digest is known.
fn mistake(policy: &PolicyConfig, found: Option<&str>) -> Option<ConfigProblem> {
    let source = &policy.source;
    match (found, policy.sha256.as_deref()) {
        (None, _) => {
            Some(problem(policy, format!("there is no file {source}, or it is larger than a policy may be")))
        }
        (Some(found), Some(wanted)) if found != wanted => {
            Some(problem(policy, format!("{source} has the SHA-256 digest {found}, not {wanted}")))
        }
        _ => None,
    }
}

/// Loads policies that are built in or have been reviewed, with the settings that the change gives them.
fn loaded(config: &Config, head: &Snapshot, source: &Source) -> Vec<ConfigProblem> {
    let supply = Supply::new(source, Some(head));
    let problems =
        load_policies(config, Some(head), compile_child::compiler(), &supply).err().unwrap_or_default();
    let path = RepoPath::from(FILE_NAME);
    let with_path = |PolicyLoadProblem { place, message, hint }| ConfigProblem {
        path: path.clone(),
        place,
        message,
        hint,
    };
    problems.into_iter().map(with_path).collect()
}

fn problem(policy: &PolicyConfig, message: String) -> ConfigProblem {
    ConfigProblem { path: FILE_NAME.into(), place: policy.place, message, hint: None }
}

/// The SHA-256 digest of a file; none if it is not there, no file or too large for a policy.
fn digest(snapshot: &Snapshot, path: &RepoPath) -> Result<Option<String>, CliError> {
    let Some(entry) = snapshot.entry(path.as_bytes())? else { return Ok(None) };
    let bytes = snapshot.bytes(&entry, Limit::Module.most())?;
    Ok(bytes.map(|bytes| hexadecimal(&Sha256::digest(bytes))))
}
