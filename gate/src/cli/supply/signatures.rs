//! Signatures of policies, held against what the configuration asks for. Keys and trusted roots are files of the side that
//! the configuration is from.

use super::beside;
use crate::config::{PolicyConfig, PolicySource, SignatureRule, Signer};
use crate::engine::ModuleError;
use crate::git::Snapshot;
use crate::model::RepoPath;
use crate::registry::{Refused, Trust, Trustee, plain_signature, signed_by};

/// Bytes of a key, a bundle or a trusted root.
const MOST_BYTES: u64 = 4 << 20;
const BASE_HINT: &str = "it is read from the same revision as gate.yaml: in a pull request, from the base";

/// Verifies that one of `bundles` is the signature of `module` that the policy must have.
pub(super) fn verify(
    policy: &PolicyConfig,
    files: Option<&Snapshot>,
    module: &[u8],
    manifest: Option<&[u8]>,
    bundles: &[Vec<u8>],
) -> Result<(), ModuleError> {
    let Some(rule) = &policy.signature else { return Ok(()) };
    let trust = trust(rule, files)?;
    signed_by(&trust, bundles, module, manifest).map(drop).map_err(|why| refused(policy, rule, &why))
}

/// Verifies the signature beside a module of the repository.
pub(super) fn verify_beside(
    policy: &PolicyConfig,
    files: Option<&Snapshot>,
    module: &[u8],
) -> Result<(), ModuleError> {
    let (Some(rule), PolicySource::File(path)) = (&policy.signature, &policy.source) else { return Ok(()) };
    let find = |ending: &str| read(files, &beside(path, ending));
    if let Some(bundle) = find(".sigstore.json")? {
        return verify(policy, files, module, find(".manifest.json")?.as_deref(), &[bundle]);
    }
    let Some(signature) = find(".sig")? else {
        let message = format!("{} has no signature, and must have been signed by {rule}", policy.source);
        let hint = format!("put a bundle beside it: ./{path}.sigstore.json; {BASE_HINT}");
        return Err(ModuleError { is_mistake: true, message, hint: Some(hint) });
    };
    let trust = trust(rule, files)?;
    plain_signature(&trust, &signature, module).map(drop).map_err(|why| refused(policy, rule, &why))
}

fn refused(policy: &PolicyConfig, rule: &SignatureRule, why: &Refused) -> ModuleError {
    ModuleError {
        is_mistake: true,
        message: format!("{} must have been signed by {rule}: {why}", policy.source),
        hint: Some(
            "`gate policy verify` shows more; if the policy is another one on purpose, have it signed"
                .to_owned(),
        ),
    }
}

fn trust(rule: &SignatureRule, files: Option<&Snapshot>) -> Result<Trust, ModuleError> {
    let needed = |path: &RepoPath| {
        read(files, path)?.ok_or_else(|| ModuleError {
            is_mistake: true,
            message: format!("there is no file ./{path}, which `signature` names"),
            hint: Some(BASE_HINT.to_owned()),
        })
    };
    let trustee = match &rule.signer {
        Signer::Key(path) => Trustee::Key(needed(path)?),
        Signer::Keyless { issuer, identity } => {
            Trustee::Keyless { issuer: issuer.clone(), identity: identity.clone() }
        }
    };
    Ok(Trust { trustee, root: rule.trusted_root.as_ref().map(needed).transpose()? })
}

fn read(files: Option<&Snapshot>, path: &RepoPath) -> Result<Option<Vec<u8>>, ModuleError> {
    let Some(files) = files else { return Ok(None) };
    let found = files.entry(path.as_bytes()).and_then(|entry| match entry {
        Some(entry) => files.bytes(&entry, MOST_BYTES),
        None => Ok(None),
    });
    found.map_err(|error| ModuleError {
        is_mistake: true,
        message: format!("./{path}: {error}"),
        hint: error.hint(),
    })
}
