//! `gate policy pull`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::signer::{SignerArgs, beside};
use super::{described, files, remote};
use crate::cli::error::CliError;
use crate::cli::supply::{Artifact, Store};
use crate::cli::surroundings::variable;
use crate::cli::{Exit, print};
use crate::config::Reference;
use crate::policy::Limits;
use crate::registry::{Pin, Pulled, Registry, Signed, Trust, signed_by};

#[derive(Debug, Args)]
pub(in crate::cli) struct PullArgs {
    /// Where from: `oci://registry/repository:tag`, or with `@sha256:…`.
    reference: String,
    /// File to write the component to [default: it is only kept in the cache, where `gate check` finds it].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Digest that the component must have.
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    sha256: Option<String>,
    #[command(flatten)]
    signer: SignerArgs,
    /// Overwrite files that have other content.
    #[arg(long)]
    force: bool,
    /// Without encryption. Registries on this machine need no leave for that.
    #[arg(long)]
    plain_http: bool,
}

/// 64 hexadecimal digits.
fn digest(text: &str) -> Result<String, String> {
    let good = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then(|| text.to_ascii_lowercase())
        .ok_or_else(|| "a SHA-256 digest has 64 hexadecimal digits".to_owned())
}

pub(super) fn run(args: &PullArgs) -> Result<Exit, CliError> {
    let reference = remote::reference(&args.reference)?;
    let trust = args.signer.trust()?;
    let store = Store::open(&variable);
    if args.output.is_none() && store.is_none() {
        return Err(CliError::new("there is nowhere to put the policy")
            .hint("name a file with -o; on CI nothing is kept in a cache unless GATE_CACHE_DIR is set"));
    }
    let found = pulled(args, &reference, trust.as_ref())?;
    let policy = described::load(&found.artifact.module)?;
    let written = match &args.output {
        Some(output) => write(output, &found.artifact, found.signed.as_ref(), args.force)?,
        None => Vec::new(),
    };
    let mut facts = vec![("manifest", format!("sha256 {}", found.manifest)), ("signed", words(&found))];
    facts.extend(written.iter().map(|path| ("written", path.display().to_string())));
    if let Some(store) = &store {
        store.put(&found.artifact);
        facts.push(("kept", "in the cache".to_owned()));
    }
    let mut text = format!("pulled: {reference}\n{}", described::lines(&policy, found.artifact.module.len()));
    text += &described::clean_lines(&facts);
    text += &remote::snippet(&untagged(&reference), &found.manifest, policy.sha256());
    print(&text)?;
    Ok(Exit::Pass)
}

/// What was pulled, and who has signed it as far as that was asked.
struct Found {
    artifact: Artifact,
    /// SHA-256 of the manifest.
    manifest: String,
    /// Position of the bundle that proves it.
    signed: Option<(usize, Signed)>,
    /// Why the registry did not say which signatures there are.
    unlisted: Option<String>,
}

fn pulled(args: &PullArgs, reference: &Reference, trust: Option<&Trust>) -> Result<Found, CliError> {
    let registry = Registry::open(reference, remote::access(reference, args.plain_http)?)?;
    let pin = Pin { module: args.sha256.clone(), most: Limits::default().module_bytes };
    let Pulled { manifest, module } = registry.pull(&pin)?;
    // Kept with its signatures, so that `gate check` needs no network whatever it asks for.
    let (bundles, unlisted) = match registry.bundles(&manifest.digest) {
        Ok(bundles) => (bundles, None),
        Err(error) if trust.is_none() => (Vec::new(), Some(error.message)),
        Err(error) => return Err(error.into()),
    };
    let proof = trust.map(|trust| signed_by(trust, &bundles, &module, Some(&manifest.bytes))).transpose();
    let signed = proof.map_err(|why| {
        CliError::new(format!("{reference} is not signed as it must be: {why}")).hint("nothing was written")
    })?;
    let artifact = Artifact { module, manifest: Some(manifest.bytes), bundles };
    Ok(Found { artifact, manifest: manifest.digest, signed, unlisted })
}

/// A tag beside the digest tells readers which version it is; one that was never there is not made up.
fn untagged(reference: &Reference) -> Reference {
    Reference { digest: None, ..reference.clone() }
}

fn words(found: &Found) -> String {
    match (&found.signed, &found.unlisted, found.artifact.bundles.len()) {
        (Some((_, Signed { by, time, .. })), ..) => {
            format!("by {by}{}", time.as_ref().map(|time| format!(", {time}")).unwrap_or_default())
        }
        (None, Some(why), _) => format!("nobody knows: {why}"),
        (None, None, 0) => "no bundle is attached".to_owned(),
        (None, None, number) => {
            let bundles = remote::count(number, "bundle");
            format!("{bundles} attached, not verified: give --key, or --issuer and --identity")
        }
    }
}

/// Writes the component and, if its signature was verified, what proves it beside it.
fn write(
    output: &Path,
    artifact: &Artifact,
    signed: Option<&(usize, Signed)>,
    force: bool,
) -> Result<Vec<PathBuf>, CliError> {
    let mut contents: Vec<(PathBuf, &[u8])> = vec![(output.to_owned(), &artifact.module)];
    if let Some((position, signed)) = signed {
        contents.extend(
            artifact
                .bundles
                .get(*position)
                .map(|bundle| (beside(output, ".sigstore.json"), bundle.as_slice())),
        );
        let manifest = artifact.manifest.as_deref().filter(|_| signed.over_manifest);
        contents.extend(manifest.map(|manifest| (beside(output, ".manifest.json"), manifest)));
    }
    contents.iter().try_for_each(|(path, bytes)| files::check_free(path, bytes, force))?;
    contents.iter().try_for_each(|(path, bytes)| files::write(path, bytes, force))?;
    Ok(contents.into_iter().map(|(path, _)| path).collect())
}
