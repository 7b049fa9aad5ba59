//! Commands that this gate was built without.

use clap::Args;

use crate::cli::Exit;
use crate::cli::error::CliError;

/// Whatever is given.
#[derive(Debug, Args)]
pub(in crate::cli) struct AnyArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _arguments: Vec<String>,
}

pub(super) fn run(_: &AnyArgs) -> Result<Exit, CliError> {
    Err(CliError::new("this gate was built without registries and signatures")
        .hint("use a gate that was built with the feature `oci`, as released ones are"))
}
