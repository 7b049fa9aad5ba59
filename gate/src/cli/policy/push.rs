//! `gate policy push`.

use std::path::PathBuf;

use clap::Args;

use super::{described, files, remote};
use crate::cli::error::CliError;
use crate::cli::{Exit, print};
use crate::registry::{Pushed, Registry};

#[derive(Debug, Args)]
pub(in crate::cli) struct PushArgs {
    /// The policy's component.
    file: PathBuf,
    /// Where to: `oci://registry/repository:tag`.
    reference: String,
    /// Sigstore bundle to attach to it; may be given several times.
    #[arg(long, value_name = "FILE")]
    bundle: Vec<PathBuf>,
    /// Move a tag that belongs to other content.
    #[arg(long)]
    force: bool,
    /// Without encryption. Registries on this machine need no leave for that.
    #[arg(long)]
    plain_http: bool,
}

pub(super) fn run(args: &PushArgs) -> Result<Exit, CliError> {
    let reference = remote::reference(&args.reference)?;
    let module = files::read(&args.file)?;
    let policy = described::load(&module)?;
    let bundles = args.bundle.iter().map(|path| files::read(path)).collect::<Result<Vec<_>, _>>()?;
    for (path, bundle) in args.bundle.iter().zip(&bundles) {
        if !serde_json::from_slice::<serde_json::Value>(bundle)
            .is_ok_and(|bundle| bundle.get("mediaType").is_some())
        {
            let message = format!("{} is no Sigstore bundle", path.display());
            return Err(CliError::new(message).hint("`cosign sign-blob --bundle FILE` makes one"));
        }
    }
    let registry = Registry::open(&reference, remote::access(&reference, args.plain_http)?)?;
    let pushed = registry.push(&module, &described::description(&policy), args.force)?;
    for bundle in &bundles {
        registry.attach(&pushed.manifest_bytes, bundle)?;
    }
    let done = if pushed.was_there { "already there" } else { "pushed" };
    let Pushed { manifest, module: sha256, .. } = &pushed;
    let mut text = format!("{done}: {reference}\n{}", described::lines(&policy, module.len()));
    let mut facts = vec![("manifest", format!("sha256 {manifest}"))];
    if !bundles.is_empty() {
        facts.push((
            "signed",
            format!("{} attached, not verified here", remote::count(bundles.len(), "bundle")),
        ));
    }
    text += &described::clean_lines(&facts);
    text += &remote::snippet(&reference, manifest, sha256);
    print(&text)?;
    Ok(Exit::Pass)
}
