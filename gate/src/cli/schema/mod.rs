//! `gate schema`: which schemas are known here, what is in them, and how to add more.

mod add;
mod here;
mod list;
mod show;

use clap::Subcommand;

use super::Exit;
use super::error::CliError;

/// What to do with schemas.
#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// List the kinds that there are schemas of, and where each is from.
    List(list::ListArgs),
    /// Show the fields of a kind: types, what is required, which values are allowed.
    Show(show::ShowArgs),
    /// Add schemas: CustomResourceDefinitions of a file, a directory or a URL, or all that the repository needs from a
    /// template of URLs.
    Add(add::AddArgs),
}

pub(super) fn run(command: &SchemaCommand) -> Result<Exit, CliError> {
    crate::engine::set_up_threads();
    match command {
        SchemaCommand::List(args) => list::run(args),
        SchemaCommand::Show(args) => show::run(args),
        SchemaCommand::Add(args) => add::run(args),
    }
}
