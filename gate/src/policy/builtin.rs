//! The policies that come with the gate: every folder of `policies/`, compiled by the build script.

use super::host::{Policy, PolicyHost};
use super::{Limits, LoadError};

/// A policy inside the binary.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Name of its folder and id of the policy.
    pub id: &'static str,
    /// The component.
    pub wasm: &'static [u8],
    /// SHA-256 of `wasm`, lower-case hexadecimal.
    pub sha256: &'static str,
    /// Machine code of `wasm`, for any processor of this architecture.
    pub(super) code: &'static [u8],
}

// `static BUILTINS: [Builtin; N]`, in order of id.
include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// All built-in policies, in order of id.
pub fn builtins() -> &'static [Builtin] {
    &BUILTINS
}

impl Builtin {
    /// The built-in policy with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        BUILTINS.iter().find(|builtin| builtin.id == id)
    }

    /// Loads it; its machine code if the host can use it, else the component is compiled.
    ///
    /// # Errors
    /// It cannot be compiled or does not describe itself: a fault of the gate.
    pub fn load(&self, host: &PolicyHost, limits: &Limits) -> Result<Policy, LoadError> {
        host.load_own(self, limits)
    }
}
