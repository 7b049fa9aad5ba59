//! `gate policy inspect`: what a module is and what it says of itself. A module that is no policy is told apart as far as
//! that goes without running it.

mod code_size;
mod json;
mod target;
mod text;

use std::sync::Arc;

use clap::Args;

use self::code_size::CodeSize;
use self::target::Target;
use super::Format;
use crate::cli::error::CliError;
use crate::cli::{Exit, compile_child, print};
use crate::policy::{Anatomy, Limits, LoadError, Policy, PolicyHost};

const EXIT_CODES: &str = "\
Exit codes:
  0  it is a policy that this gate can load
  1  it is none, or breaks the contract: the output says what is wrong
  2  there is no such file or policy, or the crate cannot be built";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct InspectArgs {
    /// File of a module, `builtin:NAME`, or folder of a policy's crate, which is built first.
    #[arg(value_name = "FILE|builtin:NAME|DIR")]
    target: String,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// All that is known of a module.
struct Inspected {
    target: Target,
    anatomy: Anatomy,
    /// Bytes of machine code; 0 where it was not compiled.
    code_bytes: u64,
    policy: Result<Policy, LoadError>,
}

pub(super) fn run(args: &InspectArgs) -> Result<Exit, CliError> {
    let inspected = Inspected::new(Target::open(&args.target)?);
    print(&match args.format {
        Format::Text => text::render(&inspected),
        Format::Json => json::render(&inspected),
    })?;
    Ok(if inspected.policy.is_ok() { Exit::Pass } else { Exit::Fail })
}

impl Inspected {
    fn new(target: Target) -> Self {
        let size = Arc::new(CodeSize::new(compile_child::fresh_compiler()));
        let policy = PolicyHost::new(1)
            .and_then(|host| host.with_compiler(size.clone()).load(&target.wasm, &Limits::default()));
        Self { anatomy: Anatomy::of(&target.wasm), code_bytes: size.bytes(), policy, target }
    }
}
