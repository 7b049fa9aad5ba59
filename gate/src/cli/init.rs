//! `gate init`: puts what the gate needs into a repository.

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::{Exit, git_hook};

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Write the hook of Git that judges what is about to be committed.
    #[arg(long, required = true)]
    pub(super) hook: bool,
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
}

pub(super) fn run(args: &InitArgs) -> Result<Exit, CliError> {
    git_hook::install(args.directory.as_deref())
}
