//! `gate policy verify`.

use std::path::PathBuf;

use clap::Args;

use super::files;
use super::signer::{SignerArgs, beside};
use crate::cli::error::CliError;
use crate::cli::surroundings::tell;
use crate::cli::{Exit, print};
use crate::registry::{Refused, Signed, Trust, plain_signature, sha256};
use crate::text::clean_line;

const EXIT_CODES: &str = "\
Nothing is fetched: certificates and logs are held against the trusted root that is part of the gate.

Exit codes:
  0  the signature is of this file and by the right one
  1  refused: it is not
  2  usage or environment error: nothing was verified";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct VerifyArgs {
    /// The policy's component.
    file: PathBuf,
    /// Sigstore bundle [default: FILE.sigstore.json].
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Signature alone, in base64, as `cosign sign-blob --output-signature` writes it; needs --key.
    #[arg(long, value_name = "FILE", conflicts_with = "bundle", requires = "key")]
    signature: Option<PathBuf>,
    /// Manifest of the policy in its registry, where that is what was signed [default: FILE.manifest.json, if it is there].
    #[arg(long, value_name = "FILE", conflicts_with = "signature")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArgs,
}

pub(super) fn run(args: &VerifyArgs) -> Result<Exit, CliError> {
    let trust = args.signer.required()?;
    let module = files::read(&args.file)?;
    match verify(args, &trust, &module)? {
        Ok(Signed { by, over_manifest, time }) => {
            let what = if over_manifest { "its manifest is signed" } else { "signed" };
            let when = time.map(|time| format!(", {time}")).unwrap_or_default();
            let digest = sha256(&module);
            print(&format!("{}: {what} by {}{when}\n  sha256 {digest}\n", shown(args), clean_line(&by)))?;
            Ok(Exit::Pass)
        }
        Err(why) => {
            tell(&format!("refused: {}: {why}", shown(args)));
            Ok(Exit::Fail)
        }
    }
}

fn verify(args: &VerifyArgs, trust: &Trust, module: &[u8]) -> Result<Result<Signed, Refused>, CliError> {
    if let Some(signature) = &args.signature {
        return Ok(plain_signature(trust, &files::read(signature)?, module));
    }
    let bundle = match &args.bundle {
        Some(path) => files::read(path)?,
        None => {
            let path = beside(&args.file, ".sigstore.json");
            files::read_if_there(&path)?.ok_or_else(|| {
                CliError::new(format!("there is no bundle {}", path.display()))
                    .hint("name one with --bundle, or a signature alone with --signature")
            })?
        }
    };
    let manifest = match &args.manifest {
        Some(path) => Some(files::read(path)?),
        None => files::read_if_there(&beside(&args.file, ".manifest.json"))?,
    };
    Ok(trust.verify(&bundle, module, manifest.as_deref()))
}

fn shown(args: &VerifyArgs) -> String {
    clean_line(&args.file.display().to_string()).into_owned()
}
