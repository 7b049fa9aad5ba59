//! Whose signature counts, as arguments.

use std::path::{Path, PathBuf};

use clap::Args;

use super::files;
use crate::cli::error::CliError;
use crate::config::Identity;
use crate::registry::{Trust, Trustee};

/// Whose signature counts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Who must have signed it")]
pub(super) struct SignerArgs {
    /// Public key in PEM, such as `cosign.pub`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["issuer", "identity", "identity_pattern"])]
    pub(super) key: Option<PathBuf>,
    /// Identity provider that vouched for the signer, such as `https://token.actions.githubusercontent.com`.
    #[arg(long, value_name = "URL")]
    pub(super) issuer: Option<String>,
    /// Identity in the certificate, exactly.
    #[arg(long, value_name = "TEXT", requires = "issuer", conflicts_with = "identity_pattern")]
    pub(super) identity: Option<String>,
    /// Identities in the certificate; `*` stands for any characters but `/` and `@`.
    #[arg(long, value_name = "PATTERN", requires = "issuer")]
    pub(super) identity_pattern: Option<String>,
    /// Trusted root of another Sigstore than the public one, in JSON.
    #[arg(long, value_name = "FILE")]
    pub(super) trusted_root: Option<PathBuf>,
}

impl SignerArgs {
    /// Whom they mean; none if they name nobody.
    pub(super) fn trust(&self) -> Result<Option<Trust>, CliError> {
        let identity = match (&self.identity, &self.identity_pattern) {
            (Some(exact), _) => Some(Identity::Exact(exact.clone())),
            (None, Some(pattern)) => Some(Identity::Pattern(pattern.clone())),
            (None, None) => None,
        };
        let trustee = match (&self.key, &self.issuer, identity) {
            (Some(key), ..) => Trustee::Key(files::read(key)?),
            (None, Some(issuer), Some(identity)) => Trustee::Keyless { issuer: issuer.clone(), identity },
            (None, Some(_), None) => {
                return Err(CliError::new(
                    "an issuer without an identity: anybody whom it knows could have signed",
                )
                .hint("add --identity or --identity-pattern"));
            }
            (None, None, _) => return Ok(None),
        };
        let root = self.trusted_root.as_deref().map(files::read).transpose()?;
        Ok(Some(Trust { trustee, root }))
    }

    /// As [`SignerArgs::trust`]; nobody is an error.
    pub(super) fn required(&self) -> Result<Trust, CliError> {
        self.trust()?.ok_or_else(|| {
            CliError::new("nothing says who must have signed it")
                .hint("give --key FILE, or --issuer URL with --identity TEXT")
        })
    }
}

/// `x.wasm` and `.sig` are `x.wasm.sig`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
