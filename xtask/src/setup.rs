//! `cargo xtask setup`: a compiler for the WebAssembly target of the policies, found or made.

use gate_policy_build::{BuildError, Toolchain};

use crate::error::{Error, Result};
use crate::options::Options;

/// Finds or makes the toolchain and says which one it is.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    let (toolchain, was_there) = find_or_make()?;
    let verb = if was_there { "Already there" } else { "Ready" };
    println!("{verb}: {}.", toolchain.describe());
    Ok(())
}

/// What every command does that builds the gate: quick and silent when the toolchain is there.
pub(crate) fn ensure() -> Result<Toolchain> {
    find_or_make().map(|(toolchain, _)| toolchain)
}

/// The toolchain, and whether it was there before.
fn find_or_make() -> Result<(Toolchain, bool)> {
    if let Ok(found) = gate_policy_build::find() {
        return Ok((found, true));
    }
    println!("Policies are compiled for {}, which is not installed yet.", gate_policy_build::TARGET);
    let made = gate_policy_build::setup(&mut |step| println!("  {step}")).map_err(explained)?;
    Ok((made, false))
}

/// The same error in this program's words.
pub(crate) fn explained(error: BuildError) -> Error {
    let BuildError { message, hint } = error;
    match hint {
        Some(hint) => Error::new(message).hint(hint),
        None => Error::new(message),
    }
}
