//! Sandboxed policies: WebAssembly components that get documents and give findings. The host holds wasmtime and
//! hands out [`Policy`] values; a policy is run on one batch of documents at a time, in a fresh instance with
//! limits on fuel, time, memory, stack and output. What comes back is checked as hostile input.
//!
//! Nothing here reads a file, prints or knows YAML. Threads that call [`Policy::run`] need a stack of at least
//! [`WORKER_STACK_BYTES`]: the guest's calls run on it.

mod anatomy;
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
mod start;
mod ticker;

pub use anatomy::{Anatomy, ModuleKind};
pub use builtin::{Builtin, builtins};
pub use compile::{CompileJob, Compiler, InProcess, MachineCode, compile_component};
pub use contract::{
    Context, Document, Environment, MatchRule, Metadata, PullRequest, RawFinding, RawRelated, Rule, Scope,
    SettingsIssue,
};
pub(crate) use engine_settings::GUEST_STACK_BYTES;
pub use failure::{LoadError, PolicyFailure};
pub use host::{Policy, PolicyHost};
pub use limits::{Limits, bytes, grouped};
pub use run::Outcome;

/// Most that the stack of a guest can be set to, in bytes.
pub const MOST_STACK_BYTES: usize = 4 << 20;

/// Least stack, in bytes, of a thread that runs policies: the guest may use a part of it, the host the rest.
pub const WORKER_STACK_BYTES: usize = MOST_STACK_BYTES + (4 << 20);
