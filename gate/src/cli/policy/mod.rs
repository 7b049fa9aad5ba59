//! `gate policy`: the kit of policy authors, and what operators ask about modules.

mod bench;
mod build;
mod component;
mod folder;
mod inspect;
mod list;
mod module;
mod name;
mod new;
mod run_alone;
mod sdk_source;
mod settings;
pub(super) mod shown;
mod subject;
mod template;
mod test;

#[cfg(feature = "oci")]
mod described;
#[cfg(feature = "oci")]
mod files;
#[cfg(feature = "oci")]
mod pull;
#[cfg(feature = "oci")]
mod push;
#[cfg(feature = "oci")]
mod remote;
#[cfg(feature = "oci")]
mod signer;
#[cfg(feature = "oci")]
mod verify;
#[cfg(not(feature = "oci"))]
mod without;
mod worker;

#[cfg(feature = "oci")]
use {pull::PullArgs, push::PushArgs, verify::VerifyArgs};
#[cfg(not(feature = "oci"))]
use {
    without as pull, without as push, without as verify, without::AnyArgs as PullArgs,
    without::AnyArgs as PushArgs, without::AnyArgs as VerifyArgs,
};

use clap::{Subcommand, ValueEnum};

use super::Exit;
use super::error::CliError;

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Make the crate of a new policy: it builds, passes its cases and explains itself.
    New(new::NewArgs),
    /// Build the crate of a policy to a component, the same bytes every time.
    Build(build::BuildArgs),
    /// Run the cases of a policy against its component.
    Test(test::TestArgs),
    /// Measure a policy: objects a second, time, fuel and memory.
    Bench(bench::BenchArgs),
    /// Show what a module says of itself, and what it is.
    Inspect(inspect::InspectArgs),
    /// Show which policies would run here, where and with which settings.
    List(list::ListArgs),
    /// Put a policy into an OCI registry.
    Push(PushArgs),
    /// Get a policy from an OCI registry, by digest.
    Pull(PullArgs),
    /// Check the signature of a policy.
    Verify(VerifyArgs),
}

/// For whom something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Runs one command.
pub(super) fn run(command: &PolicyCommand) -> Result<Exit, CliError> {
    match command {
        PolicyCommand::New(args) => new::run(args),
        PolicyCommand::Build(args) => build::run(args),
        PolicyCommand::Test(args) => test::run(args),
        PolicyCommand::Bench(args) => bench::run(args),
        PolicyCommand::Inspect(args) => inspect::run(args),
        PolicyCommand::List(args) => list::run(args),
        PolicyCommand::Push(args) => push::run(args),
        PolicyCommand::Pull(args) => pull::run(args),
        PolicyCommand::Verify(args) => verify::run(args),
    }
}
