//! A thread that policies can be run on: their calls use its stack.

use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::cli::error::CliError;
use crate::policy::WORKER_STACK_BYTES;

/// Starts `work` on a thread with the stack that policies need.
pub(super) fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, CliError> {
    let started = Builder::new().stack_size(WORKER_STACK_BYTES * 2).spawn_scoped(scope, work);
    started.map_err(|error| CliError::new(format!("no thread can be started: {error}")))
}

/// Waits for a thread.
pub(super) fn finish<T>(handle: ScopedJoinHandle<'_, T>) -> Result<T, CliError> {
    handle
        .join()
        .map_err(|_| CliError::new("the gate itself panicked").hint("this is a fault of the gate: report it"))
}

/// Runs `work` on such a thread.
pub(super) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, CliError> {
    std::thread::scope(|scope| finish(start(scope, work)?))
}
