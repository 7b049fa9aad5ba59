//! `gate completions` and `gate man`: made from the definition of the command line, so that they cannot say anything else.

use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Cli;
use super::error::CliError;
use super::{Exit, print};

/// What `gate completions` is told.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct CompletionsArgs {
    /// The shell that is to complete the words of `gate`.
    #[arg(value_enum)]
    shell: Shell,
}

/// What `gate man` is told.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder for the pages of `gate` and of every command [default: print the page of `gate`].
    directory: Option<PathBuf>,
}

/// Prints the script for one shell.
pub(super) fn completions(args: CompletionsArgs) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "gate", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Pass)
}

/// Prints the page of `gate`, or writes all pages.
pub(super) fn man(args: &ManArgs) -> Result<Exit, CliError> {
    match &args.directory {
        Some(folder) => write_pages(folder)?,
        None => print(&String::from_utf8_lossy(&page(&built()).1))?,
    }
    Ok(Exit::Pass)
}

fn write_pages(folder: &Path) -> Result<(), CliError> {
    let failed = |path: &Path, error: std::io::Error| {
        CliError::new(format!("{}: {error}", path.display())).hint("name a folder that can be written")
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let pages = pages(&built());
    for (name, text) in &pages {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    print(&format!("{}: {} pages\n", folder.display(), pages.len()))
}

/// The command line without what is hidden: its commands are for the gate itself.
fn definition() -> Command {
    let whole = Cli::command();
    let shown = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new("gate")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .about(whole.get_about().cloned().unwrap_or_default())
        .args(whole.get_arguments().cloned())
        .subcommands(shown.collect::<Vec<_>>())
}

/// The definition with the full name of every command: `gate-policy-new`.
fn built() -> Command {
    let mut command = definition().disable_help_subcommand(true);
    command.build();
    command
}

/// The pages of a command and of all below it, by the name of their file.
fn pages(command: &Command) -> Vec<(String, Vec<u8>)> {
    let below = command.get_subcommands().flat_map(pages);
    std::iter::once(page(command)).chain(below).collect()
}

fn page(command: &Command) -> (String, Vec<u8>) {
    let man = Man::new(command.clone())
        .source(concat!("gitops-gate ", env!("CARGO_PKG_VERSION")))
        .manual("gitops-gate");
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render(&mut text);
    (man.get_filename(), text)
}

#[cfg(test)]
#[path = "shell/tests.rs"]
mod tests;
