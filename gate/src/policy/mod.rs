//! Sandboxed policies: WebAssembly components that get documents and give findings. The host holds wasmtime and
//! hands out [`Policy`] values; a policy is run on one batch of documents at a time, in a fresh instance with
//! limits on fuel, time, memory, stack and output. What comes back is checked as hostile input.
//!
//! Nothing here reads a file, prints or knows YAML. Threads that call [`Policy::run`] need a stack of at least
//! [`WORKER_STACK_BYTES`]: the guest's calls run on it.

mod answer;
mod bindings;
mod builtin;
mod compile;
mod contract;
mod convert;
mod engine_settings;
mod failure;
mod host;
mod limiter;
mod limits;
mod metadata;
mod precompiled;
mod run;
mod sandbox;
mod ticker;

pub use builtin::{Builtin, builtins};
pub use compile::{CompileJob, Compiler, InProcess, MachineCode, compile_component};
pub use contract::{
    Context, Document, Environment, MatchRule, Metadata, PullRequest, RawFinding, Rule, Scope, SettingsIssue,
};
pub use failure::{LoadError, PolicyFailure};
pub use host::{Policy, PolicyHost};
pub use limits::Limits;
pub use run::Outcome;

/// Least stack, in bytes, of a thread that runs policies: the guest may use 1 MiB of it, the host the rest.
pub const WORKER_STACK_BYTES: usize = 4 << 20;
