//! The command line: chooses what to judge and how to show it. All that is printed is printed here.

mod args;
mod cache;
mod check;
mod choice;
mod clock;
mod code_cache;
mod compile_child;
mod configuration;
mod context;
mod error;
mod explain;
mod facts;
mod fix;
mod foreign_flags;
mod formats;
mod git_hook;
mod hook;
mod init;
mod limits;
mod own_files;
mod policy;
mod post;
mod posting;
mod pre_commit;
mod private;
mod progress;
mod publication;
mod schema;
mod schema_args;
mod schema_options;
mod shell;
mod sources;
mod supply;
mod surroundings;
mod terminal;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

/// A command with its options, and the commands below it.
pub use clap::Command as CommandLine;

use args::{Cli, Command};
use error::CliError;

/// What the process tells whoever called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing at or above the blocking severity was introduced; of `gate post`: it was posted, or need not be.
    Pass,
    /// 1: at least one finding blocks.
    Fail,
    /// 2: usage, configuration or environment error; nothing was judged, or the answer that had to stand at the host does not.
    Error,
    /// 3: judged, but a check could not finish.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Pass => 0,
            Exit::Fail => 1,
            Exit::Error => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// The command line as data: what its reference (`docs/cli.md`) is made from, and what commands in the docs are held against.
pub fn command_line() -> CommandLine {
    let mut command = Cli::command();
    command.build();
    command
}

/// Runs the program with these arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Error } else { Exit::Pass };
            // Nobody is left to tell if this cannot be printed.
            let _ = error.print();
            if let Some(hint) = error.use_stderr().then(|| foreign_flags::hint(arguments.get(1..)?)).flatten()
            {
                surroundings::tell(&format!("hint: {hint}"));
            }
            return exit.into();
        }
    };
    let done = match &cli.command {
        Command::Check(check) => check::run(check, cli.color),
        Command::Init(args) => init::run(args),
        Command::Context(context) => context::run(context),
        Command::Post(args) => post::run(args),
        Command::Hook { hook } => hook::run(hook),
        Command::Explain(args) => explain::run(args),
        Command::Fix(args) => fix::run(args, cli.color),
        Command::Cache(command) => cache::run(command),
        Command::Schema { schema } => schema::run(schema),
        Command::Policy { policy } => policy::run(policy),
        Command::Completions(args) => shell::completions(*args),
        Command::Man(args) => shell::man(args),
        Command::CompilePolicy { memory, seconds, short_address_space } => {
            Ok(compile_child::run(*memory, *seconds, !short_address_space))
        }
    };
    done.unwrap_or_else(|error| report(&error)).into()
}

fn report(error: &CliError) -> Exit {
    progress::end();
    let mut stderr = std::io::stderr().lock();
    // As above: without a standard error there is only the exit code.
    let _ = error.write(&mut stderr);
    Exit::Error
}

/// Writes a whole output to standard output. A reader that went away is no error.
fn print(text: &str) -> Result<(), CliError> {
    progress::end();
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CliError::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// A line on standard error, for whoever asked for more.
fn note(line: &str) {
    surroundings::tell(&format!("gate: {line}"));
}
