//! Policy modules that are files of the repository: what a change does to those in use, and whether those that the next
//! configuration names could be loaded. A module that was not reviewed is neither compiled nor run: only its presence and
//! its digest are looked at.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::is_touched;
use crate::cli::compile_child;
use crate::cli::error::CliError;
use crate::config::{Config, ConfigProblem, FILE_NAME, PolicyConfig, PolicySource};
use crate::engine::{Checks, PolicyLoadProblem, load_policies};
use crate::git::{Change, Snapshot};
use crate::model::{Effect, RepoPath};
use crate::policy::Limits;

/// Policies of the next configuration that are tried out.
const TRIED: usize = 100;
/// Digits of a digest that tell two modules apart for a reader.
const DIGITS: usize = 16;

/// The modules of the repository that `config` names.
pub(super) fn named(config: &Config) -> BTreeSet<RepoPath> {
    config.policies.iter().filter_map(file_of).cloned().collect()
}

fn file_of(policy: &PolicyConfig) -> Option<&RepoPath> {
    match &policy.source {
        PolicySource::File(path) => Some(path),
        PolicySource::Builtin(_) => None,
    }
}

/// Modules in use whose content the change alters.
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
            let subject = format!("content of policy ./{path}");
            effects.push(Effect::new(&subject, Some(&words(before)), Some(&words(after)), true));
        }
    }
    Ok(effects)
}

/// What would keep the policies of the next configuration from being loaded.
pub(super) fn problems(
    config: &Config,
    base: &Snapshot,
    change: &Change,
    checks: Checks,
) -> Result<Vec<ConfigProblem>, CliError> {
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
            None => trusted.policies.push(policy.clone()),
        }
    }
    if let Some(first) = config.policies.get(TRIED) {
        problems.push(problem(first, format!("more than {TRIED} policies: they are not all tried out")));
    }
    if checks.policies && problems.is_empty() {
        problems.extend(tried(&trusted, &change.head));
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
fn tried(config: &Config, head: &Snapshot) -> Vec<ConfigProblem> {
    let problems = load_policies(config, Some(head), compile_child::compiler()).err().unwrap_or_default();
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
    let bytes = snapshot.bytes(&entry, Limits::default().module_bytes as u64)?;
    Ok(bytes.map(|bytes| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()))
}
