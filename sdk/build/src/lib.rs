//! Builds policy crates to WebAssembly components: finds a way to compile for `wasm32-unknown-unknown`, runs
//! cargo with a size profile, and turns the module into a component that imports nothing. Policies in Python go through
//! componentize-py instead.
//!
//! Used by the gate's build script for the built-in policies, by `gate policy build` and by the tests. It prints
//! nothing: progress goes to a callback, problems come back as errors with a hint.

mod command;
mod compile;
mod component;
mod debian;
mod error;
mod python;
mod toolchain;

pub use compile::{BuiltPolicy, build, build_all};
pub use component::componentize;
pub use error::BuildError;
pub use python::{PYTHON_MODULE, PythonPolicy, build_python};
pub use toolchain::{TARGET, TOOLCHAIN_VARIABLE, Toolchain, find, setup};
