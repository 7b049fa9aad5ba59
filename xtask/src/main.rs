//! `cargo xtask`: everything that is done to this workspace, from the first build to the numbers in the README.
//! It uses no more than the standard library, `git`, `cargo` and the finder of the wasm toolchain, so that it
//! compiles in seconds; it never links the gate, it runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task runner talks to the terminal")]

mod actionlint;
mod bench;
mod cargo;
mod demo;
mod docs;
mod error;
mod git;
mod gitea;
mod go;
mod kubeconform;
mod options;
mod package;
mod python;
mod registry;
mod setup;
mod tasks;
mod workspace;

use std::process::ExitCode;

use error::{Error, Result};
use options::Options;

/// One command: its name, the line that `help` shows, and what it runs.
struct Command {
    name: &'static str,
    help: &'static str,
    run: fn(&Options) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "setup",
        help: "find or make the wasm32 target (quick when it is there)",
        run: setup::run,
    },
    Command {
        name: "demo",
        help: "break a small GitOps repository and let the gate judge it",
        run: demo::run,
    },
    Command { name: "test", help: "run all tests of the workspace, doc tests too", run: tasks::test },
    Command {
        name: "gitea",
        help: "build the Gitea that tests of Git hosts post to (`test` does it, too)",
        run: gitea::run,
    },
    Command {
        name: "registry",
        help: "build the registry that tests of policies push to (`test` does it, too)",
        run: registry::run,
    },
    Command {
        name: "python",
        help: "install the programs of Python that tests run (`test` does it, too)",
        run: python::run,
    },
    Command {
        name: "actionlint",
        help: "build the actionlint that tests of workflows run (`test` does it, too)",
        run: actionlint::run,
    },
    Command {
        name: "kubeconform",
        help: "build the kubeconform that `bench` compares with",
        run: kubeconform::run,
    },
    Command {
        name: "package",
        help: "make the archive and the wheel of a release for this machine's kind, and run them",
        run: package::run,
    },
    Command {
        name: "docs",
        help: "make the book of the docs in target/book, and follow its links",
        run: docs::run,
    },
    Command { name: "bench", help: "measure a release build and print the numbers", run: bench::run },
    Command {
        name: bench::READ_FILES,
        help: "find and read the files below the folder that follows `--`: what `bench` compares with",
        run: bench::read_files,
    },
    Command {
        name: "policies",
        help: "build the built-in policies, or the crates that follow `--`, and print their sizes",
        run: tasks::policies,
    },
    Command {
        name: "schemas",
        help: "make the embedded schema pack anew (needs the network)",
        run: tasks::schemas,
    },
    Command { name: "help", help: "this list", run: help },
];

fn main() -> ExitCode {
    match dispatch(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut arguments: Vec<String>) -> Result<()> {
    if arguments.is_empty() {
        return Err(Error::new("no command").hint("`cargo xtask help` lists them"));
    }
    let name = match arguments.remove(0) {
        flag if flag == "--help" || flag == "-h" => "help".to_owned(),
        name => name,
    };
    let command = COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
        Error::new(format!("there is no command `{name}`")).hint("`cargo xtask help` lists them")
    })?;
    (command.run)(&Options::new(command.name, arguments))
}

fn help(options: &Options) -> Result<()> {
    options.accept(&[])?;
    println!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {:<12} {}", command.name, command.help);
    }
    println!(
        "\nbench takes --runs N (10), --only schemas, --corpus DIR-OR-BUNDLE and --kubeconform-schemas LOCATION."
    );
    println!(
        "test, schemas and policies take more behind `--`: for `cargo test`, for the pack's own program, crates to build."
    );
    Ok(())
}
